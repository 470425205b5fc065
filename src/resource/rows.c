/* SPDX-License-Identifier: MIT */
/* Windows, FAQs, studies, segments and vocabulary as answers show them. */
#include "facts.h"

#include <string.h>

static json_t *source_ref(struct tf_json *json, const struct tf_source_ref *source)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "id", tf_json_uuid(source->id));
    tf_json_put(json, object, "title", tf_json_str(source->title));
    tf_json_put(json, object, "publisher", tf_json_str(source->publisher));
    tf_json_put(json, object, "url", tf_json_str(source->url));
    tf_json_put(json, object, "href", tf_json_href("/v1/sources/", source->id, ""));
    return object;
}

void tf_json_put_origin(struct tf_json *json, json_t *object, const struct tf_source_ref *source,
                        const char *updated_at)
{
    tf_json_put(json, object, "source", source_ref(json, source));
    tf_json_put(json, object, "revision", json_integer(source->revision));
    tf_json_put(json, object, "current", json_boolean(source->current));
    tf_json_put(json, object, "updated_at", tf_json_text(updated_at));
}

json_t *tf_json_window_row(struct tf_json *json, const struct tf_window_row *row)
{
    json_t *object = tf_json_object(json);
    tf_json_put_window(json, object, &row->window);
    tf_json_put(json, object, "claim_href", tf_json_href("/v1/claims/", row->window.claim, ""));
    tf_json_put(json, object, "quote", tf_json_str(row->quote));
    tf_json_put_origin(json, object, &row->source, row->updated_at);
    tf_json_put(json, object, "href", tf_json_href("/v1/time-windows/", row->window.id, ""));
    return object;
}

json_t *tf_json_faq_row(struct tf_json *json, const struct tf_faq_row *row)
{
    json_t *object = tf_json_object(json);
    tf_json_put_faq(json, object, &row->faq);
    tf_json_put_origin(json, object, &row->source, row->updated_at);
    tf_json_put(json, object, "href", tf_json_href("/v1/faqs/", row->faq.id, ""));
    return object;
}

json_t *tf_json_study_row(struct tf_json *json, const struct tf_study_row *row)
{
    json_t *object = tf_json_object(json);
    tf_json_put_study(json, object, &row->study);
    tf_json_put(json, object, "claim_href", tf_json_href("/v1/claims/", row->study.claim, ""));
    tf_json_put(json, object, "quote", tf_json_str(row->quote));
    tf_json_put_origin(json, object, &row->source, row->updated_at);
    tf_json_put(json, object, "href", tf_json_href("/v1/studies/", row->study.id, ""));
    return object;
}

json_t *tf_json_segment_row(struct tf_json *json, const struct tf_segment_row *row)
{
    const struct tf_span *at = &row->segment.at;
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "start", tf_json_count(at->start));
    tf_json_put(json, object, "end", tf_json_count(at->end));
    tf_json_put(json, object, "byte_start", tf_json_count(at->byte_start));
    tf_json_put(json, object, "byte_end", tf_json_count(at->byte_end));
    tf_json_put(json, object, "role", tf_json_text(tf_role_names[row->segment.role]));
    tf_json_put(json, object, "reason", tf_json_str(row->segment.reason));
    tf_json_put(json, object, "exact", tf_json_str(row->exact));
    tf_json_put(json, object, "claim", row->has_claim ? tf_json_uuid(row->claim) : json_null());
    return object;
}

/* "a | b" to ["a", "b"]. */
static json_t *synonyms(struct tf_json *json, struct tf_str list)
{
    json_t *array = tf_json_array(json);
    while (list.size) {
        const char *bar = memchr(list.data, '|', list.size);
        size_t size = bar ? (size_t)(bar - list.data) : list.size;
        struct tf_str synonym = tf_str_trim((struct tf_str){list.data, size});
        if (synonym.size)
            tf_json_add(json, array, tf_json_str(synonym));
        size += bar ? 1 : 0;
        list = (struct tf_str){list.data + size, list.size - size};
    }
    return array;
}

json_t *tf_json_vocabulary_row(struct tf_json *json, const struct tf_vocabulary_row *row,
                               const char *parameter)
{
    json_t *object = tf_json_object(json);
    json_t *href = json_sprintf("/v1/claims?%s=%.*s", parameter, TF_STR_ARG(row->entry.code));
    tf_json_put(json, object, "code", tf_json_str(row->entry.code));
    tf_json_put(json, object, "label", tf_json_str(row->entry.label));
    tf_json_put(json, object, "synonyms", synonyms(json, row->entry.synonyms));
    tf_json_put(json, object, "claims", tf_json_count(row->claims));
    tf_json_put(json, object, "claims_href", href);
    return object;
}
