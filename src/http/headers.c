/* SPDX-License-Identifier: MIT */
#include "headers.h"

#include "characters.h"

#include <string.h>

/* Cuts the part before the first separator that stands outside quotes. */
static struct tf_str cut(struct tf_str *rest, char separator)
{
    bool quoted = false;
    size_t i = 0;
    for (; i < rest->size; i++) {
        char c = rest->data[i];
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\' && quoted && i + 1 < rest->size)
            i++;
        else if (c == separator && !quoted)
            break;
    }
    struct tf_str part = {rest->data, i};
    size_t used = i < rest->size ? i + 1 : i;
    *rest = (struct tf_str){rest->data + used, rest->size - used};
    return tf_str_trim(part);
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool equal_ignoring_case(struct tf_str a, struct tf_str b)
{
    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

/* 0 to 1 with at most three decimals; -1 for what is none. */
static double parse_quality(struct tf_str value)
{
    double quality = 0, place = 1;
    if (value.size < 1 || value.size > 5 || (value.size > 1 && value.data[1] != '.'))
        return -1;
    for (size_t i = 0; i < value.size; i++) {
        if (i == 1)
            continue;
        if (value.data[i] < '0' || value.data[i] > '9')
            return -1;
        quality += (value.data[i] - '0') * place;
        place /= 10;
    }
    return quality <= 1 ? quality : -1;
}

/* How closely a range names the type: 3 itself, 2 its main type, 1 anything,
 * 0 not; -1 when it is no media range. */
static int closeness(struct tf_str range, struct tf_str type)
{
    const char *slash = memchr(range.data, '/', range.size);
    if (!slash || slash == range.data || slash == range.data + range.size - 1)
        return -1;
    if (tf_str_is(range, "*/*"))
        return 1;
    if (equal_ignoring_case(range, type))
        return 3;
    size_t main_size = (size_t)(slash - range.data) + 1;
    bool any_subtype = range.size == main_size + 1 && range.data[main_size] == '*';
    return any_subtype && type.size > main_size &&
                   equal_ignoring_case((struct tf_str){range.data, main_size},
                                       (struct tf_str){type.data, main_size})
               ? 2
               : 0;
}

static double element_quality(struct tf_str parameters)
{
    double quality = 1;
    while (parameters.size) {
        struct tf_str parameter = cut(&parameters, ';');
        if (parameter.size >= 2 && lower(parameter.data[0]) == 'q' && parameter.data[1] == '=')
            quality = parse_quality((struct tf_str){parameter.data + 2, parameter.size - 2});
    }
    return quality;
}

double tf_accept_quality(struct tf_str accept, const char *type)
{
    int closest = 0;
    bool any = false;
    double result = 0;
    while (accept.size) {
        struct tf_str element = cut(&accept, ',');
        int close = closeness(cut(&element, ';'), tf_str_of(type));
        double quality = element_quality(element);
        if (close < 0 || quality < 0)
            continue;
        any = true;
        if (close > closest) {
            closest = close;
            result = quality;
        }
    }
    return any ? result : 1;
}

/* Less than any quality a client can write, more than none. */
static const double liked_least = 0.0001;

static struct tf_str without_x(struct tf_str name) /* x-gzip (RFC 9110, 8.4.1.3) */
{
    bool has = name.size > 2 && lower(name.data[0]) == 'x' && name.data[1] == '-';
    return has ? (struct tf_str){name.data + 2, name.size - 2} : name;
}

/* The first mention of a coding counts, the last of "*". */
void tf_coding_qualities(struct tf_str accept_encoding, const char *const *codings, size_t count,
                         double *out)
{
    double rest = -1; /* of what the header does not name; below 0: it says nothing */
    for (size_t i = 0; i < count; i++)
        out[i] = -1;
    while (accept_encoding.size) {
        struct tf_str element = cut(&accept_encoding, ',');
        struct tf_str name = without_x(cut(&element, ';'));
        double quality = element_quality(element);
        if (quality < 0)
            continue;
        if (tf_str_is(name, "*"))
            rest = quality;
        for (size_t i = 0; i < count; i++)
            if (out[i] < 0 && equal_ignoring_case(name, tf_str_of(codings[i])))
                out[i] = quality;
    }
    for (size_t i = 0; i < count; i++)
        if (out[i] < 0 && rest >= 0)
            out[i] = rest;
        else if (out[i] < 0)
            out[i] = strcmp(codings[i], "identity") == 0 ? liked_least : 0;
}

static struct tf_str opaque_tag(struct tf_str tag)
{
    if (tag.size > 2 && tag.data[0] == 'W' && tag.data[1] == '/')
        return (struct tf_str){tag.data + 2, tag.size - 2};
    return tag;
}

bool tf_etag_listed(struct tf_str if_none_match, struct tf_str etag)
{
    if (tf_str_equal(if_none_match, etag)) /* as mostly */
        return true;
    while (if_none_match.size) {
        struct tf_str listed = cut(&if_none_match, ',');
        if (tf_str_is(listed, "*") || tf_str_equal(opaque_tag(listed), opaque_tag(etag)))
            return true;
    }
    return false;
}

bool tf_request_id_valid(struct tf_str id)
{
    return id.size <= TF_REQUEST_ID_MAX && characters_are(id.data, id.size, CHARACTER_LABEL);
}
