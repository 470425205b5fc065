/* SPDX-License-Identifier: MIT */
#include "request_limits.h"

#include "client.h"

#include <string.h>

/* --- Memory -------------------------------------------------------------- */

/* What of a connection's memory is taken by ... */
enum {
    FIELD = 64,   /* the library's entry for a header */
    REPLY = 2048, /* the head of a reply but for the URL, which is mostly part of it (Link) */
    USUAL_URL = 512,
    USUAL_HEAD = 4096 + 32 * FIELD,
};

/* The longest URL has room beside usual headers, and the largest headers beside a usual
 * URL. More would be of use to few, and cost every request time: all of it is wiped after
 * each, and that of all connections together should stay in a processor's own cache. */
size_t limits_memory(const struct tf_http_limits *limits)
{
    size_t long_url = 2 * (size_t)limits->url_bytes + USUAL_HEAD;
    size_t large_head =
        limits->head_bytes + (size_t)FIELD * limits->head_fields + 2 * (size_t)USUAL_URL;
    return REPLY + (long_url > large_head ? long_url : large_head);
}

/* What is not allowed can mostly be held all the same, beside the short reply that says so;
 * what cannot, the library refuses itself, in HTML (414, 431). */
bool limits_allow_head(const struct tf_http_limits *limits, size_t size, size_t target_size,
                       size_t fields)
{
    return fields <= limits->head_fields && size - target_size <= limits->head_bytes &&
           size + target_size + FIELD * fields + REPLY <= limits_memory(limits);
}

/* --- Rate ---------------------------------------------------------------- */

static bool is_watching(const struct request *request)
{
    static const char *const paths[] = {"/healthz", "/readyz", "/metrics"};
    size_t size = strcspn(request->target, "?");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (strlen(paths[i]) == size && memcmp(request->target, paths[i], size) == 0)
            return true;
    return false;
}

bool limits_rate_allows(struct request *request)
{
    struct rates *rates = request->http->rates;
    if (!rates || is_watching(request))
        return true;
    request->counted = true;
    return rates_take(rates, tf_client_of(request), request->began_ns, &request->left);
}

void limits_add_headers(struct MHD_Response *response, const struct request *request)
{
    char value[RATE_TEXT];
    if (!request->counted)
        return;
    rates_policy(request->http->rates, value);
    (void)MHD_add_response_header(response, "RateLimit-Policy", value);
    rates_state(&request->left, value);
    (void)MHD_add_response_header(response, "RateLimit", value);
}

/* --- Reading ------------------------------------------------------------- */

bool limits_begin_reading(struct exchange *exchange)
{
    if (!exchange->reading)
        exchange->reading = gate_enter(&exchange->request->http->reading);
    return exchange->reading;
}

void limits_end_reading(struct exchange *exchange)
{
    if (exchange->reading)
        gate_leave(&exchange->request->http->reading);
    exchange->reading = false;
}
