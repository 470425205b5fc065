/* SPDX-License-Identifier: MIT */
/* One source at a time: read, compare, extract, put. Memory is one arena a
 * source, so that a load of any size needs what its largest text needs. */
#include "plan.h"

#include <treatfacts/extract.h>

#include <string.h>

/* What the reading of a text may take: a fixed part and a multiple of its
 * size. Ordinary texts need far less; the bound is for made-up ones. */
#define ARENA_BASE ((size_t)64 * 1024 * 1024)
#define ARENA_PER_BYTE 512u
#define PLAN_MAX ((size_t)1024 * 1024 * 1024)

struct loader {
    struct tf_store *store;
    const struct tf_load_options *options;
    struct tf_load_summary summary;
    struct refusals refusals;
};

size_t tf_load_memory(size_t bytes)
{
    return ARENA_BASE + ARENA_PER_BYTE * bytes;
}

enum tf_status tf_load_extract(const struct tf_lexicon *lexicon, struct tf_str bytes,
                               struct tf_str key, struct tf_arena *arena,
                               struct tf_extraction **out, struct tf_error *error)
{
    struct tf_text *text = TF_NEW(arena, struct tf_text);
    if (!text)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    struct tf_extraction *facts = NULL;
    enum tf_status status = tf_text_init(text, bytes.data, bytes.size, arena, error);
    if (status == TF_OK)
        status = tf_extract(lexicon, text, key, arena, &facts, error);
    if (status == TF_OK)
        status = tf_facts_check(facts, bytes.data, bytes.size, error);
    if (status == TF_OK)
        *out = facts;
    return status;
}

/* Is it this source that is at fault, so that the others can go on? */
static bool is_refusal(enum tf_status status)
{
    switch (status) {
    case TF_INPUT:
    case TF_TOO_LARGE:
    case TF_NOT_FOUND:
    case TF_CORRUPT:
    case TF_NO_MEMORY:
    case TF_INTERNAL:
        return true;
    default:
        return false;
    }
}

/* Title and date that the text itself has travel with the facts: the store keeps
 * them apart from what was given, so that both can change without the other. */
static enum tf_status put_text(struct loader *loader, const struct tf_source_meta *meta,
                               struct tf_str bytes, bool read, struct tf_arena *arena,
                               struct tf_report *report, struct tf_error *error)
{
    const struct tf_lexicon *lexicon = loader->options->lexicon;
    struct tf_extraction *facts = NULL;
    if (read) {
        enum tf_status status = tf_load_extract(lexicon, bytes, meta->key, arena, &facts, error);
        if (status != TF_OK)
            return status;
    }
    struct tf_store_source source = {meta, bytes, facts, TF_EXTRACTOR_VERSION,
                                     tf_lexicon_version(lexicon)};
    return tf_store_put(loader->store, &source, report, error);
}

/* An unchanged text is not read again. Another load may change the source just
 * after it was compared; the store then asks for the facts after all. */
static enum tf_status put(struct loader *loader, const struct tf_source_meta *meta,
                          struct tf_str bytes, struct tf_arena *arena, struct tf_report *report,
                          struct tf_error *error)
{
    char sha256[TF_DIGEST_TEXT];
    enum tf_outcome outcome;
    tf_digest(bytes.data, bytes.size, sha256);
    enum tf_status status = tf_store_compare(loader->store, meta, sha256, &outcome, error);
    if (status != TF_OK)
        return status;
    bool read = outcome == TF_OUTCOME_NEW || outcome == TF_OUTCOME_CHANGED;
    status = put_text(loader, meta, bytes, read, arena, report, error);
    if (status == TF_USAGE && !read)
        status = put_text(loader, meta, bytes, true, arena, report, error);
    return status;
}

static void report_loaded(struct loader *loader, struct tf_str path,
                          const struct tf_source_meta *meta, const struct tf_report *report)
{
    if (report->outcome == TF_OUTCOME_UNCHANGED)
        loader->summary.unchanged++;
    else
        loader->summary.loaded++;
    const struct tf_load_events *events = &loader->options->events;
    if (events->loaded)
        events->loaded(events->context, path, meta, report);
}

/* TF_OK also when the file was refused. */
static enum tf_status load_file(struct loader *loader, const struct plan_file *file,
                                struct tf_error *error)
{
    struct tf_buf bytes;
    struct tf_error detail = {.status = TF_OK};
    struct tf_arena *arena = NULL;
    tf_buf_init(&bytes);
    enum tf_status status =
        tf_file_read(file->path.data, loader->options->max_file_bytes, &bytes, &detail);
    bool readable = status == TF_OK;
    if (readable) {
        arena = tf_arena_new(tf_load_memory(bytes.size));
        struct tf_report report;
        status = arena ? put(loader, &file->meta, tf_buf_str(&bytes), arena, &report, &detail)
                       : tf_error_set(&detail, TF_NO_MEMORY, "out of memory");
        if (status == TF_OK)
            report_loaded(loader, file->path, &file->meta, &report);
    }
    if (status != TF_OK && (!readable || is_refusal(status))) {
        tf_load_refuse(&loader->refusals, file->path, &detail);
        status = TF_OK;
    } else if (status != TF_OK) {
        tf_error_set(error, status, "%s: %s", file->path.data, detail.message);
    }
    tf_arena_free(arena);
    tf_buf_clear(&bytes);
    return status;
}

static void report_progress(const struct loader *loader, const struct tf_load_progress *progress)
{
    const struct tf_load_events *events = &loader->options->events;
    if (events->progress)
        events->progress(events->context, progress);
}

static enum tf_status load_files(struct loader *loader, const struct plan_files *files,
                                 struct tf_error *error)
{
    struct tf_load_progress progress = {0};
    for (size_t i = 0; i < files->n; i++) {
        progress.files += !files->v[i].dropped;
        progress.bytes += files->v[i].dropped ? 0 : files->v[i].size;
    }
    enum tf_status status = TF_OK;
    report_progress(loader, &progress);
    for (size_t i = 0; status == TF_OK && i < files->n; i++) {
        if (files->v[i].dropped)
            continue;
        status = load_file(loader, &files->v[i], error);
        progress.files_done++;
        progress.bytes_done += files->v[i].size;
        report_progress(loader, &progress);
    }
    return status;
}

enum tf_status tf_load(struct tf_store *store, char *const *paths, size_t count,
                       const struct tf_load_options *options, struct tf_load_summary *out,
                       struct tf_error *error)
{
    struct loader loader = {.store = store, .options = options, .refusals = {&options->events, 0}};
    struct plan_files files = {0};
    struct tf_arena *arena = tf_arena_new(PLAN_MAX);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = tf_load_vocabulary(store, options->lexicon, error);
    if (status == TF_OK)
        status = tf_load_plan(paths, count, arena, &loader.refusals, &files, error);
    if (status == TF_OK)
        status = load_files(&loader, &files, error);
    tf_arena_free(arena);
    loader.summary.refused = loader.refusals.count;
    *out = loader.summary; /* also of a load that broke off: what was done is done */
    return status;
}

/* --- Rebuild ------------------------------------------------------------- */

static enum tf_status rederive(void *context, const struct tf_source_meta *meta, int revision,
                               struct tf_str bytes, struct tf_error *error)
{
    struct loader *loader = context;
    struct tf_error detail;
    struct tf_extraction *facts = NULL;
    struct tf_report report;
    struct tf_arena *arena = tf_arena_new(tf_load_memory(bytes.size));
    enum tf_status status =
        arena ? tf_load_extract(loader->options->lexicon, bytes, meta->key, arena, &facts, &detail)
              : tf_error_set(&detail, TF_NO_MEMORY, "out of memory");
    if (status == TF_OK) {
        struct tf_store_source source = {meta, bytes, facts, TF_EXTRACTOR_VERSION,
                                         tf_lexicon_version(loader->options->lexicon)};
        status = tf_store_rederive(loader->store, &source, revision, &report, &detail);
    }
    if (status == TF_OK)
        report_loaded(loader, meta->key, meta, &report);
    else if (is_refusal(status))
        tf_load_refuse(&loader->refusals, meta->key, &detail);
    else if (error)
        *error = detail;
    tf_arena_free(arena);
    return is_refusal(status) ? TF_OK : status;
}

enum tf_status tf_load_rebuild(struct tf_store *store, const struct tf_load_options *options,
                               struct tf_load_summary *out, struct tf_error *error)
{
    struct loader loader = {.store = store, .options = options, .refusals = {&options->events, 0}};
    enum tf_status status = tf_load_vocabulary(store, options->lexicon, error);
    if (status == TF_OK)
        status = tf_store_each_text(store, rederive, &loader, error);
    loader.summary.refused = loader.refusals.count;
    *out = loader.summary;
    return status;
}
