/* SPDX-License-Identifier: MIT */
/*
 * What the head of a request has to keep to beyond what the library checks.
 *
 * libmicrohttpd 0.9.75 takes any bytes for names and values, ends a value at a
 * NUL, and makes wrong headers of folded lines and of lines without a name. What it
 * drops this way is seen in where the strings lie: it hands out the buffer it
 * read into, with NULs for colons and line ends, so that each string has to
 * begin where the one before it ended. Where one does not, two servers could
 * read the same bytes as different requests, and the request is refused. Later
 * libraries (1.0) refuse such heads themselves and may keep them in other ways,
 * so that places are compared for 0.9 only.
 */
#include "exchange.h"

#include <string.h>

struct checking {
    uintptr_t end; /* of what has been seen */
    size_t fields, hosts, lengths;
    const char *wrong; /* the first thing that is; NULL: nothing */
    bool places;       /* do they tell what was dropped? */
};

static bool all_in(const char *s, size_t size, const char *set)
{
    for (size_t i = 0; i < size; i++)
        if (!s[i] || !strchr(set, s[i]))
            return false;
    return size > 0;
}

#define ALPHANUMERIC "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

/* RFC 9110, 5.6.2. */
static bool is_token(const char *s, size_t size)
{
    return all_in(s, size, ALPHANUMERIC "!#$%&'*+-.^_`|~");
}

/* RFC 9110, 5.5: no controls but the tab. */
static bool is_value(const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (((unsigned char)s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f)
            return false;
    return true;
}

/* RFC 9110, 7.2, and RFC 3986, 3.2.2, without the comma, which would join two
 * Hosts to one list. A user's name in front is refused as well. */
static bool is_host(const char *s, size_t size)
{
    while (size && (s[size - 1] == ' ' || s[size - 1] == '\t'))
        size--;
    const char *colon = memrchr(s, ':', size);
    if (colon && !memchr(colon, ']', (size_t)(s + size - colon))) {
        size_t port = (size_t)(s + size - colon) - 1;
        if (port && (port > 5 || !all_in(colon + 1, port, "0123456789")))
            return false;
        size = (size_t)(colon - s);
    }
    if (size > 2 && s[0] == '[' && s[size - 1] == ']')
        return all_in(s + 1, size - 2, ALPHANUMERIC "-._~!$&'()*+;=:");
    return all_in(s, size, ALPHANUMERIC "-._~%!$&'()*+;=");
}

/* One or two bytes end a line (LF, CR LF). */
static bool follows_line_end(const struct checking *checking, const char *s)
{
    return (uintptr_t)s - checking->end - 1 < 2;
}

static const char *check_field(const struct checking *checking, const char *name, size_t name_size,
                               const char *value, size_t value_size)
{
    bool follows = follows_line_end(checking, name) && (uintptr_t)value > (uintptr_t)name + name_size;
    if (checking->places && !follows)
        return "a header is folded, has no name or contains a NUL byte";
    if (!is_token(name, name_size))
        return "the name of a header contains a forbidden character";
    if (!is_value(value, value_size))
        return "the value of a header contains a control character";
    if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0 && !is_host(value, value_size))
        return "the Host header does not name a host";
    return NULL;
}

static enum MHD_Result see_field(void *closure, enum MHD_ValueKind kind, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    (void)kind;
    struct checking *checking = closure;
    checking->wrong = check_field(checking, name, name_size, value, value_size);
    checking->fields++;
    checking->hosts += strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0;
    checking->lengths += strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    checking->end = (uintptr_t)value + value_size;
    return checking->wrong ? MHD_NO : MHD_YES;
}

/* The last line and the empty one after it end the head. */
static bool ends_with_head(const struct checking *checking, uintptr_t head_end)
{
    return head_end - checking->end - 2 < 3;
}

static const char *check_line(const struct tf_head *head, bool places)
{
    bool whole = head->target == head->method + strlen(head->method) + 1 &&
                 head->version == head->target + head->target_size + 1;
    return (whole || !places) && is_token(head->method, strlen(head->method))
               ? NULL
               : "the first line is not a method, a target and a version";
}

static const char *check_all(struct MHD_Connection *connection, const struct tf_head *head,
                             size_t size, struct checking *checking)
{
    checking->wrong = check_line(head, checking->places);
    checking->end = (uintptr_t)head->version + strlen(head->version);
    if (checking->wrong)
        return checking->wrong;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, see_field, checking);
    if (checking->wrong)
        return checking->wrong;
    if (checking->places && !ends_with_head(checking, (uintptr_t)head->method + size))
        return "a header is folded, has no name or contains a NUL byte";
    bool must_have_host = strcmp(head->version, MHD_HTTP_VERSION_1_0) != 0;
    if (checking->hosts > 1 || (must_have_host && !checking->hosts))
        return "the request needs one Host header";
    return checking->lengths > 1 ? "the request has several Content-Length headers" : NULL;
}

enum tf_problem_code tf_head_check(struct MHD_Connection *connection, const struct tf_head *head,
                                   const char **detail)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct checking checking = {.places = strncmp(MHD_get_version(), "0.9.", 4) == 0};
    size_t size = info ? info->header_size : 0;
    const char *wrong = check_all(connection, head, size, &checking);
    bool bounded = checking.fields <= TF_HEAD_FIELDS && size - head->target_size <= TF_HEAD_BYTES;
    if (!wrong && bounded)
        return TF_PROBLEM_NONE;
    *detail = wrong ? wrong : "the headers are more, or longer, than are taken";
    return wrong ? TF_PROBLEM_BAD_REQUEST : TF_PROBLEM_HEADERS;
}
