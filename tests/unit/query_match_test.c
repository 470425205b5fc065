/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "query_internal.h"

/* What is typed, and the FTS5 expression, or why there is none. */
struct example {
    const char *name, *typed, *expression;
};

static const struct example examples[] = {
    {"words must all occur", "fast relief", "((\"fast\" \"relief\"))"},
    {"a phrase stays together", "\"within hours\" relief", "((\"within hours\" \"relief\"))"},
    {"a star stands for any end", "keta*", "((\"keta\" *))"},
    {"a star behind a phrase", "\"ketamine infu\"*", "((\"ketamine infu\" *))"},
    {"a beginning of three letters", "ket*", "((\"ket\" *))"},
    {"two letters begin too many words", "ke*",
     "asks for words that begin with fewer than three letters"},
    {"so does a letter at the end of a phrase", "\"ketamine i\"*",
     "asks for words that begin with fewer than three letters"},
    {"OR joins groups", "tea OR coffee", "((\"tea\")) OR ((\"coffee\"))"},
    {"AND is what stands between words anyway", "tea AND coffee", "((\"tea\" \"coffee\"))"},
    {"NOT excludes", "tea NOT \"green tea\"", "((\"tea\") NOT \"green tea\")"},
    {"AND NOT is NOT", "tea AND NOT milk", "((\"tea\") NOT \"milk\")"},
    {"a minus excludes", "tea -milk", "((\"tea\") NOT \"milk\")"},
    {"a hyphen is no minus", "treatment-resistant", "((\"treatment-resistant\"))"},
    {"operators in small letters are words", "tea or coffee",
     "((\"tea\" \"or\" \"coffee\"))"},
    {"an operator with nothing to join is a word", "OR tea", "((\"OR\" \"tea\"))"},
    {"an operator at the end is a word", "tea AND", "((\"tea\" \"AND\"))"},
    {"a quote without an end ends with the text", "\"tea and", "((\"tea and\"))"},
    {"nothing typed is syntax", "text: (a) ^b {c} d+e NEAR(f)",
     "((\"text:\" \"(a)\" \"^b\" \"{c}\" \"d+e\" \"NEAR(f)\"))"},
    {"a quote inside a word ends it", "a\"b", "((\"a\" \"b\"))"},
    {"marks alone are left out", "? tea !", "((\"tea\"))"},
    {"only marks", "?! --", "has no word of letters or digits"},
    {"only excluded", "NOT tea", "only excludes; say what to look for as well"},
    {"only excluded on one side", "tea OR -milk", "only excludes; say what to look for as well"},
    {"too much", "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a",
     "has more than 32 words and phrases"},
};
enum { EXAMPLES = sizeof examples / sizeof *examples };

static void builds(void **state)
{
    const struct example *example = *state;
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_str match = TF_STR_NULL;
    const char *wrong = match_build(tf_str_of(example->typed), arena, &match);
    assert_string_equal(wrong ? wrong : match.data, example->expression);
    tf_arena_free(arena);
}

int main(void)
{
    struct CMUnitTest tests[EXAMPLES];
    for (size_t i = 0; i < EXAMPLES; i++)
        tests[i] = (struct CMUnitTest){examples[i].name, builds, NULL, NULL, (void *)&examples[i]};
    return cmocka_run_group_tests_name("query match", tests, NULL, NULL);
}
