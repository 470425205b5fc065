/* SPDX-License-Identifier: MIT */
/*
 * Names of studies, journals and institutes by their form. English writes them
 * in capitals; what makes a run of capitals a name to cite is the noun or the
 * words of publication beside it.
 */
#include "studies.h"

enum { NAME_WORDS = 9, ACRONYM_LETTERS = 3 };

static bool is_capital(const struct tf_reading *r, uint32_t i)
{
    return i < r->n && r->tokens[i].kind == TF_TOKEN_WORD &&
           (r->tokens[i].flags & TF_TOKEN_CAPITAL);
}

static bool is_token(const struct tf_reading *r, uint32_t i, const char *folded)
{
    return i < r->n && tf_token_is(&r->tokens[i], folded);
}

/* "of", "and" and the like join the words of a name if a capital follows. */
static bool joins_name(const struct tf_reading *r, uint32_t i)
{
    static const char *const words[] = {"of", "and", "in", "for", "the", "on", "&"};
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (is_token(r, i, words[k]))
            return true;
    return false;
}

uint32_t tf_capital_run(const struct tf_reading *r, uint32_t first)
{
    uint32_t end = first;
    for (uint32_t i = first; i < r->n && i < first + NAME_WORDS; i++) {
        if (is_capital(r, i))
            end = i + 1;
        else if (end == first || !joins_name(r, i))
            break;
    }
    return end;
}

/* --- Acronyms ------------------------------------------------------------ */

/* The word at i is in capitals and stands for nothing the tables know. */
static bool is_acronym(const struct tf_reading *r, uint32_t i)
{
    const struct tf_token *token = &r->tokens[i];
    return (token->flags & TF_TOKEN_UPPER) && token->fold.size >= ACRONYM_LETTERS &&
           !tf_token_has(r, i, TF_TAG_TREATMENT) && !tf_token_has(r, i, TF_TAG_CONDITION) &&
           !tf_token_has(r, i, TF_TAG_ROUTE) && !tf_token_has(r, i, TF_TAG_STUDY);
}

/* "STAR*D", "ELEKT-D", "IMPROVE-1": what hangs on the capitals belongs to them. */
static uint32_t acronym_end(const struct tf_reading *r, uint32_t i)
{
    uint32_t end = i + 1;
    if (is_token(r, end, "*") && !(r->tokens[end].flags & TF_TOKEN_SPACED) &&
        is_capital(r, end + 1) && !(r->tokens[end + 1].flags & TF_TOKEN_SPACED))
        end += 2;
    while (end < r->n && (r->tokens[end].flags & TF_TOKEN_HYPHEN) &&
           (is_capital(r, end) || r->tokens[end].kind == TF_TOKEN_NUMBER))
        end++;
    return end;
}

/* Directly behind it: "trial", "studies", or a year in brackets as citations have. */
static bool names_study(const struct tf_reading *r, uint32_t end)
{
    if (tf_token_has(r, end, TF_TAG_STUDY_NOUN))
        return !(r->tokens[end].flags & (TF_TOKEN_UPPER | TF_TOKEN_HYPHEN));
    return is_token(r, end, "(") && tf_token_year(r, end + 1) && is_token(r, end + 2, ")");
}

static bool read_acronym(const struct tf_reading *r, uint32_t i, struct study_name *out)
{
    if (!is_acronym(r, i))
        return false;
    uint32_t end = acronym_end(r, i);
    if (!names_study(r, end))
        return false;
    *out = (struct study_name){i, end};
    return true;
}

/* --- Journals ------------------------------------------------------------ */

/* "*Journal*", "_Journal_": one mark, as two make bold type. */
static bool is_italic(const struct tf_reading *r, uint32_t i)
{
    return (is_token(r, i, "*") || is_token(r, i, "_")) && is_capital(r, i + 1);
}

static bool is_citing(const struct tf_reading *r, uint32_t i)
{
    return i < r->n && (is_token(r, i, "journal") || is_token(r, i, "published"));
}

/* Directly behind "published in" or "in the journal" if capitals follow; a
 * single word may be a month or a country, so it needs a year behind it. */
static bool read_published(const struct tf_reading *r, uint32_t i, struct study_name *out)
{
    uint32_t at = i + 1;
    if (!is_citing(r, i))
        return false;
    bool journal = is_token(r, i, "journal");
    while (is_token(r, at, "online") || is_token(r, at, "in") || is_token(r, at, "by") ||
           is_token(r, at, "the") || is_token(r, at, "journal")) {
        journal = journal || is_token(r, at, "journal");
        at++;
    }
    if (is_italic(r, at))
        at++, journal = true;
    uint32_t end = tf_capital_run(r, at);
    bool dated = is_token(r, end, "(") && tf_token_year(r, end + 1);
    if (at == i + 1 || end == at || tf_token_has(r, at, TF_TAG_STUDY) ||
        (end - at < 2 && !journal && !dated))
        return false;
    *out = (struct study_name){at, end};
    return true;
}

/* "in *Some Journal*", where the unit speaks of research as well. */
static bool read_italic(const struct tf_reading *r, uint32_t i, struct study_name *out)
{
    if (i == 0 || !is_italic(r, i) ||
        !(tf_token_is(&r->tokens[i - 1], "in") || tf_token_is(&r->tokens[i - 1], "(")))
        return false;
    uint32_t end = tf_capital_run(r, i + 1);
    if (!is_token(r, end, "*") && !is_token(r, end, "_"))
        return false;
    *out = (struct study_name){i + 1, end};
    return tf_has(r, TF_TAG_STUDY) && !tf_token_has(r, i + 1, TF_TAG_STUDY);
}

/* --- Institutes ---------------------------------------------------------- */

static uint32_t institute_start(const struct tf_reading *r, uint32_t noun)
{
    uint32_t first = noun;
    while (first > 0 && noun - first < NAME_WORDS && is_capital(r, first - 1) &&
           !tf_token_has(r, first - 1, TF_TAG_PREPOSITION) &&
           !tf_token_has(r, first - 1, TF_TAG_SUBORDINATOR) && !is_token(r, first - 1, "the") &&
           !is_token(r, first - 1, "a") && !is_token(r, first - 1, "our"))
        first--;
    return first;
}

/* "Radboud University", "University of Basel", "UK ECT Review Group". */
static bool read_institute(const struct tf_reading *r, uint32_t i, struct study_name *out)
{
    if (!tf_token_has(r, i, TF_TAG_INSTITUTE_NOUN) || !is_capital(r, i) ||
        tf_token_has(r, i, TF_TAG_STUDY))
        return false;
    uint32_t first = institute_start(r, i), end = i + 1;
    if ((is_token(r, end, "of") || is_token(r, end, "for") || is_token(r, end, "on")) &&
        (is_capital(r, end + 1) || is_token(r, end + 1, "the")))
        end = tf_capital_run(r, i);
    *out = (struct study_name){first, end};
    return end - first > 1;
}

bool tf_study_name_next(const struct tf_reading *r, uint32_t *from, struct study_name *out)
{
    for (uint32_t i = *from; i < r->n; i++) {
        if (!read_acronym(r, i, out) && !read_published(r, i, out) && !read_italic(r, i, out) &&
            !read_institute(r, i, out))
            continue;
        *from = out->end;
        return true;
    }
    return false;
}
