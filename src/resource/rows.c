/* SPDX-License-Identifier: MIT */
/* Windows, FAQs, studies, segments and vocabulary as answers show them. */
#include "facts.h"

#include <string.h>

void tf_json_put_source_ref(struct tf_json *json, const struct tf_source_ref *source)
{
    tf_json_open_object(json, "source");
    tf_json_uuid(json, "id", source->id);
    tf_json_str(json, "title", source->title);
    tf_json_str(json, "publisher", source->publisher);
    tf_json_str(json, "url", source->url);
    tf_json_href(json, "href", "/v1/sources/", source->id, "");
    tf_json_close_object(json);
}

/* By where their texts lie: rows that the store read as one source's share them. */
static bool is_same_source(const struct tf_source_ref *a, const struct tf_source_ref *b)
{
    return a->title.data == b->title.data && a->publisher.data == b->publisher.data &&
           a->url.data == b->url.data && a->key.data == b->key.data && a->key.data &&
           a->revision == b->revision && a->current == b->current && tf_uuid_equal(a->id, b->id);
}

static bool put_origin_again(struct tf_json *json, const struct tf_source_ref *source,
                             const char *updated_at)
{
    return json->origin.source && is_same_source(json->origin.source, source) &&
           strcmp(json->origin.updated_at, updated_at) == 0 &&
           tf_json_members_again(json, &json->origin.members);
}

void tf_json_put_origin(struct tf_json *json, const struct tf_source_ref *source,
                        const char *updated_at)
{
    if (put_origin_again(json, source, updated_at))
        return;
    json->origin.members = tf_json_members_begin(json);
    tf_json_put_source_ref(json, source);
    tf_json_count(json, "revision", (uint64_t)source->revision);
    tf_json_bool(json, "current", source->current);
    tf_json_text(json, "updated_at", updated_at);
    tf_json_members_end(json, &json->origin.members);
    json->origin.source = source;
    json->origin.updated_at = updated_at;
}

void tf_json_window_row(struct tf_json *json, const char *key, const struct tf_window_row *row)
{
    tf_json_open_object(json, key);
    tf_json_put_window(json, &row->window);
    tf_json_href(json, "claim_href", "/v1/claims/", row->window.claim, "");
    tf_json_str(json, "quote", row->quote);
    tf_json_text(json, "certainty", tf_certainty_names[row->certainty]);
    tf_json_put_origin(json, &row->source, row->updated_at);
    tf_json_href(json, "href", "/v1/time-windows/", row->window.id, "");
    tf_json_close_object(json);
}

void tf_json_faq_row(struct tf_json *json, const char *key, const struct tf_faq_row *row)
{
    tf_json_open_object(json, key);
    tf_json_put_faq(json, &row->faq);
    tf_json_put_origin(json, &row->source, row->updated_at);
    tf_json_href(json, "href", "/v1/faqs/", row->faq.id, "");
    tf_json_close_object(json);
}

void tf_json_study_row(struct tf_json *json, const char *key, const struct tf_study_row *row)
{
    tf_json_open_object(json, key);
    tf_json_put_study(json, &row->study);
    tf_json_href(json, "claim_href", "/v1/claims/", row->study.claim, "");
    tf_json_str(json, "quote", row->quote);
    tf_json_put_origin(json, &row->source, row->updated_at);
    tf_json_href(json, "href", "/v1/studies/", row->study.id, "");
    tf_json_close_object(json);
}

void tf_json_segment_row(struct tf_json *json, const char *key, const struct tf_segment_row *row)
{
    const struct tf_span *at = &row->segment.at;
    tf_json_open_object(json, key);
    tf_json_count(json, "start", at->start);
    tf_json_count(json, "end", at->end);
    tf_json_count(json, "byte_start", at->byte_start);
    tf_json_count(json, "byte_end", at->byte_end);
    tf_json_text(json, "role", tf_role_names[row->segment.role]);
    tf_json_str(json, "reason", row->segment.reason);
    tf_json_str(json, "exact", row->exact);
    if (row->has_claim)
        tf_json_uuid(json, "claim", row->claim);
    else
        tf_json_null(json, "claim");
    tf_json_close_object(json);
}

bool tf_resource_next_synonym(struct tf_str *list, struct tf_str *out)
{
    do
        *out = tf_str_cut(list, '|');
    while (out->data && !out->size);
    return out->data != NULL;
}

static void put_synonyms(struct tf_json *json, struct tf_str list)
{
    struct tf_str synonym;
    tf_json_open_array(json, "synonyms");
    while (tf_resource_next_synonym(&list, &synonym))
        tf_json_str(json, NULL, synonym);
    tf_json_close_array(json);
}

void tf_resource_claims_href(const char *parameter, struct tf_str code, struct tf_buf *out)
{
    tf_buf_printf(out, "/v1/claims?%s=%.*s", parameter, TF_STR_ARG(code));
}

static void put_claims_href(struct tf_json *json, const char *parameter, struct tf_str code)
{
    struct tf_buf href;
    tf_buf_init(&href);
    tf_resource_claims_href(parameter, code, &href);
    json->failed = json->failed || href.failed;
    tf_json_str(json, "claims_href", tf_buf_str(&href));
    tf_buf_clear(&href);
}

void tf_json_vocabulary_row(struct tf_json *json, const char *key,
                            const struct tf_vocabulary_row *row, const char *parameter)
{
    tf_json_open_object(json, key);
    tf_json_str(json, "code", row->entry.code);
    tf_json_str(json, "label", row->entry.label);
    put_synonyms(json, row->entry.synonyms);
    tf_json_count(json, "claims", row->claims);
    put_claims_href(json, parameter, row->entry.code);
    tf_json_close_object(json);
}
