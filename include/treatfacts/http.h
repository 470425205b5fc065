/* SPDX-License-Identifier: MIT */
/*
 * http: the only room that knows libmicrohttpd. Route table, parameters,
 * conditional requests, problem details, one line of log a request, metrics.
 *
 * Every daemon thread has its own store connection and arena. A reply is
 * queued only after the access handler's first call of a request, because
 * libmicrohttpd closes the connection after a reply that is queued in it.
 */
#ifndef TREATFACTS_HTTP_H
#define TREATFACTS_HTTP_H

#include <treatfacts/base.h>

struct tf_http;

struct tf_http_options {
    const char *database;
    const char *address;       /* numeric IPv4 or IPv6 */
    uint16_t port;             /* 0: any free one, see tf_http_port */
    const char *admin_address; /* for metrics and health, without the facts; NULL: none */
    uint16_t admin_port;
    unsigned threads;
    unsigned connections;
    unsigned idle_seconds;
    unsigned max_age, stale_age;     /* of Cache-Control: max-age, stale-while-revalidate */
    size_t cache_bytes;              /* of finished answers; 0: none is kept */
    const char *origins;             /* whose scripts may read: list or "*"; NULL: nobody's */
    const char *extractor, *lexicon; /* versions that this program reads texts with */
};
/* The first of a list of origins that is none ("scheme://host[:port]", as
 * browsers send it: lower case, no path, no default port); absent: all are. */
struct tf_str tf_http_origin_refused(const char *list);

/* TF_IO when the address is in use, naming it; TF_FOREIGN and so on for the
 * database. Returns once the port listens. */
enum tf_status tf_http_start(const struct tf_http_options *options, struct tf_http **out,
                             struct tf_error *error);
uint16_t tf_http_port(const struct tf_http *http);
uint16_t tf_http_admin_port(const struct tf_http *http); /* 0: there is none */
/* Stopping, in this order. Drain: from here on /readyz says 503, all else is answered
 * as ever. Close: new connections are refused, answers ask the client to close its
 * own. Busy: requests are in flight. Stop: cuts what is left, and frees. */
void tf_http_drain(struct tf_http *http);
void tf_http_close(struct tf_http *http);
bool tf_http_busy(const struct tf_http *http);
void tf_http_stop(struct tf_http *http);

const char *tf_http_library_version(void); /* of libmicrohttpd, for `version` */

#endif
