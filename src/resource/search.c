/* SPDX-License-Identifier: MIT */
/* The answer to a search: hits with marked snippets, facets by type. */
#include "facts.h"

/* --- Snippets ------------------------------------------------------------ */

/* The store marks hits with control characters; here they become places in a
 * plain text, and elements of an HTML one. */
struct snippet {
    struct tf_buf plain, html;
    struct tf_json *json;
    size_t characters; /* of plain so far */
    size_t start;      /* of the open hit */
    bool open;
};

static void add_html(struct tf_buf *html, char c)
{
    switch (c) {
    case '<':
        tf_buf_add_text(html, "&lt;");
        return;
    case '>':
        tf_buf_add_text(html, "&gt;");
        return;
    case '&':
        tf_buf_add_text(html, "&amp;");
        return;
    case '"':
        tf_buf_add_text(html, "&quot;");
        return;
    default:
        tf_buf_add_char(html, c);
    }
}

static void end_hit(struct snippet *snippet)
{
    if (!snippet->open)
        return;
    snippet->open = false;
    tf_buf_add_text(&snippet->html, "</mark>");
    tf_json_open_object(snippet->json, NULL);
    tf_json_count(snippet->json, "start", snippet->start);
    tf_json_count(snippet->json, "end", snippet->characters);
    tf_json_close_object(snippet->json);
}

static void begin_hit(struct snippet *snippet)
{
    end_hit(snippet);
    snippet->open = true;
    snippet->start = snippet->characters;
    tf_buf_add_text(&snippet->html, "<mark>");
}

static void add_character(struct snippet *snippet, char c)
{
    bool first = ((unsigned char)c & 0xc0) != 0x80; /* of a UTF-8 sequence */
    snippet->characters += first;
    tf_buf_add_char(&snippet->plain, c);
    add_html(&snippet->html, c);
}

static void put_snippet(struct tf_json *json, struct tf_str marked)
{
    struct snippet snippet = {.json = json};
    tf_buf_init(&snippet.plain);
    tf_buf_init(&snippet.html);
    tf_json_open_array(json, "highlights");
    for (size_t i = 0; i < marked.size; i++) {
        if (marked.data[i] == TF_HIT_OPEN)
            begin_hit(&snippet);
        else if (marked.data[i] == TF_HIT_CLOSE)
            end_hit(&snippet);
        else
            add_character(&snippet, marked.data[i]);
    }
    end_hit(&snippet);
    tf_json_close_array(json);
    json->failed = json->failed || snippet.plain.failed || snippet.html.failed;
    tf_json_str(json, "snippet", tf_buf_str(&snippet.plain));
    tf_json_str(json, "snippet_html", tf_buf_str(&snippet.html));
    tf_buf_clear(&snippet.plain);
    tf_buf_clear(&snippet.html);
}

/* --- Hits ---------------------------------------------------------------- */

static const char *const paths[TF_HIT_TYPE__MAX] = {
    [TF_HIT_CLAIM] = "/v1/claims/",
    [TF_HIT_FAQ] = "/v1/faqs/",
    [TF_HIT_SOURCE] = "/v1/sources/",
};

static void put_hit(struct tf_json *json, const struct tf_hit *hit)
{
    tf_json_open_object(json, NULL);
    tf_json_text(json, "type", tf_hit_type_names[hit->type]);
    tf_json_uuid(json, "id", hit->id);
    tf_json_number(json, "score", hit->score);
    tf_json_str(json, "title", hit->title);
    put_snippet(json, hit->snippet);
    tf_json_put_source_ref(json, &hit->source);
    tf_json_href(json, "href", paths[hit->type], hit->id, "");
    tf_json_close_object(json);
}

static void put_type(struct tf_json *json, const struct tf_hits *hits, int type)
{
    if (!hits->total[type])
        return;
    tf_json_open_object(json, NULL);
    tf_json_text(json, "value", tf_hit_type_names[type]);
    tf_json_count(json, "count", hits->total[type]);
    tf_json_close_object(json);
}

/* As in every facet: the most frequent first, equal ones by name. */
static void order_types(const struct tf_hits *hits, int types[TF_HIT_TYPE__MAX])
{
    for (int type = 0; type < TF_HIT_TYPE__MAX; type++) {
        int at = type;
        for (; at > 0 && hits->total[types[at - 1]] < hits->total[type]; at--)
            types[at] = types[at - 1];
        types[at] = type;
    }
}

static void put_types(struct tf_json *json, const struct tf_hits *hits)
{
    int types[TF_HIT_TYPE__MAX];
    order_types(hits, types);
    tf_json_open_object(json, "facets");
    tf_json_open_object(json, "type");
    tf_json_open_array(json, "values");
    for (int i = 0; i < TF_HIT_TYPE__MAX; i++)
        put_type(json, hits, types[i]);
    tf_json_close_array(json);
    tf_json_bool(json, "truncated", false);
    tf_json_close_object(json);
    tf_json_close_object(json);
}

void tf_resource_search(const struct tf_query *query, const struct tf_search_result *result,
                        const struct tf_list_links *links, struct tf_buf *out)
{
    uint64_t total = 0;
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_open_array(&json, "data");
    for (size_t i = 0; i < result->hits.n; i++)
        put_hit(&json, &result->hits.v[i]);
    tf_json_close_array(&json);
    put_types(&json, &result->hits);
    tf_json_put_links(&json, links->self, links->next);
    for (int type = 0; type < TF_HIT_TYPE__MAX; type++)
        total += result->hits.total[type];
    tf_json_open_object(&json, "meta");
    tf_json_count(&json, "limit", query->page.limit);
    tf_json_count(&json, "total", total);
    tf_json_text(&json, "total_relation", result->hits.capped ? "gte" : "eq");
    tf_json_put_meta(&json, &result->dataset);
    tf_json_close_object(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}
