/* SPDX-License-Identifier: MIT */
/* The handlers of /v1. */
#include "date.h"
#include "exchange.h"

#include <limits.h>

static enum tf_status open_store(struct exchange *exchange, struct tf_store **store)
{
    return tf_worker_store(exchange->request->http, exchange->worker, store, &exchange->error);
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

static enum tf_status answer_list(struct exchange *exchange, struct tf_store *store,
                                  const struct tf_uuid *source)
{
    struct tf_arena *arena = exchange->worker->arena;
    const struct tf_target *target = &exchange->target;
    struct tf_query query;
    struct tf_result result;
    enum tf_status status = tf_query_parse(store, exchange->route->list, source,
                                           target->parameters.v, target->parameters.n, arena,
                                           &query, &exchange->violations, &exchange->error);
    if (status == TF_PARAMETER)
        return tf_error_set(&exchange->error, status, "see errors for each parameter");
    if (status == TF_OK)
        status = tf_query_run(store, &query, arena, &result, &exchange->error);
    if (status != TF_OK)
        return status;
    struct tf_list_links links = {tf_target_link(target, TF_STR_NULL, arena), TF_STR_NULL};
    if (result.next_cursor.data)
        links.next = tf_target_link(target, result.next_cursor, arena);
    exchange->reply.next = links.next;
    tf_resource_list(&query, &result, &links, &exchange->reply.body);
    return TF_OK;
}

enum tf_status tf_handle_list(struct exchange *exchange)
{
    struct tf_store *store;
    enum tf_status status = open_store(exchange, &store);
    return status == TF_OK ? answer_list(exchange, store, NULL) : status;
}

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
static enum tf_status get_snapshot(struct exchange *exchange, struct tf_rows *rows,
                                   int64_t *version)
{
    struct tf_store *store;
    enum tf_status status = open_store(exchange, &store);
    if (status == TF_OK)
        status = tf_store_snapshot_begin(store, &exchange->error);
    if (status != TF_OK)
        return status;
    status = tf_store_dataset_version(store, version, &exchange->error);
    if (status == TF_OK)
        status = get_row(exchange, store, rows);
    tf_store_snapshot_end(store);
    return status;
}

/* accepts: NULL, or says whether the row belongs to this path. */
static enum tf_status answer_single(struct exchange *exchange,
                                    bool (*accepts)(const struct tf_rows *rows))
{
    struct tf_rows rows;
    int64_t version;
    enum tf_status status = tf_no_parameters(exchange);
    if (status == TF_OK)
        status = get_snapshot(exchange, &rows, &version);
    if (status == TF_OK && accepts && !accepts(&rows))
        status = not_found(exchange, "onset window");
    if (status != TF_OK)
        return status;
    struct tf_str self = tf_target_link(&exchange->target, TF_STR_NULL, exchange->worker->arena);
    tf_resource_single(&rows, NULL, version, self, &exchange->reply.body);
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
        if (value.data[i] < '0' || value.data[i] > '9' || number > (INT_MAX - 9) / 10)
            return false;
        number = number * 10 + (value.data[i] - '0');
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
