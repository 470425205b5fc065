/* SPDX-License-Identifier: MIT */
/* Full text: which hits, in which order, over pages of any size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "varied_fixture.h"

static struct tf_search_result search(struct world *w, const char *text)
{
    struct tf_query query;
    struct tf_violations violations;
    struct tf_search_result result;
    if (parse(w, TF_LIST_SEARCH, text, &query, &violations) != TF_OK)
        fail_msg("%s: %s", text, violations.n ? violations.v[0].detail.data : w->error.message);
    if (tf_query_search(w->store, &query, w->arena, &result, &w->error) != TF_OK)
        fail_msg("%s: %s", text, w->error.message);
    return result;
}

static uint64_t total(const struct tf_search_result *result)
{
    uint64_t sum = 0;
    for (int type = 0; type < TF_HIT_TYPE__MAX; type++)
        sum += result->hits.total[type];
    return sum;
}

static bool same_hit(const struct tf_hit *a, const struct tf_hit *b)
{
    return a->type == b->type && tf_uuid_equal(a->id, b->id);
}

/* Pages of `limit` are the whole, in order, each hit once. */
static void check_pages(struct world *w, const char *text, unsigned limit)
{
    struct tf_str whole = tf_arena_printf(w->arena, "limit=100&%s", text);
    struct tf_hits all = search(w, whole.data).hits;
    struct tf_str cursor = TF_STR_NULL;
    size_t seen = 0;
    assert_false(all.more);
    do {
        struct tf_str page = tf_arena_printf(w->arena, "limit=%u&%s%s%.*s", limit, text,
                                             cursor.data ? "&cursor=" : "", TF_STR_ARG(cursor));
        struct tf_search_result result = search(w, page.data);
        assert_int_equal(total(&result), all.n);
        for (size_t i = 0; i < result.hits.n; i++, seen++)
            if (seen >= all.n || !same_hit(&result.hits.v[i], &all.v[seen]))
                fail_msg("%s by %u: hit %zu is another", text, limit, seen);
        cursor = result.next_cursor;
    } while (cursor.data);
    if (seen != all.n)
        fail_msg("%s by %u: %zu hits of %zu", text, limit, seen, all.n);
}

static void pages_of_any_size_hold_every_hit_once(void **state)
{
    struct world *w = *state;
    static const char *const texts[] = {"q=tea",
                                        "q=tea OR leaf OR rest",
                                        "q=tea&type=faq,source",
                                        "q=tea&source=a.txt,b.txt",
                                        "q=walrus",
                                        "q=tea*"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (unsigned limit = 1; limit <= 5; limit++)
            check_pages(w, texts[i], limit);
}

/* --- Ties across types ----------------------------------------------------- */

/* A word that all texts have, once each, is worth the same everywhere. */
static void load_alike(struct world *w, const char *key)
{
    static const struct line lines[] = {
        {.text = "How soon?", .role = TF_ROLE_QUESTION},
        {.text = "Tea calms.", .role = TF_ROLE_CLAIM, .topic = TF_TOPIC_ONSET, .treatment = "tea"},
    };
    struct fixture f = fixture_of(key, "", lines, 2);
    struct tf_source_meta meta = {.key = tf_str_of(key), .publisher = TF_STR("Tea")};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    assert_int_equal(tf_store_put(w->store, &source, &report, &w->error), TF_OK);
    fixture_clear(&f);
}

static int empty_set_up(void **state)
{
    struct world *w = world_new();
    *state = w;
    return w->store ? 0 : -1;
}

static void hits_of_equal_score_are_by_type_and_lost_on_no_page(void **state)
{
    struct world *w = *state;
    static const char *const keys[] = {"a", "b", "c", "d", "e"};
    for (size_t i = 0; i < 5; i++)
        load_alike(w, keys[i]);
    struct tf_hits all = search(w, "q=tea").hits;
    assert_int_equal(all.n, 15);
    for (size_t i = 0; i < 15; i++) {
        assert_true(all.v[i].score == all.v[0].score);
        assert_int_equal(all.v[i].type, i / 5);
    }
    for (unsigned limit = 1; limit <= 6; limit++) {
        check_pages(w, "q=tea", limit);
        check_pages(w, "q=tea&type=claim,source", limit);
    }
}

/* --- Scores ---------------------------------------------------------------- */

/* As a connection answers that has counted nothing yet. */
static void check_as_new(struct world *w, const char *text)
{
    struct world other = *w;
    struct tf_hits hits = search(w, text).hits;
    assert_int_equal(tf_store_open(w->path, TF_STORE_READ, &other.store, &w->error), TF_OK);
    struct tf_hits wanted = search(&other, text).hits;
    tf_store_close(other.store);
    assert_int_equal(hits.n, wanted.n);
    assert_true(hits.n > 0);
    for (size_t i = 0; i < hits.n; i++)
        if (!same_hit(&hits.v[i], &wanted.v[i]) || hits.v[i].score != wanted.v[i].score)
            fail_msg("%s: hit %zu has the score %g, not %g", text, i, hits.v[i].score,
                     wanted.v[i].score);
}

/* How rare words are is kept from one search to the next: by index, by phrase, and not
 * where one of them has no word in it, so that which is which is not known. */
static void scores_are_of_the_data_as_they_are(void **state)
{
    struct world *w = *state;
    static const char *const keys[] = {"a", "b", "c"};
    static const char *const texts[] = {"q=\"☃\" tea OR zeal",
                                        "q=tea",
                                        "q=zeal OR leaf",
                                        "q=drinkers OR tea OR coff*",
                                        "q=\"tea calms\" OR rest",
                                        "q=tea -\"soon tea\"",
                                        "q=tea*",
                                        "q=tea OR \"tea calms those who never had anything but"
                                        " coffee and would like some for once\""};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        for (size_t j = 0; j < 2 * sizeof texts / sizeof *texts; j++)
            check_as_new(w, texts[j % (sizeof texts / sizeof *texts)]);
        load_alike(w, keys[i]);
    }
}

/* --- What is found --------------------------------------------------------- */

static void totals_are_those_of_each_type_and_filter(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *text;
        uint64_t total[TF_HIT_TYPE__MAX];
    } cases[] = {
        {"q=tea", {6, 6, 3}},
        {"q=tea&type=claim", {6, 0, 0}},
        {"q=tea&type=claim&type=source", {6, 0, 3}},
        {"q=tea&treatment=tea", {6, 6, 3}},
        {"q=tea&treatment=coffee", {0, 0, 3}},
        {"q=wakes&treatment=coffee", {6, 0, 0}},
        {"q=wakes&treatment=tea", {0, 0, 0}},
        {"q=wakes&condition=fatigue,worry", {6, 0, 0}},
        {"q=tea&condition=worry&source=a.txt", {1, 1, 1}},
        {"q=tea&source=c/1.txt,c/2.txt", {2, 2, 0}},
        {"q=tea&source=nowhere", {0, 0, 0}},
        {"q=leaf", {6, 0, 2}},
        {"q=\"leaf son\"", {0, 0, 2}},
        {"q=tea -soon", {6, 0, 3}},
        {"q=tea OR coffee", {12, 6, 3}},
        {"q=restor* NOT tea", {6, 0, 0}},
        {"q=calming drinker", {6, 6, 0}}, /* by their stems */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tf_search_result result = search(w, cases[i].text);
        for (int type = 0; type < TF_HIT_TYPE__MAX; type++)
            if (result.hits.total[type] != cases[i].total[type])
                fail_msg("%s: %zu times %s", cases[i].text, (size_t)result.hits.total[type],
                         tf_hit_type_names[type]);
        uint64_t sum = total(&result);
        assert_int_equal(result.hits.n, sum < 20 ? sum : 20);
    }
}

static void hits_come_best_first_with_what_is_shown_of_them(void **state)
{
    struct world *w = *state;
    struct tf_hits hits = search(w, "q=\"soon does\"&source=d.txt").hits;
    assert_int_equal(hits.n, 1);
    assert_int_equal(hits.v[0].type, TF_HIT_FAQ);
    assert_string_equal(hits.v[0].title.data, "How soon does café tea work?");
    assert_string_equal(hits.v[0].snippet.data, "How \x02soon does\x03 café tea work?");
    assert_string_equal(hits.v[0].source.key.data, "d.txt");
    assert_string_equal(hits.v[0].source.title.data, "Zeal");
    hits = search(w, "q=tea OR drinkers").hits;
    for (size_t i = 1; i < hits.n; i++)
        assert_true(hits.v[i - 1].score >= hits.v[i].score);
}

static void words_follow_a_change_of_text_and_of_metadata(void **state)
{
    struct world *w = *state;
    struct varied page = varied_pages[5];
    page.title = "Walrus";
    varied_load(w, &page, "");
    assert_int_equal(search(w, "q=zeal").hits.n, 0);
    assert_int_equal(search(w, "q=walrus").hits.n, 1);
    load(w, "d.txt", "");
    assert_int_equal(search(w, "q=restores&source=d.txt").hits.n, 0);
    assert_int_equal(search(w, "q=wakes&source=d.txt").hits.n, 1);
    assert_int_equal(search(w, "q=walrus").hits.n, 0);
}

/* The marks of hits are characters that a text may have, too. */
static void marks_in_a_text_are_no_marks_of_hits(void **state)
{
    struct world *w = *state;
    static const struct line lines[] = {
        {.text = "Is \x03 it \x02 bitter?", .role = TF_ROLE_QUESTION},
        {.text = "Tea \x02is\x03 \x02"
                 "bitter\x03.",
         .role = TF_ROLE_CLAIM,
         .topic = TF_TOPIC_SAFETY},
    };
    struct fixture f = fixture_of("marked", "", lines, 2);
    struct tf_source_meta meta = {.key = TF_STR("marked"),
                                  .title = TF_STR("\x02"
                                                  "Bitter\x03")};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    assert_int_equal(tf_store_put(w->store, &source, &report, &w->error), TF_OK);
    fixture_clear(&f);
    static const char *const wanted[TF_HIT_TYPE__MAX] = {"Tea  is   \x02"
                                                         "bitter\x03 .",
                                                         "Is   it   \x02"
                                                         "bitter\x03?",
                                                         " \x02"
                                                         "Bitter\x03 "};
    for (int type = 0; type < TF_HIT_TYPE__MAX; type++) {
        struct tf_str text =
            tf_arena_printf(w->arena, "q=bitter&source=marked&type=%s", tf_hit_type_names[type]);
        struct tf_hits hits = search(w, text.data).hits;
        assert_int_equal(hits.n, 1);
        assert_string_equal(hits.v[0].snippet.data, wanted[type]);
    }
}

/* --- Cursors that were made up --------------------------------------------- */

static void cursor_that_is_no_place_in_a_search_is_refused(void **state)
{
    struct world *w = *state;
    struct tf_query query;
    struct tf_violations violations;
    struct tf_position wrong = {true, {{.type = TF_SCALAR_TEXT, .text = TF_STR("a.txt")}}};
    assert_int_equal(parse(w, TF_LIST_SEARCH, "q=tea", &query, &violations), TF_OK);
    struct tf_str cursor = cursor_write(&query, &wrong, w->arena);
    struct tf_str text = tf_arena_printf(w->arena, "q=tea&cursor=%.*s", TF_STR_ARG(cursor));
    assert_int_equal(parse(w, TF_LIST_SEARCH, text.data, &query, &violations), TF_PARAMETER);
    assert_true(tf_str_is(violations.v[0].parameter, "cursor"));
}

/* A type far off would not fit the arithmetic of the order. */
static void cursor_with_a_type_that_no_hit_has_is_refused(void **state)
{
    struct world *w = *state;
    struct tf_query query;
    struct tf_violations violations;
    struct tf_position place, wrong;
    assert_int_equal(parse(w, TF_LIST_SEARCH, "q=tea", &query, &violations), TF_OK);
    for (int64_t type = -1; type <= TF_HIT_TYPE__MAX; type++) {
        wrong = (struct tf_position){true,
                                     {{.type = TF_SCALAR_REAL, .real = 1},
                                      {.type = TF_SCALAR_INTEGER, .integer = type},
                                      {.type = TF_SCALAR_INTEGER, .integer = 1}}};
        struct tf_str cursor = cursor_write(&query, &wrong, w->arena);
        assert_int_equal(cursor_read(cursor, &query, w->arena, &place),
                         type >= 0 && type < TF_HIT_TYPE__MAX);
    }
}

static void cursor_of_another_search_is_refused(void **state)
{
    struct world *w = *state;
    struct tf_query query;
    struct tf_violations violations;
    static const char *const others[] = {"q=teas", "q=tea&type=claim", "q=tea&source=a.txt"};
    struct tf_str cursor = search(w, "q=tea&limit=1").next_cursor;
    for (size_t i = 0; i < 3; i++) {
        struct tf_str text =
            tf_arena_printf(w->arena, "%s&cursor=%.*s", others[i], TF_STR_ARG(cursor));
        assert_int_equal(parse(w, TF_LIST_SEARCH, text.data, &query, &violations), TF_PARAMETER);
        assert_true(tf_str_is(violations.v[0].parameter, "cursor"));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, varied_set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pages_of_any_size_hold_every_hit_once),
        cmocka_unit_test_setup_teardown(hits_of_equal_score_are_by_type_and_lost_on_no_page,
                                        empty_set_up, tear_down),
        TEST(scores_are_of_the_data_as_they_are),
        TEST(totals_are_those_of_each_type_and_filter),
        TEST(hits_come_best_first_with_what_is_shown_of_them),
        TEST(words_follow_a_change_of_text_and_of_metadata),
        TEST(marks_in_a_text_are_no_marks_of_hits),
        TEST(cursor_that_is_no_place_in_a_search_is_refused),
        TEST(cursor_with_a_type_that_no_hit_has_is_refused),
        TEST(cursor_of_another_search_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
