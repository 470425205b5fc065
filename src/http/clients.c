/* SPDX-License-Identifier: MIT */
#include "clients.h"

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

uint64_t client_of_address(const struct sockaddr *address)
{
    if (address && address->sa_family == AF_INET) {
        struct sockaddr_in v4;
        memcpy(&v4, address, sizeof v4);
        return number_of((const unsigned char *)&v4.sin_addr, 4);
    }
    if (!address || address->sa_family != AF_INET6)
        return 0;
    struct sockaddr_in6 v6;
    memcpy(&v6, address, sizeof v6);
    const unsigned char *bytes = v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        return number_of(bytes + 12, 4);
    uint64_t network = number_of(bytes, 8);
    return network == UINT64_MAX ? network - 1 : network;
}
