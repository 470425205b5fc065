/* SPDX-License-Identifier: MIT */
/* How many facts of a source are about what. */
#include "rows.h"

#include <stdlib.h>

const char *const tally_names[TALLY__MAX] = {
#define X(number, name, word) [number] = word,
    TALLY_MAP(X)
#undef X
};

struct mention {
    enum tally_facet facet;
    struct tf_str value;
};

struct mentions {
    struct mention *v;
    size_t n, cap;
};

static void mention(struct tf_store_rows *rows, struct mentions *all, enum tally_facet facet,
                    struct tf_str value)
{
    struct mention *slot = value.data ? TF_PUSH(rows->arena, all) : NULL;
    if (slot)
        *slot = (struct mention){facet, value};
}

static void mention_code(struct tf_store_rows *rows, struct mentions *all, enum tally_facet facet,
                         const char *code)
{
    mention(rows, all, facet, tf_str_of(code));
}

static void mention_all(struct tf_store_rows *rows, struct mentions *all, enum tally_facet facet,
                        const struct tf_strs *values)
{
    for (size_t i = 0; i < values->n; i++)
        mention(rows, all, facet, values->v[i]);
}

static void mention_claim(struct tf_store_rows *rows, struct mentions *all,
                          const struct tf_claim *claim)
{
    mention_code(rows, all, CLAIM_TOPIC, tf_topic_names[claim->topic]);
    mention_code(rows, all, CLAIM_CERTAINTY, tf_certainty_names[claim->certainty]);
    mention_code(rows, all, CLAIM_POLARITY, tf_polarity_names[claim->polarity]);
    mention_code(rows, all, CLAIM_KIND, claim_kind(claim));
    mention(rows, all, CLAIM_SECTION, claim->section);
    mention_all(rows, all, CLAIM_TREATMENT, &claim->treatments);
    mention_all(rows, all, CLAIM_CONDITION, &claim->conditions);
    mention_all(rows, all, CLAIM_ROUTE, &claim->routes);
}

static void mention_window(struct tf_store_rows *rows, struct mentions *all,
                           const struct tf_window *window)
{
    const struct tf_claim *claim = &rows->facts->claims.v[claim_place(rows, &window->claim)];
    mention_code(rows, all, WINDOW_TOPIC, tf_topic_names[claim->topic]);
    mention_code(rows, all, WINDOW_CERTAINTY, tf_certainty_names[claim->certainty]);
    mention_code(rows, all, WINDOW_POLARITY, tf_polarity_names[claim->polarity]);
    mention_code(rows, all, WINDOW_MEASURE, tf_measure_names[window->measure]);
    mention_code(rows, all, WINDOW_BASIS, tf_basis_names[window->basis]);
    mention_code(rows, all, WINDOW_BOUND, tf_bound_names[window->bound]);
    mention_code(rows, all, WINDOW_PRECISION, tf_precision_names[window->precision]);
    mention(rows, all, WINDOW_ROUTE, window->route);
    mention(rows, all, WINDOW_CONDITION, window->condition);
    mention_all(rows, all, WINDOW_TREATMENT, &window->treatments);
}

static void mention_faq(struct tf_store_rows *rows, struct mentions *all, const struct tf_faq *faq,
                        const struct faq_labels *labels)
{
    mention_code(rows, all, FAQ_ORIGIN, tf_origin_names[faq->origin]);
    mention_all(rows, all, FAQ_TOPIC, &labels->topics);
    mention_all(rows, all, FAQ_TREATMENT, &labels->treatments);
    mention_all(rows, all, FAQ_CONDITION, &labels->conditions);
}

static void mention_study(struct tf_store_rows *rows, struct mentions *all,
                          const struct tf_study *study)
{
    const struct tf_claim *claim = &rows->facts->claims.v[claim_place(rows, &study->claim)];
    mention_code(rows, all, STUDY_TOPIC, tf_topic_names[claim->topic]);
    mention_code(rows, all, STUDY_CERTAINTY, tf_certainty_names[claim->certainty]);
    mention_code(rows, all, STUDY_POLARITY, tf_polarity_names[claim->polarity]);
    mention_all(rows, all, STUDY_TREATMENT, &claim->treatments);
    mention_all(rows, all, STUDY_CONDITION, &claim->conditions);
    mention(rows, all, STUDY_STUDY_TYPE, study->study_type);
    if (study->year)
        mention(rows, all, STUDY_YEAR, tf_arena_printf(rows->arena, "%d", study->year));
}

static int by_facet(const void *a, const void *b)
{
    const struct mention *one = a, *other = b;
    int order = (int)one->facet - (int)other->facet;
    return order ? order : tf_str_compare(one->value, other->value);
}

static void count_mentions(struct tf_store_rows *rows, struct mentions *all)
{
    if (all->n && !tf_arena_failed(rows->arena))
        qsort(all->v, all->n, sizeof *all->v, by_facet);
    for (size_t i = 0, next; i < all->n; i = next) {
        for (next = i + 1; next < all->n && by_facet(&all->v[i], &all->v[next]) == 0; next++)
            continue;
        struct tally *slot = TF_PUSH(rows->arena, &rows->tallies);
        if (slot)
            *slot = (struct tally){
                .facet = all->v[i].facet, .value = all->v[i].value, .rows = (uint32_t)(next - i)};
    }
}

void rows_tally(struct tf_store_rows *rows)
{
    const struct tf_extraction *facts = rows->facts;
    struct mentions all = {0};
    for (size_t i = 0; i < facts->claims.n; i++)
        mention_claim(rows, &all, &facts->claims.v[i]);
    for (size_t i = 0; i < facts->windows.n; i++)
        mention_window(rows, &all, &facts->windows.v[i]);
    for (size_t i = 0; i < facts->faqs.n; i++)
        mention_faq(rows, &all, &facts->faqs.v[i], &rows->faqs[i]);
    for (size_t i = 0; i < facts->studies.n; i++)
        mention_study(rows, &all, &facts->studies.v[i]);
    count_mentions(rows, &all);
}

struct tf_str pack_tallies(const struct tf_store_rows *rows, struct tf_buf *json)
{
    json->size = 0;
    for (size_t i = 0; i < rows->tallies.n; i++) {
        const struct tally *one = &rows->tallies.v[i];
        if (i == 0 || one[-1].facet != one->facet)
            tf_buf_printf(json, "%s\"%s\":{", i ? "}," : "{", tally_names[one->facet]);
        else
            tf_buf_add_char(json, ',');
        tf_buf_add_json(json, one->value);
        tf_buf_add_char(json, ':');
        tf_buf_add_number(json, one->rows);
    }
    tf_buf_add_text(json, rows->tallies.n ? "}}" : "{}");
    return tf_arena_str(rows->arena, tf_buf_str(json));
}
