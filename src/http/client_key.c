/* SPDX-License-Identifier: MIT */
#include "client_key.h"

#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

/* The first eight bytes as a number. Those of an IPv4 address, which are four, are no
 * network of IPv6 that is given to anybody (::/32). */
static uint64_t number_of(const unsigned char *bytes, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++)
        number = number << 8 | bytes[i];
    return number;
}

uint64_t client_key(const struct tf_address *address)
{
    struct in6_addr v6;
    memcpy(&v6, address->b, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6))
        return number_of(address->b + 12, 4);
    uint64_t network = number_of(address->b, 8);
    return network < CLIENT_ANY ? network : CLIENT_ANY - 1;
}

uint64_t client_key_of(const struct sockaddr *address)
{
    struct tf_address ip;
    return tf_address_of_socket(address, &ip) ? client_key(&ip) : 0;
}
