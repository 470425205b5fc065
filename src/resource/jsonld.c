/* SPDX-License-Identifier: MIT */
/*
 * Facts as linked data in the vocabulary of schema.org, for sites to paste into
 * their pages: a page or collection that carries the disclaimer, and the facts in
 * it. What is not known has no key. Paths of this service do not occur, because
 * they would be read as paths of the page.
 */
#include "facts.h"

/* --- Parts --------------------------------------------------------------- */

static void open_node(struct tf_json *json, const char *key, const char *type)
{
    tf_json_open_object(json, key);
    tf_json_text(json, "@type", type);
}

static void put_id(struct tf_json *json, struct tf_uuid id)
{
    tf_json_href(json, "@id", "urn:uuid:", id, "");
}

static void put_known(struct tf_json *json, const char *key, struct tf_str value)
{
    if (value.size)
        tf_json_str(json, key, value);
}

static void put_work(struct tf_json *json, const char *key, const struct tf_source_ref *source)
{
    open_node(json, key, "CreativeWork");
    put_id(json, source->id);
    put_known(json, "name", source->title);
    put_known(json, "url", source->url);
    if (source->publisher.size) {
        open_node(json, "publisher", "Organization");
        tf_json_str(json, "name", source->publisher);
        tf_json_close_object(json);
    }
    put_known(json, "inLanguage", source->language);
    tf_json_close_object(json);
}

/* A work that has been described before. */
static void put_work_again(struct tf_json *json, const char *key,
                           const struct tf_source_ref *source)
{
    tf_json_open_object(json, key);
    put_id(json, source->id);
    tf_json_close_object(json);
}

/* The words of a code: "back_pain" is back pain. */
static void put_code_name(struct tf_json *json, struct tf_str code)
{
    struct tf_buf name;
    tf_buf_init(&name);
    for (size_t i = 0; i < code.size; i++)
        tf_buf_add_char(&name, code.data[i] == '_' ? ' ' : code.data[i]);
    json->failed = json->failed || name.failed;
    tf_json_str(json, "name", tf_buf_str(&name));
    tf_buf_clear(&name);
}

static void put_coded(struct tf_json *json, const char *type, struct tf_str code)
{
    open_node(json, NULL, type);
    put_code_name(json, code);
    open_node(json, "code", "MedicalCode");
    tf_json_str(json, "codeValue", code);
    tf_json_text(json, "codingSystem", "treatfacts");
    tf_json_close_object(json);
    tf_json_close_object(json);
}

static void put_about(struct tf_json *json, const char *key, const struct tf_strs *treatments,
                      const struct tf_strs *conditions)
{
    if (!treatments->n && !conditions->n)
        return;
    tf_json_open_array(json, key);
    for (size_t i = 0; i < treatments->n; i++)
        put_coded(json, "MedicalTherapy", treatments->v[i]);
    for (size_t i = 0; i < conditions->n; i++)
        put_coded(json, "MedicalCondition", conditions->v[i]);
    tf_json_close_array(json);
}

/* --- Claims -------------------------------------------------------------- */

static void put_deep_link(struct tf_json *json, const struct tf_claim_row *row)
{
    const struct tf_claim_span *span = tf_claim_primary(&row->claim);
    json->failed = json->failed || !span;
    if (!span || !row->source.url.size)
        return;
    struct tf_buf link;
    tf_buf_init(&link);
    tf_resource_deep_link(row->source.url, span->exact, &link);
    json->failed = json->failed || link.failed;
    tf_json_str(json, "url", tf_buf_str(&link));
    tf_buf_clear(&link);
}

static void put_claim(struct tf_json *json, const struct tf_claim_row *row)
{
    const struct tf_claim *claim = &row->claim;
    open_node(json, NULL, "Claim");
    put_id(json, claim->id);
    tf_json_str(json, "text", claim->text);
    put_deep_link(json, row);
    tf_json_open_array(json, "keywords");
    tf_json_text(json, NULL, tf_topic_names[claim->topic]);
    for (size_t i = 0; i < claim->routes.n; i++)
        tf_json_str(json, NULL, claim->routes.v[i]);
    tf_json_close_array(json);
    put_about(json, "about", &claim->treatments, &claim->conditions);
    put_work(json, "appearance", &row->source);
    put_work_again(json, "citation", &row->source);
    tf_json_close_object(json);
}

/* --- Windows ------------------------------------------------------------- */

static void put_measure(struct tf_json *json, enum tf_measure measure)
{
    static const char *const names[TF_MEASURE__MAX] = {
        [TF_MEASURE_ONSET] = "time until an effect begins",
        [TF_MEASURE_DURATION] = "time an effect lasts",
        [TF_MEASURE_SESSION] = "time one administration takes",
        [TF_MEASURE_OBSERVATION] = "time under observation",
        [TF_MEASURE_COURSE] = "length of a whole treatment",
    };
    open_node(json, "measuredProperty", "Property");
    tf_json_text(json, "name", names[measure]);
    tf_json_close_object(json);
}

/* An open end has no key; a length without ends no value. unitCode is that of
 * UN/CEFACT Recommendation 20. */
static void put_quantity(struct tf_json *json, const struct tf_window *window)
{
    bool sessions = window->basis == TF_BASIS_SESSIONS;
    double min = sessions ? window->min_sessions : window->min_seconds;
    double max = sessions ? window->max_sessions : window->max_seconds;
    bool has_min = min >= 0, has_max = max >= 0; /* neither -1 nor NAN */
    if (!has_min && !has_max)
        return;
    open_node(json, "value", "QuantitativeValue");
    if (has_min)
        tf_json_number(json, "minValue", min);
    if (has_max)
        tf_json_number(json, "maxValue", max);
    tf_json_text(json, sessions ? "unitText" : "unitCode", sessions ? "sessions" : "SEC");
    tf_json_close_object(json);
}

static void put_property(struct tf_json *json, const char *name, struct tf_str value)
{
    if (!value.size)
        return;
    open_node(json, NULL, "PropertyValue");
    tf_json_text(json, "name", name);
    tf_json_str(json, "value", value);
    tf_json_close_object(json);
}

static void put_properties(struct tf_json *json, const struct tf_window *window)
{
    tf_json_open_array(json, "additionalProperty");
    put_property(json, "bound", tf_str_of(tf_bound_names[window->bound]));
    put_property(json, "precision", tf_str_of(tf_precision_names[window->precision]));
    put_property(json, "route", window->route);
    tf_json_close_array(json);
}

/* An Observation is no CreativeWork and cannot cite; the claim it is read from
 * is about it and can. */
static void put_window_claim(struct tf_json *json, const struct tf_window_row *row)
{
    open_node(json, "subjectOf", "Claim");
    put_id(json, row->window.claim);
    tf_json_str(json, "text", row->quote);
    put_work(json, "appearance", &row->source);
    put_work_again(json, "citation", &row->source);
    tf_json_close_object(json);
}

static void put_window(struct tf_json *json, const struct tf_window_row *row)
{
    const struct tf_window *window = &row->window;
    struct tf_str condition = window->condition;
    const struct tf_strs conditions = {&condition, condition.size ? 1 : 0, 1};
    open_node(json, NULL, "Observation");
    put_id(json, window->id);
    tf_json_str(json, "name", window->expression);
    tf_json_str(json, "description", row->quote);
    put_measure(json, window->measure);
    put_about(json, "observationAbout", &window->treatments, &conditions);
    put_quantity(json, window);
    put_properties(json, window);
    put_window_claim(json, row);
    tf_json_close_object(json);
}

/* --- FAQs ---------------------------------------------------------------- */

static void put_answer(struct tf_json *json, const char *key, const struct tf_faq_row *row)
{
    open_node(json, key, "Answer");
    tf_json_str(json, "text", row->faq.answer);
    put_work(json, "citation", &row->source);
    tf_json_close_object(json);
}

static void put_question(struct tf_json *json, const struct tf_faq_row *row)
{
    open_node(json, NULL, "Question");
    put_id(json, row->faq.id);
    tf_json_str(json, "name", row->faq.question);
    put_answer(json, "acceptedAnswer", row);
    tf_json_close_object(json);
}

/* --- Pages --------------------------------------------------------------- */

struct page {
    const char *type, *name, *members;
};

static const struct page pages[TF_KIND__MAX] = {
    [TF_KIND_CLAIM] = {"Collection", "Claims of the cited sources", "hasPart"},
    [TF_KIND_WINDOW] = {"Collection", "Times stated by the cited sources", "mainEntity"},
    [TF_KIND_FAQ] = {"FAQPage", "Questions and answers of the cited sources", "mainEntity"},
};

/* Nothing but questions may be in a FAQPage (Google). */
static const struct page answer_page = {"WebPage", "Answer of the cited source", "mainEntity"};

static struct tf_json open_page(struct tf_buf *out, const struct page *page)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_SCRIPT);
    TF_ASSERT(page->type);
    tf_json_open_object(&json, NULL);
    tf_json_text(&json, "@context", "https://schema.org");
    tf_json_text(&json, "@type", page->type);
    tf_json_text(&json, "name", page->name);
    tf_json_text(&json, "description", tf_resource_disclaimer);
    tf_json_open_array(&json, page->members);
    return json;
}

static void close_page(struct tf_json *json)
{
    tf_json_close_array(json);
    tf_json_close_object(json);
    tf_json_end(json);
}

static void put_member(struct tf_json *json, const struct tf_rows *rows, size_t i)
{
    if (rows->kind == TF_KIND_CLAIM)
        put_claim(json, &rows->claims[i]);
    else if (rows->kind == TF_KIND_WINDOW)
        put_window(json, &rows->windows[i]);
    else if (rows->faqs[i].faq.question.data)
        put_question(json, &rows->faqs[i]);
}

struct tf_json tf_jsonld_begin(enum tf_kind kind, struct tf_buf *out)
{
    return open_page(out, &pages[kind]);
}

void tf_jsonld_rows(struct tf_json *json, const struct tf_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++)
        put_member(json, rows, i);
}

void tf_jsonld_end(struct tf_json *json)
{
    close_page(json);
}

void tf_resource_jsonld_list(const struct tf_rows *rows, struct tf_buf *out)
{
    struct tf_json json = tf_jsonld_begin(rows->kind, out);
    tf_jsonld_rows(&json, rows);
    tf_jsonld_end(&json);
}

void tf_resource_jsonld_single(const struct tf_rows *rows, struct tf_buf *out)
{
    TF_ASSERT(rows->n == 1);
    if (rows->kind != TF_KIND_FAQ || rows->faqs[0].faq.question.data) {
        tf_resource_jsonld_list(rows, out);
        return;
    }
    struct tf_json json = open_page(out, &answer_page);
    put_answer(&json, NULL, &rows->faqs[0]);
    close_page(&json);
}
