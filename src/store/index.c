/* SPDX-License-Identifier: MIT */
/*
 * What finds facts otherwise than by their place. Its keys are spread all over
 * their tables, so rows one by one would touch a page each: those of a whole
 * transaction are gathered here, sorted, and written in the tables' order.
 * Full text is another matter: its index gathers and sorts by itself.
 */
#include "write.h"

#include <math.h>
#include <stdlib.h>

/* --- Gathering ----------------------------------------------------------- */

int64_t id_prefix(const struct tf_uuid *id)
{
    uint64_t prefix = 0;
    for (int i = 0; i < 8; i++)
        prefix = prefix << 8 | id->b[i];
    return (int64_t)prefix;
}

int64_t id_key(const struct tf_uuid *id)
{
    return id_prefix(id) >> 32;
}

static void gather(struct tf_buf *keys, int64_t key, int64_t row)
{
    struct key one = {key, row};
    tf_buf_add(keys, &one, sizeof one);
}

static void gather_ids(struct pending *pending, const struct writing *w)
{
    const struct tf_extraction *facts = w->source->facts;
    struct tf_buf *ids = pending->ids;
    for (size_t i = 0; i < facts->claims.n; i++)
        gather(&ids[IDS_CLAIMS], id_key(&facts->claims.v[i].id), FACT_ROW(w->revision, i));
    for (size_t i = 0; i < facts->windows.n; i++)
        gather(&ids[IDS_WINDOWS], id_key(&facts->windows.v[i].id), FACT_ROW(w->revision, i));
    for (size_t i = 0; i < facts->faqs.n; i++)
        gather(&ids[IDS_FAQS], id_key(&facts->faqs.v[i].id), FACT_ROW(w->revision, i));
    for (size_t i = 0; i < facts->studies.n; i++)
        gather(&ids[IDS_STUDIES], id_key(&facts->studies.v[i].id), FACT_ROW(w->revision, i));
}

static void gather_length(struct pending *pending, enum length_sort sort, double value, int64_t row)
{
    struct length one = {sort, value, row};
    tf_buf_add(&pending->lengths, &one, sizeof one);
}

/* At both ends, so that a walk comes to it behind all times, up and down. */
static void gather_sessions(struct pending *pending, int64_t row)
{
    gather_length(pending, LENGTH_MIN, -INFINITY, row);
    gather_length(pending, LENGTH_MIN, INFINITY, row);
    gather_length(pending, LENGTH_MAX, -INFINITY, row);
    gather_length(pending, LENGTH_MAX, INFINITY, row);
}

/* An open beginning is 0, an open end after everything. */
static void gather_lengths(struct pending *pending, const struct writing *w)
{
    const struct tf_extraction *facts = w->source->facts;
    for (size_t i = 0; i < facts->windows.n; i++) {
        const struct tf_window *window = &facts->windows.v[i];
        int64_t row = FACT_ROW(w->revision, i);
        double min = isnan(window->min_seconds) ? 0.0 : window->min_seconds;
        double max = isnan(window->max_seconds) ? 1e307 : window->max_seconds;
        if (window->basis == TF_BASIS_SESSIONS) {
            gather_sessions(pending, row);
            continue;
        }
        gather_length(pending, LENGTH_MIN, min, row);
        gather_length(pending, LENGTH_MAX, max, row);
    }
}

static void gather_tallies(struct pending *pending, const struct writing *w)
{
    struct tf_str *key = TF_NEW(pending->arena, struct tf_str);
    if (!key)
        return; /* the arena remembers */
    *key = tf_arena_str(pending->arena, w->source->meta->key);
    for (size_t i = 0; i < w->rows->tallies.n; i++) {
        struct tally one = w->rows->tallies.v[i];
        one.value = tf_arena_str(pending->arena, one.value);
        one.key = key;
        tf_buf_add(&pending->tallies, &one, sizeof one);
    }
}

enum tf_status index_later(const struct writing *w, struct tf_error *error)
{
    struct pending *pending = &w->store->pending;
    if (!pending->arena)
        pending->arena = tf_arena_new(0);
    if (!pending->arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    gather_ids(pending, w);
    if (w->current) {
        gather_lengths(pending, w);
        gather_tallies(pending, w);
        for (size_t i = 0; i < w->source->facts->claims.n; i++)
            gather(&pending->words, w->rows->digests[i], w->revision);
    }
    if (!pending->first || w->revision < pending->first)
        pending->first = w->revision;
    return TF_OK;
}

static bool has_failed(const struct pending *pending)
{
    bool failed = pending->words.failed || pending->lengths.failed || pending->tallies.failed ||
                  (pending->arena && tf_arena_failed(pending->arena));
    for (int i = 0; i < IDS__MAX; i++)
        failed = failed || pending->ids[i].failed;
    return failed;
}

void index_forget(struct tf_store *store)
{
    struct pending *pending = &store->pending;
    for (int i = 0; i < IDS__MAX; i++)
        tf_buf_clear(&pending->ids[i]);
    tf_buf_clear(&pending->words);
    tf_buf_clear(&pending->lengths);
    tf_buf_clear(&pending->tallies);
    tf_arena_free(pending->arena);
    pending->arena = NULL;
    pending->first = 0;
}

/* --- Writing ------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const struct key *one = a, *other = b;
    int order = (one->key > other->key) - (one->key < other->key);
    return order ? order : (one->row > other->row) - (one->row < other->row);
}

/* As their tables are ordered. */
static int by_era(const void *a, const void *b)
{
    const struct key *one = a, *other = b;
    int64_t era = FACT_ERA(one->row), others = FACT_ERA(other->row);
    return era != others ? (era > others) - (era < others) : by_key(a, b);
}

static int by_length(const void *a, const void *b)
{
    const struct length *one = a, *other = b;
    int order = (int)one->sort - (int)other->sort;
    if (!order)
        order = (one->value > other->value) - (one->value < other->value);
    return order ? order : (one->row > other->row) - (one->row < other->row);
}

static int by_value(const void *a, const void *b)
{
    const struct tally *one = a, *other = b;
    int order = (int)one->facet - (int)other->facet;
    return order ? order : tf_str_compare(one->value, other->value);
}

static int by_tally(const void *a, const void *b)
{
    const struct tally *one = a, *other = b;
    int order = (one->value_id > other->value_id) - (one->value_id < other->value_id);
    return order ? order : tf_str_compare(*one->key, *other->key);
}

/* The buffer as a sorted array; gives how many there are. */
static size_t sort(struct tf_buf *array, size_t size, int (*order)(const void *, const void *))
{
    size_t count = array->size / size;
    if (count)
        qsort(array->data, count, size, order);
    return count;
}

static enum tf_status write_ids(struct tf_store *store, enum statement which, struct tf_buf *ids,
                                struct tf_error *error)
{
    size_t count = sort(ids, sizeof(struct key), by_era);
    const struct key *keys = (const void *)ids->data;
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < count; i++) {
        struct run run = run_begin(store, which, NULL);
        put_int(&run, FACT_ERA(keys[i].row));
        put_int(&run, keys[i].key);
        put_int(&run, keys[i].row);
        status = run_once(&run, error);
    }
    return status;
}

static enum tf_status write_lengths(struct tf_store *store, struct tf_buf *lengths,
                                    struct tf_error *error)
{
    size_t count = sort(lengths, sizeof(struct length), by_length);
    const struct length *all = (const void *)lengths->data;
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < count; i++) {
        struct run run = run_begin(store, INSERT_LENGTH, NULL);
        put_int(&run, all[i].sort);
        put_real(&run, all[i].value);
        put_int(&run, all[i].row);
        status = run_once(&run, error);
    }
    return status;
}

static struct run run_value(struct tf_store *store, enum statement which, const struct tally *of)
{
    struct run run = run_begin(store, which, NULL);
    put_int(&run, of->facet);
    put_text(&run, of->value);
    return run;
}

/* The number of a value, which gets one now when it is new. */
static enum tf_status number_value(struct tf_store *store, struct tally *of, struct tf_error *error)
{
    struct run find = run_value(store, FIND_TALLY_VALUE, of);
    if (run_row(&find))
        of->value_id = get_int(&find, 1, INT64_MAX);
    enum tf_status status = run_end(&find, error);
    if (status != TF_OK || of->value_id)
        return status;
    struct run insert = run_value(store, INSERT_TALLY_VALUE, of);
    status = run_once(&insert, error);
    of->value_id = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum tf_status number_values(struct tf_store *store, struct tally *all, size_t count,
                                    struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < count; i++)
        if (i && by_value(&all[i - 1], &all[i]) == 0)
            all[i].value_id = all[i - 1].value_id;
        else
            status = number_value(store, &all[i], error);
    return status;
}

static enum tf_status write_tallies(struct tf_store *store, struct tf_buf *tallies,
                                    struct tf_error *error)
{
    size_t count = sort(tallies, sizeof(struct tally), by_value);
    struct tally *all = (void *)tallies->data;
    enum tf_status status = number_values(store, all, count, error);
    sort(tallies, sizeof(struct tally), by_tally);
    for (size_t i = 0; status == TF_OK && i < count; i++) {
        struct run run = run_begin(store, INSERT_TALLY, NULL);
        put_int(&run, all[i].value_id);
        put_text(&run, *all[i].key);
        put_int(&run, all[i].rows);
        status = run_once(&run, error);
    }
    return status;
}

static enum tf_status write_words(struct tf_store *store, struct tf_buf *words,
                                  struct tf_error *error)
{
    size_t count = sort(words, sizeof(struct key), by_key);
    return index_kin(store, (const void *)words->data, count, error);
}

static enum tf_status write_pending(struct tf_store *store, struct pending *pending,
                                    struct tf_error *error)
{
    static const enum statement which[IDS__MAX] = {[IDS_CLAIMS] = INSERT_CLAIM_ID,
                                                   [IDS_WINDOWS] = INSERT_WINDOW_ID,
                                                   [IDS_FAQS] = INSERT_FAQ_ID,
                                                   [IDS_STUDIES] = INSERT_STUDY_ID};
    enum tf_status status = TF_OK;
    if (has_failed(pending))
        status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    for (int i = 0; status == TF_OK && i < IDS__MAX; i++)
        status = write_ids(store, which[i], &pending->ids[i], error);
    if (status == TF_OK)
        status = write_lengths(store, &pending->lengths, error);
    if (status == TF_OK)
        status = write_tallies(store, &pending->tallies, error);
    return status == TF_OK ? write_words(store, &pending->words, error) : status;
}

enum tf_status index_now(struct tf_store *store, struct tf_error *error)
{
    enum tf_status status = write_pending(store, &store->pending, error);
    index_forget(store);
    return status;
}

enum tf_status index_before(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    bool waits = store->pending.first && revision >= store->pending.first;
    return waits ? index_now(store, error) : TF_OK;
}

/* --- Taking away --------------------------------------------------------- */

enum tf_status for_revision(struct tf_store *store, int64_t revision, const enum statement *which,
                            size_t count, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < count; i++) {
        struct run run = run_begin(store, which[i], NULL);
        run_int(&run, ":revision", revision);
        status = run_once(&run, error);
    }
    return status;
}

/* The full text forgets words it is told; so before the rows themselves go. */
enum tf_status unindex_facts(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    static const enum statement which[] = {UNINDEX_CLAIMS,  UNINDEX_FAQS,   UNINDEX_SOURCE,
                                           REJOIN_KIN,      UNINDEX_KIN,    UNINDEX_WORDS,
                                           UNINDEX_LENGTHS, UNINDEX_TALLIES};
    enum tf_status status = index_before(store, revision, error);
    if (status == TF_OK)
        status = for_revision(store, revision, which, sizeof which / sizeof *which, error);
    return status;
}
