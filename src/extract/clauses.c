/* SPDX-License-Identifier: MIT */
/*
 * Which words of a unit belong to its main assertion. No parser: clauses are
 * opened by the words of lexicon/grammar.tsv (subordinators, relatives) and by
 * descriptions of patients, and closed by a comma, a dash or a bracket of the
 * same depth, or by the end. That is enough to tell "X may help, which matters"
 * from "X helps, which may matter".
 */
#include "extract_internal.h"

#include <string.h>

static bool is_mark(const struct tf_reading *r, uint32_t i, const char *marks)
{
    const struct tf_token *token = &r->tokens[i];
    return token->kind == TF_TOKEN_MARK && token->fold.size == 1 &&
           strchr(marks, token->fold.data[0]);
}

static bool is_dash(const struct tf_reading *r, uint32_t i)
{
    const struct tf_token *token = &r->tokens[i];
    return token->kind == TF_TOKEN_MARK &&
           (tf_token_is(token, "\xe2\x80\x93") || tf_token_is(token, "\xe2\x80\x94"));
}

static void set_bits(struct tf_reading *r, uint32_t from, uint32_t to, enum tf_clause_bit bit)
{
    for (uint32_t i = from; i < to && i < r->n; i++)
        r->clause[i] |= (uint8_t)bit;
}

/* "Label: statement": the tokens before a colon that is neither last nor first,
 * if they are few and make no statement themselves. */
static uint32_t label_end(const struct tf_reading *r)
{
    enum { LABEL_WORDS = 8 };
    for (uint32_t i = 1; i + 1 < r->n && i <= LABEL_WORDS; i++) {
        if (is_mark(r, i, ":"))
            return i;
        if (is_mark(r, i, ".!?;") || tf_token_has(r, i, TF_TAG_COPULA) ||
            tf_token_has(r, i, TF_TAG_AUXILIARY))
            return 0;
    }
    return 0;
}

/* Does a second group of verbs begin here, so that a relative clause without a
 * comma is over: "patients who have tried it | may benefit"? */
static bool begins_verb_group(const struct tf_reading *r, uint32_t i)
{
    if (!tf_token_has(r, i, TF_TAG_AUXILIARY) && !tf_token_has(r, i, TF_TAG_COPULA))
        return false;
    return !tf_token_has(r, i - 1, TF_TAG_AUXILIARY) && !tf_token_has(r, i - 1, TF_TAG_COPULA) &&
           !tf_token_has(r, i - 1, TF_TAG_NEGATION) &&
           !tf_token_has(r, i - 1, TF_TAG_COORDINATOR) &&
           !tf_token_has(r, i - 1, TF_TAG_RELATIVE) && !tf_token_has(r, i - 1, TF_TAG_PRONOUN);
}

/* "who have tried drugs, therapy, and exercise": does the comma at i stand in an
 * enumeration that goes on? */
static bool in_enumeration(const struct tf_reading *r, uint32_t i)
{
    enum { REACH = 5 };
    if (i + 1 >= r->n || tf_token_has(r, i + 1, TF_TAG_PRONOUN) ||
        tf_token_has(r, i + 1, TF_TAG_RELATIVE))
        return false;
    for (uint32_t k = i + 1; k + 1 < r->n && k < i + REACH; k++)
        if (is_mark(r, k, ",") &&
            (tf_token_is(&r->tokens[k + 1], "and") || tf_token_is(&r->tokens[k + 1], "or")))
            return true;
    return false;
}

/* Where the clause that opens at `from` ends: at a comma that is not one of an
 * enumeration, a dash, a semicolon, a closing bracket, a relative clause also
 * where the main verb begins. No clause is longer than CLAUSE_TOKENS. */
static uint32_t clause_end(const struct tf_reading *r, uint32_t from, bool relative)
{
    enum { CLAUSE_TOKENS = 120 };
    uint32_t depth = 0, verbs = 0;
    uint32_t reach = r->n - from > CLAUSE_TOKENS ? from + CLAUSE_TOKENS : r->n;
    for (uint32_t i = from; i < reach; i++) {
        depth += is_mark(r, i, "(");
        if (is_mark(r, i, ")")) {
            if (depth == 0)
                return i;
            depth--;
        }
        if (depth > 0)
            continue;
        if (is_mark(r, i, ";") || is_dash(r, i) ||
            (is_mark(r, i, ",") && i > from + 1 && !in_enumeration(r, i)))
            return i;
        if (relative && verbs > 0 && i > from + 1 && begins_verb_group(r, i))
            return i;
        verbs += tf_token_has(r, i, TF_TAG_VERB) || tf_token_has(r, i, TF_TAG_COPULA);
    }
    return reach;
}

/* Does "that" open a relative clause? It does so after a noun, not after a verb
 * ("shows that"), a copula, an adverb of degree or a noun such as "fact". */
static bool that_is_relative(const struct tf_reading *r, uint32_t i)
{
    static const enum tf_tag before[] = {
        TF_TAG_VERB,        TF_TAG_REPORTING,    TF_TAG_CONTENT_NOUN,
        TF_TAG_COPULA,      TF_TAG_SUBORDINATOR, TF_TAG_COORDINATOR,
        TF_TAG_PREPOSITION, TF_TAG_COMPARATOR,   TF_TAG_CONNECTIVE};
    if (i == 0 || i + 1 >= r->n || r->tokens[i - 1].kind != TF_TOKEN_WORD)
        return false;
    for (size_t k = 0; k < sizeof before / sizeof *before; k++)
        if (tf_token_has(r, i - 1, before[k]))
            return false;
    return true;
}

static bool opens_relative(const struct tf_reading *r, uint32_t i)
{
    if (tf_token_is(&r->tokens[i], "that"))
        return that_is_relative(r, i);
    return i > 0 && tf_token_has(r, i, TF_TAG_RELATIVE);
}

static void mark_side_clauses(struct tf_reading *r)
{
    size_t time = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        while (time < r->times.n && r->times.v[time].first < i)
            time++;
        /* the "after" of "after two weeks" opens no clause */
        bool preposition = time < r->times.n && r->times.v[time].first == i;
        if ((r->clause[i] & TF_CLAUSE_SIDE) || preposition)
            continue;
        bool relative = opens_relative(r, i);
        if (!relative && !tf_token_has(r, i, TF_TAG_SUBORDINATOR))
            continue;
        uint32_t end = clause_end(r, i, relative);
        /* a clause that is the whole unit ("If you ...") has no main one beside it */
        if (i == 0 && end == r->n)
            continue;
        set_bits(r, i, end, TF_CLAUSE_SIDE);
    }
}

/* People and what is said to tell which people: "patients who ...", "those
 * with ...", "for people resistant to ...". */
static void mark_patients(struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_PERSON, &from));) {
        uint32_t i = match->end;
        if (i >= r->n)
            break;
        bool described =
            tf_token_has(r, i, TF_TAG_RELATIVE) || tf_token_has(r, i, TF_TAG_DESCRIBER);
        if (described)
            set_bits(r, i, clause_end(r, i, true), TF_CLAUSE_PATIENT);
    }
}

/* A finite verb outside labels and side clauses, from token `from` on. Forms
 * that are nouns as well count only after a word that can be their subject. */
static bool has_verb(const struct tf_reading *r, uint32_t from)
{
    for (size_t i = 0; i < r->matches.n; i++) {
        const struct tf_match *match = &r->matches.v[i];
        if (match->first < from || (r->clause[match->first] & (TF_CLAUSE_SIDE | TF_CLAUSE_LABEL)))
            continue;
        struct tf_str code = match->entry->code;
        if (match->entry->tags & tf_tag_bit(TF_TAG_COPULA))
            return true;
        if (!(match->entry->tags & tf_tag_bit(TF_TAG_VERB)))
            continue;
        if (tf_str_is(code, "present") || tf_str_is(code, "auxiliary"))
            return true;
        /* "effects", "report": a verb after a plural noun or an adverb, before an object */
        bool inside = match->first > from && match->end < r->n;
        const struct tf_token *before = match->first ? &r->tokens[match->first - 1] : NULL;
        bool plural = before && before->kind == TF_TOKEN_WORD && before->fold.size > 3 &&
                      before->fold.data[before->fold.size - 1] == 's';
        bool adverb = before && before->fold.size > 3 &&
                      memcmp(before->fold.data + before->fold.size - 2, "ly", 2) == 0;
        bool frequency = before && tf_token_has(r, match->first - 1, TF_TAG_FREQUENCY);
        bool person = before && tf_token_has(r, match->first - 1, TF_TAG_PATIENT);
        /* "medicines used for ..." */
        if (tf_str_is(code, "participle") && tf_token_has(r, match->end, TF_TAG_PREPOSITION))
            continue;
        if (inside && (plural || adverb || frequency || person) && !tf_str_is(code, "ambiguous"))
            return true;
        if (inside && tf_str_is(code, "ambiguous") && match->first > from + 1 && !plural && adverb)
            return true;
    }
    return false;
}

void tf_find_clauses(struct tf_extractor *x, struct tf_reading *r)
{
    r->clause = TF_NEW_ARRAY(x->arena, uint8_t, r->n + 1);
    if (!r->clause)
        return;
    uint32_t label = label_end(r);
    set_bits(r, 0, label, TF_CLAUSE_LABEL);
    mark_side_clauses(r);
    mark_patients(r);
    r->verb = has_verb(r, 0);
    /* "Promote learning" or "May cause nausea" needs the stem for its subject */
    r->self_contained = has_verb(r, label ? label + 2 : 1);
}
