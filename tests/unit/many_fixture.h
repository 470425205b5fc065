/* SPDX-License-Identifier: MIT */
/* Pages in any number, made by rule, that differ in all that lists are filtered,
 * ordered and counted by, and are alike in some of it, so that there are ties. */
#ifndef MANY_FIXTURE_H
#define MANY_FIXTURE_H

#include <treatfacts/store.h>

#include "facts_fixture.h"

#define PICK(table, n) ((table)[(unsigned)(n) % (sizeof(table) / sizeof *(table))])

/* --- Claims -------------------------------------------------------------- */

/* One code begins or ends like another, and one is rare. */
static void many_labels(struct tf_arena *arena, struct tf_claim *claim, int page, int i)
{
    static const char *const treatments[][2] = {{"tea", NULL},
                                                {"green_tea", "coffee"},
                                                {NULL, NULL},
                                                {"tea", "rest"},
                                                {"tea_leaf", "walks"}};
    static const char *const conditions[] = {"worry", NULL, "fatigue", "worry_at_night"};
    static const char *const routes[] = {NULL, "oral", "nasal"};
    const char *const codes[] = {PICK(treatments, page * 3 + i)[0],
                                 PICK(treatments, page * 3 + i)[1],
                                 page % 29 == 7 && i == 1 ? "rare" : NULL};
    claim->treatments = claim->conditions = claim->routes = (struct tf_strs){0};
    for (size_t k = 0; k < sizeof codes / sizeof *codes; k++)
        if (codes[k])
            tf_strs_push(arena, &claim->treatments, tf_str_of(codes[k]));
    if (PICK(conditions, page + i))
        tf_strs_push(arena, &claim->conditions, tf_str_of(PICK(conditions, page + i)));
    if (PICK(routes, page / 2 + i))
        tf_strs_push(arena, &claim->routes, tf_str_of(PICK(routes, page / 2 + i)));
}

static void many_claim(struct tf_arena *arena, struct tf_claim *claim, int page, int i)
{
    static const char *const sections[] = {"Speed, in short", NULL, "Pages, \"quoted\"", "speed"};
    many_labels(arena, claim, page, i);
    claim->topic = (enum tf_topic)((page + 3 * i) % TF_TOPIC__MAX);
    claim->certainty = (page + i) % 3 ? TF_CERTAINTY_ASSERTED : TF_CERTAINTY_HEDGED;
    claim->polarity = (page * i) % 5 == 4 ? TF_POLARITY_NEGATED : TF_POLARITY_AFFIRMED;
    claim->section = tf_str_of(PICK(sections, page / 3 + i));
    if (claim->certainty == TF_CERTAINTY_HEDGED)
        tf_strs_push(arena, &claim->hedges, TF_STR("\"so to say\\\" · é"));
    if ((page + i) % 7 == 3)
        claim->spans.v[0].role = TF_SPAN_CELL;
}

/* The last line is an item of the line before: its claim has two spans, neither
 * of which is its text. */
static void many_item(struct fixture *f, struct tf_uuid source)
{
    struct tf_claim *claim = &f->facts.claims.v[f->facts.claims.n - 1];
    struct tf_window *window = &f->facts.windows.v[f->facts.windows.n - 1];
    const struct tf_segment *stem = &f->facts.segments.v[claim->segment - 1];
    struct tf_claim_span item = claim->spans.v[0];
    item.role = TF_SPAN_ITEM;
    claim->spans.v[0] = (struct tf_claim_span){
        TF_SPAN_STEM,
        stem->at,
        {f->text.data + stem->at.byte_start, stem->at.byte_end - stem->at.byte_start}};
    *TF_PUSH(f->arena, &claim->spans) = item;
    claim->text = tf_arena_printf(f->arena, "%.*s %.*s", TF_STR_ARG(claim->spans.v[0].exact),
                                  TF_STR_ARG(item.exact));
    claim->id = tf_claim_id(source, claim, 0);
    window->claim = claim->id;
    window->id = tf_window_id(claim->id, window->expression, 0);
}

/* --- Windows, studies, FAQs ---------------------------------------------- */

static void many_window(struct tf_window *window, const struct tf_claim *claim, int page, int i)
{
    static const double mins[] = {3600, NAN, 60, 86400, 3600, 0, 604800};
    static const double maxs[] = {14400, 600, NAN, NAN, 3600, 14400, 1209600};
    static const char *const routes[] = {"oral", NULL, "nasal", NULL, NULL};
    static const char *const conditions[] = {NULL, "worry", "fatigue"};
    bool sessions = (page + i) % 6 == 5;
    window->measure = (enum tf_measure)((page + i) % TF_MEASURE__MAX);
    window->basis = sessions ? TF_BASIS_SESSIONS : TF_BASIS_TIME;
    window->min = window->max = TF_STR_NULL;
    window->min_seconds = sessions ? NAN : PICK(mins, page + 2 * i);
    window->max_seconds = sessions ? NAN : PICK(maxs, page + 2 * i);
    window->max_sessions = sessions ? 3 : -1;
    window->bound = (enum tf_bound)((page / 2 + i) % TF_BOUND__MAX);
    window->precision = (enum tf_precision)((page / 3 + i) % TF_PRECISION__MAX);
    window->treatments = claim->treatments;
    window->route = tf_str_of(PICK(routes, page + i));
    window->condition = tf_str_of(PICK(conditions, page + i));
}

static void many_study(struct tf_study *study, int page, int i)
{
    static const char *const names[] = {"Leaf Journal", "leaf journal", "Zest", "Äther Letters",
                                        "LEAF \"X\""};
    static const char *const types[] = {"trial", NULL, "review"};
    static const int years[] = {2021, 0, 1999, 2021, 2024};
    study->name = tf_str_of(PICK(names, page + i));
    study->id = tf_study_id(study->claim, study->name);
    study->study_type = tf_str_of(PICK(types, page + i));
    study->year = PICK(years, page + 2 * i);
    study->participants = page % 4 ? 0 : page + 1;
}

/* Answered by no claim, one or all of the page; some have lost their question. */
static void many_faq(struct fixture *f, struct tf_uuid source, int page)
{
    struct tf_faq *faq = &f->facts.faqs.v[0];
    faq->origin = (enum tf_origin)(page % TF_ORIGIN__MAX);
    if (page % 4 == 3)
        faq->claims.n = 0;
    for (size_t i = 1; page % 4 == 1 && i < f->facts.claims.n; i++) {
        *TF_PUSH(f->arena, &faq->claims) = f->facts.claims.v[i].id;
        *TF_PUSH(f->arena, &faq->answer_spans) = f->facts.claims.v[i].spans.v[0].at;
    }
    if (faq->origin == TF_ORIGIN_ORPHAN)
        faq->question = TF_STR_NULL;
    faq->id = tf_faq_id(source, faq->question, faq->answer, 0);
}

/* --- Pages --------------------------------------------------------------- */

/* Not in the order of their numbers. */
static inline struct tf_str many_key(struct tf_arena *arena, int page)
{
    return tf_arena_printf(arena, "%c/%d.txt", "bAca"[page % 4], page * 7 % 1000);
}

static inline struct tf_source_meta many_meta(struct tf_arena *arena, int page)
{
    static const char *const titles[] = {"On tea", NULL, "on tea", "Zeal", "Äther"};
    static const char *const publishers[] = {"Leaf & Son", NULL, "Other"};
    static const char *const published[] = {"2024-05-01", "2023", NULL};
    static const char *const languages[] = {"en", NULL, "de", "en"};
    return (struct tf_source_meta){.key = many_key(arena, page),
                                   .title = tf_str_of(PICK(titles, page)),
                                   .publisher = tf_str_of(PICK(publishers, page)),
                                   .published = tf_str_of(PICK(published, page)),
                                   .language = tf_str_of(PICK(languages, page))};
}

static struct fixture many_lines(const char *key, const char *prefix, int page)
{
    char first[96], second[96], third[96];
    snprintf(first, sizeof first, "Tea %d may calm · within 1 to 4 hours.", page);
    snprintf(second, sizeof second, "The Leaf Journal %d found tea \"bitter\".", page);
    snprintf(third, sizeof third, "Rest restores sleepers some time later, says %d.", page / 3);
    const struct line lines[] = {
        {.text = "How soon does café tea work?", .role = TF_ROLE_QUESTION},
        {.text = first, .role = TF_ROLE_CLAIM, .window = "within 1 to 4 hours"},
        {.text = second, .role = TF_ROLE_CLAIM, .study = "Leaf Journal"},
        {.text = page % 2 ? "Order a box today!" : "Write to us.",
         .role = page % 2 ? TF_ROLE_PROMO : TF_ROLE_CONTACT},
        {.text = "Coffee wakes writers.", .role = TF_ROLE_CLAIM},
        {.text = third, .role = TF_ROLE_CLAIM, .window = "some time later", .study = "sleepers"},
        {.text = "Walks \\ tea:", .role = TF_ROLE_STEM},
        {.text = "calm\t\"soon\", with 3 walks", .role = TF_ROLE_CLAIM, .window = "with 3 walks"}};
    struct fixture f = fixture_of(key, prefix, lines, sizeof lines / sizeof *lines);
    struct tf_str *texts[] = {&f.facts.claims.v[0].text, &f.facts.claims.v[1].text,
                              &f.facts.claims.v[3].text, &f.facts.faqs.v[0].answer};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = tf_arena_str(f.arena, *texts[i]);
    for (size_t i = 0; i < f.facts.claims.n; i++)
        f.facts.claims.v[i].spans.v[0].exact = f.facts.claims.v[i].text;
    return f;
}

static inline struct fixture many_facts(int page, const char *prefix)
{
    struct tf_arena *arena = tf_arena_new(0);
    struct tf_str key = many_key(arena, page);
    struct tf_uuid source = tf_source_id(key);
    struct fixture f = many_lines(key.data, prefix, page);
    many_item(&f, source);
    for (size_t i = 0; i < f.facts.claims.n; i++)
        many_claim(f.arena, &f.facts.claims.v[i], page, (int)i);
    static const size_t claims[] = {0, 3, 4}; /* behind the windows */
    for (size_t i = 0; i < f.facts.windows.n; i++)
        many_window(&f.facts.windows.v[i], &f.facts.claims.v[claims[i]], page, (int)i);
    for (size_t i = 0; i < f.facts.studies.n; i++)
        many_study(&f.facts.studies.v[i], page, (int)i);
    many_faq(&f, source, page);
    f.facts.claims.v[4].spans.v[0].role = TF_SPAN_STEM;
    tf_arena_free(arena);
    return f;
}

static inline void many_put(struct tf_store *store, int page, const char *prefix)
{
    struct tf_error error;
    struct tf_report report;
    struct fixture f = many_facts(page, prefix);
    struct tf_source_meta meta = many_meta(f.arena, page);
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    if (tf_store_put(store, &source, &report, &error) != TF_OK)
        fail_msg("page %d: %s", page, error.message);
    fixture_clear(&f);
}

/* All in one transaction, backwards; every fifth is there in two revisions. */
static inline void many_load(struct tf_store *store, int pages)
{
    struct tf_error error;
    assert_int_equal(tf_store_begin(store, &error), TF_OK);
    for (int i = pages - 1; i >= 0; i--) {
        if (i % 5 == 0)
            many_put(store, i, "Old\n");
        many_put(store, i, "");
    }
    if (tf_store_end(store, TF_OK, &error) != TF_OK)
        fail_msg("%s", error.message);
}

#endif
