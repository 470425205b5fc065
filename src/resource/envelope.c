/* SPDX-License-Identifier: MIT */
/* The form that lists and single resources share. */
#include "facts.h"

const char tf_resource_disclaimer[] =
    "These are statements made by the cited sources, quoted with their place in the text. They "
    "are not checked, not endorsed and not medical advice.";

static json_t *row_at(struct tf_json *json, const struct tf_rows *rows, size_t i)
{
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        return tf_json_source_row(json, &rows->sources[i]);
    case TF_KIND_SEGMENT:
        return tf_json_segment_row(json, &rows->segments[i]);
    case TF_KIND_CLAIM:
        return tf_json_claim_row(json, &rows->claims[i]);
    case TF_KIND_WINDOW:
        return tf_json_window_row(json, &rows->windows[i]);
    case TF_KIND_FAQ:
        return tf_json_faq_row(json, &rows->faqs[i]);
    case TF_KIND_STUDY:
        return tf_json_study_row(json, &rows->studies[i]);
    case TF_KIND__MAX:
        break;
    }
    json->failed = true;
    return NULL;
}

static json_t *list_data(struct tf_json *json, enum tf_list list, const struct tf_result *result)
{
    json_t *data = tf_json_array(json);
    const char *parameter = tf_query_vocabulary(list);
    if (parameter)
        for (size_t i = 0; i < result->vocabulary.n; i++)
            tf_json_add(json, data,
                        tf_json_vocabulary_row(json, &result->vocabulary.v[i], parameter));
    else
        for (size_t i = 0; i < result->rows.n; i++)
            tf_json_add(json, data, row_at(json, &result->rows, i));
    return data;
}

static void put_meta(struct tf_json *json, json_t *meta, int64_t dataset_version)
{
    tf_json_put(json, meta, "dataset_version", json_integer(dataset_version));
    tf_json_put(json, meta, "disclaimer", tf_json_text(tf_resource_disclaimer));
}

void tf_resource_list(const struct tf_query *query, const struct tf_result *result,
                      const struct tf_list_links *links, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json);
    json_t *link = tf_json_object(&json), *meta = tf_json_object(&json);
    tf_json_put(&json, link, "self", tf_json_str(links->self));
    if (links->next.data)
        tf_json_put(&json, link, "next", tf_json_str(links->next));
    tf_json_put(&json, meta, "limit", tf_json_count(query->page.limit));
    if (result->has_total)
        tf_json_put(&json, meta, "total", tf_json_count(result->rows.total));
    put_meta(&json, meta, result->dataset_version);
    tf_json_put(&json, root, "data", list_data(&json, query->list, result));
    tf_json_put(&json, root, "links", link);
    tf_json_put(&json, root, "meta", meta);
    tf_json_write(&json, root, JSON_COMPACT, out);
}

void tf_resource_single(const struct tf_rows *rows, int64_t dataset_version, struct tf_str self,
                        struct tf_buf *out)
{
    TF_ASSERT(rows->n == 1);
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json);
    json_t *link = tf_json_object(&json), *meta = tf_json_object(&json);
    tf_json_put(&json, link, "self", tf_json_str(self));
    put_meta(&json, meta, dataset_version);
    tf_json_put(&json, root, "data", row_at(&json, rows, 0));
    tf_json_put(&json, root, "links", link);
    tf_json_put(&json, root, "meta", meta);
    tf_json_write(&json, root, JSON_COMPACT, out);
}
