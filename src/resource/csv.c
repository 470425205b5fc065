/* SPDX-License-Identifier: MIT */
#include "csv.h"

#include "json.h"

#include <math.h>

struct tf_csv tf_csv_begin(struct tf_buf *out, enum tf_csv_line line, const struct tf_strs *fields)
{
    return (struct tf_csv){.out = out, .line = line, .fields = fields};
}

/* A line without a character would be read as no row at all. */
void tf_csv_end(struct tf_csv *csv)
{
    if (csv->cells == 1 && csv->empty == 1)
        tf_buf_add(csv->out, "\"\"", 2);
    tf_buf_add(csv->out, "\r\n", 2);
}

static bool is_selected(const struct tf_csv *csv, struct tf_str key)
{
    return !csv->fields || !csv->fields->n || tf_strs_contain(csv->fields, key);
}

/* What stands before a value, or the column's name. False: write no value. */
static bool lead(struct tf_csv *csv, const char *column)
{
    size_t key = strcspn(column, ":");
    if (!is_selected(csv, (struct tf_str){column, key}))
        return false;
    if (csv->cells++)
        tf_buf_add_char(csv->out, ',');
    if (csv->line == TF_CSV_ROW)
        return true;
    tf_buf_add_text(csv->out, column[key] ? column + key + 1 : column);
    return false;
}

/* --- Text ---------------------------------------------------------------- */

/* All text below is of one byte or more. */
static bool is_formula(struct tf_str value)
{
    return memchr("=+-@\t\r", value.data[0], 6);
}

static bool is_utf8(struct tf_str value)
{
    for (size_t i = 0, length; i < value.size; i += length) {
        length = tf_utf8_length(value.data + i, value.size - i);
        if (!length)
            return false;
    }
    return true;
}

static bool needs_quotes(struct tf_str value)
{
    for (size_t i = 0; i < value.size; i++)
        if (memchr(",\"\r\n", value.data[i], 4))
            return true;
    return false;
}

static void add_doubling_quotes(struct tf_buf *out, struct tf_str value)
{
    const char *quote;
    while (value.size && (quote = memchr(value.data, '"', value.size))) {
        size_t size = (size_t)(quote - value.data) + 1;
        tf_buf_add(out, value.data, size);
        tf_buf_add_char(out, '"');
        value = (struct tf_str){value.data + size, value.size - size};
    }
    tf_buf_add_str(out, value);
}

static void add_cell(struct tf_buf *out, struct tf_str value)
{
    bool quoted = needs_quotes(value);
    if (quoted)
        tf_buf_add_char(out, '"');
    if (is_formula(value))
        tf_buf_add_char(out, '\'');
    add_doubling_quotes(out, value);
    if (quoted)
        tf_buf_add_char(out, '"');
}

void tf_csv_str(struct tf_csv *csv, const char *column, struct tf_str value)
{
    if (!value.size)
        tf_csv_empty(csv, column);
    else if (!lead(csv, column))
        return;
    else if (is_utf8(value))
        add_cell(csv->out, value);
    else
        csv->out->failed = true;
}

void tf_csv_text(struct tf_csv *csv, const char *column, const char *nul_terminated)
{
    tf_csv_str(csv, column, tf_str_of(nul_terminated));
}

void tf_csv_made(struct tf_csv *csv, const char *column, struct tf_buf *value)
{
    csv->out->failed = csv->out->failed || value->failed;
    tf_csv_str(csv, column, tf_buf_str(value));
    tf_buf_clear(value);
}

void tf_csv_join(struct tf_buf *list, struct tf_str member)
{
    if (list->size)
        tf_buf_add_text(list, "; ");
    tf_buf_add_str(list, member);
}

void tf_csv_strs(struct tf_csv *csv, const char *column, const struct tf_strs *list)
{
    struct tf_buf joined;
    tf_buf_init(&joined);
    for (size_t i = 0; i < list->n; i++)
        tf_csv_join(&joined, list->v[i]);
    tf_csv_made(csv, column, &joined);
}

/* --- Other values -------------------------------------------------------- */

void tf_csv_uuid(struct tf_csv *csv, const char *column, struct tf_uuid value)
{
    tf_csv_href(csv, column, "", value, "");
}

void tf_csv_href(struct tf_csv *csv, const char *column, const char *before, struct tf_uuid id,
                 const char *after)
{
    char text[TF_UUID_TEXT];
    if (!lead(csv, column))
        return;
    tf_uuid_format(id, text);
    tf_buf_add_text(csv->out, before);
    tf_buf_add_text(csv->out, text);
    tf_buf_add_text(csv->out, after);
}

void tf_csv_count(struct tf_csv *csv, const char *column, uint64_t value)
{
    if (lead(csv, column))
        tf_buf_add_number(csv->out, value);
}

void tf_csv_number(struct tf_csv *csv, const char *column, double value)
{
    struct tf_json json = tf_json_begin(csv->out, TF_JSON_COMPACT);
    if (!isfinite(value))
        tf_csv_empty(csv, column);
    else if (lead(csv, column))
        tf_json_number(&json, NULL, value);
}

void tf_csv_bool(struct tf_csv *csv, const char *column, bool value)
{
    if (lead(csv, column))
        tf_buf_add_text(csv->out, value ? "true" : "false");
}

void tf_csv_empty(struct tf_csv *csv, const char *column)
{
    csv->empty += lead(csv, column);
}
