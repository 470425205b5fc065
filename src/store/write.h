/* SPDX-License-Identifier: MIT */
/* Between the transaction (write.c), the rows (write_facts.c), what is worked
 * out for them (derive.c) and the tables that find them (index.c). */
#ifndef TREATFACTS_STORE_WRITE_H
#define TREATFACTS_STORE_WRITE_H

#include "store_internal.h"

/* --- What follows from the facts of a source ----------------------------- */

struct placed_claim {
    struct tf_uuid id; /* first: compared by it */
    uint32_t place;
};

/* What the claims of an answer are about, each once and ascending. */
struct faq_labels {
    struct tf_strs topics, treatments, conditions;
};

struct writing {
    struct tf_store *store;
    const struct tf_store_source *source;
    int64_t revision;
    bool current;           /* the one that lists show */
    struct tf_arena *arena; /* of what is made for the rows */
    struct tf_buf room;
    struct placed_claim *claims; /* ascending by id */
    uint32_t *first_claim;       /* by segment; the number of claims where there is none */
    int64_t *digests;            /* by claim, of its words */
    int64_t words;               /* how many of them differ */
    struct faq_labels *faqs;     /* by FAQ */
    struct tallies tallies;      /* without keys */
};

/* Fills the last six. The arena remembers a failure. */
void writing_prepare(struct writing *w);
/* Place of a claim among those of the source. */
uint32_t claim_place(const struct writing *w, const struct tf_uuid *id);
const char *claim_kind(const struct tf_claim *claim);

struct tf_str pack_tallies(struct writing *w);

/* --- Rows ---------------------------------------------------------------- */

enum tf_status write_facts(struct tf_store *store, const struct tf_store_source *source,
                           int64_t revision, bool current, struct tf_arena *arena,
                           struct tf_error *error);
enum tf_status delete_facts(struct tf_store *store, int64_t revision, struct tf_error *error);

/* --- Finding them -------------------------------------------------------- */

/* The facts are written: what finds them follows before COMMIT, for all sources of
 * the transaction together. */
enum tf_status index_later(const struct writing *w, struct tf_error *error);
enum tf_status index_now(struct tf_store *store, struct tf_error *error);
/* Does so when this revision is one of them. */
enum tf_status index_before(struct tf_store *store, int64_t revision, struct tf_error *error);
void index_forget(struct tf_store *store); /* after a failure */
/* Writes the digests of claims' words, which ascend, and pairs their revisions with
 * those that say mostly the same. */
enum tf_status index_kin(struct tf_store *store, const struct key *words, size_t count,
                         struct tf_error *error);
/* Takes away what finds a current revision, before its rows change or another
 * takes its place. */
enum tf_status unindex_facts(struct tf_store *store, int64_t revision, struct tf_error *error);
enum tf_status for_revision(struct tf_store *store, int64_t revision, const enum statement *which,
                            size_t count, struct tf_error *error);

#endif
