/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <treatfacts/resource.h>

#include "rows_fixture.h"

#include <jansson.h>
#include <string.h>

static json_t *read_page(const struct tf_buf *out)
{
    assert_false(out->failed);
    json_t *page = json_loadb(out->data, out->size, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(page);
    return page;
}

static json_t *list_of(const struct tf_rows *rows)
{
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_jsonld_list(rows, &out);
    json_t *page = read_page(&out);
    tf_buf_clear(&out);
    return page;
}

static json_t *single_of(const struct tf_rows *rows)
{
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_jsonld_single(rows, &out);
    json_t *page = read_page(&out);
    tf_buf_clear(&out);
    return page;
}

static json_t *list_of_fixture(enum tf_list list)
{
    const struct tf_result result = fixture_result(list);
    return list_of(&result.rows);
}

static void assert_text(const json_t *object, const char *key, const char *wanted)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_string(value));
    assert_string_equal(json_string_value(value), wanted);
}

/* The only member of the page. */
static json_t *member_of(const json_t *page, const char *key)
{
    const json_t *members = json_object_get(page, key);
    assert_int_equal(json_array_size(members), 1);
    return json_array_get(members, 0);
}

/* Takes over what is wanted. */
static void assert_value(const json_t *object, const char *key, json_t *wanted)
{
    assert_true(json_equal(json_object_get(object, key), wanted));
    json_decref(wanted);
}

static json_t *wanted_work(void)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:{s:s,s:s},s:s}", "@type", "CreativeWork", "@id",
                     "urn:uuid:02000000-0000-0000-0000-000000000000", "name", "Tea, in short",
                     "url", "https://tea.example/a", "publisher", "@type", "Organization", "name",
                     "Tea House", "inLanguage", "en");
}

static json_t *wanted_citation(void)
{
    return json_pack("{s:s}", "@id", "urn:uuid:02000000-0000-0000-0000-000000000000");
}

static json_t *wanted_coded(const char *type, const char *name, const char *code)
{
    return json_pack("{s:s,s:s,s:{s:s,s:s,s:s}}", "@type", type, "name", name, "code", "@type",
                     "MedicalCode", "codeValue", code, "codingSystem", "treatfacts");
}

static void pages_say_the_disclaimer(void **state)
{
    (void)state;
    static const struct {
        enum tf_list list;
        const char *type;
    } cases[] = {{TF_LIST_FAQS, "FAQPage"},
                 {TF_LIST_CLAIMS, "Collection"},
                 {TF_LIST_ONSET_WINDOWS, "Collection"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *page = list_of_fixture(cases[i].list);
        assert_text(page, "@context", "https://schema.org");
        assert_text(page, "@type", cases[i].type);
        assert_text(page, "description", tf_resource_disclaimer);
        json_decref(page);
    }
}

static void faqs_are_questions_with_answers_that_cite(void **state)
{
    (void)state;
    json_t *page = list_of_fixture(TF_LIST_FAQS);
    const json_t *question = member_of(page, "mainEntity");
    assert_text(question, "@type", "Question");
    assert_text(question, "@id", "urn:uuid:06000000-0000-0000-0000-000000000000");
    assert_text(question, "name", "Does tea help?");
    const json_t *answer = json_object_get(question, "acceptedAnswer");
    assert_text(answer, "@type", "Answer");
    assert_text(answer, "text", "It may, </script> & soon.");
    assert_value(answer, "citation", wanted_work());
    json_decref(page);
}

static void nothing_in_a_page_ends_its_script_element(void **state)
{
    (void)state;
    const struct tf_result result = fixture_result(TF_LIST_FAQS);
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_jsonld_single(&result.rows, &out);
    assert_null(strpbrk(out.data, "<>&"));
    tf_buf_clear(&out);
}

static void answer_without_a_question_is_in_no_list(void **state)
{
    (void)state;
    struct tf_faq_row faqs[] = {fixture_faq, fixture_faq};
    faqs[0].faq.question = TF_STR_NULL;
    json_t *page = list_of(&(struct tf_rows){.kind = TF_KIND_FAQ, .n = 2, .faqs = faqs});
    assert_text(member_of(page, "mainEntity"), "name", "Does tea help?");
    json_decref(page);
}

static void answer_without_a_question_stands_alone(void **state)
{
    (void)state;
    struct tf_faq_row faq = fixture_faq;
    faq.faq.question = TF_STR_NULL;
    json_t *page = single_of(&(struct tf_rows){.kind = TF_KIND_FAQ, .n = 1, .faqs = &faq});
    assert_text(page, "@type", "WebPage");
    assert_text(page, "description", tf_resource_disclaimer);
    assert_text(member_of(page, "mainEntity"), "@type", "Answer");
    json_decref(page);
}

static void claim_appears_in_its_source_and_cites_it(void **state)
{
    (void)state;
    json_t *page = list_of_fixture(TF_LIST_CLAIMS);
    const json_t *claim = member_of(page, "hasPart");
    assert_text(claim, "@type", "Claim");
    assert_text(claim, "@id", "urn:uuid:03000000-0000-0000-0000-000000000000");
    assert_text(claim, "text", "Tea can: calm \"nerves\", soon");
    assert_text(claim, "url", "https://tea.example/a#:~:text=calm%20%22nerves%22%2C%20soon");
    assert_value(claim, "keywords", json_pack("[s,s]", "onset", "oral"));
    assert_value(claim, "about",
                 json_pack("[o,o,o]", wanted_coded("MedicalTherapy", "green tea", "green_tea"),
                           wanted_coded("MedicalTherapy", "tea", "tea"),
                           wanted_coded("MedicalCondition", "stress", "stress")));
    assert_value(claim, "appearance", wanted_work());
    assert_value(claim, "citation", wanted_citation());
    json_decref(page);
}

static void what_is_not_known_has_no_key(void **state)
{
    (void)state;
    struct tf_claim_row row = fixture_claim;
    row.claim.treatments.n = row.claim.conditions.n = 0;
    row.source = (struct tf_source_ref){.id = {{2}}, .key = TF_STR("tea")};
    json_t *page = list_of(&(struct tf_rows){.kind = TF_KIND_CLAIM, .n = 1, .claims = &row});
    const json_t *claim = member_of(page, "hasPart");
    assert_null(json_object_get(claim, "url"));
    assert_null(json_object_get(claim, "about"));
    assert_int_equal(json_object_size(json_object_get(claim, "appearance")), 2);
    json_decref(page);
}

static void window_is_an_observation_in_seconds(void **state)
{
    (void)state;
    json_t *page = list_of_fixture(TF_LIST_ONSET_WINDOWS);
    const json_t *window = member_of(page, "mainEntity");
    assert_text(window, "@type", "Observation");
    assert_text(window, "@id", "urn:uuid:04000000-0000-0000-0000-000000000000");
    assert_text(window, "name", "after half an hour");
    assert_text(window, "description", "It calms after half an hour.");
    assert_text(json_object_get(window, "measuredProperty"), "name", "time until an effect begins");
    assert_value(window, "value",
                 json_pack("{s:s,s:i,s:s}", "@type", "QuantitativeValue", "minValue", 1800,
                           "unitCode", "SEC"));
    assert_value(window, "observationAbout",
                 json_pack("[o,o]", wanted_coded("MedicalTherapy", "tea", "tea"),
                           wanted_coded("MedicalCondition", "stress", "stress")));
    assert_value(window, "additionalProperty",
                 json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s}]", "@type", "PropertyValue", "name",
                           "bound", "value", "at_least", "@type", "PropertyValue", "name",
                           "precision", "value", "approximate"));
    const json_t *claim = json_object_get(window, "subjectOf");
    assert_text(claim, "@type", "Claim");
    assert_text(claim, "@id", "urn:uuid:03000000-0000-0000-0000-000000000000");
    assert_value(claim, "appearance", wanted_work());
    assert_value(claim, "citation", wanted_citation());
    json_decref(page);
}

static void window_of_sessions_counts_them(void **state)
{
    (void)state;
    struct tf_window_row row = fixture_window;
    row.window.basis = TF_BASIS_SESSIONS;
    row.window.min_seconds = NAN;
    row.window.min_sessions = 0;
    row.window.max_sessions = 6;
    json_t *page = list_of(&(struct tf_rows){.kind = TF_KIND_WINDOW, .n = 1, .windows = &row});
    assert_value(member_of(page, "mainEntity"), "value",
                 json_pack("{s:s,s:i,s:i,s:s}", "@type", "QuantitativeValue", "minValue", 0,
                           "maxValue", 6, "unitText", "sessions"));
    json_decref(page);
}

static void window_open_at_both_ends_has_no_value(void **state)
{
    (void)state;
    struct tf_window_row row = fixture_window;
    row.window.min_seconds = NAN;
    json_t *page = list_of(&(struct tf_rows){.kind = TF_KIND_WINDOW, .n = 1, .windows = &row});
    assert_null(json_object_get(member_of(page, "mainEntity"), "value"));
    json_decref(page);
}

static void empty_list_is_a_page_of_nothing(void **state)
{
    (void)state;
    json_t *page = list_of(&(struct tf_rows){.kind = TF_KIND_CLAIM});
    assert_value(page, "hasPart", json_array());
    json_decref(page);
}

static void claim_without_a_primary_span_fails(void **state)
{
    (void)state;
    struct tf_claim_row row = fixture_claim;
    row.claim.spans.n = 1;
    struct tf_buf out;
    tf_buf_init(&out);
    tf_resource_jsonld_list(&(struct tf_rows){.kind = TF_KIND_CLAIM, .n = 1, .claims = &row}, &out);
    assert_true(out.failed);
    tf_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_say_the_disclaimer),
        cmocka_unit_test(faqs_are_questions_with_answers_that_cite),
        cmocka_unit_test(nothing_in_a_page_ends_its_script_element),
        cmocka_unit_test(answer_without_a_question_is_in_no_list),
        cmocka_unit_test(answer_without_a_question_stands_alone),
        cmocka_unit_test(claim_appears_in_its_source_and_cites_it),
        cmocka_unit_test(what_is_not_known_has_no_key),
        cmocka_unit_test(window_is_an_observation_in_seconds),
        cmocka_unit_test(window_of_sessions_counts_them),
        cmocka_unit_test(window_open_at_both_ends_has_no_value),
        cmocka_unit_test(empty_list_is_a_page_of_nothing),
        cmocka_unit_test(claim_without_a_primary_span_fails),
    };
    return cmocka_run_group_tests_name("jsonld", tests, NULL, NULL);
}
