/* SPDX-License-Identifier: MIT */
#include "table.h"
#include "schema.h"

#include <string.h>

enum { COLUMNS = 4, WEIGHT_MAX = 9 };

struct reader {
    enum tf_lex_category category;
    const struct tf_lex_schema *schema;
    const char *file;
    uint32_t line;
    struct tf_arena *arena;
    struct tf_lex_entries *out;
    struct tf_error *error;
};

static enum tf_status refuse(const struct reader *r, const char *reason, struct tf_str what)
{
    return tf_error_set(r->error, TF_INPUT, "%s:%u: %s%s%.*s%s", r->file, (unsigned)r->line, reason,
                        what.data ? " \"" : "", TF_STR_ARG(what), what.data ? "\"" : "");
}

/* Cuts off the piece before a separator; *more tells whether there was one. */
static struct tf_str cut(struct tf_str *rest, char separator, bool *more)
{
    const char *at = rest->size ? memchr(rest->data, separator, rest->size) : NULL;
    struct tf_str piece = {rest->data, at ? (size_t)(at - rest->data) : rest->size};
    size_t used = piece.size + (at ? 1 : 0);
    *rest = (struct tf_str){rest->data + used, rest->size - used};
    *more = at != NULL;
    return piece;
}

static bool is_code(struct tf_str code)
{
    if (code.size == 0 || code.size > TF_TABLE_CODE_MAX)
        return false;
    for (size_t i = 0; i < code.size; i++) {
        char c = code.data[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return true;
}

static const struct tf_lex_entry *find_code(const struct tf_lex_entries *entries,
                                            struct tf_str code)
{
    for (size_t i = 0; i < entries->n; i++)
        if (tf_str_equal(entries->v[i].code, code))
            return &entries->v[i];
    return NULL;
}

static enum tf_status check_code(const struct reader *r, struct tf_str code, int *value)
{
    if (code.size == 0)
        return refuse(r, "the code is empty", TF_STR_NULL);
    if (!is_code(code))
        return refuse(r, "a code has only a-z, 0-9, '_' and '-', not", code);
    if (!tf_lex_schema_allows(r->schema, code, value))
        return refuse(r, "this table has no code", code);
    const struct tf_lex_entry *other =
        r->schema->unique && !tf_str_is(code, "-") ? find_code(r->out, code) : NULL;
    if (other)
        return tf_error_set(r->error, TF_INPUT, "%s:%u: code \"%.*s\" stands on line %u already",
                            r->file, (unsigned)r->line, TF_STR_ARG(code), (unsigned)other->line);
    return TF_OK;
}

static enum tf_status read_weight(const struct reader *r, struct tf_str value, int *weight)
{
    if (value.size != 1 || value.data[0] < '1' || value.data[0] > '0' + WEIGHT_MAX)
        return refuse(r, "a weight is a number from 1 to 9, not", value);
    *weight = value.data[0] - '0';
    return TF_OK;
}

static enum tf_status read_attribute(const struct reader *r, struct tf_str attribute,
                                     struct tf_str before, struct tf_lex_entry *entry)
{
    bool equals;
    struct tf_str value = attribute, key = cut(&value, '=', &equals);
    if (!equals || !is_code(key) || value.size == 0)
        return refuse(r, "an attribute is key=value, not", attribute);
    struct tf_lex_entry earlier = {.attributes = before};
    char name[TF_TABLE_CODE_MAX + 1] = {0};
    memcpy(name, key.data, key.size);
    if (tf_lex_attribute(&earlier, name).data)
        return refuse(r, "an attribute is given twice:", key);
    return tf_str_is(key, "weight") ? read_weight(r, value, &entry->weight) : TF_OK;
}

static enum tf_status read_attributes(const struct reader *r, struct tf_lex_entry *entry)
{
    struct tf_str rest = entry->attributes;
    bool more = true;
    while (more) {
        struct tf_str before = {entry->attributes.data,
                                (size_t)(rest.data - entry->attributes.data)};
        struct tf_str attribute = tf_str_trim(cut(&rest, ' ', &more));
        if (attribute.size == 0)
            continue;
        enum tf_status status = read_attribute(r, attribute, before, entry);
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

static uint64_t tags_of(enum tf_lex_category category, struct tf_str code)
{
    static const struct {
        enum tf_lex_category category;
        const char *code;
    } tags[TF_TAG__MAX] = {
#define X(name, of, word) [TF_TAG_##name] = {TF_LEX_##of, word},
        TF_TAG_MAP(X)
#undef X
    };
    uint64_t bits = 0;
    for (int i = 0; i < TF_TAG__MAX; i++)
        if (tags[i].category == category && (!tags[i].code || tf_str_is(code, tags[i].code)))
            bits |= tf_tag_bit((enum tf_tag)i);
    return bits;
}

static enum tf_status read_entry(struct reader *r, struct tf_str line)
{
    struct tf_str columns[COLUMNS] = {{0}};
    bool more = true;
    size_t n = 0;
    while (more && n < COLUMNS)
        columns[n++] = tf_str_trim(cut(&line, '\t', &more));
    if (n < COLUMNS - 1)
        return refuse(r, "code, label and patterns must be separated by tabs", TF_STR_NULL);
    if (more)
        return refuse(r, "more than four columns", TF_STR_NULL);
    struct tf_lex_entry entry = {.tags = tags_of(r->category, columns[0]),
                                 .category = r->category,
                                 .code = columns[0],
                                 .label = columns[1],
                                 .patterns = columns[2],
                                 .attributes = columns[3].data ? columns[3] : TF_STR(""),
                                 .weight = 1,
                                 .order = (uint32_t)r->out->n,
                                 .file = r->file,
                                 .line = r->line};
    enum tf_status status = check_code(r, entry.code, &entry.value);
    if (status != TF_OK)
        return status;
    if (entry.label.size == 0)
        return refuse(r, "the label is empty (write - for none)", TF_STR_NULL);
    if (r->schema->label && tf_str_is(entry.label, "-") && !tf_str_is(entry.code, "-"))
        return refuse(r, "this table needs a label for people", TF_STR_NULL);
    if (entry.patterns.size == 0)
        return refuse(r, "the patterns are empty", TF_STR_NULL);
    status = read_attributes(r, &entry);
    if (status != TF_OK)
        return status;
    entry.cite = tf_arena_printf(r->arena, "%.*s by %s:%u", TF_STR_ARG(entry.code), r->file,
                                 (unsigned)r->line);
    struct tf_lex_entry *place = TF_PUSH(r->arena, r->out);
    if (!place)
        return tf_error_set(r->error, TF_NO_MEMORY, "%s: out of memory", r->file);
    *place = entry;
    return TF_OK;
}

/* Comments, too, must be UTF-8: a table is a text that editors open. */
static enum tf_status check_bytes(const struct reader *r, struct tf_str line,
                                  struct tf_arena *scratch)
{
    struct tf_text text;
    struct tf_error detail;
    if (line.size > TF_TABLE_LINE_MAX)
        return refuse(r, "the line is longer than 16 KiB", TF_STR_NULL);
    enum tf_status status = tf_text_init(&text, line.data, line.size, scratch, &detail);
    if (status == TF_OK)
        return TF_OK;
    return tf_error_set(r->error, status, "%s:%u: %s", r->file, (unsigned)r->line, detail.message);
}

static enum tf_status read_line(struct reader *r, struct tf_str line, struct tf_arena *scratch)
{
    if (++r->line > TF_TABLE_LINES_MAX)
        return refuse(r, "more than 50,000 lines", TF_STR_NULL);
    if (tf_str_trim(line).size == 0)
        return TF_OK;
    enum tf_status status = check_bytes(r, line, scratch);
    tf_arena_reset(scratch);
    if (status != TF_OK || line.data[0] == '#')
        return status;
    if (line.data[line.size - 1] == '\r')
        line.size--;
    return read_entry(r, line);
}

/* class= names a broader entry of the same table; known only at its end. */
static enum tf_status check_classes(struct reader *r)
{
    for (size_t i = 0; i < r->out->n; i++) {
        struct tf_str class = tf_lex_attribute(&r->out->v[i], "class");
        r->line = r->out->v[i].line;
        if (class.data && !find_code(r->out, class))
            return refuse(r, "this table has no code for class", class);
    }
    return TF_OK;
}

enum tf_status tf_table_read(enum tf_lex_category category, const char *file, struct tf_str bytes,
                             struct tf_arena *arena, struct tf_lex_entries *out,
                             struct tf_error *error)
{
    struct reader r = {.category = category,
                       .schema = &tf_lex_schemas[category],
                       .file = file,
                       .arena = arena,
                       .out = out,
                       .error = error};
    struct tf_arena *scratch = tf_arena_new(0);
    if (!scratch)
        return tf_error_set(error, TF_NO_MEMORY, "%s: out of memory", file);
    enum tf_status status = TF_OK;
    if (bytes.size >= 3 && memcmp(bytes.data, "\xef\xbb\xbf", 3) == 0)
        bytes = (struct tf_str){bytes.data + 3, bytes.size - 3};
    for (bool more = true; more && status == TF_OK;) {
        struct tf_str line = cut(&bytes, '\n', &more);
        status = read_line(&r, line, scratch);
    }
    tf_arena_free(scratch);
    return status == TF_OK ? check_classes(&r) : status;
}
