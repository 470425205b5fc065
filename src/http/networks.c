/* SPDX-License-Identifier: MIT */
#include "networks.h"

#include <treatfacts/http.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { IPV4_BITS = 96 }; /* of ::ffff:0:0/96, before the address itself */

static const unsigned char ipv4_prefix[12] = {[10] = 0xff, [11] = 0xff};

struct tf_address tf_address_of_ipv4(const void *four_bytes)
{
    struct tf_address address;
    memcpy(address.b, ipv4_prefix, sizeof ipv4_prefix);
    memcpy(address.b + sizeof ipv4_prefix, four_bytes, 4);
    return address;
}

struct tf_address tf_address_of_ipv6(const void *sixteen_bytes)
{
    struct tf_address address;
    memcpy(address.b, sixteen_bytes, sizeof address.b);
    return address;
}

bool tf_address_of_socket(const struct sockaddr *address, struct tf_address *out)
{
    if (!address || (address->sa_family != AF_INET && address->sa_family != AF_INET6))
        return false;
    *out = address->sa_family == AF_INET6
               ? tf_address_of_ipv6(&((const struct sockaddr_in6 *)address)->sin6_addr)
               : tf_address_of_ipv4(&((const struct sockaddr_in *)address)->sin_addr);
    return true;
}

void tf_address_format(struct tf_address address, char out[TF_ADDRESS_TEXT])
{
    bool ipv4 = memcmp(address.b, ipv4_prefix, sizeof ipv4_prefix) == 0;
    TF_ASSERT(inet_ntop(ipv4 ? AF_INET : AF_INET6,
                        ipv4 ? address.b + sizeof ipv4_prefix : address.b, out, TF_ADDRESS_TEXT));
}

static bool parse(struct tf_str s, int family, struct tf_address *out)
{
    char text[TF_ADDRESS_TEXT];
    unsigned char bytes[16];
    if (s.size >= sizeof text || memchr(s.data, '\0', s.size))
        return false;
    memcpy(text, s.data, s.size);
    text[s.size] = '\0';
    if (inet_pton(family, text, bytes) != 1)
        return false;
    *out = family == AF_INET ? tf_address_of_ipv4(bytes) : tf_address_of_ipv6(bytes);
    return true;
}

bool tf_address_parse_ipv4(struct tf_str s, struct tf_address *out)
{
    return parse(s, AF_INET, out);
}

bool tf_address_parse_ipv6(struct tf_str s, struct tf_address *out)
{
    return parse(s, AF_INET6, out);
}

/* At most three digits, and no zero in front. */
static bool parse_bits(struct tf_str s, unsigned most, unsigned *out)
{
    unsigned bits = 0;
    if (s.size < 1 || s.size > 3 || (s.size > 1 && s.data[0] == '0'))
        return false;
    for (size_t i = 0; i < s.size; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
        bits = 10 * bits + (unsigned)(s.data[i] - '0');
    }
    *out = bits;
    return bits <= most;
}

static bool bit_of(struct tf_address address, unsigned i)
{
    return address.b[i / 8] >> (7 - i % 8) & 1;
}

static bool shares_bits(struct tf_address a, struct tf_address b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a.b, b.b, whole) == 0 &&
           (rest == 0 || ((a.b[whole] ^ b.b[whole]) >> (8 - rest)) == 0);
}

/* Bits behind the length mean that something else was wanted. */
static bool parse_network(struct tf_str s, struct tf_network *out)
{
    const char *slash = memchr(s.data, '/', s.size);
    struct tf_str host = {s.data, slash ? (size_t)(slash - s.data) : s.size};
    struct tf_network network = {.bits = 128};
    bool ipv4 = tf_address_parse_ipv4(host, &network.address);
    if (!ipv4 && !tf_address_parse_ipv6(host, &network.address))
        return false;
    unsigned before = ipv4 ? IPV4_BITS : 0;
    if (slash) {
        struct tf_str bits = {slash + 1, s.size - host.size - 1};
        if (!parse_bits(bits, 128 - before, &network.bits))
            return false;
        network.bits += before;
    }
    for (unsigned i = network.bits; i < 128; i++)
        if (bit_of(network.address, i))
            return false;
    *out = network;
    return true;
}

struct tf_str tf_http_network_refused(const char *list)
{
    struct tf_network network;
    struct tf_str rest = tf_str_of(list);
    for (struct tf_str s; (s = tf_str_cut(&rest, ',')).data;)
        if (!parse_network(s, &network))
            return s;
    return TF_STR_NULL;
}

bool tf_networks_init(struct tf_networks *networks, struct tf_str list)
{
    *networks = (struct tf_networks){0};
    if (!list.data)
        return true;
    size_t most = 1;
    for (size_t i = 0; i < list.size; i++)
        most += list.data[i] == ',';
    networks->v = calloc(most, sizeof *networks->v);
    for (struct tf_str s; networks->v && (s = tf_str_cut(&list, ',')).data;)
        if (!parse_network(s, &networks->v[networks->n++])) {
            tf_networks_clear(networks);
            return false;
        }
    return networks->v != NULL;
}

void tf_networks_clear(struct tf_networks *networks)
{
    free(networks->v);
    *networks = (struct tf_networks){0};
}

bool tf_networks_contain(const struct tf_networks *networks, struct tf_address address)
{
    for (size_t i = 0; i < networks->n; i++)
        if (shares_bits(networks->v[i].address, address, networks->v[i].bits))
            return true;
    return false;
}
