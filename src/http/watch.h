/* SPDX-License-Identifier: MIT */
/*
 * Every connection, and how long it has been at what it does. The library's own
 * time-out counts silence only: a client that sends or reads a byte now and then
 * would hold its connection for ever. A thread of this room looks once a second and
 * closes what takes too long, and a client that comes when there are (nearly) as many
 * connections as may be takes the place of the one that has least to lose.
 *
 * To close is to shut the socket down; the library's thread, which owns it, then
 * notices and ends the connection as if the client had gone. A socket is touched
 * under a lock that watch_remove takes, too, which the library calls before it gives
 * the number of the socket back.
 */
#ifndef TREATFACTS_HTTP_WATCH_H
#define TREATFACTS_HTTP_WATCH_H

#include <stdatomic.h>
#include <treatfacts/http.h>

enum watch_phase {
    WATCH_OPENED,  /* nothing was asked yet */
    WATCH_SENDING, /* an answer is on its way */
    WATCH_KEPT,    /* all is answered, more may be asked */
};

/* A connection; lies in the caller's memory from watch_add to watch_remove. */
struct watched {
    uint64_t client;        /* see client_key.h */
    _Atomic uint64_t since; /* ns << 2 | enum watch_phase; only the connection's thread writes */
    atomic_bool closed;     /* by the watch: what it still asks is not worth answering */
    int fd;
    size_t place; /* in the watch's table */
    /* Of the answer on its way, only for the watch's thread: */
    uint64_t window_of, window_from, window_bytes;
};

struct watch;

/* connections: as many as the library takes. NULL: no memory, or no thread. */
struct watch *watch_new(const struct tf_http_limits *limits, unsigned connections);
void watch_free(struct watch *watch); /* when no connection is left; NULL is fine */

/* false: no memory, and the connection is not watched. One that is more than its
 * client may have is closed at once, unless another of the client's makes room;
 * CLIENT_ANY may have any number. */
bool watch_add(struct watch *watch, struct watched *watched, int fd, uint64_t client);
void watch_remove(struct watch *watch, struct watched *watched);
/* now_ns: of the monotonic clock, which the caller has mostly read already. */
void watch_enter(struct watched *watched, enum watch_phase phase, uint64_t now_ns);

#endif
