/* SPDX-License-Identifier: MIT */
/* Which times are windows, of what and of whom. */
#include "reading.h"

static void a_comparator_has_its_own_window(void **state)
{
    (void)state;
    const struct tf_extraction *facts = read_text(
        "Unlike sertraline, which can take weeks, lorazepam begins to work within an hour.\n");
    assert_int_equal(facts->windows.n, 2);
    has_codes(&facts->windows.v[0].treatments, "sertraline");
    has_codes(&facts->windows.v[1].treatments, "lorazepam");
    assert_true(tf_str_is(facts->windows.v[1].max, "PT1H"));
    assert_false(facts->windows.v[1].min.data != NULL);
}

static void a_denied_comparator_is_no_window(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lorazepam takes effect within an hour rather than weeks.\n");
    assert_int_equal(facts->windows.n, 1);
    assert_int_equal(facts->times.n, 2);
    assert_false(facts->times.v[1].window);
}

static void length_tells_a_session_from_a_course(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Each TMS session lasts 20 minutes.\nMost people finish TMS in six weeks.\n");
    assert_int_equal(facts->windows.v[0].measure, TF_MEASURE_SESSION);
    assert_int_equal(facts->windows.v[1].measure, TF_MEASURE_COURSE);
}

static void cases_per_treatments_are_no_sessions(void **state)
{
    (void)state;
    assert_int_equal(read_text("Death after ECT occurs in 2 of 100,000 treatments.\n")->windows.n,
                     0);
}

/* Measures of the windows: "onset duration". */
static void measures(const char *bytes, const char *wanted)
{
    const struct tf_extraction *facts = read_text(bytes);
    struct tf_str joined = TF_STR("");
    for (size_t i = 0; i < facts->windows.n; i++)
        joined = tf_arena_printf(arena, "%.*s%s%s", TF_STR_ARG(joined), i ? " " : "",
                                 tf_measure_names[facts->windows.v[i].measure]);
    assert_string_equal(joined.size ? joined.data : "", wanted);
}

static void an_answer_takes_its_measure_from_the_question(void **state)
{
    (void)state;
    measures("# Lithium\n\n## How long is one visit?\n\nAbout 20 minutes.\n", "session");
    measures("# Lithium\n\n## How long until lithium works?\n\nAbout two weeks.\n", "onset");
    measures("# Lithium\n\n## How long do the effects last?\n\nAbout two weeks.\n", "duration");
    measures("# Lithium\n\n## How long does lithium therapy take to work?\n\nYes.\n\nIt takes "
             "two weeks.\n",
             "onset");
}

static void a_column_says_what_its_cells_measure(void **state)
{
    (void)state;
    measures("| Drug | First relief | Lasts | Length of visit | Time in the chair "
             "|\n|---|---|---|---|---|\n"
             "| Ketamine | 2 hours | 1-2 weeks | 40 minutes | 2 hours |\n",
             "onset duration session session");
}

static void what_is_no_window_of_a_treatment(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "A second use of lithium followed ten years later.\n",
        "Few treatments are as old as lithium.\n",
        "Lithium should be taken at full dose.\n",
        "Two doses of lithium were compared.\n",
        "Lithium is made all year round.\n",
        "Lithium stays in the body for weeks.\n",
        "Patients on lithium slept 19 minutes longer.\n",
        "At follow-ups after two years lithium still helped.\n",
        "Leave 14 days between lithium and sertraline.\n",
        "The infusions of ketamine are 10 days apart.\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        measures(texts[i], "");
}

static void after_a_length_opens_no_clause(void **state)
{
    (void)state;
    measures("# Lithium\n\n## How many sessions will I need?\n\nIt varies. Effects wane after 10 "
             "days.\n",
             "duration");
    measures("Plan to stay for two hours afterwards, as ketamine is strong.\n", "observation");
}

static void the_subject_decides_what_a_length_measures(void **state)
{
    (void)state;
    measures("Each lithium infusion lasts 40 minutes.\n", "session");
    measures("The visit to the lithium clinic takes an hour.\n", "session");
    measures("Relief from lithium lasts three weeks.\n", "duration");
    measures("A course of lithium lasts three weeks.\n", "course");
    measures("The effects of lithium set in after two weeks and last for months.\n",
             "onset duration");
    measures("The numbness of lithium wears off within six hours.\n", "duration");
}

static void how_long_an_illness_lasts_is_no_window(void **state)
{
    (void)state;
    measures("Depression that lasts longer than two years calls for lithium.\n", "");
    measures("Most episodes settle on their own within six weeks without lithium.\n", "");
    measures("Relief of depression lasts two years with lithium.\n", "duration");
}

static void what_goes_on_for_a_time_is_no_onset(void **state)
{
    (void)state;
    measures("Lithium improved mood for two weeks.\n", "duration");
    measures("Lithium improved mood within two weeks.\n", "onset");
    measures("The injection of lithium protects for 30 days.\n", "duration");
    measures("Do not take lithium for longer than ten days.\n", "course");
    measures("Lithium drips into a vein over 30 minutes.\n", "session");
    measures("Others need two or three lithium sessions before anything changes.\n", "onset");
}

static void an_onset_that_is_denied_is_no_window(void **state)
{
    (void)state;
    measures("Lithium does not work overnight.\n", "");
    measures("No one should expect to feel well after a single lithium session.\n", "");
    measures("Lithium does not cure, but it works within two weeks.\n", "onset");
    measures("The full effect of lithium is not reached for four weeks.\n", "onset");
}

static void a_subject_is_shared_across_and(void **state)
{
    (void)state;
    measures("Each lithium session runs for eight hours, and patients stay overnight for "
             "observation.\n",
             "session observation");
    measures("It starts to calm within 15 minutes with lithium and wears off after 4 hours.\n",
             "onset duration");
}

static void a_word_for_time_is_no_length_by_itself(void **state)
{
    (void)state;
    measures("CBT-I cuts time in bed to the hours you really sleep.\n", "");
    measures("Ketamine can bring calmer days.\n", "");
    measures("Ketamine brings relief within hours.\n", "onset");
}

static void what_is_measured_against_another_is_no_window(void **state)
{
    (void)state;
    measures("With melatonin people fell asleep seven minutes earlier than with placebo.\n", "");
    measures("Blood is drawn 12 hours after the last dose of lithium.\n", "");
    measures("Start lithium again when you have missed tablets for more than five days.\n", "");
    measures("Never stop lithium from one day to the next.\n", "");
}

static void what_an_operation_takes_is_a_session(void **state)
{
    (void)state;
    measures("The device for TMS is placed in an operation of one to two hours.\n", "session");
    measures("With lithium, agitation settles within a few days.\n", "onset");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_comparator_has_its_own_window),
        TEST(a_denied_comparator_is_no_window),
        TEST(length_tells_a_session_from_a_course),
        TEST(cases_per_treatments_are_no_sessions),
        TEST(an_answer_takes_its_measure_from_the_question),
        TEST(a_column_says_what_its_cells_measure),
        TEST(what_is_no_window_of_a_treatment),
        TEST(after_a_length_opens_no_clause),
        TEST(the_subject_decides_what_a_length_measures),
        TEST(how_long_an_illness_lasts_is_no_window),
        TEST(what_goes_on_for_a_time_is_no_onset),
        TEST(an_onset_that_is_denied_is_no_window),
        TEST(a_subject_is_shared_across_and),
        TEST(a_word_for_time_is_no_length_by_itself),
        TEST(what_is_measured_against_another_is_no_window),
        TEST(what_an_operation_takes_is_a_session),
    };
    return cmocka_run_group_tests_name("extract windows", tests, load_lexicon, free_lexicon);
}
