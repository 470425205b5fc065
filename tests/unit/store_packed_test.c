/* SPDX-License-Identifier: MIT */
/* Lists in one column: what is written is read again, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "packed.h"

#include <stdlib.h>

struct world {
    sqlite3 *db;
    struct tf_store store;
    struct tf_arena *arena;
    struct tf_buf room;
};

static int set_up(void **state)
{
    static char name[] = "memory";
    struct world *w = calloc(1, sizeof *w);
    *state = w;
    w->arena = tf_arena_new(0);
    tf_buf_init(&w->room);
    if (sqlite3_open(":memory:", &w->db) != SQLITE_OK)
        return -1;
    w->store = (struct tf_store){.db = w->db, .path = name};
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    sqlite3_close(w->db);
    tf_buf_clear(&w->room);
    tf_arena_free(w->arena);
    free(w);
    return 0;
}

/* --- One column ---------------------------------------------------------- */

/* A row whose only column is this text. */
static struct run begin(struct world *w, struct tf_str column)
{
    struct run run = {.store = &w->store, .arena = w->arena};
    assert_int_equal(sqlite3_prepare_v2(w->db, "SELECT :column AS list", -1, &run.stmt, NULL),
                     SQLITE_OK);
    run_text(&run, ":column", column);
    assert_true(run_row(&run));
    return run;
}

static enum tf_status end(struct run *run)
{
    struct tf_error error;
    enum tf_status status = run_end(run, &error);
    if (status != TF_OK)
        assert_non_null(strstr(error.message, "column list has a value that cannot be"));
    sqlite3_finalize(run->stmt);
    return status;
}

static enum tf_status read_strs(struct world *w, struct tf_str column, struct tf_strs *out)
{
    struct run run = begin(w, column);
    *out = (struct tf_strs){0};
    get_strs(&run, out);
    return end(&run);
}

static enum tf_status read_faq(struct world *w, struct tf_str column,
                               void (*get)(struct run *run, struct tf_faq *faq), struct tf_faq *out)
{
    struct run run = begin(w, column);
    *out = (struct tf_faq){0};
    get(&run, out);
    return end(&run);
}

static enum tf_status read_spans(struct world *w, struct tf_str column, struct tf_claim *claim)
{
    struct run run = begin(w, column);
    get_claim_spans(&run, claim);
    return end(&run);
}

/* --- Round trips --------------------------------------------------------- */

static const struct tf_str odd[] = {{"", 0},
                                    {"plain", 5},
                                    {"\"", 1},
                                    {"\\", 1},
                                    {"\\\"\\", 3},
                                    {"a\"b,\"c", 6},
                                    {"[],", 3},
                                    {"\n\r\t\b\f", 5},
                                    {"/", 1},
                                    {"\x01\x1f\x7f", 3},
                                    {"\0", 1},
                                    {"a\0b", 3},
                                    {"é·ß", 6},
                                    {"語\"", 4},
                                    {"\xf0\x9f\x8d\xb5", 4},
                                    {"\\u0041", 6},
                                    {"ends with \\", 11},
                                    {"]", 1},
                                    {"x\",\"y", 5},
                                    {",", 1},
                                    {"[", 1},
                                    {"a,", 2},
                                    {",b", 2},
                                    {"[,", 2}};
enum { ODD = sizeof odd / sizeof *odd };

static void assert_same(const struct tf_strs *a, const struct tf_strs *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++)
        if (!tf_str_equal(a->v[i], b->v[i]))
            fail_msg("%.*s, not %.*s", TF_STR_ARG(a->v[i]), TF_STR_ARG(b->v[i]));
}

static void any_string_comes_back(void **state)
{
    struct world *w = *state;
    struct tf_strs all = {0}, read;
    for (size_t i = 0; i < ODD; i++) {
        struct tf_strs one = {0};
        tf_strs_push(w->arena, &one, odd[i]);
        tf_strs_push(w->arena, &all, odd[i]);
        assert_int_equal(read_strs(w, pack_strs(&one, &w->room, w->arena), &read), TF_OK);
        assert_same(&read, &one);
        assert_int_equal(read_strs(w, pack_strs(&all, &w->room, w->arena), &read), TF_OK);
        assert_same(&read, &all);
    }
}

static void every_character_below_128_comes_back(void **state)
{
    struct world *w = *state;
    struct tf_strs one = {0}, read;
    char all[128];
    for (int i = 0; i < 128; i++)
        all[i] = (char)i;
    tf_strs_push(w->arena, &one, (struct tf_str){all, sizeof all});
    assert_int_equal(read_strs(w, pack_strs(&one, &w->room, w->arena), &read), TF_OK);
    assert_same(&read, &one);
}

/* The migration packs by SQLite's functions. */
static void what_sqlite_writes_is_read(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < ODD; i++) {
        struct tf_strs one = {0}, read;
        sqlite3_stmt *stmt;
        if (memchr(odd[i].data, '\0', odd[i].size))
            continue; /* ends a text for SQLite */
        tf_strs_push(w->arena, &one, odd[i]);
        assert_int_equal(sqlite3_prepare_v2(w->db, "SELECT json_array(?)", -1, &stmt, NULL),
                         SQLITE_OK);
        sqlite3_bind_text(stmt, 1, odd[i].data, (int)odd[i].size, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
        const char *column = (const char *)sqlite3_column_text(stmt, 0);
        assert_int_equal(read_strs(w, tf_str_of(column), &read), TF_OK);
        assert_same(&read, &one);
        sqlite3_finalize(stmt);
    }
}

static void empty_list_is_null_both_ways(void **state)
{
    struct world *w = *state;
    const struct tf_strs none = {0};
    const struct tf_claim bare = {.text = TF_STR("x")};
    struct tf_claim claim = bare;
    struct tf_strs read;
    struct tf_faq faq;
    assert_null(pack_strs(&none, &w->room, w->arena).data);
    assert_null(pack_ids(NULL, 0, &w->room, w->arena).data);
    assert_null(pack_places(NULL, 0, &w->room, w->arena).data);
    assert_null(pack_claim_spans(&bare, &w->room, w->arena).data);
    assert_int_equal(read_strs(w, TF_STR_NULL, &read), TF_OK);
    assert_int_equal(read.n, 0);
    assert_int_equal(read_faq(w, TF_STR_NULL, get_ids, &faq), TF_OK);
    assert_int_equal(read_faq(w, TF_STR_NULL, get_places, &faq), TF_OK);
    assert_int_equal(faq.claims.n + faq.answer_spans.n, 0);
    assert_int_equal(read_spans(w, TF_STR_NULL, &claim), TF_OK);
    assert_int_equal(claim.spans.n, 0);
}

static void ids_come_back(void **state)
{
    struct world *w = *state;
    const struct tf_uuid ids[] = {{{0}}, tf_source_id(TF_STR("a")), {{255, 1, 2}}};
    struct tf_faq faq;
    assert_int_equal(read_faq(w, pack_ids(ids, 3, &w->room, w->arena), get_ids, &faq), TF_OK);
    assert_int_equal(faq.claims.n, 3);
    assert_memory_equal(faq.claims.v, ids, sizeof ids);
}

static const struct tf_span places[] = {
    {0, 0, 0, 0}, {1, 2, 3, 4}, {0, UINT32_MAX, 0, UINT32_MAX}, {7, 7, 9, 9}};

static void places_come_back(void **state)
{
    struct world *w = *state;
    struct tf_faq faq;
    assert_int_equal(read_faq(w, pack_places(places, 4, &w->room, w->arena), get_places, &faq),
                     TF_OK);
    assert_int_equal(faq.answer_spans.n, 4);
    assert_memory_equal(faq.answer_spans.v, places, sizeof places);
}

/* The claim's own text is not written again, any other is; also an empty one. */
static void spans_come_back_with_their_words(void **state)
{
    struct world *w = *state;
    struct tf_claim claim = {.text = TF_STR("Tea: \"calm\"")}, read = {.text = claim.text};
    for (size_t i = 0; i < ODD; i++)
        *TF_PUSH(w->arena, &claim.spans) = (struct tf_claim_span){
            (enum tf_span_role)(i % TF_SPAN_ROLE__MAX), places[i % 4], i ? odd[i] : claim.text};
    *TF_PUSH(w->arena, &claim.spans) = (struct tf_claim_span){TF_SPAN_STEM, places[0], odd[0]};
    struct tf_str column = pack_claim_spans(&claim, &w->room, w->arena);
    assert_null(memmem(column.data, column.size, "calm", 4));
    assert_int_equal(read_spans(w, column, &read), TF_OK);
    assert_int_equal(read.spans.n, claim.spans.n);
    for (size_t i = 0; i < claim.spans.n; i++) {
        assert_int_equal(read.spans.v[i].role, claim.spans.v[i].role);
        assert_memory_equal(&read.spans.v[i].at, &claim.spans.v[i].at, sizeof *places);
        assert_true(tf_str_equal(read.spans.v[i].exact, claim.spans.v[i].exact));
    }
}

/* --- Damage -------------------------------------------------------------- */

static void strings_that_are_none_are_damage(void **state)
{
    struct world *w = *state;
    struct tf_strs read;
    static const char *const wrong[] = {"",
                                        "[",
                                        "]",
                                        "[]",
                                        "\"a\"",
                                        "[\"a\"",
                                        "[\"a\"]]",
                                        "[\"a\"] ",
                                        " [\"a\"]",
                                        "[\"a\",]",
                                        "[,\"a\"]",
                                        "[\"a\",,\"b\"]",
                                        "[\"a\" ]",
                                        "[ \"a\"]",
                                        "[\"a]",
                                        "[a]",
                                        "[1]",
                                        "[null]",
                                        "[[\"a\"]]",
                                        "{\"a\":1}",
                                        "[\"a\"",
                                        "[\"a\"\"b\"]",
                                        "[\"a\\\"]",
                                        "[\"\\x\"]",
                                        "[\"\\u\"]",
                                        "[\"\\u00\"]",
                                        "[\"\\u004g\"]",
                                        "[\"\\u0080\"]",
                                        "[\"\\u00e9\"]",
                                        "[\"\\ud83c\\udf75\"]",
                                        "[\"\\u10000\"]",
                                        "[\"\\uffff\"]",
                                        "[\"a\\",
                                        "[\"\\u0041",
                                        "null"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (read_strs(w, tf_str_of(wrong[i]), &read) != TF_CORRUPT)
            fail_msg("read: %s", wrong[i]);
    assert_int_equal(read_strs(w, (struct tf_str){"[\"a\"]\0", 6}, &read), TF_CORRUPT);
    assert_int_equal(read_strs(w, (struct tf_str){"[\"\\\0\"]", 6}, &read), TF_CORRUPT);
    assert_int_equal(read_strs(w, (struct tf_str){"[\"\\u00\0001\"]", 10}, &read), TF_CORRUPT);
}

static void any_end_that_is_cut_off_is_damage(void **state)
{
    struct world *w = *state;
    struct tf_str column = TF_STR("[\"tea \\\"x\\\"\",\"a\\u0001\",\"\"]");
    struct tf_strs read;
    assert_int_equal(read_strs(w, column, &read), TF_OK);
    assert_int_equal(read.n, 3);
    for (size_t size = 0; size < column.size; size++)
        assert_int_equal(read_strs(w, (struct tf_str){column.data, size}, &read), TF_CORRUPT);
}

static void ids_that_are_none_are_damage(void **state)
{
    struct world *w = *state;
    struct tf_faq faq;
    static const char *const wrong[] = {"[\"\"]",
                                        "[\"6053d9a6-e039-5bd8-97f8-3f7f74f43f5\"]",
                                        "[\"6053d9a6-e039-5bd8-97f8-3f7f74f43f599\"]",
                                        "[\"6053d9a6e0395bd897f83f7f74f43f59\"]",
                                        "[\"6053d9a6-e039-5bd8-97f8-3f7f74f43f59\",\"x\"]",
                                        "[\"6053d9a6-e039-5bd8-97f8-3f7f74f43f59\"",
                                        "[1]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (read_faq(w, tf_str_of(wrong[i]), get_ids, &faq) != TF_CORRUPT)
            fail_msg("read: %s", wrong[i]);
}

static void places_that_are_none_are_damage(void **state)
{
    struct world *w = *state;
    struct tf_faq faq;
    static const char *const wrong[] = {"[]",
                                        "[[]]",
                                        "[1,2,3,4]",
                                        "[[1,2,3]]",
                                        "[[1,2,3,4,5]]",
                                        "[[1,2,3,4]",
                                        "[[1,2,3,4],]",
                                        "[[2,1,3,4]]",
                                        "[[1,2,4,3]]",
                                        "[[-1,2,3,4]]",
                                        "[[1,2,3,4294967296]]",
                                        "[[1,2,3,99999999999999999999999999]]",
                                        "[[1,2,3,18446744073709551617]]",
                                        "[[1.0,2,3,4]]",
                                        "[[\"1\",2,3,4]]",
                                        "[[1,2,3,4]][[1,2,3,4]]",
                                        "[[1,2,3,]]",
                                        "[[,2,3,4]]",
                                        "[[[1,2,3,4]]]",
                                        "[[1, 2,3,4]]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (read_faq(w, tf_str_of(wrong[i]), get_places, &faq) != TF_CORRUPT)
            fail_msg("read: %s", wrong[i]);
}

static void spans_that_are_none_are_damage(void **state)
{
    struct world *w = *state;
    static const char *const wrong[] = {"[]",
                                        "[[]]",
                                        "[[\"sentence\"]]",
                                        "[[\"sentence\",1,2,3]]",
                                        "[[\"phrase\",1,2,3,4]]",
                                        "[[\"\",1,2,3,4]]",
                                        "[[sentence,1,2,3,4]]",
                                        "[[\"sentence\",1,2,3,4,5]]",
                                        "[[\"sentence\",1,2,3,4,\"x\",\"y\"]]",
                                        "[[\"sentence\",1,2,3,4,]]",
                                        "[[\"sentence\",2,1,3,4]]",
                                        "[\"sentence\",1,2,3,4]",
                                        "[[1,2,3,4]]",
                                        "[[\"sentence\",1,2,3,4,null]]",
                                        "[[\"sentence\",1,2,3,4,\"x\"]",
                                        "[[\"sentence\",1,2,3,4,\"\\u00e9\"]]",
                                        "[[\"sentence\",1,2,3,4294967296]]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct tf_claim claim = {.text = TF_STR("x")};
        if (read_spans(w, tf_str_of(wrong[i]), &claim) != TF_CORRUPT)
            fail_msg("read: %s", wrong[i]);
    }
}

/* --- Meeting ------------------------------------------------------------- */

static bool meet(const char *list, const char *wanted)
{
    return packed_meet(tf_str_of(list), tf_str_of(wanted));
}

static void lists_meet_in_whole_strings_only(void **state)
{
    (void)state;
    assert_true(meet("[\"tea\"]", "[\"tea\"]"));
    assert_true(meet("[\"coffee\",\"tea\"]", "[\"tea\"]"));
    assert_true(meet("[\"tea\",\"coffee\"]", "[\"rest\",\"tea\"]"));
    assert_true(meet("[\"\"]", "[\"\"]"));
    assert_false(meet("[\"green_tea\"]", "[\"tea\"]"));
    assert_false(meet("[\"tea_leaf\"]", "[\"tea\"]"));
    assert_false(meet("[\"tea\"]", "[\"tea_leaf\",\"green_tea\"]"));
    assert_false(meet("[\"tea\"]", "[\"\"]"));
    assert_false(meet("[\"tea\",\"coffee\"]", "[\"tea,coffee\"]"));
    assert_false(meet("[\"tea\",\"coffee\"]", "[\",\"]"));
    assert_false(meet("[\"Tea\"]", "[\"tea\"]"));
    assert_true(meet("[\"green_tea\",\"tea\"]", "[\"tea\"]"));
}

static void absent_lists_meet_nothing(void **state)
{
    (void)state;
    assert_false(packed_meet(TF_STR_NULL, TF_STR("[\"tea\"]")));
    assert_false(packed_meet(TF_STR("[\"tea\"]"), TF_STR_NULL));
    assert_false(packed_meet(TF_STR_NULL, TF_STR_NULL));
    assert_false(meet("[\"tea\"]", "[]"));
    assert_false(meet("", "[\"tea\"]"));
}

/* Where strings have quotes, commas and brackets in them, each pair of odd ones
 * meets only when they are the same. */
static void odd_strings_meet_themselves_only(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < ODD; i++)
        for (size_t k = 0; k < ODD; k++) {
            struct tf_strs list = {0}, wanted = {0};
            tf_strs_push(w->arena, &list, TF_STR("first"));
            tf_strs_push(w->arena, &list, odd[i]);
            tf_strs_push(w->arena, &list, TF_STR("last"));
            tf_strs_push(w->arena, &wanted, TF_STR("none"));
            tf_strs_push(w->arena, &wanted, odd[k]);
            if (packed_meet(pack_strs(&list, &w->room, w->arena),
                            pack_strs(&wanted, &w->room, w->arena)) != (i == k))
                fail_msg("%zu and %zu", i, k);
        }
}

static void quotes_in_a_value_are_no_end_of_it(void **state)
{
    struct world *w = *state;
    struct tf_strs list = {0}, wanted = {0};
    assert_false(meet("[\"a,\",\"b\"]", "[\",\"]"));
    assert_false(meet("[\"[\",\",b\"]", "[\",\"]"));
    tf_strs_push(w->arena, &list, TF_STR("ketamine"));
    tf_strs_push(w->arena, &wanted, TF_STR("x\",\"ketamine"));
    assert_false(
        packed_meet(pack_strs(&list, &w->room, w->arena), pack_strs(&wanted, &w->room, w->arena)));
    assert_false(
        packed_meet(pack_strs(&wanted, &w->room, w->arena), pack_strs(&list, &w->room, w->arena)));
}

/* A filter's values that are no list, or end within a string, find nothing; and
 * nothing is read behind them (see the sanitizers). */
static void wanted_lists_that_are_none_meet_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"[\"tea", "\"tea\"", "[tea]", "[\"te\\", "[", "x", "[\""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t size = strlen(wrong[i]);
        char *exact = malloc(size);
        memcpy(exact, wrong[i], size);
        assert_false(packed_meet(TF_STR("[\"tea\"]"), (struct tf_str){exact, size}));
        free(exact);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_string_comes_back),
        TEST(every_character_below_128_comes_back),
        TEST(what_sqlite_writes_is_read),
        TEST(empty_list_is_null_both_ways),
        TEST(ids_come_back),
        TEST(places_come_back),
        TEST(spans_come_back_with_their_words),
        TEST(strings_that_are_none_are_damage),
        TEST(any_end_that_is_cut_off_is_damage),
        TEST(ids_that_are_none_are_damage),
        TEST(places_that_are_none_are_damage),
        TEST(spans_that_are_none_are_damage),
        TEST(lists_meet_in_whole_strings_only),
        TEST(absent_lists_meet_nothing),
        TEST(odd_strings_meet_themselves_only),
        TEST(quotes_in_a_value_are_no_end_of_it),
        TEST(wanted_lists_that_are_none_meet_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
