/* SPDX-License-Identifier: MIT */
/*
 * Notes and lists of references: "[3] Smith J, et al. Title. J Affect Disord.
 * 2021;12:3-9." They say nothing of the field themselves; the claim that bears
 * their mark rests on what they name.
 */
#include "studies.h"

int tf_token_year(const struct tf_reading *r, uint32_t i)
{
    if (i >= r->n || r->tokens[i].kind != TF_TOKEN_NUMBER || r->tokens[i].fold.size != 4)
        return 0;
    int value = 0;
    for (size_t k = 0; k < 4; k++) {
        char c = r->tokens[i].fold.data[k];
        if (c < '0' || c > '9')
            return 0;
        value = value * 10 + (c - '0');
    }
    bool decade = i + 1 < r->n && tf_token_is(&r->tokens[i + 1], "s");
    return value >= 1900 && value <= 2099 && !decade ? value : 0;
}

/* --- Marks --------------------------------------------------------------- */

enum { NUMBER_MAX = 999 };

static uint32_t small_number(const struct tf_token *token)
{
    uint32_t value = 0;
    if (token->kind != TF_TOKEN_NUMBER || token->fold.size > 3)
        return 0;
    for (size_t i = 0; i < token->fold.size; i++) {
        if (token->fold.data[i] < '0' || token->fold.data[i] > '9')
            return 0;
        value = value * 10 + (uint32_t)(token->fold.data[i] - '0');
    }
    return value;
}

/* 0 to 9 for a superscript digit, else -1. */
static int superscript(const struct tf_token *token)
{
    const unsigned char *p = (const unsigned char *)token->fold.data;
    if (token->fold.size == 2 && p[0] == 0xc2)
        return p[1] == 0xb9 ? 1 : p[1] == 0xb2 ? 2 : p[1] == 0xb3 ? 3 : -1;
    if (token->fold.size == 3 && p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xb0 && p[2] <= 0xb9)
        return p[2] - 0xb0;
    return -1;
}

/* "[1, 3]": gives the token behind the bracket, `at` if it is none of marks. */
static uint32_t bracket_end(const struct tf_reading *r, uint32_t at)
{
    uint32_t i = at + 1;
    if (!tf_token_is(&r->tokens[at], "["))
        return at;
    while (i < r->n && (small_number(&r->tokens[i]) || tf_token_is(&r->tokens[i], ",")))
        i++;
    return i > at + 1 && i < r->n && tf_token_is(&r->tokens[i], "]") ? i + 1 : at;
}

void tf_each_mark(const struct tf_reading *r, void (*each)(void *context, uint32_t number),
                  void *context)
{
    for (uint32_t i = 0; i < r->n; i++) {
        uint32_t end = bracket_end(r, i), number = 0;
        for (uint32_t k = i + 1; k < end; k++)
            if (small_number(&r->tokens[k]))
                each(context, small_number(&r->tokens[k]));
        if (end > i) {
            i = end - 1;
            continue;
        }
        while (i < r->n && superscript(&r->tokens[i]) >= 0 && number <= NUMBER_MAX)
            number = number * 10 + (uint32_t)superscript(&r->tokens[i++]);
        if (number > 0) {
            each(context, number);
            i--;
        }
    }
}

/* The digits of "3." or "3)", which stand before the unit as its marker. */
static uint32_t item_number(const struct tf_extractor *x, const struct tf_reading *r)
{
    uint32_t value = 0;
    for (uint32_t i = r->block->at.start; i < r->unit->at.start && value <= NUMBER_MAX; i++) {
        char c = x->text->bytes[i];
        if (c >= '0' && c <= '9')
            value = value * 10 + (uint32_t)(c - '0');
    }
    return value;
}

uint32_t tf_reference_number(const struct tf_extractor *x, uint32_t first)
{
    const struct tf_reading *r = &x->units.v[first];
    if (r->n > 2 && bracket_end(r, 0) == 3)
        return small_number(&r->tokens[1]);
    if (r->n > 1 && superscript(&r->tokens[0]) > 0)
        return (uint32_t)superscript(&r->tokens[0]);
    return item_number(x, r);
}

/* --- Which blocks are references ------------------------------------------ */

static bool has_year(const struct tf_reading *r)
{
    for (uint32_t i = 0; i < r->n; i++)
        if (tf_token_year(r, i))
            return true;
    return false;
}

/* A block that begins with a note's mark, or stands in a list of references,
 * and gives a year and a journal or kind of study. "[2] All 13 players were
 * tested twice." is a note that states something. */
static bool is_reference(const struct tf_extractor *x, uint32_t first, uint32_t end)
{
    const struct tf_reading *r = &x->units.v[first];
    bool listed = r->heading != TF_NONE && tf_has(&x->units.v[r->heading], TF_TAG_REFERENCES);
    bool noted = r->n > 2 && (bracket_end(r, 0) == 3 || superscript(&r->tokens[0]) > 0);
    if ((!listed && !noted) || r->unit->kind == TF_UNIT_TITLE || r->unit->kind == TF_UNIT_CELL)
        return false;
    bool year = false, named = false, states = false;
    for (uint32_t i = first; i < end; i++) {
        const struct tf_reading *unit = &x->units.v[i];
        year = year || has_year(unit);
        named = named || tf_has(unit, TF_TAG_STUDY);
        states = states || tf_has(unit, TF_TAG_COPULA) || tf_has(unit, TF_TAG_AUXILIARY);
    }
    return listed ? year || named : year && named && !states;
}

void tf_mark_references(struct tf_extractor *x)
{
    uint32_t end;
    for (uint32_t first = 0; first < x->units.n; first = end) {
        for (end = first + 1;
             end < x->units.n && x->units.v[end].unit->block == x->units.v[first].unit->block;
             end++)
            ;
        if (!is_reference(x, first, end))
            continue;
        for (uint32_t i = first; i < end; i++) {
            x->units.v[i].reference = true;
            x->units.v[i].role = TF_ROLE_META;
            x->units.v[i].reason = TF_REASON("a reference");
        }
    }
}
