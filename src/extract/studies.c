/* SPDX-License-Identifier: MIT */
/* Studies, journals and institutes that a claim rests on. */
#include "extract_internal.h"

#include <stdlib.h>

/* A year in parentheses or as a word, 1900 to 2099; 0: none. Nearest to the name. */
static int year_near(const struct tf_reading *r, uint32_t first, uint32_t end)
{
    int year = 0;
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < r->n; i++) {
        const struct tf_token *t = &r->tokens[i];
        if (t->kind != TF_TOKEN_NUMBER || t->fold.size != 4)
            continue;
        bool digits = t->fold.data[0] == '1' || t->fold.data[0] == '2';
        for (size_t k = 0; k < 4; k++)
            digits = digits && t->fold.data[k] >= '0' && t->fold.data[k] <= '9';
        int value = digits ? atoi((char[]){t->fold.data[0], t->fold.data[1], t->fold.data[2],
                                           t->fold.data[3], 0})
                           : 0;
        if (value < 1900 || value > 2099 || (i + 1 < r->n && tf_token_is(&r->tokens[i + 1], "s")))
            continue;
        uint32_t distance = i < first ? first - i : i >= end ? i - end + 1 : 0;
        if (distance < best) {
            best = distance;
            year = value;
        }
    }
    return year;
}

static bool is_type(const struct tf_match *match)
{
    return tf_str_is(tf_lex_attribute(match->entry, "kind"), "type");
}

static struct tf_str type_in(const struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_STUDY, &from));)
        if (is_type(match))
            return match->entry->code;
    return TF_STR_NULL;
}

static bool is_named(const struct tf_match *match)
{
    return tf_str_is(match->entry->code, "journal") || tf_str_is(match->entry->code, "institute");
}

/* Does anything else in the unit speak of research, so that the name is cited
 * rather than mentioned? */
static bool is_cited(const struct tf_reading *r, const struct tf_match *name)
{
    bool needs = tf_str_is(name->entry->code, "institute") ||
                 tf_str_is(tf_lex_attribute(name->entry, "need"), "context");
    if (tf_str_is(tf_lex_attribute(name->entry, "role"), "regulator") ||
        tf_str_is(tf_lex_attribute(name->entry, "role"), "maker"))
        return false;
    if (!needs || year_near(r, name->first, name->end) > 0)
        return true;
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_STUDY, &from));)
        if (match != name && !is_named(match) && !tf_is_lookalike(match))
            return true;
    return tf_has(r, TF_TAG_REPORTING);
}

/* The words of the name, with an abbreviation in parentheses behind it. */
static struct tf_range name_range(const struct tf_reading *r, const struct tf_match *match)
{
    uint32_t end = match->end;
    if (end + 2 < r->n && tf_token_is(&r->tokens[end], "(") &&
        (r->tokens[end + 1].flags & TF_TOKEN_UPPER) && tf_token_is(&r->tokens[end + 2], ")"))
        end += 3;
    return (struct tf_range){r->tokens[match->first].at.start, r->tokens[end - 1].at.end};
}

static void add_study(struct tf_extractor *x, const struct tf_reading *where,
                      const struct tf_match *match, const struct tf_reading *finding)
{
    const struct tf_claim *claim = &x->facts->claims.v[finding->claim];
    struct tf_range at = name_range(where, match);
    struct tf_str name = tf_text_slice(x->text, at);
    for (size_t i = 0; i < x->facts->studies.n; i++)
        if (tf_uuid_equal(x->facts->studies.v[i].claim, claim->id) &&
            tf_str_equal(x->facts->studies.v[i].name, name))
            return;
    struct tf_study *study = TF_PUSH(x->arena, &x->facts->studies);
    if (!study)
        return;
    struct tf_str type = type_in(where);
    *study = (struct tf_study){.id = tf_study_id(claim->id, name),
                               .claim = claim->id,
                               .name = name,
                               .year = year_near(where, match->first, match->end),
                               .study_type = type.data ? type : type_in(finding),
                               .at = tf_span_of(x, at)};
}

/* "(NIMH)" directly after the name it abbreviates is no second study. */
static bool is_abbreviation(const struct tf_reading *r, const struct tf_match *before,
                            const struct tf_match *match)
{
    return before && before->end < r->n && tf_token_is(&r->tokens[before->end], "(") &&
           match->first == before->end + 1;
}

static void studies_in(struct tf_extractor *x, const struct tf_reading *where,
                       const struct tf_reading *finding, bool header)
{
    const struct tf_match *match, *before = NULL;
    for (size_t from = 0; (match = tf_match_next(where, TF_TAG_STUDY, &from));) {
        if (!is_named(match) || is_abbreviation(where, before, match))
            continue;
        if (header || is_cited(where, match))
            add_study(x, where, match, finding);
        before = match;
    }
}

void tf_make_studies(struct tf_extractor *x)
{
    for (size_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->claim == TF_NONE)
            continue;
        studies_in(x, r, r, false);
        if (r->row_header != TF_NONE)
            studies_in(x, &x->units.v[r->row_header], r, true);
    }
}
