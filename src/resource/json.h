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

/* SCRIPT is compact too, with nothing in a string that means something to HTML
 * or to old JavaScript: sites paste such documents into a script element. */
enum tf_json_style { TF_JSON_COMPACT, TF_JSON_INDENTED, TF_JSON_SCRIPT };

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
};

struct tf_json tf_json_begin(struct tf_buf *out, enum tf_json_style style);
/* A newline after the document; after a failure marks the buffer as failed. */
void tf_json_end(struct tf_json *json);

/* From here on, of the objects among the members of what is open only the keys
 * named are written, with all that is in them. None named or NULL: all. The list
 * is borrowed. */
void tf_json_select(struct tf_json *json, const struct tf_strs *fields);

/* key NULL: a member of an array, or the document itself. */
void tf_json_open_object(struct tf_json *json, const char *key);
void tf_json_close_object(struct tf_json *json);
void tf_json_open_array(struct tf_json *json, const char *key);
void tf_json_close_array(struct tf_json *json);

void tf_json_null(struct tf_json *json, const char *key);
void tf_json_bool(struct tf_json *json, const char *key, bool value);
void tf_json_str(struct tf_json *json, const char *key, struct tf_str value); /* null if absent */
void tf_json_text(struct tf_json *json, const char *key, const char *nul_terminated);
void tf_json_uuid(struct tf_json *json, const char *key, struct tf_uuid value);
/* null for NAN, an integer where it is one */
void tf_json_number(struct tf_json *json, const char *key, double value);
void tf_json_count(struct tf_json *json, const char *key, uint64_t value);
void tf_json_strs(struct tf_json *json, const char *key, const struct tf_strs *list);
/* A path made of a fixed part, an id and a fixed part. */
void tf_json_href(struct tf_json *json, const char *key, const char *before, struct tf_uuid id,
                  const char *after);

#endif
