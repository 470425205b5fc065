/* SPDX-License-Identifier: MIT */
/*
 * One source after the other in a transaction, of its own or of several. The
 * write lock is taken first (BEGIN IMMEDIATE), so that what is compared is what
 * is changed.
 */
#include "write.h"

#include <string.h>

const char *const tf_outcome_names[TF_OUTCOME__MAX] = {
    [TF_OUTCOME_NEW] = "new",
    [TF_OUTCOME_UNCHANGED] = "unchanged",
    [TF_OUTCOME_UPDATED] = "updated",
    [TF_OUTCOME_CHANGED] = "changed",
    [TF_OUTCOME_REDERIVED] = "rederived",
};

/* --- What is there ------------------------------------------------------- */

struct stored {
    bool found;
    int64_t source, revision;
    int number;
    char sha256[TF_DIGEST_TEXT];
    struct tf_source_meta meta;
};

static enum tf_status find_source(struct tf_store *store, struct tf_str key, struct tf_arena *arena,
                                  struct stored *out, struct tf_error *error)
{
    struct stored stored = {0};
    struct run run = run_begin(store, FIND_SOURCE, arena);
    run_text(&run, ":key", key);
    if (run_row(&run)) {
        stored.found = true;
        stored.source = get_int(&run, 1, INT64_MAX);
        stored.revision = get_int(&run, 1, INT64_MAX);
        stored.number = (int)get_int(&run, 1, INT32_MAX);
        get_digest(&run, stored.sha256);
        get_meta(&run, &stored.meta);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *out = stored;
    return status;
}

static bool same_meta(const struct tf_source_meta *a, const struct tf_source_meta *b)
{
    return tf_str_equal(a->title, b->title) && tf_str_equal(a->publisher, b->publisher) &&
           tf_str_equal(a->url, b->url) && tf_str_equal(a->published, b->published) &&
           tf_str_equal(a->retrieved, b->retrieved) && tf_str_equal(a->license, b->license) &&
           tf_str_equal(a->language, b->language);
}

static enum tf_outcome compare(const struct stored *stored, const struct tf_source_meta *meta,
                               const char *sha256)
{
    if (!stored->found)
        return TF_OUTCOME_NEW;
    if (strcmp(stored->sha256, sha256) != 0)
        return TF_OUTCOME_CHANGED;
    return same_meta(&stored->meta, meta) ? TF_OUTCOME_UNCHANGED : TF_OUTCOME_UPDATED;
}

static enum tf_status no_memory(struct tf_error *error)
{
    return tf_error_set(error, TF_NO_MEMORY, "out of memory");
}

enum tf_status tf_store_is_new(struct tf_store *store, struct tf_str key, bool *is_new,
                               struct tf_error *error)
{
    struct run run = run_begin(store, FIND_SOURCE, NULL);
    run_text(&run, ":key", key);
    bool found = run_row(&run);
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *is_new = !found;
    return status;
}

enum tf_status tf_store_compare(struct tf_store *store, const struct tf_source_meta *meta,
                                const char *sha256, enum tf_outcome *outcome,
                                struct tf_error *error)
{
    struct stored stored;
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return no_memory(error);
    enum tf_status status = find_source(store, meta->key, arena, &stored, error);
    if (status == TF_OK)
        *outcome = compare(&stored, meta, sha256);
    tf_arena_free(arena);
    return status;
}

/* --- Rows of source and revision ----------------------------------------- */

static void bind_meta(struct run *run, const struct tf_source_meta *meta)
{
    run_text(run, ":title", meta->title);
    run_text(run, ":publisher", meta->publisher);
    run_text(run, ":url", meta->url);
    run_text(run, ":published", meta->published);
    run_text(run, ":retrieved", meta->retrieved);
    run_text(run, ":license", meta->license);
    run_text(run, ":language", meta->language);
}

static enum tf_status insert_source(struct tf_store *store, const struct tf_source_meta *meta,
                                    int64_t *row, struct tf_error *error)
{
    struct run run = run_begin(store, INSERT_SOURCE, NULL);
    run_uuid(&run, ":id", tf_source_id(meta->key));
    run_text(&run, ":key", meta->key);
    bind_meta(&run, meta);
    enum tf_status status = run_once(&run, error);
    if (status == TF_OK)
        *row = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum tf_status insert_revision(struct tf_store *store, int64_t source, int number,
                                      const char *sha256, struct tf_str bytes, int64_t *row,
                                      struct tf_error *error)
{
    char now[TF_TIME_TEXT];
    tf_clock_utc(now);
    struct run run = run_begin(store, INSERT_REVISION, NULL);
    run_int(&run, ":source", source);
    run_int(&run, ":number", number);
    run_code(&run, ":sha256", sha256);
    run_code(&run, ":now", now);
    enum tf_status status = run_once(&run, error);
    if (status != TF_OK)
        return status;
    int64_t revision = sqlite3_last_insert_rowid(store->db);
    struct run text = run_begin(store, INSERT_TEXT, NULL);
    run_int(&text, ":revision", revision);
    run_blob(&text, ":bytes", bytes.data, bytes.size);
    status = run_once(&text, error);
    if (status == TF_OK)
        *row = revision;
    return status;
}

static enum tf_status update_source(struct tf_store *store, int64_t source, int64_t revision,
                                    const struct tf_source_meta *meta, struct tf_error *error)
{
    struct run run = run_begin(store, UPDATE_SOURCE, NULL);
    run_int(&run, ":source", source);
    run_int(&run, ":revision", revision);
    bind_meta(&run, meta);
    return run_once(&run, error);
}

static enum tf_status touch_revision(struct tf_store *store, int64_t revision,
                                     struct tf_error *error)
{
    char now[TF_TIME_TEXT];
    tf_clock_utc(now);
    struct run run = run_begin(store, TOUCH_REVISION, NULL);
    run_int(&run, ":revision", revision);
    run_code(&run, ":now", now);
    return run_once(&run, error);
}

/* --- Reading back -------------------------------------------------------- */

static void keep_first(void *context, const char *finding)
{
    struct tf_error *first = context;
    if (!first->message[0])
        tf_error_set(first, TF_CORRUPT, "%s", finding);
}

/* What was written is read again from the database, not from memory. */
static enum tf_status read_back(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    struct tf_error first = {0};
    struct findings findings = {keep_first, &first, 0, 0};
    enum tf_status status = check_revision(store, revision, &findings, error);
    if (status == TF_OK && findings.count)
        status = tf_error_set(error, TF_CORRUPT, "refused: %s", first.message);
    return status;
}

/* That of the rows that came with the source, else made here. */
static const char *digest_of(const struct tf_store_source *source, char made[TF_DIGEST_TEXT])
{
    if (source->rows)
        return source->rows->sha256;
    tf_digest(source->bytes.data, source->bytes.size, made);
    return made;
}

/* Those that came with the source, else made here. */
static enum tf_status make_rows(const struct tf_store_source *source, struct tf_arena *arena,
                                const struct tf_store_rows **out, struct tf_error *error)
{
    if (!source->facts)
        return tf_error_set(error, TF_USAGE, "%.*s: its text is new, but nothing was read from it",
                            TF_STR_ARG(source->meta->key));
    if (!source->rows)
        return tf_store_rows_make(source->bytes, source->facts, arena, out, error);
    TF_ASSERT(source->rows->facts == source->facts &&
              source->rows->bytes.data == source->bytes.data);
    *out = source->rows;
    return TF_OK;
}

/* --- Putting a source ---------------------------------------------------- */

static enum tf_status index_source(struct tf_store *store, const struct tf_store_source *source,
                                   int64_t row, struct tf_error *error)
{
    const struct tf_source_meta *meta = source->meta;
    struct run run = run_begin(store, INDEX_NEW_SOURCE, NULL);
    put_int(&run, row);
    put_text(&run, meta->title.data ? meta->title : source->facts->title);
    put_text(&run, meta->publisher);
    return run_once(&run, error);
}

static enum tf_status put_revision(struct tf_store *store, const struct tf_store_source *source,
                                   const struct stored *stored, const char *sha256,
                                   struct tf_arena *arena, struct tf_report *report,
                                   struct tf_error *error)
{
    struct writing w = {.store = store, .source = source, .current = true};
    int64_t row = stored->source;
    report->revision = stored->number + 1;
    enum tf_status status = make_rows(source, arena, &w.rows, error);
    if (status == TF_OK && stored->found)
        status = unindex_facts(store, stored->revision, error);
    if (status == TF_OK && !stored->found)
        status = insert_source(store, source->meta, &row, error);
    if (status == TF_OK)
        status = insert_revision(store, row, report->revision, sha256, source->bytes, &w.revision,
                                 error);
    if (status == TF_OK && stored->found)
        status = update_source(store, row, w.revision, source->meta, error);
    if (status == TF_OK)
        status = write_facts(&w, error);
    if (status == TF_OK)
        status = read_back(store, w.revision, error);
    return status == TF_OK ? index_source(store, source, row, error) : status;
}

static enum tf_status put_meta(struct tf_store *store, const struct stored *stored,
                               const struct tf_source_meta *meta, struct tf_error *error)
{
    static const enum statement before[] = {UNINDEX_SOURCE}, after[] = {INDEX_SOURCE};
    enum tf_status status = index_before(store, stored->revision, error);
    if (status == TF_OK)
        status = for_revision(store, stored->revision, before, 1, error);
    if (status == TF_OK)
        status = update_source(store, stored->source, stored->revision, meta, error);
    if (status == TF_OK)
        status = for_revision(store, stored->revision, after, 1, error);
    return status == TF_OK ? touch_revision(store, stored->revision, error) : status;
}

static enum tf_status put_locked(struct tf_store *store, const struct tf_store_source *source,
                                 struct tf_arena *arena, struct tf_report *report,
                                 struct tf_error *error)
{
    char made[TF_DIGEST_TEXT];
    struct stored stored;
    struct known_claims before = {0};
    const char *sha256 = digest_of(source, made);
    report->source = tf_source_id(source->meta->key);
    enum tf_status status = find_source(store, source->meta->key, arena, &stored, error);
    if (status == TF_OK && stored.found)
        status = known_claims_read(store, stored.revision, arena, &before, error);
    if (status != TF_OK)
        return status;
    report->outcome = compare(&stored, source->meta, sha256);
    report->revision = stored.number;
    if (report->outcome == TF_OUTCOME_UNCHANGED || report->outcome == TF_OUTCOME_UPDATED) {
        report->kept = (uint32_t)before.n;
        if (report->outcome == TF_OUTCOME_UNCHANGED)
            return TF_OK;
        status = put_meta(store, &stored, source->meta, error);
    } else {
        status = put_revision(store, source, &stored, sha256, arena, report, error);
        if (status == TF_OK)
            status = known_claims_compare(&before, source->facts, arena, report, error);
    }
    return status == TF_OK ? store_do(store, RAISE_VERSION, error) : status;
}

enum tf_status tf_store_put(struct tf_store *store, const struct tf_store_source *source,
                            struct tf_report *out, struct tf_error *error)
{
    struct tf_report report = {0};
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return no_memory(error);
    bool alone = !store->batch;
    enum tf_status status = alone ? tf_store_begin(store, error) : TF_OK;
    if (status == TF_OK) {
        status = put_locked(store, source, arena, &report, error);
        if (alone)
            status = tf_store_end(store, status, error);
    }
    tf_arena_free(arena);
    if (status == TF_OK)
        *out = report;
    return status;
}

/* --- Several in one transaction ------------------------------------------ */

enum tf_status tf_store_begin(struct tf_store *store, struct tf_error *error)
{
    TF_ASSERT(!store->batch);
    enum tf_status status = store_do(store, BEGIN_WRITE, error);
    store->batch = status == TF_OK;
    return status;
}

enum tf_status tf_store_end(struct tf_store *store, enum tf_status status, struct tf_error *error)
{
    TF_ASSERT(store->batch);
    if (status == TF_OK)
        status = index_now(store, error);
    store->batch = false;
    index_forget(store);
    return store_finish(store, status, error);
}

enum tf_status tf_store_tidy(struct tf_store *store, bool all, struct tf_error *error)
{
    static const enum statement which[2][3] = {
        {MERGE_CLAIM_WORDS, MERGE_FAQ_WORDS, MERGE_SOURCE_WORDS},
        {OPTIMIZE_CLAIM_WORDS, OPTIMIZE_FAQ_WORDS, OPTIMIZE_SOURCE_WORDS}};
    enum tf_status status = store_do(store, BEGIN_WRITE, error);
    if (status != TF_OK)
        return status;
    for (int i = 0; status == TF_OK && i < 3; i++)
        status = store_do(store, which[all][i], error);
    return store_finish(store, status, error);
}

/* --- Rebuilding ---------------------------------------------------------- */

struct target {
    int64_t revision;
    bool current;
    char sha256[TF_DIGEST_TEXT];
};

static enum tf_status find_revision(struct tf_store *store, struct tf_str key, int number,
                                    struct target *out, struct tf_error *error)
{
    struct target target = {0};
    struct run run = run_begin(store, FIND_REVISION, NULL);
    run_text(&run, ":key", key);
    run_int(&run, ":number", number);
    if (run_row(&run)) {
        target.revision = get_int(&run, 1, INT64_MAX);
        target.current = get_int(&run, 0, 1) != 0;
        get_digest(&run, target.sha256);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK && target.revision == 0)
        status =
            tf_error_set(error, TF_NOT_FOUND, "%.*s: has no revision %d", TF_STR_ARG(key), number);
    if (status == TF_OK)
        *out = target;
    return status;
}

static enum tf_status replace_facts(struct tf_store *store, const struct tf_store_source *source,
                                    const struct target *target, struct tf_arena *arena,
                                    struct tf_error *error)
{
    static const enum statement words[] = {INDEX_SOURCE};
    int64_t revision = target->revision;
    struct writing w = {
        .store = store, .source = source, .revision = revision, .current = target->current};
    enum tf_status status = make_rows(source, arena, &w.rows, error);
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): there are rows when it is TF_OK */
    if (status == TF_OK && strcmp(w.rows->sha256, target->sha256) != 0)
        status = tf_error_set(error, TF_CORRUPT, "%.*s: the facts were read from another text",
                              TF_STR_ARG(source->meta->key));
    if (status == TF_OK && target->current)
        status = unindex_facts(store, revision, error);
    if (status == TF_OK)
        status = delete_facts(store, revision, error);
    if (status == TF_OK)
        status = write_facts(&w, error);
    if (status == TF_OK && target->current)
        status = for_revision(store, revision, words, 1, error);
    if (status == TF_OK)
        status = touch_revision(store, revision, error);
    if (status == TF_OK)
        status = read_back(store, revision, error);
    return status == TF_OK ? store_do(store, RAISE_VERSION, error) : status;
}

static enum tf_status rederive_locked(struct tf_store *store, const struct tf_store_source *source,
                                      int number, struct tf_arena *arena, struct tf_report *report,
                                      struct tf_error *error)
{
    struct target target;
    struct known_claims before = {0};
    enum tf_status status = find_revision(store, source->meta->key, number, &target, error);
    if (status == TF_OK)
        status = known_claims_read(store, target.revision, arena, &before, error);
    if (status != TF_OK)
        return status;
    *report = (struct tf_report){.outcome = TF_OUTCOME_REDERIVED,
                                 .source = tf_source_id(source->meta->key),
                                 .revision = number};
    status = replace_facts(store, source, &target, arena, error);
    return status == TF_OK ? known_claims_compare(&before, source->facts, arena, report, error)
                           : status;
}

enum tf_status tf_store_rederive(struct tf_store *store, const struct tf_store_source *source,
                                 int revision, struct tf_report *out, struct tf_error *error)
{
    struct tf_report report = {0};
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return no_memory(error);
    enum tf_status status = tf_store_begin(store, error);
    if (status == TF_OK) {
        status = rederive_locked(store, source, revision, arena, &report, error);
        status = tf_store_end(store, status, error);
    }
    tf_arena_free(arena);
    if (status == TF_OK)
        *out = report;
    return status;
}
