/* SPDX-License-Identifier: MIT */
/*
 * The columns of each kind of row, in the order of the keys in JSON. What is
 * nested there is spread over columns of its own; lists of words are one cell.
 */
#include "csv.h"
#include "facts.h"

#include <stdio.h>

/* An absent number is below `least`. */
static void put_known(struct tf_csv *csv, const char *column, int number, int least)
{
    if (number < least)
        tf_csv_empty(csv, column);
    else
        tf_csv_count(csv, column, (uint64_t)number);
}

static void put_origin(struct tf_csv *csv, const struct tf_source_ref *source,
                       const char *updated_at)
{
    tf_csv_uuid(csv, "source:source_id", source->id);
    tf_csv_str(csv, "source:source_title", source->title);
    tf_csv_str(csv, "source:source_publisher", source->publisher);
    tf_csv_str(csv, "source:source_url", source->url);
    tf_csv_href(csv, "source:source_href", "/v1/sources/", source->id, "");
    tf_csv_count(csv, "revision", (uint64_t)source->revision);
    tf_csv_bool(csv, "current", source->current);
    tf_csv_text(csv, "updated_at", updated_at);
}

/* --- Claims -------------------------------------------------------------- */

static void put_labels(struct tf_csv *csv, const struct tf_claim *claim)
{
    tf_csv_text(csv, "topic", tf_topic_names[claim->topic]);
    tf_csv_text(csv, "certainty", tf_certainty_names[claim->certainty]);
    tf_csv_strs(csv, "hedges", &claim->hedges);
    tf_csv_text(csv, "polarity", tf_polarity_names[claim->polarity]);
    tf_csv_strs(csv, "treatments", &claim->treatments);
    tf_csv_strs(csv, "conditions", &claim->conditions);
    tf_csv_strs(csv, "routes", &claim->routes);
}

/* Of the primary span; the words of the others stand in the text. */
static void put_span(struct tf_csv *csv, const struct tf_claim_span *span)
{
    tf_csv_text(csv, "spans:kind", tf_span_role_names[span->role]);
    tf_csv_str(csv, "spans:exact", span->exact);
    tf_csv_count(csv, "spans:start", span->at.start);
    tf_csv_count(csv, "spans:end", span->at.end);
}

static void put_deep_link(struct tf_csv *csv, const struct tf_claim_row *row, struct tf_str quote)
{
    if (!row->source.url.data) {
        tf_csv_empty(csv, "deep_link");
        return;
    }
    struct tf_buf link;
    tf_buf_init(&link);
    tf_resource_deep_link(row->source.url, quote, &link);
    tf_csv_made(csv, "deep_link", &link);
}

static void put_claim(struct tf_csv *csv, const struct tf_claim_row *row)
{
    static const struct tf_claim_span unknown;
    const struct tf_claim_span *span = tf_claim_primary(&row->claim);
    /* As in JSON, a damaged claim is not shown in part; a header needs none. */
    if (!span && csv->line == TF_CSV_ROW)
        csv->out->failed = true;
    if (!span)
        span = &unknown;
    char text[sizeof "/text?revision=" + 12];
    snprintf(text, sizeof text, "/text?revision=%d", row->source.revision);
    tf_csv_uuid(csv, "id", row->claim.id);
    tf_csv_str(csv, "text", row->claim.text);
    tf_csv_str(csv, "section", row->claim.section);
    put_span(csv, span);
    put_labels(csv, &row->claim);
    put_origin(csv, &row->source, row->updated_at);
    tf_csv_str(csv, "selector:prefix", row->prefix);
    tf_csv_str(csv, "selector:suffix", row->suffix);
    tf_csv_href(csv, "href", "/v1/claims/", row->claim.id, "");
    tf_csv_href(csv, "source_text_href", "/v1/sources/", row->source.id, text);
    put_deep_link(csv, row, span->exact);
}

/* --- Windows, FAQs, studies ---------------------------------------------- */

static void put_length(struct tf_csv *csv, const struct tf_window *window)
{
    tf_csv_text(csv, "measure", tf_measure_names[window->measure]);
    tf_csv_text(csv, "basis", tf_basis_names[window->basis]);
    tf_csv_str(csv, "min", window->min);
    tf_csv_str(csv, "max", window->max);
    tf_csv_number(csv, "min_seconds", window->min_seconds);
    tf_csv_number(csv, "max_seconds", window->max_seconds);
    put_known(csv, "min_sessions", window->min_sessions, 0);
    put_known(csv, "max_sessions", window->max_sessions, 0);
    tf_csv_text(csv, "bound", tf_bound_names[window->bound]);
    tf_csv_text(csv, "precision", tf_precision_names[window->precision]);
}

static void put_window(struct tf_csv *csv, const struct tf_window_row *row)
{
    const struct tf_window *window = &row->window;
    tf_csv_uuid(csv, "id", window->id);
    tf_csv_uuid(csv, "claim", window->claim);
    put_length(csv, window);
    tf_csv_strs(csv, "treatments", &window->treatments);
    tf_csv_str(csv, "route", window->route);
    tf_csv_str(csv, "condition", window->condition);
    tf_csv_str(csv, "expression", window->expression);
    tf_csv_count(csv, "expression:expression_start", window->at.start);
    tf_csv_count(csv, "expression:expression_end", window->at.end);
    tf_csv_href(csv, "claim_href", "/v1/claims/", window->claim, "");
    tf_csv_str(csv, "quote", row->quote);
    tf_csv_text(csv, "certainty", tf_certainty_names[row->certainty]);
    put_origin(csv, &row->source, row->updated_at);
    tf_csv_href(csv, "href", "/v1/time-windows/", window->id, "");
}

static void put_question(struct tf_csv *csv, const struct tf_faq *faq)
{
    static const char start[] = "question_span:question_start",
                      end[] = "question_span:question_end";
    tf_csv_str(csv, "question", faq->question);
    if (faq->question.data) {
        tf_csv_count(csv, start, faq->question_at.start);
        tf_csv_count(csv, end, faq->question_at.end);
    } else {
        tf_csv_empty(csv, start);
        tf_csv_empty(csv, end);
    }
}

/* From where its first span begins to where its last one ends. */
static void put_answer(struct tf_csv *csv, const struct tf_faq *faq)
{
    static const char start[] = "answer_spans:answer_start", end[] = "answer_spans:answer_end";
    size_t n = faq->answer_spans.n;
    tf_csv_str(csv, "answer", faq->answer);
    if (n) {
        tf_csv_count(csv, start, faq->answer_spans.v[0].start);
        tf_csv_count(csv, end, faq->answer_spans.v[n - 1].end);
    } else {
        tf_csv_empty(csv, start);
        tf_csv_empty(csv, end);
    }
}

static void put_answer_claims(struct tf_csv *csv, const struct tf_faq *faq)
{
    struct tf_buf ids;
    char text[TF_UUID_TEXT];
    tf_buf_init(&ids);
    for (size_t i = 0; i < faq->claims.n; i++) {
        tf_uuid_format(faq->claims.v[i], text);
        tf_csv_join(&ids, tf_str_of(text));
    }
    tf_csv_made(csv, "claims", &ids);
}

static void put_faq(struct tf_csv *csv, const struct tf_faq_row *row)
{
    tf_csv_uuid(csv, "id", row->faq.id);
    put_question(csv, &row->faq);
    tf_csv_text(csv, "origin", tf_origin_names[row->faq.origin]);
    put_answer(csv, &row->faq);
    put_answer_claims(csv, &row->faq);
    put_origin(csv, &row->source, row->updated_at);
    tf_csv_href(csv, "href", "/v1/faqs/", row->faq.id, "");
}

static void put_study(struct tf_csv *csv, const struct tf_study_row *row)
{
    tf_csv_uuid(csv, "id", row->study.id);
    tf_csv_str(csv, "name", row->study.name);
    put_known(csv, "year", row->study.year, 1);
    tf_csv_str(csv, "study_type", row->study.study_type);
    put_known(csv, "participants", row->study.participants, 1);
    tf_csv_uuid(csv, "claim", row->study.claim);
    tf_csv_href(csv, "claim_href", "/v1/claims/", row->study.claim, "");
    tf_csv_str(csv, "quote", row->quote);
    put_origin(csv, &row->source, row->updated_at);
    tf_csv_href(csv, "href", "/v1/studies/", row->study.id, "");
}

/* --- Sources and their segments ------------------------------------------ */

static void put_meta(struct tf_csv *csv, const struct tf_source_meta *meta)
{
    tf_csv_str(csv, "key", meta->key);
    tf_csv_str(csv, "title", meta->title);
    tf_csv_str(csv, "publisher", meta->publisher);
    tf_csv_str(csv, "url", meta->url);
    tf_csv_str(csv, "published", meta->published);
    tf_csv_str(csv, "retrieved", meta->retrieved);
    tf_csv_str(csv, "license", meta->license);
    tf_csv_str(csv, "language", meta->language);
}

static void put_counts(struct tf_csv *csv, const struct tf_source_row *row)
{
#define X(name, word) tf_csv_count(csv, "counts:segments_" word, row->roles[TF_ROLE_##name]);
    TF_ROLE_MAP(X)
#undef X
    tf_csv_count(csv, "counts:claims", row->claims);
    tf_csv_count(csv, "counts:windows", row->windows);
    tf_csv_count(csv, "counts:faqs", row->faqs);
    tf_csv_count(csv, "counts:studies", row->studies);
}

static void put_source(struct tf_csv *csv, const struct tf_source_row *row)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): each list with sources has one */
    tf_csv_uuid(csv, "id", row->id);
    put_meta(csv, &row->meta);
    tf_csv_count(csv, "revision", (uint64_t)row->revision);
    tf_csv_count(csv, "revisions", (uint64_t)row->revisions);
    tf_csv_text(csv, "sha256", row->sha256);
    tf_csv_count(csv, "bytes", row->bytes);
    tf_csv_count(csv, "characters", row->characters);
    tf_csv_str(csv, "extractor:extractor_version", row->extractor);
    tf_csv_str(csv, "extractor:lexicon_version", row->lexicon);
    tf_csv_text(csv, "updated_at", row->updated_at);
    put_counts(csv, row);
    tf_csv_number(csv, "promotional_share", tf_resource_promotional_share(row));
    tf_csv_href(csv, "href", "/v1/sources/", row->id, "");
    tf_csv_href(csv, "text_href", "/v1/sources/", row->id, "/text");
    tf_csv_href(csv, "segments_href", "/v1/sources/", row->id, "/segments");
}

static void put_segment(struct tf_csv *csv, const struct tf_segment_row *row)
{
    const struct tf_span *at = &row->segment.at;
    tf_csv_count(csv, "start", at->start);
    tf_csv_count(csv, "end", at->end);
    tf_csv_count(csv, "byte_start", at->byte_start);
    tf_csv_count(csv, "byte_end", at->byte_end);
    tf_csv_text(csv, "role", tf_role_names[row->segment.role]);
    tf_csv_str(csv, "reason", row->segment.reason);
    tf_csv_str(csv, "exact", row->exact);
    if (row->has_claim)
        tf_csv_uuid(csv, "claim", row->claim);
    else
        tf_csv_empty(csv, "claim");
}

/* --- Vocabulary ---------------------------------------------------------- */

static void put_synonyms(struct tf_csv *csv, struct tf_str list)
{
    struct tf_buf joined;
    struct tf_str synonym;
    tf_buf_init(&joined);
    while (tf_resource_next_synonym(&list, &synonym))
        tf_csv_join(&joined, synonym);
    tf_csv_made(csv, "synonyms", &joined);
}

/* parameter: the filter of claims that takes the code. */
static void put_vocabulary(struct tf_csv *csv, const struct tf_vocabulary_row *row,
                           const char *parameter)
{
    struct tf_buf href;
    tf_buf_init(&href);
    tf_resource_claims_href(parameter, row->entry.code, &href);
    tf_csv_str(csv, "code", row->entry.code);
    tf_csv_str(csv, "label", row->entry.label);
    put_synonyms(csv, row->entry.synonyms);
    tf_csv_count(csv, "claims", row->claims);
    tf_csv_made(csv, "claims_href", &href);
}

/* --- Lines --------------------------------------------------------------- */

static void put_row(struct tf_csv *csv, const struct tf_rows *rows, size_t i)
{
    switch (rows->kind) {
    case TF_KIND_SOURCE:
        put_source(csv, &rows->sources[i]);
        return;
    case TF_KIND_SEGMENT:
        put_segment(csv, &rows->segments[i]);
        return;
    case TF_KIND_CLAIM:
        put_claim(csv, &rows->claims[i]);
        return;
    case TF_KIND_WINDOW:
        put_window(csv, &rows->windows[i]);
        return;
    case TF_KIND_FAQ:
        put_faq(csv, &rows->faqs[i]);
        return;
    case TF_KIND_STUDY:
        put_study(csv, &rows->studies[i]);
        return;
    case TF_KIND__MAX:
        break;
    }
    csv->out->failed = true;
}

/* The names stand beside the values of a row, so a header is written from one
 * that holds nothing. */
static void put_names(struct tf_csv *csv, enum tf_list list)
{
    static struct tf_source_row source;
    static struct tf_segment_row segment;
    static struct tf_claim_row claim;
    static struct tf_window_row window;
    static struct tf_faq_row faq;
    static struct tf_study_row study;
    static const struct tf_rows blank[TF_LIST__MAX] = {
        [TF_LIST_SOURCES] = {.kind = TF_KIND_SOURCE, .sources = &source},
        [TF_LIST_SEGMENTS] = {.kind = TF_KIND_SEGMENT, .segments = &segment},
        [TF_LIST_CLAIMS] = {.kind = TF_KIND_CLAIM, .claims = &claim},
        [TF_LIST_ONSET_WINDOWS] = {.kind = TF_KIND_WINDOW, .windows = &window},
        [TF_LIST_TIME_WINDOWS] = {.kind = TF_KIND_WINDOW, .windows = &window},
        [TF_LIST_FAQS] = {.kind = TF_KIND_FAQ, .faqs = &faq},
        [TF_LIST_STUDIES] = {.kind = TF_KIND_STUDY, .studies = &study},
    };
    put_row(csv, &blank[list], 0);
}

void tf_resource_csv_header(enum tf_list list, const struct tf_strs *fields, struct tf_buf *out)
{
    static const struct tf_vocabulary_row word;
    struct tf_csv csv = tf_csv_begin(out, TF_CSV_HEADER, fields);
    const char *parameter = tf_query_vocabulary(list);
    if (parameter)
        put_vocabulary(&csv, &word, parameter);
    else
        put_names(&csv, list);
    tf_csv_end(&csv);
}

void tf_resource_csv_row(enum tf_list list, const struct tf_result *result, size_t i,
                         const struct tf_strs *fields, struct tf_buf *out)
{
    struct tf_csv csv = tf_csv_begin(out, TF_CSV_ROW, fields);
    const char *parameter = tf_query_vocabulary(list);
    if (parameter)
        put_vocabulary(&csv, &result->vocabulary.v[i], parameter);
    else
        put_row(&csv, &result->rows, i);
    tf_csv_end(&csv);
}
