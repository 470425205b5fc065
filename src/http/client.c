/* SPDX-License-Identifier: MIT */
#include "client.h"

#include "client_key.h"

static bool peer_of(struct MHD_Connection *connection, struct tf_address *out)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return tf_address_of_socket(info ? info->client_addr : NULL, out);
}

bool tf_is_proxy(const struct tf_http *http, const struct sockaddr *peer)
{
    struct tf_address address;
    return http->proxies.n && tf_address_of_socket(peer, &address) &&
           tf_networks_contain(&http->proxies, address);
}

/* What cannot be read for want of memory names nobody: the proxy counts as client. */
static struct tf_address behind(const struct tf_networks *proxies, struct tf_address peer,
                                struct MHD_Connection *connection)
{
    struct tf_buf forwarded, x_forwarded_for;
    tf_buf_init(&forwarded);
    tf_buf_init(&x_forwarded_for);
    struct tf_address client =
        tf_forwarded_client(proxies, peer, tf_join_header(connection, "Forwarded", &forwarded),
                            tf_join_header(connection, "X-Forwarded-For", &x_forwarded_for));
    tf_buf_clear(&forwarded);
    tf_buf_clear(&x_forwarded_for);
    return client;
}

const struct tf_address *tf_request_client(struct request *request,
                                           struct MHD_Connection *connection)
{
    const struct tf_networks *proxies = &request->http->proxies;
    struct tf_address *client = &request->client;
    if (!request->client_known) {
        if (!peer_of(connection, client))
            return NULL;
        if (tf_networks_contain(proxies, *client))
            *client = behind(proxies, *client, connection);
        request->client_known = true;
    }
    return client;
}

uint64_t tf_client_of(const struct request *request)
{
    return request->client_known ? client_key(&request->client) : request->watched->client;
}
