/* SPDX-License-Identifier: MIT */
/* What a load is going to read: found and checked before the first source is
 * written, so that two files with one key are seen whatever their order. */
#ifndef TF_LOAD_PLAN_H
#define TF_LOAD_PLAN_H

#include <treatfacts/load.h>

#include <sys/types.h>

/* Who hears of a refusal, and how many there were. */
struct refusals {
    const struct tf_load_events *events;
    size_t count;
};

/* Reports and counts; the message is made to begin with the path. */
void tf_load_refuse(struct refusals *refusals, struct tf_str path, struct tf_error *error);

struct plan_file {
    struct tf_str path; /* as it is opened, NUL-terminated */
    struct tf_str name; /* below the folder loaded; the last part for a single file */
    struct tf_source_meta meta;
    uint64_t size;
    dev_t device;
    ino_t inode;
    bool dropped; /* while planning: refused, or a second mention of the same file */
};

struct plan_files {
    struct plan_file *v;
    size_t n, cap;
};

/* Every text below the folder, in byte order of the names. Links that lead out
 * of the folder and folders that cannot be read are refused one by one. */
enum tf_status tf_load_walk(const char *folder, struct tf_arena *arena, struct refusals *refusals,
                            struct plan_files *out, struct tf_error *error);

/* Whether a file of this name is a text: .txt or .md, in any case. */
bool tf_load_is_text(struct tf_str name);

/* Every text of the paths that can be loaded, with its metadata, in the arena. TF_NO_MEMORY or TF_INTERNAL only;
 * all else is refused. */
enum tf_status tf_load_plan(char *const *paths, size_t count, struct tf_arena *arena,
                            struct refusals *refusals, struct plan_files *out,
                            struct tf_error *error);

#endif
