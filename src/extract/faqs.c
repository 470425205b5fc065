/* SPDX-License-Identifier: MIT */
/*
 * Questions with their answers: those of a FAQ list (explicit), headings that
 * ask and are answered by their section (heading), and answers of a FAQ
 * section whose questions the page lost (orphan).
 */
#include "extract_internal.h"

#include <stdlib.h>

static bool is_title(const struct tf_reading *r)
{
    return r->unit->kind == TF_UNIT_TITLE || r->unit->kind == TF_UNIT_QUESTION;
}

static bool asks(const struct tf_reading *r)
{
    return r->role == TF_ROLE_QUESTION && is_title(r);
}

static bool opens_faq(const struct tf_reading *r)
{
    return r->role == TF_ROLE_HEADING && tf_has(r, TF_TAG_FAQ_HEADING);
}

/* Roles that say something: an answer is made of them. */
static bool answers(const struct tf_reading *r)
{
    return r->role == TF_ROLE_CLAIM || r->role == TF_ROLE_FRAGMENT || r->role == TF_ROLE_STEM ||
           r->role == TF_ROLE_HEADER_CELL;
}

/* Inside an answer these may stand without ending it. */
static bool passes(const struct tf_reading *r)
{
    return r->role == TF_ROLE_META || r->role == TF_ROLE_CHROME ||
           (r->role == TF_ROLE_QUESTION && !is_title(r));
}

/* --- Building one -------------------------------------------------------- */

static void add_answer(struct tf_extractor *x, struct tf_faq *faq, uint32_t first, uint32_t end)
{
    struct tf_buf joined;
    tf_buf_init(&joined);
    uint32_t block = TF_NONE;
    for (uint32_t i = first; i < end; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->unit->kind == TF_UNIT_MARKER)
            continue;
        if (joined.size > 0)
            tf_buf_add_char(&joined, r->unit->block == block ? ' ' : '\n');
        tf_buf_add_str(&joined, tf_unit_text(x, r));
        if (r->unit->block == block && faq->answer_spans.n > 0) {
            struct tf_span *span = &faq->answer_spans.v[faq->answer_spans.n - 1];
            *span = tf_span_of(x, (struct tf_range){span->byte_start, r->unit->at.end});
        } else {
            struct tf_span *span = TF_PUSH(x->arena, &faq->answer_spans);
            if (span)
                *span = tf_span_of(x, r->unit->at);
        }
        block = r->unit->block;
        if (r->claim != TF_NONE) {
            struct tf_uuid *id = TF_PUSH(x->arena, &faq->claims);
            if (id)
                *id = x->facts->claims.v[r->claim].id;
        }
    }
    faq->answer = tf_buf_move(&joined, x->arena);
}

/* What stands after an answer and is none: where a list of questions ends, the
 * page goes on to sell and to link. */
static bool trails(const struct tf_extractor *x, uint32_t i, enum tf_origin origin, bool last)
{
    const struct tf_reading *r = &x->units.v[i];
    if (origin != TF_ORIGIN_EXPLICIT)
        return !answers(r);
    bool alone = i == 0 || x->units.v[i - 1].unit->block != r->unit->block;
    return r->role == TF_ROLE_CHROME || (last && alone && !answers(r));
}

/* Where the page goes on to something else behind the last answer of a list: a
 * paragraph that sells or tells where to call, a section of its own. */
static uint32_t page_goes_on(const struct tf_extractor *x, uint32_t first, uint32_t end)
{
    for (uint32_t i = first + 1; i < end; i++) {
        const struct tf_reading *r = &x->units.v[i];
        bool alone = x->units.v[i - 1].unit->block != r->unit->block;
        bool other = r->role == TF_ROLE_PROMO || r->role == TF_ROLE_CONTACT ||
                     r->role == TF_ROLE_HEADING;
        if (alone && other)
            return i;
    }
    return end;
}

/* question: TF_NONE for an orphan. Units first..end; what frames the answer
 * (restatements, "see more") is cut off both ends. */
static void add_faq(struct tf_extractor *x, uint32_t question, uint32_t first, uint32_t end,
                    enum tf_origin origin)
{
    bool last = end >= x->units.n || !asks(&x->units.v[end]);
    while (first < end && !answers(&x->units.v[first]) &&
           (origin != TF_ORIGIN_EXPLICIT || x->units.v[first].role == TF_ROLE_CHROME))
        first++;
    if (last)
        end = page_goes_on(x, first, end);
    while (end > first && trails(x, end - 1, origin, last))
        end--;
    bool claim = false;
    for (uint32_t i = first; i < end; i++)
        claim =
            claim || x->units.v[i].role == TF_ROLE_CLAIM || x->units.v[i].role == TF_ROLE_FRAGMENT;
    if (!claim)
        return;
    struct tf_faq *faq = TF_PUSH(x->arena, &x->facts->faqs);
    if (!faq)
        return;
    faq->origin = origin;
    if (question != TF_NONE) {
        faq->question = tf_unit_text(x, &x->units.v[question]);
        faq->question_at = tf_span_of(x, x->units.v[question].unit->at);
    }
    add_answer(x, faq, first, end);
}

/* --- Where an answer ends ------------------------------------------------ */

/* Within a FAQ list a line that only looks like a heading belongs to the
 * answer; one marked as a heading, or one that sells, ends the list. */
static bool ends_answer(const struct tf_reading *r, bool explicit)
{
    if (asks(r))
        return true;
    if (r->role == TF_ROLE_HEADING || (r->role == TF_ROLE_PROMO && is_title(r)))
        return !explicit || r->block->marked || r->role == TF_ROLE_PROMO || opens_faq(r);
    return !explicit && !answers(r) && !passes(r);
}

static uint32_t answer_end(const struct tf_extractor *x, uint32_t from, bool explicit)
{
    uint32_t i = from;
    while (i < x->units.n && !ends_answer(&x->units.v[i], explicit))
        i++;
    return i;
}

/* --- Lost questions ------------------------------------------------------ */

/* Does a paragraph of a question-less FAQ section begin a new answer? It goes
 * on with the one before where its first words link back to it. */
static bool begins_answer(const struct tf_reading *r)
{
    if (tf_token_has(r, 0, TF_TAG_ANSWER_WORD))
        return true;
    return !tf_token_has(r, 0, TF_TAG_CONNECTIVE) && !tf_token_has(r, 0, TF_TAG_PRONOUN) &&
           !tf_token_has(r, 0, TF_TAG_ANAPHOR);
}

static uint32_t read_orphans(struct tf_extractor *x, uint32_t from, uint32_t end)
{
    uint32_t start = from;
    for (uint32_t i = from + 1; i <= end; i++) {
        const struct tf_reading *r = i < end ? &x->units.v[i] : NULL;
        bool new_block = r && r->unit->block != x->units.v[i - 1].unit->block &&
                         r->block->kind == TF_BLOCK_PARAGRAPH;
        if (r && !(new_block && begins_answer(r)))
            continue;
        add_faq(x, TF_NONE, start, i, TF_ORIGIN_ORPHAN);
        start = i;
    }
    return end;
}

/* --- Ids ----------------------------------------------------------------- */

/* What tells one FAQ from another: its question, or its answer where that is lost. */
static struct tf_str name_of(const struct tf_extractor *x, size_t i)
{
    const struct tf_faq *faq = &x->facts->faqs.v[i];
    return faq->question.data ? faq->question : faq->answer;
}

static void give_ids(struct tf_extractor *x)
{
    size_t n = x->facts->faqs.n;
    uint32_t *occurrences = tf_count_occurrences(x, n, name_of);
    for (size_t i = 0; occurrences && i < n; i++) {
        struct tf_faq *faq = &x->facts->faqs.v[i];
        faq->id = tf_faq_id(x->source, faq->question, faq->answer, occurrences[i]);
    }
}

/* --- The walk ------------------------------------------------------------ */

/* "## How long ...?" below "# Title" */
static bool is_subheading(const struct tf_extractor *x, uint32_t i)
{
    const struct tf_block *first = x->units.v[0].block, *block = x->units.v[i].block;
    return i > 0 && asks(&x->units.v[i]) && first->level > 0 && block->level > first->level;
}

/* Titles before the first sentence name the page; a question among them is its
 * title, not one of its FAQs, unless it is marked as a question. */
static uint32_t page_title_end(const struct tf_extractor *x)
{
    uint32_t i = 0;
    while (i < x->units.n && x->units.v[i].unit->kind == TF_UNIT_TITLE &&
           !opens_faq(&x->units.v[i]) && !is_subheading(x, i))
        i++;
    return i;
}

void tf_make_faqs(struct tf_extractor *x)
{
    bool in_faq = false;
    uint32_t title_end = page_title_end(x);
    for (uint32_t i = 0; i < x->units.n;) {
        const struct tf_reading *r = &x->units.v[i];
        if (asks(r) && i >= title_end) {
            bool explicit = in_faq || r->unit->kind == TF_UNIT_QUESTION;
            uint32_t end = answer_end(x, i + 1, explicit);
            add_faq(x, i, i + 1, end, explicit ? TF_ORIGIN_EXPLICIT : TF_ORIGIN_HEADING);
            i = end;
            continue;
        }
        if (r->role == TF_ROLE_HEADING || r->role == TF_ROLE_PROMO)
            in_faq = opens_faq(r);
        i++;
        if (in_faq && opens_faq(r) && i < x->units.n && !asks(&x->units.v[i])) {
            uint32_t end = answer_end(x, i, false);
            i = end > i ? read_orphans(x, i, end) : i;
        }
    }
    give_ids(x);
}
