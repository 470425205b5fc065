/* SPDX-License-Identifier: MIT */
/* The pattern language and the matcher, on small tables of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <treatfacts/lexicon.h>

struct fixture {
    char folder[64];
    struct tf_lexicon *lexicon;
    struct tf_arena *arena;
};

static void write_table(const char *folder, const char *name, const char *content)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s.tsv", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, strlen(content), file), strlen(content));
    assert_int_equal(fclose(file), 0);
}

static const char *const tables[][2] = {
    {"treatments", "ketamine\tKetamine\tketamine | ketamine therapy\n"
                   "ect\tECT\tECT | electroconvulsive therapy\n"
                   "ssri\tSSRI\tssri | selective serotonin reuptake inhibitor\n"
                   "therapy\tTherapy\ttalk therapy | exposure ?and ?response therapy\n"
                   "late\tSame words, later line\tketamine\n"},
    {"conditions", "anxiety\tAnxiety\tanxiety ?disorder | anxious\n"
                   "-\t-\tanti-anxiety ?drug/medication\n"
                   "social\tSocial anxiety\tsocial anxiety ?disorder | SAD\n"
                   "resistant\tResistant\ttreatment-resistant | not responded ~ to\n"},
    {"routes", "oral\tOral\tby mouth\n"},
    {"topics", "onset\t-\twork*/act* fast | within # hours\tweight=3\n"
               "safety\t-\tside effect*\n"
               "evidence\t-\t( #\n"},
    {"hedges", "modal\t-\tmay\n"},
    {"negations", "negation\t-\tnot | no longer\n"},
    {"roles", "promo\t-\t^ call us ?now\n"
              "meta\t-\tread more $\n"
              "stem\t-\t^ ~ include $\n"},
    {"measures", "none\t-\t$ #\n"},
    {"frames", ""},
    {"time", "unit\t-\thour/hours\n"},
    {"studies", "journal\t-\tjournal of ~ medicine\n"},
    {"patients", "people\t-\tpeople\n"},
    {"grammar", "pronoun\t-\tit | this treatment\n"},
    {"verbs", ""},
    {"sentences", "dr\t-\tDr\tkind=title\neg\t-\te.g\tkind=inner\n"},
};

static int set_up(void **state)
{
    static struct fixture f;
    strcpy(f.folder, "/tmp/tf-lexicon-XXXXXX");
    assert_non_null(mkdtemp(f.folder));
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        write_table(f.folder, tables[i][0], tables[i][1]);
    struct tf_error error = {0};
    if (tf_lexicon_new(f.folder, &f.lexicon, &error) != TF_OK)
        fail_msg("%s", error.message);
    f.arena = tf_arena_new(0);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s.tsv", f->folder, tables[i][0]);
        unlink(path);
    }
    rmdir(f->folder);
    tf_lexicon_free(f->lexicon);
    tf_arena_free(f->arena);
    return 0;
}

/* What is found, as "code:first-end code:first-end". */
static const char *found(void **state, const char *sentence)
{
    static char text[512];
    struct fixture *f = *state;
    struct tf_tokens tokens = {0};
    struct tf_matches matches = {0};
    tf_string_tokens(tf_str_of(sentence), f->arena, &tokens);
    tf_lexicon_match(f->lexicon, tokens.v, tokens.n, f->arena, &matches);
    text[0] = '\0';
    for (size_t i = 0; i < matches.n; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%.*s:%u-%u", used ? " " : "",
                 TF_STR_ARG(matches.v[i].entry->code), matches.v[i].first, matches.v[i].end);
    }
    return text;
}

static void words_match_in_any_case(void **state)
{
    assert_string_equal(found(state, "Ketamine and KETAMINE"), "ketamine:0-1 ketamine:2-3");
    assert_string_equal(found(state, "ketaminelike"), "");
}

static void longest_of_the_leftmost_wins_and_hides_what_it_covers(void **state)
{
    assert_string_equal(found(state, "ketamine therapy"), "ketamine:0-2");
    assert_string_equal(found(state, "social anxiety disorder"), "social:0-3");
    assert_string_equal(found(state, "an anti-anxiety drug"), "-:1-4");
    assert_string_equal(found(state, "social social anxiety"), "social:1-3");
}

static void earlier_line_wins_at_equal_length(void **state)
{
    struct fixture *f = *state;
    const struct tf_lex_entry *late = tf_lexicon_find(f->lexicon, TF_LEX_TREATMENT, TF_STR("late"));
    assert_non_null(late);
    assert_int_equal(late->line, 5);
    assert_string_equal(found(state, "ketamine"), "ketamine:0-1");
}

static void categories_may_overlap(void **state)
{
    assert_string_equal(found(state, "not responded to it"),
                        "resistant:0-3 negation:0-1 pronoun:3-4");
}

static void capitals_in_a_table_match_capitals_only(void **state)
{
    assert_string_equal(found(state, "ECT for SAD"), "ect:0-1 social:2-3");
    assert_string_equal(found(state, "a sad ect, Sad Ect"), "");
}

static void plurals_match_for_treatments_and_conditions(void **state)
{
    assert_string_equal(found(state, "SSRIs"), "ssri:0-1");
    assert_string_equal(found(state, "talk therapies"), "therapy:0-2");
    assert_string_equal(found(state, "anxiety disorders"), "anxiety:0-2");
    assert_string_equal(found(state, "peoples"), "");
}

static void hyphen_and_space_are_alike(void **state)
{
    assert_string_equal(found(state, "treatment resistant"), "resistant:0-2");
    assert_string_equal(found(state, "Treatment-Resistant"), "resistant:0-2");
    assert_string_equal(found(state, "treatment, resistant"), "");
}

static void optional_words_may_be_missing(void **state)
{
    assert_string_equal(found(state, "exposure therapy"), "therapy:0-2");
    assert_string_equal(found(state, "exposure and response therapy"), "therapy:0-4");
    assert_string_equal(found(state, "exposure response or therapy"), "");
}

static void star_matches_any_ending(void **state)
{
    assert_string_equal(found(state, "works fast"), "onset:0-2");
    assert_string_equal(found(state, "acting fast"), "onset:0-2");
    assert_string_equal(found(state, "side effects"), "safety:0-2");
    assert_string_equal(found(state, "wor fast"), "");
}

static void gap_takes_three_words_but_no_mark(void **state)
{
    assert_string_equal(found(state, "journal of medicine"), "journal:0-3");
    assert_string_equal(found(state, "journal of very rare sleep medicine"), "journal:0-6");
    assert_string_equal(found(state, "journal of one two three four medicine"), "");
    assert_string_equal(found(state, "journal of sleep, medicine"), "");
}

static void number_sign_takes_digits_words_and_ranges(void **state)
{
    assert_string_equal(found(state, "within 4 hours"), "onset:0-3 unit:2-3");
    assert_string_equal(found(state, "within twenty-four hours"), "onset:0-4 unit:3-4");
    assert_string_equal(found(state, "within 4-8 hours"), "onset:0-4 unit:3-4");
    assert_string_equal(found(state, "within many hours"), "unit:2-3");
}

static void marks_match_themselves(void **state)
{
    assert_string_equal(found(state, "(2021)"), "evidence:0-2");
    assert_string_equal(found(state, "$ 400"), "none:0-2");
}

static void anchors_hold_at_the_ends_of_the_unit(void **state)
{
    assert_string_equal(found(state, "Call us now!"), "promo:0-3");
    assert_string_equal(found(state, "They call us."), "");
    assert_string_equal(found(state, "Please read more."), "meta:1-3");
    assert_string_equal(found(state, "read more books"), "");
    assert_string_equal(found(state, "The known risks include:"), "stem:0-4");
}

static void matches_come_in_the_order_of_their_first_token(void **state)
{
    assert_string_equal(found(state, "It may not act fast"),
                        "pronoun:0-1 modal:1-2 negation:2-3 onset:3-5");
}

static void many_gaps_and_repeats_stay_exact(void **state)
{
    struct fixture *f = *state;
    enum { N = 20000 };
    struct tf_buf text;
    tf_buf_init(&text);
    for (int i = 0; i < N; i++)
        tf_buf_add_text(&text, "not responded journal of ");
    struct tf_tokens tokens = {0};
    struct tf_matches matches = {0};
    tf_string_tokens(tf_buf_str(&text), f->arena, &tokens);
    tf_lexicon_match(f->lexicon, tokens.v, tokens.n, f->arena, &matches);
    assert_int_equal(matches.n, N); /* "not" each time and nothing else */
    tf_buf_clear(&text);
}

static void nothing_matches_nothing(void **state)
{
    assert_string_equal(found(state, ""), "");
    assert_string_equal(found(state, "..."), "");
}

static void abbreviations_are_looked_up_folded(void **state)
{
    struct fixture *f = *state;
    assert_non_null(tf_lexicon_sentence_word(f->lexicon, TF_STR("dr")));
    assert_non_null(tf_lexicon_sentence_word(f->lexicon, TF_STR("e.g")));
    assert_null(tf_lexicon_sentence_word(f->lexicon, TF_STR("e")));
    assert_null(tf_lexicon_sentence_word(f->lexicon, TF_STR("word")));
    assert_null(tf_lexicon_sentence_word(f->lexicon, TF_STR("")));
}

static void attributes_and_weights_are_read(void **state)
{
    struct fixture *f = *state;
    size_t count;
    const struct tf_lex_entry *topic = tf_lexicon_entries(f->lexicon, TF_LEX_TOPIC, &count);
    assert_int_equal(count, 3);
    assert_int_equal(topic[0].weight, 3);
    assert_int_equal(topic[1].weight, 1);
    assert_true(tf_str_is(tf_lex_attribute(&topic[0], "weight"), "3"));
    assert_null(tf_lex_attribute(&topic[0], "wei").data);
    assert_null(tf_lex_attribute(&topic[1], "weight").data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_match_in_any_case),
        cmocka_unit_test(longest_of_the_leftmost_wins_and_hides_what_it_covers),
        cmocka_unit_test(earlier_line_wins_at_equal_length),
        cmocka_unit_test(categories_may_overlap),
        cmocka_unit_test(capitals_in_a_table_match_capitals_only),
        cmocka_unit_test(plurals_match_for_treatments_and_conditions),
        cmocka_unit_test(hyphen_and_space_are_alike),
        cmocka_unit_test(optional_words_may_be_missing),
        cmocka_unit_test(star_matches_any_ending),
        cmocka_unit_test(gap_takes_three_words_but_no_mark),
        cmocka_unit_test(number_sign_takes_digits_words_and_ranges),
        cmocka_unit_test(marks_match_themselves),
        cmocka_unit_test(anchors_hold_at_the_ends_of_the_unit),
        cmocka_unit_test(matches_come_in_the_order_of_their_first_token),
        cmocka_unit_test(many_gaps_and_repeats_stay_exact),
        cmocka_unit_test(nothing_matches_nothing),
        cmocka_unit_test(abbreviations_are_looked_up_folded),
        cmocka_unit_test(attributes_and_weights_are_read),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
