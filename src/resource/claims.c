/* SPDX-License-Identifier: MIT */
/* A claim as an answer shows it: with its source, selectors and deep link. */
#include "facts.h"

#include <stdio.h>

static const struct tf_claim_span *primary_span(const struct tf_claim *claim)
{
    for (size_t i = 0; i < claim->spans.n; i++) {
        enum tf_span_role role = claim->spans.v[i].role;
        if (role == TF_SPAN_SENTENCE || role == TF_SPAN_ITEM || role == TF_SPAN_CELL)
            return &claim->spans.v[i];
    }
    return NULL;
}

/* W3C Web Annotation Data Model, 4.2.4 and 4.2.5. */
static json_t *selectors(struct tf_json *json, const struct tf_claim_row *row,
                         const struct tf_claim_span *span)
{
    json_t *array = tf_json_array(json);
    json_t *quote = tf_json_object(json), *position = tf_json_object(json);
    tf_json_put(json, quote, "type", tf_json_text("TextQuoteSelector"));
    tf_json_put(json, quote, "exact", tf_json_str(span->exact));
    tf_json_put(json, quote, "prefix", tf_json_str(row->prefix));
    tf_json_put(json, quote, "suffix", tf_json_str(row->suffix));
    tf_json_put(json, position, "type", tf_json_text("TextPositionSelector"));
    tf_json_put(json, position, "start", tf_json_count(span->at.start));
    tf_json_put(json, position, "end", tf_json_count(span->at.end));
    tf_json_add(json, array, quote);
    tf_json_add(json, array, position);
    return array;
}

static json_t *deep_link(const struct tf_claim_row *row, const struct tf_claim_span *span)
{
    if (!row->source.url.data)
        return json_null();
    struct tf_buf link;
    tf_buf_init(&link);
    tf_resource_deep_link(row->source.url, span->exact, &link);
    json_t *value = link.failed ? NULL : tf_json_str(tf_buf_str(&link));
    tf_buf_clear(&link);
    return value;
}

/* With the revision, because the spans are true of that text only. */
static json_t *source_text_href(const struct tf_source_ref *source)
{
    char after[sizeof "/text?revision=" + 12];
    snprintf(after, sizeof after, "/text?revision=%d", source->revision);
    return tf_json_href("/v1/sources/", source->id, after);
}

json_t *tf_json_claim_row(struct tf_json *json, const struct tf_claim_row *row)
{
    json_t *object = tf_json_object(json);
    const struct tf_claim_span *span = primary_span(&row->claim);
    if (!span) {
        /* The store promises one; a database without it is not shown in part. */
        json->failed = true;
        return object;
    }
    tf_json_put_claim(json, object, &row->claim);
    tf_json_put_origin(json, object, &row->source, row->updated_at);
    tf_json_put(json, object, "selector", selectors(json, row, span));
    tf_json_put(json, object, "href", tf_json_href("/v1/claims/", row->claim.id, ""));
    tf_json_put(json, object, "source_text_href", source_text_href(&row->source));
    tf_json_put(json, object, "deep_link", deep_link(row, span));
    return object;
}
