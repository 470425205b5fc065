/* SPDX-License-Identifier: MIT */
/* Which form an answer takes (RFC 9110, 12): media type and content coding. */
#include "coding.h"
#include "exchange.h"

static const struct {
    const char *type; /* in Accept */
    const char *full; /* in Content-Type */
} formats[TF_FORMAT__MAX] = {
    [TF_FORMAT_HTML] = {"text/html", "text/html; charset=utf-8"},
    [TF_FORMAT_JSON] = {"application/json", "application/json"},
    [TF_FORMAT_NDJSON] = {"application/x-ndjson", "application/x-ndjson"},
    [TF_FORMAT_CSV] = {"text/csv", "text/csv; charset=utf-8; header=present"},
    [TF_FORMAT_JSONLD] = {"application/ld+json", "application/ld+json"},
};

static void take(struct exchange *exchange, int format)
{
    exchange->format = (enum tf_format)format;
    exchange->reply.type = formats[format].full;
}

/* Names or types of those offered, in one line. */
static struct tf_str allowed(struct exchange *exchange, unsigned offered, bool types)
{
    struct tf_str list = TF_STR("");
    for (int i = 0; i < TF_FORMAT__MAX; i++)
        if (offered >> i & 1)
            list = tf_arena_printf(exchange->worker->arena, "%.*s%s%s", TF_STR_ARG(list),
                                   list.size ? ", " : "",
                                   types ? formats[i].type : tf_format_names[i]);
    return list;
}

/* As much of a client's words as is repeated to it. */
static int shown(struct tf_str word)
{
    return (int)(word.size < 64 ? word.size : 64);
}

static enum tf_problem_code by_parameter(struct exchange *exchange, struct tf_str name)
{
    unsigned offered = exchange->route->formats;
    int format = tf_name_find(tf_format_names, TF_FORMAT__MAX, name);
    if (format >= 0 && (offered >> format & 1)) {
        take(exchange, format);
        return TF_PROBLEM_NONE;
    }
    struct tf_str detail =
        tf_arena_printf(exchange->worker->arena, "\"%.*s\" is not one of %s", shown(name),
                        name.data, allowed(exchange, offered, false).data);
    tf_exchange_violation(exchange, TF_STR("format"), detail.data);
    return TF_PROBLEM_BAD_PARAMETER;
}

static enum tf_problem_code not_acceptable(struct exchange *exchange, const char *what)
{
    tf_error_set(&exchange->error, TF_INPUT, "this path gives %s only", what);
    return TF_PROBLEM_NOT_ACCEPTABLE;
}

/* Of equally liked ones the first. */
static enum tf_problem_code by_header(struct exchange *exchange, unsigned offered)
{
    struct tf_str accept = tf_exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT);
    double most = 0;
    for (int i = 0; i < TF_FORMAT__MAX; i++) {
        double quality = offered >> i & 1 ? tf_accept_quality(accept, formats[i].type) : 0;
        if (quality > most) {
            take(exchange, i);
            most = quality;
        }
    }
    return most > 0 ? TF_PROBLEM_NONE
                    : not_acceptable(exchange, allowed(exchange, offered, true).data);
}

static enum tf_problem_code choose_format(struct exchange *exchange)
{
    const struct tf_parameter *given = NULL;
    for (size_t i = 0; i < exchange->target.parameters.n; i++) {
        if (!tf_str_is(exchange->target.parameters.v[i].name, "format"))
            continue;
        if (given) {
            tf_exchange_violation(exchange, given->name, "must be given only once");
            return TF_PROBLEM_BAD_PARAMETER;
        }
        given = &exchange->target.parameters.v[i];
    }
    return given ? by_parameter(exchange, given->value)
                 : by_header(exchange, exchange->route->formats);
}

static enum tf_problem_code check_type(struct exchange *exchange)
{
    const char *type = exchange->route->type;
    exchange->reply.type = type;
    return tf_accept_quality(tf_exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT), type) > 0
               ? TF_PROBLEM_NONE
               : not_acceptable(exchange, type);
}

enum tf_problem_code tf_negotiate(struct exchange *exchange)
{
    struct tf_str codings = tf_exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    if (tf_coding_choose(codings, true) == TF_CODING__MAX)
        return not_acceptable(exchange, "the codings identity, gzip and br");
    if (exchange->route->list != TF_LIST__MAX)
        return TF_PROBLEM_NONE; /* once the query is read */
    return exchange->route->formats ? choose_format(exchange) : check_type(exchange);
}

/* Counts stand in JSON only, and linked data has no keys to pick: what is asked
 * for is not left out silently where only Accept chooses. */
static unsigned offered_for(const struct tf_query *query)
{
    unsigned offered = tf_query_formats(query->list);
    if (query->facets.n || query->page.count)
        offered &= 1u << TF_FORMAT_JSON;
    if (query->fields.n)
        offered &= ~(1u << TF_FORMAT_JSONLD);
    return offered;
}

enum tf_status tf_negotiate_query(struct exchange *exchange, const struct tf_query *query)
{
    if (query->format >= 0)
        take(exchange, query->format);
    else
        exchange->refusal = by_header(exchange, offered_for(query));
    return exchange->refusal == TF_PROBLEM_NONE ? TF_OK : TF_INPUT;
}
