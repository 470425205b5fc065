/* SPDX-License-Identifier: MIT */
/* Between the transaction (write.c), the rows (write_facts.c) and the tables that
 * find them (index.c). */
#ifndef TREATFACTS_STORE_WRITE_H
#define TREATFACTS_STORE_WRITE_H

#include "rows.h"

/* --- Rows ---------------------------------------------------------------- */

struct writing {
    struct tf_store *store;
    const struct tf_store_source *source;
    const struct tf_store_rows *rows;
    int64_t revision;
    bool current; /* the one that lists show */
};

enum tf_status write_facts(const struct writing *w, struct tf_error *error);
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
