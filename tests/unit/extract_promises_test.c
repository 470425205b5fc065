/* SPDX-License-Identifier: MIT */
/*
 * Promises of extract.h under bad conditions: too little memory, and texts
 * made to be difficult. The checks are those of tf_facts_check.
 */
#include "reading.h"

/* Reads a text in an arena of that limit; what comes out keeps the promises. */
static enum tf_status read_within(size_t limit, struct tf_str bytes, size_t *claims)
{
    struct tf_error error = {0};
    struct tf_text text;
    struct tf_extraction *facts = NULL;
    struct tf_arena *limited = tf_arena_new(limit);
    assert_non_null(limited);
    enum tf_status status = tf_text_init(&text, bytes.data, bytes.size, limited, &error);
    if (status == TF_OK)
        status = tf_extract(lexicon, &text, TF_STR("a.txt"), limited, &facts, &error);
    if (status == TF_OK) {
        if (tf_facts_check(facts, bytes.data, bytes.size, &error) != TF_OK)
            fail_msg("%s", error.message);
        *claims = facts->claims.n;
    }
    tf_arena_free(limited);
    return status;
}

/* --- Memory -------------------------------------------------------------- */

static const char varied[] =
    "# How Fast Does Ketamine Work?\n\n"
    "A 2021 review in the Journal of Calm Minds suggests that it may act within 2 to 24 hours.\n\n"
    "Patients report:\n- less worry\n  - better sleep\n- relief for one to two weeks\n\n"
    "| Treatment | Onset |\n|---|---|\n| SSRIs | 4-8 weeks |\n\n"
    "Q: Is it safe?\nA: Mostly. Blood pressure can rise for an hour.\n\nCall us today!\n";

static void every_shortage_of_memory_is_told(void **state)
{
    enum { STEP = 331 };
    const struct tf_str text = {varied, sizeof varied - 1};
    size_t limit = 1, short_of = 0, claims = 0;
    (void)state;
    for (;; limit += STEP) {
        enum tf_status status = read_within(limit, text, &claims);
        if (status == TF_OK)
            break;
        assert_int_equal(status, TF_NO_MEMORY);
        short_of++;
    }
    assert_true(short_of > 20); /* or the limits never bit */
    assert_true(claims >= 6);
    for (size_t more = 1; more <= 8; more++)
        assert_int_equal(read_within(limit * more, text, &claims), TF_OK);
}

/* --- Difficult texts ----------------------------------------------------- */

/* `opening`, then `piece` again and again, then `closing`. */
struct hostile {
    const char *name, *opening, *piece, *closing;
    size_t times;
};

static const struct hostile hostile[] = {
    {"one line of 200 kB", "", "relief comes within hours and may last for days, ", "as said",
     4100},
    {"twenty thousand sentences in a line", "", "It may help in 2 days. ", "", 20000},
    {"twenty thousand headings", "", "# How fast is it?\n", "", 20000},
    {"twenty thousand lines in capitals", "", "HOW FAST IS IT\n", "", 20000},
    {"twenty thousand bullets, each deeper", "", "- better sleep\n ", "", 20000},
    {"twenty thousand stems, each the next one's item", "", "- patients report:\n", "- relief\n",
     20000},
    {"twenty thousand lines below one colon", "Patients report:\n", "better sleep\n", "", 20000},
    {"twenty thousand questions", "FAQ\n\n", "Q: How soon?\nA: In 2 days.\n", "", 20000},
    {"a table of two thousand columns", "| SSRIs | ", "4 weeks | ",
     "\n|---|\n| CBT | 8 weeks | x |\n", 2000},
    {"a table of twenty thousand rows", "| Drug | Onset |\n", "| SSRIs | 4 weeks |\n", "", 20000},
    {"a hundred thousand pipes", "a ", "|", " b", 100000},
    {"a hundred thousand tabs", "a", "\t", "b", 100000},
    {"no full stop", "", "ketamine eases anxiety and ", "", 8000},
    {"only marks", "", "*)(_\"]|#>-=.?!:;,", "", 8000},
    {"only full stops", "", ".", "", 100000},
    {"only line ends after a letter", "a", "\n", "", 100000},
    {"brackets never closed", "", "(ketamine ", "", 20000},
    {"brackets in brackets", "", "(in 2 days ", ")))", 20000},
    {"sentences without space", "", "relief.Ketamine", "@x", 20000},
    {"footnote marks without end", "It helps.", "[1,", "", 50000},
    {"an enumeration in one line", "1. ", "a 2. b 3. c ", "", 8000},
    {"numbers without end", "It takes ", "9", " days.", 100000},
    {"ranges without end", "It takes 1", " to 2", " days.", 20000},
    {"left-over entities", "a", "&nbsp;", "b", 20000},
    {"combining marks", "e", "\xcc\x81", " helps.", 50000},
    {"hyphens without end", "treatment", "-resistant", " anxiety", 20000},
};

static void keeps_promises(void **state)
{
    const struct hostile *h = *state;
    struct tf_buf text;
    size_t claims;
    tf_buf_init(&text);
    tf_buf_add_text(&text, h->opening);
    for (size_t i = 0; i < h->times; i++)
        tf_buf_add_text(&text, h->piece);
    tf_buf_add_text(&text, h->closing);
    assert_false(text.failed);
    assert_int_equal(read_within(0, tf_buf_str(&text), &claims), TF_OK);
    tf_buf_clear(&text);
}

int main(void)
{
    enum { HOSTILE = sizeof hostile / sizeof *hostile };
    struct CMUnitTest tests[HOSTILE + 1] = {cmocka_unit_test(every_shortage_of_memory_is_told)};
    for (size_t i = 0; i < HOSTILE; i++)
        tests[i + 1] = (struct CMUnitTest){hostile[i].name, keeps_promises, NULL, NULL,
                                           (void *)(uintptr_t)&hostile[i]};
    return cmocka_run_group_tests(tests, load_lexicon, free_lexicon);
}
