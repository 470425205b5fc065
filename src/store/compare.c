/* SPDX-License-Identifier: MIT */
/* What became of the claims of a source: kept, moved, gone, new, relabelled. */
#include "store_internal.h"

#include <stdlib.h>
#include <string.h>

static void add_words(struct tf_buf *buf, const struct tf_strs *words)
{
    tf_buf_printf(buf, "[%zu]", words->n);
    for (size_t i = 0; i < words->n; i++) {
        tf_buf_printf(buf, "%zu:", words->v[i].size);
        tf_buf_add_str(buf, words->v[i]);
    }
}

/* Everything about a claim but its place, so that one that merely moved is
 * not taken for one that reads differently. The arena remembers a failure. */
static void describe(const struct tf_claim *claim, struct tf_arena *arena, char out[TF_DIGEST_TEXT])
{
    struct tf_buf buf;
    tf_buf_init(&buf);
    tf_buf_printf(&buf, "%d %d %d ", (int)claim->topic, (int)claim->certainty,
                  (int)claim->polarity);
    const struct tf_strs *lists[] = {&claim->hedges, &claim->treatments, &claim->conditions,
                                     &claim->routes};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        add_words(&buf, lists[i]);
    tf_buf_printf(&buf, "%d:", claim->section.data ? (int)claim->section.size : -1);
    tf_buf_add_str(&buf, claim->section);
    for (size_t i = 0; i < claim->spans.n; i++) {
        tf_buf_printf(&buf, "%d %zu:", (int)claim->spans.v[i].role, claim->spans.v[i].exact.size);
        tf_buf_add_str(&buf, claim->spans.v[i].exact);
    }
    struct tf_str all = tf_buf_str(&buf);
    tf_digest(all.data, all.size, out);
    if (buf.failed)
        tf_arena_fail(arena);
    tf_buf_clear(&buf);
}

static void know(const struct tf_claim *claim, struct tf_arena *arena, struct known_claim *out)
{
    *out = (struct known_claim){.id = claim->id};
    const struct tf_claim_span *primary = tf_claim_primary(claim);
    if (primary) {
        out->start = primary->at.start;
        out->end = primary->at.end;
    }
    describe(claim, arena, out->labels);
}

enum tf_status known_claims_read(struct tf_store *store, int64_t revision, struct tf_arena *arena,
                                 struct known_claims *out, struct tf_error *error)
{
    struct known_claims known = {0};
    struct run run = run_begin(store, REVISION_CLAIMS, arena);
    run_int(&run, ":revision", revision);
    while (run_row(&run)) {
        struct tf_claim claim = {0};
        get_claim(&run, &claim);
        struct known_claim *slot = TF_PUSH(arena, &known);
        if (slot && !run.damaged)
            know(&claim, arena, slot);
    }
    enum tf_status status = run_end(&run, error);
    if (status != TF_OK)
        return status;
    if (known.n)
        qsort(known.v, known.n, sizeof *known.v, tf_uuid_order);
    *out = known;
    return TF_OK;
}

enum tf_status known_claims_compare(const struct known_claims *before,
                                    const struct tf_extraction *after, struct tf_arena *arena,
                                    struct tf_report *report, struct tf_error *error)
{
    if (!before->n) {
        report->added = (uint32_t)after->claims.n;
        return TF_OK;
    }
    for (size_t i = 0; i < after->claims.n; i++) {
        struct known_claim now;
        know(&after->claims.v[i], arena, &now);
        const struct known_claim *then =
            bsearch(&now, before->v, before->n, sizeof now, tf_uuid_order);
        if (!then) {
            report->added++;
            continue;
        }
        if (then->start == now.start && then->end == now.end)
            report->kept++;
        else
            report->moved++;
        report->relabelled += strcmp(then->labels, now.labels) != 0;
    }
    report->gone = (uint32_t)before->n - report->kept - report->moved;
    return tf_arena_failed(arena) ? tf_error_set(error, TF_NO_MEMORY, "out of memory") : TF_OK;
}
