/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <treatfacts/load.h>

struct fixture {
    char folder[64], path[96];
    struct tf_store *store;
    struct tf_lexicon *lexicon;
    struct tf_arena *arena;
};

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct tf_error error;
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/treatfacts-words.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/facts.db", fixture->folder);
    enum tf_status status = tf_store_open(fixture->path, TF_STORE_CREATE, &fixture->store, &error);
    if (status == TF_OK)
        status = tf_lexicon_new(NULL, &fixture->lexicon, &error);
    if (status != TF_OK)
        fail_msg("%s", error.message);
    fixture->arena = tf_arena_new(0);
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    tf_store_close(fixture->store);
    tf_lexicon_free(fixture->lexicon);
    tf_arena_free(fixture->arena);
    unlink(fixture->path);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static struct tf_vocabulary_rows rows_of(struct fixture *fixture, const char *kind)
{
    struct tf_error error;
    struct tf_vocabulary_rows rows = {0};
    assert_int_equal(tf_load_vocabulary(fixture->store, fixture->lexicon, &error), TF_OK);
    assert_int_equal(tf_store_vocabulary(fixture->store, kind, fixture->arena, &rows, &error),
                     TF_OK);
    return rows;
}

static void every_topic_is_listed(void **state)
{
    struct tf_vocabulary_rows rows = rows_of(*state, "topic");
    assert_int_equal(rows.n, TF_TOPIC__MAX);
    for (size_t i = 0; i < rows.n; i++) {
        assert_true(tf_name_find(tf_topic_names, TF_TOPIC__MAX, rows.v[i].entry.code) >= 0);
        assert_true(rows.v[i].entry.label.size > 0);
    }
}

static void every_code_of_the_lexicon_is_listed_once(void **state)
{
    struct fixture *fixture = *state;
    struct tf_vocabulary_rows rows = rows_of(fixture, "treatment");
    size_t count = 0;
    const struct tf_lex_entry *entries =
        tf_lexicon_entries(fixture->lexicon, TF_LEX_TREATMENT, &count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        size_t found = 0;
        for (size_t k = 0; k < rows.n; k++)
            found += tf_str_equal(rows.v[k].entry.code, entries[i].code);
        bool hidden = tf_str_is(entries[i].code, "-");
        assert_int_equal(found, hidden ? 0 : 1);
    }
}

static void labels_and_synonyms_read_as_words(void **state)
{
    static const char *const kinds[] = {"treatment", "condition", "route", "topic"};
    for (size_t k = 0; k < 4; k++) {
        struct tf_vocabulary_rows rows = rows_of(*state, kinds[k]);
        for (size_t i = 0; i < rows.n; i++) {
            struct tf_str label = rows.v[i].entry.label, synonyms = rows.v[i].entry.synonyms;
            assert_false(tf_str_is(label, "-"));
            assert_null(memchr(label.data, '_', label.size));
            for (const char *c = "*?~#^$"; *c; c++)
                assert_null(memchr(synonyms.data, *c, synonyms.size));
        }
    }
}

static void writing_the_same_vocabulary_again_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct tf_error error;
    struct tf_dataset before, after;
    assert_int_equal(tf_load_vocabulary(fixture->store, fixture->lexicon, &error), TF_OK);
    assert_int_equal(tf_store_dataset(fixture->store, &before, &error), TF_OK);
    assert_int_equal(tf_load_vocabulary(fixture->store, fixture->lexicon, &error), TF_OK);
    assert_int_equal(tf_store_dataset(fixture->store, &after, &error), TF_OK);
    assert_int_equal(before.version, after.version);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_topic_is_listed),
        TEST(every_code_of_the_lexicon_is_listed_once),
        TEST(labels_and_synonyms_read_as_words),
        TEST(writing_the_same_vocabulary_again_changes_nothing),
    };
    return cmocka_run_group_tests_name("load vocabulary", tests, NULL, NULL);
}
