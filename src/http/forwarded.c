/* SPDX-License-Identifier: MIT */
#include "forwarded.h"

#include "characters.h"

#include <string.h>
#include <strings.h>

/* --- Nodes ---------------------------------------------------------------- */

/* RFC 7239, 6.3. */
static bool is_obfuscated(struct tf_str s)
{
    return s.size > 1 && s.data[0] == '_' && characters_are(s.data, s.size, CHARACTER_LABEL);
}

/* What follows the address: nothing, or a port, which is of no use here. */
static bool is_port(struct tf_str s)
{
    if (s.size == 0)
        return true;
    struct tf_str port = {s.data + 1, s.size - 1};
    bool number = port.size <= 5 && characters_are(port.data, port.size, CHARACTER_DIGIT);
    return s.data[0] == ':' && (number || is_obfuscated(port));
}

/* RFC 7239, 6: 192.0.2.43, 192.0.2.43:47011, [2001:db8:cafe::17], [...]:4711. */
static bool parse_node(struct tf_str s, struct tf_address *out)
{
    bool bracketed = s.size && s.data[0] == '[';
    const char *end = s.size ? memchr(s.data, bracketed ? ']' : ':', s.size) : NULL;
    if (bracketed && !end)
        return false;
    struct tf_str host = {s.data + bracketed, (end ? (size_t)(end - s.data) : s.size) - bracketed};
    const char *after = end ? end + bracketed : s.data + s.size;
    return is_port((struct tf_str){after, (size_t)(s.data + s.size - after)}) &&
           (bracketed ? tf_address_parse_ipv6(host, out) : tf_address_parse_ipv4(host, out));
}

/* There the address is mostly bare. */
static bool parse_x_element(struct tf_str element, struct tf_address *out)
{
    return tf_address_parse_ipv6(element, out) || parse_node(element, out);
}

/* --- Elements of Forwarded ------------------------------------------------- */

struct reader {
    const char *at, *end;
};

static bool take(struct reader *reader, char c)
{
    bool is = reader->at < reader->end && *reader->at == c;
    reader->at += is;
    return is;
}

static void skip_white(struct reader *reader)
{
    while (take(reader, ' ') || take(reader, '\t'))
        continue;
}

static struct tf_str read_token(struct reader *reader)
{
    const char *start = reader->at;
    while (reader->at < reader->end && characters_are(reader->at, 1, CHARACTER_TOKEN))
        reader->at++;
    return (struct tf_str){start, (size_t)(reader->at - start)};
}

/* What is between the quotes, without the backslashes (RFC 9110, 5.6.4). Of what is
 * longer than any node only that it is so: *size is then more than most. */
static bool read_quoted(struct reader *reader, char *out, size_t most, size_t *size)
{
    *size = 0;
    while (reader->at < reader->end && *reader->at != '"') {
        if (*reader->at == '\\' && ++reader->at == reader->end)
            return false;
        if (*size < most)
            out[*size] = *reader->at;
        *size += *size <= most;
        reader->at++;
    }
    return take(reader, '"');
}

/* name=value; the value is in out, and more than most bytes are not kept. */
static bool read_pair(struct reader *reader, struct tf_str *name, char *out, size_t most,
                      size_t *size)
{
    *name = read_token(reader);
    if (!name->size || !take(reader, '='))
        return false;
    if (take(reader, '"'))
        return read_quoted(reader, out, most, size);
    struct tf_str value = read_token(reader);
    *size = value.size <= most ? value.size : most + 1;
    memcpy(out, value.data, value.size <= most ? value.size : most);
    return value.size > 0;
}

/* The one "for" among the pairs. */
static bool parse_element(struct tf_str element, struct tf_address *out)
{
    struct reader reader = {element.data, element.data + element.size};
    bool found = false, wrong = false;
    do {
        char value[64];
        struct tf_str name;
        size_t size;
        skip_white(&reader);
        if (reader.at == reader.end || *reader.at == ';')
            continue;
        if (!read_pair(&reader, &name, value, sizeof value, &size))
            return false;
        if (name.size == 3 && strncasecmp(name.data, "for", 3) == 0) {
            wrong |= found || size > sizeof value || !parse_node((struct tf_str){value, size}, out);
            found = true;
        }
        skip_white(&reader);
    } while (take(&reader, ';'));
    return found && !wrong && reader.at == reader.end;
}

/* --- The way back ----------------------------------------------------------- */

static bool is_escaped(const char *start, const char *at)
{
    size_t backslashes = 0;
    while (at > start + backslashes && at[-1 - (ptrdiff_t)backslashes] == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

/* Cuts the element behind the last comma outside quotes. Read from the right, so
 * that no quote that a stranger opened reaches what was added after it. */
static struct tf_str cut_last(struct tf_str *rest, bool quotes)
{
    bool quoted = false;
    const char *end = rest->data + rest->size, *at = end;
    while (at > rest->data && (quoted || at[-1] != ',')) {
        at--;
        if (quotes && *at == '"' && !is_escaped(rest->data, at))
            quoted = !quoted;
    }
    *rest = (struct tf_str){rest->data, at > rest->data ? (size_t)(at - rest->data) - 1 : 0};
    return tf_str_trim((struct tf_str){at, (size_t)(end - at)});
}

/* More proxies in a row than anybody has. */
enum { HOPS_MAX = 32 };

static struct tf_address walk(const struct tf_networks *proxies, struct tf_address peer,
                              struct tf_str header,
                              bool (*parse)(struct tf_str element, struct tf_address *out))
{
    struct tf_address client = peer;
    for (int hops = 0; header.size && hops < HOPS_MAX && tf_networks_contain(proxies, client);) {
        struct tf_str element = cut_last(&header, parse == parse_element);
        if (!element.size)
            continue; /* RFC 9110, 5.6.1.2 */
        struct tf_address next;
        if (!parse(element, &next))
            break;
        client = next;
        hops++;
    }
    return client;
}

struct tf_address tf_forwarded_client(const struct tf_networks *proxies, struct tf_address peer,
                                      struct tf_str forwarded, struct tf_str x_forwarded_for)
{
    struct tf_address by_one = walk(proxies, peer, forwarded, parse_element);
    struct tf_address by_other = walk(proxies, peer, x_forwarded_for, parse_x_element);
    if (!forwarded.size)
        return by_other;
    if (!x_forwarded_for.size || memcmp(&by_one, &by_other, sizeof by_one) == 0)
        return by_one;
    return peer;
}
