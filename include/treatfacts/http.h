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

/* What clients may take. */
struct tf_http_limits {
    unsigned connections_per_client;  /* 0: as many as there are */
    unsigned head_seconds;            /* for the first request of a connection */
    unsigned idle_seconds;            /* for the next one, after an answer; and of silence */
    unsigned send_seconds, send_rate; /* in each such span so many bytes a second are read */
    unsigned stream_seconds;          /* for all of a list that is sent while it is read */
    unsigned url_bytes;               /* at most TF_HTTP_URL_MAX */
    unsigned head_bytes, head_fields;
    unsigned body_bytes;   /* read and thrown away, so that a client gets to read why */
    unsigned cold_queries; /* answers read from the database at a time, above 0 */
    unsigned query_ms;     /* for reading one, or one page of a stream; 0: any time */
    size_t answer_bytes;   /* of what is put together in memory */
    unsigned rate, burst;  /* requests a second of a client, and at once; rate 0: any */
};
enum { TF_HTTP_URL_MAX = 16 * 1024 };

struct tf_http_options {
    const char *database;
    const char *address;       /* numeric IPv4 or IPv6 */
    uint16_t port;             /* 0: any free one, see tf_http_port */
    const char *admin_address; /* for metrics and health, without the facts; NULL: none */
    uint16_t admin_port;
    const char *certificate, *key; /* of TLS, files in PEM; NULL: plain HTTP */
    unsigned threads;
    unsigned connections;
    struct tf_http_limits limits;
    unsigned max_age, stale_age;     /* of Cache-Control: max-age, stale-while-revalidate */
    size_t cache_bytes;              /* of finished answers; 0: none is kept */
    const char *origins;             /* whose scripts may read: list or "*"; NULL: nobody's */
    const char *extractor, *lexicon; /* versions that this program reads texts with */
    const char *proxies;             /* whose word for whom they ask counts; NULL: nobody's */
    /* Called once everything is opened, bound and read, and no thread runs yet: the
     * time to give up what is not needed any more. NULL: nothing is. */
    enum tf_status (*confine)(const void *context, struct tf_error *error);
    const void *confine_context;
};
/* The first of a list of origins that is none ("scheme://host[:port]", as
 * browsers send it: lower case, no path, no default port); absent: all are. */
struct tf_str tf_http_origin_refused(const char *list);
/* The first of a list of networks ("10.0.0.0/8, 2001:db8::1") that is none, or has
 * bits behind its length; absent: all are. */
struct tf_str tf_http_network_refused(const char *list);

/* TF_IO when the address is in use, naming it; TF_INPUT and so on for certificate and
 * key; TF_FOREIGN and so on for the database. Returns once the port listens. */
enum tf_status tf_http_start(const struct tf_http_options *options, struct tf_http **out,
                             struct tf_error *error);
uint16_t tf_http_port(const struct tf_http *http);
uint16_t tf_http_admin_port(const struct tf_http *http); /* 0: there is none */
/* Stopping, in this order. Drain: from here on /readyz says 503, all else is answered
 * as ever. Close: new connections are refused, answers ask the client to close its
 * own. Busy: requests are in flight. Stop: cuts what is left, and frees. */
void tf_http_drain(struct tf_http *http);
void tf_http_close(struct tf_http *http);
bool tf_http_busy(struct tf_http *http);
void tf_http_stop(struct tf_http *http);

const char *tf_http_library_version(void); /* of libmicrohttpd, for `version` */

#endif
