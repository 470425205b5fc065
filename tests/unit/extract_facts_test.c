/* SPDX-License-Identifier: MIT */
/* Rules of the reader, one small text each. Whole readings are in tests/golden. */
#include "reading.h"

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
              "cpqf");
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

static void a_street_and_a_price_stand_on_lines_of_their_own(void **state)
{
    (void)state;
    has_roles("# Lithium\n\nLithium helps.\n\n14 Alder Street, Millbrook\n\n"
              "Single session (50 minutes): $145\n",
              "hccp");
}

static void a_price_of_the_field_is_a_fact(void **state)
{
    (void)state;
    has_roles("Without insurance, lithium can run to $15 or $40 a month.\n", "c");
    has_roles("Our lithium sessions cost $15 each.\n", "p");
    has_roles("Lithium\n\nBy Jane Orsolik, MD\n\nLithium helps.\n", "hcc");
}

static void an_item_below_a_title_is_what_the_title_says(void **state)
{
    (void)state;
    has_roles("Lithium helps.\n\n## Common side effects\n\n- Weight gain\n- Dry mouth\n", "chcc");
    has_roles("Lithium helps.\n\n## Rooms\n\n- Blue\n- Green\n", "chff");
}

static void a_part_of_a_treatment_speaks_of_the_one_under_way(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Lithium\n\nA full course consists of three weeks of tablets and talk "
                  "therapy.\nSSRIs and their effects are known.\n");
    has_codes(&facts->claims.v[0].treatments, "psychotherapy lithium");
    has_codes(&facts->claims.v[1].treatments, "ssri");
}

static void a_member_of_the_group_goes_before_the_group(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("Psychedelics\n\nPsilocybin comes from mushrooms.\n"
                  "Patients lie down for six hours.\n");
    has_codes(&facts->claims.v[1].treatments, "psilocybin");
    facts = read_text("SSRIs\n\nSSRIs such as sertraline are tablets.\nNausea is common.\n");
    has_codes(&facts->claims.v[1].treatments, "ssri");
}

static void the_last_answer_ends_where_the_page_sells(void **state)
{
    (void)state;
    const struct tf_extraction *facts =
        read_text("FAQ\n\nQ: Is lithium safe?\nA: Lithium is safe with care.\n\n"
                  "Book your appointment today.\n\nLithium is an old salt.\n");
    assert_int_equal(facts->faqs.n, 1);
    assert_true(tf_str_is(facts->faqs.v[0].answer, "Lithium is safe with care."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cell_is_not_its_own_row_header),
        TEST(a_cell_leaves_the_stem_to_its_headers),
        TEST(equal_questions_have_ids_of_their_own),
        TEST(a_relative_clause_hedges_nothing),
        TEST(a_negated_side_clause_denies_nothing),
        TEST(what_describes_patients_is_no_treatment_of_the_claim),
        TEST(lost_questions_stay_lost),
        TEST(a_teaser_cut_short_is_chrome),
        TEST(a_full_sentence_above_items_is_a_claim),
        TEST(a_testimonial_runs_to_its_signature),
        TEST(a_clinic_advertises_by_its_name),
        TEST(an_invitation_may_ask),
        TEST(a_side_effect_is_no_condition),
        TEST(a_claim_has_the_topic_of_its_predicate),
        TEST(a_year_and_a_number_are_no_telephone),
        TEST(a_street_and_a_price_stand_on_lines_of_their_own),
        TEST(a_price_of_the_field_is_a_fact),
        TEST(an_item_below_a_title_is_what_the_title_says),
        TEST(a_part_of_a_treatment_speaks_of_the_one_under_way),
        TEST(a_member_of_the_group_goes_before_the_group),
        TEST(the_last_answer_ends_where_the_page_sells),
    };
    return cmocka_run_group_tests_name("extract facts", tests, load_lexicon, free_lexicon);
}
