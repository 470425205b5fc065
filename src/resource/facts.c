/* SPDX-License-Identifier: MIT */
#include "facts.h"

static void put_spans(struct tf_json *json, const struct tf_claim *claim)
{
    tf_json_open_array(json, "spans");
    for (size_t i = 0; i < claim->spans.n; i++) {
        const struct tf_claim_span *span = &claim->spans.v[i];
        tf_json_open_object(json, NULL);
        tf_json_text(json, "role", tf_span_role_names[span->role]);
        tf_json_count(json, "start", span->at.start);
        tf_json_count(json, "end", span->at.end);
        tf_json_count(json, "byte_start", span->at.byte_start);
        tf_json_count(json, "byte_end", span->at.byte_end);
        tf_json_str(json, "exact", span->exact);
        tf_json_close_object(json);
    }
    tf_json_close_array(json);
}

void tf_json_put_claim(struct tf_json *json, const struct tf_claim *claim)
{
    tf_json_uuid(json, "id", claim->id);
    tf_json_str(json, "text", claim->text);
    tf_json_str(json, "section", claim->section);
    put_spans(json, claim);
    tf_json_text(json, "topic", tf_topic_names[claim->topic]);
    tf_json_text(json, "certainty", tf_certainty_names[claim->certainty]);
    tf_json_strs(json, "hedges", &claim->hedges);
    tf_json_text(json, "polarity", tf_polarity_names[claim->polarity]);
    tf_json_strs(json, "treatments", &claim->treatments);
    tf_json_strs(json, "conditions", &claim->conditions);
    tf_json_strs(json, "routes", &claim->routes);
}

/* An absent number is below `least`. */
static void put_known(struct tf_json *json, const char *key, int number, int least)
{
    if (number < least)
        tf_json_null(json, key);
    else
        tf_json_count(json, key, (uint64_t)number);
}

static void put_characters(struct tf_json *json, const char *key, const struct tf_span *at)
{
    tf_json_open_object(json, key);
    tf_json_count(json, "start", at->start);
    tf_json_count(json, "end", at->end);
    tf_json_close_object(json);
}

static void put_expression(struct tf_json *json, const struct tf_window *window)
{
    tf_json_open_object(json, "expression");
    tf_json_str(json, "text", window->expression);
    tf_json_count(json, "start", window->at.start);
    tf_json_count(json, "end", window->at.end);
    tf_json_close_object(json);
}

void tf_json_put_window(struct tf_json *json, const struct tf_window *window)
{
    tf_json_uuid(json, "id", window->id);
    tf_json_uuid(json, "claim", window->claim);
    tf_json_text(json, "measure", tf_measure_names[window->measure]);
    tf_json_text(json, "basis", tf_basis_names[window->basis]);
    tf_json_str(json, "min", window->min);
    tf_json_str(json, "max", window->max);
    tf_json_number(json, "min_seconds", window->min_seconds);
    tf_json_number(json, "max_seconds", window->max_seconds);
    put_known(json, "min_sessions", window->min_sessions, 0);
    put_known(json, "max_sessions", window->max_sessions, 0);
    tf_json_text(json, "bound", tf_bound_names[window->bound]);
    tf_json_text(json, "precision", tf_precision_names[window->precision]);
    tf_json_strs(json, "treatments", &window->treatments);
    tf_json_str(json, "route", window->route);
    tf_json_str(json, "condition", window->condition);
    put_expression(json, window);
}

void tf_json_put_faq(struct tf_json *json, const struct tf_faq *faq)
{
    tf_json_uuid(json, "id", faq->id);
    tf_json_str(json, "question", faq->question);
    if (faq->question.data)
        put_characters(json, "question_span", &faq->question_at);
    else
        tf_json_null(json, "question_span");
    tf_json_text(json, "origin", tf_origin_names[faq->origin]);
    tf_json_str(json, "answer", faq->answer);
    tf_json_open_array(json, "answer_spans");
    for (size_t i = 0; i < faq->answer_spans.n; i++)
        put_characters(json, NULL, &faq->answer_spans.v[i]);
    tf_json_close_array(json);
    tf_json_open_array(json, "claims");
    for (size_t i = 0; i < faq->claims.n; i++)
        tf_json_uuid(json, NULL, faq->claims.v[i]);
    tf_json_close_array(json);
}

void tf_json_put_study(struct tf_json *json, const struct tf_study *study)
{
    tf_json_uuid(json, "id", study->id);
    tf_json_str(json, "name", study->name);
    put_known(json, "year", study->year, 1);
    tf_json_str(json, "study_type", study->study_type);
    put_known(json, "participants", study->participants, 1);
    tf_json_uuid(json, "claim", study->claim);
}
