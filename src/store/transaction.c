/* SPDX-License-Identifier: MIT */
#include "store_internal.h"

enum tf_status store_do(struct tf_store *store, enum statement which, struct tf_error *error)
{
    struct run run = run_begin(store, which, NULL);
    return run_once(&run, error);
}

/* A rollback cannot fail in a way that matters: what was not committed is not
 * there. SQLite may already have rolled back by itself (disk full). */
enum tf_status store_finish(struct tf_store *store, enum tf_status status, struct tf_error *error)
{
    if (status == TF_OK)
        status = store_do(store, COMMIT, error);
    if (status != TF_OK && !sqlite3_get_autocommit(store->db))
        store_do(store, ROLLBACK, NULL);
    return status;
}
