/* SPDX-License-Identifier: MIT */
#include "represent.h"

void tf_represent_rows(enum tf_format format, const struct tf_query *query,
                       const struct tf_result *result, bool first, struct tf_buf *out)
{
    size_t count = tf_resource_rows(query->list, result);
    if (format == TF_FORMAT_CSV && first)
        tf_resource_csv_header(query->list, &query->fields, out);
    for (size_t i = 0; i < count; i++) {
        if (format == TF_FORMAT_CSV)
            tf_resource_csv_row(query->list, result, i, &query->fields, out);
        else
            tf_resource_row_line(query->list, result, i, &query->fields, out);
    }
}
