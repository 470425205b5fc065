/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include <stdlib.h>
#include <string.h>

enum {
    STREAMS_MAX = 16,  /* at once; each holds a connection to the database */
    BLOCK = 32 * 1024, /* what the library asks for at a time */
};

struct stream {
    struct tf_http *http;
    struct request *request; /* for the log: what was sent */
    struct tf_store *store;
    bool snapshot;
    struct tf_whole *whole;
    struct tf_encoder encoder;
    struct tf_buf plain, coded;
    size_t sent; /* of coded */
    uint64_t ends_ns;
    bool more, finished;
};

/* --- Pages --------------------------------------------------------------- */

static enum tf_status read_page(struct stream *stream, struct tf_error *error)
{
    tf_store_limit_time(stream->store, stream->http->limits.query_ms);
    enum tf_status status =
        tf_resource_whole_next(stream->whole, &stream->plain, &stream->more, error);
    if (status == TF_OK && stream->plain.failed)
        return tf_error_set(error, TF_NO_MEMORY, "a page of a stream could not be written");
    return status;
}

static void empty(struct tf_buf *buf)
{
    buf->size = 0;
}

/* What is loaded meanwhile cannot be put where it belongs while a snapshot is held:
 * the log of the database grows by it. */
static enum tf_status check_age(const struct stream *stream, struct tf_error *error)
{
    if (tf_clock_monotonic_ns() < stream->ends_ns)
        return TF_OK;
    return tf_error_set(error, TF_TIMEOUT, "the client took longer than %u seconds for the list",
                        stream->http->limits.stream_seconds);
}

/* Fills `coded` with something, unless all was sent. */
static enum tf_status advance(struct stream *stream, struct tf_error *error)
{
    empty(&stream->coded);
    stream->sent = 0;
    while (!stream->coded.size && !stream->finished) {
        enum tf_status status = check_age(stream, error);
        if (status != TF_OK)
            return status;
        tf_encoder_feed(&stream->encoder, tf_buf_str(&stream->plain), &stream->coded);
        empty(&stream->plain);
        if (stream->more) {
            status = read_page(stream, error);
        } else {
            tf_encoder_finish(&stream->encoder, &stream->coded);
            stream->finished = true;
        }
        if (status != TF_OK)
            return status;
    }
    return stream->coded.failed ? tf_error_set(error, TF_NO_MEMORY, "out of memory") : TF_OK;
}

/* The status went out long ago: the client learns of a failure by a chunked
 * body that does not end, the operator by the log. */
static ssize_t give_up(const struct stream *stream, const struct tf_error *error)
{
    struct worker *worker = tf_worker_here(stream->http);
    if (worker)
        metrics_add(&worker->metrics.errors[error->status], 1);
    const struct tf_log_field fields[] = {
        TF_LOG_STR("request_id", tf_str_of(stream->request->id)),
        TF_LOG_STR("reason", tf_str_of(tf_status_word(error->status))),
        TF_LOG_STR("detail", tf_str_of(error->message)),
    };
    tf_log(TF_LOG_ERROR, "failure", fields, sizeof fields / sizeof *fields);
    return MHD_CONTENT_READER_END_WITH_ERROR;
}

static ssize_t read_block(void *closure, uint64_t position, char *out, size_t most)
{
    (void)position;
    struct stream *stream = closure;
    struct tf_error error;
    if (stream->sent == stream->coded.size && advance(stream, &error) != TF_OK)
        return give_up(stream, &error);
    size_t left = stream->coded.size - stream->sent;
    if (!left)
        return MHD_CONTENT_READER_END_OF_STREAM;
    size_t size = left < most ? left : most;
    memcpy(out, stream->coded.data + stream->sent, size);
    stream->sent += size;
    stream->request->bytes += size;
    return (ssize_t)size;
}

/* --- Life ---------------------------------------------------------------- */

static enum tf_status open_snapshot(struct stream *stream, struct worker *worker,
                                    struct tf_error *error)
{
    enum tf_status status = tf_worker_open(stream->http, worker, &stream->store, error);
    if (status == TF_OK)
        status = tf_store_snapshot_begin(stream->store, error);
    stream->snapshot = status == TF_OK;
    return status;
}

static struct stream *allocate(struct tf_http *http)
{
    struct stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->http = http;
    atomic_fetch_add(&http->streams, 1);
    tf_buf_init(&stream->plain);
    tf_buf_init(&stream->coded);
    return stream;
}

enum tf_status tf_stream_new(struct exchange *exchange, const struct tf_query *query,
                             enum tf_format format, struct stream **out)
{
    struct tf_error *error = &exchange->error;
    struct tf_http *http = exchange->request->http;
    if (atomic_load(&http->streams) >= STREAMS_MAX)
        return tf_error_set(error, TF_BUSY, "%d whole lists are being sent already", STREAMS_MAX);
    struct stream *stream = allocate(http);
    if (!stream)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    stream->request = exchange->request;
    stream->ends_ns =
        tf_clock_monotonic_ns() + stream->http->limits.stream_seconds * (uint64_t)1000000000;
    enum tf_status status = open_snapshot(stream, exchange->worker, error);
    if (status == TF_OK)
        status = tf_resource_whole_new(stream->store, query, format, &stream->whole, error);
    if (status == TF_OK)
        status = read_page(stream, error);
    if (status != TF_OK) {
        tf_stream_free(stream);
        return status;
    }
    *out = stream;
    return TF_OK;
}

void tf_stream_free(struct stream *stream)
{
    if (!stream)
        return;
    tf_resource_whole_free(stream->whole);
    if (stream->snapshot)
        tf_store_snapshot_end(stream->store);
    tf_store_close(stream->store);
    tf_encoder_clear(&stream->encoder);
    tf_buf_clear(&stream->plain);
    tf_buf_clear(&stream->coded);
    atomic_fetch_sub(&stream->http->streams, 1);
    free(stream);
}

const struct tf_dataset *tf_stream_dataset(const struct stream *stream)
{
    return tf_resource_whole_dataset(stream->whole);
}

static void free_stream(void *closure)
{
    tf_stream_free(closure);
}

/* To HEAD the library sends the last chunk of a chunked body (seen with 0.9.75),
 * which the client would take for the next answer: so none is announced, and the
 * connection closed. */
struct MHD_Response *tf_stream_response(struct stream *stream, enum tf_coding coding)
{
    bool head = stream->request->method == METHOD_HEAD;
    tf_encoder_init(&stream->encoder, coding);
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_block, stream, free_stream);
    if (!response)
        tf_stream_free(stream);
    else if (head)
        (void)MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return response;
}
