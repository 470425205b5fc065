/* SPDX-License-Identifier: MIT */
/* Sources that differ in all that lists are ordered and counted by, and are
 * alike in some of it, so that there are ties. */
#ifndef VARIED_FIXTURE_H
#define VARIED_FIXTURE_H

#include "query_fixture.h"

/* What is said of the second window of a page; the first is 1 to 4 hours. */
struct varied {
    const char *key, *title, *publisher, *published, *language;
    enum tf_measure measure;
    double min, max; /* seconds, NAN: open */
    int sessions;    /* from 1: in sessions instead */
    const char *route, *study, *study_type;
    int year;
};

static const struct varied varied_pages[] = {
    {"a.txt", "On tea", "Leaf & Son", "2024-05-01", "en", TF_MEASURE_ONSET, NAN, 600, 0, "oral",
     "Leaf Journal", "trial", 2021},
    {"B.txt", "on tea", "Leaf & Son", "2023", NULL, TF_MEASURE_DURATION, 86400, NAN, 0, NULL,
     "leaf journal", NULL, 2019},
    {"b.txt", "On tea", NULL, NULL, "en", TF_MEASURE_ONSET, NAN, NAN, 3, "oral", "Äther Letters",
     "review", 0},
    {"c/1.txt", NULL, "Other", "2024-05-01", "de", TF_MEASURE_DURATION, NAN, NAN, 1, "nasal",
     "Zest", "trial", 2021},
    {"c/2.txt", NULL, NULL, NULL, NULL, TF_MEASURE_ONSET, 3600, 14400, 0, NULL, "LEAF JOURNAL",
     NULL, 0},
    {"d.txt", "Zeal", "Other", "1999-12-31", "en", TF_MEASURE_COURSE, NAN, NAN, 0, "nasal", "Zest",
     "trial", 2021},
};
enum { VARIED = sizeof varied_pages / sizeof *varied_pages };

static const struct line varied_lines[] = {
    {.text = "How soon does café tea work?", .role = TF_ROLE_QUESTION},
    {.text = "Tea may calm most drinkers · within 1 to 4 hours.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_ONSET,
     .certainty = TF_CERTAINTY_HEDGED,
     .treatment = "tea",
     .condition = "worry",
     .window = "within 1 to 4 hours"},
    {.text = "The Leaf Journal found it bitter.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_EVIDENCE,
     .treatment = "tea",
     .study = "Leaf Journal"},
    {.text = "Order a box today!", .role = TF_ROLE_PROMO},
    {.text = "Coffee wakes tired writers.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_EFFICACY,
     .treatment = "coffee",
     .condition = "fatigue"},
    {.text = "Rest restores sleepers some time later.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_ONSET,
     .treatment = "rest",
     .window = "some time later"},
};

static void varied_window(struct tf_window *window, const struct varied *page)
{
    window->measure = page->measure;
    window->min = window->max = TF_STR_NULL;
    window->min_seconds = page->min;
    window->max_seconds = page->max;
    window->basis = page->sessions ? TF_BASIS_SESSIONS : TF_BASIS_TIME;
    window->max_sessions = page->sessions ? page->sessions : -1;
    window->bound = page->sessions ? TF_BOUND_AT_MOST : TF_BOUND_VAGUE;
    window->precision = page->sessions ? TF_PRECISION_EXACT : TF_PRECISION_VAGUE;
    window->route = tf_str_of(page->route);
}

/* The FAQ is answered by two claims on the same treatment. */
static struct fixture varied_facts(const struct varied *page, const char *prefix)
{
    struct fixture f =
        fixture_of(page->key, prefix, varied_lines, sizeof varied_lines / sizeof *varied_lines);
    struct tf_study *study = &f.facts.studies.v[0];
    varied_window(&f.facts.windows.v[1], page);
    study->name = tf_str_of(page->study);
    study->id = tf_study_id(study->claim, study->name);
    study->study_type = tf_str_of(page->study_type);
    study->year = page->year;
    if (page->route)
        tf_strs_push(f.arena, &f.facts.claims.v[3].routes, tf_str_of(page->route));
    *TF_PUSH(f.arena, &f.facts.faqs.v[0].claims) = f.facts.claims.v[1].id;
    *TF_PUSH(f.arena, &f.facts.faqs.v[0].answer_spans) = f.facts.claims.v[1].spans.v[0].at;
    return f;
}

static void varied_load(struct world *w, const struct varied *page, const char *prefix)
{
    struct fixture f = varied_facts(page, prefix);
    struct tf_source_meta meta = {.key = tf_str_of(page->key),
                                  .title = tf_str_of(page->title),
                                  .publisher = tf_str_of(page->publisher),
                                  .published = tf_str_of(page->published),
                                  .language = tf_str_of(page->language)};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    if (tf_store_put(w->store, &source, &report, &w->error) != TF_OK)
        fail_msg("%s: %s", page->key, w->error.message);
    fixture_clear(&f);
}

/* Loaded in another order than by key, one of them twice. */
static int varied_set_up(void **state)
{
    static const struct tf_vocabulary_entry entries[] = {
        {TF_STR("treatment"), TF_STR("tea"), TF_STR("Herb tea"), TF_STR("")},
        {TF_STR("treatment"), TF_STR("coffee"), TF_STR("Coffee"), TF_STR("")},
        {TF_STR("treatment"), TF_STR("rest"), TF_STR("Rest"), TF_STR("")},
        {TF_STR("treatment"), TF_STR("walks"), TF_STR("Coffee"), TF_STR("")},
        {TF_STR("condition"), TF_STR("worry"), TF_STR("Worry"), TF_STR("")},
        {TF_STR("condition"), TF_STR("fatigue"), TF_STR("Fatigue"), TF_STR("")},
        {TF_STR("route"), TF_STR("oral"), TF_STR("By mouth"), TF_STR("")},
        {TF_STR("route"), TF_STR("nasal"), TF_STR("By nose"), TF_STR("")},
    };
    struct world *w = world_new();
    *state = w;
    if (!w->store)
        return -1;
    for (int i = VARIED - 1; i >= 0; i--)
        varied_load(w, &varied_pages[i], "");
    varied_load(w, &varied_pages[3], "\n");
    return tf_store_put_vocabulary(w->store, entries, sizeof entries / sizeof *entries,
                                   &w->error) != TF_OK;
}

#endif
