/* SPDX-License-Identifier: MIT */
/* Rules of the reader, one small text each. Whole readings are in tests/golden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>
#include <treatfacts/extract.h>

static struct tf_lexicon *lexicon;
static struct tf_arena *arena;

static int load_lexicon(void **state)
{
    (void)state;
    return tf_lexicon_new(NULL, &lexicon, NULL) == TF_OK ? 0 : -1;
}

static int free_lexicon(void **state)
{
    (void)state;
    tf_lexicon_free(lexicon);
    return 0;
}

static int set_up(void **state)
{
    (void)state;
    arena = tf_arena_new(0);
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    tf_arena_free(arena);
    return 0;
}

/* What is taken out of a text; the promises hold in every test. */
static const struct tf_extraction *read_text(const char *bytes)
{
    struct tf_text text;
    struct tf_extraction *facts;
    struct tf_error error = {0};
    assert_int_equal(tf_text_init(&text, bytes, strlen(bytes), arena, &error), TF_OK);
    assert_int_equal(tf_extract(lexicon, &text, TF_STR("t"), arena, &facts, &error), TF_OK);
    if (tf_facts_check(facts, bytes, strlen(bytes), &error) != TF_OK)
        fail_msg("%s", error.message);
    return facts;
}

static void has_codes(const struct tf_strs *codes, const char *wanted)
{
    struct tf_str joined = TF_STR("");
    for (size_t i = 0; i < codes->n; i++)
        joined = tf_arena_printf(arena, "%.*s%s%.*s", TF_STR_ARG(joined), i ? " " : "",
                                 TF_STR_ARG(codes->v[i]));
    assert_string_equal(joined.size ? joined.data : "", wanted);
}

static void a_cell_is_not_its_own_row_header(void **state)
{
    (void)state;
    const struct tf_extraction *facts = read_text("|  | 4 weeks | x |\n| a | b | c |\n");
    assert_int_equal(facts->claims.v[0].spans.n, 1);
    assert_int_equal(facts->claims.v[2].spans.n, 2);
    assert_int_equal(facts->claims.v[2].spans.v[0].role, TF_SPAN_ROW_HEADER);
}

static void a_cell_leaves_the_stem_to_its_headers(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("They differ in these points:\n| Drug | Onset |\n| Lithium | Two weeks |\n");
    assert_int_equal(facts->claims.n, 1);
    assert_true(tf_str_is(facts->claims.v[0].text, "Lithium: Onset: Two weeks"));
}

static void equal_questions_have_ids_of_their_own(void **state)
{
    (void)state;
    const struct tf_extraction *facts = read_text(
        "Q: Is it safe?\nA: Lithium needs care.\nQ: Is it safe?\nA: Sertraline is safe.\n");
    assert_int_equal(facts->faqs.n, 2);
    assert_false(tf_uuid_equal(facts->faqs.v[0].id, facts->faqs.v[1].id));
}

static void a_relative_clause_hedges_nothing(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lithium steadies mood, which may surprise families.\n"
                  "Patients who have tried two drugs may benefit from lithium.\n");
    assert_int_equal(facts->claims.v[0].certainty, TF_CERTAINTY_ASSERTED);
    assert_int_equal(facts->claims.v[1].certainty, TF_CERTAINTY_HEDGED);
}

static void a_negated_side_clause_denies_nothing(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Although it does not cure, lithium prevents relapse.\n"
                  "Lithium does not work overnight.\nLithium is not without risks.\n");
    assert_int_equal(facts->claims.v[0].polarity, TF_POLARITY_AFFIRMED);
    assert_int_equal(facts->claims.v[1].polarity, TF_POLARITY_NEGATED);
    assert_int_equal(facts->claims.v[2].polarity, TF_POLARITY_AFFIRMED);
}

static void what_describes_patients_is_no_treatment_of_the_claim(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lithium helps patients who have not responded to conventional medications.\n");
    has_codes(&facts->claims.v[0].treatments, "lithium");
    assert_true(tf_strs_contain(&facts->claims.v[0].conditions, TF_STR("treatment_resistant")));
}

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

static void lost_questions_stay_lost(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("About lithium\n\nLithium steadies mood.\n\nFrequently Asked Questions\n\n"
                  "Yes, lithium is safe with care.\n\nNo, it does not cause addiction.\n");
    assert_int_equal(facts->faqs.n, 2);
    for (size_t i = 0; i < facts->faqs.n; i++) {
        assert_null(facts->faqs.v[i].question.data);
        assert_int_equal(facts->faqs.v[i].origin, TF_ORIGIN_ORPHAN);
    }
}

static void a_teaser_cut_short_is_chrome(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lithium, an ol\n\nLithium, an old medicine, steadies mood in most people.\n");
    assert_int_equal(facts->segments.v[0].role, TF_ROLE_CHROME);
    assert_int_equal(facts->claims.n, 1);
}

static void a_full_sentence_above_items_is_a_claim(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum tf_role role;
    } rows[] = {
        {"How soon lithium works\ndepends on the form:\n- Tablet: an hour\n", TF_ROLE_CLAIM},
        {"Ten tablets a month is the ceiling:\n- beyond it, headache\n", TF_ROLE_CLAIM},
        {"Lithium has limitations:\n- slow onset\n- thirst\n", TF_ROLE_STEM},
        {"Doctors consider lithium when someone:\n- is in danger\n", TF_ROLE_STEM},
        {"Medicines used for mania:\n- an old salt\n- a new one\n", TF_ROLE_STEM},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(read_text(rows[i].text)->segments.v[0].role, rows[i].role);
}

/* Roles of all segments, by their first letter: c claim, p promo. */
static void has_roles(const char *bytes, const char *wanted)
{
    const struct tf_extraction *facts = read_text(bytes);
    char roles[32] = "";
    for (size_t i = 0; i < facts->segments.n && i + 1 < sizeof roles; i++)
        roles[i] = tf_role_names[facts->segments.v[i].role][0];
    assert_string_equal(roles, wanted);
}

static void a_testimonial_runs_to_its_signature(void **state)
{
    (void)state;
    has_roles("Lithium helps.\n\n\"After two weeks the fog lifted. Nothing had worked. Lithium "
              "did.\" \xe2\x80\x94 Jane D.\n\nIt is old.\n",
              "cppppc");
    has_roles("\"It gave me my mornings back,\" says one patient.\n", "p");
    has_roles("\"Lithium acts on neurons,\" says Dr. Smith, a psychiatrist. \"Lithium works.\"\n",
              "cc");
}

static void a_clinic_advertises_by_its_name(void **state)
{
    (void)state;
    has_roles("Lithium is old.\nHarbor Wellness exists to help people.\n", "cp");
    has_roles("A study at Harbor Hospital found that lithium helps.\n", "c");
}

static void an_invitation_may_ask(void **state)
{
    (void)state;
    has_roles("Lithium helps.\n\n**Ready to feel better?**\n\nIs lithium safe?\n\nIt is.\n",
              "cpqc");
}

static void a_side_effect_is_no_condition(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lithium may cause nausea, headache and rebound anxiety.\n"
                  "Side effects of lithium include:\n- trouble sleeping\n- sore muscles\n");
    has_codes(&facts->claims.v[0].conditions, "anxiety");
    has_codes(&facts->claims.v[1].conditions, "");
    facts = read_text("Lithium for cluster headache and insomnia\n\n"
                      "Lithium eases insomnia with few side effects.\n"
                      "Sertraline for headache causes nausea.\n");
    has_codes(&facts->claims.v[0].conditions, "insomnia");
    has_codes(&facts->claims.v[1].conditions, "headache");
}

/* --- Windows --------------------------------------------------------------- */

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

static void a_claim_has_the_topic_of_its_predicate(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum tf_topic topic;
    } rows[] = {
        {"Most people notice a change within two weeks of starting lithium.\n", TF_TOPIC_ONSET},
        {"Relief comes after ten sessions of TMS.\n", TF_TOPIC_ONSET},
        {"The calming effect of propranolol wears off after four hours.\n", TF_TOPIC_DURATION},
        {"Each appointment takes 45 minutes.\n", TF_TOPIC_DURATION},
        {"About six in ten patients respond to TMS.\n", TF_TOPIC_EFFICACY},
        {"Triptans narrow swollen blood vessels.\n", TF_TOPIC_MECHANISM},
        {"You sit in a recliner while a coil rests against your scalp.\n", TF_TOPIC_ADMINISTRATION},
        {"Treatments take place five days a week for six weeks.\n", TF_TOPIC_REGIMEN},
        {"Dependence can build up after two weeks of lorazepam.\n", TF_TOPIC_SAFETY},
        {"Confusion after ECT clears in about 30 minutes.\n", TF_TOPIC_SAFETY},
        {"Do not drive until the next day after esketamine.\n", TF_TOPIC_SAFETY},
        {"Biofeedback suits people who would rather not take pills.\n", TF_TOPIC_ELIGIBILITY},
        {"A 2019 trial of 233 adults compared psilocybin with escitalopram.\n", TF_TOPIC_EVIDENCE},
        {"The FDA cleared TMS for OCD in 2018.\n", TF_TOPIC_REGULATION},
        {"One in eight women has migraine.\n", TF_TOPIC_EPIDEMIOLOGY},
        {"Patients often describe a floating feeling during ketamine infusions.\n",
         TF_TOPIC_EXPERIENCE},
        {"Botox is made from a bacterial toxin.\n", TF_TOPIC_BACKGROUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct tf_extraction *facts = read_text(rows[i].text);
        assert_int_equal(facts->claims.n, 1);
        if (facts->claims.v[0].topic != rows[i].topic)
            fail_msg("%s is told as %s", rows[i].text, tf_topic_names[facts->claims.v[0].topic]);
    }
}

static void a_year_and_a_number_are_no_telephone(void **state)
{
    (void)state;
    has_roles("A 2019 trial of 233 adults tested lithium.\n", "c");
    const struct tf_extraction *facts = read_text("Call (555) 013-4789\n");
    assert_int_equal(facts->segments.v[0].role, TF_ROLE_CONTACT);
}

/* --- Studies --------------------------------------------------------------- */

/* Names with their years: "A 2019, B 0". */
static void cites(const char *bytes, const char *wanted)
{
    const struct tf_extraction *facts = read_text(bytes);
    struct tf_str joined = TF_STR("");
    for (size_t i = 0; i < facts->studies.n; i++)
        joined = tf_arena_printf(arena, "%.*s%s%.*s %d", TF_STR_ARG(joined), i ? ", " : "",
                                 TF_STR_ARG(facts->studies.v[i].name), facts->studies.v[i].year);
    assert_string_equal(joined.size ? joined.data : "", wanted);
}

static void an_acronym_beside_a_trial_names_it(void **state)
{
    (void)state;
    cites("The ELEKT-D study compared ketamine with ECT.\n", "ELEKT-D 0");
    cites("In the STAR*D trial (2006) a third of patients recovered.\n", "STAR*D 2006");
    cites("Remission in MOBIUS (2011) came within weeks.\n", "MOBIUS 2011");
    cites("One ECT trial helped.\nAn IOP program helps.\nLithium is OLD and safe.\n", "");
}

static void what_it_is_published_in_is_a_journal(void **state)
{
    (void)state;
    cites("A trial published in the journal Quiet Minds found that lithium helps.\n",
          "Quiet Minds 0");
    cites("A 2020 trial in *Acta Something* found that lithium helps.\n", "Acta Something 2020");
    cites("Results published in Sleep in 2021 were clear.\n", "Sleep 2021");
    cites("Results published in March 2020 were clear.\n", "");
}

static void an_institute_is_cited_beside_research(void **state)
{
    (void)state;
    cites("Researchers at Radboud University found that lithium helps.\n", "Radboud University 0");
    cites("A 2003 meta-analysis by the UK ECT Review Group found that ECT helps.\n",
          "UK ECT Review Group 2003");
    cites("Lithium was first used at Radboud University.\n", "");
}

static void has_participants(const char *text, int wanted)
{
    const struct tf_extraction *facts = read_text(text);
    assert_int_equal(facts->studies.n, 1);
    assert_int_equal(facts->studies.v[0].participants, wanted);
}

static void a_study_has_as_many_people_as_are_said(void **state)
{
    (void)state;
    has_participants("A 2018 trial in The Lancet (n = 1,204) found that lithium helps.\n", 1204);
    has_participants("In a 2018 trial in The Lancet, 188 adults took lithium.\n", 188);
    has_participants("In The Lancet (2018), lithium helped 62 of 120 severely ill patients.\n", 120);
    has_participants("In The Lancet (2018), lithium helped 40 percent of patients.\n", 0);
    has_participants("The Lancet said in 2018 that 40 million adults need lithium.\n", 0);
    has_participants("The Lancet said in 2018 that lithium helps in 12 weeks.\n", 0);
}

static void a_note_is_cited_by_the_claim_with_its_mark(void **state)
{
    (void)state;
    const char *text = "About lithium\n\nLithium prevents relapse.[2] It is old.\n\nReferences\n"
                       "[1] Smith J, et al. Mood. J Affect Disord. 2021;12:3-9.\n"
                       "[2] Lee K. A systematic review of salts. Transl Mood 2018;7:1-4.\n";
    cites(text, "Transl Mood 2018");
    const struct tf_extraction *facts = read_text(text);
    assert_int_equal(facts->claims.n, 2);
    assert_true(tf_str_is(facts->studies.v[0].study_type, "systematic_review"));
    assert_true(tf_uuid_equal(facts->studies.v[0].claim, facts->claims.v[0].id));
    cites("Lithium prevents relapse.\xc2\xb9\xe2\x81\xb0 It is old.\n\nSources\n\n"
          "10. Lee K. Salts. JAMA Psychiatry (2019).\n",
          "JAMA Psychiatry 2019");
}

static void a_note_that_states_something_is_a_claim(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lithium helps.[1]\n\nNotes\n\n[1] All players were tested twice.\n");
    assert_int_equal(facts->claims.n, 2);
}

static void the_rows_of_a_table_of_studies_name_them(void **state)
{
    (void)state;
    cites("| Study | Year | Result of lithium |\n|---|---|---|\n"
          "| Murrough et al. | 2013 | Half recovered |\n| Lee (2012) | 2012 | All recovered |\n",
          "Murrough et al. 2013, Lee 2012");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_cell_is_not_its_own_row_header),
        TEST(a_cell_leaves_the_stem_to_its_headers),
        TEST(equal_questions_have_ids_of_their_own),
        TEST(a_relative_clause_hedges_nothing),
        TEST(a_negated_side_clause_denies_nothing),
        TEST(what_describes_patients_is_no_treatment_of_the_claim),
        TEST(a_comparator_has_its_own_window),
        TEST(a_denied_comparator_is_no_window),
        TEST(length_tells_a_session_from_a_course),
        TEST(cases_per_treatments_are_no_sessions),
        TEST(lost_questions_stay_lost),
        TEST(a_teaser_cut_short_is_chrome),
        TEST(a_full_sentence_above_items_is_a_claim),
        TEST(a_testimonial_runs_to_its_signature),
        TEST(a_clinic_advertises_by_its_name),
        TEST(an_invitation_may_ask),
        TEST(a_side_effect_is_no_condition),
        TEST(an_answer_takes_its_measure_from_the_question),
        TEST(a_column_says_what_its_cells_measure),
        TEST(what_is_no_window_of_a_treatment),
        TEST(after_a_length_opens_no_clause),
        TEST(a_claim_has_the_topic_of_its_predicate),
        TEST(a_year_and_a_number_are_no_telephone),
        TEST(an_acronym_beside_a_trial_names_it),
        TEST(what_it_is_published_in_is_a_journal),
        TEST(an_institute_is_cited_beside_research),
        TEST(a_study_has_as_many_people_as_are_said),
        TEST(a_note_is_cited_by_the_claim_with_its_mark),
        TEST(a_note_that_states_something_is_a_claim),
        TEST(the_rows_of_a_table_of_studies_name_them),
    };
    return cmocka_run_group_tests_name("extract facts", tests, load_lexicon, free_lexicon);
}
