/* SPDX-License-Identifier: MIT */
/*
 * The request target (RFC 9112, 3.2), read from the bytes as received: the
 * library unescapes in place and forgets what it could not decode. Pure.
 */
#ifndef TREATFACTS_HTTP_TARGET_H
#define TREATFACTS_HTTP_TARGET_H

#include <treatfacts/query.h>

enum { TF_TARGET_SEGMENTS = 16, TF_TARGET_PARAMETERS = 64 };

struct tf_target {
    struct tf_strs segments; /* of the path, decoded; none for "/" */
    struct {
        struct tf_parameter *v;
        size_t n, cap;
    } parameters;        /* in the order of the query, repeats included */
    bool asterisk;       /* "OPTIONS *" */
    struct tf_str wrong; /* after TF_INPUT: the parameter whose value it was, else absent */
};

/* TF_TOO_LARGE: longer than most bytes; TF_INPUT: a bad escape, NUL, bytes
 * that are not UTF-8, too many segments or parameters. */
enum tf_status tf_target_parse(struct tf_str raw, size_t most, struct tf_arena *arena,
                               struct tf_target *out, struct tf_error *error);

/* The path anew, each segment percent-encoded. */
struct tf_str tf_target_path(const struct tf_target *target, struct tf_arena *arena);
/* Path and query. With a cursor, the query's own cursor is replaced by it. */
struct tf_str tf_target_link(const struct tf_target *target, struct tf_str cursor,
                             struct tf_arena *arena);

#endif
