/* SPDX-License-Identifier: MIT */
/* The derived rows of one revision: written, indexed, taken away. */
#include "store_internal.h"
#include "write.h"

static enum tf_status write_extraction(const struct writing *w, struct tf_error *error)
{
    const struct tf_extraction *facts = w->source->facts;
    struct run run = run_begin(w->store, INSERT_EXTRACTION, NULL);
    run_int(&run, ":revision", w->revision);
    run_code(&run, ":extractor", w->source->extractor);
    run_code(&run, ":lexicon", w->source->lexicon);
    run_text(&run, ":title", facts->title);
    run_text(&run, ":published", facts->published);
    run_int(&run, ":bytes", facts->bytes);
    run_int(&run, ":characters", facts->characters);
    run_int(&run, ":segments", (int64_t)facts->segments.n);
    run_int(&run, ":claims", (int64_t)facts->claims.n);
    run_int(&run, ":windows", (int64_t)facts->windows.n);
    run_int(&run, ":faqs", (int64_t)facts->faqs.n);
    run_int(&run, ":studies", (int64_t)facts->studies.n);
    return run_once(&run, error);
}

static enum tf_status write_segment(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_segment *segment = &w->source->facts->segments.v[i];
    struct run run = run_begin(w->store, INSERT_SEGMENT, NULL);
    run_int(&run, ":revision", w->revision);
    run_int(&run, ":ordinal", (int64_t)i);
    run_code(&run, ":role", tf_role_names[segment->role]);
    run_span(&run, &segment->at);
    run_text(&run, ":reason", segment->reason);
    return run_once(&run, error);
}

/* --- Claims -------------------------------------------------------------- */

static enum tf_status write_spans(const struct writing *w, const struct tf_claim *claim,
                                  int64_t row, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < claim->spans.n; i++) {
        const struct tf_claim_span *span = &claim->spans.v[i];
        struct run run = run_begin(w->store, INSERT_SPAN, NULL);
        run_int(&run, ":claim", row);
        run_int(&run, ":ordinal", (int64_t)i);
        run_code(&run, ":role", tf_span_role_names[span->role]);
        run_span(&run, &span->at);
        run_text(&run, ":exact", span->exact);
        status = run_once(&run, error);
    }
    return status;
}

static enum tf_status write_labels(const struct writing *w, int64_t row, const char *kind,
                                   const struct tf_strs *codes, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < codes->n; i++) {
        struct run run = run_begin(w->store, INSERT_LABEL, NULL);
        run_int(&run, ":claim", row);
        run_code(&run, ":kind", kind);
        run_int(&run, ":ordinal", (int64_t)i);
        run_text(&run, ":code", codes->v[i]);
        run_int(&run, ":revision", w->revision);
        status = run_once(&run, error);
    }
    return status;
}

static enum tf_status write_hedges(const struct writing *w, int64_t row,
                                   const struct tf_strs *hedges, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < hedges->n; i++) {
        struct run run = run_begin(w->store, INSERT_HEDGE, NULL);
        run_int(&run, ":claim", row);
        run_int(&run, ":ordinal", (int64_t)i);
        run_text(&run, ":words", hedges->v[i]);
        status = run_once(&run, error);
    }
    return status;
}

static const char *kind_of(const struct tf_claim *claim)
{
    for (size_t i = 0; i < claim->spans.n; i++)
        if (claim->spans.v[i].role <= TF_SPAN_CELL)
            return tf_span_role_names[claim->spans.v[i].role];
    return NULL; /* tf_facts_check refused it before */
}

static enum tf_status write_claim(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_claim *claim = &w->source->facts->claims.v[i];
    struct run run = run_begin(w->store, INSERT_CLAIM, NULL);
    run_int(&run, ":revision", w->revision);
    run_int(&run, ":ordinal", (int64_t)i);
    run_uuid(&run, ":id", claim->id);
    run_int(&run, ":segment", claim->segment);
    run_code(&run, ":kind", kind_of(claim));
    run_text(&run, ":text", claim->text);
    run_text(&run, ":section", claim->section);
    run_code(&run, ":topic", tf_topic_names[claim->topic]);
    run_code(&run, ":certainty", tf_certainty_names[claim->certainty]);
    run_code(&run, ":polarity", tf_polarity_names[claim->polarity]);
    run_text(&run, ":reason", claim->reason);
    run_int(&run, ":current", w->current);
    enum tf_status status = run_once(&run, error);
    int64_t row = sqlite3_last_insert_rowid(w->store->db);
    if (status == TF_OK)
        status = write_spans(w, claim, row, error);
    if (status == TF_OK)
        status = write_labels(w, row, "treatment", &claim->treatments, error);
    if (status == TF_OK)
        status = write_labels(w, row, "condition", &claim->conditions, error);
    if (status == TF_OK)
        status = write_labels(w, row, "route", &claim->routes, error);
    if (status == TF_OK)
        status = write_hedges(w, row, &claim->hedges, error);
    return status;
}

/* --- Windows, FAQs, studies ---------------------------------------------- */

static void bind_sessions(struct run *run, const char *name, int sessions)
{
    if (sessions < 0)
        run_null(run, name);
    else
        run_int(run, name, sessions);
}

static enum tf_status write_window_row(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_window *window = &w->source->facts->windows.v[i];
    struct run run = run_begin(w->store, INSERT_WINDOW, NULL);
    run_int(&run, ":revision", w->revision);
    run_int(&run, ":ordinal", (int64_t)i);
    run_uuid(&run, ":id", window->id);
    run_uuid(&run, ":claim", window->claim);
    run_code(&run, ":measure", tf_measure_names[window->measure]);
    run_code(&run, ":basis", tf_basis_names[window->basis]);
    run_text(&run, ":min", window->min);
    run_text(&run, ":max", window->max);
    run_real(&run, ":min_seconds", window->min_seconds);
    run_real(&run, ":max_seconds", window->max_seconds);
    bind_sessions(&run, ":min_sessions", window->min_sessions);
    bind_sessions(&run, ":max_sessions", window->max_sessions);
    run_code(&run, ":bound", tf_bound_names[window->bound]);
    run_code(&run, ":precision", tf_precision_names[window->precision]);
    run_text(&run, ":route", window->route);
    run_text(&run, ":condition", window->condition);
    run_span(&run, &window->at);
    run_text(&run, ":expression", window->expression);
    return run_once(&run, error);
}

static enum tf_status write_window(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_strs *codes = &w->source->facts->windows.v[i].treatments;
    enum tf_status status = write_window_row(w, i, error);
    int64_t row = sqlite3_last_insert_rowid(w->store->db);
    for (size_t k = 0; status == TF_OK && k < codes->n; k++) {
        struct run run = run_begin(w->store, INSERT_WINDOW_TREATMENT, NULL);
        run_int(&run, ":window", row);
        run_int(&run, ":ordinal", (int64_t)k);
        run_text(&run, ":code", codes->v[k]);
        run_int(&run, ":revision", w->revision);
        status = run_once(&run, error);
    }
    return status;
}

static enum tf_status write_faq_row(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_faq *faq = &w->source->facts->faqs.v[i];
    struct run run = run_begin(w->store, INSERT_FAQ, NULL);
    run_int(&run, ":revision", w->revision);
    run_int(&run, ":ordinal", (int64_t)i);
    run_uuid(&run, ":id", faq->id);
    run_code(&run, ":origin", tf_origin_names[faq->origin]);
    run_text(&run, ":question", faq->question);
    if (faq->question.data) /* else the place stays NULL */
        run_span(&run, &faq->question_at);
    run_text(&run, ":answer", faq->answer);
    return run_once(&run, error);
}

static enum tf_status write_faq(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_faq *faq = &w->source->facts->faqs.v[i];
    enum tf_status status = write_faq_row(w, i, error);
    int64_t row = sqlite3_last_insert_rowid(w->store->db);
    for (size_t k = 0; status == TF_OK && k < faq->answer_spans.n; k++) {
        struct run run = run_begin(w->store, INSERT_FAQ_SPAN, NULL);
        run_int(&run, ":faq", row);
        run_int(&run, ":ordinal", (int64_t)k);
        run_span(&run, &faq->answer_spans.v[k]);
        status = run_once(&run, error);
    }
    for (size_t k = 0; status == TF_OK && k < faq->claims.n; k++) {
        struct run run = run_begin(w->store, INSERT_FAQ_CLAIM, NULL);
        run_int(&run, ":faq", row);
        run_int(&run, ":ordinal", (int64_t)k);
        run_uuid(&run, ":claim", faq->claims.v[k]);
        run_int(&run, ":revision", w->revision);
        status = run_once(&run, error);
    }
    return status;
}

static enum tf_status write_study(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_study *study = &w->source->facts->studies.v[i];
    struct run run = run_begin(w->store, INSERT_STUDY, NULL);
    run_int(&run, ":revision", w->revision);
    run_int(&run, ":ordinal", (int64_t)i);
    run_uuid(&run, ":id", study->id);
    run_uuid(&run, ":claim", study->claim);
    run_text(&run, ":name", study->name);
    if (study->year)
        run_int(&run, ":year", study->year);
    run_text(&run, ":study_type", study->study_type);
    if (study->participants)
        run_int(&run, ":participants", study->participants);
    run_span(&run, &study->at);
    return run_once(&run, error);
}

/* --- All of a revision --------------------------------------------------- */

static enum tf_status write_each(const struct writing *w, size_t count,
                                 enum tf_status (*write)(const struct writing *w, size_t i,
                                                         struct tf_error *error),
                                 struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < count; i++)
        status = write(w, i, error);
    return status;
}

enum tf_status write_facts(const struct writing *w, struct tf_error *error)
{
    const struct tf_extraction *facts = w->source->facts;
    enum tf_status status = write_extraction(w, error);
    if (status == TF_OK)
        status = write_each(w, facts->segments.n, write_segment, error);
    if (status == TF_OK)
        status = write_each(w, facts->claims.n, write_claim, error);
    if (status == TF_OK)
        status = write_each(w, facts->windows.n, write_window, error);
    if (status == TF_OK)
        status = write_each(w, facts->faqs.n, write_faq, error);
    if (status == TF_OK)
        status = write_each(w, facts->studies.n, write_study, error);
    return status;
}

enum tf_status for_revision(struct tf_store *store, int64_t revision, const enum statement *which,
                            size_t count, struct tf_error *error)
{
    enum tf_status status = TF_OK;
    for (size_t i = 0; status == TF_OK && i < count; i++) {
        struct run run = run_begin(store, which[i], NULL);
        run_int(&run, ":revision", revision);
        status = run_once(&run, error);
    }
    return status;
}

enum tf_status index_facts(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    static const enum statement which[] = {INDEX_CLAIMS, INDEX_FAQS, INDEX_SOURCE, INDEX_KIN};
    return for_revision(store, revision, which, sizeof which / sizeof *which, error);
}

/* The index forgets words it is told; so before the rows themselves go. */
enum tf_status unindex_facts(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    static const enum statement which[] = {UNINDEX_CLAIMS, UNINDEX_FAQS, UNINDEX_SOURCE,
                                           REJOIN_KIN,     UNINDEX_KIN,  UNINDEX_WORDS};
    return for_revision(store, revision, which, sizeof which / sizeof *which, error);
}

enum tf_status delete_facts(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    static const enum statement which[] = {DELETE_FAQS, DELETE_CLAIMS, DELETE_SEGMENTS,
                                           DELETE_EXTRACTION};
    return for_revision(store, revision, which, 4, error);
}
