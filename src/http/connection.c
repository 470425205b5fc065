/* SPDX-License-Identifier: MIT */
/*
 * A request's way through libmicrohttpd's callbacks: tf_on_connection when a
 * client connects and when it goes; in between, for each request, tf_on_target with the
 * first line, tf_on_request once with the headers, once for each piece of
 * content and once at its end, tf_on_completed when the reply is sent or the
 * client gone.
 */
#include "client.h"
#include "client_key.h"

#include <stdlib.h>
#include <string.h>

/*
 * Once this callback is done, the library makes an entry of connection memory
 * for each parameter of the query. Of those we use none, and where they outgrow
 * that memory its own refusal is never sent (seen with 0.9.75): the client
 * would wait for the time-out. So the separators are taken out of the library's
 * buffer, which it writes to itself in the next step.
 */
static void join_parameters(const char *target)
{
    char *c = strchr(target, '?');
    while (c) {
        c = strchr(c, '&');
        if (c)
            *c = '.';
    }
}

/*
 * The library does not report the end of a request that it refuses itself after
 * the first line, so a connection remembers its request and ends what is left. The
 * memory of one request, where it is not large, is good for the next.
 */
struct slot {
    struct request *request, *spare;
    struct watched watched;
};
enum { SPARE_TARGET = 256 };

static struct slot *slot_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static struct request *new_request(struct slot *slot, size_t target_size)
{
    bool usual = target_size < SPARE_TARGET;
    struct request *request = usual ? slot->spare : NULL;
    if (!request)
        return calloc(1, sizeof *request + (usual ? SPARE_TARGET : target_size + 1));
    slot->spare = NULL;
    memset(request, 0, sizeof *request + target_size + 1);
    return request;
}

static void end_request(struct slot *slot)
{
    struct request *request = slot->request;
    if (!request)
        return;
    metrics_add(&request->worker->metrics.completed, 1);
    slot->request = NULL;
    if (request->target_size < SPARE_TARGET && !slot->spare)
        slot->spare = request;
    else
        free(request);
}

void *tf_on_target(void *listener, const char *target, struct MHD_Connection *connection)
{
    struct tf_http *http = ((struct listener *)listener)->http;
    size_t size = target ? strlen(target) : 0; /* absent: a line without a space */
    size_t most = http->limits.url_bytes;
    size_t kept = size > most ? most : size;
    struct slot *slot = slot_of(connection);
    struct worker *worker = tf_worker_here(http);
    if (!slot || !worker || atomic_load(&slot->watched.closed))
        return NULL;
    end_request(slot);
    struct request *request = new_request(slot, kept);
    if (!request)
        return NULL;
    request->http = http;
    request->listener = listener;
    request->began_ns = tf_clock_monotonic_ns();
    request->worker = worker;
    request->watched = &slot->watched;
    request->received_size = size;
    request->target_size = kept;
    if (target) {
        memcpy(request->target, target, kept);
        join_parameters(target);
    }
    metrics_add(&worker->metrics.begun, 1);
    slot->request = request;
    return request;
}

static enum MHD_Result answer(struct request *request, struct MHD_Connection *connection)
{
    struct tf_http *http = request->http;
    struct worker *worker = request->worker;
    tf_worker_begin(http, worker, request->began_ns);
    enum MHD_Result result = tf_answer(request, connection);
    tf_worker_end(http, worker);
    return result;
}

/* Content of unknown length, or of more than is worth reading. With both
 * headers it is in doubt where the message ends (RFC 9112, 6.3): the same.
 * Content that the client holds back until it is asked for need not come. */
static bool too_much_content(const struct asked *asked, size_t most)
{
    const char *length = asked->value[ASKED_CONTENT_LENGTH].data;
    bool held_back = asked->value[ASKED_EXPECT].data != NULL;
    return asked->value[ASKED_TRANSFER_ENCODING].data ||
           (length && strtoull(length, NULL, 10) > (held_back ? 0 : most));
}

/* Cut where it is longer: no method of ours is. */
static void set_method(struct request *request, const char *method)
{
    size_t size = strnlen(method, sizeof request->method_name - 1);
    memcpy(request->method_name, method, size); /* what follows is zero already */
    request->method = tf_method_find(method);
}

/* First call: only the headers are known. A reply queued here makes the
 * library close the connection, which is wanted only where the content will
 * not be read, or where it is in doubt what comes next. */
static enum MHD_Result begin(struct request *request, struct MHD_Connection *connection,
                             const struct tf_head *head)
{
    request->begun = true;
    set_method(request, head->method);
    if (request->http->proxies.n)
        (void)tf_request_client(request, connection); /* now, because it reads headers */
    request->refusal =
        tf_head_check(connection, head, request->http, &request->asked, &request->refusal_detail);
    size_t most = request->http->limits.body_bytes;
    if (too_much_content(&request->asked, most))
        request->content = most + 1;
    return request->content || request->refusal != TF_PROBLEM_NONE ? answer(request, connection)
                                                                   : MHD_YES;
}

enum MHD_Result tf_on_request(void *listener, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **state)
{
    (void)listener, (void)upload;
    struct request *request = *state;
    if (!request)
        return MHD_NO;
    if (!request->begun) {
        const struct tf_head head = {method, url, version, request->received_size};
        return begin(request, connection, &head);
    }
    if (!*upload_size)
        return answer(request, connection);
    request->content += *upload_size;
    *upload_size = 0;
    return request->content > request->http->limits.body_bytes ? MHD_NO : MHD_YES;
}

static void log_request(const struct request *request, const struct tf_address *client, uint64_t ns)
{
    char address[TF_ADDRESS_TEXT];
    if (client)
        tf_address_format(*client, address);
    double ms = (double)ns / 1e6;
    const char *route = request->route ? request->route->pattern : NULL;
    const struct tf_log_field fields[] = {
        TF_LOG_STR("request_id", tf_str_of(request->id)),
        TF_LOG_STR("method", tf_str_of(request->method_name)),
        TF_LOG_STR("route", tf_str_of(route)),
        TF_LOG_NUM("status", request->status),
        TF_LOG_NUM("bytes", request->bytes),
        TF_LOG_NUM("ms", (double)(long long)(ms * 1000) / 1000),
        TF_LOG_STR("client", tf_str_of(client ? address : NULL)),
    };
    tf_log(TF_LOG_INFO, "request", fields, sizeof fields / sizeof *fields);
}

static void count_request(const struct request *request, uint64_t ns)
{
    size_t route = request->route ? 1 + tf_route_place(request->route) : 0;
    metrics_count(&request->worker->metrics, route, request->method, request->status, ns);
}

void tf_on_completed(void *listener, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode why)
{
    (void)listener, (void)why;
    struct request *request = *state;
    if (!request)
        return;
    uint64_t now_ns = tf_clock_monotonic_ns();
    if (request->status) {
        uint64_t ns = now_ns - request->began_ns;
        count_request(request, ns);
        if (tf_log_shows(TF_LOG_INFO))
            log_request(request, tf_request_client(request, connection), ns);
    }
    struct slot *slot = slot_of(connection);
    TF_ASSERT(slot); /* else there would be no request */
    watch_enter(&slot->watched, WATCH_KEPT, now_ns);
    end_request(slot);
    *state = NULL;
}

/* The operators' address has few connections of its own, which its clients are not
 * to lose to the public ones. */
static bool is_watched(const struct listener *listener)
{
    return (listener->at & AT_PUBLIC) != 0;
}

/* NULL: no request will begin on it. */
static struct slot *open_slot(const struct listener *listener, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    uint64_t client = client_key_of(info ? info->client_addr : NULL);
    if (tf_is_proxy(listener->http, info ? info->client_addr : NULL))
        client = CLIENT_ANY; /* of many clients, who are counted by their requests */
    info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct slot *slot = info ? calloc(1, sizeof *slot) : NULL;
    if (slot)
        slot->watched.client = client;
    if (!slot || !is_watched(listener) ||
        watch_add(listener->http->watch, &slot->watched, info->connect_fd, client))
        return slot;
    free(slot);
    return NULL;
}

void tf_on_connection(void *closure, struct MHD_Connection *connection, void **context,
                      enum MHD_ConnectionNotificationCode what)
{
    const struct listener *listener = closure;
    struct tf_http *http = listener->http;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        atomic_fetch_add(&http->connections, 1);
        *context = open_slot(listener, connection);
        return;
    }
    struct slot *slot = *context;
    atomic_fetch_sub(&http->connections, 1);
    if (!slot)
        return;
    if (is_watched(listener))
        watch_remove(http->watch, &slot->watched);
    end_request(slot);
    free(slot->spare);
    free(slot);
    *context = NULL;
}
