/* SPDX-License-Identifier: MIT */
/* GET /readyz over a socket, for a container that has no other client. In plain HTTP: a
 * daemon that speaks TLS is asked at its other address. */
#include "cli.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* A daemon that listens everywhere is asked on the loopback. */
static socklen_t socket_address(const struct cli_address *address, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (address->ipv6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(address->port);
        inet_pton(AF_INET6, address->host, &v6->sin6_addr);
        if (IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr))
            v6->sin6_addr = in6addr_loopback;
        return sizeof *v6;
    }
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address->port);
    inet_pton(AF_INET, address->host, &v4->sin_addr);
    if (v4->sin_addr.s_addr == htonl(INADDR_ANY))
        v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return sizeof *v4;
}

/* SO_SNDTIMEO bounds connect(2) as well. */
static int connect_to(const struct cli_address *address, unsigned seconds)
{
    struct sockaddr_storage to;
    struct timeval limit = {.tv_sec = (time_t)seconds};
    socklen_t size = socket_address(address, &to);
    int fd = socket(to.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
        connect(fd, (const struct sockaddr *)&to, size) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static bool send_all(int fd, const char *data, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t sent = send(fd, data + done, size - done, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        done += (size_t)sent;
    }
    return true;
}

/* The status of the answer, 0 if none came in time. A daemon that drips its
 * status line is given up too: what is waited for in all is bounded. */
static int read_status(int fd, unsigned seconds)
{
    char line[64] = "";
    size_t size = 0;
    uint64_t end = tf_clock_monotonic_ns() + (uint64_t)seconds * 1000000000u;
    while (size < sizeof line - 1 && !memchr(line, '\n', size)) {
        ssize_t got = recv(fd, line + size, sizeof line - 1 - size, 0);
        if (got <= 0 || tf_clock_monotonic_ns() > end)
            break;
        size += (size_t)got;
    }
    line[size] = '\0';
    int status = 0;
    /* NOLINTNEXTLINE(cert-err34-c): three digits fit */
    return sscanf(line, "HTTP/1.1 %3d", &status) == 1 ? status : 0;
}

int cli_run_healthcheck(const struct cli_invocation *invocation)
{
    const char *admin = invocation->values[CLI_ADMIN_LISTEN].text;
    const char *where = admin ? admin : invocation->values[CLI_LISTEN].text;
    unsigned seconds = (unsigned)invocation->values[CLI_TIMEOUT_SECONDS].number;
    struct cli_address address;
    struct tf_error error;
    char request[128];
    if (invocation->values[CLI_TLS_CERT].text && !admin) {
        tf_error_set(&error, TF_USAGE,
                     "--admin-listen: needed where --listen speaks TLS, in which healthcheck "
                     "cannot ask");
        return cli_fail(&error);
    }
    TF_ASSERT(cli_address_parse(where, &address)); /* checked with the options */
    int fd = connect_to(&address, seconds);
    if (fd < 0) {
        tf_error_set(&error, TF_IO, "%s: %s", where, strerror(errno));
        return cli_fail(&error);
    }
    int length = snprintf(request, sizeof request,
                          "GET /readyz HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n\r\n",
                          address.port);
    int status = 0;
    if (send_all(fd, request, (size_t)length))
        status = read_status(fd, seconds);
    close(fd);
    if (status == 200)
        return CLI_DONE;
    if (status)
        tf_error_set(&error, TF_IO, "%s: not ready: status %d", where, status);
    else
        tf_error_set(&error, TF_IO, "%s: no answer within %u s", where, seconds);
    return cli_fail(&error);
}
