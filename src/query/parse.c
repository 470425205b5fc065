/* SPDX-License-Identifier: MIT */
/* From name=value pairs to a checked query; every violation is reported. */
#include "query_internal.h"

#include <math.h>
#include <string.h>

enum { VALUES_MAX = 100, TEXT_MAX = TF_SOURCE_KEY_MAX };

struct parsing {
    struct tf_store *store; /* NULL for one of a list, which has no codes */
    bool one;
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
    return tf_buf_move(&buf, p->arena);
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

/* Kept in small letters, as ids are written everywhere else. */
static void read_uuid(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    struct tf_uuid id;
    char text[TF_UUID_TEXT];
    if (tf_uuid_parse(value, &id)) {
        tf_uuid_format(id, text);
        keep_value(p, parameter, tf_arena_str(p->arena, tf_str_of(text)));
    } else {
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not an id (a UUID)", shown(value),
                value.data);
    }
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
    const char *wrong = value.size > TEXT_MAX
                            ? "is too long"
                            : match_build(value, p->arena, &p->query->filter.match);
    if (wrong)
        VIOLATE(p, tf_str_of(parameter->name), "%s (1 to 32 words or phrases, %d bytes at most)",
                wrong, TEXT_MAX);
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

static uint32_t most_rows(const struct tf_query *query)
{
    return query->list == TF_LIST_SEARCH ? TF_SEARCH_LIMIT_MAX : TF_LIMIT_MAX;
}

static void read_limit(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    uint32_t limit = 0, most = most_rows(p->query);
    for (size_t i = 0; i < value.size; i++) {
        bool digit = value.data[i] >= '0' && value.data[i] <= '9';
        limit = digit && limit <= most ? limit * 10 + (uint32_t)(value.data[i] - '0') : most + 1;
    }
    if (limit < 1 || limit > most)
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not a whole number from 1 to %u",
                shown(value), value.data, (unsigned)most);
    else
        p->query->page.limit = limit;
    p->query->paged = true;
}

static void read_boolean(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    if (tf_str_is(value, "true") || tf_str_is(value, "false"))
        p->query->page.count = value.size == 4;
    else
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not true or false", shown(value),
                value.data);
}

/* --- Choices: words of a list of names, some of which apply --------------- */

/* The names whose bit is set, joined; and the index of `value` among them, -1. */
static int choose(struct parsing *p, const char *const *names, int count, uint32_t bits,
                  struct tf_str value, struct tf_str *allowed)
{
    const char **offered = TF_NEW_ARRAY(p->arena, const char *, (size_t)count);
    size_t n = 0;
    int found = -1;
    for (int i = 0; offered && i < count; i++) {
        if (!(bits >> i & 1))
            continue;
        offered[n++] = names[i];
        if (tf_str_is(value, names[i]))
            found = i;
    }
    *allowed = join(p, offered, n);
    return found;
}

/* As choose, with the violation. */
static int read_choice(struct parsing *p, const struct parameter *parameter,
                       const char *const *names, int count, uint32_t bits, struct tf_str value)
{
    struct tf_str allowed;
    int found = choose(p, names, count, bits, value, &allowed);
    if (found < 0)
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not one of %s", shown(value),
                value.data, allowed.data ? allowed.data : "");
    return found;
}

static void read_sort(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    bool descending = value.data[0] == '-';
    struct tf_str name = {value.data + descending, value.size - descending};
    int sort =
        read_choice(p, parameter, tf_sort_names, TF_SORT__MAX, list_sorts(p->query->list), name);
    if (sort < 0)
        return;
    p->query->page.sort = (enum tf_sort)sort;
    p->query->page.descending = descending;
}

static void read_field(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    size_t count;
    const char *const *fields = tf_query_fields(p->query->list, &count);
    if (tf_name_find(fields, (int)count, value) < 0)
        VIOLATE(p, tf_str_of(parameter->name), "\"%.*s\" is not one of %s", shown(value),
                value.data, join(p, fields, count).data);
    else if (!tf_strs_contain(&p->query->fields, value))
        tf_strs_push(p->arena, &p->query->fields, value);
}

static void read_facet(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    int facet = read_choice(p, parameter, tf_facet_names, TF_FACET__MAX,
                            list_facets(p->query->list), value);
    for (size_t i = 0; i < p->query->facets.n; i++)
        if ((int)p->query->facets.v[i] == facet)
            return;
    enum tf_facet *slot = facet < 0 ? NULL : TF_PUSH(p->arena, &p->query->facets);
    if (slot)
        *slot = (enum tf_facet)facet;
}

static void read_format(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    p->query->format = read_choice(p, parameter, tf_format_names, TF_FORMAT__MAX,
                                   tf_query_formats(p->query->list), value);
}

static void read_hit_type(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    int type = read_choice(p, parameter, tf_hit_type_names, TF_HIT_TYPE__MAX, UINT32_MAX, value);
    if (type >= 0)
        p->query->types |= 1u << type;
}

static void read_group(struct parsing *p, const struct parameter *parameter, struct tf_str value)
{
    int key = read_choice(p, parameter, tf_group_key_names, TF_GROUP__MAX, UINT32_MAX, value);
    if (key >= 0)
        p->query->group_by |= 1u << key;
}

typedef void read_fn(struct parsing *p, const struct parameter *parameter, struct tf_str value);

/* A cursor is bound to the whole filter and so is read last (read_cursor). */
static read_fn *const readers[] = {
    [TYPE_ENUM] = read_enum,         [TYPE_CODE] = read_code,
    [TYPE_SOURCE] = read_text,       [TYPE_UUID] = read_uuid,
    [TYPE_TEXT] = read_text,         [TYPE_MATCH] = read_match,
    [TYPE_DURATION] = read_duration, [TYPE_TIMESTAMP] = read_timestamp,
    [TYPE_LIMIT] = read_limit,       [TYPE_CURSOR] = NULL,
    [TYPE_BOOLEAN] = read_boolean,   [TYPE_SORT] = read_sort,
    [TYPE_FIELDS] = read_field,      [TYPE_FACET] = read_facet,
    [TYPE_FORMAT] = read_format,     [TYPE_HIT_TYPE] = read_hit_type,
    [TYPE_GROUP] = read_group,
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

static bool is_taken(const struct parsing *p, const struct parameter *parameter)
{
    return parameter_taken(parameter, p->query->list) && (!p->one || parameter->of_one);
}

static void unknown(struct parsing *p, struct tf_str name)
{
    const char **names = TF_NEW_ARRAY(p->arena, const char *, parameters_count);
    size_t count = 0;
    for (size_t i = 0; names && i < parameters_count; i++)
        if (is_taken(p, &parameters[i]))
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
        if (!parameter || !is_taken(p, parameter)) {
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
                    "is damaged or belongs to another list, filter or order; take it from "
                    "links.next");
        p->query->paged = true;
        return;
    }
}

/* What the path itself says. */
static void fix_filter(struct tf_query *query, const struct tf_uuid *source, struct tf_arena *arena)
{
    if (query->list == TF_LIST_ONSET_WINDOWS || query->list == TF_LIST_SUMMARY)
        tf_strs_push(arena, &query->filter.values[TF_FILTER_MEASURE],
                     tf_str_of(tf_measure_names[TF_MEASURE_ONSET]));
    if (source) {
        char id[TF_UUID_TEXT];
        tf_uuid_format(*source, id);
        tf_strs_push(arena, &query->filter.values[TF_FILTER_SOURCE],
                     tf_arena_str(arena, tf_str_of(id)));
    }
}

/* What no single parameter shows: one that must be there, two that cannot be
 * together, a choice that the format leaves no room for. What was wrong by itself
 * has left nothing in the query. */
static void check_together(struct parsing *p, const char *seen)
{
    const struct tf_query *query = p->query;
    const struct tf_filter *filter = &query->filter;
    const struct parameter *words = parameter_find(TF_STR("q"), query->list);
    if (query->list == TF_LIST_SEARCH && !seen[words - parameters])
        VIOLATE(p, TF_STR("q"), "is needed: the words to search for");
    if (filter->min_gte > filter->max_lte) {
        VIOLATE(p, TF_STR("min_gte"), "is more than max_lte");
        VIOLATE(p, TF_STR("max_lte"), "is less than min_gte");
    }
    if (query->format == TF_FORMAT_JSONLD && query->fields.n)
        VIOLATE(p, TF_STR("fields"), "cannot be chosen with format=jsonld");
    if (query->format > TF_FORMAT_JSON && query->facets.n)
        VIOLATE(p, TF_STR("facet"), "goes with format=json only");
    if (query->format > TF_FORMAT_JSON && query->page.count)
        VIOLATE(p, TF_STR("count"), "goes with format=json only");
}

static enum tf_status parse(struct parsing *p, const struct tf_parameter *given, size_t count)
{
    size_t before = p->violations->n;
    char *seen = TF_NEW_ARRAY(p->arena, char, parameters_count);
    if (seen)
        read_all(p, given, count, seen);
    if (p->status == TF_OK && seen)
        check_together(p, seen);
    if (p->status == TF_OK && p->violations->n == before)
        read_cursor(p, given, count);
    if (p->status != TF_OK)
        return p->status;
    if (tf_arena_failed(p->arena))
        return tf_error_set(p->error, TF_NO_MEMORY, "the query takes too much memory");
    if (p->violations->n > before)
        return tf_error_set(p->error, TF_PARAMETER, "%zu parameters are wrong",
                            p->violations->n - before);
    return TF_OK;
}

static struct tf_query default_query(enum tf_list list)
{
    return (struct tf_query){
        .list = list,
        .filter = {.max_lte = NAN, .min_gte = NAN},
        .page = {.limit = list == TF_LIST_SEARCH ? TF_SEARCH_LIMIT_DEFAULT : TF_LIMIT_DEFAULT},
        .format = -1};
}

enum tf_status tf_query_parse(struct tf_store *store, enum tf_list list,
                              const struct tf_uuid *source, const struct tf_parameter *given,
                              size_t count, struct tf_arena *arena, struct tf_query *out,
                              struct tf_violations *violations, struct tf_error *error)
{
    struct tf_query query = default_query(list);
    struct parsing p = {store, false, arena, &query, violations, TF_OK, error};
    fix_filter(&query, source, arena);
    enum tf_status status = parse(&p, given, count);
    if (list == TF_LIST_SUMMARY && !query.group_by)
        query.group_by = 1u << TF_GROUP_TREATMENT;
    if (status == TF_OK)
        *out = query;
    return status;
}

enum tf_status tf_query_parse_one(enum tf_list list, const struct tf_parameter *given, size_t count,
                                  struct tf_arena *arena, struct tf_query *out,
                                  struct tf_violations *violations, struct tf_error *error)
{
    struct tf_query query = default_query(list);
    struct parsing p = {NULL, true, arena, &query, violations, TF_OK, error};
    enum tf_status status = parse(&p, given, count);
    if (status == TF_OK)
        *out = query;
    return status;
}
