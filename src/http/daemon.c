/* SPDX-License-Identifier: MIT */
/* Starting and stopping: socket, thread pool, draining. */
#include "cached.h"
#include "request_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The socket is ours and not the library's, because only so the reason of a
 * failure is known. */
static enum tf_status listen_on(const char *address, uint16_t number, int *out,
                                struct tf_error *error)
{
    char port[8];
    snprintf(port, sizeof port, "%u", number);
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int failure = getaddrinfo(address, port, &hints, &found);
    if (failure)
        return tf_error_set(error, TF_USAGE, "%s: not a numeric IP address (%s)", address,
                            gai_strerror(failure));
    int yes = 1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
              bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0;
    int reason = errno;
    freeaddrinfo(found);
    if (ok) {
        *out = fd;
        return TF_OK;
    }
    if (fd >= 0)
        close(fd);
    return tf_error_set(error, TF_IO, "%s port %s: %s", address, port, strerror(reason));
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): getsockname has filled it */
    in_port_t port = address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                   : ((struct sockaddr_in *)&address)->sin_port;
    return ntohs(port);
}

/* What the library has to say is about its clients: of use in debugging only. */
__attribute__((format(printf, 2, 0))) static void log_library(void *closure, const char *format,
                                                              va_list arguments)
{
    (void)closure;
    char message[256];
    vsnprintf(message, sizeof message, format, arguments);
    const struct tf_log_field field = TF_LOG_STR("message", tf_str_trim(tf_str_of(message)));
    tf_log(TF_LOG_DEBUG, "libmicrohttpd", &field, 1);
}

/* A connection is a file. So is what the database needs, for each thread and each list
 * that is sent while it is read, and what is open anyway. */
static unsigned connections_that_fit(const struct tf_http_options *options)
{
    struct rlimit limit;
    rlim_t others = 128 + 8 * (rlim_t)options->threads;
    rlim_t wanted = options->connections + others;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return options->connections;
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return options->connections;
    return limit.rlim_cur > others ? (unsigned)(limit.rlim_cur - others) : 1;
}

/* Each thread of a pool takes its share, which must not be none. */
static unsigned connections_of(const struct tf_http_options *options)
{
    unsigned least = options->threads > 1 ? options->threads + 1 : 1;
    unsigned most = connections_that_fit(options);
    return most > least ? most : least;
}

/* At the limit the library would try to accept without a pause. */
static void log_fewer(unsigned connections)
{
    struct rlimit limit = {0};
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    const struct tf_log_field fields[] = {
        TF_LOG_NUM("limit", (int64_t)limit.rlim_cur),
        TF_LOG_NUM("connections", connections),
    };
    tf_log(TF_LOG_WARN, "fewer connections", fields, sizeof fields / sizeof *fields);
}

/* Few ask there, and a client that holds its connections open is not one of many. */
enum { ADMIN_CONNECTIONS = 32 };

static struct MHD_Daemon *start_daemon(struct listener *listener,
                                       const struct tf_http_options *options)
{
    bool admin = listener->at == AT_ADMIN;
    unsigned threads = options->threads > 1 && !admin ? options->threads : 0; /* 0: no pool */
    unsigned connections = admin ? ADMIN_CONNECTIONS : listener->http->most_connections;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)log_library, NULL},
        {MHD_OPTION_LISTEN_SOCKET, listener->fd, NULL},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)tf_on_connection, listener},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)tf_on_target, listener},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)tf_on_completed, listener},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)connections, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)options->limits.idle_seconds, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)listener->http->connection_memory, NULL},
        /* 0: a missing Host or a space in the target is left to us, who refuse it
         * with problem details; at 1 the library sends HTML or just closes. */
        {MHD_OPTION_STRICT_FOR_CLIENT, 0, NULL},
        {threads ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, (intptr_t)threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem secure[] = {
        {listener->tls ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, 0, tls_retrieve},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)TLS_PRIORITIES},
        {MHD_OPTION_END, 0, NULL},
    };
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG |
                     (listener->tls ? MHD_USE_TLS : 0u);
    return MHD_start_daemon(flags, 0, NULL, NULL, tf_on_request, listener, MHD_OPTION_ARRAY, items,
                            MHD_OPTION_ARRAY, secure, MHD_OPTION_END);
}

/* A database that cannot be served is better told of at the start than by
 * every answer. */
static enum tf_status check_database(const char *path, struct tf_error *error)
{
    struct tf_store *store;
    enum tf_status status = tf_store_open(path, TF_STORE_READ, &store, error);
    if (status != TF_OK)
        return status;
    status = tf_store_prepare(store, error);
    tf_store_close(store);
    return status;
}

/* --- Life ---------------------------------------------------------------- */

static double unix_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void free_parts(struct tf_http *http)
{
    if (http->silent >= 0)
        close(http->silent);
    watch_free(http->watch);
    gate_clear(&http->reading);
    rates_free(http->rates);
    cache_free(http->cache);
    database_clear(&http->database);
    tls_free(http->tls);
    free(http->origins);
    tf_networks_clear(&http->proxies);
    free(http->extractor);
    free(http->lexicon);
    free(http);
}

static struct tf_http *new_http(const struct tf_http_options *options, unsigned connections)
{
    struct tf_http *http = calloc(1, sizeof *http);
    if (!http)
        return NULL;
    http->max_age = options->max_age;
    http->stale_age = options->stale_age;
    http->limits = options->limits;
    http->connection_memory = limits_memory(&options->limits);
    http->most_connections = connections;
    gate_init(&http->reading, options->limits.cold_queries);
    http->cache = cache_new(options->cache_bytes);
    http->watch = watch_new(&options->limits, connections);
    if (options->limits.rate)
        http->rates = rates_new(options->limits.rate, options->limits.burst);
    http->ready_largest = cached_ready_largest(options->cache_bytes, options->threads);
    bool named = database_init(&http->database, options->database);
    http->origins = options->origins ? strdup(options->origins) : NULL;
    http->extractor = strdup(options->extractor);
    http->lexicon = strdup(options->lexicon);
    http->started = unix_seconds();
    http->silent = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    bool copied = http->cache && named && (http->origins || !options->origins) && http->extractor &&
                  http->lexicon && http->watch && http->silent >= 0 &&
                  tf_networks_init(&http->proxies, tf_str_of(options->proxies)) &&
                  (http->rates || !options->limits.rate);
    if (!copied || pthread_key_create(&http->worker_key, NULL) != 0) {
        free_parts(http);
        return NULL;
    }
    pthread_mutex_init(&http->lock, NULL);
    return http;
}

static void free_http(struct tf_http *http)
{
    tf_workers_free(http);
    pthread_key_delete(http->worker_key);
    pthread_mutex_destroy(&http->lock);
    free_parts(http);
}

/* The addresses listen when this is done; what was opened before a failure stays open. */
static enum tf_status open_sockets(const struct tf_http_options *options, int *sockets,
                                   struct tf_error *error)
{
    enum tf_status status =
        listen_on(options->address, options->port, &sockets[LISTENER_PUBLIC], error);
    if (status == TF_OK && options->admin_address)
        status =
            listen_on(options->admin_address, options->admin_port, &sockets[LISTENER_ADMIN], error);
    return status;
}

static enum tf_status start_listeners(struct tf_http *http, const struct tf_http_options *options,
                                      struct tf_error *error)
{
    for (int i = 0; i < LISTENER__MAX; i++) {
        struct listener *listener = &http->listeners[i];
        if (listener->fd < 0)
            continue;
        listener->daemon = start_daemon(listener, options);
        if (!listener->daemon)
            return tf_error_set(error, TF_INTERNAL, "the HTTP daemon could not be started");
    }
    return TF_OK;
}

/* Read while files can be read. */
static enum tf_status read_tls(const struct tf_http_options *options, struct tls **out,
                               struct tf_error *error)
{
    if (!options->certificate)
        return TF_OK;
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES ||
        MHD_is_feature_supported(MHD_FEATURE_HTTPS_CERT_CALLBACK) != MHD_YES)
        return tf_error_set(error, TF_USAGE, "this machine's libmicrohttpd is without TLS");
    return tls_new(options->certificate, options->key, out, error);
}

static void init_listeners(struct tf_http *http, const int *sockets)
{
    bool admin = sockets[LISTENER_ADMIN] >= 0;
    for (int i = 0; i < LISTENER__MAX; i++)
        http->listeners[i] = (struct listener){
            .http = http, .fd = sockets[i], .port = sockets[i] < 0 ? 0 : port_of(sockets[i])};
    http->listeners[LISTENER_PUBLIC].at = admin ? AT_PUBLIC : AT_BOTH;
    http->listeners[LISTENER_PUBLIC].tls = http->tls != NULL;
    http->listeners[LISTENER_ADMIN].at = AT_ADMIN;
}

static void close_listeners(struct tf_http *http)
{
    for (int i = 0; i < LISTENER__MAX; i++) {
        if (http->listeners[i].daemon)
            MHD_stop_daemon(http->listeners[i].daemon);
        else if (http->listeners[i].fd >= 0)
            close(http->listeners[i].fd);
    }
}

static enum tf_status confine(const struct tf_http_options *options, struct tf_error *error)
{
    return options->confine ? options->confine(options->confine_context, error) : TF_OK;
}

/* What is opened before the daemon is there. */
struct opened {
    int sockets[LISTENER__MAX];
    unsigned connections; /* for which there are descriptors */
    struct tls *tls;      /* NULL: none */
};

static void close_all(struct opened *opened)
{
    for (int i = 0; i < LISTENER__MAX; i++)
        if (opened->sockets[i] >= 0)
            close(opened->sockets[i]);
    tls_free(opened->tls);
}

/* What was opened is the daemon's, or closed. */
static enum tf_status start(const struct tf_http_options *options, struct opened *opened,
                            struct tf_http **out, struct tf_error *error)
{
    struct tf_http *http = new_http(options, opened->connections);
    if (!http) {
        close_all(opened);
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    }
    http->tls = opened->tls;
    init_listeners(http, opened->sockets);
    enum tf_status status = start_listeners(http, options, error);
    if (status == TF_OK) {
        *out = http;
        return TF_OK;
    }
    close_listeners(http);
    free_http(http);
    return status;
}

/* Nothing is opened, bound or raised once the process is confined, and no thread is
 * started before. */
enum tf_status tf_http_start(const struct tf_http_options *options, struct tf_http **out,
                             struct tf_error *error)
{
    struct opened opened = {.sockets = {-1, -1}};
    enum tf_status status = check_database(options->database, error);
    if (status == TF_OK)
        status = read_tls(options, &opened.tls, error);
    if (status == TF_OK)
        status = open_sockets(options, opened.sockets, error);
    opened.connections = connections_of(options);
    if (status == TF_OK && opened.connections < options->connections)
        log_fewer(opened.connections);
    if (status == TF_OK)
        status = confine(options, error);
    if (status == TF_OK)
        return start(options, &opened, out, error);
    close_all(&opened);
    return status;
}

uint16_t tf_http_port(const struct tf_http *http)
{
    return http->listeners[LISTENER_PUBLIC].port;
}

uint16_t tf_http_admin_port(const struct tf_http *http)
{
    return http->listeners[LISTENER_ADMIN].port;
}

void tf_http_drain(struct tf_http *http)
{
    atomic_store(&http->draining, true);
}

/* Takes the sockets away from under their numbers, so that nothing listens any more and
 * the library's threads wait for what never comes. MHD_quiesce_daemon, which is made for
 * this, ends the process now and then: it and a thread that happens to wake take the
 * socket out of the same set, and the second does not find it. */
void tf_http_close(struct tf_http *http)
{
    atomic_store(&http->stopping, true);
    for (int i = 0; i < LISTENER__MAX; i++)
        if (http->listeners[i].daemon)
            (void)dup3(http->silent, http->listeners[i].fd, O_CLOEXEC);
}

bool tf_http_busy(struct tf_http *http)
{
    return metrics_in_flight(http) > 0;
}

void tf_http_stop(struct tf_http *http)
{
    close_listeners(http);
    free_http(http);
}

const char *tf_http_library_version(void)
{
    return MHD_get_version();
}
