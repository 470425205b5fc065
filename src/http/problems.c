/* SPDX-License-Identifier: MIT */
/* Problems as answers, and the pages that explain them. */
#include "exchange.h"
#include "stream.h"

#include <string.h>

/* The one place where a failure becomes an HTTP status. No default: a new
 * status has to be thought about. */
enum tf_problem_code tf_problem_of(enum tf_status status)
{
    switch (status) {
    case TF_OK:
        return TF_PROBLEM_NONE;
    case TF_INPUT:
        return TF_PROBLEM_BAD_REQUEST;
    case TF_PARAMETER:
        return TF_PROBLEM_BAD_PARAMETER;
    case TF_NOT_FOUND:
        return TF_PROBLEM_NOT_FOUND;
    case TF_TOO_LARGE:
        return TF_PROBLEM_URI;
    case TF_TIMEOUT:
        return TF_PROBLEM_TIMEOUT;
    case TF_NO_MEMORY:
    case TF_BUSY:
    case TF_IO:
    case TF_FOREIGN:
    case TF_NEWER:
    case TF_OLDER:
        return TF_PROBLEM_UNAVAILABLE;
    case TF_USAGE:
    case TF_DATABASE:
    case TF_CORRUPT:
    case TF_FULL:
    case TF_READ_ONLY:
    case TF_INTERNAL:
    case TF_STATUS__MAX:
        return TF_PROBLEM_INTERNAL;
    }
    return TF_PROBLEM_INTERNAL;
}

static const struct tf_problem_type types[TF_PROBLEM__MAX] = {
#define X(name, status, code, title, meaning, advice)                                              \
    [TF_PROBLEM_##name] = {status, code, title, meaning, advice},
    TF_PROBLEM_MAP(X)
#undef X
};

/* --- Answers ------------------------------------------------------------- */

/* What failed inside is for the log, where the request's id finds it. */
static struct tf_str public_detail(struct exchange *exchange, enum tf_problem_code code)
{
    if (types[code].http_status >= 500)
        return TF_STR("The request could not be answered; please try again later.");
    return tf_str_of(exchange->error.message);
}

/* Seconds; 0: to try again is of no use. */
static unsigned retry_after(const struct exchange *exchange, enum tf_problem_code code)
{
    switch (code) {
    case TF_PROBLEM_RATE:
        return exchange->request->left.seconds;
    case TF_PROBLEM_OVERLOADED:
        return 1;
    case TF_PROBLEM_TIMEOUT:
    case TF_PROBLEM_UNAVAILABLE:
    case TF_PROBLEM_STOPPING:
        return 5;
    default:
        return 0;
    }
}

void tf_reply_problem(struct exchange *exchange, enum tf_problem_code code)
{
    struct reply *reply = &exchange->reply;
    unsigned allow = reply->allow;
    tf_buf_clear(&reply->body);
    tf_stream_free(reply->stream);
    *reply = (struct reply){.status = (unsigned)types[code].http_status,
                            .type = "application/problem+json",
                            .cache = CACHE_NONE,
                            .allow = allow,
                            .retry_after = retry_after(exchange, code)};
    bool known = exchange->target.segments.n || exchange->route;
    struct tf_problem problem = {
        .type = &types[code],
        .detail = public_detail(exchange, code),
        .instance =
            known ? tf_target_path(&exchange->target, exchange->worker->arena) : TF_STR_NULL,
        .request_id = tf_str_of(exchange->request->id),
        .violations = &exchange->violations,
    };
    tf_resource_problem(&problem, &reply->body);
}

/* --- Pages --------------------------------------------------------------- */

/* Texts of the table are ours, and yet one of them may come to hold a mark. */
static void add_escaped(struct tf_buf *html, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            tf_buf_add_text(html, "&lt;");
        else if (*text == '&')
            tf_buf_add_text(html, "&amp;");
        else
            tf_buf_add_char(html, *text);
    }
}

static void add_element(struct tf_buf *html, const char *name, const char *text)
{
    tf_buf_printf(html, "<%s>", name);
    add_escaped(html, text);
    tf_buf_printf(html, "</%s>\n", name);
}

/* No style: the Content-Security-Policy of every answer would forbid it. */
static void open_page(struct tf_buf *html, const char *title)
{
    tf_buf_add_text(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                          "<meta name=\"viewport\" content=\"width=device-width\">\n");
    add_element(html, "title", title);
    tf_buf_add_text(html, "</head>\n<body>\n<main>\n");
    add_element(html, "h1", title);
}

static void close_page(struct tf_buf *html)
{
    tf_buf_add_text(html, "</main>\n</body>\n</html>\n");
}

static void write_page(const struct tf_problem_type *type, struct tf_buf *html)
{
    open_page(html, type->title);
    tf_buf_printf(html, "<p>Code <code>%s</code>, HTTP status %d.</p>\n", type->code,
                  type->http_status);
    add_element(html, "h2", "What it means");
    add_element(html, "p", type->meaning);
    add_element(html, "h2", "What to do");
    add_element(html, "p", type->advice);
    tf_buf_add_text(html, "<p><a href=\"/problems\">All problems</a></p>\n");
    close_page(html);
}

static void write_list(struct tf_buf *html)
{
    open_page(html, "Problems that this service tells of");
    tf_buf_add_text(html, "<dl>\n");
    for (int i = TF_PROBLEM_NONE + 1; i < TF_PROBLEM__MAX; i++) {
        tf_buf_printf(html, "<dt><a href=\"/problems/%s\"><code>%s</code></a> (%d)</dt>\n",
                      types[i].code, types[i].code, types[i].http_status);
        add_element(html, "dd", types[i].title);
    }
    tf_buf_add_text(html, "</dl>\n");
    close_page(html);
}

/* ?format= has been looked at when the type was chosen. */
static enum tf_status only_format(struct exchange *exchange)
{
    for (size_t i = 0; i < exchange->target.parameters.n; i++) {
        struct tf_str name = exchange->target.parameters.v[i].name;
        if (!tf_str_is(name, "format"))
            tf_exchange_violation(exchange, name, "unknown; format is allowed here");
    }
    return exchange->violations.n ? TF_PARAMETER : TF_OK;
}

enum tf_status tf_handle_problems(struct exchange *exchange)
{
    struct tf_buf *body = &exchange->reply.body;
    enum tf_status status = only_format(exchange);
    if (status != TF_OK)
        return status;
    if (exchange->format == TF_FORMAT_HTML)
        write_list(body);
    else
        tf_resource_problem_types(types + 1, TF_PROBLEM__MAX - 1, body);
    return TF_OK;
}

static const struct tf_problem_type *find_type(struct tf_str code)
{
    for (int i = TF_PROBLEM_NONE + 1; i < TF_PROBLEM__MAX; i++)
        if (tf_str_is(code, types[i].code))
            return &types[i];
    return NULL;
}

enum tf_status tf_handle_problem(struct exchange *exchange)
{
    struct tf_buf *body = &exchange->reply.body;
    const struct tf_problem_type *type = find_type(exchange->id);
    enum tf_status status = only_format(exchange);
    if (status != TF_OK)
        return status;
    if (!type)
        return tf_error_set(&exchange->error, TF_NOT_FOUND,
                            "there is no such problem; /problems lists them");
    if (exchange->format == TF_FORMAT_HTML)
        write_page(type, body);
    else
        tf_resource_problem_type(type, body);
    return TF_OK;
}
