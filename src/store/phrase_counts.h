/* SPDX-License-Identifier: MIT */
/*
 * How many rows of a full-text index have a phrase (its document frequency). FTS5 keeps
 * no such number and goes through the rows for it, which for a common word takes longer
 * than the rest of a search; and people ask for the same words again and again. So each
 * connection keeps the numbers that it counted, of one version of the data.
 */
#ifndef TREATFACTS_STORE_PHRASE_COUNTS_H
#define TREATFACTS_STORE_PHRASE_COUNTS_H

#include <stdint.h>
#include <treatfacts/base.h>

enum { PHRASE_COUNT_UNKNOWN = -1 };

/* Of one thread at a time. NULL: no memory; free() ends it. */
struct phrase_counts *phrase_counts_new(void);
/* What was counted of another version is forgotten. */
void phrase_counts_use(struct phrase_counts *counts, int64_t version);
/* Where the number for a phrase, as it stands in a query, is kept: valid until the next
 * call. NULL: it is too long to be kept. */
int64_t *phrase_count_at(struct phrase_counts *counts, struct tf_str index, struct tf_str phrase);

/* The next phrase of an FTS5 query in which every phrase is quoted: with its quotes, and
 * with the star that stands behind the beginning of a word. NULL data: there is none. */
struct tf_str phrase_next(struct tf_str query, size_t *at);

#endif
