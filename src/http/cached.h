/* SPDX-License-Identifier: MIT */
/* From the cache to the client. */
#ifndef TREATFACTS_HTTP_CACHED_H
#define TREATFACTS_HTTP_CACHED_H

#include "cache.h"

/* The headers that decide which answer a request gets, and its id, read in one
 * pass. Borrowed from the connection. */
struct asked {
    struct tf_str accept, accept_encoding, if_none_match, if_modified_since, request_id;
    bool repeated; /* one of them stands twice: not for the quick way */
};
void asked_read(struct MHD_Connection *connection, struct asked *out);

/* Whether there is an answer already; fills *key, which borrows from request and
 * asked. */
enum cache_outcome cached_take(struct request *request, struct worker *worker,
                               const struct asked *asked, struct cache_key *key,
                               struct answer **out);
/* Queues it, or 304 where the client has it already; releases it. */
enum MHD_Result cached_send(struct request *request, struct MHD_Connection *connection,
                            struct worker *worker, const struct asked *asked,
                            struct answer *answer);
void cached_forget(struct worker *worker); /* the responses that it keeps ready */
/* Bytes of the largest answer whose responses a worker keeps ready: all that all
 * workers hold so is at most half of what the cache may take. */
size_t cached_ready_largest(size_t cache_bytes, unsigned threads);

#endif
