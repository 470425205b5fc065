/* SPDX-License-Identifier: MIT */
/* What rows say besides what was read: places, digests, lists as columns. */
#include "rows.h"

#include "packed.h"

#include <stdlib.h>
#include <string.h>

/* --- Claims by id -------------------------------------------------------- */

static const struct placed_claim *find_claim(const struct tf_store_rows *rows,
                                             const struct tf_uuid *id)
{
    size_t count = rows->facts->claims.n;
    return count ? bsearch(id, rows->claims, count, sizeof *rows->claims, tf_uuid_order) : NULL;
}

/* tf_facts_check saw to it that there is one. */
uint32_t claim_place(const struct tf_store_rows *rows, const struct tf_uuid *id)
{
    const struct placed_claim *claim = find_claim(rows, id);
    TF_ASSERT(claim);
    return claim->place;
}

const char *claim_kind(const struct tf_claim *claim)
{
    const struct tf_claim_span *primary = tf_claim_primary(claim);
    TF_ASSERT(primary); /* tf_facts_check refused it before */
    return tf_span_role_names[primary->role];
}

static void place_claims(struct tf_store_rows *rows)
{
    const struct tf_extraction *facts = rows->facts;
    rows->claims = TF_NEW_ARRAY(rows->arena, struct placed_claim, facts->claims.n + 1);
    rows->first_claim = TF_NEW_ARRAY(rows->arena, uint32_t, facts->segments.n + 1);
    if (!rows->claims || !rows->first_claim)
        return;
    for (size_t i = 0; i < facts->segments.n; i++)
        rows->first_claim[i] = (uint32_t)facts->claims.n;
    for (size_t i = facts->claims.n; i-- > 0;) {
        rows->claims[i] = (struct placed_claim){facts->claims.v[i].id, (uint32_t)i};
        if (facts->claims.v[i].segment < facts->segments.n)
            rows->first_claim[facts->claims.v[i].segment] = (uint32_t)i;
    }
    if (facts->claims.n)
        qsort(rows->claims, facts->claims.n, sizeof *rows->claims, tf_uuid_order);
}

/* --- Digests ------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static void digest_claims(struct tf_store_rows *rows)
{
    const struct tf_extraction *facts = rows->facts;
    size_t count = facts->claims.n;
    rows->digests = TF_NEW_ARRAY(rows->arena, int64_t, count + 1);
    int64_t *sorted = TF_NEW_ARRAY(rows->arena, int64_t, count + 1);
    if (!rows->digests || !sorted)
        return;
    for (size_t i = 0; i < count; i++) {
        rows->digests[i] = words_digest(facts->claims.v[i].text);
        if (rows->digests[i] < 0)
            tf_arena_fail(rows->arena);
    }
    memcpy(sorted, rows->digests, count * sizeof *sorted);
    if (count)
        qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++)
        rows->words += i == 0 || sorted[i] != sorted[i - 1];
}

/* --- FAQs ---------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return tf_str_compare(*(const struct tf_str *)a, *(const struct tf_str *)b);
}

static void add_once(struct tf_arena *arena, struct tf_strs *list, struct tf_str value)
{
    if (!tf_strs_contain(list, value))
        tf_strs_push(arena, list, value);
}

static void add_all(struct tf_arena *arena, struct tf_strs *list, const struct tf_strs *values)
{
    for (size_t i = 0; i < values->n; i++)
        add_once(arena, list, values->v[i]);
}

static void label_faq(const struct tf_store_rows *rows, const struct tf_faq *faq,
                      struct faq_labels *out)
{
    for (size_t i = 0; i < faq->claims.n; i++) {
        const struct tf_claim *claim = &rows->facts->claims.v[claim_place(rows, &faq->claims.v[i])];
        add_once(rows->arena, &out->topics, tf_str_of(tf_topic_names[claim->topic]));
        add_all(rows->arena, &out->treatments, &claim->treatments);
        add_all(rows->arena, &out->conditions, &claim->conditions);
    }
    struct tf_strs *const lists[] = {&out->topics, &out->treatments, &out->conditions};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i]->n)
            qsort(lists[i]->v, lists[i]->n, sizeof *lists[i]->v, by_text);
}

static void label_faqs(struct tf_store_rows *rows)
{
    const struct tf_extraction *facts = rows->facts;
    rows->faqs = TF_NEW_ARRAY(rows->arena, struct faq_labels, facts->faqs.n + 1);
    for (size_t i = 0; rows->faqs && i < facts->faqs.n; i++)
        label_faq(rows, &facts->faqs.v[i], &rows->faqs[i]);
}

/* --- Columns ------------------------------------------------------------- */

static void pack_claims(struct tf_store_rows *rows, struct tf_buf *room)
{
    const struct tf_extraction *facts = rows->facts;
    rows->claim_columns = TF_NEW_ARRAY(rows->arena, struct claim_columns, facts->claims.n + 1);
    for (size_t i = 0; rows->claim_columns && i < facts->claims.n; i++) {
        const struct tf_claim *claim = &facts->claims.v[i];
        rows->claim_columns[i] = (struct claim_columns){
            .spans = pack_claim_spans(claim, room, rows->arena),
            .hedges = pack_strs(&claim->hedges, room, rows->arena),
            .treatments = pack_strs(&claim->treatments, room, rows->arena),
            .conditions = pack_strs(&claim->conditions, room, rows->arena),
            .routes = pack_strs(&claim->routes, room, rows->arena),
        };
    }
}

static void pack_windows(struct tf_store_rows *rows, struct tf_buf *room)
{
    const struct tf_extraction *facts = rows->facts;
    rows->window_treatments = TF_NEW_ARRAY(rows->arena, struct tf_str, facts->windows.n + 1);
    for (size_t i = 0; rows->window_treatments && i < facts->windows.n; i++)
        rows->window_treatments[i] = pack_strs(&facts->windows.v[i].treatments, room, rows->arena);
}

static void pack_faqs(struct tf_store_rows *rows, struct tf_buf *room)
{
    const struct tf_extraction *facts = rows->facts;
    rows->faq_columns = TF_NEW_ARRAY(rows->arena, struct faq_columns, facts->faqs.n + 1);
    for (size_t i = 0; rows->faq_columns && i < facts->faqs.n; i++) {
        const struct tf_faq *faq = &facts->faqs.v[i];
        const struct faq_labels *labels = &rows->faqs[i];
        rows->faq_columns[i] = (struct faq_columns){
            .answer_spans =
                pack_places(faq->answer_spans.v, faq->answer_spans.n, room, rows->arena),
            .claims = pack_ids(faq->claims.v, faq->claims.n, room, rows->arena),
            .topics = pack_strs(&labels->topics, room, rows->arena),
            .treatments = pack_strs(&labels->treatments, room, rows->arena),
            .conditions = pack_strs(&labels->conditions, room, rows->arena),
        };
    }
}

/* --- All of it ----------------------------------------------------------- */

static bool derive(struct tf_store_rows *rows)
{
    struct tf_buf room;
    tf_buf_init(&room);
    place_claims(rows);
    digest_claims(rows);
    if (!tf_arena_failed(rows->arena))
        label_faqs(rows);
    if (!tf_arena_failed(rows->arena))
        rows_tally(rows);
    if (!tf_arena_failed(rows->arena)) {
        rows->tallies_json = pack_tallies(rows, &room);
        pack_claims(rows, &room);
        pack_windows(rows, &room);
        pack_faqs(rows, &room);
    }
    bool failed = room.failed || tf_arena_failed(rows->arena);
    tf_buf_clear(&room);
    return !failed;
}

static enum tf_status check_facts(const struct tf_store_rows *rows, struct tf_error *error)
{
    const struct tf_extraction *facts = rows->facts;
    if (facts->bytes != rows->bytes.size || strcmp(facts->sha256, rows->sha256) != 0)
        return tf_error_set(error, TF_CORRUPT, "the facts were read from another text");
    if (facts->segments.n > FACT_PLACE_MAX)
        return tf_error_set(error, TF_TOO_LARGE, "more than %u pieces of text", FACT_PLACE_MAX);
    return tf_facts_check(facts, rows->bytes.data, rows->bytes.size, error);
}

enum tf_status tf_store_rows_make(struct tf_str bytes, const struct tf_extraction *facts,
                                  struct tf_arena *arena, const struct tf_store_rows **out,
                                  struct tf_error *error)
{
    struct tf_store_rows *rows = TF_NEW(arena, struct tf_store_rows);
    if (!rows)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    *rows = (struct tf_store_rows){.bytes = bytes, .facts = facts, .arena = arena};
    tf_digest(bytes.data, bytes.size, rows->sha256);
    enum tf_status status = check_facts(rows, error);
    if (status == TF_OK && !derive(rows))
        status = tf_error_set(error, TF_NO_MEMORY, "out of memory");
    if (status == TF_OK)
        *out = rows;
    return status;
}
