/* SPDX-License-Identifier: MIT */
/*
 * A client that keeps a rate, and says how long answers took.
 *   pace [-c CONNECTIONS] [-r RATE] [-d SECONDS] [-H HEADER]... PORT TARGETS
 *
 * TARGETS has one path a line; they are asked in turn, from 127.0.0.1:PORT. At a
 * rate, request i is due at i / RATE and its time counts from there, also while
 * it waits for a free connection: a stalled server is charged for everything it
 * held up (what wrk2 calls corrected for coordinated omission). Without a rate
 * each connection asks again as soon as it was answered, and time counts from
 * there. Prints one JSON object; times are in microseconds. p99_window is the median
 * of the p99 of each tenth of a second: a machine that stops for milliseconds, several
 * times a second, is in every p99 of a longer time and says nothing of the server.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1024, HEAD_MAX = 16 * 1024, HEADERS_MAX = 4096, PATH_MAX_BYTES = 8192 };
static const int64_t SECOND = 1000000000, PATIENCE = 5 * SECOND;

struct connection {
    int fd;
    bool busy, has_head;
    int64_t since;    /* when the request it waits for was due */
    size_t head_size; /* bytes in head */
    int64_t body;     /* bytes still to come */
    char head[HEAD_MAX + 1];
};

struct client {
    int epoll;
    uint16_t port;
    struct connection *connections;
    int count;
    double rate; /* 0: as fast as it goes */
    int64_t start, end;
    char headers[HEADERS_MAX];
    char **targets;
    size_t target_count, sent;
    uint32_t *times; /* of answers, in microseconds */
    size_t done, capacity;
    uint64_t bytes, status_class[6], lost;
    int busy;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

/* --- Targets ------------------------------------------------------------- */

static void read_targets(struct client *client, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[PATH_MAX_BYTES];
    size_t capacity = 0;
    if (!file)
        fail(path);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (client->target_count == capacity) {
            capacity = capacity ? capacity * 2 : 1024;
            client->targets = realloc(client->targets, capacity * sizeof *client->targets);
        }
        if (!client->targets || !(client->targets[client->target_count++] = strdup(line)))
            fail(path);
    }
    fclose(file);
    if (!client->target_count) {
        fprintf(stderr, "%s: no targets\n", path);
        exit(1);
    }
}

/* --- One connection ------------------------------------------------------ */

static void connect_one(struct client *client, struct connection *connection)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(client->port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        connect(connection->fd, (const struct sockaddr *)&address, sizeof address) != 0)
        fail("connect");
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (epoll_ctl(client->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0)
        fail("epoll");
}

static void send_next(struct client *client, struct connection *connection, int64_t due)
{
    char request[PATH_MAX_BYTES + HEADERS_MAX + 128];
    const char *target = client->targets[client->sent++ % client->target_count];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n",
                        target, client->headers);
    connection->busy = true;
    connection->has_head = false;
    connection->head_size = 0;
    connection->since = due;
    client->busy++;
    /* The socket is idle, so its buffer has room for all of a request. */
    if (send(connection->fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        connection->has_head = false; /* closed: reading tells */
}

static void note_time(struct client *client, int64_t took)
{
    if (client->done == client->capacity) {
        client->capacity = client->capacity ? client->capacity * 2 : 65536;
        client->times = realloc(client->times, client->capacity * sizeof *client->times);
        if (!client->times)
            fail("memory");
    }
    client->times[client->done++] = (uint32_t)((took + 500) / 1000);
}

/* The length that follows the head; a 304 has none, whatever it says. */
static int64_t body_length(const char *head, int status)
{
    if (status == 304 || status == 204)
        return 0;
    for (const char *line = head; (line = strstr(line, "\r\n")); line++)
        if (strncasecmp(line + 2, "Content-Length:", 15) == 0)
            return atoll(line + 17);
    fputs("an answer without Content-Length\n", stderr);
    exit(1);
}

/* Takes the bytes of a head; gives how many of them, or -1 while it goes on. */
static int64_t take_head(struct client *client, struct connection *connection, const char *bytes,
                         size_t size)
{
    size_t before = connection->head_size, room = HEAD_MAX - before;
    size_t taken = size < room ? size : room;
    memcpy(connection->head + before, bytes, taken);
    connection->head_size += taken;
    connection->head[connection->head_size] = '\0';
    const char *end = strstr(connection->head, "\r\n\r\n");
    if (!end && taken == room) {
        fputs("the head of an answer is too long\n", stderr);
        exit(1);
    }
    if (!end)
        return -1;
    int status = atoi(connection->head + 9);
    client->status_class[status >= 100 && status < 600 ? status / 100 : 0]++;
    connection->has_head = true;
    connection->body = body_length(connection->head, status);
    return end + 4 - connection->head - (int64_t)before;
}

static void finish(struct client *client, struct connection *connection)
{
    note_time(client, now_ns() - connection->since);
    connection->busy = false;
    client->busy--;
}

static void reconnect(struct client *client, struct connection *connection)
{
    close(connection->fd);
    if (connection->busy) {
        client->lost++;
        client->busy--;
    }
    connection->busy = false;
    connect_one(client, connection);
}

static void read_answer(struct client *client, struct connection *connection)
{
    static char bytes[256 * 1024];
    ssize_t size = recv(connection->fd, bytes, sizeof bytes, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0 || !connection->busy) {
        reconnect(client, connection);
        return;
    }
    client->bytes += (uint64_t)size;
    int64_t rest = size;
    if (!connection->has_head) {
        int64_t taken = take_head(client, connection, bytes, (size_t)size);
        if (taken < 0)
            return;
        rest -= taken;
    }
    connection->body -= rest;
    if (connection->body <= 0)
        finish(client, connection);
}

/* --- The run ------------------------------------------------------------- */

/* When the next request is due; of a run without a rate, always now. */
static int64_t next_due(const struct client *client, int64_t now)
{
    if (client->rate <= 0)
        return now;
    return client->start + (int64_t)((double)client->sent * 1e9 / client->rate);
}

/* Sends what is due and finds a free connection. */
static void send_due(struct client *client)
{
    static int last;
    int64_t now = now_ns(), due = next_due(client, now);
    while (due <= now && due < client->end && client->busy < client->count) {
        do
            last = (last + 1) % client->count;
        while (client->connections[last].busy);
        send_next(client, &client->connections[last], due);
        now = now_ns();
        due = next_due(client, now);
    }
}

/* Until something is due or, when no connection is free, answered. */
static void wait_and_read(struct client *client)
{
    struct epoll_event events[64];
    int64_t now = now_ns(), until = client->end + PATIENCE;
    int64_t due = next_due(client, now);
    if (client->busy < client->count && due < client->end)
        until = due;
    int64_t pause = until > now ? until - now : 0;
    const struct timespec limit = {pause / SECOND, pause % SECOND};
    int count = epoll_pwait2(client->epoll, events, 64, &limit, NULL);
    for (int i = 0; i < count; i++)
        read_answer(client, events[i].data.ptr);
}

static void run(struct client *client, double seconds)
{
    client->start = now_ns();
    client->end = client->start + (int64_t)(seconds * 1e9);
    for (;;) {
        int64_t now = now_ns();
        bool over = next_due(client, now) >= client->end;
        if ((over && !client->busy) || now >= client->end + PATIENCE)
            break;
        if (!over)
            send_due(client);
        wait_and_read(client);
    }
    client->lost += (uint64_t)client->busy;
}

/* --- The report ---------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t quantile(const struct client *client, double share)
{
    size_t at = (size_t)(share * (double)client->done);
    return client->done ? client->times[at < client->done ? at : client->done - 1] : 0;
}

/* Answers come nearly in the order in which they were due. Without a rate the windows
 * are as many as tenths of a second went by. */
static uint32_t quantile_of_windows(struct client *client, double seconds, double share)
{
    size_t windows = (size_t)(seconds * 10), size = windows ? client->done / windows : 0;
    uint32_t *found = calloc(windows + 1, sizeof *found);
    if (!found)
        fail("memory");
    for (size_t i = 0; size && i < windows; i++) {
        uint32_t *times = client->times + i * size;
        qsort(times, size, sizeof *times, by_size);
        found[i] = times[(size_t)(share * (double)size)];
    }
    qsort(found, windows, sizeof *found, by_size);
    uint32_t median = found[windows / 2];
    free(found);
    return median;
}

static void report(struct client *client, double seconds)
{
    static const double shares[] = {0,    0.1,   0.25,  0.5,    0.75,   0.9, 0.95,
                                    0.99, 0.995, 0.999, 0.9995, 0.9999, 1};
    uint32_t window = quantile_of_windows(client, seconds, 0.99);
    qsort(client->times, client->done, sizeof *client->times, by_size);
    printf("{\"requests\": %zu, \"seconds\": %.3f, \"rate\": %.1f, \"bytes\": %llu, \"lost\": %llu",
           client->done, seconds, (double)client->done / seconds, (unsigned long long)client->bytes,
           (unsigned long long)client->lost);
    printf(", \"repeated\": %zu",
           client->sent > client->target_count ? client->sent - client->target_count : 0);
    for (int i = 1; i < 6; i++)
        printf(", \"%dxx\": %llu", i, (unsigned long long)client->status_class[i]);
    printf(", \"p50\": %u, \"p99\": %u, \"p99_window\": %u, \"curve\": [", quantile(client, 0.5),
           quantile(client, 0.99), window);
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        printf("%s[%g, %u]", i ? ", " : "", shares[i], quantile(client, shares[i]));
    puts("]}");
}

static int usage(void)
{
    fputs("usage: pace [-c CONNECTIONS] [-r RATE] [-d SECONDS] [-H HEADER]... PORT TARGETS\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static struct client client = {.count = 1};
    double seconds = 5;
    int option;
    while ((option = getopt(argc, argv, "c:r:d:H:")) != -1) {
        size_t used = strlen(client.headers);
        if (option == 'c')
            client.count = atoi(optarg);
        else if (option == 'r')
            client.rate = atof(optarg);
        else if (option == 'd')
            seconds = atof(optarg);
        else if (option != 'H' || snprintf(client.headers + used, HEADERS_MAX - used, "%s\r\n",
                                           optarg) >= (int)(HEADERS_MAX - used))
            return usage();
    }
    if (argc - optind != 2 || client.count < 1 || client.count > CONNECTIONS_MAX)
        return usage();
    client.port = (uint16_t)atoi(argv[optind]);
    read_targets(&client, argv[optind + 1]);
    prctl(PR_SET_TIMERSLACK, 1UL); /* else it wakes 50 microseconds late */
    client.epoll = epoll_create1(EPOLL_CLOEXEC);
    client.connections = calloc((size_t)client.count, sizeof *client.connections);
    if (client.epoll < 0 || !client.connections)
        fail("start");
    for (int i = 0; i < client.count; i++)
        connect_one(&client, &client.connections[i]);
    run(&client, seconds);
    report(&client, (double)(now_ns() - client.start) / 1e9);
    return 0;
}
