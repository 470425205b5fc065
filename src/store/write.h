/* SPDX-License-Identifier: MIT */
/* Between the transaction (write.c) and the rows (write_facts.c). */
#ifndef TREATFACTS_STORE_WRITE_H
#define TREATFACTS_STORE_WRITE_H

#include "store_internal.h"

struct writing {
    struct tf_store *store;
    const struct tf_store_source *source;
    int64_t revision;
    bool current; /* the one that lists show */
};

enum tf_status write_facts(const struct writing *w, struct tf_error *error);
enum tf_status index_facts(struct tf_store *store, int64_t revision, struct tf_error *error);
enum tf_status unindex_facts(struct tf_store *store, int64_t revision, struct tf_error *error);
enum tf_status delete_facts(struct tf_store *store, int64_t revision, struct tf_error *error);
enum tf_status for_revision(struct tf_store *store, int64_t revision, const enum statement *which,
                            size_t count, struct tf_error *error);

#endif
