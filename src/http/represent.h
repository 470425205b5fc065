/* SPDX-License-Identifier: MIT */
/* Rows as lines or CSV, for pages and for streams. */
#ifndef TREATFACTS_HTTP_REPRESENT_H
#define TREATFACTS_HTTP_REPRESENT_H

#include <treatfacts/resource.h>

/* Into a buffer; with the header line where there is one and first is set. */
void tf_represent_rows(enum tf_format format, const struct tf_query *query,
                       const struct tf_result *result, bool first, struct tf_buf *out);

#endif
