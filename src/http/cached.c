/* SPDX-License-Identifier: MIT */
/*
 * Each worker keeps responses of libmicrohttpd ready for the answers that it gave
 * last, and finds them by what was asked, without the lock of the cache. Only the
 * request's id differs from one time to the next; the library copies the headers when
 * a response is queued, so that the id can be replaced.
 */
#include "cached.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- Keeping ready ------------------------------------------------------- */

enum {
    READY = 32,
    READY_WORDS = 256, /* longer keys are asked of the cache */
    REFRESHED_EACH = 64,
};
enum { FULL, UNCHANGED };

struct ready {
    struct answer *answer; /* NULL: nothing is here */
    struct cache_key key;  /* what it is the answer to */
    char words[READY_WORDS];
    struct form {
        struct MHD_Response *response;
        char *id; /* of the request before, in the library's own copy; NULL: none */
    } forms[2];
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

/* Where this worker keeps what it gives for the key; another key's may be there. */
static struct ready *ready_at(const struct worker *worker, const struct cache_key *key)
{
    return worker->ready ? &worker->ready[key->hash % READY] : NULL;
}

/* What the worker gave for this key before, without a look into the cache, for which all
 * workers would queue. Now and then it is asked all the same, so that it learns of use. */
static struct answer *take_ready(struct worker *worker, const struct cache_key *key, int64_t now)
{
    const struct ready *ready = ready_at(worker, key);
    if (!ready || !ready->answer || !cache_key_equal(&ready->key, key) ||
        !answer_is_good(ready->answer, worker->version, now) ||
        ++worker->ready_taken % REFRESHED_EACH == 0)
        return NULL;
    return answer_hold(ready->answer);
}

void cached_forget(struct worker *worker)
{
    for (size_t i = 0; worker->ready && i < READY; i++)
        clear_ready(&worker->ready[i]);
    free(worker->ready);
    worker->ready = NULL;
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
    /* The index of a log is found by name: a commit may be one to another file. */
    if (worker->mark.set) {
        tf_worker_look(http, worker);
        if (tf_worker_store(http, worker, &store, &error) != TF_OK)
            return false;
    }
    tf_store_mark(store, &mark);
    if (tf_store_dataset(store, &dataset, &error) != TF_OK)
        return false;
    if (worker->version != dataset.version)
        cached_forget(worker);
    worker->mark = mark;
    worker->version = dataset.version;
    return true;
}

/* One of the headers that decide stands twice: not for the quick way. */
static bool is_repeated(const struct asked *asked)
{
    for (int i = ASKED_ACCEPT; i <= ASKED_REQUEST_ID; i++)
        if (asked->count[i] > 1)
            return true;
    return false;
}

static bool is_plain_read(const struct request *request)
{
    return request->method & (METHOD_GET | METHOD_HEAD) && !request->content &&
           request->listener->at & AT_PUBLIC && request->refusal == TF_PROBLEM_NONE &&
           !is_repeated(&request->asked) && request->received_size == request->target_size &&
           !atomic_load(&request->http->stopping);
}

enum cache_outcome cached_take(struct request *request, struct cache_key *key, struct answer **out)
{
    struct tf_http *http = request->http;
    struct worker *worker = request->worker;
    const struct tf_str *value = request->asked.value;
    *key = (struct cache_key){.target = {request->target, request->target_size},
                              .accept = value[ASKED_ACCEPT]};
    tf_coding_choose_both(value[ASKED_ACCEPT_ENCODING], &key->coding, &key->plain_coding);
    if (!is_plain_read(request) || key->coding == TF_CODING__MAX || !current_version(http, worker))
        return CACHE_PASS;
    int64_t now = (int64_t)time(NULL);
    key->generation = worker->generation;
    cache_hash(http->cache, key);
    *out = take_ready(worker, key, now);
    return *out ? CACHE_HIT : cache_take(http->cache, key, worker->version, now, out);
}

enum cache_outcome cached_wait(struct request *request, const struct cache_key *key,
                               struct answer **out)
{
    return cache_wait(request->http->cache, key, request->worker->version, (int64_t)time(NULL),
                      out);
}

/* --- Sending ------------------------------------------------------------- */

static bool is_unchanged(const struct answer *answer, const struct asked *asked)
{
    struct tf_str tags = asked->value[ASKED_IF_NONE_MATCH];
    struct tf_str date = asked->value[ASKED_IF_MODIFIED_SINCE];
    int64_t since;
    if (tags.data)
        return answer->etag[0] && tf_etag_listed(tags, tf_str_of(answer->etag));
    return date.data && answer->last_modified_text[0] &&
           tf_date_parse(date, (int64_t)time(NULL), &since) && answer->last_modified <= since;
}

static struct MHD_Response *make_response(struct request *request,
                                          struct MHD_Connection *connection, struct answer *answer,
                                          int form)
{
    struct exchange exchange = {.request = request,
                                .connection = connection,
                                .worker = request->worker,
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

/* The answer's place; one that was there makes room. NULL: no memory. */
static struct ready *ready_for(struct worker *worker, const struct cache_key *key,
                               struct answer *answer)
{
    if (!worker->ready)
        worker->ready = calloc(READY, sizeof *worker->ready);
    struct ready *ready = ready_at(worker, key);
    if (!ready || ready->answer == answer)
        return ready;
    clear_ready(ready);
    ready->answer = answer_hold(answer);
    if (cache_key_words(key) <= sizeof ready->words)
        ready->key = cache_key_copy(key, ready->words);
    return ready;
}

static const char id_name[] = "X-Request-Id";

static void note_id(struct form *form)
{
    form->id = (char *)MHD_get_response_header(form->response, id_name);
}

/* An id made here is as long as the one before it, and is written over that: taking a
 * header out and adding it anew costs as much as all else that is done for such an
 * answer. */
static void replace_id(struct form *form, const char *id)
{
    size_t size = strlen(id);
    if (form->id && strlen(form->id) == size) {
        memcpy(form->id, id, size);
        return;
    }
    if (form->id)
        MHD_del_response_header(form->response, id_name, form->id);
    MHD_add_response_header(form->response, id_name, id);
    note_id(form);
}

/* Borrowed from the worker. */
static struct MHD_Response *ready_response(struct request *request,
                                           struct MHD_Connection *connection,
                                           const struct cache_key *key, struct answer *answer,
                                           int form)
{
    struct ready *ready = ready_for(request->worker, key, answer);
    if (!ready)
        return NULL;
    struct form *kept = &ready->forms[form];
    if (kept->response) {
        replace_id(kept, request->id);
        return kept->response;
    }
    kept->response = make_response(request, connection, answer, form);
    if (kept->response)
        note_id(kept);
    return kept->response;
}

/* Not what depends on more than the answer and the id, as CORS names the origin and
 * RateLimit what the client has left; nor what is large, which takes longer to send
 * than to make. */
static bool is_kept_ready(const struct tf_http *http, const struct answer *answer)
{
    return !http->origins && !http->rates && answer->body.size <= http->ready_largest;
}

enum MHD_Result cached_send(struct request *request, struct MHD_Connection *connection,
                            const struct cache_key *key, struct answer *answer)
{
    int form = is_unchanged(answer, &request->asked) ? UNCHANGED : FULL;
    bool ready = is_kept_ready(request->http, answer);
    struct MHD_Response *response = ready ? ready_response(request, connection, key, answer, form)
                                          : make_response(request, connection, answer, form);
    unsigned status = form == FULL ? MHD_HTTP_OK : MHD_HTTP_NOT_MODIFIED;
    enum MHD_Result result = response ? MHD_queue_response(connection, status, response) : MHD_NO;
    if (!ready && response)
        MHD_destroy_response(response);
    if (result == MHD_YES) {
        request->route = answer->route;
        request->status = status;
        request->bytes = form == FULL && request->method != METHOD_HEAD ? answer->body.size : 0;
    }
    answer_release(answer);
    return result;
}
