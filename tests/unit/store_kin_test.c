/* SPDX-License-Identifier: MIT */
/* Which sources are taken for copies of each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "store_internal.h"

#include "store_fixture.h"

/* A page of the claims from first to last, each a sentence of its own. */
static struct fixture page(struct world *w, const char *key, int first, int last)
{
    struct line lines[32] = {0};
    size_t count = 0;
    for (int i = first; i <= last; i++)
        lines[count++] =
            (struct line){.text = tf_arena_printf(w->arena, "Claim number %d, it is said.", i).data,
                          .role = TF_ROLE_CLAIM,
                          .topic = TF_TOPIC_EFFICACY};
    return fixture_of(key, "", lines, count);
}

static void put_facts(struct world *w, const char *key, const char *title, struct fixture *f)
{
    struct tf_source_meta meta = {.key = tf_str_of(key), .title = tf_str_of(title)};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f->text, .facts = &f->facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    if (tf_store_put(w->store, &source, &report, &w->error) != TF_OK)
        fail_msg("%s: %s", key, w->error.message);
    fixture_clear(f);
}

static void put(struct world *w, const char *key, int first, int last)
{
    struct fixture f = page(w, key, first, last);
    put_facts(w, key, NULL, &f);
}

static struct tf_kin kin(struct world *w)
{
    struct tf_kin kin;
    assert_int_equal(tf_store_kin(w->store, w->arena, &kin, &w->error), TF_OK);
    return kin;
}

static bool are_kin(struct world *w, const char *a, const char *b)
{
    struct tf_uuid x = tf_source_id(tf_str_of(a)), y = tf_source_id(tf_str_of(b));
    struct tf_kin all = kin(w);
    for (size_t i = 0; i < all.n; i++)
        if ((tf_uuid_equal(all.v[i].a, x) && tf_uuid_equal(all.v[i].b, y)) ||
            (tf_uuid_equal(all.v[i].a, y) && tf_uuid_equal(all.v[i].b, x)))
            return true;
    return false;
}

static void the_same_text_under_two_keys_is_kin(void **state)
{
    struct world *w = *state;
    put(w, "a", 1, 5);
    put(w, "b", 1, 5);
    put(w, "c", 11, 15);
    assert_int_equal(kin(w).n, 1);
    assert_true(are_kin(w, "a", "b"));
}

static void most_of_the_claims_must_be_the_same(void **state)
{
    struct world *w = *state;
    put(w, "a", 1, 5);
    put(w, "three of five", 3, 7);
    put(w, "two of five", 104, 108);
    put(w, "b", 107, 111);
    put(w, "half", 201, 204);
    put(w, "c", 203, 206);
    assert_true(are_kin(w, "a", "three of five"));
    assert_false(are_kin(w, "two of five", "b"));
    assert_false(are_kin(w, "half", "c"));
    assert_int_equal(kin(w).n, 1);
}

/* A page and an excerpt of it: of the shorter one, most. */
static void an_excerpt_is_kin_to_the_whole(void **state)
{
    struct world *w = *state;
    put(w, "whole", 1, 20);
    put(w, "excerpt", 1, 3);
    assert_true(are_kin(w, "whole", "excerpt"));
}

static void case_and_marks_make_no_difference(void **state)
{
    struct world *w = *state;
    static const struct line one[] = {
        {.text = "Tea calms, they say.", .role = TF_ROLE_CLAIM, .topic = TF_TOPIC_EFFICACY}};
    static const struct line other[] = {
        {.text = "TEA CALMS - they say!", .role = TF_ROLE_CLAIM, .topic = TF_TOPIC_EFFICACY}};
    struct fixture a = fixture_of("a", "", one, 1), b = fixture_of("b", "", other, 1);
    put_facts(w, "a", NULL, &a);
    put_facts(w, "b", NULL, &b);
    assert_true(are_kin(w, "a", "b"));
}

/* Of any words: a row has six bytes for them, with a sign. */
static void digests_of_words_fill_six_bytes(void **state)
{
    struct world *w = *state;
    int64_t most = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t digest = words_digest(tf_arena_printf(w->arena, "Claim number %d.", i));
        assert_in_range(digest, 0, (INT64_C(1) << 47) - 1);
        most = digest > most ? digest : most;
    }
    assert_true(most >> 46 == 1);
}

static void kin_follow_a_change_of_one_of_them(void **state)
{
    struct world *w = *state;
    put(w, "a", 1, 5);
    put(w, "b", 1, 5);
    put(w, "a", 11, 15);
    assert_int_equal(kin(w).n, 0);
    put(w, "c", 11, 15);
    assert_int_equal(kin(w).n, 1);
    assert_true(are_kin(w, "a", "c"));
    put(w, "a", 1, 5);
    assert_int_equal(kin(w).n, 1);
    assert_true(are_kin(w, "a", "b"));
}

static void kin_stay_when_only_metadata_changes(void **state)
{
    struct world *w = *state;
    put(w, "a", 1, 5);
    put(w, "b", 1, 5);
    struct fixture f = page(w, "a", 1, 5);
    put_facts(w, "a", "A title", &f);
    assert_true(are_kin(w, "a", "b"));
    assert_int_equal(kin(w).n, 1);
}

static void rederive(struct world *w, const char *key, int revision, int first, int last)
{
    struct fixture f = page(w, key, first, last);
    struct tf_source_meta meta = {.key = tf_str_of(key)};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "2", .lexicon = "a"};
    struct tf_report report;
    if (tf_store_rederive(w->store, &source, revision, &report, &w->error) != TF_OK)
        fail_msg("%s: %s", key, w->error.message);
    fixture_clear(&f);
}

static void kin_survive_a_rebuild(void **state)
{
    struct world *w = *state;
    put(w, "a", 11, 15);
    put(w, "a", 1, 5);
    put(w, "b", 1, 5);
    put(w, "c", 11, 15);
    rederive(w, "a", 1, 11, 15);
    rederive(w, "a", 2, 1, 5);
    rederive(w, "b", 1, 1, 5);
    rederive(w, "c", 1, 11, 15);
    assert_int_equal(kin(w).n, 1); /* c is like the old text of a only */
    assert_true(are_kin(w, "a", "b"));
}

/* --- Large families -------------------------------------------------------- */

enum { MANY = 60 };

static struct tf_str key_of(struct world *w, int i)
{
    return tf_arena_printf(w->arena, "copy %d", i);
}

static int root_of(const int *parents, int i)
{
    while (parents[i] != i)
        i = parents[i];
    return i;
}

static int number_of(struct world *w, struct tf_uuid id)
{
    for (int i = 0; i < MANY; i++)
        if (tf_uuid_equal(tf_source_id(key_of(w, i)), id))
            return i;
    return -1;
}

/* Do the pairs hold every step-th copy from first to last together? */
static void assert_one_family(struct world *w, int first, int last, int step)
{
    int parents[MANY];
    struct tf_kin all = kin(w);
    for (int i = 0; i < MANY; i++)
        parents[i] = i;
    for (size_t i = 0; i < all.n; i++) {
        int a = number_of(w, all.v[i].a), b = number_of(w, all.v[i].b);
        assert_true(a >= 0 && b >= 0);
        parents[root_of(parents, a)] = root_of(parents, b);
    }
    for (int i = first; i <= last; i += step)
        if (root_of(parents, i) != root_of(parents, first))
            fail_msg("%d and %d are apart", first, i);
}

static void a_family_holds_together_when_most_of_it_goes(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < MANY; i++)
        put(w, key_of(w, i).data, 1, 5);
    assert_one_family(w, 0, MANY - 1, 1);
    assert_true(kin(w).n < MANY * 20);
    for (int i = 0; i < 25; i++) /* the first ones, which the others were found by */
        put(w, key_of(w, i).data, 1000 + 10 * i, 1005 + 10 * i);
    assert_one_family(w, 25, MANY - 1, 1);
    for (int i = 30; i < 55; i++)
        put(w, key_of(w, i).data, 1000 + 10 * i, 1005 + 10 * i);
    put(w, key_of(w, 30).data, 1, 5);
    assert_one_family(w, 25, 30, 1);
    assert_one_family(w, 55, MANY - 1, 1);
    assert_one_family(w, 25, 55, 30);
    for (int i = 31; i < 55; i++)
        put(w, key_of(w, i).data, 1, 5);
    assert_one_family(w, 25, MANY - 1, 1);
}

static void a_family_survives_a_rebuild(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < MANY; i++)
        put(w, key_of(w, i).data, 1, 5);
    for (int i = 0; i < MANY; i++)
        rederive(w, key_of(w, i).data, 1, 1, 5);
    assert_one_family(w, 0, MANY - 1, 1);
}

/* --- Crowds -------------------------------------------------------------- */

enum { CROWD = 600, BATCH = 150, KIN_OF_ONE_MAX = 16 };

static int by_first(const void *a, const void *b)
{
    return memcmp(((const struct tf_kin_pair *)a)->a.b, ((const struct tf_kin_pair *)b)->a.b,
                  sizeof(struct tf_uuid));
}

/* Every one is paired, and none with more than a few. */
static void assert_few_each(struct tf_kin all, size_t sources)
{
    size_t same = 0;
    assert_true(all.n >= sources - 1);
    qsort(all.v, all.n, sizeof *all.v, by_first);
    for (size_t i = 0; i < all.n; i++) {
        same = i && by_first(&all.v[i], &all.v[i - 1]) == 0 ? same + 1 : 1;
        assert_true(same <= KIN_OF_ONE_MAX);
    }
}

/* Each with each would be 180000 pairs here, and as many again with each source. */
static void a_crowd_that_says_the_same_is_not_paired_each_with_each(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < CROWD; i++) {
        if (i % BATCH == 0)
            assert_int_equal(tf_store_begin(w->store, &w->error), TF_OK);
        put(w, key_of(w, i).data, 1, 5);
        if (i % BATCH == BATCH - 1)
            assert_int_equal(tf_store_end(w->store, TF_OK, &w->error), TF_OK);
    }
    assert_few_each(kin(w), CROWD);
    for (int i = 0; i < 20; i++) /* and in a transaction each */
        put(w, tf_arena_printf(w->arena, "late %d", i).data, 1, 5);
    assert_few_each(kin(w), CROWD + 20);
}

static void a_family_in_one_transaction_holds_together(void **state)
{
    struct world *w = *state;
    assert_int_equal(tf_store_begin(w->store, &w->error), TF_OK);
    for (int i = 0; i < MANY; i++)
        put(w, key_of(w, i).data, 1, 5);
    for (int i = 0; i < MANY; i += 2) /* half of them change before it is over */
        put(w, key_of(w, i).data, 1000 + 10 * i, 1005 + 10 * i);
    assert_int_equal(tf_store_end(w->store, TF_OK, &w->error), TF_OK);
    assert_one_family(w, 1, MANY - 1, 2);
    assert_false(are_kin(w, "copy 0", "copy 1"));
    assert_false(are_kin(w, "copy 1", "copy 2"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_empty, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_same_text_under_two_keys_is_kin),
        TEST(most_of_the_claims_must_be_the_same),
        TEST(an_excerpt_is_kin_to_the_whole),
        TEST(case_and_marks_make_no_difference),
        TEST(digests_of_words_fill_six_bytes),
        TEST(kin_follow_a_change_of_one_of_them),
        TEST(kin_stay_when_only_metadata_changes),
        TEST(kin_survive_a_rebuild),
        TEST(a_family_holds_together_when_most_of_it_goes),
        TEST(a_family_survives_a_rebuild),
        TEST(a_crowd_that_says_the_same_is_not_paired_each_with_each),
        TEST(a_family_in_one_transaction_holds_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
