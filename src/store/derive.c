/* SPDX-License-Identifier: MIT */
/* What rows say besides what was read: places, digests, how many facts are
 * about what. */
#include "packed.h"
#include "write.h"

#include <stdlib.h>
#include <string.h>

/* --- Claims by id -------------------------------------------------------- */

static const struct placed_claim *find_claim(const struct writing *w, const struct tf_uuid *id)
{
    size_t count = w->source->facts->claims.n;
    return count ? bsearch(id, w->claims, count, sizeof *w->claims, tf_uuid_order) : NULL;
}

/* tf_facts_check saw to it that there is one. */
uint32_t claim_place(const struct writing *w, const struct tf_uuid *id)
{
    const struct placed_claim *claim = find_claim(w, id);
    TF_ASSERT(claim);
    return claim->place;
}

const char *claim_kind(const struct tf_claim *claim)
{
    const struct tf_claim_span *primary = tf_claim_primary(claim);
    TF_ASSERT(primary); /* tf_facts_check refused it before */
    return tf_span_role_names[primary->role];
}

static void place_claims(struct writing *w)
{
    const struct tf_extraction *facts = w->source->facts;
    w->claims = TF_NEW_ARRAY(w->arena, struct placed_claim, facts->claims.n + 1);
    w->first_claim = TF_NEW_ARRAY(w->arena, uint32_t, facts->segments.n + 1);
    if (!w->claims || !w->first_claim)
        return;
    for (size_t i = 0; i < facts->segments.n; i++)
        w->first_claim[i] = (uint32_t)facts->claims.n;
    for (size_t i = facts->claims.n; i-- > 0;) {
        w->claims[i] = (struct placed_claim){facts->claims.v[i].id, (uint32_t)i};
        if (facts->claims.v[i].segment < facts->segments.n)
            w->first_claim[facts->claims.v[i].segment] = (uint32_t)i;
    }
    if (facts->claims.n)
        qsort(w->claims, facts->claims.n, sizeof *w->claims, tf_uuid_order);
}

/* --- Digests ------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;
    return (one > other) - (one < other);
}

static void digest_claims(struct writing *w)
{
    const struct tf_extraction *facts = w->source->facts;
    size_t count = facts->claims.n;
    w->digests = TF_NEW_ARRAY(w->arena, int64_t, count + 1);
    int64_t *sorted = TF_NEW_ARRAY(w->arena, int64_t, count + 1);
    if (!w->digests || !sorted)
        return;
    for (size_t i = 0; i < count; i++)
        w->digests[i] = words_digest(facts->claims.v[i].text);
    memcpy(sorted, w->digests, count * sizeof *sorted);
    if (count)
        qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t i = 0; i < count; i++)
        w->words += i == 0 || sorted[i] != sorted[i - 1];
}

/* --- FAQs ---------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return tf_str_compare(*(const struct tf_str *)a, *(const struct tf_str *)b);
}

static void add_once(struct tf_arena *arena, struct tf_strs *list, struct tf_str value)
{
    if (!tf_strs_contain(list, value))
        tf_strs_push(arena, list, value);
}

static void add_all(struct tf_arena *arena, struct tf_strs *list, const struct tf_strs *values)
{
    for (size_t i = 0; i < values->n; i++)
        add_once(arena, list, values->v[i]);
}

static void label_faq(const struct writing *w, const struct tf_faq *faq, struct faq_labels *out)
{
    for (size_t i = 0; i < faq->claims.n; i++) {
        const struct tf_claim *claim =
            &w->source->facts->claims.v[claim_place(w, &faq->claims.v[i])];
        add_once(w->arena, &out->topics, tf_str_of(tf_topic_names[claim->topic]));
        add_all(w->arena, &out->treatments, &claim->treatments);
        add_all(w->arena, &out->conditions, &claim->conditions);
    }
    struct tf_strs *const lists[] = {&out->topics, &out->treatments, &out->conditions};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (lists[i]->n)
            qsort(lists[i]->v, lists[i]->n, sizeof *lists[i]->v, by_text);
}

static void label_faqs(struct writing *w)
{
    const struct tf_extraction *facts = w->source->facts;
    w->faqs = TF_NEW_ARRAY(w->arena, struct faq_labels, facts->faqs.n + 1);
    for (size_t i = 0; w->faqs && i < facts->faqs.n; i++)
        label_faq(w, &facts->faqs.v[i], &w->faqs[i]);
}

/* --- Tallies ------------------------------------------------------------- */

const char *const tally_names[TALLY__MAX] = {
#define X(name, word) word,
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

static void mention(struct writing *w, struct mentions *all, enum tally_facet facet,
                    struct tf_str value)
{
    struct mention *slot = value.data ? TF_PUSH(w->arena, all) : NULL;
    if (slot)
        *slot = (struct mention){facet, value};
}

static void mention_code(struct writing *w, struct mentions *all, enum tally_facet facet,
                         const char *code)
{
    mention(w, all, facet, tf_str_of(code));
}

static void mention_all(struct writing *w, struct mentions *all, enum tally_facet facet,
                        const struct tf_strs *values)
{
    for (size_t i = 0; i < values->n; i++)
        mention(w, all, facet, values->v[i]);
}

static void mention_claim(struct writing *w, struct mentions *all, const struct tf_claim *claim)
{
    mention_code(w, all, CLAIM_TOPIC, tf_topic_names[claim->topic]);
    mention_code(w, all, CLAIM_CERTAINTY, tf_certainty_names[claim->certainty]);
    mention_code(w, all, CLAIM_POLARITY, tf_polarity_names[claim->polarity]);
    mention_code(w, all, CLAIM_KIND, claim_kind(claim));
    mention(w, all, CLAIM_SECTION, claim->section);
    mention_all(w, all, CLAIM_TREATMENT, &claim->treatments);
    mention_all(w, all, CLAIM_CONDITION, &claim->conditions);
    mention_all(w, all, CLAIM_ROUTE, &claim->routes);
}

static void mention_window(struct writing *w, struct mentions *all, const struct tf_window *window)
{
    const struct tf_claim *claim = &w->source->facts->claims.v[claim_place(w, &window->claim)];
    mention_code(w, all, WINDOW_TOPIC, tf_topic_names[claim->topic]);
    mention_code(w, all, WINDOW_CERTAINTY, tf_certainty_names[claim->certainty]);
    mention_code(w, all, WINDOW_POLARITY, tf_polarity_names[claim->polarity]);
    mention_code(w, all, WINDOW_MEASURE, tf_measure_names[window->measure]);
    mention_code(w, all, WINDOW_BASIS, tf_basis_names[window->basis]);
    mention_code(w, all, WINDOW_BOUND, tf_bound_names[window->bound]);
    mention_code(w, all, WINDOW_PRECISION, tf_precision_names[window->precision]);
    mention(w, all, WINDOW_ROUTE, window->route);
    mention(w, all, WINDOW_CONDITION, window->condition);
    mention_all(w, all, WINDOW_TREATMENT, &window->treatments);
}

static void mention_faq(struct writing *w, struct mentions *all, const struct tf_faq *faq,
                        const struct faq_labels *labels)
{
    mention_code(w, all, FAQ_ORIGIN, tf_origin_names[faq->origin]);
    mention_all(w, all, FAQ_TOPIC, &labels->topics);
    mention_all(w, all, FAQ_TREATMENT, &labels->treatments);
    mention_all(w, all, FAQ_CONDITION, &labels->conditions);
}

static struct tf_str lower(struct tf_str text, struct tf_arena *arena)
{
    struct tf_str copy = tf_arena_str(arena, text);
    char *bytes = (char *)(uintptr_t)copy.data; /* the copy is ours */
    for (size_t i = 0; i < copy.size; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] | 0x20);
    return copy;
}

static void mention_study(struct writing *w, struct mentions *all, const struct tf_study *study)
{
    const struct tf_claim *claim = &w->source->facts->claims.v[claim_place(w, &study->claim)];
    mention_code(w, all, STUDY_TOPIC, tf_topic_names[claim->topic]);
    mention_code(w, all, STUDY_CERTAINTY, tf_certainty_names[claim->certainty]);
    mention_code(w, all, STUDY_POLARITY, tf_polarity_names[claim->polarity]);
    mention_all(w, all, STUDY_TREATMENT, &claim->treatments);
    mention_all(w, all, STUDY_CONDITION, &claim->conditions);
    mention(w, all, STUDY_STUDY_TYPE, study->study_type);
    mention(w, all, STUDY_STUDY, lower(study->name, w->arena));
    if (study->year)
        mention(w, all, STUDY_YEAR, tf_arena_printf(w->arena, "%d", study->year));
}

static int by_facet(const void *a, const void *b)
{
    const struct mention *one = a, *other = b;
    int order = (int)one->facet - (int)other->facet;
    return order ? order : tf_str_compare(one->value, other->value);
}

static void count_mentions(struct writing *w, struct mentions *all)
{
    if (all->n && !tf_arena_failed(w->arena))
        qsort(all->v, all->n, sizeof *all->v, by_facet);
    for (size_t i = 0, next; i < all->n; i = next) {
        for (next = i + 1; next < all->n && by_facet(&all->v[i], &all->v[next]) == 0; next++)
            continue;
        struct tally *slot = TF_PUSH(w->arena, &w->tallies);
        if (slot)
            *slot = (struct tally){
                .facet = all->v[i].facet, .value = all->v[i].value, .rows = (uint32_t)(next - i)};
    }
}

static void tally(struct writing *w)
{
    const struct tf_extraction *facts = w->source->facts;
    struct mentions all = {0};
    for (size_t i = 0; i < facts->claims.n; i++)
        mention_claim(w, &all, &facts->claims.v[i]);
    for (size_t i = 0; i < facts->windows.n; i++)
        mention_window(w, &all, &facts->windows.v[i]);
    for (size_t i = 0; i < facts->faqs.n; i++)
        mention_faq(w, &all, &facts->faqs.v[i], &w->faqs[i]);
    for (size_t i = 0; i < facts->studies.n; i++)
        mention_study(w, &all, &facts->studies.v[i]);
    count_mentions(w, &all);
}

/* {facet: {value: rows, ...}, ...}, ascending. */
struct tf_str pack_tallies(struct writing *w)
{
    struct tf_buf *json = &w->room;
    json->size = 0;
    for (size_t i = 0; i < w->tallies.n; i++) {
        const struct tally *one = &w->tallies.v[i];
        if (i == 0 || one[-1].facet != one->facet)
            tf_buf_printf(json, "%s\"%s\":{", i ? "}," : "{", tally_names[one->facet]);
        else
            tf_buf_add_char(json, ',');
        tf_buf_add_json(json, one->value);
        tf_buf_add_char(json, ':');
        tf_buf_add_number(json, one->rows);
    }
    tf_buf_add_text(json, w->tallies.n ? "}}" : "{}");
    return tf_arena_str(w->arena, tf_buf_str(json));
}

void writing_prepare(struct writing *w)
{
    place_claims(w);
    digest_claims(w);
    if (!tf_arena_failed(w->arena))
        label_faqs(w);
    if (!tf_arena_failed(w->arena))
        tally(w);
}
