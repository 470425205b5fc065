/* SPDX-License-Identifier: MIT */
/* The tables that are built in, and the refusal of broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "lexicon_internal.h"
#include "schema.h"

static struct tf_lexicon *built_in;

static int load_built_in(void **state)
{
    (void)state;
    struct tf_error error = {0};
    if (tf_lexicon_new(NULL, &built_in, &error) != TF_OK)
        fail_msg("%s", error.message);
    return 0;
}

static int free_built_in(void **state)
{
    (void)state;
    tf_lexicon_free(built_in);
    return 0;
}

/* --- Built-in tables ----------------------------------------------------- */

static void every_table_is_built_in_and_has_entries(void **state)
{
    (void)state;
    for (int i = 0; i < TF_LEX__MAX; i++) {
        size_t count;
        tf_lexicon_entries(built_in, (enum tf_lex_category)i, &count);
        if (count == 0)
            fail_msg("lexicon/%s.tsv has no entries", tf_lex_schemas[i].file);
    }
}

static size_t codes_in(enum tf_lex_category category)
{
    size_t count, codes = 0;
    const struct tf_lex_entry *entries = tf_lexicon_entries(built_in, category, &count);
    for (size_t i = 0; i < count; i++)
        codes += !tf_str_is(entries[i].code, "-");
    return codes;
}

static void treatments_and_conditions_are_many(void **state)
{
    (void)state;
    assert_true(codes_in(TF_LEX_TREATMENT) >= 120);
    assert_true(codes_in(TF_LEX_CONDITION) >= 80);
}

static void no_line_hides_a_pattern_of_a_later_line(void **state)
{
    (void)state;
    const struct tf_trie *trie = &built_in->trie;
    for (size_t i = 0; i < trie->clashes.n; i++)
        print_message("%s:%u has a pattern that stands on line %u already\n",
                      trie->clashes.v[i].shadowed->file, trie->clashes.v[i].shadowed->line,
                      trie->clashes.v[i].kept->line);
    assert_int_equal(trie->clashes.n, 0);
}

static void every_closed_code_is_used(void **state)
{
    (void)state;
    static const struct {
        enum tf_lex_category category;
        const char *code;
    } used[] = {{TF_LEX_TOPIC, "onset"},
                {TF_LEX_TOPIC, "duration"},
                {TF_LEX_TOPIC, "efficacy"},
                {TF_LEX_TOPIC, "mechanism"},
                {TF_LEX_TOPIC, "regimen"},
                {TF_LEX_TOPIC, "safety"},
                {TF_LEX_TOPIC, "eligibility"},
                {TF_LEX_TOPIC, "evidence"},
                {TF_LEX_TOPIC, "regulation"},
                {TF_LEX_TOPIC, "epidemiology"},
                {TF_LEX_TOPIC, "experience"},
                {TF_LEX_TOPIC, "background"},
                {TF_LEX_TOPIC, "administration"},
                {TF_LEX_ROLE, "promo"},
                {TF_LEX_ROLE, "contact"},
                {TF_LEX_ROLE, "chrome"},
                {TF_LEX_ROLE, "meta"},
                {TF_LEX_ROLE, "stem"},
                {TF_LEX_MEASURE, "onset"},
                {TF_LEX_MEASURE, "duration"},
                {TF_LEX_MEASURE, "session"},
                {TF_LEX_MEASURE, "course"},
                {TF_LEX_MEASURE, "observation"},
                {TF_LEX_MEASURE, "none"},
                {TF_LEX_NEGATION, "litotes"},
                {TF_LEX_NEGATION, "contrast"},
                {TF_LEX_NEGATION, "prohibition"},
                {TF_LEX_NEGATION, "myth"},
                {TF_LEX_HEDGE, "modal"}};
    for (size_t i = 0; i < sizeof used / sizeof *used; i++)
        if (!tf_lexicon_find(built_in, used[i].category, tf_str_of(used[i].code)))
            fail_msg("no entry for %s", used[i].code);
}

/* The codes that matches of one category give, space-separated. */
static const char *codes(enum tf_lex_category category, const char *sentence)
{
    static char text[512];
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_tokens tokens = {0};
    struct tf_matches matches = {0};
    tf_string_tokens(tf_str_of(sentence), arena, &tokens);
    tf_lexicon_match(built_in, tokens.v, tokens.n, arena, &matches);
    text[0] = '\0';
    for (size_t i = 0; i < matches.n; i++) {
        size_t used = strlen(text);
        if (matches.v[i].entry->category == category)
            snprintf(text + used, sizeof text - used, "%s%.*s", used ? " " : "",
                     TF_STR_ARG(matches.v[i].entry->code));
    }
    tf_arena_free(arena);
    return text;
}

static void treatments_are_found_in_plain_language(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *codes;
    } cases[] = {
        {"Zoloft or another SSRI", "sertraline ssri"},
        {"SSRIs/SNRIs", "ssri snri"},
        {"Conventional anxiety medications rarely act quickly", "standard_medication"},
        {"traditional treatments, such as benzodiazepines", "standard_medication benzodiazepine"},
        {"first-line therapies", "standard_medication"},
        {"an anti-anxiety medication", "anxiolytic"},
        {"Talk therapy and counselling", "psychotherapy psychotherapy"},
        {"the therapy and the treatment", ""},
        {"Electroconvulsive therapy (ECT)", "ect ect"},
        {"Acts on receptors and can act fast", ""},
        {"a rapid antidepressant effect", "-"},
        {"ketamine-assisted psychotherapy", "ketamine"},
        {"eight weeks of MBSR", "mbsr"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(codes(TF_LEX_TREATMENT, cases[i].sentence), cases[i].codes);
}

static void conditions_are_found_in_plain_language(void **state)
{
    (void)state;
    static const struct {
        const char *sentence, *codes;
    } cases[] = {
        {"She felt anxious", "anxiety"},
        {"Generalised anxiety disorder (GAD)", "gad gad"},
        {"It makes people sad; SAD does not", "social_anxiety"},
        {"anti-anxiety drugs", "-"},
        {"mental health conditions", "-"},
        {"treatment-resistant depression", "treatment_resistant depression"},
        {"patients who have not responded to two drugs", "treatment_resistant"},
        {"the pain of arthritis", "pain arthritis"},
        {"chronic pain", "chronic_pain"},
        {"panic attacks and phobias", "panic phobia"},
        {"postpartum depression", "postpartum_depression"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(codes(TF_LEX_CONDITION, cases[i].sentence), cases[i].codes);
}

static void sentence_words_are_looked_up_with_their_kind(void **state)
{
    (void)state;
    assert_non_null(tf_lexicon_sentence_word(built_in, TF_STR("dr")));
    assert_non_null(tf_lexicon_sentence_word(built_in, TF_STR("e.g")));
    assert_true(tf_str_is(tf_lexicon_sentence_word(built_in, TF_STR("etc"))->code, "closing"));
    assert_true(tf_str_is(tf_lexicon_sentence_word(built_in, TF_STR("p.m"))->code, "closing"));
}

/* --- Tables of a folder -------------------------------------------------- */

/* Loads with one table replaced; the message of the failure, "" if none. */
static enum tf_status load_with(const char *name, const char *content, size_t size,
                                struct tf_lexicon **out, char message[1024])
{
    char folder[] = "/tmp/tf-lexicon-XXXXXX", path[128];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    struct tf_error error = {0};
    enum tf_status status = tf_lexicon_new(folder, out, &error);
    snprintf(message, 1024, "%s", error.message);
    unlink(path);
    rmdir(folder);
    return status;
}

static void refused(const char *name, const char *content, const char *reason)
{
    struct tf_lexicon *lexicon = NULL;
    char message[1024];
    assert_int_equal(load_with(name, content, strlen(content), &lexicon, message), TF_INPUT);
    assert_null(lexicon);
    if (!strstr(message, reason))
        fail_msg("\"%s\" does not say \"%s\"", message, reason);
}

static void broken_lines_are_refused_with_file_and_line(void **state)
{
    (void)state;
    refused("treatments.tsv", "# head\n\nketamine Ketamine ketamine\n",
            "/treatments.tsv:3: code, label and patterns must be separated by tabs");
    refused("treatments.tsv", "a\tA\ta\t\tx\n", ":1: more than four columns");
    refused("treatments.tsv", "a\tA\ta\nb\tB\tb\na\tA\tc\n",
            ":3: code \"a\" stands on line 1 already");
    refused("treatments.tsv", "Ketamine\tK\tk\n", ":1: a code has only");
    refused("treatments.tsv", "\tK\tk\n", ":1: the code is empty");
    refused("treatments.tsv", "a\t\ta\n", ":1: the label is empty");
    refused("conditions.tsv", "a\t-\ta\n", ":1: this table needs a label");
    refused("topics.tsv", "onset\t-\tfast\nspeed\t-\tquick\n",
            "/topics.tsv:2: this table has no code \"speed\"");
    refused("roles.tsv", "advert\t-\tbuy\n", ":1: this table has no code \"advert\"");
    refused("negations.tsv", "denial\t-\tnot\n", ":1: this table has no code \"denial\"");
    refused("measures.tsv", "age\t-\tyears old\n", ":1: this table has no code \"age\"");
    refused("routes.tsv", "oral\tOral\t\n", ":1: the patterns are empty");
}

static void broken_attributes_are_refused(void **state)
{
    (void)state;
    refused("topics.tsv", "onset\t-\tfast\tweight\n", ":1: an attribute is key=value");
    refused("topics.tsv", "onset\t-\tfast\tweight=0\n", ":1: a weight is a number from 1 to 9");
    refused("topics.tsv", "onset\t-\tfast\tweight=12\n", ":1: a weight is a number from 1 to 9");
    refused("topics.tsv", "onset\t-\tfast\tweight=2 weight=3\n", ":1: an attribute is given twice");
    refused("treatments.tsv", "x\tX\tx\n\na\tA\ta\tclass=b\n",
            ":3: this table has no code for class \"b\"");
}

static void broken_patterns_are_refused(void **state)
{
    (void)state;
    refused("grammar.tsv", "pronoun\t-\tit | | this\n", ":1: pattern \"\": is empty");
    refused("grammar.tsv", "pronoun\t-\tit |\n", "'|' stands only between patterns");
    refused("grammar.tsv", "pronoun\t-\ta//b\n", "an alternative is empty");
    refused("grammar.tsv", "pronoun\t-\ta/b/ c\n", "an alternative is empty");
    refused("grammar.tsv", "pronoun\t-\tab*\n", "a word before '*' needs 3 to 31 letters");
    refused("grammar.tsv", "pronoun\t-\tthe ~\n", "'~' stands only between words");
    refused("grammar.tsv", "pronoun\t-\tthe ~ a ~ b ~ c ~ d\n", "too many '~'");
    refused("grammar.tsv", "pronoun\t-\tthe ^ a\n", "'^' stands only at the beginning");
    refused("grammar.tsv", "pronoun\t-\t?the ?a\n", "may match nothing at all");
    refused("grammar.tsv", "pronoun\t-\t^\n", "may match nothing at all");
    refused("grammar.tsv", "pronoun\t-\ta/b/c/d a/b/c/d a/b/c/d a/b/c/d a/b/c/d a/b/c/d a/b/c/d\n",
            "more than 4096 rows");
}

static void bad_bytes_are_refused(void **state)
{
    (void)state;
    struct tf_lexicon *lexicon = NULL;
    char message[1024];
    refused("grammar.tsv", "# fine\n# bad \xff byte\n", "/grammar.tsv:2: ");
    assert_int_equal(load_with("grammar.tsv", "pronoun\t-\ti\0t\n", 15, &lexicon, message),
                     TF_INPUT);
    assert_non_null(strstr(message, "/grammar.tsv:1: "));
}

static void a_line_too_long_and_too_many_lines_are_refused(void **state)
{
    (void)state;
    enum { LONG = 17 * 1024, MANY = 50002 };
    char *big = malloc(MANY > LONG ? MANY + 1 : LONG + 1);
    assert_non_null(big);
    memset(big, '#', LONG);
    big[LONG] = '\0';
    refused("grammar.tsv", big, ":1: the line is longer than 16 KiB");
    memset(big, '\n', MANY);
    big[MANY] = '\0';
    refused("grammar.tsv", big, ":50001: more than 50,000 lines");
    free(big);
}

static void a_file_that_is_no_table_and_a_missing_folder_are_refused(void **state)
{
    (void)state;
    struct tf_lexicon *lexicon = NULL;
    struct tf_error error = {0};
    refused("treatment.tsv", "a\tA\ta\n", "/treatment.tsv: there is no table of this name");
    assert_int_equal(tf_lexicon_new("/nonexistent/folder", &lexicon, &error), TF_INPUT);
    assert_non_null(strstr(error.message, "/nonexistent/folder: "));
}

static void a_folder_replaces_tables_of_the_same_name_only(void **state)
{
    (void)state;
    static const char table[] = "\xef\xbb\xbfnewdrug\tNew drug\tnewdrug\tclass=group\r\n"
                                "group\tGroup\tgroup of drugs\r\n";
    struct tf_lexicon *lexicon = NULL;
    char message[1024];
    assert_int_equal(load_with("treatments.tsv", table, sizeof table - 1, &lexicon, message),
                     TF_OK);
    assert_non_null(tf_lexicon_find(lexicon, TF_LEX_TREATMENT, TF_STR("newdrug")));
    assert_null(tf_lexicon_find(lexicon, TF_LEX_TREATMENT, TF_STR("ketamine")));
    assert_non_null(tf_lexicon_find(lexicon, TF_LEX_CONDITION, TF_STR("anxiety")));
    assert_string_not_equal(tf_lexicon_version(lexicon), tf_lexicon_version(built_in));
    tf_lexicon_free(lexicon);
}

static void version_is_twelve_hex_digits_and_stable(void **state)
{
    (void)state;
    struct tf_lexicon *again = NULL;
    assert_int_equal(tf_lexicon_new(NULL, &again, NULL), TF_OK);
    assert_int_equal(strlen(tf_lexicon_version(again)), 12);
    assert_int_equal(strspn(tf_lexicon_version(again), "0123456789abcdef"), 12);
    assert_string_equal(tf_lexicon_version(again), tf_lexicon_version(built_in));
    char version[TF_LEXICON_VERSION_TEXT];
    assert_int_equal(tf_lexicon_version_of(NULL, version, NULL), TF_OK);
    assert_string_equal(version, tf_lexicon_version(again));
    assert_int_equal(tf_lexicon_version_of("/nonexistent/folder", version, NULL), TF_INPUT);
    tf_lexicon_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_table_is_built_in_and_has_entries),
        cmocka_unit_test(treatments_and_conditions_are_many),
        cmocka_unit_test(no_line_hides_a_pattern_of_a_later_line),
        cmocka_unit_test(every_closed_code_is_used),
        cmocka_unit_test(treatments_are_found_in_plain_language),
        cmocka_unit_test(conditions_are_found_in_plain_language),
        cmocka_unit_test(sentence_words_are_looked_up_with_their_kind),
        cmocka_unit_test(broken_lines_are_refused_with_file_and_line),
        cmocka_unit_test(broken_attributes_are_refused),
        cmocka_unit_test(broken_patterns_are_refused),
        cmocka_unit_test(bad_bytes_are_refused),
        cmocka_unit_test(a_line_too_long_and_too_many_lines_are_refused),
        cmocka_unit_test(a_file_that_is_no_table_and_a_missing_folder_are_refused),
        cmocka_unit_test(a_folder_replaces_tables_of_the_same_name_only),
        cmocka_unit_test(version_is_twelve_hex_digits_and_stable),
    };
    return cmocka_run_group_tests(tests, load_built_in, free_built_in);
}
