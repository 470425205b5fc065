/* SPDX-License-Identifier: MIT */
/*
 * List statements, put together from the static pieces below and never from
 * what a user wrote. Values are bound; several values of a filter are bound as
 * one JSON array.
 *
 * A walk runs over an index in the order of the list, so that a page needs no
 * sort and stops when it is full, however many facts there are: the usual order
 * is (source key, place), sources by their key's index outside and their facts,
 * a range of rows, inside. CROSS JOIN keeps SQLite from turning the loops round.
 * The other plans start from the few sources or facts that a filter leaves and
 * sort them. Which one is taken, list_plan.c decides.
 */
#include "store_internal.h"

#include <math.h>
#include <string.h>

#define SOURCE_COLUMNS                                                                             \
    " s.id, r.number, r.revision_id = s.current_revision, s.key, coalesce(s.title, e.title),"      \
    " s.publisher, s.url, s.language, r.updated_at, r.revision_id"

/* s, r and e: the source, its current revision and what was read from it. */
#define REVISION_OF_SOURCE                                                                         \
    " CROSS JOIN revision AS r ON r.revision_id = s.current_revision"                              \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"
#define FROM_SOURCE " FROM source AS s" REVISION_OF_SOURCE
#define FROM_TALLY " FROM tally AS t CROSS JOIN source AS s ON s.key = t.key" REVISION_OF_SOURCE
/* The same in the order of revisions ... */
#define FROM_REVISION                                                                              \
    " FROM revision AS r CROSS JOIN source AS s ON s.current_revision = r.revision_id"             \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"
/* ... and when a fact is there first, of whatever revision. */
#define WITH_SOURCE(row)                                                                           \
    " CROSS JOIN revision AS r ON r.revision_id = " row " >> 24"                                   \
    " CROSS JOIN extraction AS e ON e.revision_id = r.revision_id"                                 \
    " CROSS JOIN source AS s ON s.source_id = r.source_id"
#define CLAIM_OF(row, fact)                                                                        \
    " CROSS JOIN claim AS c ON c.claim_id = (" row " >> 24 << 24) + " fact ".claim"
/* With a sign before it the column has no type of its own, as the index has none:
 * else SQLite would convert and look at every row. */
#define FACT_OF_CLAIM(table, fact, row)                                                            \
    " CROSS JOIN " table " AS " fact " ON (" row " >> 24 << 24) + " fact ".claim = +c.claim_id"

struct list_sql {
    const char *columns;
    const char *table, *row, *claim; /* of its facts, their rows, the claim behind each */
    const char *ids, *by_id;         /* the table of its ids, and the fact of one */
    const char *index, *from_match;  /* full text, and the facts of a match */
    const char *id;
};

static const struct list_sql lists[TF_KIND__MAX] = {
    [TF_KIND_SOURCE] = {.columns = SOURCE_COLUMNS
                        ", coalesce(s.published, e.published), s.retrieved, s.license,"
                        " (SELECT count(*) FROM revision AS o WHERE o.source_id = s.source_id),"
                        " r.sha256, e.bytes, e.characters, e.extractor, e.lexicon, e.claims,"
                        " e.windows, e.faqs, e.studies",
                        .id = "s.id"},
    [TF_KIND_SEGMENT] = {.columns = SOURCE_COLUMNS
                         ", g.start, g.end, g.byte_start, g.byte_end, g.role, g.reason,"
                         " (SELECT c.id FROM claim AS c"
                         " WHERE c.claim_id = (g.segment_id >> 24 << 24) + g.claim)",
                         .table = "segment AS g",
                         .row = "g.segment_id",
                         .claim = ""},
    [TF_KIND_CLAIM] = {.columns = SOURCE_COLUMNS ", " CLAIM_COLUMNS,
                       .table = "claim AS c",
                       .row = "c.claim_id",
                       .claim = "",
                       .ids = "claim_by_id",
                       .by_id = "claim AS c ON c.claim_id = i.claim_id",
                       .index = "claim_fts",
                       .from_match = "",
                       .id = "c.id"},
    [TF_KIND_WINDOW] = {.columns = SOURCE_COLUMNS
                        ", w.id, c.id, w.measure, w.basis, w.min, w.max, w.min_seconds,"
                        " w.max_seconds, w.min_sessions, w.max_sessions, w.bound, w.precision,"
                        " w.treatments, w.route, w.condition, w.start, w.end, w.byte_start,"
                        " w.byte_end, w.expression, c.certainty, c.text, c.spans",
                        .table = "time_window AS w",
                        .row = "w.window_id",
                        .claim = CLAIM_OF("w.window_id", "w"),
                        .ids = "window_by_id",
                        .by_id = "time_window AS w ON w.window_id = i.window_id",
                        .index = "claim_fts",
                        .from_match = FACT_OF_CLAIM("time_window", "w", "w.window_id"),
                        .id = "w.id"},
    [TF_KIND_FAQ] = {.columns = SOURCE_COLUMNS
                     ", f.id, f.origin, f.answer, f.spans, f.claims, f.question, f.start, f.end,"
                     " f.byte_start, f.byte_end",
                     .table = "faq AS f",
                     .row = "f.faq_id",
                     .claim = "",
                     .ids = "faq_by_id",
                     .by_id = "faq AS f ON f.faq_id = i.faq_id",
                     .index = "faq_fts",
                     .from_match = "",
                     .id = "f.id"},
    [TF_KIND_STUDY] = {.columns = SOURCE_COLUMNS
                       ", y.id, c.id, y.name, y.year, y.study_type, y.participants, y.start, y.end,"
                       " y.byte_start, y.byte_end, c.text, c.spans",
                       .table = "study AS y",
                       .row = "y.study_id",
                       .claim = CLAIM_OF("y.study_id", "y"),
                       .ids = "study_by_id",
                       .by_id = "study AS y ON y.study_id = i.study_id",
                       .index = "claim_fts",
                       .from_match = FACT_OF_CLAIM("study", "y", "y.study_id"),
                       .id = "y.id"},
};

/* --- Orders -------------------------------------------------------------- */

/* A list by something else than its place: the values that order it and tell
 * every row from every other. Where a table of its own has them in order, what
 * they are called there. */
struct list_order {
    enum lead { LEAD_SOURCE, LEAD_REVISION, LEAD_FACT } lead; /* the outermost loop */
    bool places; /* the last part is a place in the source */
    const char *part[TF_POSITION_PARTS];
    const char *down; /* what is first of them in the other direction, NULL: the same */
    const char *sort; /* in window_order: enum length_sort */
};

/* Sessions cannot be compared with times: they come last in both directions. */
#define WINDOW_BY(column, open, sessions)                                                          \
    "CASE w.basis WHEN 'time' THEN coalesce(w." column ", " open ") ELSE " sessions " END"
#define BY_TIME(column, open, name)                                                                \
    {                                                                                              \
        LEAD_FACT, false, {WINDOW_BY(column, open, "9e999"), "w.window_id"},                       \
            WINDOW_BY(column, open, "-9e999"), name                                                \
    }
#define BY_UPDATE(row)                                                                             \
    {                                                                                              \
        .lead = LEAD_REVISION, .places = true, .part = {                                           \
            "r.updated_at",                                                                        \
            "r.revision_id",                                                                       \
            row " & 16777215"                                                                      \
        }                                                                                          \
    }

static const struct list_order orders[TF_KIND__MAX][TF_SORT__MAX] = {
    [TF_KIND_SOURCE] =
        {[TF_SORT_PLACE] = {.part = {"s.key"}},
         [TF_SORT_UPDATED_AT] = {.lead = LEAD_REVISION, .part = {"r.updated_at", "r.revision_id"}},
         [TF_SORT_TITLE] = {.part = {"substr(coalesce(s.title, e.title, ''), 1, 200)", "s.key"}},
         [TF_SORT_PUBLISHED] = {.part = {"coalesce(s.published, e.published, '')", "s.key"}}},
    [TF_KIND_SEGMENT] = {[TF_SORT_PLACE] = {.places = true,
                                            .part = {"s.key", "g.segment_id & 16777215"}}},
    [TF_KIND_CLAIM] = {[TF_SORT_PLACE] = {.places = true,
                                          .part = {"s.key", "c.claim_id & 16777215"}},
                       [TF_SORT_UPDATED_AT] = BY_UPDATE("c.claim_id")},
    [TF_KIND_WINDOW] = {[TF_SORT_PLACE] = {.places = true,
                                           .part = {"s.key", "w.window_id & 16777215"}},
                        [TF_SORT_UPDATED_AT] = BY_UPDATE("w.window_id"),
                        [TF_SORT_MIN] = BY_TIME("min_seconds", "0.0", "0"),
                        [TF_SORT_MAX] = BY_TIME("max_seconds", "1e307", "1")},
    [TF_KIND_FAQ] = {[TF_SORT_PLACE] = {.places = true, .part = {"s.key", "f.faq_id & 16777215"}},
                     [TF_SORT_UPDATED_AT] = BY_UPDATE("f.faq_id")},
    [TF_KIND_STUDY] =
        {[TF_SORT_PLACE] = {.places = true, .part = {"s.key", "y.study_id & 16777215"}},
         [TF_SORT_UPDATED_AT] = BY_UPDATE("y.study_id"),
         [TF_SORT_NAME] = {.lead = LEAD_FACT, .part = {"y.name COLLATE NOCASE", "y.id"}},
         [TF_SORT_YEAR] = {.lead = LEAD_FACT, .part = {"coalesce(y.year, 0)", "y.id"}}},
};

/* PLACE and KEY are the same for every kind. What walks over a table of orders
 * or of tallies calls the parts as they are called there. */
static struct list_order order_of(const struct list_spec *spec)
{
    enum tf_sort sort = spec->sort == TF_SORT_KEY ? TF_SORT_PLACE : spec->sort;
    struct list_order order = orders[spec->kind][sort];
    if (spec->descending && order.down)
        order.part[0] = order.down;
    if (spec->plan == PLAN_WALK && order.sort) {
        order.part[0] = "o.value";
        order.part[1] = "o.window_id";
    }
    if (spec->plan == PLAN_TALLY)
        order.part[0] = "t.key";
    return order;
}

/* --- Facets -------------------------------------------------------------- */

/* What is counted: the value, and the list that it is taken from. */
struct list_facet {
    const char *value, *join;
};

#define LABELS(column)                                                                             \
    {                                                                                              \
        "fl.value", " CROSS JOIN json_each(" column ") AS fl"                                      \
    }
#define PLAIN(column)                                                                              \
    {                                                                                              \
        column, ""                                                                                 \
    }
#define OF_THE_CLAIM                                                                               \
    [TF_FACET_TOPIC] = PLAIN("c.topic"), [TF_FACET_CERTAINTY] = PLAIN("c.certainty"),              \
    [TF_FACET_POLARITY] = PLAIN("c.polarity"), [TF_FACET_SOURCE] = PLAIN("s.key")

static const struct list_facet facets[TF_KIND__MAX][TF_FACET__MAX] = {
    [TF_KIND_SOURCE] =
        {[TF_FACET_PUBLISHER] = PLAIN("s.publisher"), [TF_FACET_LANGUAGE] = PLAIN("s.language")},
    [TF_KIND_SEGMENT] = {[TF_FACET_ROLE] = PLAIN("g.role")},
    [TF_KIND_CLAIM] =
        {OF_THE_CLAIM, [TF_FACET_KIND] = PLAIN("c.kind"),
         [TF_FACET_TREATMENT] = LABELS("c.treatments"),
         [TF_FACET_CONDITION] = LABELS("c.conditions"), [TF_FACET_ROUTE] = LABELS("c.routes")},
    [TF_KIND_WINDOW] =
        {OF_THE_CLAIM, [TF_FACET_CONDITION] = PLAIN("w.condition"),
         [TF_FACET_ROUTE] = PLAIN("w.route"), [TF_FACET_MEASURE] = PLAIN("w.measure"),
         [TF_FACET_BASIS] = PLAIN("w.basis"), [TF_FACET_BOUND] = PLAIN("w.bound"),
         [TF_FACET_PRECISION] = PLAIN("w.precision"),
         [TF_FACET_TREATMENT] = LABELS("w.treatments")},
    [TF_KIND_FAQ] = {[TF_FACET_ORIGIN] = PLAIN("f.origin"),
                     [TF_FACET_SOURCE] = PLAIN("s.key"),
                     [TF_FACET_TREATMENT] = LABELS("f.treatments"),
                     [TF_FACET_CONDITION] = LABELS("f.conditions"),
                     [TF_FACET_TOPIC] = LABELS("f.topics")},
    [TF_KIND_STUDY] = {OF_THE_CLAIM, [TF_FACET_STUDY_TYPE] = PLAIN("y.study_type"),
                       [TF_FACET_YEAR] = PLAIN("cast(y.year AS TEXT)"),
                       [TF_FACET_TREATMENT] = LABELS("c.treatments"),
                       [TF_FACET_CONDITION] = LABELS("c.conditions")},
};

/* --- Filters ------------------------------------------------------------- */

/* A filter, and which tally names all sources that have any such fact. */
struct list_filter {
    const char *sql, *tally;
};

#define MEETS(column, name) "tf_meet(" column ", :" name ")"
#define COLUMN(column, name) column " IN " IN_LIST(name)
/* By keys, in whose order sources are walked: no page of a source is sorted. */
#define BY_SOURCE                                                                                  \
    {                                                                                              \
        "s.key IN (SELECT value FROM json_each(:source) UNION ALL SELECT key FROM source WHERE "   \
        "id IN " IN_IDS("source") ")",                                                             \
            NULL                                                                                   \
    }
#define REVISION_OF_CLAIMS                                                                         \
    "r.revision_id IN (SELECT i.claim_id >> 24 FROM claim_by_id AS i WHERE i.era IN " ERAS(        \
        "claim_by_id") " AND i.prefix IN " IN_ID_KEYS("claim") ")"
#define BY_CLAIM                                                                                   \
    {                                                                                              \
        REVISION_OF_CLAIMS                                                                         \
        " AND c.id IN " IN_IDS("claim"), NULL                                                      \
    }
/* With signs, so that a walk stays one: where names lead, add_range says so. */
#define IS_STUDY NAMED_STUDY("+y.study_id", "+y.name")
#define BY_STUDY                                                                                   \
    {                                                                                              \
        "EXISTS (SELECT 1 FROM study AS y WHERE (y.study_id >> 24 << 24) + y.claim = +c.claim_id"  \
        " AND " IS_STUDY ")",                                                                      \
            NULL                                                                                   \
    }

/* What the claim behind a fact says of it. Facts with a tally of their own of the
 * same are told by that. */
#define OF_CLAIM(kind)                                                                             \
    [TF_FILTER_TOPIC] = {COLUMN("c.topic", "topic"), kind ".topic"},                               \
    [TF_FILTER_CERTAINTY] = {COLUMN("c.certainty", "certainty"), kind ".certainty"},               \
    [TF_FILTER_POLARITY] = {COLUMN("c.polarity", "polarity"), kind ".polarity"},                   \
    [TF_FILTER_KIND] = {COLUMN("c.kind", "kind"), "claims.kind"},                                  \
    [TF_FILTER_SECTION] = {COLUMN("c.section", "section"), "claims.section"},                      \
    [TF_FILTER_CLAIM] = BY_CLAIM, [TF_FILTER_SOURCE] = BY_SOURCE
#define LABELS_OF_CLAIM(kind)                                                                      \
    [TF_FILTER_TREATMENT] = {MEETS("c.treatments", "treatment"), kind ".treatment"},               \
    [TF_FILTER_CONDITION] = {MEETS("c.conditions", "condition"), kind ".condition"},               \
    [TF_FILTER_ROUTE] = {MEETS("c.routes", "route"), "claims.route"}

static const struct list_filter filters[TF_KIND__MAX][TF_FILTER__MAX] = {
    [TF_KIND_SOURCE] = {[TF_FILTER_SOURCE] = BY_SOURCE},
    [TF_KIND_SEGMENT] =
        {[TF_FILTER_SOURCE] = BY_SOURCE, [TF_FILTER_ROLE] = {COLUMN("g.role", "role"), NULL}},
    [TF_KIND_CLAIM] = {OF_CLAIM("claims"), LABELS_OF_CLAIM("claims"), [TF_FILTER_STUDY] = BY_STUDY},
    [TF_KIND_WINDOW] =
        {OF_CLAIM("time-windows"), [TF_FILTER_STUDY] = BY_STUDY,
         [TF_FILTER_TREATMENT] = {MEETS("w.treatments", "treatment"), "time-windows.treatment"},
         [TF_FILTER_CONDITION] = {COLUMN("w.condition", "condition"), "time-windows.condition"},
         [TF_FILTER_ROUTE] = {COLUMN("w.route", "route"), "time-windows.route"},
         [TF_FILTER_MEASURE] = {COLUMN("w.measure", "measure"), "time-windows.measure"},
         [TF_FILTER_BASIS] = {COLUMN("w.basis", "basis"), "time-windows.basis"},
         [TF_FILTER_PRECISION] = {COLUMN("w.precision", "precision"), "time-windows.precision"},
         [TF_FILTER_BOUND] = {COLUMN("w.bound", "bound"), "time-windows.bound"}},
    [TF_KIND_FAQ] = {[TF_FILTER_SOURCE] = BY_SOURCE,
                     [TF_FILTER_ORIGIN] = {COLUMN("f.origin", "origin"), "faqs.origin"},
                     [TF_FILTER_TREATMENT] = {MEETS("f.treatments", "treatment"), "faqs.treatment"},
                     [TF_FILTER_CONDITION] = {MEETS("f.conditions", "condition"), "faqs.condition"},
                     [TF_FILTER_TOPIC] = {MEETS("f.topics", "topic"), "faqs.topic"},
                     [TF_FILTER_CLAIM] = {REVISION_OF_CLAIMS " AND " MEETS("f.claims", "claim"),
                                          NULL}},
    [TF_KIND_STUDY] = {OF_CLAIM("studies"),
                       LABELS_OF_CLAIM("studies"), [TF_FILTER_STUDY] = {IS_STUDY, NULL}},
};

const char *list_tally(enum tf_kind kind, enum tf_filter_key key)
{
    return filters[kind][key].tally;
}

/* A tally of the claims behind a fact does not count the facts. */
bool list_is_tallied(enum tf_kind kind, enum tf_filter_key key)
{
    const char *tally = filters[kind][key].tally, *name = tf_kind_names[kind];
    return tally && strncmp(tally, name, strlen(name)) == 0;
}

/* --- Putting together ---------------------------------------------------- */

/* The facts of revision r, a range of rows. A page that goes on within a source
 * begins there, and does not count up to it. */
static void add_facts(struct tf_buf *sql, const struct list_spec *spec,
                      const struct list_order *order)
{
    const struct list_sql *list = &lists[spec->kind];
    bool inside = spec->form == LIST_PAGE && spec->after && order->places;
    const char *same = order->part[2] ? "r.revision_id = :p1" : "s.key = :p0";
    const char *place = order->part[2] ? ":p2" : ":p1";
    tf_buf_printf(sql, " CROSS JOIN %s ON %s >= (r.revision_id << 24)", list->table, list->row);
    if (inside && !spec->descending)
        tf_buf_printf(sql, " + CASE WHEN %s THEN max(%s, -1) + 1 ELSE 0 END", same, place);
    tf_buf_printf(sql, " AND %s <= (r.revision_id << 24)", list->row);
    if (inside && spec->descending)
        tf_buf_printf(sql, " + CASE WHEN %s THEN min(%s, 16777216) - 1 ELSE 16777215 END", same,
                      place);
    else
        tf_buf_add_text(sql, " + 16777215");
    tf_buf_add_text(sql, list->claim);
}

/* One full-text match a source, so that the order stays that of sources. Behind
 * loops of single rows SQLite would not see that there is an order, and sort all:
 * hence the one of a constant. */
static void add_match_walk(struct tf_buf *sql, const struct list_sql *list)
{
    tf_buf_printf(sql,
                  FROM_SOURCE " CROSS JOIN (SELECT 1) AS one"
                              " CROSS JOIN %s AS x ON x.rowid BETWEEN (r.revision_id << 24)"
                              " AND (r.revision_id << 24) + 16777215",
                  list->index);
}

static void add_matched(struct tf_buf *sql, enum tf_kind kind)
{
    if (kind == TF_KIND_FAQ)
        tf_buf_add_text(sql, " CROSS JOIN faq AS f ON f.faq_id = x.rowid");
    else
        tf_buf_printf(sql, " CROSS JOIN claim AS c ON c.claim_id = x.rowid%s",
                      lists[kind].from_match);
}

static void add_fact_first(struct tf_buf *sql, const struct list_spec *spec,
                           const struct list_order *order)
{
    const struct list_sql *list = &lists[spec->kind];
    tf_buf_add_text(sql, " FROM ");
    if (spec->plan == PLAN_WALK && order->sort)
        tf_buf_add_text(sql, "window_order AS o CROSS JOIN ");
    tf_buf_add_text(sql, list->table);
    if (spec->plan == PLAN_WALK && order->sort)
        tf_buf_printf(sql, " ON %s = o.window_id", list->row);
    tf_buf_printf(sql, WITH_SOURCE("%s") "%s", list->row, list->claim);
}

static void add_from(struct tf_buf *sql, const struct list_spec *spec,
                     const struct list_order *order)
{
    const struct list_sql *list = &lists[spec->kind];
    bool facts = spec->kind != TF_KIND_SOURCE;
    switch (spec->plan) {
    case PLAN_MATCH:
        tf_buf_printf(sql, " FROM %s AS x", list->index);
        add_matched(sql, spec->kind);
        tf_buf_add_text(sql, WITH_SOURCE("x.rowid"));
        return;
    case PLAN_MATCH_WALK:
        add_match_walk(sql, list);
        add_matched(sql, spec->kind);
        return;
    case PLAN_TALLY:
        tf_buf_add_text(sql, FROM_TALLY);
        break;
    case PLAN_RANGE:
        add_fact_first(sql, spec, order);
        return;
    case PLAN_SOURCES:
        tf_buf_add_text(sql, FROM_SOURCE);
        break;
    case PLAN_REVISIONS:
        tf_buf_add_text(sql, FROM_REVISION);
        break;
    case PLAN_WALK:
        if (order->lead == LEAD_FACT) {
            add_fact_first(sql, spec, order);
            return;
        }
        tf_buf_add_text(sql, order->lead == LEAD_SOURCE ? FROM_SOURCE : FROM_REVISION);
        break;
    }
    if (facts)
        add_facts(sql, spec, order);
}

/* The few facts that pass. With a sign before it a number has no type of its own, as
 * the index on an expression has none. */
static void add_range(struct tf_buf *sql, const struct list_spec *spec)
{
    static const char *const by_claim[TF_KIND__MAX] = {
        [TF_KIND_CLAIM] = "c.claim_id", [TF_KIND_WINDOW] = "(w.window_id >> 24 << 24) + w.claim"};
    if (spec->kind == TF_KIND_STUDY)
        tf_buf_add_text(sql, " AND y.study_id IN (SELECT study_id FROM study WHERE " NAMED_STUDY(
                                 "study_id", "name") ")");
    else if (spec->filter->values[TF_FILTER_STUDY].n)
        tf_buf_printf(
            sql,
            " AND %s IN (SELECT +((study_id >> 24 << 24) + claim) FROM study WHERE " NAMED_STUDY(
                "study_id", "name") ")",
            by_claim[spec->kind]);
    else
        tf_buf_printf(sql, " AND w.window_id IN (SELECT window_id FROM window_order WHERE %s)",
                      isnan(spec->filter->max_lte) ? WINDOWS_FROM(":min_gte")
                                                   : WINDOWS_UP_TO(":max_lte"));
}

/* From one end without what is in sessions to the other one with it. A page that goes
 * on begins at its cursor: with the sign SQLite does not take this bound for that. */
static void add_lengths(struct tf_buf *sql, const struct list_spec *spec,
                        const struct list_order *order)
{
    tf_buf_printf(sql, " AND o.sort = %s AND %so.value %s", order->sort, spec->after ? "+" : "",
                  spec->descending ? "<= 1e307" : ">= 0.0");
}

/* What a plan starts from. */
static void add_start(struct tf_buf *sql, const struct list_spec *spec,
                      const struct list_order *order)
{
    const char *tally = filters[spec->kind][spec->lead].tally;
    const char *name = tf_filter_names[spec->lead];
    if (spec->plan == PLAN_TALLY)
        tf_buf_printf(sql, " AND t.value_id = " TALLY_VALUE("tf_facet('%s')", ":%s ->> 0"), tally,
                      name);
    if (spec->plan == PLAN_SOURCES && tally)
        tf_buf_printf(sql,
                      " AND s.key IN (SELECT key FROM tally WHERE value_id IN " TALLY_VALUES(
                          "tf_facet('%s')", IN_LIST("%s")) ")",
                      tally, name);
    if (spec->plan == PLAN_RANGE)
        add_range(sql, spec);
    if (spec->plan == PLAN_WALK && order->sort)
        add_lengths(sql, spec, order);
    if (spec->filter->match.data)
        tf_buf_printf(sql, " AND %s MATCH :match", lists[spec->kind].index);
}

/* Does the start let through just what passes the filter? */
static bool is_start(const struct list_spec *spec, enum tf_filter_key key)
{
    return spec->plan == PLAN_RANGE && key == TF_FILTER_STUDY;
}

/* Tallies spare the sources that have nothing of the kind. */
static void add_filter(struct tf_buf *sql, const struct list_spec *spec,
                       const struct list_order *order, enum tf_filter_key key)
{
    const struct list_filter *filter = &filters[spec->kind][key];
    const char *name = tf_filter_names[key];
    bool started = (spec->plan == PLAN_TALLY || spec->plan == PLAN_SOURCES) && spec->lead == key;
    bool by_source = spec->plan != PLAN_MATCH && spec->plan != PLAN_RANGE &&
                     (spec->plan != PLAN_WALK || order->lead != LEAD_FACT);
    if (filter->tally && by_source && !started)
        tf_buf_printf(sql,
                      " AND EXISTS (SELECT 1 FROM tally AS u WHERE u.value_id IN " TALLY_VALUES(
                          "tf_facet('%s')", IN_LIST("%s")) " AND u.key = s.key)",
                      filter->tally, name);
    tf_buf_printf(sql, " AND %s", filter->sql);
}

static void add_filters(struct tf_buf *sql, const struct list_spec *spec,
                        const struct list_order *order)
{
    const struct tf_filter *filter = spec->filter;
    tf_buf_add_text(sql, " WHERE r.revision_id = s.current_revision");
    add_start(sql, spec, order);
    if (!isnan(filter->max_lte))
        tf_buf_add_text(sql, " AND w.max_seconds <= :max_lte");
    if (!isnan(filter->min_gte))
        tf_buf_add_text(sql, " AND w.min_seconds >= :min_gte");
    if (filter->updated_since.data)
        tf_buf_add_text(sql, " AND r.updated_at >= :updated_since");
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (filter->values[key].n && !is_start(spec, (enum tf_filter_key)key))
            add_filter(sql, spec, order, (enum tf_filter_key)key);
}

/* (a, b, c) > (:p0, :p1, :p2), spelled so that an index is used for a. Of plain columns,
 * as those of lengths, it is used for all as it stands. Where the range of facts
 * begins behind the last place already, the rest is not less. */
static void add_after(struct tf_buf *sql, const struct list_spec *spec,
                      const struct list_order *order)
{
    bool ranged = order->places && (spec->plan == PLAN_WALK || spec->plan == PLAN_TALLY ||
                                    spec->plan == PLAN_SOURCES || spec->plan == PLAN_REVISIONS);
    char compare = spec->descending ? '<' : '>';
    int parts = 0;
    while (parts < TF_POSITION_PARTS && order->part[parts])
        parts++;
    parts -= ranged;
    if (spec->plan == PLAN_WALK && order->sort) {
        tf_buf_printf(sql, " AND (%s, %s) %c (:p0, :p1)", order->part[0], order->part[1], compare);
        return;
    }
    for (int i = 0; i < parts - 1; i++)
        tf_buf_printf(sql, " AND %s %c= :p%d AND (%s %c :p%d OR 1", order->part[i], compare, i,
                      order->part[i], compare, i);
    tf_buf_printf(sql, " AND %s %c%s :p%d", order->part[parts - 1], compare, ranged ? "=" : "",
                  parts - 1);
    for (int i = 0; i < parts - 1; i++)
        tf_buf_add_char(sql, ')');
}

/* Facts of a source are in the order of their rows. */
static void add_order(struct tf_buf *sql, const struct list_spec *spec,
                      const struct list_order *order)
{
    const char *direction = spec->descending ? " DESC" : "";
    for (int i = 0; i < TF_POSITION_PARTS && order->part[i]; i++) {
        bool last = i + 1 == TF_POSITION_PARTS || !order->part[i + 1];
        tf_buf_printf(sql, "%s %s%s", i ? "," : " ORDER BY",
                      last && order->places ? lists[spec->kind].row : order->part[i], direction);
    }
}

static void add_page(struct tf_buf *sql, const struct list_spec *spec)
{
    struct list_order order = order_of(spec);
    tf_buf_add_text(sql, "SELECT ");
    for (int i = 0; i < TF_POSITION_PARTS; i++)
        tf_buf_printf(sql, "%s,", order.part[i] ? order.part[i] : "NULL");
    tf_buf_add_text(sql, lists[spec->kind].columns);
    add_from(sql, spec, &order);
    add_filters(sql, spec, &order);
    if (spec->after)
        add_after(sql, spec, &order);
    add_order(sql, spec, &order);
    tf_buf_add_text(sql, " LIMIT :limit");
}

static void add_facet(struct tf_buf *sql, const struct list_spec *spec)
{
    const struct list_facet *facet = &facets[spec->kind][spec->facet];
    struct list_order order = order_of(spec);
    if (spec->tallied) {
        tf_buf_printf(sql,
                      "SELECT n.value, sum(t.rows) AS rows FROM " NAMED_TALLIES
                      " WHERE n.facet = tf_facet('%s.%s')"
                      " GROUP BY n.value ORDER BY rows DESC, n.value LIMIT :limit",
                      tf_kind_names[spec->kind], tf_facet_names[spec->facet]);
        return;
    }
    tf_buf_printf(sql, "SELECT %s AS value, count(*) AS rows", facet->value);
    add_from(sql, spec, &order);
    tf_buf_add_text(sql, facet->join);
    add_filters(sql, spec, &order);
    tf_buf_printf(sql, " AND %s IS NOT NULL GROUP BY 1 ORDER BY rows DESC, value LIMIT :limit",
                  facet->value);
}

static void add_count(struct tf_buf *sql, const struct list_spec *spec)
{
    static const char *const columns[TF_KIND__MAX] = {"1",         "e.segments", "e.claims",
                                                      "e.windows", "e.faqs",     "e.studies"};
    struct list_order order = order_of(spec);
    for (int key = 0; spec->tallied && key < TF_FILTER__MAX; key++)
        if (spec->filter->values[key].n) {
            tf_buf_printf(sql,
                          "SELECT coalesce(sum(rows), 0) FROM tally WHERE value_id = " TALLY_VALUE(
                              "tf_facet('%s')", ":%s ->> 0"),
                          filters[spec->kind][key].tally, tf_filter_names[key]);
            return;
        }
    if (spec->tallied) {
        tf_buf_printf(sql, "SELECT coalesce(sum(%s), 0)" FROM_SOURCE, columns[spec->kind]);
        return;
    }
    tf_buf_add_text(sql, "SELECT count(*)");
    add_from(sql, spec, &order);
    add_filters(sql, spec, &order);
}

static void add_one(struct tf_buf *sql, const struct list_spec *spec)
{
    const struct list_sql *list = &lists[spec->kind];
    tf_buf_printf(sql, "SELECT NULL, NULL, NULL,%s", list->columns);
    if (list->by_id)
        tf_buf_printf(sql,
                      " FROM %s AS i CROSS JOIN %s" WITH_SOURCE("%s") "%s WHERE i.era IN " ERAS(
                          "%s") " AND i.prefix = tf_key(:id) AND",
                      list->ids, list->by_id, list->row, list->claim, list->ids, list->ids);
    else
        tf_buf_add_text(sql, FROM_SOURCE " WHERE");
    tf_buf_printf(sql,
                  " %s = :id ORDER BY r.revision_id = s.current_revision DESC, r.number DESC"
                  " LIMIT 1",
                  list->id);
}

void list_sql(const struct list_spec *spec, struct tf_buf *sql)
{
    switch (spec->form) {
    case LIST_PAGE:
        add_page(sql, spec);
        return;
    case LIST_COUNT:
        add_count(sql, spec);
        return;
    case LIST_FACET:
        add_facet(sql, spec);
        return;
    case LIST_ONE:
    case LIST_FORM__MAX:
        add_one(sql, spec);
        return;
    }
}

bool list_takes(enum tf_kind kind, enum tf_filter_key key)
{
    return filters[kind][key].sql != NULL;
}

/* Which filters a kind takes is query/'s table; asking for another is a
 * mistake in the program, but must not become a wild pointer. */
bool list_supported(const struct list_spec *spec)
{
    enum tf_kind kind = spec->kind;
    const struct tf_filter *filter = spec->filter;
    for (int key = 0; key < TF_FILTER__MAX; key++)
        if (filter->values[key].n && !filters[kind][key].sql)
            return false;
    bool seconds = !isnan(filter->max_lte) || !isnan(filter->min_gte);
    bool by_tally = spec->plan == PLAN_TALLY || spec->plan == PLAN_SOURCES;
    bool by_match = spec->plan == PLAN_MATCH || spec->plan == PLAN_MATCH_WALK;
    bool named = spec->plan == PLAN_SOURCES && spec->lead == TF_FILTER_SOURCE;
    if ((by_tally && !named && !filters[kind][spec->lead].tally) ||
        (spec->plan == PLAN_RANGE && kind != TF_KIND_WINDOW &&
         !filter->values[TF_FILTER_STUDY].n) ||
        by_match != (filter->match.data != NULL))
        return false;
    return (!filter->match.data || lists[kind].index) && (!seconds || kind == TF_KIND_WINDOW) &&
           (spec->form != LIST_ONE || lists[kind].id) &&
           (spec->form != LIST_PAGE || order_of(spec).part[0]) &&
           (spec->form != LIST_FACET || facets[kind][spec->facet].value);
}
