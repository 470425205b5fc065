/* SPDX-License-Identifier: MIT */
/* Addresses and networks of them. Pure. */
#ifndef TREATFACTS_HTTP_NETWORKS_H
#define TREATFACTS_HTTP_NETWORKS_H

#include <treatfacts/base.h>

/* IPv6, in the order of the network; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so
 * that both are the same when one socket takes both. */
struct tf_address {
    unsigned char b[16];
};
struct tf_address tf_address_of_ipv4(const void *four_bytes);
struct tf_address tf_address_of_ipv6(const void *sixteen_bytes);
struct sockaddr;
/* false: absent, or of another family. */
bool tf_address_of_socket(const struct sockaddr *address, struct tf_address *out);
/* As inet_pton(3) has them, which takes neither ports nor zones. */
bool tf_address_parse_ipv4(struct tf_str s, struct tf_address *out);
bool tf_address_parse_ipv6(struct tf_str s, struct tf_address *out);
enum { TF_ADDRESS_TEXT = 46 };
void tf_address_format(struct tf_address address, char out[TF_ADDRESS_TEXT]);

struct tf_network {
    struct tf_address address;
    unsigned bits; /* of the 128 */
};
struct tf_networks {
    struct tf_network *v;
    size_t n;
};
/* Networks in the notation of RFC 4632 and RFC 4291 with commas between them, as
 * "10.0.0.0/8, 2001:db8::/32"; without a length a single address. An absent list has
 * none. false: no memory, or one is none (see tf_http_network_refused). */
bool tf_networks_init(struct tf_networks *networks, struct tf_str list);
void tf_networks_clear(struct tf_networks *networks);
bool tf_networks_contain(const struct tf_networks *networks, struct tf_address address);

#endif
