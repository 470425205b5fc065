/* SPDX-License-Identifier: MIT */
/* What a request may take of the daemon, beside what its connection may (watch.h). */
#ifndef TREATFACTS_HTTP_REQUEST_LIMITS_H
#define TREATFACTS_HTTP_REQUEST_LIMITS_H

#include "exchange.h"

/* Bytes that the library needs of a connection's memory, all of which it wipes after each
 * request. */
size_t limits_memory(const struct tf_http_limits *limits);

/* The head of a request, as the library holds it. */
struct head_size {
    size_t bytes, target; /* of all of it, and of these of the target */
    size_t fields;
    size_t cookies, cookie_bytes; /* in the fields; the library makes a copy */
};
/* Is it as small as is set, and is there room for it and for the head of a reply? */
bool limits_allow_head(const struct tf_http *http, const struct head_size *size);

/* One request of its client's rate. Watchers of the service itself are not counted,
 * nor anybody where no rate is set. */
bool limits_rate_allows(struct request *request);
/* RateLimit and RateLimit-Policy, where the request was counted. */
void limits_add_headers(struct MHD_Response *response, const struct request *request);

/* An answer that has to be read from the database holds up its thread, and with it
 * all connections of that thread; so some are kept free of such work, see gate.h.
 * false: the request is to be refused. */
bool limits_begin_reading(struct exchange *exchange);
void limits_end_reading(struct exchange *exchange);

#endif
