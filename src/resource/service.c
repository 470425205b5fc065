/* SPDX-License-Identifier: MIT */
/* What is not a fact: problems, the index, small objects, the loader's report. */
#include "json.h"

#include <jansson.h>

/* A detail may quote a part of what the client sent, cut inside a character. A
 * problem must be told all the same: what is not UTF-8 is shown as '?'. */
static void put_quoted(struct tf_json *json, const char *key, struct tf_str s)
{
    struct tf_buf shown;
    tf_buf_init(&shown);
    for (size_t i = 0; i < s.size;) {
        size_t length = tf_utf8_length(s.data + i, s.size - i);
        tf_buf_add(&shown, length ? s.data + i : "?", length ? length : 1);
        i += length ? length : 1;
    }
    json->failed = json->failed || shown.failed;
    tf_json_str(json, key, s.data ? tf_buf_str(&shown) : TF_STR_NULL);
    tf_buf_clear(&shown);
}

static void put_errors(struct tf_json *json, const struct tf_violations *violations)
{
    tf_json_open_array(json, "errors");
    for (size_t i = 0; violations && i < violations->n; i++) {
        tf_json_open_object(json, NULL);
        put_quoted(json, "parameter", violations->v[i].parameter);
        put_quoted(json, "detail", violations->v[i].detail);
        tf_json_close_object(json);
    }
    tf_json_close_array(json);
}

static void put_type(struct tf_json *json, const char *key, const struct tf_problem_type *type)
{
    struct tf_buf path;
    tf_buf_init(&path);
    tf_buf_printf(&path, "/problems/%s", type->code);
    json->failed = json->failed || path.failed;
    tf_json_str(json, key, tf_buf_str(&path));
    tf_buf_clear(&path);
}

void tf_resource_problem(const struct tf_problem *problem, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    put_type(&json, "type", problem->type);
    tf_json_text(&json, "title", problem->type->title);
    tf_json_count(&json, "status", (uint64_t)problem->type->http_status);
    put_quoted(&json, "detail", problem->detail);
    tf_json_str(&json, "instance", problem->instance);
    tf_json_text(&json, "code", problem->type->code);
    put_errors(&json, problem->violations);
    tf_json_str(&json, "request_id", problem->request_id);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

static void put_problem_type(struct tf_json *json, const char *key,
                             const struct tf_problem_type *type)
{
    tf_json_open_object(json, key);
    put_type(json, "type", type);
    tf_json_text(json, "code", type->code);
    tf_json_text(json, "title", type->title);
    tf_json_count(json, "status", (uint64_t)type->http_status);
    tf_json_text(json, "meaning", type->meaning);
    tf_json_text(json, "advice", type->advice);
    tf_json_close_object(json);
}

void tf_resource_problem_type(const struct tf_problem_type *type, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    put_problem_type(&json, "data", type);
    tf_json_open_object(&json, "links");
    put_type(&json, "self", type);
    tf_json_close_object(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

void tf_resource_problem_types(const struct tf_problem_type *types, size_t count,
                               struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_open_array(&json, "data");
    for (size_t i = 0; i < count; i++)
        put_problem_type(&json, NULL, &types[i]);
    tf_json_close_array(&json);
    tf_json_open_object(&json, "links");
    tf_json_text(&json, "self", "/problems");
    tf_json_close_object(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

void tf_resource_pairs(const struct tf_pair *pairs, size_t count, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    for (size_t i = 0; i < count; i++)
        tf_json_str(&json, pairs[i].key, pairs[i].value);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

void tf_resource_index(const struct tf_entry_point *points, size_t count, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_text(&json, "name", "treatfacts");
    tf_json_text(&json, "version", TF_VERSION);
    tf_json_text(&json, "disclaimer", tf_resource_disclaimer);
    tf_json_open_array(&json, "entry_points");
    for (size_t i = 0; i < count; i++) {
        tf_json_open_object(&json, NULL);
        tf_json_text(&json, "path", points[i].path);
        tf_json_text(&json, "summary", points[i].summary);
        tf_json_text(&json, "type", points[i].type);
        tf_json_close_object(&json);
    }
    tf_json_close_array(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

static void put_changes(struct tf_json *json, const struct tf_report *report)
{
    tf_json_open_object(json, "claims");
    tf_json_count(json, "kept", report->kept);
    tf_json_count(json, "moved", report->moved);
    tf_json_count(json, "gone", report->gone);
    tf_json_count(json, "new", report->added);
    tf_json_count(json, "relabelled", report->relabelled);
    tf_json_close_object(json);
}

void tf_resource_report(struct tf_str path, const struct tf_source_meta *meta,
                        const struct tf_report *report, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_str(&json, "path", path);
    tf_json_text(&json, "outcome", tf_outcome_names[report->outcome]);
    tf_json_uuid(&json, "source", report->source);
    tf_json_str(&json, "key", meta->key);
    tf_json_str(&json, "title", meta->title);
    tf_json_count(&json, "revision", (uint64_t)report->revision);
    put_changes(&json, report);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

const char *tf_resource_library_version(void)
{
    return jansson_version_str();
}
