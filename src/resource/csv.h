/* SPDX-License-Identifier: MIT */
/*
 * A writer of CSV (RFC 4180): one line, either the columns' names or their
 * values, so that one function that puts a row's columns writes both.
 *
 * A column is given as "key" or "key:name": the top-level key of the row in JSON
 * that it belongs to, by which it is selected, and its name in the header where
 * that is another. An absent value is an empty cell.
 */
#ifndef TREATFACTS_RESOURCE_CSV_H
#define TREATFACTS_RESOURCE_CSV_H

#include <treatfacts/resource.h>

enum tf_csv_line { TF_CSV_HEADER, TF_CSV_ROW };

/* A value that is not UTF-8 (a damaged database) marks the buffer as failed. */
struct tf_csv {
    struct tf_buf *out;
    enum tf_csv_line line;
    const struct tf_strs *fields; /* NULL or none named: all columns */
    unsigned cells, empty;        /* of the line so far */
};

struct tf_csv tf_csv_begin(struct tf_buf *out, enum tf_csv_line line, const struct tf_strs *fields);
void tf_csv_end(struct tf_csv *csv);

/* Text that a spreadsheet would take for a formula gets an apostrophe in front
 * (OWASP, "CSV Injection"). */
void tf_csv_str(struct tf_csv *csv, const char *column, struct tf_str value);
void tf_csv_text(struct tf_csv *csv, const char *column, const char *nul_terminated);
void tf_csv_strs(struct tf_csv *csv, const char *column, const struct tf_strs *list);
/* What was made in a buffer of its own, which is cleared. */
void tf_csv_made(struct tf_csv *csv, const char *column, struct tf_buf *value);
/* Adds to the cell of a list that is being made. */
void tf_csv_join(struct tf_buf *list, struct tf_str member);
void tf_csv_uuid(struct tf_csv *csv, const char *column, struct tf_uuid value);
void tf_csv_href(struct tf_csv *csv, const char *column, const char *before, struct tf_uuid id,
                 const char *after);
void tf_csv_count(struct tf_csv *csv, const char *column, uint64_t value);
void tf_csv_number(struct tf_csv *csv, const char *column, double value); /* as in JSON */
void tf_csv_bool(struct tf_csv *csv, const char *column, bool value);
void tf_csv_empty(struct tf_csv *csv, const char *column);

#endif
