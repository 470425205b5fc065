/* SPDX-License-Identifier: MIT */
/* What is not a fact: problems, the index, small objects, the loader's report. */
#include "json.h"

#include <stdio.h>

/* A detail may quote a part of what the client sent, cut inside a character. A
 * problem must be told all the same: what is not UTF-8 is shown as '?'. */
static json_t *quoted(struct tf_str s)
{
    json_t *value = tf_json_str(s);
    if (value)
        return value;
    struct tf_buf ascii;
    tf_buf_init(&ascii);
    for (size_t i = 0; i < s.size; i++)
        tf_buf_add_char(&ascii, (unsigned char)s.data[i] < 0x80 ? s.data[i] : '?');
    value = ascii.failed ? NULL : tf_json_str(tf_buf_str(&ascii));
    tf_buf_clear(&ascii);
    return value;
}

void tf_resource_problem(const struct tf_problem *problem, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json), *errors = tf_json_array(&json);
    for (size_t i = 0; problem->violations && i < problem->violations->n; i++) {
        const struct tf_violation *violation = &problem->violations->v[i];
        json_t *object = tf_json_object(&json);
        tf_json_put(&json, object, "parameter", quoted(violation->parameter));
        tf_json_put(&json, object, "detail", quoted(violation->detail));
        tf_json_add(&json, errors, object);
    }
    tf_json_put(&json, root, "type", json_sprintf("/problems/%s", problem->code));
    tf_json_put(&json, root, "title", tf_json_text(problem->title));
    tf_json_put(&json, root, "status", json_integer(problem->http_status));
    tf_json_put(&json, root, "detail", quoted(problem->detail));
    tf_json_put(&json, root, "instance", tf_json_str(problem->instance));
    tf_json_put(&json, root, "code", tf_json_text(problem->code));
    tf_json_put(&json, root, "errors", errors);
    tf_json_put(&json, root, "request_id", tf_json_str(problem->request_id));
    tf_json_write(&json, root, JSON_COMPACT, out);
}

void tf_resource_pairs(const struct tf_pair *pairs, size_t count, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json);
    for (size_t i = 0; i < count; i++)
        tf_json_put(&json, root, pairs[i].key, tf_json_str(pairs[i].value));
    tf_json_write(&json, root, JSON_COMPACT, out);
}

void tf_resource_index(const struct tf_entry_point *points, size_t count, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json), *array = tf_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        json_t *object = tf_json_object(&json);
        tf_json_put(&json, object, "path", tf_json_text(points[i].path));
        tf_json_put(&json, object, "summary", tf_json_text(points[i].summary));
        tf_json_put(&json, object, "type", tf_json_text(points[i].type));
        tf_json_add(&json, array, object);
    }
    tf_json_put(&json, root, "name", tf_json_text("treatfacts"));
    tf_json_put(&json, root, "version", tf_json_text(TF_VERSION));
    tf_json_put(&json, root, "disclaimer", tf_json_text(tf_resource_disclaimer));
    tf_json_put(&json, root, "entry_points", array);
    tf_json_write(&json, root, JSON_COMPACT, out);
}

void tf_resource_report(struct tf_str path, const struct tf_source_meta *meta,
                        const struct tf_report *report, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json), *claims = tf_json_object(&json);
    tf_json_put(&json, claims, "kept", tf_json_count(report->kept));
    tf_json_put(&json, claims, "moved", tf_json_count(report->moved));
    tf_json_put(&json, claims, "gone", tf_json_count(report->gone));
    tf_json_put(&json, claims, "new", tf_json_count(report->added));
    tf_json_put(&json, claims, "relabelled", tf_json_count(report->relabelled));
    tf_json_put(&json, root, "path", tf_json_str(path));
    tf_json_put(&json, root, "outcome", tf_json_text(tf_outcome_names[report->outcome]));
    tf_json_put(&json, root, "source", tf_json_uuid(report->source));
    tf_json_put(&json, root, "key", tf_json_str(meta->key));
    tf_json_put(&json, root, "title", tf_json_str(meta->title));
    tf_json_put(&json, root, "revision", json_integer(report->revision));
    tf_json_put(&json, root, "claims", claims);
    tf_json_write(&json, root, JSON_COMPACT, out);
}

const char *tf_resource_library_version(void)
{
    return jansson_version_str();
}
