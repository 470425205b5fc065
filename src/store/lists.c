/* SPDX-License-Identifier: MIT */
/*
 * List statements, put together from the static pieces below and never from
 * what a user wrote. Values are bound; several values of a filter are bound as
 * one JSON array.
 *
 * Order is (source key, ordinal): sources by their key's index outside, their
 * facts by (revision, ordinal) inside, so that a page needs no sort and stops
 * when it is full, however many facts there are. CROSS JOIN keeps SQLite from
 * turning the loops round. A filter by code first asks, by index, whether the
 * source has the code at all. A full-text match turns the loops round: it
 * starts from the words and sorts what it found.
 */
#include "store_internal.h"

#include <math.h>
#include <string.h>

#define VALUES(name) "(SELECT value FROM json_each(:" name "))"

#define SOURCE_COLUMNS                                                                             \
    " s.id, r.number, r.revision_id = s.current_revision, s.key, coalesce(s.title, e.title),"      \
    " s.publisher, s.url, s.language, r.updated_at, r.revision_id"
#define PRIMARY_QUOTE                                                                              \
    "(SELECT p.exact FROM claim_span AS p WHERE p.claim_id = c.claim_id AND p.role = c.kind)"

/* s, r and e: the source, its current revision and what was read from it. */
#define FROM_SOURCE                                                                                \
    " FROM source AS s CROSS JOIN revision AS r ON r.revision_id = s.current_revision"             \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"
/* The same when a fact is there first, by id of whatever revision ... */
#define WITH_SOURCE(fact)                                                                          \
    " CROSS JOIN revision AS r ON r.revision_id = " fact ".revision_id"                            \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"                                 \
    " CROSS JOIN source AS s ON s.source_id = r.source_id"
/* ... and by a match, which is of current revisions only. */
#define MATCH_CLAIM " FROM claim_fts CROSS JOIN claim AS c ON c.claim_id = claim_fts.rowid"

#define SEGMENT_OF_CLAIM " CROSS JOIN segment AS g ON g.segment_id = c.segment_id"
#define CLAIM_OF(fact) " CROSS JOIN claim AS c ON c.claim_id = " fact ".claim_id"

struct list_sql {
    const char *columns;
    const char *from, *from_match, *from_id;
    const char *ordinal, *id;
};

/* A source has no ordinal: its key is its place. The sum keeps SQLite from
 * taking a bare number in ORDER BY for the number of a column. */
static const struct list_sql lists[TF_KIND__MAX] = {
    [TF_KIND_SOURCE] = {" s.key, 0," SOURCE_COLUMNS
                        ", coalesce(s.published, e.published), s.retrieved, s.license,"
                        " (SELECT count(*) FROM revision AS o WHERE o.source_id = s.source_id),"
                        " r.sha256, e.bytes, e.characters, e.extractor, e.lexicon, e.claims,"
                        " e.windows, e.faqs, e.studies",
                        FROM_SOURCE, NULL, FROM_SOURCE, "(0 + 0)", "s.id"},
    [TF_KIND_SEGMENT] = {" s.key, g.ordinal," SOURCE_COLUMNS
                         ", g.start, g.end, g.byte_start, g.byte_end, g.role, g.reason,"
                         " (SELECT c.id FROM claim AS c WHERE c.segment_id = g.segment_id"
                         " ORDER BY c.ordinal LIMIT 1)",
                         FROM_SOURCE " CROSS JOIN segment AS g ON g.revision_id = r.revision_id",
                         NULL, NULL, "g.ordinal", NULL},
    [TF_KIND_CLAIM] = {" s.key, c.ordinal," SOURCE_COLUMNS ", " CLAIM_COLUMNS,
                       FROM_SOURCE
                       " CROSS JOIN claim AS c ON c.revision_id = r.revision_id" SEGMENT_OF_CLAIM,
                       MATCH_CLAIM WITH_SOURCE("c") SEGMENT_OF_CLAIM,
                       " FROM claim AS c" WITH_SOURCE("c") SEGMENT_OF_CLAIM, "c.ordinal", "c.id"},
    [TF_KIND_WINDOW] =
        {" s.key, w.ordinal," SOURCE_COLUMNS
         ", w.window_id, w.id, c.id, w.measure, w.basis, w.min, w.max, w.min_seconds,"
         " w.max_seconds, w.min_sessions, w.max_sessions, w.bound, w.precision, w.route,"
         " w.condition, w.start, w.end, w.byte_start, w.byte_end, w.expression, " PRIMARY_QUOTE,
         FROM_SOURCE " CROSS JOIN time_window AS w ON w.revision_id = r.revision_id" CLAIM_OF("w"),
         MATCH_CLAIM " CROSS JOIN time_window AS w ON w.claim_id = c.claim_id" WITH_SOURCE("w"),
         " FROM time_window AS w" WITH_SOURCE("w") CLAIM_OF("w"), "w.ordinal", "w.id"},
    [TF_KIND_FAQ] =
        {" s.key, f.ordinal," SOURCE_COLUMNS
         ", f.faq_id, f.id, f.origin, f.answer, f.question, f.start, f.end, f.byte_start,"
         " f.byte_end",
         FROM_SOURCE " CROSS JOIN faq AS f ON f.revision_id = r.revision_id",
         " FROM faq_fts CROSS JOIN faq AS f ON f.faq_id = faq_fts.rowid" WITH_SOURCE("f"),
         " FROM faq AS f" WITH_SOURCE("f"), "f.ordinal", "f.id"},
    [TF_KIND_STUDY] = {" s.key, y.ordinal," SOURCE_COLUMNS
                       ", y.id, c.id, y.name, y.year, y.study_type, y.participants, y.start, y.end,"
                       " y.byte_start, y.byte_end, " PRIMARY_QUOTE,
                       FROM_SOURCE
                       " CROSS JOIN study AS y ON y.revision_id = r.revision_id" CLAIM_OF("y"),
                       MATCH_CLAIM
                       " CROSS JOIN study AS y ON y.claim_id = c.claim_id" WITH_SOURCE("y"),
                       " FROM study AS y" WITH_SOURCE("y") CLAIM_OF("y"), "y.ordinal", "y.id"},
};

/* --- Filters ------------------------------------------------------------- */

#define HAS_LABEL(kind)                                                                            \
    "EXISTS (SELECT 1 FROM claim_label AS l WHERE l.kind = '" kind                                 \
    "' AND l.code IN " VALUES(kind) " AND l.revision_id = r.revision_id)"
#define CLAIM_LABEL(kind)                                                                          \
    HAS_LABEL(kind)                                                                                \
    " AND EXISTS (SELECT 1 FROM claim_label AS l WHERE l.claim_id = c.claim_id AND l.kind = "      \
    "'" kind "' AND l.code IN " VALUES(kind) ")"
#define FAQ_LABEL(kind)                                                                            \
    HAS_LABEL(kind)                                                                                \
    " AND EXISTS (SELECT 1 FROM faq_claim AS fc CROSS JOIN claim_label AS l"                       \
    " ON l.claim_id = fc.claim_id WHERE fc.faq_id = f.faq_id AND l.kind = '" kind                  \
    "' AND l.code IN " VALUES(kind) ")"
#define COLUMN(column, name) column " IN " VALUES(name)
#define BY_SOURCE                                                                                  \
    "(s.key IN " VALUES("source") " OR s.id IN (SELECT tf_uuid(value) FROM json_each(:source)))"
#define BY_CLAIM "c.id IN (SELECT tf_uuid(value) FROM json_each(:claim))"
#define IS_STUDY                                                                                   \
    "(y.name COLLATE NOCASE IN " VALUES(                                                           \
        "study") " OR y.id IN (SELECT tf_uuid(value) FROM json_each(:study)))"
#define BY_STUDY "EXISTS (SELECT 1 FROM study AS y WHERE y.claim_id = c.claim_id AND " IS_STUDY ")"

/* What the claim behind a fact says of it. */
#define OF_CLAIM                                                                                   \
    [TF_FILTER_TOPIC] = COLUMN("c.topic", "topic"),                                                \
    [TF_FILTER_CERTAINTY] = COLUMN("c.certainty", "certainty"),                                    \
    [TF_FILTER_POLARITY] = COLUMN("c.polarity", "polarity"),                                       \
    [TF_FILTER_KIND] = COLUMN("c.kind", "kind"),                                                   \
    [TF_FILTER_SECTION] = COLUMN("c.section", "section"), [TF_FILTER_CLAIM] = BY_CLAIM

static const char *const filters[TF_KIND__MAX][TF_FILTER__MAX] = {
    [TF_KIND_SOURCE] = {[TF_FILTER_SOURCE] = BY_SOURCE},
    [TF_KIND_SEGMENT] =
        {[TF_FILTER_SOURCE] = BY_SOURCE, [TF_FILTER_ROLE] = COLUMN("g.role", "role")},
    [TF_KIND_CLAIM] = {OF_CLAIM, [TF_FILTER_SOURCE] = BY_SOURCE, [TF_FILTER_STUDY] = BY_STUDY,
                       [TF_FILTER_TREATMENT] = CLAIM_LABEL("treatment"),
                       [TF_FILTER_CONDITION] = CLAIM_LABEL("condition"),
                       [TF_FILTER_ROUTE] = CLAIM_LABEL("route")},
    [TF_KIND_WINDOW] =
        {OF_CLAIM, [TF_FILTER_SOURCE] = BY_SOURCE, [TF_FILTER_STUDY] = BY_STUDY,
         [TF_FILTER_TREATMENT] =
             "EXISTS (SELECT 1 FROM window_treatment AS l WHERE l.window_id = w.window_id"
             " AND l.code IN " VALUES("treatment") ")",
         [TF_FILTER_CONDITION] = COLUMN("w.condition", "condition"),
         [TF_FILTER_ROUTE] = COLUMN("w.route", "route"),
         [TF_FILTER_MEASURE] = COLUMN("w.measure", "measure"),
         [TF_FILTER_BASIS] = COLUMN("w.basis", "basis"),
         [TF_FILTER_PRECISION] = COLUMN("w.precision", "precision"),
         [TF_FILTER_BOUND] = COLUMN("w.bound", "bound")},
    [TF_KIND_FAQ] = {[TF_FILTER_SOURCE] = BY_SOURCE,
                     [TF_FILTER_ORIGIN] = COLUMN("f.origin", "origin"),
                     [TF_FILTER_TREATMENT] = FAQ_LABEL("treatment"),
                     [TF_FILTER_CONDITION] = FAQ_LABEL("condition"),
                     [TF_FILTER_TOPIC] =
                         "EXISTS (SELECT 1 FROM faq_claim AS fc CROSS JOIN claim AS c"
                         " ON c.claim_id = fc.claim_id WHERE fc.faq_id = f.faq_id AND " COLUMN(
                             "c.topic", "topic") ")",
                     [TF_FILTER_CLAIM] =
                         "EXISTS (SELECT 1 FROM faq_claim AS fc CROSS JOIN claim AS c"
                         " ON c.claim_id = fc.claim_id WHERE fc.faq_id = f.faq_id AND " BY_CLAIM
                         ")"},
    [TF_KIND_STUDY] = {OF_CLAIM, [TF_FILTER_SOURCE] = BY_SOURCE, [TF_FILTER_STUDY] = IS_STUDY,
                       [TF_FILTER_TREATMENT] = CLAIM_LABEL("treatment"),
                       [TF_FILTER_CONDITION] = CLAIM_LABEL("condition"),
                       [TF_FILTER_ROUTE] = CLAIM_LABEL("route")},
};

/* Bits above the filters in a signature. */
enum {
    BIT_MATCH = TF_FILTER__MAX,
    BIT_MAX,
    BIT_MIN,
    BIT_SINCE,
    BIT_AFTER,
    BIT_FORM,
    BIT_KIND = BIT_FORM + 3,
};

static uint64_t bit(int place, bool on)
{
    return on ? (uint64_t)1 << place : 0;
}

static uint64_t signature_of(enum tf_kind kind, enum list_form form, const struct tf_filter *filter,
                             bool after)
{
    uint64_t signature = (uint64_t)kind << BIT_KIND | (uint64_t)form << BIT_FORM;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        signature |= bit(key, filter->values[key].n > 0);
    return signature | bit(BIT_MATCH, filter->match.data) | bit(BIT_MAX, !isnan(filter->max_lte)) |
           bit(BIT_MIN, !isnan(filter->min_gte)) | bit(BIT_SINCE, filter->updated_since.data) |
           bit(BIT_AFTER, after);
}

static bool has(uint64_t signature, int place)
{
    return signature >> place & 1;
}

static void add_conditions(struct tf_buf *sql, enum tf_kind kind, uint64_t signature)
{
    tf_buf_add_text(sql, " WHERE 1");
    if (has(signature, BIT_MATCH))
        tf_buf_printf(sql, " AND %s MATCH :match AND r.revision_id = s.current_revision",
                      kind == TF_KIND_FAQ ? "faq_fts" : "claim_fts");
    if (has(signature, BIT_MAX))
        tf_buf_add_text(sql, " AND w.max_seconds <= :max_lte");
    if (has(signature, BIT_MIN))
        tf_buf_add_text(sql, " AND w.min_seconds >= :min_gte");
    if (has(signature, BIT_SINCE))
        tf_buf_add_text(sql, " AND r.updated_at >= :updated_since");
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (has(signature, key))
            tf_buf_printf(sql, " AND %s", filters[kind][key]);
    if (has(signature, BIT_AFTER))
        tf_buf_printf(sql, " AND s.key >= :key AND (s.key > :key OR %s > :row)",
                      lists[kind].ordinal);
}

static void put_together(struct tf_buf *sql, enum tf_kind kind, enum list_form form,
                         uint64_t signature)
{
    const struct list_sql *list = &lists[kind];
    tf_buf_printf(sql, "SELECT%s", form == LIST_COUNT ? " count(*)" : list->columns);
    if (form == LIST_ONE) {
        tf_buf_printf(sql,
                      "%s WHERE %s = :id"
                      " ORDER BY r.revision_id = s.current_revision DESC, r.number DESC LIMIT 1",
                      list->from_id, list->id);
        return;
    }
    tf_buf_add_text(sql, has(signature, BIT_MATCH) ? list->from_match : list->from);
    add_conditions(sql, kind, signature);
    if (form == LIST_PAGE)
        tf_buf_printf(sql, " ORDER BY s.key, %s LIMIT :limit", list->ordinal);
}

/* Which filters a kind takes is query/'s table; asking for another is a
 * mistake in the program, but must not become a wild pointer. */
static bool supported(enum tf_kind kind, enum list_form form, uint64_t signature)
{
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (has(signature, key) && !filters[kind][key])
            return false;
    bool seconds = has(signature, BIT_MAX) || has(signature, BIT_MIN);
    return (!has(signature, BIT_MATCH) || lists[kind].from_match) &&
           (!seconds || kind == TF_KIND_WINDOW) && (form != LIST_ONE || lists[kind].from_id);
}

/* --- Cache --------------------------------------------------------------- */

static struct cached_list *slot_for(struct tf_store *store, uint64_t signature)
{
    struct cached_list *oldest = &store->lists[0];
    for (size_t i = 0; i < CACHED_LISTS; i++) {
        struct cached_list *slot = &store->lists[i];
        if (slot->stmt && slot->signature == signature)
            return slot;
        if (!slot->stmt || (oldest->stmt && slot->used < oldest->used))
            oldest = slot;
    }
    sqlite3_finalize(oldest->stmt);
    *oldest = (struct cached_list){NULL, signature, 0};
    return oldest;
}

enum tf_status list_prepare(struct tf_store *store, enum tf_kind kind, enum list_form form,
                            const struct tf_filter *filter, bool after, sqlite3_stmt **out,
                            struct tf_error *error)
{
    uint64_t signature = signature_of(kind, form, filter, after);
    if (!supported(kind, form, signature))
        return tf_error_set(error, TF_INTERNAL, "%s: a list of %s does not take such a filter",
                            store->path, tf_kind_names[kind]);
    struct cached_list *slot = slot_for(store, signature);
    if (!slot->stmt) {
        struct tf_buf sql;
        tf_buf_init(&sql);
        put_together(&sql, kind, form, signature);
        int code = sql.failed ? SQLITE_NOMEM
                              : sqlite3_prepare_v3(store->db, sql.data, -1,
                                                   SQLITE_PREPARE_PERSISTENT, &slot->stmt, NULL);
        tf_buf_clear(&sql);
        if (code != SQLITE_OK)
            return store_fail(store, code, error);
    }
    slot->used = ++store->tick;
    *out = slot->stmt;
    return TF_OK;
}

/* Every piece of SQL above is prepared once, so that a bad one is found when
 * the store is opened: per kind the plain list, the one with every filter, the
 * count and the one by id. */
static enum tf_status prepare_kind(struct tf_store *store, enum tf_kind kind,
                                   struct tf_error *error)
{
    struct tf_filter none = {.max_lte = NAN, .min_gte = NAN}, all = none;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        all.values[key].n = filters[kind][key] != NULL;
    all.updated_since = TF_STR("");
    if (kind == TF_KIND_WINDOW)
        all.max_lte = all.min_gte = 0;
    sqlite3_stmt *stmt;
    enum tf_status status = list_prepare(store, kind, LIST_PAGE, &none, false, &stmt, error);
    if (status == TF_OK)
        status = list_prepare(store, kind, LIST_PAGE, &all, true, &stmt, error);
    if (status == TF_OK)
        status = list_prepare(store, kind, LIST_COUNT, &none, false, &stmt, error);
    if (status == TF_OK && lists[kind].from_match) {
        all.match = TF_STR("");
        status = list_prepare(store, kind, LIST_PAGE, &all, true, &stmt, error);
    }
    if (status == TF_OK && lists[kind].from_id)
        status = list_prepare(store, kind, LIST_ONE, &none, false, &stmt, error);
    return status;
}

enum tf_status list_prepare_all(struct tf_store *store, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (int kind = 0; status == TF_OK && kind < TF_KIND__MAX; kind++)
        status = prepare_kind(store, (enum tf_kind)kind, error);
    return status;
}

void list_forget(struct tf_store *store)
{
    for (size_t i = 0; i < CACHED_LISTS; i++)
        sqlite3_finalize(store->lists[i].stmt);
}
