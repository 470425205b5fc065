/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include "client_key.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum {
    LOOKED_AT = 256,  /* connections that are compared for the one to close ... */
    MEASURED_AT = 64, /* ... and answers on their way, each of which is a system call */
};
static const uint64_t second = 1000000000;

struct watch {
    struct tf_http_limits limits;
    unsigned full; /* with so many, one must go for the next */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool stopping;
    struct watched **all;
    uint64_t *clients;   /* of the same places, apart because they are counted often */
    size_t n, open, cap; /* open: without those that were shut down already */
};

/* Of a connection that was shut down and is not yet removed: counts for no client. */
static const uint64_t nobody = UINT64_MAX;

/* --- Phases -------------------------------------------------------------- */

void watch_enter(struct watched *watched, enum watch_phase phase, uint64_t now_ns)
{
    atomic_store_explicit(&watched->since, now_ns << 2 | phase, memory_order_relaxed);
}

static enum watch_phase phase_of(uint64_t since)
{
    return (enum watch_phase)(since & 3);
}

static uint64_t age_of(uint64_t since, uint64_t now)
{
    uint64_t at = since >> 2;
    return now > at ? now - at : 0;
}

/* --- Sockets ------------------------------------------------------------- */

/* What the client's system has taken of all that was sent to it. Grows when the
 * client reads, because what a socket holds unread is bounded. */
static bool bytes_taken(int fd, uint64_t *out)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked)
        return false;
    *out = info.tcpi_bytes_acked;
    return true;
}

/* It sends no more, and all that it sent was read. Should the end of its sending come
 * together with bytes, the library, which is told once, reads these and not the end. */
static bool client_is_done(int fd)
{
    char next;
    return recv(fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* What a slow reader has not taken is thrown away with its connection: else the
 * system would go on offering it for minutes. */
static void shut(struct watch *watch, struct watched *watched, bool discard)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    if (discard)
        (void)setsockopt(watched->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    atomic_store(&watched->closed, true);
    (void)shutdown(watched->fd, SHUT_RDWR);
    watch->clients[watched->place] = nobody;
    watch->open--;
}

/* --- Making room --------------------------------------------------------- */

/* What can be closed, the best last: an answer on its way only if it is slow, then
 * what is kept for later, then what has not asked for anything. */
struct choice {
    struct watched *watched;
    enum { CHOICE_NONE, CHOICE_SENDING, CHOICE_KEPT, CHOICE_OPENED } rank;
    uint64_t age;
    double rate; /* bytes a second that it reads at */
    unsigned looked, measured;
};

static bool is_better(const struct choice *choice, const struct choice *than)
{
    if (choice->rank != than->rank)
        return choice->rank > than->rank;
    return choice->rank == CHOICE_SENDING ? choice->rate < than->rate : choice->age > than->age;
}

/* In its first second an answer is not yet slow. */
static bool measure(struct watched *watched, struct choice *candidate, struct choice *best)
{
    uint64_t bytes;
    if (best->rank > CHOICE_SENDING || candidate->age < second || best->measured++ >= MEASURED_AT ||
        !bytes_taken(watched->fd, &bytes))
        return false;
    bool known = watched->window_of == atomic_load(&watched->since);
    uint64_t taken = known ? bytes - watched->window_bytes : bytes;
    candidate->rate = (double)taken / (double)candidate->age;
    return true;
}

static void consider(struct watched *watched, uint64_t now, struct choice *best)
{
    static const int ranks[] = {[WATCH_OPENED] = CHOICE_OPENED,
                                [WATCH_SENDING] = CHOICE_SENDING,
                                [WATCH_KEPT] = CHOICE_KEPT};
    uint64_t since = atomic_load_explicit(&watched->since, memory_order_relaxed);
    struct choice candidate = {.watched = watched, .age = age_of(since, now)};
    candidate.rank = ranks[phase_of(since)];
    best->looked++;
    if (candidate.rank == CHOICE_SENDING && !measure(watched, &candidate, best))
        return;
    if (!is_better(&candidate, best))
        return;
    candidate.looked = best->looked;
    candidate.measured = best->measured;
    *best = candidate;
}

/* Of one client, or of all: nobody. Where there are very many, a part of them is
 * looked at, from a place that nobody can foresee. */
static bool make_room(struct watch *watch, uint64_t client, const struct watched *newest)
{
    struct choice best = {.rank = CHOICE_NONE};
    uint64_t now = tf_clock_monotonic_ns();
    size_t start = watch->n ? now / 1024 % watch->n : 0;
    for (size_t i = 0; i < watch->n && best.looked < LOOKED_AT; i++) {
        size_t place = (start + i) % watch->n;
        uint64_t found = watch->clients[place];
        if (found != nobody && (client == nobody || found == client) && watch->all[place] != newest)
            consider(watch->all[place], now, &best);
    }
    if (best.watched)
        shut(watch, best.watched, best.rank == CHOICE_SENDING);
    return best.watched != NULL;
}

static size_t count(const struct watch *watch, uint64_t client)
{
    size_t found = 0;
    for (size_t i = 0; i < watch->n; i++)
        found += watch->clients[i] == client;
    return found;
}

/* --- Looking ------------------------------------------------------------- */

/* An answer goes on as long as its client takes, in every span of send_seconds, what
 * send_rate makes of that. */
static bool reads_too_slowly(const struct watch *watch, struct watched *watched, uint64_t since,
                             uint64_t now)
{
    uint64_t bytes, span = watch->limits.send_seconds * second;
    if (age_of(since, now) < second || !bytes_taken(watched->fd, &bytes))
        return false;
    if (watched->window_of != since) {
        watched->window_of = since;
        watched->window_from = since >> 2;
        watched->window_bytes = bytes;
    }
    if (now - watched->window_from < span)
        return false;
    uint64_t least = (uint64_t)watch->limits.send_rate * watch->limits.send_seconds;
    if (bytes - watched->window_bytes < least)
        return true;
    watched->window_from = now;
    watched->window_bytes = bytes;
    return false;
}

static bool waits_too_long(const struct watched *watched, uint64_t age, unsigned seconds)
{
    return age >= seconds * second || (age >= second && client_is_done(watched->fd));
}

static void look_at(struct watch *watch, struct watched *watched, uint64_t now)
{
    uint64_t since = atomic_load_explicit(&watched->since, memory_order_relaxed);
    switch (phase_of(since)) {
    case WATCH_OPENED:
        if (waits_too_long(watched, age_of(since, now), watch->limits.head_seconds))
            shut(watch, watched, false);
        return;
    case WATCH_KEPT:
        if (waits_too_long(watched, age_of(since, now), watch->limits.idle_seconds))
            shut(watch, watched, false);
        return;
    case WATCH_SENDING:
        if (reads_too_slowly(watch, watched, since, now))
            shut(watch, watched, true);
        return;
    }
}

/* Sleeps for good while there is no connection. */
static void wait_a_second(struct watch *watch)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec++;
    while (!watch->stopping && !watch->n)
        pthread_cond_wait(&watch->changed, &watch->lock);
    while (!watch->stopping && pthread_cond_clockwait(&watch->changed, &watch->lock,
                                                      CLOCK_MONOTONIC, &end) != ETIMEDOUT)
        continue;
}

static void *run(void *closure)
{
    struct watch *watch = closure;
    pthread_mutex_lock(&watch->lock);
    while (!watch->stopping) {
        uint64_t now = tf_clock_monotonic_ns();
        for (size_t i = 0; i < watch->n; i++)
            if (watch->clients[i] != nobody)
                look_at(watch, watch->all[i], now);
        wait_a_second(watch);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

/* --- Life ---------------------------------------------------------------- */

/* Some room is left for those who come while one that was shut down goes. */
static unsigned full_at(unsigned connections)
{
    unsigned most = connections - connections / 8 - 1;
    return most ? most : 1;
}

static void free_memory(struct watch *watch)
{
    free(watch->all);
    free(watch->clients);
    free(watch);
}

struct watch *watch_new(const struct tf_http_limits *limits, unsigned connections)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    watch->limits = *limits;
    watch->full = full_at(connections);
    pthread_mutex_init(&watch->lock, NULL);
    pthread_cond_init(&watch->changed, NULL);
    if (pthread_create(&watch->thread, NULL, run, watch) == 0)
        return watch;
    free_memory(watch);
    return NULL;
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    pthread_mutex_lock(&watch->lock);
    watch->stopping = true;
    pthread_cond_signal(&watch->changed);
    pthread_mutex_unlock(&watch->lock);
    pthread_join(watch->thread, NULL);
    TF_ASSERT(watch->n == 0);
    pthread_cond_destroy(&watch->changed);
    pthread_mutex_destroy(&watch->lock);
    free_memory(watch);
}

static bool has_place(struct watch *watch)
{
    if (watch->n < watch->cap)
        return true;
    size_t cap = watch->cap ? 2 * watch->cap : 64;
    struct watched **all = realloc(watch->all, cap * sizeof *all);
    if (all)
        watch->all = all;
    uint64_t *clients = realloc(watch->clients, cap * sizeof *clients);
    if (clients)
        watch->clients = clients;
    if (!all || !clients)
        return false;
    watch->cap = cap;
    return true;
}

static void admit(struct watch *watch, struct watched *watched)
{
    unsigned most = watch->limits.connections_per_client;
    if (most && watched->client != CLIENT_ANY && count(watch, watched->client) > most &&
        !make_room(watch, watched->client, watched))
        shut(watch, watched, false);
    if (watch->open > watch->full)
        (void)make_room(watch, nobody, watched);
}

bool watch_add(struct watch *watch, struct watched *watched, int fd, uint64_t client)
{
    *watched = (struct watched){.client = client, .fd = fd};
    watch_enter(watched, WATCH_OPENED, tf_clock_monotonic_ns());
    pthread_mutex_lock(&watch->lock);
    bool placed = has_place(watch);
    if (placed) {
        watched->place = watch->n++;
        watch->open++;
        watch->all[watched->place] = watched;
        watch->clients[watched->place] = client;
        admit(watch, watched);
        if (watch->n == 1)
            pthread_cond_signal(&watch->changed);
    }
    pthread_mutex_unlock(&watch->lock);
    return placed;
}

void watch_remove(struct watch *watch, struct watched *watched)
{
    pthread_mutex_lock(&watch->lock);
    size_t place = watched->place, last = --watch->n;
    watch->open -= watch->clients[place] != nobody;
    watch->all[place] = watch->all[last];
    watch->clients[place] = watch->clients[last];
    watch->all[place]->place = place;
    pthread_mutex_unlock(&watch->lock);
}
