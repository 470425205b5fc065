/* SPDX-License-Identifier: MIT */
#include "request_limits.h"

#include "client.h"

#include <string.h>

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
