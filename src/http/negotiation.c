/* SPDX-License-Identifier: MIT */
/* Which form an answer takes (RFC 9110, 12): media type and content coding. */
#include "coding.h"
#include "exchange.h"

/* Of equally liked ones the first is taken. */
static const struct {
    enum format format;
    const char *name; /* in ?format= */
    const char *type; /* in Accept */
    const char *full; /* in Content-Type */
} formats[] = {
    {FORMAT_HTML, "html", "text/html", "text/html; charset=utf-8"},
    {FORMAT_JSON, "json", "application/json", "application/json"},
};

enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static void take(struct exchange *exchange, size_t format)
{
    exchange->format = formats[format].format;
    exchange->reply.type = formats[format].full;
}

/* Names or types of those the route has, in one line. */
static struct tf_str allowed(struct exchange *exchange, bool types)
{
    struct tf_str list = TF_STR("");
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (exchange->route->formats & formats[i].format)
            list =
                tf_arena_printf(exchange->worker->arena, "%.*s%s%s", TF_STR_ARG(list),
                                list.size ? ", " : "", types ? formats[i].type : formats[i].name);
    return list;
}

/* As much of a client's words as is repeated to it. */
static int shown(struct tf_str word)
{
    return (int)(word.size < 64 ? word.size : 64);
}

static enum tf_problem_code by_parameter(struct exchange *exchange, struct tf_str name)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if ((exchange->route->formats & formats[i].format) && tf_str_is(name, formats[i].name)) {
            take(exchange, i);
            return TF_PROBLEM_NONE;
        }
    struct tf_str detail = tf_arena_printf(exchange->worker->arena, "\"%.*s\" is not one of %s",
                                           shown(name), name.data, allowed(exchange, false).data);
    tf_exchange_violation(exchange, TF_STR("format"), detail.data);
    return TF_PROBLEM_BAD_PARAMETER;
}

static enum tf_problem_code not_acceptable(struct exchange *exchange, const char *what)
{
    tf_error_set(&exchange->error, TF_INPUT, "this path gives %s only", what);
    return TF_PROBLEM_NOT_ACCEPTABLE;
}

static enum tf_problem_code by_header(struct exchange *exchange)
{
    struct tf_str accept = tf_exchange_header(exchange, MHD_HTTP_HEADER_ACCEPT);
    double most = 0;
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if (!(exchange->route->formats & formats[i].format))
            continue;
        double quality = tf_accept_quality(accept, formats[i].type);
        if (quality > most) {
            take(exchange, i);
            most = quality;
        }
    }
    return most > 0 ? TF_PROBLEM_NONE : not_acceptable(exchange, allowed(exchange, true).data);
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
    return given ? by_parameter(exchange, given->value) : by_header(exchange);
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
    return exchange->route->formats ? choose_format(exchange) : check_type(exchange);
}
