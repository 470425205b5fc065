/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "cache.h"

enum { LIMIT = 64 * 1024, VERSION = 7 };

static struct cache *cache;

static int set_up(void **state)
{
    (void)state;
    cache = cache_new(LIMIT);
    return cache ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    cache_free(cache);
    return 0;
}

static struct cache_key key_of(const char *target)
{
    struct cache_key key = {.target = tf_str_of(target), .accept = TF_STR_NULL};
    cache_hash(cache, &key);
    return key;
}

static struct answer *answer_of(const char *body, int64_t version)
{
    struct answer *answer = answer_new(cache, tf_str_of(body), TF_STR_NULL);
    answer->version = version;
    return answer;
}

/* What comes back for a key: the body, or the outcome. */
static const char *take_at(const struct cache_key *key, int64_t version, int64_t now)
{
    static char body[64];
    struct answer *answer;
    switch (cache_take(cache, key, version, now, &answer)) {
    case CACHE_HIT:
        snprintf(body, sizeof body, "%s", answer->body.data);
        answer_release(answer);
        return body;
    case CACHE_MAKE:
        return "(make)";
    case CACHE_WAIT:
        return "(wait)";
    case CACHE_PASS:
        break;
    }
    return "(pass)";
}

static const char *take(const char *target)
{
    struct cache_key key = key_of(target);
    return take_at(&key, VERSION, 0);
}

static void end(const char *target, struct answer *answer)
{
    struct cache_key key = key_of(target);
    cache_end(cache, &key, answer);
    answer_release(answer);
}

static void what_was_made_is_given_again(void **state)
{
    (void)state;
    assert_string_equal(take("/a"), "(make)");
    end("/a", answer_of("first", VERSION));
    assert_string_equal(take("/a"), "first");
    assert_string_equal(take("/b"), "(make)");
    end("/b", NULL);
    assert_string_equal(take("/b"), "(make)");
    end("/b", NULL);
}

static void each_part_of_a_key_tells_answers_apart(void **state)
{
    (void)state;
    struct cache_key keys[] = {
        {TF_STR("/a"), TF_STR_NULL, TF_CODING_IDENTITY, TF_CODING_IDENTITY, 0, 0},
        {TF_STR("/a"), TF_STR(""), TF_CODING_IDENTITY, TF_CODING_IDENTITY, 0, 0},
        {TF_STR("/a"), TF_STR("text/csv"), TF_CODING_IDENTITY, TF_CODING_IDENTITY, 0, 0},
        {TF_STR("/a"), TF_STR_NULL, TF_CODING_BR, TF_CODING_IDENTITY, 0, 0},
        {TF_STR("/a"), TF_STR_NULL, TF_CODING_BR, TF_CODING_BR, 0, 0},
        {TF_STR("/a"), TF_STR_NULL, TF_CODING_IDENTITY, TF_CODING_IDENTITY, 1, 0},
        {TF_STR("/at"), TF_STR("ext/csv"), TF_CODING_IDENTITY, TF_CODING_IDENTITY, 0, 0},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        cache_hash(cache, &keys[i]);
        assert_string_equal(take_at(&keys[i], VERSION, 0), "(make)");
        struct answer *answer = answer_of("kept", VERSION);
        cache_end(cache, &keys[i], answer);
        answer_release(answer);
    }
}

static void another_version_makes_it_anew(void **state)
{
    (void)state;
    struct cache_key key = key_of("/a"), always = key_of("/openapi.json");
    take("/a");
    end("/a", answer_of("old", VERSION));
    take("/openapi.json");
    end("/openapi.json", answer_of("document", ANSWER_ALWAYS));
    assert_string_equal(take_at(&key, VERSION + 1, 0), "(make)");
    end("/a", answer_of("new", VERSION + 1));
    assert_string_equal(take_at(&key, VERSION + 1, 0), "new");
    /* asked for by a thread that has not yet seen the change: newer is as good */
    assert_string_equal(take_at(&key, VERSION, 0), "new");
    assert_string_equal(take_at(&always, VERSION + 1, 0), "document");
}

static void what_is_good_for_a_time_is_made_anew_after_it(void **state)
{
    (void)state;
    struct cache_key key = key_of("/a");
    take("/a");
    struct answer *answer = answer_of("brief", VERSION);
    answer->good_until = 100;
    end("/a", answer);
    assert_string_equal(take_at(&key, VERSION, 99), "brief");
    assert_string_equal(take_at(&key, VERSION, 100), "(make)");
    end("/a", NULL);
}

static void the_longest_unused_make_room(void **state)
{
    (void)state;
    static char large[LIMIT / 8];
    memset(large, 'x', sizeof large - 1);
    for (char name = 'a'; name <= 'z'; name++) {
        const char target[] = {'/', name, '\0'};
        assert_string_equal(take(target), "(make)");
        end(target, answer_of(large, VERSION));
        assert_string_not_equal(take("/a"), "(make)"); /* used all the time */
    }
    assert_string_equal(take("/b"), "(make)");
    end("/b", NULL);
    assert_string_not_equal(take("/z"), "(make)");
}

static void what_somebody_holds_outlives_its_place(void **state)
{
    (void)state;
    static char large[LIMIT / 4];
    struct answer *held;
    struct cache_key key = key_of("/a");
    memset(large, 'x', sizeof large - 1);
    take("/a");
    end("/a", answer_of("held", VERSION));
    assert_int_equal(cache_take(cache, &key, VERSION, 0, &held), CACHE_HIT);
    for (char name = 'b'; name <= 'k'; name++) {
        const char target[] = {'/', name, '\0'};
        take(target);
        end(target, answer_of(large, VERSION));
    }
    assert_string_equal(take("/a"), "(make)");
    end("/a", NULL);
    assert_string_equal(held->body.data, "held");
    answer_release(held);
}

static void without_a_limit_nothing_is_kept(void **state)
{
    (void)state;
    struct cache *none = cache_new(0);
    struct cache_key key = key_of("/a");
    struct answer *answer;
    assert_int_equal(cache_take(none, &key, VERSION, 0, &answer), CACHE_PASS);
    cache_free(none);
}

/* --- Several threads ----------------------------------------------------- */

enum { THREADS = 8, ROUNDS = 200 };
static atomic_int made, passed;

static enum cache_outcome take_or_wait(const struct cache_key *key, struct answer **out)
{
    enum cache_outcome outcome = cache_take(cache, key, VERSION, 0, out);
    return outcome == CACHE_WAIT ? cache_wait(cache, key, VERSION, 0, out) : outcome;
}

static void *ask(void *unused)
{
    const struct timespec work = {0, 1000 * 1000};
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        char target[16];
        struct answer *answer;
        snprintf(target, sizeof target, "/%d", i);
        struct cache_key key = key_of(target);
        switch (take_or_wait(&key, &answer)) {
        case CACHE_MAKE:
            atomic_fetch_add(&made, 1);
            nanosleep(&work, NULL);
            answer = answer_of(target, VERSION);
            cache_end(cache, &key, i % 2 ? answer : NULL);
            break;
        case CACHE_HIT:
            TF_ASSERT(tf_str_is(answer->body, target));
            break;
        case CACHE_PASS:
        case CACHE_WAIT: /* never */
            atomic_fetch_add(&passed, 1);
            continue;
        }
        answer_release(answer);
    }
    return NULL;
}

/* Of those that can be kept each is made once, however many ask at a time. */
static void one_makes_it_and_the_others_wait(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    int kept = 0;
    for (int i = 1; i < ROUNDS; i += 2) {
        char target[16];
        snprintf(target, sizeof target, "/%d", i);
        kept += strcmp(take(target), target) == 0;
    }
    assert_int_equal(kept, ROUNDS / 2);
    assert_true(made - ROUNDS / 2 + passed <= ROUNDS / 2 * THREADS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_made_is_given_again),    TEST(each_part_of_a_key_tells_answers_apart),
        TEST(another_version_makes_it_anew),   TEST(what_is_good_for_a_time_is_made_anew_after_it),
        TEST(the_longest_unused_make_room),    TEST(what_somebody_holds_outlives_its_place),
        TEST(without_a_limit_nothing_is_kept), TEST(one_makes_it_and_the_others_wait),
    };
    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
