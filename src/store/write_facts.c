/* SPDX-License-Identifier: MIT */
/* The derived rows of one revision: written and taken away. Values are bound
 * in the order of the columns. */
#include "write.h"

#include <string.h>

static int64_t row_of(const struct writing *w, size_t ordinal)
{
    return FACT_ROW(w->revision, ordinal);
}

static enum tf_status write_extraction(const struct writing *w, struct tf_error *error)
{
    const struct tf_extraction *facts = w->source->facts;
    struct run run = run_begin(w->store, INSERT_EXTRACTION, NULL);
    put_int(&run, w->revision);
    put_code(&run, w->source->extractor);
    put_code(&run, w->source->lexicon);
    put_text(&run, facts->title);
    put_text(&run, facts->published);
    put_int(&run, facts->bytes);
    put_int(&run, facts->characters);
    put_int(&run, (int64_t)facts->segments.n);
    put_int(&run, (int64_t)facts->claims.n);
    put_int(&run, (int64_t)facts->windows.n);
    put_int(&run, (int64_t)facts->faqs.n);
    put_int(&run, (int64_t)facts->studies.n);
    put_int(&run, w->rows->words);
    put_text(&run, w->rows->tallies_json);
    return run_once(&run, error);
}

/* --- Segments ------------------------------------------------------------ */

static enum tf_status write_segment(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_extraction *facts = w->source->facts;
    const struct tf_segment *segment = &facts->segments.v[i];
    struct run run = run_begin(w->store, INSERT_SEGMENT, NULL);
    put_int(&run, row_of(w, i));
    put_code(&run, tf_role_names[segment->role]);
    put_span(&run, &segment->at);
    put_text(&run, segment->reason);
    if (w->rows->first_claim[i] < facts->claims.n)
        put_int(&run, (int64_t)w->rows->first_claim[i]);
    else
        put_null(&run);
    return run_once(&run, error);
}

/* --- Claims -------------------------------------------------------------- */

static enum tf_status write_claim(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_claim *claim = &w->source->facts->claims.v[i];
    const struct claim_columns *columns = &w->rows->claim_columns[i];
    struct run run = run_begin(w->store, INSERT_CLAIM, NULL);
    put_int(&run, row_of(w, i));
    put_uuid(&run, &claim->id);
    put_int(&run, claim->segment);
    put_code(&run, claim_kind(claim));
    put_text(&run, claim->text);
    put_text(&run, claim->section);
    put_code(&run, tf_topic_names[claim->topic]);
    put_code(&run, tf_certainty_names[claim->certainty]);
    put_code(&run, tf_polarity_names[claim->polarity]);
    put_text(&run, claim->reason);
    put_int(&run, w->rows->digests[i]);
    put_text(&run, columns->spans);
    put_text(&run, columns->hedges);
    put_text(&run, columns->treatments);
    put_text(&run, columns->conditions);
    put_text(&run, columns->routes);
    enum tf_status status = run_once(&run, error);
    if (status != TF_OK || !w->current)
        return status;
    struct run words = run_begin(w->store, INDEX_CLAIM, NULL);
    put_int(&words, row_of(w, i));
    put_text(&words, claim->text);
    return run_once(&words, error);
}

/* --- Windows, FAQs, studies ---------------------------------------------- */

static void put_sessions(struct run *run, int sessions)
{
    if (sessions < 0)
        put_null(run);
    else
        put_int(run, sessions);
}

static enum tf_status write_window(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_window *window = &w->source->facts->windows.v[i];
    struct run run = run_begin(w->store, INSERT_WINDOW, NULL);
    put_int(&run, row_of(w, i));
    put_uuid(&run, &window->id);
    put_int(&run, claim_place(w->rows, &window->claim));
    put_code(&run, tf_measure_names[window->measure]);
    put_code(&run, tf_basis_names[window->basis]);
    put_text(&run, window->min);
    put_text(&run, window->max);
    put_real(&run, window->min_seconds);
    put_real(&run, window->max_seconds);
    put_sessions(&run, window->min_sessions);
    put_sessions(&run, window->max_sessions);
    put_code(&run, tf_bound_names[window->bound]);
    put_code(&run, tf_precision_names[window->precision]);
    put_text(&run, w->rows->window_treatments[i]);
    put_text(&run, window->route);
    put_text(&run, window->condition);
    put_span(&run, &window->at);
    put_text(&run, window->expression);
    return run_once(&run, error);
}

static enum tf_status write_faq(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_faq *faq = &w->source->facts->faqs.v[i];
    const struct faq_columns *columns = &w->rows->faq_columns[i];
    struct run run = run_begin(w->store, INSERT_FAQ, NULL);
    put_int(&run, row_of(w, i));
    put_uuid(&run, &faq->id);
    put_code(&run, tf_origin_names[faq->origin]);
    put_text(&run, faq->question);
    if (faq->question.data)
        put_span(&run, &faq->question_at);
    else
        run.place += 4; /* no place: NULL */
    put_text(&run, faq->answer);
    put_text(&run, columns->answer_spans);
    put_text(&run, columns->claims);
    put_text(&run, columns->topics);
    put_text(&run, columns->treatments);
    put_text(&run, columns->conditions);
    enum tf_status status = run_once(&run, error);
    if (status != TF_OK || !w->current)
        return status;
    struct run words = run_begin(w->store, INDEX_FAQ, NULL);
    put_int(&words, row_of(w, i));
    put_text(&words, faq->question);
    put_text(&words, faq->answer);
    return run_once(&words, error);
}

static enum tf_status write_study(const struct writing *w, size_t i, struct tf_error *error)
{
    const struct tf_study *study = &w->source->facts->studies.v[i];
    struct run run = run_begin(w->store, INSERT_STUDY, NULL);
    put_int(&run, row_of(w, i));
    put_uuid(&run, &study->id);
    put_int(&run, claim_place(w->rows, &study->claim));
    put_text(&run, study->name);
    if (study->year)
        put_int(&run, study->year);
    else
        put_null(&run);
    put_text(&run, study->study_type);
    if (study->participants)
        put_int(&run, study->participants);
    else
        put_null(&run);
    put_span(&run, &study->at);
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

static enum tf_status write_all(const struct writing *w, struct tf_error *error)
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

enum tf_status write_facts(const struct writing *w, struct tf_error *error)
{
    enum tf_status status = write_all(w, error);
    return status == TF_OK ? index_later(w, error) : status;
}

enum tf_status delete_facts(struct tf_store *store, int64_t revision, struct tf_error *error)
{
    static const enum statement which[] = {
        DELETE_CLAIM_IDS, DELETE_WINDOW_IDS, DELETE_FAQ_IDS, DELETE_STUDY_IDS, DELETE_SEGMENTS,
        DELETE_CLAIMS,    DELETE_WINDOWS,    DELETE_FAQS,    DELETE_STUDIES,   DELETE_EXTRACTION};
    return for_revision(store, revision, which, sizeof which / sizeof *which, error);
}
