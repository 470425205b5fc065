/* SPDX-License-Identifier: MIT */
/* What is sent as JSON is JSON (RFC 8259), each name once. */
#ifndef TF_FUZZ_JSON_H
#define TF_FUZZ_JSON_H

#include <jansson.h>
#include <treatfacts/base.h>

static inline void check_json(struct tf_str text)
{
    json_error_t detail;
    json_t *json =
        json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &detail);
    TF_ASSERT(json);
    json_decref(json);
}

#endif
