/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as a request target. What is taken can be written anew and read
 * again; its parameters are refused one by one, with words that can be sent, or
 * make a query of which every list, search and summary can be asked, page after
 * page.
 */
#include "fuzz.h"

#include "target.h"
#include "world.h"

#include <math.h>
#include <treatfacts/http.h>
#include <treatfacts/resource.h>

static struct tf_store *store;

/* --- The target itself ---------------------------------------------------- */

static void check_utf8(struct tf_str s)
{
    for (size_t at = 0, length; at < s.size; at += length) {
        length = tf_utf8_length(s.data + at, s.size - at);
        TF_ASSERT(length && s.data[at]);
    }
}

static void check_same(const struct tf_target *a, const struct tf_target *b)
{
    TF_ASSERT(a->segments.n == b->segments.n && a->parameters.n == b->parameters.n);
    for (size_t i = 0; i < a->segments.n; i++)
        TF_ASSERT(tf_str_equal(a->segments.v[i], b->segments.v[i]));
    for (size_t i = 0; i < a->parameters.n; i++)
        TF_ASSERT(tf_str_equal(a->parameters.v[i].name, b->parameters.v[i].name) &&
                  tf_str_equal(a->parameters.v[i].value, b->parameters.v[i].value));
}

/* Encoded it may be longer than what is taken. */
static void check_link(const struct tf_target *target, struct tf_arena *arena)
{
    struct tf_target again;
    struct tf_error error;
    struct tf_str link = tf_target_link(target, TF_STR_NULL, arena);
    if (link.size > TF_HTTP_URL_MAX)
        return;
    TF_ASSERT(tf_target_parse(link, TF_HTTP_URL_MAX, arena, &again, &error) == TF_OK);
    check_same(target, &again);
    TF_ASSERT(tf_str_equal(link, tf_target_link(&again, TF_STR_NULL, arena)));
}

static void check_target(const struct tf_target *target, struct tf_arena *arena)
{
    TF_ASSERT(target->segments.n <= TF_TARGET_SEGMENTS);
    TF_ASSERT(target->parameters.n <= TF_TARGET_PARAMETERS);
    for (size_t i = 0; i < target->segments.n; i++)
        check_utf8(target->segments.v[i]);
    for (size_t i = 0; i < target->parameters.n; i++) {
        check_utf8(target->parameters.v[i].name);
        check_utf8(target->parameters.v[i].value);
    }
    if (!target->asterisk)
        check_link(target, arena);
}

/* --- Its parameters ------------------------------------------------------- */

static void check_violations(const struct tf_violations *violations)
{
    static const struct tf_problem_type type = {400, "x", "X", "x", "x"};
    const struct tf_problem problem = {.type = &type, .violations = violations};
    struct tf_buf body;
    TF_ASSERT(violations->n > 0);
    for (size_t i = 0; i < violations->n; i++)
        TF_ASSERT(violations->v[i].detail.size > 0);
    tf_buf_init(&body);
    tf_resource_problem(&problem, &body);
    TF_ASSERT(!body.failed);
    tf_buf_clear(&body);
}

static void check_query(const struct tf_query *query)
{
    TF_ASSERT(query->page.limit >= 1 && query->page.limit <= TF_LIMIT_MAX);
    TF_ASSERT(query->format >= -1 && query->format < TF_FORMAT__MAX);
    TF_ASSERT(isnan(query->filter.max_lte) || query->filter.max_lte >= 0);
    TF_ASSERT(isnan(query->filter.min_gte) || query->filter.min_gte >= 0);
    TF_ASSERT(!query->filter.updated_since.data ||
              query->filter.updated_since.size == TF_TIME_TEXT - 1);
}

/* --- Asking --------------------------------------------------------------- */

static struct tf_str ask_list(const struct tf_query *query, struct tf_arena *arena)
{
    const struct tf_list_links links = {TF_STR("/"), TF_STR_NULL};
    struct tf_result result;
    struct tf_error error;
    struct tf_buf body;
    TF_ASSERT(tf_query_run(store, query, arena, &result, &error) == TF_OK);
    TF_ASSERT(tf_resource_rows(query->list, &result) <= query->page.limit);
    tf_buf_init(&body);
    tf_resource_list(query, &result, &links, &body);
    TF_ASSERT(!body.failed);
    tf_buf_clear(&body);
    return result.next_cursor;
}

static struct tf_str ask_search(const struct tf_query *query, struct tf_arena *arena)
{
    const struct tf_list_links links = {TF_STR("/"), TF_STR_NULL};
    struct tf_search_result result;
    struct tf_error error;
    struct tf_buf body;
    TF_ASSERT(tf_query_search(store, query, arena, &result, &error) == TF_OK);
    TF_ASSERT(result.hits.n <= query->page.limit);
    tf_buf_init(&body);
    tf_resource_search(query, &result, &links, &body);
    TF_ASSERT(!body.failed);
    tf_buf_clear(&body);
    return result.next_cursor;
}

static struct tf_str ask_summary(const struct tf_query *query, struct tf_arena *arena)
{
    struct tf_violations violations = {0};
    struct tf_summary summary;
    struct tf_error error;
    struct tf_buf body;
    TF_ASSERT(tf_query_summary(store, query, arena, &summary, &violations, &error) == TF_OK);
    tf_buf_init(&body);
    tf_resource_summary(query, &summary, TF_STR("/"), &body);
    TF_ASSERT(!body.failed);
    tf_buf_clear(&body);
    return TF_STR_NULL;
}

/* The cursor of the next page, absent at the end. */
static struct tf_str ask(const struct tf_query *query, struct tf_arena *arena)
{
    if (query->list == TF_LIST_SEARCH)
        return ask_search(query, arena);
    return query->list == TF_LIST_SUMMARY ? ask_summary(query, arena) : ask_list(query, arena);
}

/* The parameters with another cursor, as the link to the next page has them. */
static void ask_next(const struct tf_target *target, enum tf_list list, struct tf_str cursor,
                     struct tf_arena *arena)
{
    struct tf_target next;
    struct tf_query query;
    struct tf_violations violations = {0};
    struct tf_error error;
    struct tf_str link = tf_target_link(target, cursor, arena);
    if (link.size > TF_HTTP_URL_MAX || target->parameters.n == TF_TARGET_PARAMETERS)
        return;
    TF_ASSERT(tf_target_parse(link, TF_HTTP_URL_MAX, arena, &next, &error) == TF_OK);
    TF_ASSERT(tf_query_parse(store, list, NULL, next.parameters.v, next.parameters.n, arena, &query,
                             &violations, &error) == TF_OK);
    (void)ask(&query, arena);
}

static void parse(const struct tf_target *target, enum tf_list list, struct tf_arena *arena)
{
    struct tf_query query;
    struct tf_violations violations = {0};
    struct tf_error error = {0};
    enum tf_status status =
        tf_query_parse(store, list, NULL, target->parameters.v, target->parameters.n, arena, &query,
                       &violations, &error);
    TF_ASSERT(status == TF_OK || status == TF_PARAMETER);
    if (status == TF_PARAMETER) {
        check_violations(&violations);
        return;
    }
    check_query(&query);
    struct tf_str cursor = ask(&query, arena);
    if (cursor.data)
        ask_next(target, list, cursor, arena);
}

/* Of the list that the path names; any other stands for all. */
static void parse_for_path(const struct tf_target *target, struct tf_arena *arena)
{
    struct tf_str name =
        target->segments.n ? target->segments.v[target->segments.n - 1] : TF_STR("");
    for (int list = 0; list < TF_LIST__MAX; list++) {
        const char *slash = strrchr(tf_list_names[list], '/');
        if (tf_str_is(name, slash ? slash + 1 : tf_list_names[list])) {
            parse(target, (enum tf_list)list, arena);
            return;
        }
    }
    for (int list = 0; list < TF_LIST__MAX; list++)
        parse(target, (enum tf_list)list, arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    store = world_store();
    struct tf_str raw = {data ? (const char *)data : "", size};
    struct tf_target target = {.asterisk = false};
    struct tf_error error = {0};
    struct tf_arena *arena = tf_arena_new(0);
    TF_ASSERT(arena);
    enum tf_status status = tf_target_parse(raw, TF_HTTP_URL_MAX, arena, &target, &error);
    TF_ASSERT(status == TF_OK ||
              ((status == TF_INPUT || status == TF_TOO_LARGE) && error.message[0]));
    if (status == TF_OK) {
        check_target(&target, arena);
        parse_for_path(&target, arena);
    }
    tf_arena_free(arena);
    return 0;
}
