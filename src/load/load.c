/* SPDX-License-Identifier: MIT */
/*
 * Sources are read ahead by other threads and written by this one, many in a
 * transaction. When a transaction fails its sources are written again one by
 * one, so that only those at fault are refused. Memory is one arena a source, so
 * that a load of any size needs what its largest texts need.
 */
#include "ahead.h"

#include <treatfacts/extract.h>

#include <malloc.h>
#include <string.h>

/* What the reading of a text may take: a fixed part and a multiple of its
 * size. Ordinary texts need far less; the bound is for made-up ones. */
#define ARENA_BASE ((size_t)64 * 1024 * 1024)
#define ARENA_PER_BYTE 512u

/* A transaction ends with the source that makes it this large or this long: more
 * costs less a source, but keeps others from writing. */
enum { BATCH_BYTES = 8 * 1024 * 1024, BATCH_SOURCES = 2000 };
#define BATCH_NS 3000000000u
/* After so many, searches are worth being made fast at once. A failure does not
 * matter: what was loaded is there. */
enum { MANY_SOURCES = 500 };

/* What became of a file, told when its transaction has ended. */
struct result {
    const struct plan_file *file;
    bool refused;
    struct tf_report report;
    struct tf_error error;
};

struct batch {
    struct result *v;
    size_t n, cap;
    uint64_t bytes, begun;
};

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

/* --- One source ---------------------------------------------------------- */

/* An unchanged text is not read again. */
static bool is_wanted(struct loader *loader, struct source_read *source)
{
    enum tf_outcome outcome = TF_OUTCOME_NEW;
    if (source->error.status == TF_OK)
        source->error.status = tf_store_compare(loader->store, &source->file->meta, source->sha256,
                                                &outcome, &source->error);
    return source->error.status == TF_OK &&
           (outcome == TF_OUTCOME_NEW || outcome == TF_OUTCOME_CHANGED);
}

/* Title and date that the text itself has travel with the facts: the store keeps
 * them apart from what was given, so that both can change without the other. */
static enum tf_status put_facts(struct loader *loader, const struct source_read *read,
                                struct tf_report *report, struct tf_error *error)
{
    struct tf_store_source source = {.meta = &read->file->meta,
                                     .bytes = tf_buf_str(&read->bytes),
                                     .facts = read->facts,
                                     .extractor = TF_EXTRACTOR_VERSION,
                                     .lexicon = tf_lexicon_version(loader->options->lexicon),
                                     .rows = read->rows};
    return tf_store_put(loader->store, &source, report, error);
}

/* Another load may change a source just after it was compared; the store then
 * asks for the facts after all. */
static enum tf_status put(struct loader *loader, struct source_read *read, struct tf_report *report,
                          struct tf_error *error)
{
    if (read->error.status != TF_OK) {
        *error = read->error;
        return error->status;
    }
    enum tf_status status = put_facts(loader, read, report, error);
    if (status != TF_USAGE || read->facts)
        return status;
    source_extract(read, loader->options->lexicon);
    if (read->error.status == TF_OK)
        return put_facts(loader, read, report, error);
    *error = read->error;
    return error->status;
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

static void report_progress(const struct loader *loader, const struct tf_load_progress *progress)
{
    const struct tf_load_events *events = &loader->options->events;
    if (events->progress)
        events->progress(events->context, progress);
}

/* --- Several in one transaction ------------------------------------------ */

static void tell(struct loader *loader, struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        struct result *result = &batch->v[i];
        if (result->refused)
            tf_load_refuse(&loader->refusals, result->file->path, &result->error);
        else
            report_loaded(loader, result->file->path, &result->file->meta, &result->report);
    }
    batch->n = 0;
}

static bool is_full(const struct batch *batch)
{
    return batch->bytes >= BATCH_BYTES || batch->n >= BATCH_SOURCES ||
           tf_clock_monotonic_ns() - batch->begun >= BATCH_NS;
}

/* TF_OK also for a file that was refused before anything of it was written. */
static enum tf_status add_source(struct loader *loader, struct source_read *read,
                                 struct batch *batch, struct tf_arena *arena)
{
    struct result *result = TF_PUSH(arena, batch);
    if (!result)
        return TF_NO_MEMORY;
    result->file = read->file;
    batch->bytes += read->bytes.size;
    enum tf_status status = put(loader, read, &result->report, &result->error);
    if (status == TF_OK)
        return TF_OK;
    result->refused = read->unreadable || is_refusal(status);
    return read->error.status != TF_OK && result->refused ? TF_OK : status;
}

/* A source in a transaction of its own. */
static enum tf_status load_alone(struct loader *loader, const struct plan_file *file,
                                 struct tf_error *error)
{
    struct source_read read;
    struct tf_report report;
    struct tf_error detail = {.status = TF_OK};
    source_open(&read, file, loader->options->max_file_bytes);
    if (is_wanted(loader, &read))
        source_extract(&read, loader->options->lexicon);
    enum tf_status status = put(loader, &read, &report, &detail);
    if (status == TF_OK) {
        report_loaded(loader, file->path, &file->meta, &report);
    } else if (read.unreadable || is_refusal(status)) {
        tf_load_refuse(&loader->refusals, file->path, &detail);
        status = TF_OK;
    } else {
        tf_error_set(error, status, "%s: %s", file->path.data, detail.message);
    }
    source_close(&read);
    return status;
}

static enum tf_status load_again(struct loader *loader, const struct batch *batch,
                                 struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < batch->n; i++)
        status = load_alone(loader, batch->v[i].file, error);
    return status;
}

static enum tf_status end_batch(struct loader *loader, struct batch *batch, enum tf_status status,
                                struct tf_error *error)
{
    status = tf_store_end(loader->store, status, NULL);
    if (status == TF_OK)
        tell(loader, batch);
    else
        status = load_again(loader, batch, error);
    return status;
}

/* --- All of them --------------------------------------------------------- */

/* A source that is known may be unchanged, which its text tells. */
static void put_ahead(struct loader *loader, struct ahead *ahead, const struct plan_file *file)
{
    struct source_read source = {.file = file};
    enum source_rest rest = REST_NOTHING;
    bool is_new = false;
    source.error.status = tf_store_is_new(loader->store, file->meta.key, &is_new, &source.error);
    if (source.error.status == TF_OK && !is_new) {
        source_open(&source, file, loader->options->max_file_bytes);
        rest = is_wanted(loader, &source) ? REST_EXTRACT : REST_NOTHING;
    } else if (is_new) {
        rest = REST_ALL;
    }
    ahead_put(ahead, &source, rest);
}

static void fill(struct loader *loader, struct ahead *ahead, const struct plan_files *files,
                 size_t *at)
{
    while (ahead_has_room(ahead) && *at < files->n)
        put_ahead(loader, ahead, &files->v[(*at)++]);
}

/* One transaction: until it is full or nothing is left. */
static enum tf_status load_batch(struct loader *loader, struct ahead *ahead,
                                 const struct plan_files *files, size_t *at,
                                 struct tf_load_progress *progress, struct tf_error *error)
{
    struct batch batch = {.begun = tf_clock_monotonic_ns()};
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = tf_store_begin(loader->store, error);
    bool begun = status == TF_OK;
    while (status == TF_OK && !ahead_is_empty(ahead) && !is_full(&batch)) {
        struct source_read read;
        ahead_take(ahead, &read);
        fill(loader, ahead, files, at);
        status = add_source(loader, &read, &batch, arena);
        progress->files_done++;
        progress->bytes_done += read.file->size;
        source_close(&read);
        report_progress(loader, progress);
    }
    if (begun)
        status = end_batch(loader, &batch, status, error);
    if (status == TF_OK && tf_arena_failed(arena)) /* a source that has no place in it */
        status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    tf_arena_free(arena);
    return status;
}

static enum tf_status load_files(struct loader *loader, const struct plan_files *files,
                                 struct tf_error *error)
{
    struct tf_load_progress progress = {.files = files->n};
    struct ahead *ahead = ahead_start(loader->options->lexicon, loader->options->max_file_bytes);
    size_t at = 0;
    enum tf_status status = TF_OK;
    if (!ahead)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < files->n; i++)
        progress.bytes += files->v[i].size;
    report_progress(loader, &progress);
    fill(loader, ahead, files, &at);
    while (status == TF_OK && !ahead_is_empty(ahead))
        status = load_batch(loader, ahead, files, &at, &progress, error);
    ahead_stop(ahead);
    if (status == TF_OK && loader->summary.loaded)
        (void)tf_store_tidy(loader->store, loader->summary.loaded >= MANY_SOURCES, NULL);
    return status;
}

enum tf_status tf_load(struct tf_store *store, char *const *paths, size_t count,
                       const struct tf_load_options *options, struct tf_load_summary *out,
                       struct tf_error *error)
{
    struct loader loader = {.store = store, .options = options, .refusals = {&options->events, 0}};
    struct plan_files files = {0};
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = tf_load_vocabulary(store, options->lexicon, error);
    if (status == TF_OK)
        status = tf_load_plan(paths, count, arena, &loader.refusals, &files, error);
    malloc_trim(0); /* the manifests' trees are not needed again */
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
        struct tf_store_source source = {.meta = meta,
                                         .bytes = bytes,
                                         .facts = facts,
                                         .extractor = TF_EXTRACTOR_VERSION,
                                         .lexicon = tf_lexicon_version(loader->options->lexicon)};
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
