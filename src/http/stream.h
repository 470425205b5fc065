/* SPDX-License-Identifier: MIT */
/* A whole list that is sent while it is read, in memory that does not grow. */
#ifndef TREATFACTS_HTTP_STREAM_H
#define TREATFACTS_HTTP_STREAM_H

#include "coding.h"
#include "exchange.h"

/* Opens a store of its own with a snapshot and reads the first page, so that a
 * failure can still be told. The query is copied. TF_BUSY where as many streams
 * run as may. */
enum tf_status tf_stream_new(struct exchange *exchange, const struct tf_query *query,
                             enum tf_format format, struct stream **out);
void tf_stream_free(struct stream *stream); /* NULL is fine */

/* The version of what it will send. */
const struct tf_dataset *tf_stream_dataset(const struct stream *stream);

/* A response that owns the stream from here on; NULL: no memory, and the stream
 * is freed. */
struct MHD_Response *tf_stream_response(struct stream *stream, enum tf_coding coding);

#endif
