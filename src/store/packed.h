/* SPDX-License-Identifier: MIT */
/* Lists in one column, as JSON arrays; see packed.c. */
#ifndef TREATFACTS_STORE_PACKED_H
#define TREATFACTS_STORE_PACKED_H

#include "store_internal.h"

/* Each gives the column, in the arena; absent for an empty list. buf is only
 * room to write in. */
struct tf_str pack_strs(const struct tf_strs *list, struct tf_buf *buf, struct tf_arena *arena);
struct tf_str pack_ids(const struct tf_uuid *ids, size_t n, struct tf_buf *buf,
                       struct tf_arena *arena);
/* [[start, end, byte_start, byte_end], ...] */
struct tf_str pack_places(const struct tf_span *places, size_t n, struct tf_buf *buf,
                          struct tf_arena *arena);
/* [[role, start, end, byte_start, byte_end, exact], ...]; without exact where it
 * is the claim's text. */
struct tf_str pack_claim_spans(const struct tf_claim *claim, struct tf_buf *buf,
                               struct tf_arena *arena);

/* The next column; what is not of the form damages the run. The claim's text must
 * have been read before its spans. */
void get_strs(struct run *run, struct tf_strs *out);
void get_ids(struct run *run, struct tf_faq *faq);
void get_places(struct run *run, struct tf_faq *faq);
void get_claim_spans(struct run *run, struct tf_claim *claim);

/* Do two packed lists of strings have one in common? */
bool packed_meet(struct tf_str list, struct tf_str wanted);

#endif
