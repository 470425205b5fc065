/* SPDX-License-Identifier: MIT */
/* Who asks: what limits for each client go by. */
#ifndef TREATFACTS_HTTP_CLIENT_KEY_H
#define TREATFACTS_HTTP_CLIENT_KEY_H

#include <stdint.h>
#include <sys/socket.h>

#include "networks.h"

/* A number that stands for an address of IPv4, or of IPv6 for the network of 64 bits
 * that it lies in: within one a client has as many addresses as it likes
 * (RFC 4291, 2.5.4; RFC 6177). Addresses of IPv4 written in IPv6 (RFC 4291, 2.5.5.2)
 * are those of IPv4. Below CLIENT_ANY, which no address is given. */
#define CLIENT_ANY (UINT64_MAX - 2)
uint64_t client_key(const struct tf_address *address);
uint64_t client_key_of(const struct sockaddr *address); /* NULL: 0 */

#endif
