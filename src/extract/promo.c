/* SPDX-License-Identifier: MIT */
/*
 * What advertises without saying "our": the name of a clinic as the subject,
 * an invitation that asks, and testimonials, which may run over several
 * sentences before they are signed.
 */
#include "extract_internal.h"

/* --- Names of clinics ---------------------------------------------------- */

/* "Harbor Wellness exists to help people": capitals before "Wellness" or
 * "Clinic". Beside research the name is cited, not advertised. */
bool tf_names_clinic(const struct tf_reading *r)
{
    if (!tf_has(r, TF_TAG_CLINIC_NOUN) || tf_has(r, TF_TAG_STUDY))
        return false;
    for (uint32_t i = 1; i < r->n; i++) {
        bool name = tf_token_has(r, i, TF_TAG_CLINIC_NOUN) &&
                    (r->tokens[i].flags & TF_TOKEN_CAPITAL) &&
                    (r->tokens[i - 1].flags & TF_TOKEN_CAPITAL);
        /* the capital of a sentence's first word may be no name's */
        bool article = tf_token_is(&r->tokens[i - 1], "the") || tf_token_is(&r->tokens[i - 1], "a");
        if (name && !article && !tf_token_has(r, i - 1, TF_TAG_PREPOSITION))
            return true;
    }
    return false;
}

/* "Ready to feel better?" */
bool tf_is_call(const struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_ROLE, &from));)
        if (tf_str_is(tf_lex_attribute(match->entry, "sign"), "call"))
            return true;
    return false;
}

/* --- Testimonials -------------------------------------------------------- */

static bool is_quote(const struct tf_reading *r, uint32_t i)
{
    return i < r->n && tf_token_is(&r->tokens[i], "\"");
}

static bool is_dash(const struct tf_reading *r, uint32_t i)
{
    return i < r->n &&
           (tf_token_is(&r->tokens[i], "-") || tf_token_is(&r->tokens[i], "\xe2\x80\x93") ||
            tf_token_is(&r->tokens[i], "\xe2\x80\x94") || tf_token_is(&r->tokens[i], "~"));
}

/* From token i on a name signs: "Jane D.", "R. M., 42", "Dana, patient since
 * 2020". Those who treat sign as well, but are quoted as experts. */
static bool is_signature(const struct tf_reading *r, uint32_t i)
{
    enum { MOST = 10 };
    if (i >= r->n || r->n - i > MOST || !(r->tokens[i].flags & TF_TOKEN_CAPITAL) ||
        tf_token_is(&r->tokens[i], "dr") || tf_token_is(&r->tokens[i], "prof"))
        return false;
    for (uint32_t k = i; k < r->n; k++)
        if (tf_token_has(r, k, TF_TAG_CARER) || tf_token_has(r, k, TF_TAG_STUDY) ||
            tf_token_has(r, k, TF_TAG_COPULA) || is_quote(r, k))
            return false;
    return true;
}

/* Behind the closing quote at i: "says one patient", "– Dana, 46". */
static bool is_signed_behind(const struct tf_reading *r, uint32_t i)
{
    if (is_dash(r, i + 1))
        return is_signature(r, i + 2);
    bool reports = tf_token_has(r, i + 1, TF_TAG_REPORTING);
    for (uint32_t k = i + 1; reports && k < r->n && k < i + 8; k++)
        if (tf_token_has(r, k, TF_TAG_PERSON))
            return true;
    return false;
}

/* The quote that closes in the unit, r->n for none. */
static uint32_t closing_quote(const struct tf_reading *r, uint32_t from)
{
    for (uint32_t i = from; i < r->n; i++)
        if (is_quote(r, i))
            return i;
    return r->n;
}

/* The unit behind a testimonial that opens at `first`, `first` if it is none. */
static uint32_t testimonial_end(const struct tf_extractor *x, uint32_t first)
{
    enum { SENTENCES = 8 };
    for (uint32_t i = first; i < x->units.n && i < first + SENTENCES; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->unit->kind == TF_UNIT_CELL || r->role == TF_ROLE_CHROME)
            break;
        uint32_t close = closing_quote(r, i == first);
        if (close == r->n)
            continue;
        if (close + 1 < r->n)
            return is_signed_behind(r, close) ? i + 1 : first;
        const struct tf_reading *next = i + 1 < x->units.n ? &x->units.v[i + 1] : NULL;
        if (!next || next->verb)
            break;
        bool dash = is_dash(next, 0) || next->unit->kind == TF_UNIT_ITEM;
        return dash && is_signature(next, is_dash(next, 0)) ? i + 2 : first;
    }
    return first;
}

void tf_mark_testimonials(struct tf_extractor *x)
{
    for (uint32_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (!is_quote(r, 0) || r->unit->kind == TF_UNIT_CELL)
            continue;
        for (uint32_t k = i, end = testimonial_end(x, i); k < end; k++) {
            x->units.v[k].role = TF_ROLE_PROMO;
            x->units.v[k].reason = TF_REASON("a testimonial");
        }
    }
}
