/* SPDX-License-Identifier: MIT */
/* The form that lists and single resources share. */
#include "facts.h"

const char tf_resource_disclaimer[] =
    "These are statements made by the cited sources, quoted with their place in the text. They "
    "are not checked, not endorsed and not medical advice.";

size_t tf_resource_rows(enum tf_list list, const struct tf_result *result)
{
    return tf_query_vocabulary(list) ? result->vocabulary.n : result->rows.n;
}

static void put_row(struct tf_json *json, const char *key, const struct tf_rows *rows, size_t i)
{
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        tf_json_source_row(json, key, &rows->sources[i]);
        return;
    case TF_KIND_SEGMENT:
        tf_json_segment_row(json, key, &rows->segments[i]);
        return;
    case TF_KIND_CLAIM:
        tf_json_claim_row(json, key, &rows->claims[i]);
        return;
    case TF_KIND_WINDOW:
        tf_json_window_row(json, key, &rows->windows[i]);
        return;
    case TF_KIND_FAQ:
        tf_json_faq_row(json, key, &rows->faqs[i]);
        return;
    case TF_KIND_STUDY:
        tf_json_study_row(json, key, &rows->studies[i]);
        return;
    case TF_KIND__MAX:
        break;
    }
    json->failed = true;
}

static void put_member(struct tf_json *json, enum tf_list list, const struct tf_result *result,
                       size_t i)
{
    const char *parameter = tf_query_vocabulary(list);
    if (parameter)
        tf_json_vocabulary_row(json, NULL, &result->vocabulary.v[i], parameter);
    else
        put_row(json, NULL, &result->rows, i);
}

static void put_list(struct tf_json *json, const struct tf_query *query,
                     const struct tf_result *result)
{
    size_t count = tf_resource_rows(query->list, result);
    tf_json_open_array(json, "data");
    tf_json_select(json, &query->fields);
    for (size_t i = 0; i < count; i++)
        put_member(json, query->list, result, i);
    tf_json_select(json, NULL);
    tf_json_close_array(json);
}

static void put_facet(struct tf_json *json, const struct tf_facet_values *facet)
{
    tf_json_open_object(json, tf_facet_names[facet->facet]);
    tf_json_open_array(json, "values");
    for (size_t i = 0; i < facet->n; i++) {
        tf_json_open_object(json, NULL);
        tf_json_str(json, "value", facet->v[i].value);
        tf_json_count(json, "count", facet->v[i].count);
        tf_json_close_object(json);
    }
    tf_json_close_array(json);
    tf_json_bool(json, "truncated", facet->truncated);
    tf_json_close_object(json);
}

static void put_facets(struct tf_json *json, const struct tf_result *result)
{
    if (!result->facets.n)
        return;
    tf_json_open_object(json, "facets");
    for (size_t i = 0; i < result->facets.n; i++)
        put_facet(json, &result->facets.v[i]);
    tf_json_close_object(json);
}

void tf_json_put_links(struct tf_json *json, struct tf_str self, struct tf_str next)
{
    tf_json_open_object(json, "links");
    tf_json_str(json, "self", self);
    if (next.data)
        tf_json_str(json, "next", next);
    tf_json_close_object(json);
}

void tf_json_put_meta(struct tf_json *json, const struct tf_dataset *dataset)
{
    tf_json_count(json, "dataset_version", (uint64_t)dataset->version);
    tf_json_text(json, "disclaimer", tf_resource_disclaimer);
}

void tf_resource_list(const struct tf_query *query, const struct tf_result *result,
                      const struct tf_list_links *links, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    put_list(&json, query, result);
    put_facets(&json, result);
    tf_json_put_links(&json, links->self, links->next);
    tf_json_open_object(&json, "meta");
    tf_json_count(&json, "limit", query->page.limit);
    if (result->has_total)
        tf_json_count(&json, "total", result->rows.total);
    tf_json_put_meta(&json, &result->dataset);
    tf_json_close_object(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

void tf_resource_single(const struct tf_rows *rows, const struct tf_strs *fields,
                        const struct tf_dataset *dataset, struct tf_str self, struct tf_buf *out)
{
    TF_ASSERT(rows->n == 1);
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_select(&json, fields);
    put_row(&json, "data", rows, 0);
    tf_json_select(&json, NULL);
    tf_json_put_links(&json, self, TF_STR_NULL);
    tf_json_open_object(&json, "meta");
    tf_json_put_meta(&json, dataset);
    tf_json_close_object(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

void tf_resource_row_line(enum tf_list list, const struct tf_result *result, size_t i,
                          const struct tf_strs *fields, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_select(&json, fields);
    put_member(&json, list, result, i);
    tf_json_end(&json);
}
