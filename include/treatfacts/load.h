/* SPDX-License-Identifier: MIT */
/*
 * load: files and folders into the store. Joins text, document, extract with
 * store: texts are read by other threads while those before them are written, many
 * sources in a transaction.
 */
#ifndef TREATFACTS_LOAD_H
#define TREATFACTS_LOAD_H

#include <treatfacts/lexicon.h>
#include <treatfacts/store.h>

struct tf_load_progress {
    size_t files_done, files;
    uint64_t bytes_done, bytes;
};

/* Called by the loader; any may be NULL. */
struct tf_load_events {
    void *context;
    void (*loaded)(void *context, struct tf_str path, const struct tf_source_meta *meta,
                   const struct tf_report *report);
    void (*refused)(void *context, struct tf_str path, const struct tf_error *error);
    void (*progress)(void *context, const struct tf_load_progress *progress);
};

struct tf_load_options {
    size_t max_file_bytes;
    const struct tf_lexicon *lexicon;
    struct tf_load_events events;
};

/* A source counts as loaded when anything of it was written. */
struct tf_load_summary {
    size_t loaded, unchanged, refused;
};

/*
 * Loads .txt and .md files, folders recursively in byte order of their paths.
 * A source that cannot be read, or is not a text, is refused and the others go
 * on; a folder without texts and a broken sources.json are refused as a whole;
 * of different files with one key, each is. A message of a refusal begins with
 * the path. The vocabulary of the lexicon is written first. Events come on the
 * caller's thread in the order of the files, those of a source when its transaction
 * has ended; progress may be ahead of them.
 * TF_OK even when some were refused (see summary); another status when the
 * store itself failed: *out then tells what was done until then.
 */
enum tf_status tf_load(struct tf_store *store, char *const *paths, size_t count,
                       const struct tf_load_options *options, struct tf_load_summary *out,
                       struct tf_error *error);

/* What the arena for a text of so many bytes may take. */
size_t tf_load_memory(size_t bytes);

/* Reads one text as the loader would, for `extract` and `rebuild`. The facts
 * borrow from bytes and lexicon. TF_INPUT: not a text; TF_CORRUPT: the reader
 * broke a promise of tf_facts_check. */
enum tf_status tf_load_extract(const struct tf_lexicon *lexicon, struct tf_str bytes,
                               struct tf_str key, struct tf_arena *arena,
                               struct tf_extraction **out, struct tf_error *error);

/* Writes the lexicon's codes and labels, so that a database without sources
 * can be asked too. */
enum tf_status tf_load_vocabulary(struct tf_store *store, const struct tf_lexicon *lexicon,
                                  struct tf_error *error);

/* Derives all facts anew from the stored texts; events.loaded is called with
 * the source's key as path, once a revision. */
enum tf_status tf_load_rebuild(struct tf_store *store, const struct tf_load_options *options,
                               struct tf_load_summary *out, struct tf_error *error);

#endif
