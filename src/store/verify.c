/* SPDX-License-Identifier: MIT */
/* Everything that can be wrong with a database; rows are read in one snapshot. */
#include "store_internal.h"

#include <stdio.h>
#include <string.h>

/* --- Damage --------------------------------------------------------------- */

/* What is damaged is found, and must not hide the rest: TF_OK. */
static enum tf_status find_damage(enum tf_status status, const char *what,
                                  const struct tf_error *detail, struct findings *findings,
                                  struct tf_error *error)
{
    if (status == TF_CORRUPT) {
        finding_add(findings, "%s: %s", what, detail->message);
        return TF_OK;
    }
    return status == TF_OK ? status : tf_error_set(error, status, "%s", detail->message);
}

/* --- SQLite's own checks -------------------------------------------------- */

/* Several lines of one row are of the same tree, and the first says of which file. */
static void add_lines(struct findings *findings, struct tf_str lines)
{
    while (lines.size) {
        const char *end = memchr(lines.data, '\n', lines.size);
        struct tf_str line = {lines.data, end ? (size_t)(end - lines.data) : lines.size};
        if (line.size && line.data[0] != '*')
            finding_add(findings, "integrity: %.*s", TF_STR_ARG(line));
        size_t used = line.size + (end != NULL);
        lines = (struct tf_str){lines.data + used, lines.size - used};
    }
}

static enum tf_status check_integrity(struct tf_store *store, struct tf_arena *arena,
                                      struct findings *findings, struct tf_error *error)
{
    struct run run = run_begin(store, INTEGRITY_CHECK, arena);
    while (run_row(&run)) {
        struct tf_str lines = get_text(&run);
        if (!tf_str_is(lines, "ok"))
            add_lines(findings, lines);
    }
    return run_end(&run, error);
}

static enum tf_status check_references(struct tf_store *store, struct tf_arena *arena,
                                       struct findings *findings, struct tf_error *error)
{
    struct run run = run_begin(store, FOREIGN_KEY_CHECK, arena);
    while (run_row(&run)) {
        struct tf_str table = get_text(&run);
        finding_add(findings, "a row of %.*s refers to a row that is not there", TF_STR_ARG(table));
    }
    return run_end(&run, error);
}

static enum tf_status check_index(struct tf_store *store, enum statement which, const char *what,
                                  struct findings *findings, struct tf_error *error)
{
    struct tf_error detail = {0};
    enum tf_status status = store_do(store, which, &detail);
    if (status == TF_CORRUPT)
        finding_add(findings, "the full-text index of %s does not agree with them", what);
    else if (status != TF_OK)
        return tf_error_set(error, status, "%s", detail.message);
    return TF_OK;
}

/* The check is written as an INSERT and so needs the write lock: taken for it
 * alone, so that going over the texts holds up no load. */
static enum tf_status check_indexes(struct tf_store *store, struct findings *findings,
                                    struct tf_error *error)
{
    enum tf_status status = store_do(store, BEGIN_WRITE, error);
    if (status != TF_OK)
        return status;
    status = check_index(store, CHECK_CLAIM_INDEX, "claims", findings, error);
    if (status == TF_OK)
        status = check_index(store, CHECK_FAQ_INDEX, "FAQs", findings, error);
    if (status == TF_OK)
        status = check_index(store, CHECK_SOURCE_INDEX, "sources", findings, error);
    store_do(store, ROLLBACK, NULL);
    return status;
}

/* --- Schema -------------------------------------------------------------- */

static enum tf_status read_schema(struct tf_store *store, struct tf_arena *arena,
                                  struct tf_strs *out, struct tf_error *error)
{
    struct run run = run_begin(store, READ_SCHEMA, arena);
    while (run_row(&run))
        tf_strs_push(arena, out, get_text(&run));
    return run_end(&run, error);
}

static void compare_schema(const struct tf_strs *found, const struct tf_strs *expected,
                           struct findings *findings)
{
    for (size_t i = 0; i < found->n; i++)
        if (!tf_strs_contain(expected, found->v[i]))
            finding_add(findings, "schema: not ours: %.80s", found->v[i].data);
    for (size_t i = 0; i < expected->n; i++)
        if (!tf_strs_contain(found, expected->v[i]))
            finding_add(findings, "schema: missing: %.80s", expected->v[i].data);
}

/* A database in memory shows what the migrations lead to. */
static enum tf_status check_schema(struct tf_store *store, struct tf_arena *arena,
                                   struct findings *findings, struct tf_error *error)
{
    struct tf_store *model = NULL;
    struct tf_strs found = {0}, expected = {0};
    int applied = 0;
    enum tf_status status = store_connect(
        ":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, &model, error);
    if (status != TF_OK)
        return status;
    status = store_migrate(model, &applied, error);
    if (status == TF_OK)
        status = tf_store_prepare(model, error);
    if (status == TF_OK)
        status = read_schema(model, arena, &expected, error);
    if (status == TF_OK)
        status = read_schema(store, arena, &found, error);
    if (status == TF_OK)
        compare_schema(&found, &expected, findings);
    tf_store_close(model);
    return status;
}

/* --- All ----------------------------------------------------------------- */

static enum tf_status check_revisions(struct tf_store *store, struct tf_arena *arena,
                                      struct findings *findings, struct tf_error *error)
{
    struct revisions revisions = {0};
    enum tf_status status = read_revisions(store, arena, &revisions, error);
    for (size_t i = 0; status == TF_OK && i < revisions.n; i++) {
        struct tf_error detail = {0};
        char what[32];
        snprintf(what, sizeof what, "revision %lld", (long long)revisions.v[i]);
        status = check_revision(store, revisions.v[i], findings, &detail);
        status = find_damage(status, what, &detail, findings, error);
    }
    return status;
}

/* --- What finds facts ----------------------------------------------------- */

static enum tf_status check_finder(struct tf_store *store, enum statement which, const char *what,
                                   struct findings *findings, struct tf_error *error)
{
    int64_t expected = 0, found = 0, right = 0;
    struct run run = run_begin(store, which, NULL);
    if (run_row(&run)) {
        expected = get_int(&run, 0, INT64_MAX);
        found = get_int(&run, 0, INT64_MAX);
        right = get_int(&run, 0, INT64_MAX);
    }
    if (right != expected || right != found)
        finding_add(findings, "%s: %lld rows of %lld are there, and %lld that do not agree", what,
                    (long long)right, (long long)expected, (long long)(found - right));
    return run_end(&run, error);
}

/* Tables of their own, which SQLite does not know to follow from the facts. */
static enum tf_status check_finders(struct tf_store *store, struct tf_arena *arena,
                                    struct findings *findings, struct tf_error *error)
{
    (void)arena;
    static const struct {
        enum statement which;
        const char *what;
    } finders[] = {{VERIFY_TALLIES, "tallies"},
                   {VERIFY_FOUND_CLAIMS, "claims by id"},
                   {VERIFY_FOUND_WINDOWS, "windows by id"},
                   {VERIFY_FOUND_FAQS, "FAQs by id"},
                   {VERIFY_FOUND_STUDIES, "studies by id"},
                   {VERIFY_LENGTHS, "windows by length"},
                   {VERIFY_WORDS, "claims by words"}};
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < sizeof finders / sizeof *finders; i++)
        status = check_finder(store, finders[i].which, finders[i].what, findings, error);
    return status;
}

#define INCOMPLETE ": not all could be checked"

/* What a damaged page hides from one check another may still see. */
static enum tf_status check_content(struct tf_store *store, struct tf_arena *arena,
                                    struct findings *findings, struct tf_error *error)
{
    static const struct {
        const char *what;
        enum tf_status (*check)(struct tf_store *store, struct tf_arena *arena,
                                struct findings *findings, struct tf_error *error);
    } checks[] = {{"pages" INCOMPLETE, check_integrity},
                  {"references" INCOMPLETE, check_references},
                  {"schema" INCOMPLETE, check_schema},
                  {"texts" INCOMPLETE, check_revisions},
                  {"what finds facts" INCOMPLETE, check_finders},
                  {"ids" INCOMPLETE, check_ids}};
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < sizeof checks / sizeof *checks; i++) {
        struct tf_error detail = {0};
        status = checks[i].check(store, arena, findings, &detail);
        tf_arena_reset(arena);
        status = find_damage(status, checks[i].what, &detail, findings, error);
    }
    return status;
}

enum tf_status tf_store_verify(struct tf_store *store, tf_store_finding_fn callback, void *context,
                               uint64_t *findings, uint64_t *spans, struct tf_error *error)
{
    struct findings found = {callback, context, 0, 0};
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = store_do(store, BEGIN_READ, error);
    if (status == TF_OK) {
        status = check_content(store, arena, &found, error);
        store_do(store, ROLLBACK, NULL);
    }
    if (status == TF_OK && store->writable)
        status = check_indexes(store, &found, error);
    tf_arena_free(arena);
    if (status != TF_OK)
        return status;
    *findings = found.count;
    *spans = found.spans;
    return TF_OK;
}
