/* SPDX-License-Identifier: MIT */
/*
 * A request's way through libmicrohttpd's callbacks: tf_on_connection when a
 * client connects and when it goes; in between, for each request, tf_on_target with the
 * first line, tf_on_request once with the headers, once for each piece of
 * content and once at its end, tf_on_completed when the reply is sent or the
 * client gone.
 */
#include "cached.h"
#include "client.h"
#include "clients.h"
#include "request_limits.h"

#include <stdlib.h>
#include <string.h>

/* Content that comes nevertheless is read to this much, so that the client
 * gets to read why; more closes the connection. */
enum { DRAIN_MAX = 64 * 1024 };

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
 * the first line, so a connection remembers its request and ends what is left.
 */
struct slot {
    struct request *request;
    struct watched watched;
};

static struct slot *slot_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static void end_request(struct request *request)
{
    if (!request)
        return;
    atomic_fetch_sub(&request->http->in_flight, 1);
    free(request);
}

void *tf_on_target(void *listener, const char *target, struct MHD_Connection *connection)
{
    struct tf_http *http = ((struct listener *)listener)->http;
    size_t size = target ? strlen(target) : 0; /* absent: a line without a space */
    size_t most = ((const struct tf_http *)http)->limits.url_bytes;
    size_t kept = size > most ? most : size;
    struct slot *slot = slot_of(connection);
    bool wanted = slot && !atomic_load(&slot->watched.closed);
    struct request *request = wanted ? calloc(1, sizeof *request + kept + 1) : NULL;
    if (!request)
        return NULL;
    request->http = http;
    request->listener = listener;
    request->began_ns = tf_clock_monotonic_ns();
    request->client_key = slot->watched.client;
    request->received_size = size;
    request->target_size = kept;
    if (target) {
        memcpy(request->target, target, kept);
        join_parameters(target);
    }
    atomic_fetch_add(&http->in_flight, 1);
    end_request(slot->request);
    slot->request = request;
    return request;
}

/* Begins at random and goes on in steps of SplitMix64: ids need not be secret,
 * only not occur twice, and a system call for each costs more than its answer. */
static uint64_t next_id(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static void make_request_id(struct worker *worker, char out[TF_REQUEST_ID_MAX + 1])
{
    static const char digits[] = "0123456789abcdef";
    for (int half = 0; half < 2; half++) {
        uint64_t bits = next_id(&worker->ids[half]);
        for (int i = 0; i < 16; i++, bits >>= 4)
            out[16 * half + i] = digits[bits & 15];
    }
    out[32] = '\0';
}

static void set_request_id(struct request *request, struct worker *worker, struct tf_str given)
{
    if (given.data && tf_request_id_valid(given))
        memcpy(request->id, given.data, given.size);
    else
        make_request_id(worker, request->id);
}

uint64_t tf_client_of(const struct request *request)
{
    return request->client_known ? client_number(&request->client) : request->client_key;
}

struct joining {
    const char *name;
    struct tf_buf *values;
    bool found;
};

static enum MHD_Result join_value(void *closure, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    (void)kind;
    struct joining *joining = closure;
    if (strcasecmp(name, joining->name) != 0)
        return MHD_YES;
    if (joining->found)
        tf_buf_add_text(joining->values, ", ");
    joining->found = true;
    tf_buf_add_text(joining->values, value ? value : "");
    return MHD_YES;
}

struct tf_str tf_join_header(struct MHD_Connection *connection, const char *name,
                             struct tf_buf *room)
{
    struct joining joining = {.name = name, .values = room};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, join_value, &joining);
    return joining.found && !room->failed ? tf_buf_str(room) : TF_STR_NULL;
}

struct tf_str tf_exchange_header(struct exchange *exchange, const char *name)
{
    struct tf_buf room;
    tf_buf_init(&room);
    struct tf_str joined =
        tf_arena_str(exchange->worker->arena, tf_join_header(exchange->connection, name, &room));
    tf_buf_clear(&room);
    return joined;
}

void tf_exchange_violation(struct exchange *exchange, struct tf_str parameter, const char *detail)
{
    struct tf_violation *violation = TF_PUSH(exchange->worker->arena, &exchange->violations);
    if (violation)
        *violation = (struct tf_violation){parameter, tf_str_of(detail)};
    tf_error_set(&exchange->error, TF_PARAMETER, "see errors for each parameter");
}

static enum tf_problem_code refuse(struct exchange *exchange, enum tf_problem_code code,
                                   const char *detail)
{
    tf_error_set(&exchange->error, TF_INPUT, "%s", detail);
    return code;
}

static enum tf_problem_code refuse_large(struct exchange *exchange)
{
    tf_error_set(&exchange->error, TF_TOO_LARGE, "the answer would be longer than %zu bytes",
                 exchange->reply.body.limit);
    return TF_PROBLEM_ANSWER;
}

static bool reads_database(const struct route *route)
{
    return route->list != TF_LIST__MAX || route->kind != TF_KIND__MAX;
}

static enum tf_problem_code run_handler(struct exchange *exchange)
{
    const struct route *route = exchange->route;
    struct reply *reply = &exchange->reply;
    reply->status = MHD_HTTP_OK;
    reply->cache = route->cache;
    reply->keep = route->list == TF_LIST__MAX && route->kind == TF_KIND__MAX &&
                  route->cache == CACHE_SHARED; /* lists and facts say so when they are read */
    reply->version = ANSWER_ALWAYS;
    reply->body.limit = exchange->request->http->limits.answer_bytes;
    enum tf_status status = route->handle(exchange);
    if (exchange->worker->store)
        tf_store_limit_time(exchange->worker->store, 0);
    if (status == TF_OK && (reply->body.full || reply->body.size > reply->body.limit))
        return refuse_large(exchange);
    if (status == TF_OK && (reply->body.failed || tf_arena_failed(exchange->worker->arena)))
        status = tf_error_set(&exchange->error, TF_INTERNAL, "the answer could not be written");
    enum tf_problem_code code =
        exchange->refusal != TF_PROBLEM_NONE ? exchange->refusal : tf_problem_of(status);
    if (code == TF_PROBLEM_INTERNAL || code == TF_PROBLEM_UNAVAILABLE) {
        metrics_add(&exchange->worker->metrics.errors[exchange->error.status], 1);
        tf_worker_close_store(exchange->worker);
    }
    return code;
}

static enum tf_problem_code answer_options(struct exchange *exchange)
{
    exchange->reply.status = MHD_HTTP_NO_CONTENT;
    exchange->reply.allow = exchange->route ? exchange->route->methods : METHODS_READ;
    return TF_PROBLEM_NONE;
}

/* Before a browser lets a script of another origin send anything unusual, it
 * asks (Fetch standard, 3.2.2). It is told the same at every path, because a
 * refusal here would hide the problem that the request itself would get. */
static bool is_preflight(struct exchange *exchange)
{
    return exchange->request->http->origins &&
           tf_exchange_header(exchange, MHD_HTTP_HEADER_ORIGIN).data &&
           tf_exchange_header(exchange, MHD_HTTP_HEADER_ACCESS_CONTROL_REQUEST_METHOD).data;
}

static enum tf_problem_code read_target(struct exchange *exchange)
{
    struct request *request = exchange->request;
    /* The parser does not look at what is longer than is kept. */
    struct tf_str raw = {request->target, request->received_size};
    struct tf_arena *arena = exchange->worker->arena;
    struct tf_target *target = &exchange->target;
    size_t most = request->http->limits.url_bytes;
    enum tf_status status = tf_target_parse(raw, most, arena, target, &exchange->error);
    if (status != TF_INPUT || !target->wrong.data)
        return tf_problem_of(status);
    struct tf_str detail = tf_arena_str(arena, tf_str_of(exchange->error.message));
    tf_exchange_violation(exchange, target->wrong, detail.data);
    return TF_PROBLEM_BAD_PARAMETER;
}

static enum tf_problem_code process(struct exchange *exchange)
{
    struct request *request = exchange->request;
    enum tf_problem_code code = read_target(exchange);
    if (code != TF_PROBLEM_NONE)
        return code;
    if (request->refusal != TF_PROBLEM_NONE)
        return refuse(exchange, request->refusal, request->refusal_detail);
    unsigned method = tf_method_find(request->method);
    if (exchange->target.asterisk && method != METHOD_OPTIONS)
        return refuse(exchange, TF_PROBLEM_BAD_REQUEST, "only OPTIONS can be asked of *");
    exchange->reply.preflight = method == METHOD_OPTIONS && is_preflight(exchange);
    if (exchange->target.asterisk || (exchange->reply.preflight && !request->content))
        return answer_options(exchange);
    exchange->route = request->route =
        tf_route_find(&exchange->target, request->listener->at, &exchange->id);
    if (!exchange->route)
        return refuse(exchange, TF_PROBLEM_NOT_FOUND,
                      request->listener->at & AT_PUBLIC ? "no such path; / lists the entry points"
                                                        : "no such path at this address");
    if (!(exchange->route->methods & method)) {
        exchange->reply.allow = exchange->route->methods;
        return refuse(exchange, TF_PROBLEM_METHOD, "the header Allow names the methods");
    }
    if (request->content)
        return refuse(exchange, TF_PROBLEM_BODY, "this method takes no content");
    if (method == METHOD_OPTIONS)
        return answer_options(exchange);
    code = tf_negotiate(exchange);
    if (code != TF_PROBLEM_NONE)
        return code;
    if (reads_database(exchange->route) && !limits_begin_reading(exchange))
        return refuse(exchange, TF_PROBLEM_OVERLOADED, "as many answers are made as may be");
    code = run_handler(exchange);
    limits_end_reading(exchange);
    return code;
}

static void log_failure(const struct exchange *exchange)
{
    const struct tf_log_field fields[] = {
        TF_LOG_STR("request_id", tf_str_of(exchange->request->id)),
        TF_LOG_STR("reason", tf_str_of(tf_status_word(exchange->error.status))),
        TF_LOG_STR("detail", tf_str_of(exchange->error.message)),
    };
    tf_log(TF_LOG_ERROR, "failure", fields, sizeof fields / sizeof *fields);
}

/* Another thread is making this very answer: to wait for it is as much as to make it. */
static enum cache_outcome wait_for_other(struct exchange *exchange, const struct cache_key *key,
                                         struct answer **kept)
{
    if (!limits_begin_reading(exchange))
        return CACHE_PASS;
    enum cache_outcome outcome = cached_wait(exchange->request, exchange->worker, key, kept);
    limits_end_reading(exchange);
    return outcome;
}

static bool is_for_log(enum tf_problem_code code)
{
    return code == TF_PROBLEM_INTERNAL || code == TF_PROBLEM_UNAVAILABLE ||
           code == TF_PROBLEM_TIMEOUT;
}

static enum MHD_Result make_answer(struct exchange *exchange, bool allowed)
{
    enum tf_problem_code code =
        allowed ? process(exchange)
                : refuse(exchange, TF_PROBLEM_RATE, "the header Retry-After says when to go on");
    if (is_for_log(code))
        log_failure(exchange);
    if (code != TF_PROBLEM_NONE)
        tf_reply_problem(exchange, code);
    watch_enter(&slot_of(exchange->connection)->watched, WATCH_SENDING); /* only now */
    return tf_reply_send(exchange);
}

static enum MHD_Result answer_with(struct worker *worker, struct request *request,
                                   struct MHD_Connection *connection)
{
    struct cache_key key;
    struct answer *kept;
    watch_enter(&slot_of(connection)->watched, WATCH_SENDING);
    set_request_id(request, worker, request->asked.value[ASKED_REQUEST_ID]);
    bool allowed = limits_rate_allows(request);
    enum cache_outcome outcome = allowed ? cached_take(request, worker, &key, &kept) : CACHE_PASS;
    if (outcome == CACHE_HIT) {
        metrics_add(&worker->metrics.cache_hits, 1);
        return cached_send(request, connection, worker, kept);
    }
    tf_arena_reset(worker->arena);
    struct exchange exchange = {.request = request, .connection = connection, .worker = worker};
    if (outcome == CACHE_WAIT)
        outcome = wait_for_other(&exchange, &key, &kept);
    if (outcome == CACHE_HIT)
        return cached_send(request, connection, worker, kept);
    exchange.key = outcome == CACHE_MAKE ? &key : NULL;
    return make_answer(&exchange, allowed);
}

static enum MHD_Result answer(struct request *request, struct MHD_Connection *connection)
{
    struct tf_http *http = request->http;
    struct worker *worker = tf_worker_here(http);
    if (!worker)
        return MHD_NO;
    tf_worker_begin(http, worker, request->began_ns);
    enum MHD_Result result = answer_with(worker, request, connection);
    tf_worker_end(http, worker);
    return result;
}

/* Content of unknown length, or of more than is worth reading. With both
 * headers it is in doubt where the message ends (RFC 9112, 6.3): the same.
 * Content that the client holds back until it is asked for need not come. */
static bool too_much_content(const struct asked *asked)
{
    const char *length = asked->value[ASKED_CONTENT_LENGTH].data;
    bool held_back = asked->value[ASKED_EXPECT].data != NULL;
    return asked->value[ASKED_TRANSFER_ENCODING].data ||
           (length && strtoull(length, NULL, 10) > (held_back ? 0 : DRAIN_MAX));
}

/* Cut where it is longer: no method of ours is. */
static void set_method(struct request *request, const char *method)
{
    size_t size = strnlen(method, sizeof request->method - 1);
    memcpy(request->method, method, size); /* what follows is zero already */
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
    request->refusal = tf_head_check(connection, head, &request->http->limits, &request->asked,
                                     &request->refusal_detail);
    if (too_much_content(&request->asked))
        request->content = DRAIN_MAX + 1;
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
    return request->content > DRAIN_MAX ? MHD_NO : MHD_YES;
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
        TF_LOG_STR("method", tf_str_of(request->method)),
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
    struct worker *worker = tf_worker_here(request->http);
    size_t route = request->route ? 1 + tf_route_place(request->route) : 0;
    if (worker)
        metrics_count(&worker->metrics, route, tf_method_find(request->method), request->status,
                      ns);
}

void tf_on_completed(void *listener, struct MHD_Connection *connection, void **state,
                     enum MHD_RequestTerminationCode why)
{
    (void)listener, (void)why;
    struct request *request = *state;
    if (!request)
        return;
    if (request->status) {
        uint64_t ns = tf_clock_monotonic_ns() - request->began_ns;
        count_request(request, ns);
        if (tf_log_shows(TF_LOG_INFO))
            log_request(request, tf_request_client(request, connection), ns);
    }
    struct slot *slot = slot_of(connection);
    slot->request = NULL;
    watch_enter(&slot->watched, WATCH_KEPT);
    end_request(request);
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
    uint64_t client = client_of_address(info ? info->client_addr : NULL);
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
    end_request(slot->request);
    free(slot);
    *context = NULL;
}
