/* SPDX-License-Identifier: MIT */
#include "facts.h"

static json_t *claim_spans(struct tf_json *json, const struct tf_claim *claim)
{
    json_t *array = tf_json_array(json);
    for (size_t i = 0; i < claim->spans.n; i++) {
        const struct tf_claim_span *span = &claim->spans.v[i];
        json_t *object = tf_json_object(json);
        tf_json_put(json, object, "role", tf_json_text(tf_span_role_names[span->role]));
        tf_json_put(json, object, "start", tf_json_count(span->at.start));
        tf_json_put(json, object, "end", tf_json_count(span->at.end));
        tf_json_put(json, object, "byte_start", tf_json_count(span->at.byte_start));
        tf_json_put(json, object, "byte_end", tf_json_count(span->at.byte_end));
        tf_json_put(json, object, "exact", tf_json_str(span->exact));
        tf_json_add(json, array, object);
    }
    return array;
}

void tf_json_put_claim(struct tf_json *json, json_t *object, const struct tf_claim *claim)
{
    tf_json_put(json, object, "id", tf_json_uuid(claim->id));
    tf_json_put(json, object, "text", tf_json_str(claim->text));
    tf_json_put(json, object, "section", tf_json_str(claim->section));
    tf_json_put(json, object, "spans", claim_spans(json, claim));
    tf_json_put(json, object, "topic", tf_json_text(tf_topic_names[claim->topic]));
    tf_json_put(json, object, "certainty", tf_json_text(tf_certainty_names[claim->certainty]));
    tf_json_put(json, object, "hedges", tf_json_strs(json, &claim->hedges));
    tf_json_put(json, object, "polarity", tf_json_text(tf_polarity_names[claim->polarity]));
    tf_json_put(json, object, "treatments", tf_json_strs(json, &claim->treatments));
    tf_json_put(json, object, "conditions", tf_json_strs(json, &claim->conditions));
    tf_json_put(json, object, "routes", tf_json_strs(json, &claim->routes));
}

static json_t *sessions(int count)
{
    return count < 0 ? json_null() : json_integer(count);
}

static json_t *characters(struct tf_json *json, const struct tf_span *at)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "start", tf_json_count(at->start));
    tf_json_put(json, object, "end", tf_json_count(at->end));
    return object;
}

static json_t *expression(struct tf_json *json, const struct tf_window *window)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "text", tf_json_str(window->expression));
    tf_json_put(json, object, "start", tf_json_count(window->at.start));
    tf_json_put(json, object, "end", tf_json_count(window->at.end));
    return object;
}

void tf_json_put_window(struct tf_json *json, json_t *object, const struct tf_window *window)
{
    tf_json_put(json, object, "id", tf_json_uuid(window->id));
    tf_json_put(json, object, "claim", tf_json_uuid(window->claim));
    tf_json_put(json, object, "measure", tf_json_text(tf_measure_names[window->measure]));
    tf_json_put(json, object, "basis", tf_json_text(tf_basis_names[window->basis]));
    tf_json_put(json, object, "min", tf_json_str(window->min));
    tf_json_put(json, object, "max", tf_json_str(window->max));
    tf_json_put(json, object, "min_seconds", tf_json_number(window->min_seconds));
    tf_json_put(json, object, "max_seconds", tf_json_number(window->max_seconds));
    tf_json_put(json, object, "min_sessions", sessions(window->min_sessions));
    tf_json_put(json, object, "max_sessions", sessions(window->max_sessions));
    tf_json_put(json, object, "bound", tf_json_text(tf_bound_names[window->bound]));
    tf_json_put(json, object, "precision", tf_json_text(tf_precision_names[window->precision]));
    tf_json_put(json, object, "treatments", tf_json_strs(json, &window->treatments));
    tf_json_put(json, object, "route", tf_json_str(window->route));
    tf_json_put(json, object, "condition", tf_json_str(window->condition));
    tf_json_put(json, object, "expression", expression(json, window));
}

void tf_json_put_faq(struct tf_json *json, json_t *object, const struct tf_faq *faq)
{
    json_t *spans = tf_json_array(json), *claims = tf_json_array(json);
    for (size_t i = 0; i < faq->answer_spans.n; i++)
        tf_json_add(json, spans, characters(json, &faq->answer_spans.v[i]));
    for (size_t i = 0; i < faq->claims.n; i++)
        tf_json_add(json, claims, tf_json_uuid(faq->claims.v[i]));
    bool asked = faq->question.data;
    tf_json_put(json, object, "id", tf_json_uuid(faq->id));
    tf_json_put(json, object, "question", tf_json_str(faq->question));
    tf_json_put(json, object, "question_span",
                asked ? characters(json, &faq->question_at) : json_null());
    tf_json_put(json, object, "origin", tf_json_text(tf_origin_names[faq->origin]));
    tf_json_put(json, object, "answer", tf_json_str(faq->answer));
    tf_json_put(json, object, "answer_spans", spans);
    tf_json_put(json, object, "claims", claims);
}

void tf_json_put_study(struct tf_json *json, json_t *object, const struct tf_study *study)
{
    tf_json_put(json, object, "id", tf_json_uuid(study->id));
    tf_json_put(json, object, "name", tf_json_str(study->name));
    tf_json_put(json, object, "year", study->year ? json_integer(study->year) : json_null());
    tf_json_put(json, object, "study_type", tf_json_str(study->study_type));
    tf_json_put(json, object, "claim", tf_json_uuid(study->claim));
}
