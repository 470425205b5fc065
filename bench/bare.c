/* SPDX-License-Identifier: MIT */
/*
 * What libmicrohttpd alone can do: one answer, made at the start, to every
 * request. Usage: bare PORT THREADS HEAD BODY
 *
 * HEAD is the head of a real answer as curl -D writes it, BODY its bytes. The
 * daemon's flags and limits are those of src/http/daemon.c, so that what the
 * service adds to the library is all that differs. Ends with SIGTERM.
 */
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* As the service has them by default. */
enum {
    CONNECTIONS = 512,
    IDLE_SECONDS = 30,
    CONNECTION_MEMORY = 20480, /* see src/http/request_limits.c */
};

struct answer {
    unsigned status;
    struct MHD_Response *response;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* With a 0 at the end, for reading it as text. */
static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        fail(path);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = calloc(1, *size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        fail(path);
    fclose(file);
    return bytes;
}

/* The library writes these itself, in every answer. */
static int is_own(const char *name)
{
    static const char *const own[] = {"Date", "Content-Length", "Connection"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcasecmp(name, own[i]) == 0)
            return 1;
    return 0;
}

static unsigned add_head(struct MHD_Response *response, char *head)
{
    char *rest = NULL, *line = strtok_r(head, "\r\n", &rest);
    unsigned status = line && strlen(line) > 9 ? (unsigned)atoi(line + 9) : 0;
    while ((line = strtok_r(NULL, "\r\n", &rest))) {
        char *colon = strstr(line, ": ");
        if (!colon)
            continue;
        *colon = '\0';
        if (!is_own(line) && MHD_add_response_header(response, line, colon + 2) != MHD_YES)
            fail(line);
    }
    return status;
}

static enum MHD_Result answer_request(void *closure, struct MHD_Connection *connection,
                                      const char *url, const char *method, const char *version,
                                      const char *upload, size_t *upload_size, void **context)
{
    const struct answer *answer = closure;
    static int begun;
    (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    /* The first call comes before a body could be read: the library closes the
     * connection of a request that is answered there. */
    if (!*context) {
        *context = &begun;
        return MHD_YES;
    }
    return MHD_queue_response(connection, answer->status, answer->response);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fputs("usage: bare PORT THREADS HEAD BODY\n", stderr);
        return 2;
    }
    size_t head_size, body_size;
    char *head = read_file(argv[3], &head_size), *body = read_file(argv[4], &body_size);
    struct answer answer = {
        0, MHD_create_response_from_buffer(body_size, body, MHD_RESPMEM_PERSISTENT)};
    if (!answer.response)
        fail("response");
    answer.status = add_head(answer.response, head);
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)atoi(argv[1])),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    unsigned threads = (unsigned)atoi(argv[2]);
    sigset_t stop;
    int number;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        answer_request, &answer, MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&address,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_STRICT_FOR_CLIENT, 0, threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
        threads, MHD_OPTION_END);
    if (!daemon)
        fail("daemon");
    sigwait(&stop, &number);
    MHD_stop_daemon(daemon);
    MHD_destroy_response(answer.response);
    free(body);
    free(head);
    return 0;
}
