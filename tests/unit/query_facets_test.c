/* SPDX-License-Identifier: MIT */
/* Facets against a recount of the rows they are said to count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "varied_fixture.h"

static void add(struct world *w, struct tf_strs *values, struct tf_str value)
{
    if (value.data && !tf_strs_contain(values, value))
        tf_strs_push(w->arena, values, value);
}

static void add_all(struct world *w, struct tf_strs *values, const struct tf_strs *more)
{
    for (size_t i = 0; i < more->n; i++)
        add(w, values, more->v[i]);
}

static const struct tf_claim *claim_of(struct world *w, struct tf_uuid id)
{
    struct tf_rows rows;
    assert_int_equal(tf_store_get(w->store, TF_KIND_CLAIM, id, w->arena, &rows, &w->error), TF_OK);
    return &rows.claims[0].claim;
}

/* What a claim says, for itself and for what rests on it. */
static void add_of_claim(struct world *w, const struct tf_claim *claim, enum tf_facet facet,
                         struct tf_strs *out)
{
    if (facet == TF_FACET_TREATMENT)
        add_all(w, out, &claim->treatments);
    else if (facet == TF_FACET_CONDITION)
        add_all(w, out, &claim->conditions);
    else if (facet == TF_FACET_ROUTE)
        add_all(w, out, &claim->routes);
    else if (facet == TF_FACET_TOPIC)
        add(w, out, tf_str_of(tf_topic_names[claim->topic]));
    else if (facet == TF_FACET_CERTAINTY)
        add(w, out, tf_str_of(tf_certainty_names[claim->certainty]));
    else if (facet == TF_FACET_POLARITY)
        add(w, out, tf_str_of(tf_polarity_names[claim->polarity]));
    else if (facet == TF_FACET_KIND)
        add(w, out, tf_str_of(tf_span_role_names[claim->spans.v[0].role]));
    else
        fail_msg("claims have no %s", tf_facet_names[facet]);
}

static void add_of_window(struct world *w, const struct tf_window *window, enum tf_facet facet,
                          struct tf_strs *out)
{
    if (facet == TF_FACET_TREATMENT)
        add_all(w, out, &window->treatments);
    else if (facet == TF_FACET_CONDITION)
        add(w, out, window->condition);
    else if (facet == TF_FACET_ROUTE)
        add(w, out, window->route);
    else if (facet == TF_FACET_MEASURE)
        add(w, out, tf_str_of(tf_measure_names[window->measure]));
    else if (facet == TF_FACET_BASIS)
        add(w, out, tf_str_of(tf_basis_names[window->basis]));
    else if (facet == TF_FACET_BOUND)
        add(w, out, tf_str_of(tf_bound_names[window->bound]));
    else if (facet == TF_FACET_PRECISION)
        add(w, out, tf_str_of(tf_precision_names[window->precision]));
    else
        add_of_claim(w, claim_of(w, window->claim), facet, out);
}

static void add_of_faq(struct world *w, const struct tf_faq *faq, enum tf_facet facet,
                       struct tf_strs *out)
{
    if (facet == TF_FACET_ORIGIN)
        add(w, out, tf_str_of(tf_origin_names[faq->origin]));
    else
        for (size_t i = 0; i < faq->claims.n; i++)
            add_of_claim(w, claim_of(w, faq->claims.v[i]), facet, out);
}

static void add_of_study(struct world *w, const struct tf_study *study, enum tf_facet facet,
                         struct tf_strs *out)
{
    if (facet == TF_FACET_STUDY_TYPE)
        add(w, out, study->study_type);
    else if (facet != TF_FACET_YEAR)
        add_of_claim(w, claim_of(w, study->claim), facet, out);
    else if (study->year)
        add(w, out, tf_arena_printf(w->arena, "%d", study->year));
}

/* The values that a row counts for. */
static struct tf_strs values_of(struct world *w, const struct tf_rows *rows, size_t i,
                                enum tf_facet facet)
{
    struct tf_strs out = {0};
    bool source = facet == TF_FACET_SOURCE;
    if (rows->kind == TF_KIND_SOURCE)
        add(w, &out,
            facet == TF_FACET_LANGUAGE ? rows->sources[i].meta.language
                                       : rows->sources[i].meta.publisher);
    else if (rows->kind == TF_KIND_CLAIM && source)
        add(w, &out, rows->claims[i].source.key);
    else if (rows->kind == TF_KIND_CLAIM)
        add_of_claim(w, &rows->claims[i].claim, facet, &out);
    else if (rows->kind == TF_KIND_WINDOW && source)
        add(w, &out, rows->windows[i].source.key);
    else if (rows->kind == TF_KIND_WINDOW)
        add_of_window(w, &rows->windows[i].window, facet, &out);
    else if (rows->kind == TF_KIND_FAQ && source)
        add(w, &out, rows->faqs[i].source.key);
    else if (rows->kind == TF_KIND_FAQ)
        add_of_faq(w, &rows->faqs[i].faq, facet, &out);
    else if (rows->kind == TF_KIND_STUDY && source)
        add(w, &out, rows->studies[i].source.key);
    else
        add_of_study(w, &rows->studies[i].study, facet, &out);
    return out;
}

struct recount {
    struct tf_str value;
    uint64_t count;
};
struct recounts {
    struct recount *v;
    size_t n, cap;
};

static void count_value(struct world *w, struct recounts *counts, struct tf_str value)
{
    for (size_t i = 0; i < counts->n; i++)
        if (tf_str_equal(counts->v[i].value, value)) {
            counts->v[i].count++;
            return;
        }
    *TF_PUSH(w->arena, counts) = (struct recount){value, 1};
}

/* The most frequent first, equal ones by value. */
static int compare_counts(const void *a, const void *b)
{
    const struct recount *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return tf_str_compare(x->value, y->value);
}

static void check_facet(struct world *w, enum tf_list list, const char *filter, enum tf_facet facet)
{
    struct recounts counts = {0};
    struct tf_str text =
        tf_arena_printf(w->arena, "limit=1&facet=%s%s", tf_facet_names[facet], filter);
    struct tf_facet_values *found = ask(w, list, text.data).facets.v;
    text = tf_arena_printf(w->arena, "limit=500%s", filter);
    struct tf_rows rows = ask(w, list, text.data).rows;
    for (size_t i = 0; i < rows.n; i++) {
        struct tf_strs values = values_of(w, &rows, i, facet);
        for (size_t k = 0; k < values.n; k++)
            count_value(w, &counts, values.v[k]);
    }
    if (counts.n)
        qsort(counts.v, counts.n, sizeof *counts.v, compare_counts);
    if (found->n != counts.n)
        fail_msg("%s%s: %zu values of %s, not %zu", tf_list_names[list], filter, found->n,
                 tf_facet_names[facet], counts.n);
    for (size_t i = 0; i < counts.n; i++)
        if (!tf_str_equal(found->v[i].value, counts.v[i].value) ||
            found->v[i].count != counts.v[i].count)
            fail_msg("%s%s: %zu times %s, not %zu times %s", tf_list_names[list], filter,
                     (size_t)found->v[i].count, found->v[i].value.data, (size_t)counts.v[i].count,
                     counts.v[i].value.data);
    assert_int_equal(found->facet, facet);
    assert_false(found->truncated);
}

static const struct {
    enum tf_list list;
    const char *filter;
} lists[] = {
    {TF_LIST_SOURCES, ""},
    {TF_LIST_SOURCES, "&source=a.txt,d.txt"},
    {TF_LIST_CLAIMS, ""},
    {TF_LIST_CLAIMS, "&q=drinkers OR tired"},
    {TF_LIST_CLAIMS, "&treatment=tea,rest&topic=onset&source=a.txt,b.txt,d.txt"},
    {TF_LIST_CLAIMS, "&updated_since=2200-01-01"},
    {TF_LIST_TIME_WINDOWS, ""},
    {TF_LIST_TIME_WINDOWS, "&min_gte=PT1H"},
    {TF_LIST_TIME_WINDOWS, "&q=restores&basis=time"},
    {TF_LIST_ONSET_WINDOWS, ""},
    {TF_LIST_ONSET_WINDOWS, "&study=leaf journal"},
    {TF_LIST_FAQS, ""},
    {TF_LIST_FAQS, "&treatment=tea&topic=evidence"},
    {TF_LIST_FAQS, "&q=tea&source=b.txt"},
    {TF_LIST_STUDIES, ""},
    {TF_LIST_STUDIES, "&study=LEAF JOURNAL,zest"},
    {TF_LIST_STUDIES, "&q=bitter&treatment=tea"},
};

static void every_facet_counts_the_rows_that_pass_the_filter(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (int facet = 0; facet < TF_FACET__MAX; facet++)
            if (list_facets(lists[i].list) >> facet & 1)
                check_facet(w, lists[i].list, lists[i].filter, (enum tf_facet)facet);
}

/* What a facet counts is what its filter leaves. */
static void each_count_is_what_the_filter_of_that_value_leaves(void **state)
{
    struct world *w = *state;
    size_t checked = 0;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (int facet = 0; facet < TF_FACET__MAX; facet++) {
            const char *name = tf_facet_names[facet];
            const struct parameter *filter = parameter_find(tf_str_of(name), lists[i].list);
            if (!(list_facets(lists[i].list) >> facet & 1) || !filter ||
                strstr(lists[i].filter, name))
                continue;
            struct tf_str text = tf_arena_printf(w->arena, "facet=%s%s", name, lists[i].filter);
            struct tf_facet_values *found = ask(w, lists[i].list, text.data).facets.v;
            for (size_t k = 0; k < found->n; k++, checked++) {
                text = tf_arena_printf(w->arena, "count=true&%s=%s%s", name, found->v[k].value.data,
                                       lists[i].filter);
                assert_int_equal(ask(w, lists[i].list, text.data).rows.total, found->v[k].count);
            }
        }
    assert_true(checked > 50);
}

static void roles_of_segments_are_counted(void **state)
{
    struct world *w = *state;
    struct tf_uuid source = tf_source_id(TF_STR("d.txt"));
    struct tf_parameter given = {TF_STR("facet"), TF_STR("role")};
    struct tf_violations violations = {0};
    struct tf_query query;
    struct tf_result result;
    assert_int_equal(tf_query_parse(w->store, TF_LIST_SEGMENTS, &source, &given, 1, w->arena,
                                    &query, &violations, &w->error),
                     TF_OK);
    assert_int_equal(tf_query_run(w->store, &query, w->arena, &result, &w->error), TF_OK);
    const struct tf_facet_values *roles = result.facets.v;
    assert_int_equal(roles->n, 3);
    assert_string_equal(roles->v[0].value.data, "claim");
    assert_int_equal(roles->v[0].count, 4);
    assert_string_equal(roles->v[1].value.data, "promo");
    assert_string_equal(roles->v[2].value.data, "question");
}

static void facets_come_in_the_order_they_are_asked_for_and_once(void **state)
{
    struct world *w = *state;
    struct tf_result result = ask(w, TF_LIST_CLAIMS, "facet=topic,source&facet=topic");
    assert_int_equal(result.facets.n, 2);
    assert_int_equal(result.facets.v[0].facet, TF_FACET_TOPIC);
    assert_int_equal(result.facets.v[1].facet, TF_FACET_SOURCE);
}

static void values_beyond_a_hundred_are_said_to_be_left_out(void **state)
{
    struct world *w = *state;
    char key[16];
    for (int i = 0; i < TF_FACET_VALUES - VARIED; i++) {
        snprintf(key, sizeof key, "x%03d", i);
        load(w, key, "");
    }
    struct tf_facet_values *found = ask(w, TF_LIST_FAQS, "facet=source").facets.v;
    assert_int_equal(found->n, TF_FACET_VALUES);
    assert_false(found->truncated);
    load(w, "one more", "");
    found = ask(w, TF_LIST_FAQS, "facet=source").facets.v;
    assert_int_equal(found->n, TF_FACET_VALUES);
    assert_true(found->truncated);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, varied_set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_facet_counts_the_rows_that_pass_the_filter),
        TEST(each_count_is_what_the_filter_of_that_value_leaves),
        TEST(roles_of_segments_are_counted),
        TEST(facets_come_in_the_order_they_are_asked_for_and_once),
        TEST(values_beyond_a_hundred_are_said_to_be_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
