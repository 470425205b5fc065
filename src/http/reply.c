/* SPDX-License-Identifier: MIT */
/* Conditional requests, content coding and the headers every reply has. */
#include "cached.h"
#include "request_limits.h"
#include "origins.h"
#include "stream.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static struct tf_str reply_content(const struct reply *reply)
{
    return reply->constant.data ? reply->constant : tf_buf_str(&reply->body);
}

/* The coding that the reply gets, sent or not: HEAD and 304 tell of the same.
 * A client that takes none is answered with a problem, and reads it so. */
static enum tf_coding choose_coding(struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    size_t size = reply->stream ? SIZE_MAX : reply_content(reply).size;
    if (!size)
        return TF_CODING_IDENTITY;
    struct tf_str accept = tf_exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    enum tf_coding coding = tf_coding_choose(accept, tf_coding_worthwhile(reply->type, size));
    return coding == TF_CODING__MAX ? TF_CODING_IDENTITY : coding;
}

/* Strong: a fingerprint of the very bytes that are coded, and the coding. */
static struct tf_str make_etag(struct exchange *exchange, enum tf_coding coding)
{
    const struct reply *reply = &exchange->reply;
    struct tf_arena *arena = exchange->worker->arena;
    struct tf_str tag = reply->etag;
    if (reply->cache == CACHE_NONE || reply->status != MHD_HTTP_OK || reply->stream)
        return TF_STR_NULL; /* what is sent while it is read has no fingerprint yet */
    if (!tag.data) {
        struct tf_str content = reply_content(reply);
        char fingerprint[TF_FINGERPRINT_TEXT];
        tf_fingerprint(content.data, content.size, fingerprint);
        tag = tf_arena_printf(arena, "\"%s\"", fingerprint);
    }
    if (coding == TF_CODING_IDENTITY)
        return tag;
    return tf_arena_printf(arena, "%.*s-%s\"", (int)tag.size - 1, tag.data,
                           tf_coding_names[coding]);
}

/* Seconds in which something may have changed twice. What is dated later is
 * not told as Last-Modified: the same date could come to mean other content. */
enum { UNSETTLED = 2 };

static bool is_settled(const struct reply *reply)
{
    return reply->last_modified && reply->status == MHD_HTTP_OK &&
           (int64_t)time(NULL) - reply->last_modified >= UNSETTLED;
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    /* Fails only without memory, or for a value with line breaks, which none
     * of ours has; a reply without the header is still right. */
    (void)MHD_add_response_header(response, name, value);
}

static void add_cache_control(struct MHD_Response *response, const struct tf_http *http,
                              enum cache_policy policy)
{
    char value[100];
    switch (policy) {
    case CACHE_NONE:
        add_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
        break;
    case CACHE_SHARED:
        snprintf(value, sizeof value, "public, max-age=%u, stale-while-revalidate=%u",
                 http->max_age, http->stale_age);
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

/* For a page that a script or a browser makes of an answer: nothing of it
 * runs, nothing frames it, it tells nobody where it came from; but anyone may
 * embed it, for what is served is public. */
static void add_security(struct MHD_Response *response)
{
    add_header(response, "X-Content-Type-Options", "nosniff");
    add_header(response, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    add_header(response, "Referrer-Policy", "no-referrer");
    add_header(response, "Cross-Origin-Resource-Policy", "cross-origin");
}

/* RFC 6797: nothing of the kind over plain HTTP. */
static void add_transport(struct MHD_Response *response, const struct listener *listener)
{
    if (listener->tls)
        add_header(response, "Strict-Transport-Security", "max-age=31536000");
}

static void add_preflight(struct MHD_Response *response)
{
    char methods[64];
    tf_method_list(METHODS_READ, methods);
    add_header(response, "Access-Control-Allow-Methods", methods);
    add_header(response, "Access-Control-Allow-Headers",
               "Accept, If-Modified-Since, If-None-Match, X-Request-Id");
    add_header(response, "Access-Control-Max-Age", "86400");
}

/* CORS. With a list the answer differs by origin, also where there is none. */
static void add_origin(struct MHD_Response *response, struct exchange *exchange)
{
    struct tf_str list = tf_str_of(exchange->request->http->origins);
    struct tf_str origin = tf_exchange_header(exchange, MHD_HTTP_HEADER_ORIGIN);
    bool any = tf_origins_any(list);
    if (!any && !(origin.data && tf_origins_contain(list, origin)))
        return;
    add_header(response, "Access-Control-Allow-Origin", any ? "*" : origin.data);
    add_header(response, "Access-Control-Expose-Headers",
               "ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After, "
               "X-Request-Id");
    if (exchange->reply.preflight)
        add_preflight(response);
}

static void add_vary(struct MHD_Response *response, const struct tf_http *http)
{
    bool by_origin = http->origins && !tf_origins_any(tf_str_of(http->origins));
    add_header(response, MHD_HTTP_HEADER_VARY,
               by_origin ? "Accept, Accept-Encoding, Origin" : "Accept, Accept-Encoding");
}

static void add_validators(struct MHD_Response *response, const struct tf_validators *validators)
{
    if (validators->etag.size)
        add_header(response, MHD_HTTP_HEADER_ETAG, validators->etag.data);
    if (validators->last_modified)
        add_header(response, MHD_HTTP_HEADER_LAST_MODIFIED, validators->last_modified);
}

static void add_retry_after(struct MHD_Response *response, unsigned seconds)
{
    char value[16];
    if (!seconds)
        return;
    snprintf(value, sizeof value, "%u", seconds);
    add_header(response, MHD_HTTP_HEADER_RETRY_AFTER, value);
}

static void add_headers(struct MHD_Response *response, struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    const struct tf_http *http = exchange->request->http;
    add_header(response, "X-Request-Id", exchange->request->id);
    add_security(response);
    add_transport(response, exchange->request->listener);
    add_origin(response, exchange);
    add_vary(response, http);
    add_cache_control(response, http, reply->cache);
    add_links(response, exchange);
    if (reply->type)
        add_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, reply->type);
    add_retry_after(response, reply->retry_after);
    limits_add_headers(response, exchange->request);
    if (reply->allow) {
        char methods[64];
        tf_method_list(reply->allow, methods);
        add_header(response, MHD_HTTP_HEADER_ALLOW, methods);
    }
    if (atomic_load(&http->stopping))
        add_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

static void release_answer(void *answer)
{
    answer_release(answer);
}

/* Hands the body over to the response without copying it. */
static struct MHD_Response *make_response(struct reply *reply, enum tf_coding coding)
{
    if (reply->stream) {
        struct stream *stream = reply->stream;
        reply->stream = NULL; /* the response's from here on */
        return tf_stream_response(stream, coding);
    }
    if (reply->answer) {
        struct answer *answer = reply->answer;
        reply->answer = NULL; /* the response's from here on */
        struct MHD_Response *response = MHD_create_response_from_buffer_with_free_callback_cls(
            answer->body.size, (void *)answer->body.data, release_answer, answer);
        if (!response)
            answer_release(answer);
        return response;
    }
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

/* RFC 9110, 13.2.2: the date counts only where no tag is named. */
static bool is_not_modified(struct exchange *exchange, const struct tf_validators *validators)
{
    struct tf_str tags = tf_exchange_header(exchange, MHD_HTTP_HEADER_IF_NONE_MATCH);
    if (tags.data)
        return validators->etag.data && tf_etag_listed(tags, validators->etag);
    struct tf_str since = tf_exchange_header(exchange, MHD_HTTP_HEADER_IF_MODIFIED_SINCE);
    int64_t seconds;
    return validators->last_modified && since.data &&
           tf_date_parse(since, (int64_t)time(NULL), &seconds) &&
           exchange->reply.last_modified <= seconds;
}

static void set_body(struct reply *reply, struct tf_buf *body)
{
    tf_buf_clear(&reply->body);
    reply->constant = TF_STR_NULL;
    reply->body = *body;
}

static void encode_body(struct reply *reply, enum tf_coding coding)
{
    struct tf_buf coded;
    tf_buf_init(&coded);
    tf_encode(coding, reply_content(reply), &coded);
    coded.failed = coded.failed || reply->body.failed;
    set_body(reply, &coded);
}

static void drop_body(struct reply *reply)
{
    struct tf_buf empty;
    tf_buf_init(&empty);
    tf_stream_free(reply->stream);
    reply->stream = NULL;
    reply->status = MHD_HTTP_NOT_MODIFIED;
    reply->type = NULL;
    set_body(reply, &empty);
}

struct MHD_Response *tf_reply_response(struct exchange *exchange,
                                       const struct tf_validators *validators,
                                       enum tf_coding coding)
{
    struct reply *reply = &exchange->reply;
    struct MHD_Response *response = reply->body.failed ? NULL : make_response(reply, coding);
    if (!response)
        return NULL;
    add_headers(response, exchange);
    add_validators(response, validators);
    if (coding != TF_CODING_IDENTITY)
        add_header(response, MHD_HTTP_HEADER_CONTENT_ENCODING, tf_coding_names[coding]);
    return response;
}

/* --- Keeping ------------------------------------------------------------- */

static bool can_be_kept(const struct exchange *exchange)
{
    const struct reply *reply = &exchange->reply;
    return exchange->key && reply->keep && reply->status == MHD_HTTP_OK && !reply->stream &&
           !reply->body.failed &&
           reply_content(reply).size <= cache_largest(exchange->request->http->cache);
}

/* Coded already. An answer without its Last-Modified is good until it can be
 * told. */
static struct answer *make_answer(struct exchange *exchange, enum tf_coding coding,
                                  const struct tf_validators *validators)
{
    const struct reply *reply = &exchange->reply;
    struct answer *answer =
        answer_new(exchange->request->http->cache, reply_content(reply), reply->next);
    if (!answer)
        return NULL;
    answer->route = exchange->route;
    answer->type = reply->type;
    answer->policy = reply->cache;
    answer->coding = coding;
    answer->version = reply->version;
    answer->last_modified = reply->last_modified;
    if (validators->last_modified)
        memcpy(answer->last_modified_text, validators->last_modified, TF_DATE_TEXT);
    else if (reply->last_modified)
        answer->good_until = reply->last_modified + UNSETTLED;
    TF_ASSERT(validators->etag.size < sizeof answer->etag);
    if (validators->etag.data)
        memcpy(answer->etag, validators->etag.data, validators->etag.size);
    return answer;
}

static enum MHD_Result keep_and_send(struct exchange *exchange, enum tf_coding coding,
                                     const struct tf_validators *validators)
{
    struct request *request = exchange->request;
    metrics_add(&exchange->worker->metrics.cache_misses, 1);
    if (coding != TF_CODING_IDENTITY)
        encode_body(&exchange->reply, coding);
    struct answer *answer =
        exchange->reply.body.failed ? NULL : make_answer(exchange, coding, validators);
    cache_end(request->http->cache, exchange->key, answer);
    tf_worker_give_room(exchange->worker, &exchange->reply.body);
    if (!answer)
        return MHD_NO;
    return cached_send(request, exchange->connection, exchange->key, answer);
}

/* --- Sending ------------------------------------------------------------- */

static enum MHD_Result send_once(struct exchange *exchange, enum tf_coding coding,
                                 const struct tf_validators *validators)
{
    struct reply *reply = &exchange->reply;
    struct request *request = exchange->request;
    if (reply->status == MHD_HTTP_OK && is_not_modified(exchange, validators)) {
        drop_body(reply);
        coding = TF_CODING_IDENTITY;
    } else if (coding != TF_CODING_IDENTITY && !reply->stream) {
        encode_body(reply, coding);
    }
    size_t bytes = reply_content(reply).size;
    struct MHD_Response *response = tf_reply_response(exchange, validators, coding);
    enum MHD_Result result = MHD_NO;
    if (response) {
        result = MHD_queue_response(exchange->connection, reply->status, response);
        MHD_destroy_response(response);
    }
    tf_buf_clear(&reply->body);
    if (result == MHD_YES) {
        request->status = reply->status;
        request->bytes = request->method == METHOD_HEAD ? 0 : bytes;
    }
    return result;
}

enum MHD_Result tf_reply_send(struct exchange *exchange)
{
    struct reply *reply = &exchange->reply;
    char last_modified[TF_DATE_TEXT];
    enum tf_coding coding = choose_coding(exchange);
    struct tf_validators validators = {.etag = make_etag(exchange, coding)};
    if (is_settled(reply)) {
        tf_date_format(reply->last_modified, last_modified);
        validators.last_modified = last_modified;
    }
    if (can_be_kept(exchange))
        return keep_and_send(exchange, coding, &validators);
    if (exchange->key)
        cache_end(exchange->request->http->cache, exchange->key, NULL);
    return send_once(exchange, coding, &validators);
}
