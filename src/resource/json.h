/* SPDX-License-Identifier: MIT */
/*
 * A writer of JSON (RFC 8259) that goes straight into a buffer: answers are
 * made of thousands of small values, and a tree of them costs more than
 * everything else in a request. Commas, line breaks and nesting are its
 * business; that keys are unique and objects closed is the caller's.
 */
#ifndef TREATFACTS_RESOURCE_JSON_H
#define TREATFACTS_RESOURCE_JSON_H

#include <treatfacts/resource.h>

#include <string.h>

/* SCRIPT is compact too, with nothing in a string that means something to HTML
 * or to old JavaScript: sites paste such documents into a script element. */
enum tf_json_style { TF_JSON_COMPACT, TF_JSON_INDENTED, TF_JSON_SCRIPT };

/* Members of an object within the buffer. */
struct tf_json_members {
    size_t start, end; /* in the buffer */
    unsigned depth;
    bool begun;
};

/* Failure means no memory, or a string that is not UTF-8 (a damaged database). */
struct tf_json {
    struct tf_buf *out;
    enum tf_json_style style;
    unsigned depth;
    bool begun; /* the innermost array or object has a member already */
    bool failed;
    const struct tf_strs *fields; /* what is written of a row's keys, NULL: all */
    unsigned fields_depth;        /* where a row's keys stand */
    unsigned hidden;              /* arrays and objects open that are not written */
    struct {
        const struct tf_source_ref *source; /* NULL: none yet */
        const char *updated_at;
        struct tf_json_members members;
    } origin; /* of the last fact, which is mostly that of the next, too */
};

struct tf_json tf_json_begin(struct tf_buf *out, enum tf_json_style style);
/* A newline after the document; after a failure marks the buffer as failed. */
void tf_json_end(struct tf_json *json);

/* From here on, of the objects among the members of what is open only the keys
 * named are written, with all that is in them. None named or NULL: all. The list
 * is borrowed. */
void tf_json_select(struct tf_json *json, const struct tf_strs *fields);

/* key NULL: a member of an array, or the document itself. The length of a literal
 * key is known when its call is compiled, which is why these are inline. */
struct tf_json_key {
    const char *name;
    size_t size;
};
static inline struct tf_json_key tf_json_key(const char *name)
{
    return (struct tf_json_key){name, name ? strlen(name) : 0};
}
void tf_json_add_open(struct tf_json *json, struct tf_json_key key, char bracket);
void tf_json_add_word(struct tf_json *json, struct tf_json_key key, struct tf_str word);
void tf_json_add_str(struct tf_json *json, struct tf_json_key key, struct tf_str value);
void tf_json_add_count(struct tf_json *json, struct tf_json_key key, uint64_t value);
void tf_json_add_href(struct tf_json *json, struct tf_json_key key, struct tf_str before,
                      struct tf_uuid id, struct tf_str after);

static inline void tf_json_open_object(struct tf_json *json, const char *key)
{
    tf_json_add_open(json, tf_json_key(key), '{');
}
static inline void tf_json_open_array(struct tf_json *json, const char *key)
{
    tf_json_add_open(json, tf_json_key(key), '[');
}
void tf_json_close_object(struct tf_json *json);
void tf_json_close_array(struct tf_json *json);

static inline void tf_json_null(struct tf_json *json, const char *key)
{
    tf_json_add_word(json, tf_json_key(key), TF_STR("null"));
}
static inline void tf_json_bool(struct tf_json *json, const char *key, bool value)
{
    tf_json_add_word(json, tf_json_key(key), value ? TF_STR("true") : TF_STR("false"));
}
/* null if absent */
static inline void tf_json_str(struct tf_json *json, const char *key, struct tf_str value)
{
    tf_json_add_str(json, tf_json_key(key), value);
}
static inline void tf_json_text(struct tf_json *json, const char *key, const char *nul_terminated)
{
    tf_json_add_str(json, tf_json_key(key), tf_str_of(nul_terminated));
}
/* A path made of a fixed part, an id and a fixed part. */
static inline void tf_json_href(struct tf_json *json, const char *key, const char *before,
                                struct tf_uuid id, const char *after)
{
    tf_json_add_href(json, tf_json_key(key), (struct tf_str){before, strlen(before)}, id,
                     (struct tf_str){after, strlen(after)});
}
static inline void tf_json_uuid(struct tf_json *json, const char *key, struct tf_uuid value)
{
    tf_json_href(json, key, "", value, "");
}
static inline void tf_json_count(struct tf_json *json, const char *key, uint64_t value)
{
    tf_json_add_count(json, tf_json_key(key), value);
}
/* null for NAN, an integer where it is one */
void tf_json_number(struct tf_json *json, const char *key, double value);
void tf_json_strs(struct tf_json *json, const char *key, const struct tf_strs *list);

/* For members that are the same as those of a row before: where they begin and end,
 * and writing them once more. False: they have to be written anew. */
struct tf_json_members tf_json_members_begin(const struct tf_json *json);
void tf_json_members_end(const struct tf_json *json, struct tf_json_members *members);
bool tf_json_members_again(struct tf_json *json, const struct tf_json_members *members);

#endif
