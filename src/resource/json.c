/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <math.h>
#include <stdio.h>

static json_t *noted(struct tf_json *json, json_t *value)
{
    if (!value)
        json->failed = true;
    return value;
}

json_t *tf_json_object(struct tf_json *json)
{
    return noted(json, json_object());
}

json_t *tf_json_array(struct tf_json *json)
{
    return noted(json, json_array());
}

void tf_json_put(struct tf_json *json, json_t *object, const char *key, json_t *value)
{
    /* Keys are ours, so Jansson need not check that they are UTF-8. */
    if (json_object_set_new_nocheck(object, key, value) != 0)
        json->failed = true;
}

void tf_json_add(struct tf_json *json, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        json->failed = true;
}

json_t *tf_json_str(struct tf_str s)
{
    return s.data ? json_stringn(s.data, s.size) : json_null();
}

json_t *tf_json_text(const char *nul_terminated)
{
    return tf_json_str(tf_str_of(nul_terminated));
}

json_t *tf_json_uuid(struct tf_uuid id)
{
    char text[TF_UUID_TEXT];
    tf_uuid_format(id, text);
    return json_stringn_nocheck(text, TF_UUID_TEXT - 1);
}

/* 2^53: beyond it a double is no longer a certain integer. */
static const double integer_limit = 9007199254740992.0;

json_t *tf_json_number(double number)
{
    if (!isfinite(number))
        return json_null();
    if (fabs(number) < integer_limit && (double)(json_int_t)number == number)
        return json_integer((json_int_t)number);
    return json_real(number);
}

json_t *tf_json_count(uint64_t count)
{
    return json_integer((json_int_t)count);
}

json_t *tf_json_strs(struct tf_json *json, const struct tf_strs *list)
{
    json_t *array = tf_json_array(json);
    for (size_t i = 0; i < list->n; i++)
        tf_json_add(json, array, tf_json_str(list->v[i]));
    return array;
}

json_t *tf_json_href(const char *before, struct tf_uuid id, const char *after)
{
    char text[TF_UUID_TEXT];
    tf_uuid_format(id, text);
    return json_sprintf("%s%s%s", before, text, after);
}

static int append(const char *bytes, size_t size, void *context)
{
    struct tf_buf *out = context;
    tf_buf_add(out, bytes, size);
    return out->failed ? -1 : 0;
}

void tf_json_write(struct tf_json *json, json_t *root, size_t flags, struct tf_buf *out)
{
    if (json->failed || !root ||
        json_dump_callback(root, append, out, flags | JSON_REAL_PRECISION(15)) != 0)
        out->failed = true;
    else
        tf_buf_add_char(out, '\n');
    json_decref(root);
}
