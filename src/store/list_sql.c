/* SPDX-License-Identifier: MIT */
/*
 * List statements, put together from the static pieces below and never from
 * what a user wrote. Values are bound; several values of a filter are bound as
 * one JSON array.
 *
 * The usual order is (source key, ordinal): sources by their key's index
 * outside, their facts by (revision, ordinal) inside, so that a page needs no
 * sort and stops when it is full, however many facts there are. Other orders
 * have another table outside, whose index gives the order. CROSS JOIN keeps
 * SQLite from turning the loops round. A filter by code first asks, by index, whether the
 * source has the code at all. A full-text match turns the loops round: it
 * starts from the words and sorts what it found.
 */
#include "store_internal.h"

#include <math.h>

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
/* The same in the order of revisions ... */
#define FROM_REVISION                                                                              \
    " FROM revision AS r CROSS JOIN source AS s ON s.current_revision = r.revision_id"             \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"
/* ... when a fact is there first, of whatever revision ... */
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
    const char *inner;               /* what follows source, revision and extraction */
    const char *from_match, *from_id; /* the fact first */
    const char *ordinal, *id;
};

static const struct list_sql lists[TF_KIND__MAX] = {
    [TF_KIND_SOURCE] = {SOURCE_COLUMNS
                        ", coalesce(s.published, e.published), s.retrieved, s.license,"
                        " (SELECT count(*) FROM revision AS o WHERE o.source_id = s.source_id),"
                        " r.sha256, e.bytes, e.characters, e.extractor, e.lexicon, e.claims,"
                        " e.windows, e.faqs, e.studies",
                        "", NULL, FROM_SOURCE, NULL, "s.id"},
    [TF_KIND_SEGMENT] = {SOURCE_COLUMNS
                         ", g.start, g.end, g.byte_start, g.byte_end, g.role, g.reason,"
                         " (SELECT c.id FROM claim AS c WHERE c.segment_id = g.segment_id"
                         " ORDER BY c.ordinal LIMIT 1)",
                         " CROSS JOIN segment AS g ON g.revision_id = r.revision_id", NULL, NULL,
                         "g.ordinal", NULL},
    [TF_KIND_CLAIM] = {SOURCE_COLUMNS ", " CLAIM_COLUMNS,
                       " CROSS JOIN claim AS c ON c.revision_id = r.revision_id" SEGMENT_OF_CLAIM,
                       MATCH_CLAIM WITH_SOURCE("c") SEGMENT_OF_CLAIM,
                       " FROM claim AS c" WITH_SOURCE("c") SEGMENT_OF_CLAIM, "c.ordinal", "c.id"},
    [TF_KIND_WINDOW] =
        {SOURCE_COLUMNS
         ", w.window_id, w.id, c.id, w.measure, w.basis, w.min, w.max, w.min_seconds,"
         " w.max_seconds, w.min_sessions, w.max_sessions, w.bound, w.precision, w.route,"
         " w.condition, w.start, w.end, w.byte_start, w.byte_end, w.expression, " PRIMARY_QUOTE
         ", c.certainty",
         " CROSS JOIN time_window AS w ON w.revision_id = r.revision_id" CLAIM_OF("w"),
         MATCH_CLAIM " CROSS JOIN time_window AS w ON w.claim_id = c.claim_id" WITH_SOURCE("w"),
         " FROM time_window AS w" WITH_SOURCE("w") CLAIM_OF("w"), "w.ordinal", "w.id"},
    [TF_KIND_FAQ] = {SOURCE_COLUMNS
                     ", f.faq_id, f.id, f.origin, f.answer, f.question, f.start, f.end,"
                     " f.byte_start, f.byte_end",
                     " CROSS JOIN faq AS f ON f.revision_id = r.revision_id",
                     " FROM faq_fts CROSS JOIN faq AS f ON f.faq_id = faq_fts.rowid"
                     WITH_SOURCE("f"),
                     " FROM faq AS f" WITH_SOURCE("f"), "f.ordinal", "f.id"},
    [TF_KIND_STUDY] = {SOURCE_COLUMNS
                       ", y.id, c.id, y.name, y.year, y.study_type, y.participants, y.start, y.end,"
                       " y.byte_start, y.byte_end, " PRIMARY_QUOTE,
                       " CROSS JOIN study AS y ON y.revision_id = r.revision_id" CLAIM_OF("y"),
                       MATCH_CLAIM
                       " CROSS JOIN study AS y ON y.claim_id = c.claim_id" WITH_SOURCE("y"),
                       " FROM study AS y" WITH_SOURCE("y") CLAIM_OF("y"), "y.ordinal", "y.id"},
};

/* --- Orders -------------------------------------------------------------- */

/* Which table the outermost loop runs over, so that its index gives the order. */
enum lead { LEAD_SOURCE, LEAD_REVISION, LEAD_FACT };

/* A list by something else than its place: the table that leads, and the
 * values that order it and tell every row from every other. */
struct list_order {
    enum lead lead;
    const char *part[TF_POSITION_PARTS];
    const char *first_down; /* what is first of them in the other direction, NULL: the same */
};

/* Sessions cannot be compared with times: they come last in both directions. */
#define WINDOW_BY(column, open, sessions)                                                          \
    "CASE w.basis WHEN 'time' THEN coalesce(w." column ", " open ") ELSE " sessions " END"
#define BY_TIME(column, open)                                                                      \
    {                                                                                              \
        LEAD_FACT, {WINDOW_BY(column, open, "9e999"), "w.id"}, WINDOW_BY(column, open, "-9e999")   \
    }

static const struct list_order orders[TF_KIND__MAX][TF_SORT__MAX] = {
    [TF_KIND_SOURCE] = {[TF_SORT_UPDATED_AT] = {LEAD_REVISION, {"r.updated_at", "r.revision_id"}},
                        [TF_SORT_TITLE] = {LEAD_SOURCE,
                                           {"substr(coalesce(s.title, e.title, ''), 1, 200)", "s.key"}},
                        [TF_SORT_PUBLISHED] = {LEAD_SOURCE,
                                               {"coalesce(s.published, e.published, '')", "s.key"}}},
    [TF_KIND_CLAIM] = {[TF_SORT_UPDATED_AT] = {LEAD_REVISION,
                                               {"r.updated_at", "r.revision_id", "c.ordinal"}}},
    [TF_KIND_WINDOW] = {[TF_SORT_UPDATED_AT] = {LEAD_REVISION,
                                                {"r.updated_at", "r.revision_id", "w.ordinal"}},
                        [TF_SORT_MIN] = BY_TIME("min_seconds", "0.0"),
                        [TF_SORT_MAX] = BY_TIME("max_seconds", "1e307")},
    [TF_KIND_FAQ] = {[TF_SORT_UPDATED_AT] = {LEAD_REVISION,
                                             {"r.updated_at", "r.revision_id", "f.ordinal"}}},
    [TF_KIND_STUDY] = {[TF_SORT_UPDATED_AT] = {LEAD_REVISION,
                                               {"r.updated_at", "r.revision_id", "y.ordinal"}},
                       [TF_SORT_NAME] = {LEAD_FACT, {"y.name COLLATE NOCASE", "y.id"}},
                       [TF_SORT_YEAR] = {LEAD_FACT, {"coalesce(y.year, 0)", "y.id"}}},
};

/* PLACE and KEY are the same for every kind. */
static struct list_order order_of(const struct list_spec *spec)
{
    if (spec->sort == TF_SORT_PLACE || spec->sort == TF_SORT_KEY)
        return (struct list_order){LEAD_SOURCE, {"s.key", lists[spec->kind].ordinal}, NULL};
    struct list_order order = orders[spec->kind][spec->sort];
    if (spec->descending && order.first_down)
        order.part[0] = order.first_down;
    return order;
}

/* --- Facets -------------------------------------------------------------- */

/* What is counted: the value, the tables it needs besides, and what counts a
 * row once where those give it several times. */
struct list_facet {
    const char *value, *join, *count;
};

#define LABELS(kind)                                                                               \
    {"fl.code", " CROSS JOIN claim_label AS fl ON fl.claim_id = c.claim_id AND fl.kind = '" kind   \
                "'",                                                                               \
     "count(*)"}
#define FAQ_LABELS(kind)                                                                           \
    {"fl.code",                                                                                    \
     " CROSS JOIN faq_claim AS fx ON fx.faq_id = f.faq_id CROSS JOIN claim_label AS fl"           \
     " ON fl.claim_id = fx.claim_id AND fl.kind = '" kind "'",                                     \
     "count(DISTINCT f.faq_id)"}
#define PLAIN(column) {column, "", "count(*)"}
#define OF_THE_CLAIM                                                                               \
    [TF_FACET_TOPIC] = PLAIN("c.topic"), [TF_FACET_CERTAINTY] = PLAIN("c.certainty"),              \
    [TF_FACET_POLARITY] = PLAIN("c.polarity"), [TF_FACET_SOURCE] = PLAIN("s.key")

static const struct list_facet facets[TF_KIND__MAX][TF_FACET__MAX] = {
    [TF_KIND_SOURCE] = {[TF_FACET_PUBLISHER] = PLAIN("s.publisher"),
                        [TF_FACET_LANGUAGE] = PLAIN("s.language")},
    [TF_KIND_SEGMENT] = {[TF_FACET_ROLE] = PLAIN("g.role")},
    [TF_KIND_CLAIM] = {OF_THE_CLAIM, [TF_FACET_KIND] = PLAIN("c.kind"),
                       [TF_FACET_TREATMENT] = LABELS("treatment"),
                       [TF_FACET_CONDITION] = LABELS("condition"),
                       [TF_FACET_ROUTE] = LABELS("route")},
    [TF_KIND_WINDOW] =
        {OF_THE_CLAIM, [TF_FACET_CONDITION] = PLAIN("w.condition"),
         [TF_FACET_ROUTE] = PLAIN("w.route"), [TF_FACET_MEASURE] = PLAIN("w.measure"),
         [TF_FACET_BASIS] = PLAIN("w.basis"), [TF_FACET_BOUND] = PLAIN("w.bound"),
         [TF_FACET_PRECISION] = PLAIN("w.precision"),
         [TF_FACET_TREATMENT] = {"ft.code",
                                 " CROSS JOIN window_treatment AS ft ON ft.window_id = w.window_id",
                                 "count(*)"}},
    [TF_KIND_FAQ] = {[TF_FACET_ORIGIN] = PLAIN("f.origin"), [TF_FACET_SOURCE] = PLAIN("s.key"),
                     [TF_FACET_TREATMENT] = FAQ_LABELS("treatment"),
                     [TF_FACET_CONDITION] = FAQ_LABELS("condition"),
                     [TF_FACET_TOPIC] = {"fc.topic",
                                         " CROSS JOIN faq_claim AS fx ON fx.faq_id = f.faq_id"
                                         " CROSS JOIN claim AS fc ON fc.claim_id = fx.claim_id",
                                         "count(DISTINCT f.faq_id)"}},
    [TF_KIND_STUDY] = {OF_THE_CLAIM, [TF_FACET_STUDY_TYPE] = PLAIN("y.study_type"),
                       [TF_FACET_YEAR] = PLAIN("cast(y.year AS TEXT)"),
                       [TF_FACET_TREATMENT] = LABELS("treatment"),
                       [TF_FACET_CONDITION] = LABELS("condition")},
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

/* --- Putting together ---------------------------------------------------- */

static void add_from(struct tf_buf *sql, const struct list_spec *spec, enum lead lead)
{
    const struct list_sql *list = &lists[spec->kind];
    if (spec->filter->match.data)
        tf_buf_add_text(sql, list->from_match);
    else if (lead == LEAD_FACT)
        tf_buf_add_text(sql, list->from_id);
    else
        tf_buf_printf(sql, "%s%s", lead == LEAD_SOURCE ? FROM_SOURCE : FROM_REVISION, list->inner);
}

static void add_filters(struct tf_buf *sql, enum tf_kind kind, const struct tf_filter *filter)
{
    tf_buf_add_text(sql, " WHERE r.revision_id = s.current_revision");
    if (filter->match.data)
        tf_buf_printf(sql, " AND %s MATCH :match", kind == TF_KIND_FAQ ? "faq_fts" : "claim_fts");
    if (!isnan(filter->max_lte))
        tf_buf_add_text(sql, " AND w.max_seconds <= :max_lte");
    if (!isnan(filter->min_gte))
        tf_buf_add_text(sql, " AND w.min_seconds >= :min_gte");
    if (filter->updated_since.data)
        tf_buf_add_text(sql, " AND r.updated_at >= :updated_since");
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (filter->values[key].n)
            tf_buf_printf(sql, " AND %s", filters[kind][key]);
}

/* (a, b, c) > (:p0, :p1, :p2), spelled so that an index is used for a. */
static void add_after(struct tf_buf *sql, const struct list_order *order, bool descending)
{
    char compare = descending ? '<' : '>';
    int parts = 0;
    while (parts < TF_POSITION_PARTS && order->part[parts])
        parts++;
    for (int i = 0; i < parts - 1; i++)
        tf_buf_printf(sql, " AND %s %c= :p%d AND (%s %c :p%d OR 1", order->part[i], compare, i,
                      order->part[i], compare, i);
    tf_buf_printf(sql, " AND %s %c :p%d", order->part[parts - 1], compare, parts - 1);
    for (int i = 0; i < parts - 1; i++)
        tf_buf_add_char(sql, ')');
}

static void add_page(struct tf_buf *sql, const struct list_spec *spec)
{
    struct list_order order = order_of(spec);
    const char *direction = spec->descending ? " DESC" : "";
    tf_buf_add_text(sql, "SELECT ");
    for (int i = 0; i < TF_POSITION_PARTS; i++)
        tf_buf_printf(sql, "%s,", order.part[i] ? order.part[i] : "NULL");
    tf_buf_add_text(sql, lists[spec->kind].columns);
    add_from(sql, spec, order.lead);
    add_filters(sql, spec->kind, spec->filter);
    if (spec->after)
        add_after(sql, &order, spec->descending);
    for (int i = 0; i < TF_POSITION_PARTS && order.part[i]; i++)
        tf_buf_printf(sql, "%s %s%s", i ? "," : " ORDER BY", order.part[i], direction);
    tf_buf_add_text(sql, " LIMIT :limit");
}

static void add_facet(struct tf_buf *sql, const struct list_spec *spec)
{
    const struct list_facet *facet = &facets[spec->kind][spec->facet];
    tf_buf_printf(sql, "SELECT %s AS value, %s AS rows", facet->value, facet->count);
    add_from(sql, spec, LEAD_SOURCE);
    tf_buf_add_text(sql, facet->join);
    add_filters(sql, spec->kind, spec->filter);
    tf_buf_printf(sql, " AND %s IS NOT NULL GROUP BY value ORDER BY rows DESC, value LIMIT :limit",
                  facet->value);
}

void list_sql(const struct list_spec *spec, struct tf_buf *sql)
{
    const struct list_sql *list = &lists[spec->kind];
    switch (spec->form) {
    case LIST_PAGE:
        add_page(sql, spec);
        return;
    case LIST_COUNT:
        tf_buf_add_text(sql, "SELECT count(*)");
        add_from(sql, spec, LEAD_SOURCE);
        add_filters(sql, spec->kind, spec->filter);
        return;
    case LIST_FACET:
        add_facet(sql, spec);
        return;
    case LIST_ONE:
    case LIST_FORM__MAX:
        tf_buf_printf(sql,
                      "SELECT NULL, NULL, NULL,%s%s WHERE %s = :id"
                      " ORDER BY r.revision_id = s.current_revision DESC, r.number DESC LIMIT 1",
                      list->columns, list->from_id, list->id);
        return;
    }
}

bool list_takes(enum tf_kind kind, enum tf_filter_key key)
{
    return filters[kind][key] != NULL;
}

/* Which filters a kind takes is query/'s table; asking for another is a
 * mistake in the program, but must not become a wild pointer. */
bool list_supported(const struct list_spec *spec)
{
    enum tf_kind kind = spec->kind;
    const struct tf_filter *filter = spec->filter;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (filter->values[key].n && !filters[kind][key])
            return false;
    bool seconds = !isnan(filter->max_lte) || !isnan(filter->min_gte);
    return (!filter->match.data || lists[kind].from_match) &&
           (!seconds || kind == TF_KIND_WINDOW) &&
           (spec->form != LIST_ONE || lists[kind].from_id) &&
           (spec->form != LIST_PAGE || order_of(spec).part[0]) &&
           (spec->form != LIST_FACET || facets[kind][spec->facet].value);
}
