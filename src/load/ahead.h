/* SPDX-License-Identifier: MIT */
/* Texts are read by other threads while those before them are written. */
#ifndef TF_LOAD_AHEAD_H
#define TF_LOAD_AHEAD_H

#include "plan.h"

/* What is still to be done of a source before it can be written. */
enum source_rest { REST_NOTHING, REST_EXTRACT, REST_ALL };

/* A source on its way from its file to the store. */
struct source_read {
    const struct plan_file *file;
    struct tf_buf bytes;
    char sha256[TF_DIGEST_TEXT];
    struct tf_arena *arena;      /* of facts and rows, which borrow from bytes */
    struct tf_extraction *facts; /* NULL: not wanted, or error says why not */
    const struct tf_store_rows *rows;
    struct tf_error error; /* status TF_OK: all is well */
    bool unreadable;       /* the file itself */
};

/* Reads the file and takes its digest. */
void source_open(struct source_read *source, const struct plan_file *file, size_t max_bytes);
void source_extract(struct source_read *source, const struct tf_lexicon *lexicon);
void source_close(struct source_read *source);

/*
 * A queue that belongs to one thread, which puts sources in and takes them out
 * in the same order; what was put in is read and extracted meanwhile, files of at
 * most max_bytes. NULL: no memory. Where no thread could be started the taker does
 * the work.
 */
struct ahead *ahead_start(const struct tf_lexicon *lexicon, size_t max_bytes);
void ahead_stop(struct ahead *ahead); /* closes what was not taken; NULL is fine */

/* Whether another source may be put in: only so much is kept in memory. */
bool ahead_has_room(const struct ahead *ahead);
bool ahead_is_empty(const struct ahead *ahead);
/* Moves the source in; of one with REST_ALL only its file is looked at. REST_NOTHING:
 * it is only to keep its place. */
void ahead_put(struct ahead *ahead, const struct source_read *source, enum source_rest rest);
/* Waits for the oldest; the caller closes it. */
void ahead_take(struct ahead *ahead, struct source_read *out);

#endif
