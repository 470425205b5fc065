/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "query_fixture.h"

static int set_up(void **state)
{
    static const struct tf_vocabulary_entry entries[] = {
        {TF_STR("treatment"), TF_STR("tea"), TF_STR("Tea"), TF_STR("")},
        {TF_STR("treatment"), TF_STR("coffee"), TF_STR("Coffee"), TF_STR("")},
        {TF_STR("treatment"), TF_STR("rest"), TF_STR("Rest"), TF_STR("")},
        {TF_STR("condition"), TF_STR("worry"), TF_STR("Worry"), TF_STR("")},
        {TF_STR("condition"), TF_STR("fatigue"), TF_STR("Fatigue"), TF_STR("")},
    };
    struct world *w = world_new();
    *state = w;
    if (!w->store)
        return -1;
    load(w, "b.txt", "");
    load(w, "d.txt", "");
    return tf_store_put_vocabulary(w->store, entries, 5, &w->error) != TF_OK;
}

static size_t rows(struct world *w, enum tf_list list, const char *text)
{
    return ask(w, list, text).rows.n;
}

static void filters_mean_and_and_their_values_or(void **state)
{
    struct world *w = *state;
    assert_int_equal(rows(w, TF_LIST_CLAIMS, ""), 6);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "treatment=tea"), 4);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "treatment=coffee"), 2);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "treatment=tea,coffee"), 6);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "treatment=tea&treatment=coffee"), 6);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "treatment=tea&condition=worry"), 2);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "treatment=rest"), 0);
}

static void every_filter_of_claims_filters(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *text;
        size_t rows;
    } cases[] = {
        {"topic=onset", 2},
        {"topic=onset,evidence", 4},
        {"certainty=hedged", 2},
        {"polarity=negated", 0},
        {"kind=sentence", 6},
        {"kind=cell", 0},
        {"source=b.txt", 3},
        {"source=nowhere", 0},
        {"section=Speed, in short", 6},
        {"section=Speed", 0},
        {"study=leaf journal", 2},
        {"study=Other", 0},
        {"q=bitter", 2},
        {"q=drinker worry", 0},
        {"q=drinkers tea", 2},
        {"q=\"most drinkers\"", 2},
        {"q=\"drinkers most\"", 0},
        {"q=wri*", 2},
        {"updated_since=2020-01-01", 6},
        {"updated_since=2200-01-01T00:00:00Z", 0},
        {"q=tea&treatment=tea&source=d.txt", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rows(w, TF_LIST_CLAIMS, cases[i].text) != cases[i].rows)
            fail_msg("%s: %zu rows, not %zu", cases[i].text, rows(w, TF_LIST_CLAIMS, cases[i].text),
                     cases[i].rows);
}

static void source_filter_takes_an_id(void **state)
{
    struct world *w = *state;
    char id[TF_UUID_TEXT], text[64];
    tf_uuid_format(tf_source_id(TF_STR("d.txt")), id);
    snprintf(text, sizeof text, "source=%s", id);
    struct tf_result result = ask(w, TF_LIST_CLAIMS, text);
    assert_int_equal(result.rows.n, 3);
    assert_string_equal(result.rows.claims[0].source.key.data, "d.txt");
    assert_int_equal(rows(w, TF_LIST_SOURCES, text), 1);
}

static void filters_of_the_other_lists_filter(void **state)
{
    struct world *w = *state;
    static const struct {
        enum tf_list list;
        const char *text;
        size_t rows;
    } cases[] = {
        {TF_LIST_ONSET_WINDOWS, "treatment=tea&condition=worry&basis=time", 2},
        {TF_LIST_ONSET_WINDOWS, "max_lte=PT4H", 2},
        {TF_LIST_ONSET_WINDOWS, "max_lte=PT3H59M", 0},
        {TF_LIST_ONSET_WINDOWS, "min_gte=PT1H&bound=range", 2},
        {TF_LIST_ONSET_WINDOWS, "min_gte=PT2H", 0},
        {TF_LIST_ONSET_WINDOWS, "q=drinkers&precision=exact&source=b.txt", 1},
        {TF_LIST_ONSET_WINDOWS, "topic=efficacy", 0},
        {TF_LIST_TIME_WINDOWS, "measure=onset,course", 2},
        {TF_LIST_TIME_WINDOWS, "measure=course", 0},
        {TF_LIST_FAQS, "treatment=tea&topic=onset&origin=heading", 2},
        {TF_LIST_FAQS, "treatment=coffee", 0},
        {TF_LIST_FAQS, "q=soon café", 2},
        {TF_LIST_STUDIES, "treatment=tea&study=Leaf Journal", 2},
        {TF_LIST_STUDIES, "condition=worry", 0},
        {TF_LIST_SEGMENTS, "role=promo,question", 4},
        {TF_LIST_SOURCES, "updated_since=2200-01-01", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (rows(w, cases[i].list, cases[i].text) != cases[i].rows)
            fail_msg("%s?%s: %zu rows, not %zu", tf_list_names[cases[i].list], cases[i].text,
                     rows(w, cases[i].list, cases[i].text), cases[i].rows);
}

static void segments_are_those_of_the_source_in_the_path(void **state)
{
    struct world *w = *state;
    struct tf_uuid id = tf_source_id(TF_STR("b.txt"));
    struct tf_query query;
    struct tf_violations violations = {0};
    struct tf_result result;
    assert_int_equal(tf_query_parse(w->store, TF_LIST_SEGMENTS, &id, NULL, 0, w->arena, &query,
                                    &violations, &w->error),
                     TF_OK);
    assert_int_equal(tf_query_run(w->store, &query, w->arena, &result, &w->error), TF_OK);
    assert_int_equal(result.rows.n, 5);
}

/* Pages of one; a source that is half read changes, others come before and
 * after the place of the walk. */
static void walk_sees_each_row_once_while_sources_are_loaded(void **state)
{
    struct world *w = *state;
    struct tf_strs seen = {0};
    struct tf_str cursor = TF_STR_NULL;
    static const char *const loaded[] = {"b.txt", "c.txt", "a.txt"};
    for (size_t page = 0; page == 0 || cursor.data; page++) {
        char text[512];
        snprintf(text, sizeof text, "limit=1&treatment=tea%s%.*s", cursor.data ? "&cursor=" : "",
                 TF_STR_ARG(cursor));
        struct tf_result result = ask(w, TF_LIST_CLAIMS, text);
        for (size_t i = 0; i < result.rows.n; i++) {
            struct tf_claim_row *row = &result.rows.claims[i];
            struct tf_str id =
                tf_arena_str(w->arena, (struct tf_str){(const char *)row->claim.id.b, 16});
            assert_false(tf_strs_contain(&seen, id));
            tf_strs_push(w->arena, &seen, id);
        }
        cursor = result.next_cursor;
        if (page < 3)
            load(w, loaded[page], "\n");
        assert_true(page < 10);
    }
    /* b and d were there all along; c came ahead of the walk, a behind it. */
    assert_int_equal(seen.n, 6);
}

static void count_is_of_all_pages(void **state)
{
    struct world *w = *state;
    struct tf_result result = ask(w, TF_LIST_CLAIMS, "limit=1&count=true&treatment=tea");
    assert_true(result.has_total);
    assert_int_equal(result.rows.total, 4);
    assert_int_equal(result.rows.n, 1);
    assert_false(ask(w, TF_LIST_CLAIMS, "count=false").has_total);
}

static void vocabulary_list_has_pages(void **state)
{
    struct world *w = *state;
    char text[512];
    struct tf_result first = ask(w, TF_LIST_TREATMENTS, "limit=2&count=true");
    assert_int_equal(first.vocabulary.n, 2);
    assert_int_equal(first.rows.total, 3);
    assert_string_equal(first.vocabulary.v[0].entry.code.data, "coffee");
    snprintf(text, sizeof text, "cursor=%.*s", TF_STR_ARG(first.next_cursor));
    struct tf_result second = ask(w, TF_LIST_TREATMENTS, text);
    assert_int_equal(second.vocabulary.n, 1);
    assert_int_equal(second.vocabulary.v[0].claims, 4);
    assert_null(second.next_cursor.data);
}

static void refuse_cursor(struct world *w, enum tf_list list, const char *filter,
                          struct tf_str cursor)
{
    char text[600];
    struct tf_query query;
    struct tf_violations violations;
    snprintf(text, sizeof text, "%s&cursor=%.*s", filter, TF_STR_ARG(cursor));
    if (parse(w, list, text, &query, &violations) != TF_PARAMETER)
        fail_msg("accepted: %s", text);
    assert_int_equal(violations.n, 1);
    assert_true(tf_str_is(violations.v[0].parameter, "cursor"));
}

static void cursor_with_any_flipped_bit_is_refused(void **state)
{
    struct world *w = *state;
    struct tf_str cursor = ask(w, TF_LIST_CLAIMS, "limit=1&topic=onset").next_cursor;
    for (size_t i = 0; i < cursor.size; i++) {
        struct tf_str wrong = tf_arena_str(w->arena, cursor);
        char *at = (char *)(uintptr_t)&wrong.data[i];
        *at = *at == 'A' ? 'B' : 'A';
        refuse_cursor(w, TF_LIST_CLAIMS, "topic=onset", wrong);
    }
}

static void cursor_of_another_query_is_refused(void **state)
{
    struct world *w = *state;
    struct tf_str cursor = ask(w, TF_LIST_CLAIMS, "limit=1&topic=onset").next_cursor;
    refuse_cursor(w, TF_LIST_CLAIMS, "topic=evidence", cursor);
    refuse_cursor(w, TF_LIST_STUDIES, "topic=onset", cursor);
    refuse_cursor(w, TF_LIST_CLAIMS, "topic=onset", (struct tf_str){cursor.data, 10});
    refuse_cursor(w, TF_LIST_CLAIMS, "topic=onset", TF_STR("%%%"));
    char text[600];
    snprintf(text, sizeof text, "topic=onset&limit=5&cursor=%.*s", TF_STR_ARG(cursor));
    assert_int_equal(rows(w, TF_LIST_CLAIMS, text), 1);
}

static void each_wrong_parameter_is_named_with_what_is_allowed(void **state)
{
    struct world *w = *state;
    static const struct {
        enum tf_list list;
        const char *text, *detail;
    } cases[] = {
        {TF_LIST_CLAIMS, "treatment=tee", "did you mean tea?"},
        {TF_LIST_CLAIMS, "treatment=zzzzzz", "/v1/treatments lists all"},
        {TF_LIST_CLAIMS, "topic=speed", "onset, duration, efficacy"},
        {TF_LIST_CLAIMS, "kind=stem", "sentence, item, cell"},
        {TF_LIST_CLAIMS, "topc=onset", "did you mean topic?"},
        {TF_LIST_CLAIMS, "measure=onset", "unknown parameter"},
        {TF_LIST_CLAIMS, "limit=0", "1 to 500"},
        {TF_LIST_CLAIMS, "limit=501", "1 to 500"},
        {TF_LIST_CLAIMS, "limit=99999999999", "1 to 500"},
        {TF_LIST_CLAIMS, "limit=5&limit=6", "only once"},
        {TF_LIST_CLAIMS, "topic=", "empty"},
        {TF_LIST_CLAIMS, "topic=onset,", "empty"},
        {TF_LIST_CLAIMS, "q=\"*\"", "words"},
        {TF_LIST_CLAIMS, "count=1", "true or false"},
        {TF_LIST_CLAIMS, "updated_since=2025-02-30", "date"},
        {TF_LIST_ONSET_WINDOWS, "max_lte=24h", "ISO 8601"},
        {TF_LIST_STUDIES, "claim=1", "UUID"},
        {TF_LIST_TOPICS, "topic=onset", "limit, cursor, count"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_query query;
        struct tf_violations violations;
        if (parse(w, cases[i].list, cases[i].text, &query, &violations) != TF_PARAMETER)
            fail_msg("accepted: %s", cases[i].text);
        assert_int_equal(violations.n, 1);
        if (!strstr(violations.v[0].detail.data, cases[i].detail))
            fail_msg("%s: %s", cases[i].text, violations.v[0].detail.data);
    }
}

static void all_violations_are_told_at_once(void **state)
{
    struct world *w = *state;
    struct tf_query query;
    struct tf_violations violations;
    assert_int_equal(parse(w, TF_LIST_CLAIMS, "limit=x&topic=a,b&nonsense=1", &query, &violations),
                     TF_PARAMETER);
    assert_int_equal(violations.n, 4);
}

/* None of FTS5's own syntax may reach it: no error. */
static void words_are_never_syntax(void **state)
{
    struct world *w = *state;
    static const char *const texts[] = {
        "q=tea OR coffee", "q=text:tea",   "q=NEAR(tea most)", "q=tea)", "q=^tea",  "q=tea AND",
        "q={a b}: tea",    "q=tea - most", "q='tea\"x",        "q=a+b",  "q=-- ; a"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ask(w, TF_LIST_CLAIMS, texts[i]);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "q=tea OR coffee"), 4);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "q=tea coffee"), 0);
    assert_int_equal(rows(w, TF_LIST_CLAIMS, "q=tea — !"), 2);
    assert_int_equal(rows(w, TF_LIST_FAQS, "q=cafe"), 2);
}

static void durations_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } cases[] = {{"PT24H", 86400},  {"P1W", 604800}, {"P1M", 2592000},
                 {"P1Y", 31536000}, {"PT1M", 60},    {"P1Y2M3DT4H5M6.5S", 36993906.5},
                 {"PT0.5H", 1800},  {"P0D", 0}};
    static const char *const wrong[] = {
        "",        "P",       "PT",   "1H",    "P1H",  "PT1D",           "P1D1W",  "PT1H1H",
        "P1.5D2H", "P1.DT1H", "P-1D", "PT1H ", "P1DT", "PT99999999999H", "PT1..5H"};
    double seconds;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (!duration_parse(tf_str_of(cases[i].text), &seconds))
            fail_msg("refused: %s", cases[i].text);
        if (seconds != cases[i].seconds)
            fail_msg("%s: %f", cases[i].text, seconds);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (duration_parse(tf_str_of(wrong[i]), &seconds))
            fail_msg("accepted: %s", wrong[i]);
}

static void timestamps_become_utc(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"2025-03-31", "2025-03-31T00:00:00.000Z"},
        {"2025-03-31T09:15:02Z", "2025-03-31T09:15:02.000Z"},
        {"2025-01-01T00:30:00.25+01:00", "2024-12-31T23:30:00.250Z"},
        {"2024-02-29", "2024-02-29T00:00:00.000Z"}};
    static const char *const wrong[] = {"2025-02-29",
                                        "2025-13-01",
                                        "2025-1-1",
                                        "yesterday",
                                        "2025-03-31T09:15:02",
                                        "2025-03-31T09:15:02.Z",
                                        "2025-03-31T25:00:00Z",
                                        "2025-03-31T09:15:02+99:00",
                                        "2025-03-31Z"};
    char utc[TF_TIME_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(timestamp_parse(tf_str_of(cases[i][0]), utc));
        assert_string_equal(utc, cases[i][1]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (timestamp_parse(tf_str_of(wrong[i]), utc))
            fail_msg("accepted: %s", wrong[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(filters_mean_and_and_their_values_or),
        TEST(every_filter_of_claims_filters),
        TEST(source_filter_takes_an_id),
        TEST(filters_of_the_other_lists_filter),
        TEST(segments_are_those_of_the_source_in_the_path),
        TEST(walk_sees_each_row_once_while_sources_are_loaded),
        TEST(count_is_of_all_pages),
        TEST(vocabulary_list_has_pages),
        TEST(cursor_with_any_flipped_bit_is_refused),
        TEST(cursor_of_another_query_is_refused),
        TEST(each_wrong_parameter_is_named_with_what_is_allowed),
        TEST(all_violations_are_told_at_once),
        TEST(words_are_never_syntax),
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(timestamps_become_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
