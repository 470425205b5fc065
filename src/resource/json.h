/* SPDX-License-Identifier: MIT */
/*
 * Jansson with a memory of failure: a tree is built without a check at every
 * step, and writing it tells at the end whether all of it was there.
 */
#ifndef TREATFACTS_RESOURCE_JSON_H
#define TREATFACTS_RESOURCE_JSON_H

#include <jansson.h>
#include <treatfacts/resource.h>

/* Shared by everything that goes into one document. Failure means no memory,
 * or a string that is not UTF-8 (a damaged database). */
struct tf_json {
    bool failed;
};

json_t *tf_json_object(struct tf_json *json);
json_t *tf_json_array(struct tf_json *json);

/* Both take the reference to value; a NULL value is a failure. Keys keep the
 * order in which they are put. */
void tf_json_put(struct tf_json *json, json_t *object, const char *key, json_t *value);
void tf_json_add(struct tf_json *json, json_t *array, json_t *value);

json_t *tf_json_str(struct tf_str s); /* null where absent */
json_t *tf_json_text(const char *nul_terminated);
json_t *tf_json_uuid(struct tf_uuid id);
json_t *tf_json_number(double number); /* null for NAN, an integer where it is one */
json_t *tf_json_count(uint64_t count);
json_t *tf_json_strs(struct tf_json *json, const struct tf_strs *list);
/* A path made of a fixed part, an id and a fixed part. */
json_t *tf_json_href(const char *before, struct tf_uuid id, const char *after);

/* Appends the document and a newline, and frees it; after a failure marks the
 * buffer as failed instead. */
void tf_json_write(struct tf_json *json, json_t *root, size_t flags, struct tf_buf *out);

#endif
