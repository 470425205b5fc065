/* SPDX-License-Identifier: MIT */
/* What studies a claim rests on. */
#include "reading.h"

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
    has_participants("In The Lancet (2018), lithium helped 62 of 120 severely ill patients.\n",
                     120);
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
    const struct CMUnitTest tests[] = {
        TEST(an_acronym_beside_a_trial_names_it),
        TEST(what_it_is_published_in_is_a_journal),
        TEST(an_institute_is_cited_beside_research),
        TEST(a_study_has_as_many_people_as_are_said),
        TEST(a_note_is_cited_by_the_claim_with_its_mark),
        TEST(a_note_that_states_something_is_a_claim),
        TEST(the_rows_of_a_table_of_studies_name_them),
    };
    return cmocka_run_group_tests_name("extract studies", tests, load_lexicon, free_lexicon);
}
