/* SPDX-License-Identifier: MIT */
/* Problems, conditional requests and the headers every reply has. */
#include "exchange.h"

#include <stdio.h>
#include <string.h>

/* The one place where a failure becomes an HTTP status. No default: a new
 * status has to be thought about. */
enum tf_problem_code tf_problem_of(enum tf_status status)
{
    switch (status) {
    case TF_OK:
        return TF_PROBLEM_NONE;
    case TF_INPUT:
        return TF_PROBLEM_BAD_REQUEST;
    case TF_PARAMETER:
        return TF_PROBLEM_BAD_PARAMETER;
    case TF_NOT_FOUND:
        return TF_PROBLEM_NOT_FOUND;
    case TF_TOO_LARGE:
        return TF_PROBLEM_URI;
    case TF_NO_MEMORY:
    case TF_BUSY:
    case TF_IO:
    case TF_FOREIGN:
    case TF_NEWER:
    case TF_OLDER:
        return TF_PROBLEM_UNAVAILABLE;
    case TF_USAGE:
    case TF_DATABASE:
    case TF_CORRUPT:
    case TF_FULL:
    case TF_READ_ONLY:
    case TF_INTERNAL:
    case TF_STATUS__MAX:
        return TF_PROBLEM_INTERNAL;
    }
    return TF_PROBLEM_INTERNAL;
}

static const struct {
    int status;
    const char *code, *title;
} problems[TF_PROBLEM__MAX] = {
#define X(name, status, code, title) [TF_PROBLEM_##name] = {status, code, title},
    TF_PROBLEM_MAP(X)
#undef X
};

/* What failed inside is for the log, where the request's id finds it. */
static struct tf_str public_detail(struct exchange *exchange, enum tf_problem_code code)
{
    if (problems[code].status >= 500)
        return TF_STR("The request could not be answered; please try again later.");
    return tf_str_of(exchange->error.message);
}

void tf_reply_problem(struct exchange *exchange, enum tf_problem_code code)
{
    struct reply *reply = &exchange->reply;
    unsigned allow = reply->allow;
    tf_buf_clear(&reply->body);
    *reply = (struct reply){.status = (unsigned)problems[code].status,
                            .type = "application/problem+json",
                            .cache = CACHE_NONE,
                            .allow = allow,
                            .retry_after = code == TF_PROBLEM_UNAVAILABLE};
    bool known = exchange->target.segments.n || exchange->route;
    struct tf_problem problem = {
        .http_status = problems[code].status,
        .code = problems[code].code,
        .title = problems[code].title,
        .detail = public_detail(exchange, code),
        .instance =
            known ? tf_target_path(&exchange->target, exchange->worker->arena) : TF_STR_NULL,
        .request_id = tf_str_of(exchange->request->id),
        .violations = &exchange->violations,
    };
    tf_resource_problem(&problem, &reply->body);
}

static struct tf_str reply_content(const struct reply *reply)
{
    return reply->constant.data ? reply->constant : tf_buf_str(&reply->body);
}

/* Strong: the digest of the very bytes. Half of it is enough to tell them
 * apart. */
static struct tf_str make_etag(struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    if (reply->cache == CACHE_NONE || reply->status != MHD_HTTP_OK)
        return TF_STR_NULL;
    if (reply->etag.data)
        return reply->etag;
    struct tf_str content = reply_content(reply);
    char digest[TF_DIGEST_TEXT];
    tf_digest(content.data, content.size, digest);
    return tf_arena_printf(exchange->worker->arena, "\"%.32s\"", digest);
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    /* Fails only without memory, or for a value with line breaks, which none
     * of ours has; a reply without the header is still right. */
    (void)MHD_add_response_header(response, name, value);
}

/* After max-age a cache may answer from what it has for ten times as long,
 * while it asks again: facts change by loads, not by the second. */
enum { STALE_FACTOR = 10 };

static void add_cache_control(struct MHD_Response *response, const struct tf_http *http,
                              enum cache_policy policy)
{
    char value[100];
    switch (policy) {
    case CACHE_NONE:
        add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
        break;
    case CACHE_SHARED:
        snprintf(value, sizeof value, "public, max-age=%u, stale-while-revalidate=%llu",
                 http->max_age, (unsigned long long)http->max_age * STALE_FACTOR);
        add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, value);
        break;
    case CACHE_IMMUTABLE:
        add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "public, max-age=31536000, immutable");
        break;
    }
}

static void add_links(struct MHD_Response *response, struct exchange *exchange)
{
    add_header(response, MHD_HTTP_HEADER_LINK, "</openapi.json>; rel=\"describedby\"");
    if (!exchange->reply.next.data)
        return;
    struct tf_str link = tf_arena_printf(exchange->worker->arena, "<%.*s>; rel=\"next\"",
                                         TF_STR_ARG(exchange->reply.next));
    add_header(response, MHD_HTTP_HEADER_LINK, link.data);
}

static void add_headers(struct MHD_Response *response, struct exchange *exchange,
                        struct tf_str etag)
{
    const struct reply *reply = &exchange->reply;
    const struct tf_http *http = exchange->request->http;
    add_header(response, "X-Request-Id", exchange->request->id);
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Content-Security-Policy", "default-src 'none'");
    add_header(response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT);
    add_cache_control(response, http, reply->cache);
    add_links(response, exchange);
    if (reply->type)
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    if (etag.data)
        add_header(response, MHD_HTTP_HEADER_ETAG, etag.data);
    if (reply->retry_after)
        add_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    if (reply->allow) {
        char methods[64];
        tf_method_list(reply->allow, methods);
        add_header(response, MHD_HTTP_HEADER_ALLOW, methods);
    }
    if (atomic_load(&http->stopping))
        add_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* Hands the body over to the response without copying it. */
static struct MHD_Response *make_response(struct reply *reply)
{
    if (reply->constant.data)
        return MHD_create_response_from_buffer(reply->constant.size, (void *)reply->constant.data,
                                               MHD_RESPMEM_PERSISTENT);
    if (!reply->body.size)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(reply->body.size, reply->body.data, MHD_RESPMEM_MUST_FREE);
    if (response)
        tf_buf_init(&reply->body);
    return response;
}

static bool is_not_modified(struct exchange *exchange, struct tf_str etag)
{
    return etag.data &&
           tf_etag_listed(tf_exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH), etag);
}

enum MHD_Result tf_reply_send(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    struct request *request = exchange->request;
    struct tf_str etag = make_etag(exchange);
    if (is_not_modified(exchange, etag)) {
        reply->status = MHD_HTTP_NOT_MODIFIED;
        reply->type = NULL;
        reply->constant = TF_STR_NULL;
        tf_buf_clear(&reply->body);
    }
    size_t bytes = reply_content(reply).size;
    enum MHD_Result result = MHD_NO;
    struct MHD_Response *response = reply->body.failed ? NULL : make_response(reply);
    if (response) {
        add_headers(response, exchange, etag);
        result = MHD_queue_response(exchange->connection, reply->status, response);
        MHD_destroy_response(response);
    }
    tf_buf_clear(&reply->body);
    if (result == MHD_YES) {
        request->status = reply->status;
        request->bytes = strcmp(request->method, MHD_HTTP_METHOD_HEAD) == 0 ? 0 : bytes;
    }
    return result;
}
