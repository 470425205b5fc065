/* SPDX-License-Identifier: MIT */
/*
 * For whom a proxy asks: Forwarded (RFC 7239) and the older X-Forwarded-For. Anybody
 * can write these headers, so they are believed only as far as proxies of the
 * operator's wrote them. Each proxy adds the address that it was asked from at the
 * right end. Reading starts there, and what stands left of the first address that is
 * no such proxy was written by strangers and is not looked at. Pure.
 */
#ifndef TREATFACTS_HTTP_FORWARDED_H
#define TREATFACTS_HTTP_FORWARDED_H

#include "networks.h"

/*
 * Who asks, where the connection comes from peer. A header that is absent or empty
 * says nothing; one that stands several times is joined with commas in its order. A
 * node without an address ("unknown", "_hidden"), or none at all, hides what is left
 * of it: the proxy that wrote it is then the last that is known and stands for its
 * clients. So does the peer where both headers are there and differ: most proxies
 * write one and hand on the other as their client made it.
 */
struct tf_address tf_forwarded_client(const struct tf_networks *proxies, struct tf_address peer,
                                      struct tf_str forwarded, struct tf_str x_forwarded_for);

#endif
