/* SPDX-License-Identifier: MIT */
/* sources.json: what is known of the texts beside it. */
#include <treatfacts/resource.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBER_MAX = 2048 }; /* bytes; what people write about a source is short */

static bool is_text(struct tf_str value)
{
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.data[i] < ' ')
            return false;
    return tf_str_trim(value).size > 0;
}

static bool digits(struct tf_str value, size_t from, size_t count, int *out)
{
    *out = 0;
    if (from + count > value.size)
        return false;
    for (size_t i = from; i < from + count; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
        *out = *out * 10 + (value.data[i] - '0');
    }
    return true;
}

/* ISO 8601 calendar date of reduced precision: a page may say only the month. */
static bool is_date(struct tf_str value)
{
    int year, month, day;
    if (!digits(value, 0, 4, &year))
        return false;
    if (value.size == 4)
        return true;
    if (value.data[4] != '-' || !digits(value, 5, 2, &month) || month < 1 || month > 12)
        return false;
    if (value.size == 7)
        return true;
    return value.size == 10 && value.data[7] == '-' && digits(value, 8, 2, &day) &&
           tf_date_valid(year, month, day);
}

/* Links are shown to browsers: nothing but http and https, and no white space. */
static bool is_url(struct tf_str value)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < value.size; i++)
        if ((unsigned char)value.data[i] <= ' ' || strchr("\"<>\\^`{|}\x7f", value.data[i]))
            return false;
    for (size_t i = 0; i < 2; i++) {
        size_t length = strlen(schemes[i]);
        if (value.size > length && memcmp(value.data, schemes[i], length) == 0)
            return !strchr("/?#:", value.data[length]);
    }
    return false;
}

/* The characters of a language tag (RFC 5646). */
static bool is_language(struct tf_str value)
{
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (i > 1 && ((c >= '0' && c <= '9') || c == '-'))))
            return false;
    }
    return value.size >= 2 && value.size <= 35;
}

static const struct member {
    const char *name;
    size_t offset;
    bool (*valid)(struct tf_str);
    const char *allowed;
} members[] = {
    {"key", offsetof(struct tf_source_meta, key), is_text, "a line of text"},
    {"title", offsetof(struct tf_source_meta, title), is_text, "a line of text"},
    {"publisher", offsetof(struct tf_source_meta, publisher), is_text, "a line of text"},
    {"url", offsetof(struct tf_source_meta, url), is_url, "an http or https URL"},
    {"published", offsetof(struct tf_source_meta, published), is_date, "a date such as 2025-03-31"},
    {"retrieved", offsetof(struct tf_source_meta, retrieved), is_date, "a date such as 2025-03-31"},
    {"license", offsetof(struct tf_source_meta, license), is_text, "a line of text"},
    {"language", offsetof(struct tf_source_meta, language), is_language, "a language tag"},
};

static const struct member *member_find(const char *name)
{
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static enum tf_status read_member(const char *path, const char *file, const char *name,
                                  const json_t *value, struct tf_arena *arena,
                                  struct tf_source_meta *meta, struct tf_error *error)
{
    const struct member *member = member_find(name);
    if (!member)
        return tf_error_set(error, TF_INPUT,
                            "%s: \"%s\": unknown member \"%s\" (allowed are key, title, publisher, "
                            "url, published, retrieved, license, language)",
                            path, file, name);
    if (json_is_null(value))
        return TF_OK; /* unknown, said aloud */
    struct tf_str text = {json_string_value(value), json_string_length(value)};
    if (text.size > MEMBER_MAX)
        return tf_error_set(error, TF_INPUT, "%s: \"%s\": \"%s\" is longer than %d bytes", path,
                            file, name, MEMBER_MAX);
    if (!text.data || !member->valid(text))
        return tf_error_set(error, TF_INPUT, "%s: \"%s\": \"%s\" must be %s", path, file, name,
                            member->allowed);
    text = tf_arena_str(arena, text);
    memcpy((char *)meta + member->offset, &text, sizeof text);
    return TF_OK;
}

static enum tf_status read_row(const char *path, const char *file, json_t *object,
                               struct tf_arena *arena, struct tf_manifest *rows,
                               struct tf_error *error)
{
    if (!file[0] || !json_is_object(object))
        return tf_error_set(error, TF_INPUT, "%s: \"%s\": must be a file name with an object", path,
                            file);
    struct tf_source_meta meta = {.key = TF_STR_NULL};
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value)
    {
        enum tf_status status = read_member(path, file, name, value, arena, &meta, error);
        if (status != TF_OK)
            return status;
    }
    struct tf_manifest_row *row = TF_PUSH(arena, rows);
    if (row)
        *row = (struct tf_manifest_row){tf_arena_str(arena, tf_str_of(file)), meta};
    return TF_OK;
}

static enum tf_status read_rows(const char *path, json_t *root, struct tf_arena *arena,
                                struct tf_manifest *rows, struct tf_error *error)
{
    if (!json_is_object(root))
        return tf_error_set(error, TF_INPUT, "%s: must be an object with a member for each file",
                            path);
    const char *file;
    json_t *object;
    json_object_foreach(root, file, object)
    {
        enum tf_status status = read_row(path, file, object, arena, rows, error);
        if (status != TF_OK)
            return status;
    }
    if (tf_arena_failed(arena))
        return tf_error_set(error, TF_NO_MEMORY, "%s: out of memory", path);
    return TF_OK;
}

enum tf_status tf_resource_manifest(const char *path, struct tf_str json, struct tf_arena *arena,
                                    struct tf_manifest *out, struct tf_error *error)
{
    json_error_t where;
    json_t *root = json_loadb(json.data, json.size, JSON_REJECT_DUPLICATES, &where);
    if (!root)
        return tf_error_set(error, TF_INPUT, "%s: line %d, column %d: %s", path, where.line,
                            where.column, where.text);
    struct tf_manifest rows = {0};
    enum tf_status status = read_rows(path, root, arena, &rows, error);
    json_decref(root);
    if (status == TF_OK)
        *out = rows;
    return status;
}
