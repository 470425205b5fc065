/* SPDX-License-Identifier: MIT */
/* From name=value pairs to a checked query; every violation is reported. */
#include "query_internal.h"

#include <math.h>
#include <string.h>

enum { VALUES_MAX = 100, TEXT_MAX = TF_SOURCE_KEY_MAX };

struct parsing {
    struct tf_store *store;
    struct tf_arena *arena;
    struct tf_query *query;
    struct tf_violations *violations;
    enum tf_status status;
    struct tf_error *error;
};

/* At most 80 bytes of a value are repeated to its sender. */
static int shown(struct tf_str value)
{
    return value.size > 80 ? 80 : (int)value.size;
}

#define VIOLATE(p, name, ...) violate((p), (name), tf_arena_printf((p)->arena, __VA_ARGS__))
static void violate(struct parsing *p, struct tf_str name, struct tf_str detail)
{
    struct tf_violation *violation = TF_PUSH(p->arena, p->violations);
    if (violation)
        *violation = (struct tf_violation){name, detail};
}

static struct tf_str join(struct parsing *p, const char *const *names, size_t count)
{
    struct tf_buf buf;
    tf_buf_init(&buf);
    for (size_t i = 0; i < count; i++)
        tf_buf_printf(&buf, "%s%s", i ? ", " : "", names[i]);
    struct tf_str joined = tf_arena_str(p->arena, tf_buf_str(&buf));
    tf_buf_clear(&buf);
    return joined;
}

/* --- Values -------------------------------------------------------------- */

static void keep_value(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    struct tf_strs *values = &p->query->filter.values[parameter->filter];
    if (tf_strs_contain(values, value))
        return;
    if (values->n == VALUES_MAX)
        VIOLATE(p, tf_str_of(parameter->name), "at most %d values", VALUES_MAX);
    else
        tf_strs_push(p->arena, values, value);
}

static void read_enum(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    if (tf_name_find(parameter->names, parameter->names_count, value) >= 0) {
        keep_value(p, parameter, value);
        return;
    }
    struct tf_str allowed = join(p, parameter->names, (size_t)parameter->names_count);
    VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not one of %s", shown(value), value.data,
            allowed.data);
}

static void read_code(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    struct tf_strs codes = {0};
    p->status = tf_store_codes(p->store, parameter->vocabulary, p->arena, &codes, p->error);
    if (p->status != TF_OK)
        return;
    if (tf_strs_contain(&codes, value)) {
        keep_value(p, parameter, value);
        return;
    }
    const char **names = TF_NEW_ARRAY(p->arena, const char *, codes.n);
    for (size_t i = 0; names && i < codes.n; i++)
        names[i] = codes.v[i].data;
    const char *near = names ? suggest(value, names, codes.n) : NULL;
    VIOLATE(p, tf_str_of(parameter->name), "no %s has the code \"%.*s\"%s%s%s; /v1/%ss lists all",
            parameter->name, shown(value), value.data, near ? " (did you mean " : "",
            near ? near : "", near ? "?)" : "", parameter->name);
}

static void read_uuid(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    struct tf_uuid id;
    if (tf_uuid_parse(value, &id))
        keep_value(p, parameter, value);
    else
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not an id (a UUID)", shown(value),
                value.data);
}

static void read_text(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    if (value.size > TEXT_MAX)
        VIOLATE(p, tf_str_of(parameter->name), "longer than %d bytes", TEXT_MAX);
    else
        keep_value(p, parameter, value);
}

static void read_match(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    if (value.size > TEXT_MAX || !match_build(value, p->arena, &p->query->filter.match))
        VIOLATE(p, tf_str_of(parameter->name),
                "needs 1 to 32 words of letters or digits, %d bytes at most", TEXT_MAX);
}

static void read_duration(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    struct tf_filter *filter = &p->query->filter;
    double *out = strcmp(parameter->name, "max_lte") == 0 ? &filter->max_lte : &filter->min_gte;
    if (!duration_parse(value, out))
        VIOLATE(p, tf_str_of(parameter->name),
                "\"%.*s\" is not an ISO 8601 duration such as PT24H, P3D or P2W", shown(value),
                value.data);
}

static void read_timestamp(struct parsing *p, const struct parameter *parameter,
                           struct tf_str value)
{
    char utc[TF_TIME_TEXT];
    if (timestamp_parse(value, utc))
        p->query->filter.updated_since = tf_arena_str(p->arena, tf_str_of(utc));
    else
        VIOLATE(p, tf_str_of(parameter->name),
                "\"%.*s\" is neither a date (2025-03-31) nor a date and time with zone "
                "(2025-03-31T09:15:00Z)",
                shown(value), value.data);
}

static void read_limit(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    uint32_t limit = 0;
    for (size_t i = 0; i < value.size; i++) {
        bool digit = value.data[i] >= '0' && value.data[i] <= '9';
        limit = digit && limit <= TF_LIMIT_MAX ? limit * 10 + (uint32_t)(value.data[i] - '0')
                                               : TF_LIMIT_MAX + 1;
    }
    if (limit < 1 || limit > TF_LIMIT_MAX)
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not a whole number from 1 to %d",
                shown(value), value.data, TF_LIMIT_MAX);
    else
        p->query->page.limit = limit;
}

static void read_boolean(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    if (tf_str_is(value, "true") || tf_str_is(value, "false"))
        p->query->page.count = value.size == 4;
    else
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not true or false", shown(value),
                value.data);
}

typedef void read_fn(struct parsing *p, const struct parameter *parameter, struct tf_str value);

/* A cursor is bound to the whole filter and so is read last (read_cursor). */
static read_fn *const readers[] = {
    [TYPE_ENUM] = read_enum,         [TYPE_CODE] = read_code,
    [TYPE_SOURCE] = read_text,       [TYPE_UUID] = read_uuid,
    [TYPE_TEXT] = read_text,         [TYPE_MATCH] = read_match,
    [TYPE_DURATION] = read_duration, [TYPE_TIMESTAMP] = read_timestamp,
    [TYPE_LIMIT] = read_limit,       [TYPE_CURSOR] = NULL,
    [TYPE_BOOLEAN] = read_boolean,
};

/* --- Parameters ---------------------------------------------------------- */

static void read_value(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    if (value.size == 0)
        VIOLATE(p, tf_str_of(parameter->name), "has an empty value");
    else if (readers[parameter->type] && p->status == TF_OK)
        readers[parameter->type](p, parameter, value);
}

/* Headings and names of studies have commas of their own; those are given by
 * repeating the parameter. */
static void read_values(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    bool split = parameter->many && parameter->type != TYPE_TEXT;
    size_t start = 0;
    for (size_t i = 0; split && i < value.size; i++)
        if (value.data[i] == ',') {
            read_value(p, parameter, (struct tf_str){value.data + start, i - start});
            start = i + 1;
        }
    read_value(p, parameter, (struct tf_str){value.data + start, value.size - start});
}

static void unknown(struct parsing *p, struct tf_str name)
{
    const char **names = TF_NEW_ARRAY(p->arena, const char *, parameters_count);
    size_t count = 0;
    for (size_t i = 0; names && i < parameters_count; i++)
        if (parameter_taken(&parameters[i], p->query->list))
            names[count++] = parameters[i].name;
    struct tf_str allowed = join(p, names, count);
    const char *near = suggest(name, names, count);
    VIOLATE(p, name, "unknown parameter%s%s%s; allowed are %s", near ? " (did you mean " : "",
            near ? near : "", near ? "?)" : "", allowed.data);
}

static void read_all(struct parsing *p, const struct tf_parameter *given, size_t count, char *seen)
{
    for (size_t i = 0; p->status == TF_OK && i < count; i++) {
        const struct parameter *parameter = parameter_find(given[i].name, p->query->list);
        if (!parameter) {
            unknown(p, given[i].name);
            continue;
        }
        char *flag = &seen[parameter - parameters];
        if (*flag && !parameter->many)
            VIOLATE(p, given[i].name, "may be given only once");
        else
            read_values(p, parameter, given[i].value);
        *flag = 1;
    }
}

static void read_cursor(struct parsing *p, const struct tf_parameter *given, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!tf_str_is(given[i].name, "cursor") || given[i].value.size == 0)
            continue;
        if (!cursor_read(given[i].value, p->query, p->arena, &p->query->page.after))
            VIOLATE(p, given[i].name,
                    "is damaged or belongs to another list or filter; take it from links.next");
        return;
    }
}

/* What the path itself says. */
static void fix_filter(struct tf_query *query, const struct tf_uuid *source, struct tf_arena *arena)
{
    if (query->list == TF_LIST_ONSET_WINDOWS)
        tf_strs_push(arena, &query->filter.values[TF_FILTER_MEASURE],
                     tf_str_of(tf_measure_names[TF_MEASURE_ONSET]));
    if (source) {
        char id[TF_UUID_TEXT];
        tf_uuid_format(*source, id);
        tf_strs_push(arena, &query->filter.values[TF_FILTER_SOURCE],
                     tf_arena_str(arena, tf_str_of(id)));
    }
}

enum tf_status tf_query_parse(struct tf_store *store, enum tf_list list,
                              const struct tf_uuid *source, const struct tf_parameter *given,
                              size_t count, struct tf_arena *arena, struct tf_query *out,
                              struct tf_violations *violations, struct tf_error *error)
{
    struct tf_query query = {.list = list,
                             .filter = {.max_lte = NAN, .min_gte = NAN},
                             .page = {.limit = TF_LIMIT_DEFAULT}};
    struct parsing p = {store, arena, &query, violations, TF_OK, error};
    size_t before = violations->n;
    char *seen = TF_NEW_ARRAY(arena, char, parameters_count);
    fix_filter(&query, source, arena);
    if (seen)
        read_all(&p, given, count, seen);
    if (p.status == TF_OK && violations->n == before)
        read_cursor(&p, given, count);
    if (p.status != TF_OK)
        return p.status;
    if (tf_arena_failed(arena))
        return tf_error_set(error, TF_NO_MEMORY, "the query takes too much memory");
    if (violations->n > before)
        return tf_error_set(error, TF_PARAMETER, "%zu parameters are wrong",
                            violations->n - before);
    *out = query;
    return TF_OK;
}
