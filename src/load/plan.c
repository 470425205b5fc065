/* SPDX-License-Identifier: MIT */
/* Joins the files found with what sources.json says about them, and refuses
 * keys that are no keys or that two files claim. */
#include "plan.h"

#include <treatfacts/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_NAME "sources.json"
enum { MANIFEST_MAX = 16 * 1024 * 1024, PLAN_MAX = 1024 * 1024 * 1024 };

/* The manifest of the folder asked for last: `load *.txt` asks for the same
 * one with every file. */
struct manifest {
    struct tf_str folder; /* absent: none was read yet */
    struct tf_str path;
    enum tf_status status;
    struct tf_error error;
    struct tf_manifest rows;
};

struct planner {
    struct tf_arena *arena;
    struct refusals *refusals;
    struct plan_files *out;
    struct manifest manifest;
};

static enum tf_status parse_manifest(struct planner *planner, struct manifest *manifest)
{
    struct tf_buf json;
    tf_buf_init(&json);
    enum tf_status status =
        tf_file_read(manifest->path.data, MANIFEST_MAX, &json, &manifest->error);
    /* No metadata is the usual case; a link that leads nowhere is not. */
    if (status == TF_NOT_FOUND &&
        faccessat(AT_FDCWD, manifest->path.data, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
        return TF_OK;
    if (status == TF_OK) {
        /* Copied, because the rows may point into it. */
        struct tf_str copy = tf_arena_str(planner->arena, tf_buf_str(&json));
        status = tf_resource_manifest(manifest->path.data, copy, planner->arena, &manifest->rows,
                                      &manifest->error);
    }
    tf_buf_clear(&json);
    return status;
}

static const struct manifest *manifest_of(struct planner *planner, struct tf_str folder)
{
    struct manifest *manifest = &planner->manifest;
    if (tf_str_equal(manifest->folder, folder))
        return manifest;
    *manifest = (struct manifest){.folder = folder};
    const char *slash = folder.size && folder.data[folder.size - 1] != '/' ? "/" : "";
    manifest->path =
        tf_arena_printf(planner->arena, "%.*s%s%s", TF_STR_ARG(folder), slash, MANIFEST_NAME);
    if (!tf_arena_failed(planner->arena))
        manifest->status = parse_manifest(planner, manifest);
    return manifest;
}

static struct plan_file *find_file(struct plan_files *files, struct tf_str name)
{
    size_t low = 0, high = files->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(files->v[middle].name.data, name.data);
        if (order == 0)
            return &files->v[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void describe(struct plan_file *file, const struct tf_source_meta *meta)
{
    file->meta = *meta;
    if (!file->meta.key.data)
        file->meta.key = file->name;
}

/* A member that names no text is a slip of the pen that would otherwise leave
 * a text without its metadata unnoticed. */
static void describe_all(struct planner *planner, const struct manifest *manifest,
                         struct plan_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        files->v[i].meta.key = files->v[i].name;
    for (size_t i = 0; i < manifest->rows.n; i++) {
        const struct tf_manifest_row *row = &manifest->rows.v[i];
        struct tf_str name = tf_arena_str(planner->arena, row->file);
        struct plan_file *file = find_file(files, name);
        struct tf_error error;
        if (file) {
            describe(file, &row->meta);
        } else {
            tf_error_set(&error, TF_INPUT, "%s: \"%.*s\" names no text of the folder",
                         manifest->path.data, TF_STR_ARG(name));
            tf_load_refuse(planner->refusals, manifest->path, &error);
        }
    }
}

static enum tf_status plan_folder(struct planner *planner, const char *folder,
                                  struct tf_error *error)
{
    struct plan_files files = {0};
    size_t refused_before = planner->refusals->count;
    enum tf_status status = tf_load_walk(folder, planner->arena, planner->refusals, &files, error);
    if (status != TF_OK)
        return status;
    if (files.n == 0 && planner->refusals->count == refused_before)
        return tf_error_set(error, TF_INPUT, "%s: no text (.txt or .md) in this folder", folder);
    const struct manifest *manifest = manifest_of(planner, tf_str_of(folder));
    if (manifest->status != TF_OK) {
        *error = manifest->error;
        return manifest->status;
    }
    describe_all(planner, manifest, &files);
    if (planner->out->n == 0) { /* mostly there is one folder */
        *planner->out = files;
        return TF_OK;
    }
    for (size_t i = 0; i < files.n; i++) {
        struct plan_file *slot = TF_PUSH(planner->arena, planner->out);
        if (slot)
            *slot = files.v[i];
    }
    return TF_OK;
}

static enum tf_status plan_single(struct planner *planner, const char *path,
                                  const struct stat *info, struct tf_error *error)
{
    const char *slash = strrchr(path, '/');
    struct tf_str folder = slash ? (struct tf_str){path, (size_t)(slash - path) + 1} : TF_STR(".");
    struct tf_str name = tf_str_of(slash ? slash + 1 : path);
    if (!tf_load_is_text(name))
        return tf_error_set(error, TF_INPUT, "%s: not a text: the name must end in .txt or .md",
                            path);
    const struct manifest *manifest = manifest_of(planner, folder);
    if (manifest->status != TF_OK) {
        tf_error_set(error, manifest->status, "%s: %s", path, manifest->error.message);
        return manifest->status;
    }
    struct plan_file *file = TF_PUSH(planner->arena, planner->out);
    if (!file)
        return TF_OK; /* the arena remembers */
    *file = (struct plan_file){.path = tf_str_of(path),
                               .name = name,
                               .meta.key = name,
                               .size = S_ISREG(info->st_mode) ? (uint64_t)info->st_size : 0,
                               .device = info->st_dev,
                               .inode = info->st_ino};
    for (size_t i = 0; i < manifest->rows.n; i++)
        if (tf_str_equal(manifest->rows.v[i].file, name))
            describe(file, &manifest->rows.v[i].meta);
    return TF_OK;
}

static enum tf_status plan_path(struct planner *planner, const char *path, struct tf_error *error)
{
    struct stat info;
    if (!path[0])
        return tf_error_set(error, TF_INPUT, "\"\": an empty path");
    if (stat(path, &info) != 0)
        return tf_error_set(error, errno == ENOENT ? TF_NOT_FOUND : TF_IO, "%s: %s", path,
                            strerror(errno));
    if (S_ISDIR(info.st_mode))
        return plan_folder(planner, path, error);
    return plan_single(planner, path, &info, error);
}

/* --- Keys ---------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    const struct plan_file *x = *(struct plan_file *const *)a, *y = *(struct plan_file *const *)b;
    int order = tf_str_compare(x->meta.key, y->meta.key);
    /* Of equal keys the first mentioned comes first. */
    return order ? order : (x > y) - (x < y);
}

/* Keys travel as JSON strings, so that a file name in another encoding cannot
 * be one. */
static void check_key(struct planner *planner, struct plan_file *file)
{
    struct tf_text text;
    struct tf_error detail, error;
    struct tf_str key = file->meta.key;
    enum tf_status status =
        key.size > TF_SOURCE_KEY_MAX
            ? tf_error_set(&detail, TF_INPUT, "longer than %d bytes", TF_SOURCE_KEY_MAX)
            : tf_text_init(&text, key.data, key.size, planner->arena, &detail);
    if (status == TF_OK)
        return;
    file->dropped = true;
    tf_error_set(&error, TF_INPUT, "its key cannot be used: %s", detail.message);
    tf_load_refuse(planner->refusals, file->path, &error);
}

static void refuse_twin(struct planner *planner, struct plan_file *file,
                        const struct plan_file *other)
{
    struct tf_error error;
    file->dropped = true;
    tf_error_set(&error, TF_INPUT, "%s: has the same key \"%.*s\" as %s", file->path.data,
                 TF_STR_ARG(file->meta.key), other->path.data);
    tf_load_refuse(planner->refusals, file->path, &error);
}

static bool same_file(const struct plan_file *a, const struct plan_file *b)
{
    return a->device == b->device && a->inode == b->inode;
}

/* by_key[0..n) bear one key. One file named twice is loaded once; of different
 * files none is, because which of them is meant cannot be known. */
static void settle_key(struct planner *planner, struct plan_file **by_key, size_t n)
{
    const struct plan_file *other = NULL;
    for (size_t i = 1; i < n; i++) {
        if (same_file(by_key[i], by_key[0]))
            by_key[i]->dropped = true;
        else if (!other)
            other = by_key[i];
    }
    if (!other)
        return;
    for (size_t i = 1; i < n; i++)
        if (!by_key[i]->dropped)
            refuse_twin(planner, by_key[i], by_key[0]);
    refuse_twin(planner, by_key[0], other);
}

static void check_keys(struct planner *planner)
{
    struct plan_files *files = planner->out;
    struct plan_file **by_key = TF_NEW_ARRAY(planner->arena, struct plan_file *, files->n + 1);
    size_t n = 0;
    for (size_t i = 0; by_key && i < files->n; i++) {
        check_key(planner, &files->v[i]);
        if (!files->v[i].dropped)
            by_key[n++] = &files->v[i];
    }
    if (n)
        qsort(by_key, n, sizeof *by_key, compare_keys);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && tf_str_equal(by_key[i]->meta.key, by_key[end]->meta.key);)
            end++;
        settle_key(planner, by_key + i, end - i);
    }
}

/* --- What is kept -------------------------------------------------------- */

static void keep_str(struct tf_arena *arena, struct tf_str *s)
{
    if (s->data)
        *s = tf_arena_str(arena, *s);
}

static void keep_file(struct tf_arena *arena, struct plan_file *file)
{
    struct tf_source_meta *meta = &file->meta;
    struct tf_str *const all[] = {
        &file->path, &file->name,      &meta->key,       &meta->title,   &meta->publisher,
        &meta->url,  &meta->published, &meta->retrieved, &meta->license, &meta->language};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        keep_str(arena, all[i]);
}

/* Finding the files and reading what is said of them takes several times the
 * memory of what a load goes on with. */
static void keep(const struct plan_files *files, struct tf_arena *arena, struct plan_files *out)
{
    TF_RESERVE(arena, out, files->n);
    for (size_t i = 0; i < files->n; i++) {
        struct plan_file *slot = files->v[i].dropped ? NULL : TF_PUSH(arena, out);
        if (!slot)
            continue;
        *slot = files->v[i];
        keep_file(arena, slot);
    }
}

enum tf_status tf_load_plan(char *const *paths, size_t count, struct tf_arena *arena,
                            struct refusals *refusals, struct plan_files *out,
                            struct tf_error *error)
{
    struct plan_files files = {0};
    struct planner planner = {.arena = tf_arena_new(PLAN_MAX), .refusals = refusals, .out = &files};
    if (!planner.arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < count && !tf_arena_failed(planner.arena); i++) {
        struct tf_error refusal;
        if (plan_path(&planner, paths[i], &refusal) != TF_OK && !tf_arena_failed(planner.arena))
            tf_load_refuse(refusals, tf_str_of(paths[i]), &refusal);
    }
    check_keys(&planner);
    bool failed = tf_arena_failed(planner.arena);
    if (!failed)
        keep(&files, arena, out);
    tf_arena_free(planner.arena);
    if (failed || tf_arena_failed(arena))
        return tf_error_set(error, TF_NO_MEMORY, "too many files for the memory there is");
    return TF_OK;
}
