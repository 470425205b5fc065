/* SPDX-License-Identifier: MIT */
/* From a request to its answer: one that is kept, or one made now. */
#include "cached.h"
#include "request_limits.h"

#include <string.h>

/* --- Ids of requests ----------------------------------------------------- */

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
    const uint64_t bits[] = {next_id(&worker->ids[0]), next_id(&worker->ids[1])};
    *tf_hex(out, (const unsigned char *)bits, sizeof bits) = '\0';
}

static void set_request_id(struct request *request, struct worker *worker, struct tf_str given)
{
    if (given.data && tf_request_id_valid(given))
        memcpy(request->id, given.data, given.size);
    else
        make_request_id(worker, request->id);
}

/* --- What a request asks ------------------------------------------------- */

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
    /* Lists and facts say so when they are read. */
    reply->keep = !reads_database(route) && route->cache == CACHE_SHARED;
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
    unsigned method = request->method;
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

/* --- Answering ----------------------------------------------------------- */

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
    enum cache_outcome outcome = cached_wait(exchange->request, key, kept);
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
    watch_enter(exchange->request->watched, WATCH_SENDING, tf_clock_monotonic_ns()); /* only now */
    return tf_reply_send(exchange);
}

static enum MHD_Result send_kept(struct request *request, struct MHD_Connection *connection,
                                 const struct cache_key *key, struct answer *kept)
{
    metrics_add(&request->worker->metrics.cache_hits, 1);
    return cached_send(request, connection, key, kept);
}

enum MHD_Result tf_answer(struct request *request, struct MHD_Connection *connection)
{
    struct worker *worker = request->worker;
    struct cache_key key;
    struct answer *kept;
    /* Where no content had to be waited for, the request has only just begun. */
    watch_enter(request->watched, WATCH_SENDING,
                request->content ? tf_clock_monotonic_ns() : request->began_ns);
    set_request_id(request, worker, request->asked.value[ASKED_REQUEST_ID]);
    bool allowed = limits_rate_allows(request);
    enum cache_outcome outcome = allowed ? cached_take(request, &key, &kept) : CACHE_PASS;
    if (outcome == CACHE_HIT)
        return send_kept(request, connection, &key, kept);
    tf_arena_reset(worker->arena);
    struct exchange exchange = {.request = request, .connection = connection, .worker = worker};
    if (outcome == CACHE_WAIT)
        outcome = wait_for_other(&exchange, &key, &kept);
    if (outcome == CACHE_HIT)
        return send_kept(request, connection, &key, kept);
    exchange.key = outcome == CACHE_MAKE ? &key : NULL;
    return make_answer(&exchange, allowed);
}
