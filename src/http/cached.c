/* SPDX-License-Identifier: MIT */
/*
 * Each worker keeps responses of libmicrohttpd ready for the answers that it gave
 * last. Only the request's id differs from one time to the next; the library
 * copies the headers when a response is queued, so that the id can be replaced.
 */
#include "cached.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- What is asked ------------------------------------------------------- */

static enum MHD_Result see_header(void *closure, enum MHD_ValueKind kind, const char *name,
                                  size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    struct asked *asked = closure;
    const struct {
        const char *name;
        size_t size;
        struct tf_str *value;
    } wanted[] = {
        {"Accept", 6, &asked->accept},
        {"Accept-Encoding", 15, &asked->accept_encoding},
        {"If-None-Match", 13, &asked->if_none_match},
        {"If-Modified-Since", 17, &asked->if_modified_since},
        {"X-Request-Id", 12, &asked->request_id},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (wanted[i].size != name_size || strncasecmp(wanted[i].name, name, name_size) != 0)
            continue;
        asked->repeated = asked->repeated || wanted[i].value->data;
        *wanted[i].value = (struct tf_str){value ? value : "", value_size};
    }
    return MHD_YES;
}

void asked_read(struct MHD_Connection *connection, struct asked *out)
{
    *out = (struct asked){.repeated = false};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, see_header, out);
}

/* --- Taking -------------------------------------------------------------- */

/* Of the data set as it is now, without asking SQLite where nothing has changed. */
static bool current_version(struct tf_http *http, struct worker *worker)
{
    struct tf_store *store;
    struct tf_store_mark mark;
    struct tf_dataset dataset;
    struct tf_error error;
    if (tf_worker_store(http, worker, &store, &error) != TF_OK)
        return false;
    if (tf_store_unchanged(store, &worker->mark))
        return true;
    tf_store_mark(store, &mark);
    if (tf_store_dataset(store, &dataset, &error) != TF_OK)
        return false;
    if (worker->version != dataset.version)
        cached_forget(worker);
    worker->mark = mark;
    worker->version = dataset.version;
    return true;
}

static bool is_plain_read(const struct request *request, const struct asked *asked)
{
    unsigned method = tf_method_find(request->method);
    return (method == METHOD_GET || method == METHOD_HEAD) && !request->content &&
           request->refusal == TF_PROBLEM_NONE && !asked->repeated &&
           request->received_size == request->target_size && !atomic_load(&request->http->stopping);
}

enum cache_outcome cached_take(struct request *request, struct worker *worker,
                               const struct asked *asked, struct cache_key *key,
                               struct answer **out)
{
    struct tf_http *http = request->http;
    enum tf_coding coding = tf_coding_choose(asked->accept_encoding, true);
    if (!is_plain_read(request, asked) || coding == TF_CODING__MAX ||
        !current_version(http, worker))
        return CACHE_PASS;
    *key = (struct cache_key){{request->target, request->target_size},
                              asked->accept,
                              coding,
                              tf_coding_choose(asked->accept_encoding, false)};
    return cache_take(http->cache, key, worker->version, (int64_t)time(NULL), out);
}

/* --- Sending ------------------------------------------------------------- */

enum { READY = 32, FULL = 0, UNCHANGED = 1 };

struct ready {
    struct answer *answer;
    struct {
        struct MHD_Response *response;
        char id[TF_REQUEST_ID_MAX + 1];
    } forms[2]; /* FULL, UNCHANGED */
};

size_t cached_ready_largest(size_t cache_bytes, unsigned threads)
{
    return cache_bytes / 2 / READY / (threads ? threads : 1);
}

static void clear_ready(struct ready *ready)
{
    for (int form = 0; form < 2; form++)
        if (ready->forms[form].response)
            MHD_destroy_response(ready->forms[form].response);
    answer_release(ready->answer);
    *ready = (struct ready){.answer = NULL};
}

void cached_forget(struct worker *worker)
{
    for (size_t i = 0; worker->ready && i < READY; i++)
        clear_ready(&worker->ready[i]);
    free(worker->ready);
    worker->ready = NULL;
}

static bool is_unchanged(const struct answer *answer, const struct asked *asked)
{
    int64_t since;
    if (asked->if_none_match.data)
        return answer->etag[0] && tf_etag_listed(asked->if_none_match, tf_str_of(answer->etag));
    return asked->if_modified_since.data && answer->last_modified_text[0] &&
           tf_date_parse(asked->if_modified_since, (int64_t)time(NULL), &since) &&
           answer->last_modified <= since;
}

static struct MHD_Response *make_response(struct request *request,
                                          struct MHD_Connection *connection,
                                          struct worker *worker, struct answer *answer, int form)
{
    struct exchange exchange = {.request = request,
                                .connection = connection,
                                .worker = worker,
                                .route = answer->route};
    exchange.reply = (struct reply){.status = form == FULL ? MHD_HTTP_OK : MHD_HTTP_NOT_MODIFIED,
                                    .type = form == FULL ? answer->type : NULL,
                                    .cache = answer->policy,
                                    .next = answer->next,
                                    .answer = form == FULL ? answer_hold(answer) : NULL};
    const struct tf_validators validators = {
        tf_str_of(answer->etag), answer->last_modified_text[0] ? answer->last_modified_text : NULL};
    return tf_reply_response(&exchange, &validators,
                             form == FULL ? answer->coding : TF_CODING_IDENTITY);
}

/* Where this worker keeps the answer's responses; one that was there makes room. */
static struct ready *ready_for(struct worker *worker, struct answer *answer)
{
    if (!worker->ready)
        worker->ready = calloc(READY, sizeof *worker->ready);
    if (!worker->ready)
        return NULL;
    struct ready *ready = &worker->ready[((uintptr_t)answer >> 6) % READY];
    if (ready->answer != answer) {
        clear_ready(ready);
        ready->answer = answer_hold(answer);
    }
    return ready;
}

/* Borrowed from the worker. */
static struct MHD_Response *ready_response(struct request *request,
                                           struct MHD_Connection *connection,
                                           struct worker *worker, struct answer *answer, int form)
{
    struct ready *ready = ready_for(worker, answer);
    if (!ready)
        return NULL;
    struct MHD_Response *response = ready->forms[form].response;
    if (!response) {
        response = make_response(request, connection, worker, answer, form);
        ready->forms[form].response = response;
    } else {
        MHD_del_response_header(response, "X-Request-Id", ready->forms[form].id);
        MHD_add_response_header(response, "X-Request-Id", request->id);
    }
    memcpy(ready->forms[form].id, request->id, sizeof request->id);
    return response;
}

/* Not what depends on more than the answer and the id, as CORS names the origin;
 * nor what is large, which takes longer to send than to make. */
static bool is_kept_ready(const struct tf_http *http, const struct answer *answer)
{
    return !http->origins && answer->body.size <= http->ready_largest;
}

enum MHD_Result cached_send(struct request *request, struct MHD_Connection *connection,
                            struct worker *worker, const struct asked *asked,
                            struct answer *answer)
{
    int form = is_unchanged(answer, asked) ? UNCHANGED : FULL;
    bool ready = is_kept_ready(request->http, answer);
    struct MHD_Response *response =
        ready ? ready_response(request, connection, worker, answer, form)
              : make_response(request, connection, worker, answer, form);
    unsigned status = form == FULL ? MHD_HTTP_OK : MHD_HTTP_NOT_MODIFIED;
    enum MHD_Result result =
        response ? MHD_queue_response(connection, status, response) : MHD_NO;
    if (!ready && response)
        MHD_destroy_response(response);
    if (result == MHD_YES) {
        bool head = strcmp(request->method, MHD_HTTP_METHOD_HEAD) == 0;
        request->route = answer->route;
        request->status = status;
        request->bytes = form == FULL && !head ? answer->body.size : 0;
    }
    answer_release(answer);
    return result;
}
