/* SPDX-License-Identifier: MIT */
/* A claim as an answer shows it: with its source, selectors and deep link. */
#include "facts.h"

/* W3C Web Annotation Data Model, 4.2.4 and 4.2.5. */
static void put_selectors(struct tf_json *json, const struct tf_claim_row *row,
                          const struct tf_claim_span *span)
{
    tf_json_open_array(json, "selector");
    tf_json_open_object(json, NULL);
    tf_json_text(json, "type", "TextQuoteSelector");
    tf_json_str(json, "exact", span->exact);
    tf_json_str(json, "prefix", row->prefix);
    tf_json_str(json, "suffix", row->suffix);
    tf_json_close_object(json);
    tf_json_open_object(json, NULL);
    tf_json_text(json, "type", "TextPositionSelector");
    tf_json_count(json, "start", span->at.start);
    tf_json_count(json, "end", span->at.end);
    tf_json_close_object(json);
    tf_json_close_array(json);
}

static void put_deep_link(struct tf_json *json, const struct tf_claim_row *row,
                          const struct tf_claim_span *span)
{
    if (!row->source.url.data) {
        tf_json_null(json, "deep_link");
        return;
    }
    struct tf_buf link;
    tf_buf_init(&link);
    tf_resource_deep_link(row->source.url, span->exact, &link);
    json->failed = json->failed || link.failed;
    tf_json_str(json, "deep_link", tf_buf_str(&link));
    tf_buf_clear(&link);
}

/* With the revision, because the spans are true of that text only. */
static void put_source_text(struct tf_json *json, const struct tf_source_ref *source)
{
    char after[sizeof "/text?revision=" + TF_DIGITS_MAX] = "/text?revision=";
    char *digits = after + sizeof "/text?revision=" - 1;
    digits[tf_digits((uint64_t)source->revision, digits)] = '\0';
    tf_json_href(json, "source_text_href", "/v1/sources/", source->id, after);
}

void tf_json_claim_row(struct tf_json *json, const char *key, const struct tf_claim_row *row)
{
    const struct tf_claim_span *span = tf_claim_primary(&row->claim);
    if (!span) {
        /* The store promises one; a database without it is not shown in part. */
        json->failed = true;
        return;
    }
    tf_json_open_object(json, key);
    tf_json_put_claim(json, &row->claim);
    tf_json_put_origin(json, &row->source, row->updated_at);
    put_selectors(json, row, span);
    tf_json_href(json, "href", "/v1/claims/", row->claim.id, "");
    put_source_text(json, &row->source);
    put_deep_link(json, row, span);
    tf_json_close_object(json);
}
