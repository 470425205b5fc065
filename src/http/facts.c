/* SPDX-License-Identifier: MIT */
/* The handlers of /v1. */
#include "date.h"
#include "exchange.h"

#include <limits.h>

#include "stream.h"

static enum tf_status open_store(struct exchange *exchange, struct tf_store **store)
{
    struct tf_http *http = exchange->request->http;
    enum tf_status status = tf_worker_store(http, exchange->worker, store, &exchange->error);
    if (status == TF_OK)
        tf_store_limit_time(*store, http->limits.query_ms);
    return status;
}

static enum tf_status parse_id(struct exchange *exchange, struct tf_uuid *id)
{
    if (tf_uuid_parse(exchange->id, id))
        return TF_OK;
    tf_exchange_violation(exchange, TF_STR("id"), "must be a UUID");
    return TF_PARAMETER;
}

/* The store's message about a missing row is for logs; this is for clients. */
static enum tf_status not_found(struct exchange *exchange, const char *what)
{
    return tf_error_set(&exchange->error, TF_NOT_FOUND, "there is no such %s", what);
}

static const char *const kind_words[TF_KIND__MAX] = {
    [TF_KIND_SOURCE] = "source",      [TF_KIND_SEGMENT] = "segment", [TF_KIND_CLAIM] = "claim",
    [TF_KIND_WINDOW] = "time window", [TF_KIND_FAQ] = "FAQ",         [TF_KIND_STUDY] = "study",
};

enum tf_status tf_no_parameters(struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->target.parameters.n; i++)
        tf_exchange_violation(exchange, exchange->target.parameters.v[i].name,
                              "unknown; this path takes no parameters");
    return exchange->target.parameters.n ? TF_PARAMETER : TF_OK;
}

/* Everything of /v1 says when the data set last changed: each answer carries its
 * version. */
static void note_dataset(struct exchange *exchange, const struct tf_dataset *dataset)
{
    int64_t seconds;
    exchange->reply.keep = true;
    exchange->reply.version = dataset->version;
    if (tf_date_of_utc(tf_str_of(dataset->changed_at), &seconds))
        exchange->reply.last_modified = seconds;
}

static enum tf_status parse_query(struct exchange *exchange, struct tf_store *store,
                                  const struct tf_uuid *source, struct tf_query *query)
{
    const struct tf_target *target = &exchange->target;
    enum tf_status status = tf_query_parse(
        store, exchange->route->list, source, target->parameters.v, target->parameters.n,
        exchange->worker->arena, query, &exchange->violations, &exchange->error);
    if (status == TF_PARAMETER)
        return tf_error_set(&exchange->error, status, "see errors for each parameter");
    return status;
}

/* --- Lists --------------------------------------------------------------- */

static struct tf_list_links make_links(struct exchange *exchange, struct tf_str next_cursor)
{
    const struct tf_target *target = &exchange->target;
    struct tf_arena *arena = exchange->worker->arena;
    struct tf_list_links links = {tf_target_link(target, TF_STR_NULL, arena), TF_STR_NULL};
    if (next_cursor.data)
        links.next = tf_target_link(target, next_cursor, arena);
    exchange->reply.next = links.next;
    return links;
}

static enum tf_status answer_page(struct exchange *exchange, struct tf_store *store,
                                  const struct tf_query *query, enum tf_format format)
{
    struct tf_buf *body = &exchange->reply.body;
    struct tf_result result;
    enum tf_status status =
        tf_query_run(store, query, exchange->worker->arena, &result, &exchange->error);
    if (status != TF_OK)
        return status;
    struct tf_list_links links = make_links(exchange, result.next_cursor);
    note_dataset(exchange, &result.dataset);
    tf_worker_take_room(exchange->worker, body);
    if (format == TF_FORMAT_JSON)
        tf_resource_list(query, &result, &links, body);
    else if (format == TF_FORMAT_JSONLD)
        tf_resource_jsonld_list(&result.rows, body);
    else
        tf_resource_records(format, query, &result, true, body);
    return TF_OK;
}

/* Lines and CSV are for taking everything; a page of them only if asked for. */
static enum tf_status answer_whole(struct exchange *exchange, const struct tf_query *query,
                                   enum tf_format format)
{
    struct reply *reply = &exchange->reply;
    enum tf_status status = tf_stream_new(exchange, query, format, &reply->stream);
    if (status == TF_OK)
        note_dataset(exchange, tf_stream_dataset(reply->stream));
    return status;
}

static enum tf_status answer_list(struct exchange *exchange, struct tf_store *store,
                                  const struct tf_uuid *source)
{
    struct tf_query query;
    enum tf_status status = parse_query(exchange, store, source, &query);
    if (status == TF_OK)
        status = tf_negotiate_query(exchange, &query);
    if (status != TF_OK)
        return status;
    enum tf_format format = exchange->format;
    bool records = format == TF_FORMAT_NDJSON || format == TF_FORMAT_CSV;
    return records && !query.paged ? answer_whole(exchange, &query, format)
                                   : answer_page(exchange, store, &query, format);
}

enum tf_status tf_handle_list(struct exchange *exchange)
{
    struct tf_store *store;
    enum tf_status status = open_store(exchange, &store);
    return status == TF_OK ? answer_list(exchange, store, NULL) : status;
}

/* --- Search and summary: JSON only --------------------------------------- */

static enum tf_status begin_json(struct exchange *exchange, struct tf_store **store,
                                 struct tf_query *query)
{
    enum tf_status status = open_store(exchange, store);
    if (status == TF_OK)
        status = parse_query(exchange, *store, NULL, query);
    return status == TF_OK ? tf_negotiate_query(exchange, query) : status;
}

enum tf_status tf_handle_search(struct exchange *exchange)
{
    struct tf_store *store;
    struct tf_query query;
    struct tf_search_result result;
    enum tf_status status = begin_json(exchange, &store, &query);
    if (status == TF_OK)
        status = tf_query_search(store, &query, exchange->worker->arena, &result, &exchange->error);
    if (status != TF_OK)
        return status;
    struct tf_list_links links = make_links(exchange, result.next_cursor);
    note_dataset(exchange, &result.dataset);
    tf_resource_search(&query, &result, &links, &exchange->reply.body);
    return TF_OK;
}

enum tf_status tf_handle_summary(struct exchange *exchange)
{
    struct tf_store *store;
    struct tf_query query;
    struct tf_summary summary;
    enum tf_status status = begin_json(exchange, &store, &query);
    if (status == TF_OK)
        status = tf_query_summary(store, &query, exchange->worker->arena, &summary,
                                  &exchange->violations, &exchange->error);
    if (status == TF_PARAMETER)
        return tf_error_set(&exchange->error, status, "see errors for each parameter");
    if (status != TF_OK)
        return status;
    note_dataset(exchange, &summary.dataset);
    tf_resource_summary(&query, &summary,
                        tf_target_link(&exchange->target, TF_STR_NULL, exchange->worker->arena),
                        &exchange->reply.body);
    return TF_OK;
}

/* --- One of a list ------------------------------------------------------- */

static enum tf_status get_row(struct exchange *exchange, struct tf_store *store,
                              struct tf_rows *rows)
{
    struct tf_uuid id;
    enum tf_kind kind = exchange->route->kind;
    enum tf_status status = parse_id(exchange, &id);
    if (status == TF_OK)
        status = tf_store_get(store, kind, id, exchange->worker->arena, rows, &exchange->error);
    if (status == TF_NOT_FOUND)
        return not_found(exchange, kind_words[kind]);
    return status;
}

enum tf_status tf_handle_segments(struct exchange *exchange)
{
    struct tf_store *store;
    struct tf_rows source;
    enum tf_status status = open_store(exchange, &store);
    if (status == TF_OK)
        status = get_row(exchange, store, &source);
    return status == TF_OK ? answer_list(exchange, store, &source.sources[0].id) : status;
}

/* The row and the version of the data set, of one state of the database. */
static enum tf_status get_snapshot(struct exchange *exchange, struct tf_result *result)
{
    struct tf_store *store;
    enum tf_status status = open_store(exchange, &store);
    if (status == TF_OK)
        status = tf_store_snapshot_begin(store, &exchange->error);
    if (status != TF_OK)
        return status;
    status = tf_store_dataset(store, &result->dataset, &exchange->error);
    if (status == TF_OK)
        status = get_row(exchange, store, &result->rows);
    tf_store_snapshot_end(store);
    return status;
}

static enum tf_status parse_one(struct exchange *exchange, struct tf_query *query)
{
    const struct tf_target *target = &exchange->target;
    enum tf_status status =
        tf_query_parse_one(exchange->route->list, target->parameters.v, target->parameters.n,
                           exchange->worker->arena, query, &exchange->violations, &exchange->error);
    if (status == TF_PARAMETER)
        return tf_error_set(&exchange->error, status, "see errors for each parameter");
    return status == TF_OK ? tf_negotiate_query(exchange, query) : status;
}

/* accepts: NULL, or says whether the row belongs to this path. */
static enum tf_status answer_single(struct exchange *exchange,
                                    bool (*accepts)(const struct tf_rows *rows))
{
    struct tf_result result = {.has_total = false};
    struct tf_query query;
    struct tf_buf *body = &exchange->reply.body;
    enum tf_status status = parse_one(exchange, &query);
    if (status == TF_OK)
        status = get_snapshot(exchange, &result);
    if (status == TF_OK && accepts && !accepts(&result.rows))
        status = not_found(exchange, "onset window");
    if (status != TF_OK)
        return status;
    struct tf_str self = tf_target_link(&exchange->target, TF_STR_NULL, exchange->worker->arena);
    note_dataset(exchange, &result.dataset);
    enum tf_format format = exchange->format;
    if (format == TF_FORMAT_JSON)
        tf_resource_single(&result.rows, &query.fields, &result.dataset, self, body);
    else if (format == TF_FORMAT_JSONLD)
        tf_resource_jsonld_single(&result.rows, body);
    else
        tf_resource_records(format, &query, &result, true, body);
    return TF_OK;
}

enum tf_status tf_handle_single(struct exchange *exchange)
{
    return answer_single(exchange, NULL);
}

static bool is_onset(const struct tf_rows *rows)
{
    return rows->windows[0].window.measure == TF_MEASURE_ONSET;
}

enum tf_status tf_handle_onset_window(struct exchange *exchange)
{
    return answer_single(exchange, is_onset);
}

static bool parse_revision(struct tf_str value, int *out)
{
    int number = 0;
    for (size_t i = 0; i < value.size; i++) {
        int digit = value.data[i] - '0';
        if (digit < 0 || digit > 9 || number > (INT_MAX - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *out = number;
    return number > 0;
}

/* ?revision=N, the only parameter of a text; 0: not given. */
static enum tf_status text_revision(struct exchange *exchange, int *revision)
{
    *revision = 0;
    for (size_t i = 0; i < exchange->target.parameters.n; i++) {
        const struct tf_parameter *parameter = &exchange->target.parameters.v[i];
        if (!tf_str_is(parameter->name, "revision"))
            tf_exchange_violation(exchange, parameter->name, "unknown; revision is allowed here");
        else if (*revision)
            tf_exchange_violation(exchange, parameter->name, "must be given only once");
        else if (!parse_revision(parameter->value, revision))
            tf_exchange_violation(exchange, parameter->name, "must be a whole number from 1");
    }
    return exchange->violations.n ? TF_PARAMETER : TF_OK;
}

enum tf_status tf_handle_text(struct exchange *exchange)
{
    struct tf_store *store;
    struct tf_uuid id;
    struct tf_text_row text;
    struct reply *reply = &exchange->reply;
    struct tf_arena *arena = exchange->worker->arena;
    int revision;
    enum tf_status status = text_revision(exchange, &revision);
    if (status == TF_OK)
        status = parse_id(exchange, &id);
    if (status == TF_OK)
        status = open_store(exchange, &store);
    if (status == TF_OK)
        status = tf_store_text(store, id, revision, arena, &text, &exchange->error);
    if (status == TF_NOT_FOUND)
        return not_found(exchange, revision ? "revision of a source" : "source");
    if (status != TF_OK)
        return status;
    tf_buf_add_str(&reply->body, text.bytes);
    reply->etag = tf_arena_printf(arena, "\"%s\"", text.sha256);
    (void)tf_date_of_utc(tf_str_of(text.updated_at), &reply->last_modified); /* else unknown */
    reply->type = "text/plain; charset=utf-8";
    if (revision)
        reply->cache = CACHE_IMMUTABLE;
    return TF_OK;
}
