/* SPDX-License-Identifier: MIT */
/* Who asks. */
#ifndef TREATFACTS_HTTP_CLIENT_H
#define TREATFACTS_HTTP_CLIENT_H

#include "exchange.h"

/*
 * The client of a request, for the log and for what is counted by client: where the
 * connection comes from, or for whom a trusted proxy asks (forwarded.h). NULL: the
 * system does not tell. A proxy that does not say for whom it asks is the client, and
 * counts like any other. Found out once; behind proxies from the headers, so first
 * to be called while the access handler has the request.
 */
const struct tf_address *tf_request_client(struct request *request,
                                           struct MHD_Connection *connection);
/* By whom limits for each client go: the one place that decides it. */
uint64_t tf_client_of(const struct request *request);
/* Is this a proxy of the operator's? */
bool tf_is_proxy(const struct tf_http *http, const struct sockaddr *peer);

#endif
