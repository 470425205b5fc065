/* SPDX-License-Identifier: MIT */
/*
 * Each row is a unit of text and what the reader of times finds in it, as
 * "words|min|max|bound|precision", parted by "; ". An open end is "-", counts
 * of sessions end in "x". What is no time window ends in "|its trap"; what is
 * not even a length has "|unlisted" behind that.
 */
#include "times.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
/* cmocka.h needs the four above */
#include <cmocka.h>

struct row {
    const char *text, *times;
};

static struct tf_lexicon *lexicon;

/* --- Rendering ----------------------------------------------------------- */

static void add_end(struct tf_buf *out, const struct tf_time_expression *e, struct tf_str iso,
                    int sessions)
{
    if (e->basis == TF_BASIS_SESSIONS && sessions >= 0)
        tf_buf_printf(out, "|%dx", sessions);
    else
        tf_buf_printf(out, "|%.*s", iso.data ? (int)iso.size : 1, iso.data ? iso.data : "-");
}

static void render(struct tf_buf *out, const char *text, const struct tf_time_expression *e)
{
    if (out->size > 0)
        tf_buf_add_text(out, "; ");
    tf_buf_add(out, text + e->at.start, e->at.end - e->at.start);
    add_end(out, e, e->min_iso, e->min_sessions);
    add_end(out, e, e->max_iso, e->max_sessions);
    tf_buf_printf(out, "|%s|%s", tf_bound_names[e->bound], tf_precision_names[e->precision]);
    if (e->trap != TF_TRAP_NONE)
        tf_buf_printf(out, "|%s", tf_trap_words[e->trap]);
    if (!e->listed)
        tf_buf_add_text(out, "|unlisted");
}

static void find(const char *text, struct tf_arena *arena, struct tf_time_expressions *times)
{
    struct tf_tokens tokens = {0};
    struct tf_matches matches = {0};
    tf_string_tokens(tf_str_of(text), arena, &tokens);
    tf_lexicon_match(lexicon, tokens.v, tokens.n, arena, &matches);
    tf_times_find(tokens.v, tokens.n, &matches, arena, times);
    assert_false(tf_arena_failed(arena));
}

static void check_rows(const struct row *rows, size_t count)
{
    unsigned wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct tf_arena *arena = tf_arena_new(0);
        struct tf_time_expressions times = {0};
        struct tf_buf got;
        tf_buf_init(&got);
        find(rows[i].text, arena, &times);
        for (size_t t = 0; t < times.n; t++)
            render(&got, rows[i].text, &times.v[t]);
        if (!tf_str_is(got.size ? tf_buf_str(&got) : TF_STR(""), rows[i].times)) {
            print_error("%s\n  want %s\n  got  %.*s\n", rows[i].text, rows[i].times, (int)got.size,
                        got.data ? got.data : "");
            wrong++;
        }
        tf_buf_clear(&got);
        tf_arena_free(arena);
    }
    assert_int_equal(wrong, 0);
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

/* --- Rows ---------------------------------------------------------------- */

static void numbers_in_digits_words_and_fractions(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"It wears off after 45 minutes.", "after 45 minutes|PT45M|PT45M|point|exact"},
        {"Rest for two hours.", "two hours|PT2H|PT2H|point|exact"},
        {"Allow twenty-five minutes.", "twenty-five minutes|PT25M|PT25M|point|exact"},
        {"A hundred days went by.", "A hundred days|P100D|P100D|point|exact"},
        {"One hundred and twenty minutes passed.",
         "One hundred and twenty minutes|PT120M|PT120M|point|exact"},
        {"Plan \xc2\xbd hour.", "\xc2\xbd hour|PT30M|PT30M|point|exact"},
        {"Plan 2\xc2\xbd hours.", "2\xc2\xbd hours|PT2H30M|PT2H30M|point|exact"},
        {"Plan 3 \xc2\xbc hours.", "3 \xc2\xbc hours|PT3H15M|PT3H15M|point|exact"},
        {"Plan 2 1/4 hours.", "2 1/4 hours|PT2H15M|PT2H15M|point|exact"},
        {"Plan 1/3 hour.", "1/3 hour|PT20M|PT20M|point|exact"},
        {"Plan half an hour.", "half an hour|PT30M|PT30M|point|exact"},
        {"Plan a half day.", "a half day|PT12H|PT12H|point|exact"},
        {"Plan a quarter of a day.", "a quarter of a day|PT6H|PT6H|point|exact"},
        {"Plan three-quarters of a day.", "three-quarters of a day|PT18H|PT18H|point|exact"},
        {"Plan two thirds of a day.", "two thirds of a day|PT16H|PT16H|point|exact"},
        {"Plan one and a half weeks.", "one and a half weeks|P10DT12H|P10DT12H|point|exact"},
        {"Plan two and a quarter hours.", "two and a quarter hours|PT2H15M|PT2H15M|point|exact"},
        {"Plan a day and a half.", "a day and a half|P1DT12H|P1DT12H|point|exact"},
        {"Plan a year and a half.", "a year and a half|P1.5Y|P1.5Y|point|exact"},
        {"Plan 1.5 months.", "1.5 months|P1M15D|P1M15D|point|exact"},
        {"Plan 1.5 hours.", "1.5 hours|PT1H30M|PT1H30M|point|exact"},
        {"Plan 2,5 hours.", "2,5 hours|PT2H30M|PT2H30M|point|exact"},
        {"Plan 1,200 hours.", "1,200 hours|PT1200H|PT1200H|point|exact"},
        {"Plan 2.5 years.", "2.5 years|P2.5Y|P2.5Y|point|exact"},
        {"Plan 1:45 hours.", "1:45 hours|PT1H45M|PT1H45M|point|exact"},
        {"Plan two (2) weeks.", "two (2) weeks|P2W|P2W|point|exact"},
        {"Plan thirty eight-minute scans.", "eight-minute|PT8M|PT8M|point|exact"},
        {"Plan thirty-eight-minute scans.", "thirty-eight-minute|PT38M|PT38M|point|exact"},
        {"A dozen weeks later.", "A dozen weeks|P12W|P12W|point|exact"},
    };
    CHECK(rows);
}

static void units_and_their_short_forms(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"a pulse of 300 ms", "300 ms|PT0.3S|PT0.3S|point|exact"},
        {"hold for 20 sec", "20 sec|PT20S|PT20S|point|exact"},
        {"hold for 20 s", "20 s|PT20S|PT20S|point|exact"},
        {"hold for 12.5s", "12.5s|PT12.5S|PT12.5S|point|exact"},
        {"hold for 15min", "15min|PT15M|PT15M|point|exact"},
        {"hold for 35m", "35m|PT35M|PT35M|point|exact"},
        {"hold for 6 hrs", "6 hrs|PT6H|PT6H|point|exact"},
        {"hold for 6h", "6h|PT6H|PT6H|point|exact"},
        {"hold for 9 d", "9 d|P9D|P9D|point|exact"},
        {"hold for 9 wks", "9 wks|P9W|P9W|point|exact"},
        {"hold for 4 mos", "4 mos|P4M|P4M|point|exact"},
        {"hold for 3 yrs", "3 yrs|P3Y|P3Y|point|exact"},
        {"stay four nights", "four nights|P4D|P4D|point|exact"},
        {"wait a fortnight", "a fortnight|P2W|P2W|point|exact"},
        {"wait 3 business days", "3 business days|P3D|P3D|point|exact"},
        {"two decades on", "two decades|P20Y|P20Y|point|exact"},
        {"a 50-minute visit", "50-minute|PT50M|PT50M|point|exact"},
        {"a week-long stay", "a week|P1W|P1W|point|exact"},
        {"a yearlong trial", "yearlong|P1Y|P1Y|point|exact"},
        {"wait a second", "a second|PT1S|PT1S|point|exact"},
        {"a one second pulse", "one second|PT1S|PT1S|point|exact"},
        {"two weeks' notice", "two weeks|P2W|P2W|point|exact"},
        {"4'", "4'|PT4M|PT4M|point|exact"},
    };
    CHECK(rows);
}

static void what_only_looks_like_a_unit_is_none(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"The pool is 30 m long.", ""},
        {"It runs at 5 m/s today.", ""},
        {"A rate of 0.3 s\xe2\x88\x92"
         "1 was seen.",
         ""},
        {"Dissolve 0.4 M salt.", ""},
        {"We made a 3D scan.", ""},
        {"Fashion of the 1980s.", ""},
        {"A man in his 50s.", ""},
        {"I second this motion.", ""},
        {"A second course may follow.", ""},
        {"The second half was better.", ""},
        {"Her secretary called.", ""},
        {"Call this week or next month.", ""},
        {"We answer 24/7 by mail.", ""},
        {"Open from 8 am to 6 pm.", ""},
        {"See our business hours below.", ""},
        {"Life is busy these days.", ""},
        {"A 9 year", "9 year|P9Y|P9Y|point|exact"},
        {"He is 5' 11\" tall.", ""},
        {"In March 2019 it began.", ""},
        {"It costs $40/hour.", ""},
        {"One treatment type is new.", ""},
        {"The immediate family may come.", ""},
        {"An immediate-release tablet.", ""},
        {"99999999999999999999 years", ""},
    };
    CHECK(rows);
}

static void compounds_add_up(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Allow 2 hours and 20 minutes.", "2 hours and 20 minutes|PT2H20M|PT2H20M|point|exact"},
        {"Allow 2h20m.", "2h20m|PT2H20M|PT2H20M|point|exact"},
        {"Allow 4 minutes 10 seconds.", "4 minutes 10 seconds|PT4M10S|PT4M10S|point|exact"},
        {"Allow an hour and 20 minutes.", "an hour and 20 minutes|PT1H20M|PT1H20M|point|exact"},
        {"Allow 1 year, 4 months, and 6 days.",
         "1 year, 4 months, and 6 days|P1Y4M6D|P1Y4M6D|point|exact"},
        {"Allow 2 weeks 4 days.", "2 weeks 4 days|P18D|P18D|point|exact"},
        {"Allow 3 hours twenty.", "3 hours twenty|PT3H20M|PT3H20M|point|exact"},
        {"It took 3 weeks, 8 weeks less than planned.",
         "3 weeks|P3W|P3W|point|exact; 8 weeks|P8W|P8W|point|exact"},
        {"Checks at 1 week and 90 days.",
         "1 week|P1W|P1W|point|exact; 90 days|P90D|P90D|point|exact"},
    };
    CHECK(rows);
}

static void ranges_have_two_ends(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Relief in 3 to 5 hours.", "in 3 to 5 hours|PT3H|PT5H|range|exact"},
        {"Relief in 3-5 hours.", "in 3-5 hours|PT3H|PT5H|range|exact"},
        {"Relief in 3 - 5 hours.", "in 3 - 5 hours|PT3H|PT5H|range|exact"},
        {"It takes 36\xe2\x80\x93"
         "72 hours.",
         "36\xe2\x80\x93"
         "72 hours|PT36H|PT72H|range|exact"},
        {"It takes 36\xe2\x80\x94"
         "72 hours.",
         "36\xe2\x80\x94"
         "72 hours|PT36H|PT72H|range|exact"},
        {"It takes 5 or 6 days.", "5 or 6 days|P5D|P6D|range|exact"},
        {"It takes between five and nine days.", "between five and nine days|P5D|P9D|range|exact"},
        {"It takes from five to nine days.", "five to nine days|P5D|P9D|range|exact"},
        {"It takes between 1 hour and 90 minutes.",
         "between 1 hour and 90 minutes|PT1H|PT90M|range|exact"},
        {"A two-to-three week break.", "two-to-three week|P2W|P3W|range|exact"},
        {"A 6- to 9-month plan.", "6- to 9-month|P6M|P9M|range|exact"},
        {"A 6-9-month plan.", "6-9-month|P6M|P9M|range|exact"},
        {"It takes 20 minutes to 2 hours.", "20 minutes to 2 hours|PT20M|PT2H|range|exact"},
        {"It takes 20 minutes to an hour.", "20 minutes to an hour|PT20M|PT1H|range|exact"},
        {"It takes four (4) to six (6) weeks.", "four (4) to six (6) weeks|P4W|P6W|range|exact"},
        {"It takes 1.5 to 2 hours.", "1.5 to 2 hours|PT1H30M|PT2H|range|exact"},
        {"It takes one to one and a half hours.",
         "one to one and a half hours|PT1H|PT1H30M|range|exact"},
        {"Half an hour to an hour.", "Half an hour to an hour|PT30M|PT1H|range|exact"},
        {"It takes a day or two.", "a day or two|P1D|P2D|range|approximate"},
        {"It takes an hour or two.", "an hour or two|PT1H|PT2H|range|approximate"},
        {"After 8 or 5 months respectively.",
         "After 8|P8M|P8M|point|exact; 5 months|P5M|P5M|point|exact"},
        {"It takes 2 to 4 weeks or longer.", "2 to 4 weeks or longer|P2W|-|at_least|exact"},
        {"Rates of 7 to 20% in 5 days.", "in 5 days|P5D|P5D|point|exact"},
    };
    CHECK(rows);
}

static void vague_words_have_conventional_bounds(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Relief can take seconds.", "seconds|PT1S|PT1M|vague|vague"},
        {"Relief can take minutes.", "minutes|PT1M|PT1H|vague|vague"},
        {"Relief can take hours.", "hours|PT1H|P1D|vague|vague"},
        {"Relief can take days.", "days|P1D|P1W|vague|vague"},
        {"Relief can take weeks.", "weeks|P1W|P1M|vague|vague"},
        {"Relief can take months.", "months|P1M|P1Y|vague|vague"},
        {"Relief can take hours or days.", "hours or days|PT1H|P1W|range|vague"},
        {"Relief can take days to weeks.", "days to weeks|P1D|P1M|range|vague"},
        {"Relief can take days, weeks, or months.", "days, weeks, or months|P1D|P1Y|range|vague"},
        {"It lasts weeks or even months.", "weeks or even months|P1W|P1Y|range|vague"},
        {"It lasts a few hours.", "a few hours|PT2H|PT4H|vague|vague"},
        {"It lasts several hours.", "several hours|PT3H|PT7H|vague|vague"},
        {"It lasts a couple of days.", "a couple of days|P2D|P2D|vague|vague"},
        {"It lasts a couple days.", "a couple days|P2D|P2D|vague|vague"},
        {"It lasts many months.", "many months|P3M|-|at_least|vague"},
        {"It lasts several hours to a few days.",
         "several hours to a few days|PT3H|P4D|range|vague"},
        {"It works in a matter of days.", "in a matter of days|P1D|P1W|vague|vague"},
        {"It works in the span of minutes.", "in the span of minutes|PT1M|PT1H|vague|vague"},
        {"It works within minutes.", "within minutes|-|PT1H|at_most|vague"},
        {"It works within a few days.", "within a few days|-|P4D|at_most|vague"},
        {"It works within hours to days.", "within hours to days|PT1H|P1W|range|vague"},
        {"It works the same day.", "same day|-|P1D|at_most|vague"},
        {"They act the same night.", "same night|-|P1D|at_most|vague"},
        {"Not before the fourth week.", "Not before the fourth week|P4W|-|at_least|exact"},
        {"17 twice-weekly sessions", "17 twice-weekly sessions|17x|17x|point|exact"},
        {"one or two dosing days", "one or two dosing days|1x|2x|range|exact"},
        {"It kicks in after 10 days.", "after 10 days|P10D|P10D|point|exact"},
        {"It works overnight.", "overnight|-|PT12H|at_most|vague"},
        {"It works immediately.", "immediately|-|-|vague|vague"},
        {"Relief is immediate.", "immediate|-|-|vague|vague"},
    };
    CHECK(rows);
}

static void qualifiers_open_an_end_or_blur_it(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"Felt within 6 hours.", "within 6 hours|-|PT6H|at_most|exact"},
        {"Felt within 2 to 6 hours.", "within 2 to 6 hours|PT2H|PT6H|range|exact"},
        {"Felt within just 6 hours.", "within just 6 hours|-|PT6H|at_most|exact"},
        {"Felt within the hour.", "within the hour|-|PT1H|at_most|exact"},
        {"Felt within the first week.", "within the first week|-|P1W|at_most|exact"},
        {"Felt within the next 8 days.", "within the next 8 days|-|P8D|at_most|exact"},
        {"Felt in as little as 40 minutes.", "in as little as 40 minutes|PT40M|-|at_least|exact"},
        {"Felt in less than an hour.", "in less than an hour|-|PT1H|at_most|exact"},
        {"Lasts up to 9 days.", "up to 9 days|-|P9D|at_most|exact"},
        {"Lasts less than 9 days.", "less than 9 days|-|P9D|at_most|exact"},
        {"Lasts under 9 days.", "under 9 days|-|P9D|at_most|exact"},
        {"Lasts no more than 9 days.", "no more than 9 days|-|P9D|at_most|exact"},
        {"Lasts at most 9 days.", "at most 9 days|-|P9D|at_most|exact"},
        {"Lasts 9 days at most.", "9 days at most|-|P9D|at_most|exact"},
        {"Lasts 9 days or less.", "9 days or less|-|P9D|at_most|exact"},
        {"Lasts <9 days.", "<9 days|-|P9D|at_most|exact"},
        {"Lasts \xe2\x89\xa4 9 days.", "\xe2\x89\xa4 9 days|-|P9D|at_most|exact"},
        {"Lasts more than 9 days.", "more than 9 days|P9D|-|at_least|exact"},
        {"Lasts for over 9 days.", "over 9 days|P9D|-|at_least|exact"},
        {"Lasts well over an hour.", "well over an hour|PT1H|-|at_least|exact"},
        {"Given over 9 days.", "9 days|P9D|P9D|point|exact"},
        {"Given over a 9-day span.", "9-day|P9D|P9D|point|exact"},
        {"Lasts at least 9 days.", "at least 9 days|P9D|-|at_least|exact"},
        {"Lasts 9 days or longer.", "9 days or longer|P9D|-|at_least|exact"},
        {"Lasts 9+ days.", "9+ days|P9D|-|at_least|exact"},
        {"Lasts nine or more days.", "nine or more days|P9D|-|at_least|exact"},
        {"Lasts greater than or equal to 9 days.",
         "greater than or equal to 9 days|P9D|-|at_least|exact"},
        {"Lasts 9 hours (and up to 4 days).",
         "9 hours|PT9H|PT9H|point|exact; up to 4 days|-|P4D|at_most|exact"},
        {"Seen from week 3 to week 5.", "week 3 to week 5|P3W|P5W|range|exact"},
        {"Weeks 2-3", ""},
        {"Lasts 9 days+.", "9 days+|P9D|-|at_least|exact"},
        {"Felt no sooner than 9 days.", "no sooner than 9 days|P9D|-|at_least|exact"},
        {"Lasts beyond 9 days.", "beyond 9 days|P9D|-|at_least|exact"},
        {"Lasts about 9 days.", "about 9 days|P9D|P9D|point|approximate"},
        {"Lasts around 5-9 days.", "around 5-9 days|P5D|P9D|range|approximate"},
        {"Lasts approximately 9 days.", "approximately 9 days|P9D|P9D|point|approximate"},
        {"Lasts roughly nine days.", "roughly nine days|P9D|P9D|point|approximate"},
        {"Lasts ~9 days.", "~9 days|P9D|P9D|point|approximate"},
        {"Lasts \xe2\x88\xbc"
         "9 days.",
         "\xe2\x88\xbc"
         "9 days|P9D|P9D|point|approximate"},
        {"Lasts \xe2\x89\x88"
         "9 days.",
         "\xe2\x89\x88"
         "9 days|P9D|P9D|point|approximate"},
        {"Lasts nearly nine days.", "nearly nine days|P9D|P9D|point|approximate"},
        {"Lasts nine days or so.", "nine days or so|P9D|P9D|point|approximate"},
        {"Felt within about 9 days.", "within about 9 days|-|P9D|at_most|approximate"},
        {"Felt by week six.", "by week six|-|P6W|at_most|exact"},
        {"Felt by the sixth week.", "by the sixth week|-|P6W|at_most|exact"},
        {"Seen on days 3 to 5.", "days 3 to 5|P3D|P5D|range|exact"},
        {"Seen until 7 days.", "until 7 days|-|P7D|at_most|exact"},
        {"The next 5 hours are calm.", "next 5 hours|PT5H|PT5H|point|exact"},
        {"The first 24 hours are calm.", "first 24 hours|PT24H|PT24H|point|exact"},
        {"It wears off in another week.", "in another week|P1W|P1W|point|exact"},
        {"They slept all day.", "all day|P1D|P1D|point|exact"},
        {"Less than 3 hours or more than 5 days.",
         "Less than 3 hours|-|PT3H|at_most|exact; more than 5 days|P5D|-|at_least|exact"},
    };
    CHECK(rows);
}

static void sessions_are_counted(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"A course has 4-8 sessions.", "4-8 sessions|4x|8x|range|exact"},
        {"A course has six infusions.", "six infusions|6x|6x|point|exact"},
        {"A course has six weekly infusions.", "six weekly infusions|6x|6x|point|exact"},
        {"A course has six lidocaine infusions.", "six lidocaine infusions|6x|6x|point|exact"},
        {"A course has several treatments.", "several treatments|3x|7x|vague|vague"},
        {"A course has multiple doses.", "multiple doses|2x|-|at_least|vague"},
        {"A course has at least 5 visits.", "at least 5 visits|5x|-|at_least|exact"},
        {"A course has up to 5 visits.", "up to 5 visits|-|5x|at_most|exact"},
        {"Better after one or two infusions.", "after one or two infusions|1x|2x|range|exact"},
        {"Better after a session or two.", "after a session or two|1x|2x|range|approximate"},
        {"Better after a single dose.", "after a single dose|1x|1x|point|exact"},
        {"Better after the first or second dose.",
         "after the first or second dose|1x|2x|range|exact"},
        {"Better after your third infusion.", "after your third infusion|3x|3x|point|exact"},
        {"Better by the fourth session.", "by the fourth session|-|4x|at_most|exact"},
        {"Better after a couple of sessions.", "after a couple of sessions|2x|2x|vague|vague"},
        {"Two patients received infusions.", ""},
        {"Three of the treatments failed.", ""},
        {"High doses, low doses, all doses.", ""},
        {"We do 3 sessions per week.", "3 sessions|3x|3x|point|exact|how often, not how long"},
        {"We do two sessions a week.", "two sessions|2x|2x|point|exact|how often, not how long"},
        {"Six doses over three weeks.",
         "Six doses|6x|6x|point|exact; three weeks|P3W|P3W|point|exact"},
    };
    CHECK(rows);
}

static void traps_are_marked(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"A 52-year-old woman came in.", "52-year|P52Y|P52Y|point|exact|an age|unlisted"},
        {"She is 52 years old.", "52 years|P52Y|P52Y|point|exact|an age|unlisted"},
        {"Trees: 12-year-old oaks.", "12-year|P12Y|P12Y|point|exact|an age"},
        {"Adults aged 30 years.", "30 years|P30Y|P30Y|point|exact|an age"},
        {"Adults aged over 30 years.", "over 30 years|P30Y|-|at_least|exact|an age"},
        {"For people 16 years and older.", "16 years|P16Y|P16Y|point|exact|an age"},
        {"Visits last 20 minutes each.", "20 minutes|PT20M|PT20M|point|exact"},
        {"Visits last 20 minutes per session.", "20 minutes|PT20M|PT20M|point|exact"},
        {"A 4-day-a-week plan.", "4-day|P4D|P4D|point|exact|how often, not how long"},
        {"Given before 8 months of age.", "before 8 months|-|P8M|at_most|exact|an age"},
        {"Over the past few years it grew.", "past few years|P2Y|P4Y|vague|vague|looks back"},
        {"In the last 20 years it grew.", "last 20 years|P20Y|P20Y|point|exact|looks back"},
        {"In recent years it grew.", "In recent years|P1Y|P10Y|vague|vague|looks back"},
        {"It was found 50 years ago.", "50 years|P50Y|P50Y|point|exact|looks back"},
        {"Years ago it was found.", "Years|P1Y|P10Y|vague|vague|looks back"},
        {"In use for decades.", "decades|P10Y|P100Y|vague|vague|looks back"},
        {"It has been in use for over 50 years.", "over 50 years|P50Y|-|at_least|exact|looks back"},
        {"Our 15 years of experience help.", "15 years|P15Y|P15Y|point|exact|looks back"},
        {"Relief lasts for 2 years.", "2 years|P2Y|P2Y|point|exact"},
        {"Take it twice a day.", ""},
        {"Take it 4 times per week.", ""},
        {"Take 20 mg a day for 3 weeks.", "3 weeks|P3W|P3W|point|exact"},
        {"Come back in a day.", "in a day|P1D|P1D|point|exact"},
        {"Repeat it every 4 weeks.", "4 weeks|P4W|P4W|point|exact|how often, not how long"},
        {"Repeat it every week.", ""},
        {"Repeat it every other month.", ""},
        {"Walk 1 hour a week.", "1 hour|PT1H|PT1H|point|exact|how often, not how long"},
        {"Walk 2 hours a day.", "2 hours|PT2H|PT2H|point|exact|how often, not how long"},
        {"Call our 24-hour hotline.", "24-hour|PT24H|PT24H|point|exact|opening hours"},
    };
    CHECK(rows);
}

/* --- Properties ---------------------------------------------------------- */

static void seconds_follow_the_units(void **state)
{
    (void)state;
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_time_expressions times = {0};
    find("within 2 months or 1.5 years, over 10.25 s", arena, &times);
    assert_int_equal(times.n, 2);
    assert_true(times.v[0].min_seconds == 60 * 86400.);
    assert_true(times.v[0].max_seconds == 547.5 * 86400);
    assert_true(times.v[1].min_seconds == 10.25);
    assert_int_equal(times.v[0].min_sessions, -1);
    tf_arena_free(arena);
}

static void expressions_ascend_and_name_their_tokens(void **state)
{
    (void)state;
    static const char text[] = "Within 2 hours, for a few days, after six sessions.";
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_time_expressions times = {0};
    find(text, arena, &times);
    assert_int_equal(times.n, 3);
    for (size_t i = 0; i < times.n; i++) {
        assert_true(times.v[i].first < times.v[i].end);
        assert_true(i == 0 || times.v[i - 1].end <= times.v[i].first);
    }
    assert_int_equal(times.v[0].first, 0);
    assert_int_equal(times.v[0].end, 3);
    tf_arena_free(arena);
}

/* What begins many readings and finishes none costs no more than its length. */
static void long_runs_end_in_good_time(void **state)
{
    (void)state;
    static const char *const runs[] = {
        "one hundred and ", "within about ", "1 hour and ", "2 to ",
        "hours, ",          "the first or ", "a ",          "every "};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct tf_arena *arena = tf_arena_new(0);
        struct tf_time_expressions times = {0};
        struct tf_buf text;
        tf_buf_init(&text);
        for (int n = 0; n < 20000; n++)
            tf_buf_add_text(&text, runs[i]);
        tf_buf_add_text(&text, "3 days");
        find(text.data, arena, &times);
        assert_true(times.n > 0);
        assert_true(times.v[times.n - 1].at.end == text.size);
        tf_buf_clear(&text);
        tf_arena_free(arena);
    }
}

static int load(void **state)
{
    (void)state;
    struct tf_error error;
    if (tf_lexicon_new(NULL, &lexicon, &error) == TF_OK)
        return 0;
    print_error("%s\n", error.message);
    return -1;
}

static int unload(void **state)
{
    (void)state;
    tf_lexicon_free(lexicon);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_digits_words_and_fractions),
        cmocka_unit_test(units_and_their_short_forms),
        cmocka_unit_test(what_only_looks_like_a_unit_is_none),
        cmocka_unit_test(compounds_add_up),
        cmocka_unit_test(ranges_have_two_ends),
        cmocka_unit_test(vague_words_have_conventional_bounds),
        cmocka_unit_test(qualifiers_open_an_end_or_blur_it),
        cmocka_unit_test(sessions_are_counted),
        cmocka_unit_test(traps_are_marked),
        cmocka_unit_test(seconds_follow_the_units),
        cmocka_unit_test(expressions_ascend_and_name_their_tokens),
        cmocka_unit_test(long_runs_end_in_good_time),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
