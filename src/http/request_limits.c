/* SPDX-License-Identifier: MIT */
#include "request_limits.h"

#include "client.h"

#include <string.h>

/* --- Memory -------------------------------------------------------------- */

/* What of a connection's memory is taken by ... */
enum {
    FIELD = 64,   /* the library's entry for a header, or a cookie */
    REPLY = 2048, /* the head of a reply but for the URL, which is mostly part of it (Link) */
    USUAL_URL = 512,
    USUAL_FIELDS = 16,
    USUAL_FIELD = 64, /* a header as it is sent */
};

static size_t largest(const size_t *sizes, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found = sizes[i] > found ? sizes[i] : found;
    return found;
}

/* Each of the limits can be reached where the rest is usual. More than that would be of use
 * to few, and cost every request time: the library wipes all of it, half of it twice, and
 * with it what the processor has nearest. */
size_t limits_memory(const struct tf_http_limits *limits)
{
    const size_t usual_fields = (size_t)USUAL_FIELDS * FIELD;
    const size_t sizes[] = {
        2 * (size_t)limits->url_bytes + usual_fields + (size_t)USUAL_FIELDS * USUAL_FIELD,
        2 * (size_t)USUAL_URL + usual_fields + limits->head_bytes,
        2 * (size_t)USUAL_URL + (size_t)limits->head_fields * (FIELD + USUAL_FIELD),
    };
    return REPLY + largest(sizes, sizeof sizes / sizeof *sizes);
}

/* What is not allowed can mostly be held all the same, beside the short reply that says so;
 * what cannot, the library refuses itself, in HTML (414, 431). */
bool limits_allow_head(const struct tf_http *http, const struct head_size *size)
{
    const struct tf_http_limits *limits = &http->limits;
    size_t linked = size->target <= limits->url_bytes ? size->target : 0; /* else: refused */
    size_t held = size->bytes + FIELD * size->fields;
    size_t copied = linked + size->cookie_bytes + FIELD * size->cookies;
    return size->fields <= limits->head_fields &&
           size->bytes - size->target <= limits->head_bytes &&
           held + copied + REPLY <= http->connection_memory;
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
