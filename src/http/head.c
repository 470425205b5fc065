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
#include "characters.h"
#include "request_limits.h"

#include <string.h>

struct checking {
    uintptr_t end; /* of what has been seen */
    struct head_size size;
    const char *wrong; /* the first thing that is; NULL: nothing */
    bool places;       /* do they tell what was dropped? */
    struct asked *asked;
};

static bool is_token(const char *s, size_t size)
{
    return characters_are(s, size, CHARACTER_TOKEN);
}

static bool is_value(const char *s, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (characters[(unsigned char)s[i]] & CHARACTER_CONTROL)
            return false;
    return true;
}

/* RFC 9110, 7.2. A comma would join two Hosts to one list; a user's name in front is
 * refused as well. */
static bool is_host(const char *s, size_t size)
{
    while (size && (s[size - 1] == ' ' || s[size - 1] == '\t'))
        size--;
    const char *colon = memrchr(s, ':', size);
    if (colon && !memchr(colon, ']', (size_t)(s + size - colon))) {
        size_t port = (size_t)(s + size - colon) - 1;
        if (port && (port > 5 || !characters_are(colon + 1, port, CHARACTER_DIGIT)))
            return false;
        size = (size_t)(colon - s);
    }
    if (size > 2 && s[0] == '[' && s[size - 1] == ']')
        return characters_are(s + 1, size - 2, CHARACTER_ADDRESS);
    return characters_are(s, size, CHARACTER_NAME);
}

/* One or two bytes end a line (LF, CR LF). */
static bool follows_line_end(const struct checking *checking, const char *s)
{
    return (uintptr_t)s - checking->end - 1 < 2;
}

static const char *check_field(const struct checking *checking, enum asked_header header,
                               const char *name, size_t name_size, const char *value,
                               size_t value_size)
{
    bool follows =
        follows_line_end(checking, name) && (uintptr_t)value > (uintptr_t)name + name_size;
    if (checking->places && !follows)
        return "a header is folded, has no name or contains a NUL byte";
    if (!is_token(name, name_size))
        return "the name of a header contains a forbidden character";
    if (!is_value(value, value_size))
        return "the value of a header contains a control character";
    if (header == ASKED_HOST && !is_host(value, value_size))
        return "the Host header does not name a host";
    return NULL;
}

static enum asked_header find_header(const char *name, size_t name_size)
{
    static const struct {
        const char *name;
        size_t size;
    } wanted[ASKED__MAX] = {
#define WANTED(name) {name, sizeof(name) - 1}
        [ASKED_ACCEPT] = WANTED(MHD_HTTP_HEADER_ACCEPT),
        [ASKED_ACCEPT_ENCODING] = WANTED(MHD_HTTP_HEADER_ACCEPT_ENCODING),
        [ASKED_IF_NONE_MATCH] = WANTED(MHD_HTTP_HEADER_IF_NONE_MATCH),
        [ASKED_IF_MODIFIED_SINCE] = WANTED(MHD_HTTP_HEADER_IF_MODIFIED_SINCE),
        [ASKED_REQUEST_ID] = WANTED("X-Request-Id"),
        [ASKED_CONTENT_LENGTH] = WANTED(MHD_HTTP_HEADER_CONTENT_LENGTH),
        [ASKED_TRANSFER_ENCODING] = WANTED(MHD_HTTP_HEADER_TRANSFER_ENCODING),
        [ASKED_EXPECT] = WANTED(MHD_HTTP_HEADER_EXPECT),
        [ASKED_HOST] = WANTED(MHD_HTTP_HEADER_HOST),
        [ASKED_COOKIE] = WANTED(MHD_HTTP_HEADER_COOKIE),
#undef WANTED
    };
    for (int i = 0; i < ASKED__MAX; i++)
        if (wanted[i].size == name_size && strncasecmp(wanted[i].name, name, name_size) == 0)
            return (enum asked_header)i;
    return ASKED__MAX;
}

static void note_header(struct asked *asked, enum asked_header header, struct tf_str value)
{
    if (header == ASKED__MAX)
        return;
    asked->count[header] = asked->count[header] ? 2 : 1;
    asked->value[header] = value;
}

/* All are noted, also of a head that is refused: the answer bears the request's id. */
static enum MHD_Result see_field(void *closure, enum MHD_ValueKind kind, const char *name,
                                 size_t name_size, const char *value, size_t value_size)
{
    struct checking *checking = closure;
    if (kind == MHD_COOKIE_KIND) {
        checking->size.cookies++;
        return MHD_YES;
    }
    enum asked_header header = find_header(name, name_size);
    if (!checking->wrong)
        checking->wrong = check_field(checking, header, name, name_size, value, value_size);
    checking->size.fields++;
    if (header == ASKED_COOKIE)
        checking->size.cookie_bytes += value_size + 1;
    checking->end = (uintptr_t)value + value_size;
    note_header(checking->asked, header, (struct tf_str){value ? value : "", value_size});
    return MHD_YES;
}

static const char *check_headers(const struct asked *asked, bool must_have_host)
{
    if (asked->count[ASKED_HOST] > 1 || (must_have_host && !asked->count[ASKED_HOST]))
        return "the request needs one Host header";
    return asked->count[ASKED_CONTENT_LENGTH] > 1 ? "the request has several Content-Length headers"
                                                  : NULL;
}

/* The last line and the empty one after it end the head. */
static bool ends_with_head(const struct checking *checking, uintptr_t head_end)
{
    return head_end - checking->end - 2 < 3;
}

static const char *check_line(const struct tf_head *head, bool places)
{
    size_t method_size = strlen(head->method);
    bool whole = head->target == head->method + method_size + 1 &&
                 head->version == head->target + head->target_size + 1;
    return (whole || !places) && is_token(head->method, method_size)
               ? NULL
               : "the first line is not a method, a target and a version";
}

static const char *check_all(struct MHD_Connection *connection, const struct tf_head *head,
                             struct checking *checking)
{
    struct tf_str version = tf_str_of(head->version);
    checking->wrong = check_line(head, checking->places);
    checking->end = (uintptr_t)version.data + version.size;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND | MHD_COOKIE_KIND, see_field, checking);
    if (checking->wrong)
        return checking->wrong;
    if (checking->places &&
        !ends_with_head(checking, (uintptr_t)head->method + checking->size.bytes))
        return "a header is folded, has no name or contains a NUL byte";
    return check_headers(checking->asked, !tf_str_is(version, MHD_HTTP_VERSION_1_0));
}

enum tf_problem_code tf_head_check(struct MHD_Connection *connection, const struct tf_head *head,
                                   const struct tf_http *http, struct asked *asked,
                                   const char **detail)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    struct checking checking = {
        .places = memcmp(MHD_get_version(), "0.9.", 4) == 0,
        .asked = asked,
        .size = {.bytes = info ? info->header_size : 0, .target = head->target_size},
    };
    const char *wrong = check_all(connection, head, &checking);
    if (!wrong && limits_allow_head(http, &checking.size))
        return TF_PROBLEM_NONE;
    *detail = wrong ? wrong : "the headers are more, or longer, than are taken";
    return wrong ? TF_PROBLEM_BAD_REQUEST : TF_PROBLEM_HEADERS;
}
