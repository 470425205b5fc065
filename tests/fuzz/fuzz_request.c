/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as what a client sends, to a daemon in this process. The first byte says
 * how many go in one piece ('0': all). What comes back are answers, whole and one
 * after the other, their JSON is JSON, and the connection ends once the client has
 * said that it sends no more.
 */
#include "fuzz.h"

#include "input.h"
#include "json.h"
#include "world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <treatfacts/http.h>

enum { ANSWERS_MAX = 1 << 26, IDLE_SECONDS = 5, PATIENCE_SECONDS = 30 };

static struct world world;
static struct tf_http *http;

/* --- The daemon ----------------------------------------------------------- */

static void tear_down(void)
{
    tf_http_stop(http);
    world_remove(&world);
}

static void set_up(void)
{
    if (http)
        return;
    world_make(&world);
    const struct tf_http_options options = {
        .database = world.database,
        .address = "127.0.0.1",
        .threads = 1,
        .connections = 64,
        .limits = {.head_seconds = IDLE_SECONDS,
                   .idle_seconds = IDLE_SECONDS,
                   .send_seconds = PATIENCE_SECONDS,
                   .send_rate = 1,
                   .stream_seconds = PATIENCE_SECONDS,
                   .url_bytes = 1024,
                   .head_bytes = 4096,
                   .head_fields = 32,
                   .body_bytes = 1024,
                   .cold_queries = 1,
                   .query_ms = 1000 * PATIENCE_SECONDS,
                   .answer_bytes = (size_t)1 << 24},
        .max_age = 60,
        .stale_age = 600,
        .cache_bytes = (size_t)1 << 20,
        .origins = "https://clinic.example",
        .extractor = "0",
        .lexicon = "0",
        .proxies = "127.0.0.0/8",
    };
    tf_log_set_level(TF_LOG_ERROR);
    TF_ASSERT(tf_http_start(&options, &http, NULL) == TF_OK);
    atexit(tear_down);
}

/* --- The client ----------------------------------------------------------- */

static int open_socket(void)
{
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    const int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    TF_ASSERT(fd >= 0);
    TF_ASSERT(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
    TF_ASSERT(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0);
    return fd;
}

/* The fuzzer's clock interrupts, and who else is on this machine may have all ports for
 * a moment. */
static int reach(void)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(tf_http_port(http)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = open_socket();
    while (connect(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        TF_ASSERT(errno == EINTR || errno == EADDRNOTAVAIL);
        close(fd);
        (void)poll(NULL, 0, 10);
        fd = open_socket();
    }
    return fd;
}

/* The daemon may have enough before all is sent. */
static void say(int fd, struct input *input)
{
    unsigned piece = (unsigned char)input_number(input, 1) - (unsigned char)'0';
    for (struct tf_str bytes; input->left;) {
        bytes = input_bytes(input, piece ? piece : input->left);
        if (send(fd, bytes.data, bytes.size, MSG_NOSIGNAL) < 0)
            return;
    }
}

/* Were the end to come together with the last bytes, the daemon would see it only when
 * it looks after its clients. */
static void say_no_more(int fd)
{
    struct pollfd heard = {.fd = fd, .events = POLLIN};
    (void)poll(&heard, 1, 1);
    (void)shutdown(fd, SHUT_WR);
}

static ssize_t hear(int fd, char *bytes, size_t most)
{
    ssize_t number;
    do
        number = recv(fd, bytes, most, 0);
    while (number < 0 && errno == EINTR);
    return number;
}

/* What is cut off by a reset is no answer. */
static void listen_to(int fd, struct tf_buf *out)
{
    char bytes[16 * 1024];
    ssize_t number;
    while ((number = hear(fd, bytes, sizeof bytes)) > 0)
        tf_buf_add(out, bytes, (size_t)number);
    TF_ASSERT(number == 0 || errno == ECONNRESET);
    TF_ASSERT(!out->failed);
}

/* --- The answers ---------------------------------------------------------- */

struct answer {
    int status;
    bool ours, json, coded, chunked, sized;
    size_t size;
};

static bool is_in(const char *s, size_t size, const char *part)
{
    return memmem(s, size, part, strlen(part)) != NULL;
}

static void read_field(struct tf_str line, struct answer *answer)
{
    const char *colon = memchr(line.data, ':', line.size);
    TF_ASSERT(colon && colon > line.data && colon[1] == ' ');
    for (size_t i = 0; i < line.size; i++)
        TF_ASSERT((unsigned char)line.data[i] >= ' ' && line.data[i] != 0x7f);
    struct tf_str name = {line.data, (size_t)(colon - line.data)};
    struct tf_str value = {colon + 2, line.size - name.size - 2};
    if (tf_str_is(name, "Content-Length")) {
        TF_ASSERT(!answer->sized);
        answer->sized = true;
        answer->size = strtoul(value.data, NULL, 10);
    } else if (tf_str_is(name, "Content-Type")) {
        answer->json =
            is_in(value.data, value.size, "json") && !is_in(value.data, value.size, "nd");
    } else if (tf_str_is(name, "X-Request-Id")) {
        answer->ours = true;
    } else if (tf_str_is(name, "Content-Encoding")) {
        answer->coded = true;
    } else if (tf_str_is(name, "Transfer-Encoding")) {
        answer->chunked = true;
    }
}

static struct tf_str take_line(struct tf_str *rest)
{
    const char *end = memmem(rest->data, rest->size, "\r\n", 2);
    TF_ASSERT(end);
    struct tf_str line = {rest->data, (size_t)(end - rest->data)};
    *rest = (struct tf_str){end + 2, rest->size - line.size - 2};
    return line;
}

static struct answer take_head(struct tf_str *rest)
{
    struct answer answer = {0};
    struct tf_str line = take_line(rest);
    TF_ASSERT(line.size > 12 && memcmp(line.data, "HTTP/1.", 7) == 0);
    answer.status = (int)strtol(line.data + 9, NULL, 10);
    TF_ASSERT(answer.status >= 100 && answer.status < 600 && answer.status != 500);
    while ((line = take_line(rest)).size)
        read_field(line, &answer);
    return answer;
}

/* false: nothing that can be told apart follows. What libmicrohttpd 0.9 refuses itself
 * it answers with a head that it sends twice, and closes. */
static bool take_answer(struct tf_str *rest, bool to_head)
{
    struct answer answer = take_head(rest);
    if (answer.status < 200 || answer.status == 204 || answer.status == 304)
        return true;
    if (to_head || !answer.ours || answer.chunked || !answer.sized)
        return false;
    TF_ASSERT(answer.size <= rest->size);
    if (answer.json && !answer.coded)
        check_json((struct tf_str){rest->data, answer.size});
    *rest = (struct tf_str){rest->data + answer.size, rest->size - answer.size};
    return true;
}

/* Which answer belongs to which request is not known here, and only an answer to HEAD
 * has no body. */
static void check_answers(struct tf_str answers, struct tf_str asked)
{
    bool may_be_head = is_in(asked.data, asked.size, "HEAD");
    while (answers.size && take_answer(&answers, may_be_head))
        continue;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    struct tf_buf answers;
    if (size == 0)
        return 0;
    set_up();
    tf_buf_init(&answers);
    answers.limit = ANSWERS_MAX;
    int fd = reach();
    say(fd, &input);
    say_no_more(fd);
    listen_to(fd, &answers);
    close(fd);
    check_answers(tf_buf_str(&answers), (struct tf_str){(const char *)data, size});
    tf_buf_clear(&answers);
    return 0;
}
