/* SPDX-License-Identifier: MIT */
/* The handlers that tell about the service itself. */
#include "exchange.h"

#include <stdio.h>

enum tf_status tf_handle_index(struct exchange *exchange)
{
    struct tf_entry_point points[64];
    size_t count = 0;
    enum tf_status status = tf_no_parameters(exchange);
    if (status != TF_OK)
        return status;
    for (const struct route *route = tf_routes; route->pattern; route++) {
        TF_ASSERT(count < sizeof points / sizeof *points);
        if (!(route->at & exchange->request->listener->at))
            continue;
        points[count++] = (struct tf_entry_point){route->pattern, route->summary, route->type};
    }
    tf_resource_index(points, count, &exchange->reply.body);
    return TF_OK;
}

enum tf_status tf_handle_openapi(struct exchange *exchange)
{
    enum tf_status status = tf_no_parameters(exchange);
    if (status != TF_OK)
        return status;
    const struct tf_embedded *document = tf_embedded_find("schema/openapi.json");
    TF_ASSERT(document);
    exchange->reply.constant = (struct tf_str){document->data, document->size};
    return TF_OK;
}

/* Says nothing of the database: a container is not restarted for a lock. */
enum tf_status tf_handle_alive(struct exchange *exchange)
{
    static const struct tf_pair alive[] = {{"status", {"ok", 2}}};
    enum tf_status status = tf_no_parameters(exchange);
    if (status == TF_OK)
        tf_resource_pairs(alive, 1, &exchange->reply.body);
    return status;
}

/* A balancer that hears 503 sends no more. Every failure of the database means "not
 * now" here. */
enum tf_status tf_handle_ready(struct exchange *exchange)
{
    static const struct tf_pair ready[] = {{"status", {"ready", 5}}};
    struct tf_store *store;
    struct tf_dataset dataset;
    enum tf_status status = tf_no_parameters(exchange);
    if (status != TF_OK)
        return status;
    if (atomic_load(&exchange->request->http->draining)) {
        exchange->refusal = TF_PROBLEM_STOPPING;
        return TF_BUSY;
    }
    status = tf_worker_store(exchange->request->http, exchange->worker, &store, &exchange->error);
    if (status == TF_OK)
        status = tf_store_current(store, &exchange->error);
    if (status == TF_OK)
        status = tf_store_dataset(store, &dataset, &exchange->error);
    if (status != TF_OK)
        return TF_BUSY;
    tf_resource_pairs(ready, 1, &exchange->reply.body);
    return TF_OK;
}

enum tf_status tf_handle_version(struct exchange *exchange)
{
    enum tf_status status = tf_no_parameters(exchange);
    if (status != TF_OK)
        return status;
    char schema[16];
    snprintf(schema, sizeof schema, "%d", tf_store_schema_version());
    const struct tf_pair pairs[] = {
        {"name", TF_STR("treatfacts")},
        {"version", TF_STR(TF_VERSION)},
        {"schema", tf_str_of(schema)},
        {"sqlite", tf_str_of(tf_store_library_version())},
        {"libmicrohttpd", tf_str_of(tf_http_library_version())},
        {"jansson", tf_str_of(tf_resource_library_version())},
    };
    tf_resource_pairs(pairs, sizeof pairs / sizeof *pairs, &exchange->reply.body);
    return TF_OK;
}
