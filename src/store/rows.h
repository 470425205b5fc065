/* SPDX-License-Identifier: MIT */
/* What is written of a source besides what was read from it: made from the facts
 * alone (rows.c, tallies.c), without a store. */
#ifndef TREATFACTS_STORE_ROWS_H
#define TREATFACTS_STORE_ROWS_H

#include "store_internal.h"

struct placed_claim {
    struct tf_uuid id; /* first: compared by it */
    uint32_t place;
};

/* Lists as columns, see packed.h. */
struct claim_columns {
    struct tf_str spans, hedges, treatments, conditions, routes;
};
struct faq_columns {
    struct tf_str answer_spans, claims, topics, treatments, conditions;
};

/* What the claims of an answer are about, each once and ascending. */
struct faq_labels {
    struct tf_strs topics, treatments, conditions;
};

struct tf_store_rows {
    struct tf_str bytes;
    const struct tf_extraction *facts;
    char sha256[TF_DIGEST_TEXT];
    struct tf_arena *arena;
    struct placed_claim *claims; /* ascending by id */
    uint32_t *first_claim;       /* by segment; the number of claims where there is none */
    int64_t *digests;            /* by claim, of its words */
    int64_t words;               /* how many of them differ */
    struct faq_labels *faqs;     /* by FAQ */
    struct tallies tallies;      /* ascending, without keys */
    struct tf_str tallies_json;
    /* By fact of their kind. */
    struct claim_columns *claim_columns;
    struct tf_str *window_treatments;
    struct faq_columns *faq_columns;
};

/* Place of a claim among those of the source. */
uint32_t claim_place(const struct tf_store_rows *rows, const struct tf_uuid *id);
const char *claim_kind(const struct tf_claim *claim);

/* Of all facts; wants the FAQs' labels. The arena remembers a failure. */
void rows_tally(struct tf_store_rows *rows);
/* {facet: {value: rows, ...}, ...}, facets by their numbers, values ascending. */
struct tf_str pack_tallies(const struct tf_store_rows *rows, struct tf_buf *json);

#endif
