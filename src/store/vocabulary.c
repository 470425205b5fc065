/* SPDX-License-Identifier: MIT */
/* The lexicon's codes and labels, as the daemon lists and checks them. */
#include "store_internal.h"

#include <string.h>

static void get_entry(struct run *run, struct tf_vocabulary_entry *entry)
{
    entry->kind = get_text(run);
    entry->code = get_text(run);
    entry->label = get_text(run);
    entry->synonyms = get_text(run);
    if (!entry->code.data || !entry->label.data)
        run->damaged = true;
}

static bool same_entry(const struct tf_vocabulary_entry *a, const struct tf_vocabulary_entry *b)
{
    return tf_str_equal(a->kind, b->kind) && tf_str_equal(a->code, b->code) &&
           tf_str_equal(a->label, b->label) && tf_str_equal(a->synonyms, b->synonyms);
}

static const struct tf_vocabulary_entry *find_entry(const struct tf_vocabulary_entry *entries,
                                                    size_t count,
                                                    const struct tf_vocabulary_entry *wanted)
{
    for (size_t i = 0; i < count; i++)
        if (same_entry(&entries[i], wanted))
            return &entries[i];
    return NULL;
}

/* Codes are unique, so as many rows that are all among the entries are them. */
static enum tf_status is_stored(struct tf_store *store, const struct tf_vocabulary_entry *entries,
                                size_t count, bool *same, struct tf_error *error)
{
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    size_t found = 0;
    bool differs = false;
    struct run run = run_begin(store, READ_VOCABULARY, arena);
    while (run_row(&run)) {
        struct tf_vocabulary_entry entry;
        get_entry(&run, &entry);
        differs = differs || !find_entry(entries, count, &entry);
        found++;
    }
    enum tf_status status = run_end(&run, error);
    tf_arena_free(arena);
    if (status == TF_OK)
        *same = !differs && found == count;
    return status;
}

static enum tf_status write_entries(struct tf_store *store,
                                    const struct tf_vocabulary_entry *entries, size_t count,
                                    struct tf_error *error)
{
    enum tf_status status = store_do(store, DELETE_VOCABULARY, error);
    for (size_t i = 0; status == TF_OK && i < count; i++) {
        struct run run = run_begin(store, INSERT_VOCABULARY, NULL);
        run_text(&run, ":kind", entries[i].kind);
        run_text(&run, ":code", entries[i].code);
        run_text(&run, ":label", entries[i].label);
        run_text(&run, ":synonyms", entries[i].synonyms);
        status = run_once(&run, error);
    }
    return status == TF_OK ? store_do(store, RAISE_VERSION, error) : status;
}

enum tf_status tf_store_put_vocabulary(struct tf_store *store,
                                       const struct tf_vocabulary_entry *entries, size_t count,
                                       struct tf_error *error)
{
    bool same = false;
    enum tf_status status = store_do(store, BEGIN_WRITE, error);
    if (status != TF_OK)
        return status;
    status = is_stored(store, entries, count, &same, error);
    if (status == TF_OK && !same)
        status = write_entries(store, entries, count, error);
    return store_finish(store, status, error);
}

enum tf_status tf_store_vocabulary(struct tf_store *store, const char *kind, struct tf_arena *arena,
                                   struct tf_vocabulary_rows *out, struct tf_error *error)
{
    struct tf_vocabulary_rows rows = {0};
    struct run run = run_begin(store, COUNT_VOCABULARY, arena);
    run_code(&run, ":kind", kind);
    while (run_row(&run)) {
        struct tf_vocabulary_row *row = TF_PUSH(arena, &rows);
        if (!row)
            break;
        get_entry(&run, &row->entry);
        row->claims = (uint64_t)get_int(&run, 0, INT64_MAX);
    }
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *out = rows;
    return status;
}

enum tf_status tf_store_codes(struct tf_store *store, const char *kind, struct tf_arena *arena,
                              struct tf_strs *out, struct tf_error *error)
{
    struct tf_strs codes = {0};
    struct run run = run_begin(store, READ_CODES, arena);
    run_code(&run, ":kind", kind);
    while (run_row(&run))
        tf_strs_push(arena, &codes, get_text(&run));
    enum tf_status status = run_end(&run, error);
    if (status == TF_OK)
        *out = codes;
    return status;
}
