/* SPDX-License-Identifier: MIT */
/*
 * Sources that say mostly the same: pairs that share more than half of the
 * different claims of the shorter. Of the sources that share a claim the latest
 * few are looked at, so that what all pages say costs no more; and of those that
 * a source is like, the latest few are kept, which holds a family together.
 */
#include "write.h"

#include <stdlib.h>

enum { SHARING_MAX = 4, KIN_MAX = 16 };

struct kin_pair {
    int64_t revision, other;
};

static void add(struct tf_buf *pairs, int64_t revision, int64_t other)
{
    struct kin_pair one = {revision, other};
    tf_buf_add(pairs, &one, sizeof one);
}

/* The words of keys first to end are the same; each of their revisions with the
 * ones before it, in the table and among them. */
static enum tf_status pair_sharing(struct tf_store *store, const struct key *first,
                                   const struct key *end, struct tf_buf *pairs,
                                   struct tf_error *error)
{
    int64_t before[SHARING_MAX];
    size_t count = 0;
    struct run run = run_begin(store, SHARING_WORDS, NULL);
    put_int(&run, first->key);
    while (count < SHARING_MAX && run_row(&run))
        before[count++] = get_int(&run, 1, INT64_MAX);
    enum tf_status status = run_end(&run, error);
    for (const struct key *key = first; status == TF_OK && key < end; key++) {
        size_t among = 0;
        if (key > first && key->row == key[-1].row)
            continue;
        for (const struct key *other = key; among < SHARING_MAX && other-- > first;) {
            if (other->row == other[1].row)
                continue;
            add(pairs, key->row, other->row);
            among++;
        }
        for (size_t i = 0; i < count && among + i < SHARING_MAX; i++)
            if (before[i] != key->row)
                add(pairs, key->row, before[i]);
    }
    return status;
}

static enum tf_status write_words(struct tf_store *store, const struct key *key,
                                  struct tf_error *error)
{
    struct run run = run_begin(store, INSERT_WORDS, NULL);
    put_int(&run, key->key);
    put_int(&run, key->row);
    return run_once(&run, error);
}

/* --- Of the pairs, those that share most --------------------------------- */

/* By revision, the latest other first. */
static int by_pair(const void *a, const void *b)
{
    const struct kin_pair *one = a, *other = b;
    int order = (one->revision > other->revision) - (one->revision < other->revision);
    return order ? order : (one->other < other->other) - (one->other > other->other);
}

/* How many different claims revisions have that were asked for lately: the same few are
 * paired with all that follow them. */
enum { WORD_COUNTS = 1024 };
struct word_counts {
    struct tf_store *store;
    struct {
        int64_t revision; /* 0: none */
        size_t words;
    } places[WORD_COUNTS];
};

static enum tf_status read_words(struct tf_store *store, int64_t revision, size_t *out,
                                 struct tf_error *error)
{
    struct run run = run_begin(store, COUNT_WORDS, NULL);
    run_int(&run, ":revision", revision);
    *out = run_row(&run) ? (size_t)get_int(&run, 0, UINT32_MAX) : 0;
    return run_end(&run, error);
}

static enum tf_status count_words(struct word_counts *counts, int64_t revision, size_t *out,
                                  struct tf_error *error)
{
    size_t place = (size_t)revision % WORD_COUNTS;
    enum tf_status status = TF_OK;
    if (counts->places[place].revision != revision) {
        counts->places[place].revision = 0;
        status = read_words(counts->store, revision, &counts->places[place].words, error);
        if (status == TF_OK)
            counts->places[place].revision = revision;
    }
    *out = counts->places[place].words;
    return status;
}

static enum tf_status insert(struct tf_store *store, const struct kin_pair *pair,
                             struct tf_error *error)
{
    struct run run = run_begin(store, INSERT_KIN, NULL);
    run_int(&run, ":revision", pair->revision);
    run_int(&run, ":other", pair->other);
    return run_once(&run, error);
}

/* The pairs of one revision, from first to end. */
static enum tf_status write_kin(struct word_counts *counts, const struct kin_pair *first,
                                const struct kin_pair *end, struct tf_error *error)
{
    size_t words = 0, others = 0, kin = 0, shared;
    enum tf_status status = count_words(counts, first->revision, &words, error);
    for (; status == TF_OK && kin < KIN_MAX && first < end; first += shared) {
        for (shared = 1; first + shared < end && first[shared].other == first->other; shared++)
            continue;
        bool most = 2 * shared > words;
        if (!most)
            status = count_words(counts, first->other, &others, error);
        if (status == TF_OK && (most || 2 * shared > others)) {
            status = insert(counts->store, first, error);
            kin++;
        }
    }
    return status;
}

static enum tf_status write_pairs(struct tf_store *store, struct tf_buf *array,
                                  struct tf_error *error)
{
    struct word_counts counts = {.store = store};
    size_t count = array->size / sizeof(struct kin_pair);
    struct kin_pair *pairs = (void *)array->data;
    enum tf_status status = TF_OK;
    if (count)
        qsort(pairs, count, sizeof *pairs, by_pair);
    for (size_t i = 0, next; status == TF_OK && i < count; i = next) {
        for (next = i + 1; next < count && pairs[next].revision == pairs[i].revision; next++)
            continue;
        status = write_kin(&counts, pairs + i, pairs + next, error);
    }
    return status;
}

/* --- Words --------------------------------------------------------------- */

/* Those of one digest: a claim that a source makes twice is one. */
static enum tf_status index_words(struct tf_store *store, const struct key *first,
                                  const struct key *end, struct tf_buf *pairs,
                                  struct tf_error *error)
{
    enum tf_status status = pair_sharing(store, first, end, pairs, error);
    for (const struct key *key = first; status == TF_OK && key < end; key++)
        if (key == first || key->row != key[-1].row)
            status = write_words(store, key, error);
    return status;
}

enum tf_status index_kin(struct tf_store *store, const struct key *words, size_t count,
                         struct tf_error *error)
{
    struct tf_buf pairs;
    enum tf_status status = TF_OK;
    tf_buf_init(&pairs);
    for (size_t i = 0, next; status == TF_OK && i < count; i = next) {
        for (next = i + 1; next < count && words[next].key == words[i].key; next++)
            continue;
        status = index_words(store, words + i, words + next, &pairs, error);
    }
    if (status == TF_OK && pairs.failed)
        status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    if (status == TF_OK)
        status = write_pairs(store, &pairs, error);
    tf_buf_clear(&pairs);
    return status;
}
