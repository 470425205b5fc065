/* SPDX-License-Identifier: MIT */
#include "origins.h"

#include <treatfacts/http.h>

#include <stdlib.h>
#include <string.h>

bool tf_origins_any(struct tf_str list)
{
    return tf_str_is(list, "*");
}

bool tf_origins_contain(struct tf_str list, struct tf_str origin)
{
    for (struct tf_str listed; (listed = tf_str_cut(&list, ',')).data;)
        if (tf_str_equal(listed, origin))
            return true;
    return false;
}

static bool consists_of(struct tf_str s, const char *set)
{
    for (size_t i = 0; i < s.size; i++)
        if (!s.data[i] || !strchr(set, s.data[i]))
            return false;
    return s.size > 0;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* A browser leaves out the port that the scheme has by itself. */
static bool is_port(struct tf_str scheme, struct tf_str port)
{
    if (!consists_of(port, DIGITS) || port.size > 5 || port.data[0] == '0')
        return false;
    unsigned long number = strtoul(port.data, NULL, 10);
    return number <= UINT16_MAX && !(tf_str_is(scheme, "http") && number == 80) &&
           !(tf_str_is(scheme, "https") && number == 443);
}

static bool is_host(struct tf_str host)
{
    if (host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']')
        return consists_of((struct tf_str){host.data + 1, host.size - 2}, DIGITS "abcdef:.");
    return consists_of(host, LETTERS DIGITS "-._");
}

/* scheme://host[:port], in the form in which browsers send it. */
static bool is_origin(struct tf_str s)
{
    const char *mark = memmem(s.data, s.size, "://", 3);
    if (!mark)
        return false;
    struct tf_str scheme = {s.data, (size_t)(mark - s.data)};
    struct tf_str host = {mark + 3, s.size - scheme.size - 3};
    const char *colon = memrchr(host.data, ':', host.size);
    if (colon && !memchr(colon, ']', (size_t)(host.data + host.size - colon))) {
        struct tf_str port = {colon + 1, (size_t)(host.data + host.size - colon) - 1};
        host.size = (size_t)(colon - host.data);
        if (!is_port(scheme, port))
            return false;
    }
    return consists_of(scheme, LETTERS DIGITS "+-.") && is_host(host);
}

struct tf_str tf_http_origin_refused(const char *list)
{
    struct tf_str rest = tf_str_of(list);
    if (tf_origins_any(rest))
        return TF_STR_NULL;
    for (struct tf_str origin; (origin = tf_str_cut(&rest, ',')).data;)
        if (!is_origin(origin))
            return origin;
    return TF_STR_NULL;
}
