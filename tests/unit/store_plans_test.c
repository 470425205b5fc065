/* SPDX-License-Identifier: MIT */
/* How SQLite answers each statement: through an index, and sorting only where a plan
 * means to. What it costs may not grow with the facts that are not asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "many_fixture.h"
#include "store_fixture.h"

enum { PAGES = 300 };

static size_t checked; /* statements */

static int set_up(void **state)
{
    int code = set_up_empty(state);
    if (code == 0)
        many_load(((struct world *)*state)->store, PAGES);
    return code;
}

/* --- Plans of SQLite ----------------------------------------------------- */

static void add_plan(sqlite3 *db, const char *sql, struct tf_buf *out)
{
    sqlite3_stmt *stmt;
    struct tf_buf explain;
    tf_buf_init(&explain);
    tf_buf_printf(&explain, "EXPLAIN QUERY PLAN %s", sql);
    if (sqlite3_prepare_v2(db, explain.data, -1, &stmt, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sqlite3_errmsg(db), sql);
    while (sqlite3_step(stmt) == SQLITE_ROW)
        tf_buf_printf(out, "%s\n", (const char *)sqlite3_column_text(stmt, 3));
    sqlite3_finalize(stmt);
    tf_buf_clear(&explain);
}

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

/* What is bound, a constant, one in thousands of revisions, or found by words. */
static bool is_small(const char *line)
{
    static const char *const small[] = {"SCAN json_each VIRTUAL TABLE",
                                        "SCAN fl VIRTUAL TABLE",
                                        "SCAN facet VIRTUAL TABLE",
                                        "SCAN value VIRTUAL TABLE",
                                        "SCAN 6 CONSTANT ROWS",
                                        "SCAN CONSTANT ROW",
                                        "SCAN one\n",
                                        "SCAN eras\n",
                                        "SCAN o\n"};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (begins(line, small[i]))
            return true;
    return false;
}

/* The list itself, as it is walked. */
static bool is_walk(const char *line)
{
    return begins(line, "SCAN s USING INDEX ") || begins(line, "SCAN s USING COVERING INDEX ") ||
           begins(line, "SCAN r USING INDEX revision_updated") ||
           begins(line, "SCAN y USING INDEX study_name") ||
           begins(line, "SCAN y USING INDEX study_year");
}

/* By MATCH, or by their row numbers. */
static bool is_match(const char *line)
{
    const char *index = strstr(line, " VIRTUAL TABLE INDEX "), *end = strchr(line, '\n');
    return begins(line, "SCAN ") && index && index < end &&
           memchr(index, 'M', (size_t)(end - index)) != NULL;
}

static const char *next_line(const char *line)
{
    return strchr(line, '\n') + 1;
}

static bool contains(const struct tf_buf *lines, const char *words)
{
    return strstr(lines->data, words) != NULL;
}

static void fail_plan(const char *what, const char *sql, const struct tf_buf *lines)
{
    fail_msg("%s\n%s\n%s", what, sql, lines->data);
}

/* Nothing is gone through but what is small, found by words, or the list itself
 * where all is asked for. */
static void check_scans(const struct list_spec *spec, const char *sql, const struct tf_buf *lines)
{
    bool walks = spec->plan == PLAN_WALK || spec->plan == PLAN_MATCH_WALK;
    bool all = walks && (spec->form != LIST_PAGE || spec->kind == TF_KIND_SOURCE);
    bool walked = false;
    for (const char *line = lines->data; *line; line = next_line(line)) {
        bool walk = walks && !walked && (is_walk(line) || (all && begins(line, "SCAN s")));
        walked = walked || walk;
        if (begins(line, "SCAN ") && !is_small(line) && !is_match(line) && !walk)
            fail_plan("scans", sql, lines);
        if (begins(line, "SCAN x") && !is_match(line))
            fail_plan("goes through all words", sql, lines);
        if (strstr(line, "AUTOMATIC"))
            fail_plan("makes an index", sql, lines);
    }
}

/* Titles and dates of sources may stand in either of two tables; and those of the
 * claims that are named are few. */
static bool sorts_on_purpose(const struct list_spec *spec)
{
    return spec->plan == PLAN_SOURCES || spec->plan == PLAN_REVISIONS || spec->plan == PLAN_RANGE ||
           spec->plan == PLAN_MATCH || spec->form == LIST_FACET ||
           spec->filter->values[TF_FILTER_CLAIM].n ||
           (spec->kind == TF_KIND_SOURCE && spec->sort != TF_SORT_PLACE &&
            spec->sort != TF_SORT_UPDATED_AT);
}

static void check_sorts(const struct list_spec *spec, const char *sql, const struct tf_buf *lines)
{
    bool partly = contains(lines, "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY");
    if (partly && spec->plan != PLAN_MATCH_WALK && !sorts_on_purpose(spec))
        fail_plan("sorts a part", sql, lines);
    if (contains(lines, "USE TEMP B-TREE FOR ORDER BY") && !sorts_on_purpose(spec))
        fail_plan("sorts", sql, lines);
    if (contains(lines, "USE TEMP B-TREE FOR DISTINCT"))
        fail_plan("sorts", sql, lines);
}

static void check_spec(struct world *w, const struct list_spec *spec)
{
    struct tf_buf sql, lines;
    assert_true(list_supported(spec));
    tf_buf_init(&sql);
    tf_buf_init(&lines);
    list_sql(spec, &sql);
    add_plan(w->store->db, sql.data, &lines);
    check_scans(spec, sql.data, &lines);
    check_sorts(spec, sql.data, &lines);
    tf_buf_clear(&sql);
    tf_buf_clear(&lines);
    checked++;
}

/* --- Plans of lists ------------------------------------------------------ */

static bool is_by_place(const struct list_spec *spec)
{
    return spec->form != LIST_PAGE || spec->sort == TF_SORT_PLACE;
}

/* By each filter that could be the one that the fewest sources pass. A count and a
 * facet always start from it. */
static void check_leads(struct world *w, struct list_spec *spec)
{
    bool leads = false;
    for (int key = 0; key < TF_FILTER__MAX; key++) {
        size_t values = spec->filter->values[key].n;
        if (!values || !list_tally(spec->kind, (enum tf_filter_key)key))
            continue;
        leads = true;
        spec->lead = (enum tf_filter_key)key;
        spec->plan = values == 1 && is_by_place(spec) ? PLAN_TALLY : PLAN_SOURCES;
        check_spec(w, spec);
    }
    spec->plan = PLAN_WALK;
    if (!leads || spec->form == LIST_PAGE)
        check_spec(w, spec);
}

/* Each plan that list_plan() may choose, whatever it counts. */
static void check_plans(struct world *w, struct list_spec *spec)
{
    const struct tf_filter *filter = spec->filter;
    if (filter->match.data) {
        spec->plan = PLAN_MATCH;
        check_spec(w, spec);
        spec->plan = PLAN_MATCH_WALK;
        if (spec->form == LIST_PAGE && is_by_place(spec))
            check_spec(w, spec);
        return;
    }
    spec->plan = PLAN_REVISIONS;
    if (filter->updated_since.data || filter->values[TF_FILTER_CLAIM].n)
        check_spec(w, spec);
    if (filter->values[TF_FILTER_CLAIM].n)
        return;
    spec->plan = PLAN_RANGE;
    if (!isnan(filter->max_lte) || !isnan(filter->min_gte))
        check_spec(w, spec);
    check_leads(w, spec);
}

/* Every order, up and down, from the beginning and from within. */
static void check_pages(struct world *w, enum tf_kind kind, const struct tf_filter *filter)
{
    for (int i = 0; i < TF_SORT__MAX * 4; i++) {
        struct list_spec spec = {.kind = kind,
                                 .form = LIST_PAGE,
                                 .filter = filter,
                                 .sort = (enum tf_sort)(i / 4),
                                 .descending = i & 1,
                                 .after = i & 2};
        const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
        struct list_spec plain = spec;
        plain.filter = &none;
        if (spec.sort != TF_SORT_KEY && list_supported(&plain))
            check_plans(w, &spec);
    }
}

static void check_form(struct world *w, enum tf_kind kind, enum list_form form,
                       const struct tf_filter *filter, enum tf_facet facet)
{
    const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
    struct list_spec spec = {.kind = kind, .form = form, .filter = &none, .facet = facet};
    if (!list_supported(&spec))
        return;
    spec.filter = filter;
    check_plans(w, &spec);
}

static void check_filter(struct world *w, enum tf_kind kind, const struct tf_filter *filter)
{
    check_pages(w, kind, filter);
    check_form(w, kind, LIST_COUNT, filter, TF_FACET__MAX - 1);
    for (int facet = 0; facet < TF_FACET__MAX; facet++)
        check_form(w, kind, LIST_FACET, filter, (enum tf_facet)facet);
}

/* --- Tests --------------------------------------------------------------- */

/* What is not a list of values: bits of which are set. */
static struct tf_filter filter_of(enum tf_kind kind, int others)
{
    struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
    if (kind == TF_KIND_WINDOW && others & 1)
        filter.max_lte = 3600;
    if (kind == TF_KIND_WINDOW && others & 2)
        filter.min_gte = 60;
    if (others & 4)
        filter.updated_since = TF_STR("2025");
    if (kind != TF_KIND_SOURCE && kind != TF_KIND_SEGMENT && others & 8)
        filter.match = TF_STR("tea");
    return filter;
}

static void every_filter_of_every_list_goes_through_an_index(void **state)
{
    struct world *w = *state;
    for (int kind = 0; kind < TF_KIND__MAX; kind++)
        for (int others = 0; others < 16; others++) {
            struct tf_filter filter = filter_of((enum tf_kind)kind, others);
            check_filter(w, (enum tf_kind)kind, &filter);
            for (int key = 0; key < TF_FILTER__MAX; key++)
                for (size_t n = 1; n <= 2 && list_takes((enum tf_kind)kind, key); n++) {
                    filter.values[key].n = n;
                    check_filter(w, (enum tf_kind)kind, &filter);
                    filter.values[key].n = 0;
                }
        }
    assert_true(checked > 5000);
}

static void two_filters_of_every_list_go_through_an_index(void **state)
{
    struct world *w = *state;
    for (int kind = 0; kind < TF_KIND__MAX; kind++)
        for (int i = 0; i < TF_FILTER__MAX * TF_FILTER__MAX; i++) {
            struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
            int one = i / TF_FILTER__MAX, other = i % TF_FILTER__MAX;
            if (one >= other || !list_takes((enum tf_kind)kind, one) ||
                !list_takes((enum tf_kind)kind, other))
                continue;
            filter.values[one].n = 1;
            filter.values[other].n = 2;
            check_pages(w, (enum tf_kind)kind, &filter);
        }
}

static void one_by_id_is_found_by_its_id(void **state)
{
    struct world *w = *state;
    const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
    for (int kind = 0; kind < TF_KIND__MAX; kind++) {
        struct list_spec spec = {
            .kind = (enum tf_kind)kind, .form = LIST_ONE, .filter = &none, .plan = PLAN_RANGE};
        struct tf_buf sql, lines;
        if (!list_supported(&spec))
            continue;
        tf_buf_init(&sql);
        tf_buf_init(&lines);
        list_sql(&spec, &sql);
        add_plan(w->store->db, sql.data, &lines);
        check_scans(&spec, sql.data, &lines);
        tf_buf_clear(&sql);
        tf_buf_clear(&lines);
    }
}

static int64_t steps_of_page(struct world *w, struct tf_position *after, bool last)
{
    const struct tf_filter none = {.max_lte = NAN, .min_gte = NAN};
    struct tf_page page = {.sort = TF_SORT_MAX, .descending = true, .limit = 10, .after = *after};
    struct list_spec spec = {.kind = TF_KIND_WINDOW,
                             .form = LIST_PAGE,
                             .filter = &none,
                             .sort = page.sort,
                             .descending = true,
                             .after = after->set};
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_rows rows;
    sqlite3_stmt *stmt;
    assert_int_equal(tf_store_list(w->store, TF_KIND_WINDOW, &none, &page, arena, &rows, &w->error),
                     TF_OK);
    assert_int_equal(rows.more, !last);
    assert_int_equal(list_prepare(w->store, &spec, &stmt, &w->error), TF_OK);
    *after = rows.windows[rows.n - 1].position;
    tf_arena_free(arena);
    return sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
}

/* Not at the end of the index, nor at the first of those that are as long. */
static void page_by_length_begins_at_its_cursor(void **state)
{
    struct world *w = *state;
    struct tf_position after = {.set = false};
    int64_t first = steps_of_page(w, &after, false);
    for (int i = 1; i < PAGES * 3 / 10; i++)
        assert_true(steps_of_page(w, &after, i + 1 == PAGES * 3 / 10) < 2 * first);
}

/* Those that may go through everything: they are asked for all, or check all. */
static bool is_of_all(enum statement which)
{
    static const enum statement all[] = {
        READ_DATASET,         READ_CENSUS,       DELETE_VOCABULARY,
        READ_VOCABULARY,      ALL_REVISIONS,     READ_KIN,
        VERIFY_TALLIES,       VERIFY_SOURCE_IDS, VERIFY_FOUND_CLAIMS,
        VERIFY_FOUND_WINDOWS, VERIFY_FOUND_FAQS, VERIFY_FOUND_STUDIES,
        VERIFY_LENGTHS,       VERIFY_WORDS,      INTEGRITY_CHECK,
        FOREIGN_KEY_CHECK,    READ_SCHEMA};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] == which)
            return true;
    return false;
}

/* Some lines are of what a statement makes for itself, a few rows each. */
static bool is_made(const char *line)
{
    return begins(line, "SCAN (subquery") || begins(line, "SCAN pair\n") ||
           begins(line, "SCAN m\n");
}

static void fixed_statements_go_through_an_index(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < STATEMENT__MAX; i++) {
        struct tf_buf lines;
        tf_buf_init(&lines);
        if (!is_of_all((enum statement)i))
            add_plan(w->store->db, statement_sql[i], &lines);
        for (const char *line = lines.data; line && *line; line = next_line(line))
            if (begins(line, "SCAN ") && !is_small(line) && !is_match(line) && !is_made(line))
                fail_plan("scans", statement_sql[i], &lines);
        tf_buf_clear(&lines);
    }
}

/* Words are gathered once for all hits of a page: asked for one hit after the other (=),
 * FTS5 would gather all that begin like one of them as often. */
static void hits_are_shown_with_one_match(void **state)
{
    struct world *w = *state;
    for (enum statement which = SHOW_CLAIM_HITS; which <= SHOW_SOURCE_HITS; which++) {
        struct tf_buf lines;
        tf_buf_init(&lines);
        add_plan(w->store->db, statement_sql[which], &lines);
        const char *match = lines.data;
        assert_true(is_match(match) && begins(match, "SCAN x "));
        if (memchr(match, '=', (size_t)(next_line(match) - match)) || contains(&lines, "TEMP"))
            fail_plan("shows hits one by one", statement_sql[which], &lines);
        tf_buf_clear(&lines);
    }
}

#define BY_ERA(kind)                                                                               \
    "SEARCH " kind "_by_id USING PRIMARY KEY (era=? AND prefix=? AND " kind "_id=?)"

/* What is taken away with a source is found by the whole of its key. */
static void rows_of_a_revision_are_deleted_by_their_keys(void **state)
{
    struct world *w = *state;
    static const struct {
        enum statement which;
        const char *search;
    } cases[] = {
        {UNINDEX_LENGTHS,
         "SEARCH window_order USING PRIMARY KEY (sort=? AND value=? AND window_id=?)"},
        {UNINDEX_WORDS, "SEARCH claim_words USING PRIMARY KEY (words=? AND revision_id=?)"},
        {UNINDEX_TALLIES, "SEARCH tally USING PRIMARY KEY (value_id=? AND key=?)"},
        {DELETE_CLAIM_IDS, BY_ERA("claim")},
        {DELETE_WINDOW_IDS, BY_ERA("window")},
        {DELETE_FAQ_IDS, BY_ERA("faq")},
        {DELETE_STUDY_IDS, BY_ERA("study")},
        {DELETE_SEGMENTS, "SEARCH segment USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {DELETE_CLAIMS, "SEARCH claim USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {DELETE_WINDOWS, "SEARCH time_window USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {DELETE_FAQS, "SEARCH faq USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {DELETE_STUDIES, "SEARCH study USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {DELETE_EXTRACTION, "SEARCH extraction USING INTEGER PRIMARY KEY (rowid=?)"},
        {UNINDEX_CLAIMS, "SEARCH claim USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {UNINDEX_FAQS, "SEARCH faq USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
        {SHARING_WORDS, "SEARCH claim_words USING PRIMARY KEY (words=?)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_buf lines;
        tf_buf_init(&lines);
        add_plan(w->store->db, statement_sql[cases[i].which], &lines);
        if (!contains(&lines, cases[i].search))
            fail_plan(cases[i].search, statement_sql[cases[i].which], &lines);
        tf_buf_clear(&lines);
    }
}

/* What the tallies know is asked of them alone. */
static void tallied_numbers_read_no_facts(void **state)
{
    struct world *w = *state;
    struct tf_filter filter = {.max_lte = NAN, .min_gte = NAN};
    filter.values[TF_FILTER_TREATMENT].n = 1;
    const struct list_spec specs[] = {
        {.kind = TF_KIND_CLAIM, .form = LIST_COUNT, .filter = &filter, .tallied = true},
        {.kind = TF_KIND_CLAIM, .form = LIST_FACET, .filter = &filter, .tallied = true}};
    for (size_t i = 0; i < 2; i++) {
        struct tf_buf sql, lines;
        tf_buf_init(&sql);
        tf_buf_init(&lines);
        list_sql(&specs[i], &sql);
        add_plan(w->store->db, sql.data, &lines);
        assert_true(contains(&lines, "USING PRIMARY KEY (value_id=?)") &&
                    contains(&lines, "tally_value_1 (facet=?"));
        assert_false(contains(&lines, "claim"));
        assert_false(contains(&lines, "SCAN"));
        tf_buf_clear(&sql);
        tf_buf_clear(&lines);
    }
}

#define TEST(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_filter_of_every_list_goes_through_an_index),
        TEST(two_filters_of_every_list_go_through_an_index),
        TEST(one_by_id_is_found_by_its_id),
        TEST(page_by_length_begins_at_its_cursor),
        TEST(fixed_statements_go_through_an_index),
        TEST(hits_are_shown_with_one_match),
        TEST(rows_of_a_revision_are_deleted_by_their_keys),
        TEST(tallied_numbers_read_no_facts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
