/* SPDX-License-Identifier: MIT */
/*
 * The role of each unit. Layout decides first (cells, markers, titles), then
 * the form of the words (a question mark, a colon above items), then cues of
 * lexicon/roles.tsv, which are votes with weights.
 */
#include "extract_internal.h"

#include <string.h>

enum { DECISIVE = 4, HINT = 3, SHORT_TOKENS = 6 };

struct votes {
    int role[TF_ROLE__MAX];
    const struct tf_lex_entry *cue[TF_ROLE__MAX]; /* the weightiest, for the reason */
};

static struct votes count_votes(const struct tf_reading *r)
{
    struct votes votes = {0};
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_ROLE, &from));) {
        int role = match->entry->value;
        if (role < 0)
            continue; /* "-": a look-alike */
        votes.role[role] += match->entry->weight;
        if (!votes.cue[role] || match->entry->weight > votes.cue[role]->weight)
            votes.cue[role] = match->entry;
    }
    return votes;
}

static void give(struct tf_reading *r, enum tf_role role, const char *reason)
{
    r->role = role;
    r->reason = tf_str_of(reason);
}

static void give_by_cue(struct tf_reading *r, enum tf_role role, const struct votes *votes)
{
    const struct tf_lex_entry *cue = votes->cue[role];
    r->role = role;
    r->reason = cue ? cue->cite : TF_REASON("stands among others of its kind");
}

bool tf_has_words(const struct tf_reading *r)
{
    for (uint32_t i = 0; i < r->n; i++)
        if (r->tokens[i].kind == TF_TOKEN_WORD)
            return true;
    return r->times.n > 0;
}

static uint32_t count_words(const struct tf_reading *r)
{
    uint32_t words = 0;
    for (uint32_t i = 0; i < r->n; i++)
        words += r->tokens[i].kind == TF_TOKEN_WORD;
    return words;
}

/* Does the text name anything that a fact of the field could be about? */
static bool names_subject(const struct tf_reading *r)
{
    return tf_has(r, TF_TAG_TREATMENT) || tf_has(r, TF_TAG_CONDITION);
}

/* A short line that states nothing, so that a hint is enough: a street, a price. */
static bool is_label(const struct tf_reading *r)
{
    enum { LABEL_TOKENS = 14 };
    return r->n <= LABEL_TOKENS && !r->verb;
}

/* --- Contact and chrome by form ------------------------------------------ */

/* Seven digits or more with the marks of a telephone number, or an address of
 * electronic mail, and few other words. */
static bool is_contact(const struct tf_extractor *x, const struct tf_reading *r)
{
    struct tf_str text = tf_unit_text(x, r);
    uint32_t digits = 0, run = 0;
    bool at = false;
    if (count_words(r) > 8)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        bool digit = text.data[i] >= '0' && text.data[i] <= '9';
        bool within = digit || strchr(" ()-.+/", text.data[i]) || (unsigned char)text.data[i] > 127;
        run = within ? run + digit : 0; /* "2019 trial of 233 adults" is no number to call */
        digits = run > digits ? run : digits;
        at = at || (text.data[i] == '@' && i > 0 && i + 1 < text.size && text.data[i + 1] != ' ');
    }
    return (digits >= 7 && digits <= 15 && !r->times.n) || at;
}

/* "Home > Health > Topic", "Home | About | Contact", "Home / Blog" */
static bool is_breadcrumb(const struct tf_reading *r)
{
    uint32_t separators = 0;
    for (uint32_t i = 1; i + 1 < r->n; i++) {
        const struct tf_token *t = &r->tokens[i];
        bool mark = t->kind == TF_TOKEN_MARK &&
                    (tf_token_is(t, ">") || tf_token_is(t, "|") || tf_token_is(t, "\xc2\xbb") ||
                     tf_token_is(t, "\xe2\x80\xba") ||
                     (tf_token_is(t, "/") && (t->flags & TF_TOKEN_SPACED)));
        separators += mark;
    }
    return separators >= 1 && !r->verb && tf_last_mark(r) == '\0' &&
           (separators >= 2 || r->n <= 10);
}

static bool ends_cut_short(const struct tf_extractor *x, const struct tf_reading *r)
{
    struct tf_str text = tf_unit_text(x, r);
    return (text.size >= 3 && memcmp(text.data + text.size - 3, "...", 3) == 0) ||
           (text.size >= 3 && memcmp(text.data + text.size - 3, "\xe2\x80\xa6", 3) == 0);
}

static bool same_words(const struct tf_reading *a, const struct tf_reading *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a->tokens[i].hash != b->tokens[i].hash ||
            !tf_str_equal(a->tokens[i].fold, b->tokens[i].fold))
            return false;
    return true;
}

/* The beginning of a sentence that stands whole soon after: a teaser that a
 * page cut short. The last word may be cut as well. */
static bool is_teaser(const struct tf_extractor *x, uint32_t index)
{
    enum { REACH = 24 };
    const struct tf_reading *r = &x->units.v[index];
    if (tf_last_mark(r) == '.' || tf_last_mark(r) == '?' || tf_last_mark(r) == '!' || r->n < 3)
        return false;
    for (uint32_t i = index + 1; i < x->units.n && i <= index + REACH; i++) {
        const struct tf_reading *other = &x->units.v[i];
        if (other->n <= r->n || !same_words(r, other, r->n - 1))
            continue;
        struct tf_str last = r->tokens[r->n - 1].fold, whole = other->tokens[r->n - 1].fold;
        if (whole.size >= last.size && memcmp(whole.data, last.data, last.size) == 0)
            return true;
    }
    return false;
}

/* "By Jane Doe", "By Jane Doe, MD" */
static bool is_byline(const struct tf_reading *r)
{
    enum { NAME_TOKENS = 8 };
    if (r->n < 3 || r->n > NAME_TOKENS || r->unit->kind != TF_UNIT_TITLE ||
        !tf_token_is(&r->tokens[0], "by"))
        return false;
    for (uint32_t i = 1; i < r->n; i++)
        if (r->tokens[i].kind != TF_TOKEN_MARK && !(r->tokens[i].flags & TF_TOKEN_CAPITAL))
            return false;
    return true;
}

/* A line that is only a date, perhaps with a counter or an author's name. */
static bool is_date_line(const struct tf_reading *r)
{
    if (r->n < 3 || r->n > 10 || r->verb)
        return false;
    bool month = false, year = false;
    for (uint32_t i = 0; i < r->n; i++) {
        struct tf_str fold = r->tokens[i].fold;
        month = month || tf_month_of(fold) > 0;
        year = year || (fold.size == 4 &&
                        (memcmp(fold.data, "20", 2) == 0 || memcmp(fold.data, "19", 2) == 0));
    }
    return month && year && !names_subject(r);
}

/* --- Stems --------------------------------------------------------------- */

/* Of the units that this one could be the stem of: are most statements of
 * their own? *count: how many there are. */
static bool completed_by_statements(const struct tf_extractor *x, uint32_t index, uint32_t *count)
{
    uint32_t own = 0;
    *count = 0;
    for (uint32_t i = index + 1; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->stem != index)
            break;
        if (r->unit->kind != TF_UNIT_ITEM && r->unit->kind != TF_UNIT_CELL)
            continue;
        (*count)++;
        own += r->self_contained;
    }
    return own * 2 > *count;
}

/* The clause breaks off: before its colon stands a word that wants a
 * complement ("include", "to", "who", "following"). */
static bool breaks_off(const struct tf_reading *r)
{
    if (r->n < 2)
        return false;
    uint32_t last = r->n - 2;
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_STEM, &from));)
        if (match->end >= r->n - 1)
            return true;
    if (last > 0 &&
        (tf_token_is(&r->tokens[last - 1], "the") || tf_token_is(&r->tokens[last - 1], "a")))
        return false; /* "depends on the form:", a noun */
    if (tf_token_is(&r->tokens[last], "these") || tf_token_is(&r->tokens[last], "this"))
        return true;
    return tf_token_has(r, last, TF_TAG_RELATIVE) || tf_token_has(r, last, TF_TAG_PREPOSITION) ||
           tf_token_has(r, last, TF_TAG_COPULA) || tf_token_has(r, last, TF_TAG_REPORTING) ||
           tf_token_has(r, last, TF_TAG_VERB);
}

static bool begins_with_preposition(const struct tf_reading *r)
{
    return tf_token_has(r, 0, TF_TAG_PREPOSITION);
}

/* A unit with a colon above a list or table: stem, heading or claim. */
static enum tf_role role_above_items(const struct tf_extractor *x, uint32_t index)
{
    const struct tf_reading *r = &x->units.v[index];
    uint32_t count;
    bool statements = completed_by_statements(x, index, &count);
    bool table = index + 1 < x->units.n && x->units.v[index + 1].block->kind == TF_BLOCK_ROW;
    if (count == 0)
        return r->unit->kind == TF_UNIT_TITLE ? TF_ROLE_HEADING : TF_ROLE_CLAIM;
    if (breaks_off(r) || (begins_with_preposition(r) && !r->verb))
        return TF_ROLE_STEM;
    if (table && !r->verb)
        return TF_ROLE_HEADING;
    if (r->verb)
        return TF_ROLE_CLAIM;
    return statements ? TF_ROLE_HEADING : TF_ROLE_STEM;
}

/* --- The decision -------------------------------------------------------- */

/* Words, a time, or a figure that its column explains: "Sessions: 6". */
static bool says_something(const struct tf_reading *r)
{
    bool figure = false;
    for (uint32_t i = 0; i < r->n; i++)
        figure = figure || r->tokens[i].kind == TF_TOKEN_NUMBER;
    return tf_has_words(r) || (figure && r->column_header != TF_NONE);
}

static void role_of_cell(struct tf_reading *r, const struct votes *votes)
{
    if (r->block->header_row || (r->unit->column == 0))
        give(r, TF_ROLE_HEADER_CELL, "names a row or column");
    else if (votes->role[TF_ROLE_FRAGMENT] > 0 || !says_something(r))
        give(r, TF_ROLE_FRAGMENT, "a cell without words");
    else
        give(r, TF_ROLE_CLAIM, "a cell with its headers");
}

/* What a treatment costs is a fact of the field where nobody's own price is told. */
static bool tells_a_price(const struct tf_reading *r)
{
    const struct tf_match *match;
    if (!r->verb || !tf_has(r, TF_TAG_TREATMENT))
        return false;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_ROLE, &from));)
        if (match->entry->value == TF_ROLE_PROMO &&
            !tf_str_is(tf_lex_attribute(match->entry, "sign"), "price"))
            return false;
    return true;
}

static bool is_promo(const struct tf_extractor *x, const struct tf_reading *r,
                     const struct votes *votes)
{
    int promo = votes->role[TF_ROLE_PROMO];
    if (promo >= DECISIVE || tf_names_clinic(r))
        return !tells_a_price(r) || tf_names_clinic(r);
    /* in a section that invites, what speaks to the reader and says nothing of
     * a treatment invites too */
    bool inviting = r->heading != TF_NONE && x->units.v[r->heading].role == TF_ROLE_PROMO;
    return inviting && (promo > 0 || (tf_has(r, TF_TAG_YOU) && !tf_has(r, TF_TAG_TREATMENT)));
}

static void role_of_title(const struct tf_extractor *x, uint32_t index, const struct votes *votes)
{
    struct tf_reading *r = &x->units.v[index];
    if (tf_last_mark(r) == ':' && role_above_items(x, index) == TF_ROLE_STEM)
        give(r, TF_ROLE_STEM, "the items below complete it");
    else if (votes->role[TF_ROLE_PROMO] >= (is_label(r) ? HINT : DECISIVE) && index > 0)
        give_by_cue(r, TF_ROLE_PROMO, votes);
    else if (tf_last_mark(r) == ':' && role_above_items(x, index) == TF_ROLE_CLAIM)
        give(r, TF_ROLE_CLAIM, "a full sentence above items");
    else
        give(r, TF_ROLE_HEADING, "a title");
}

static bool is_chrome(const struct tf_extractor *x, uint32_t index, const struct votes *votes)
{
    const struct tf_reading *r = &x->units.v[index];
    bool cue = votes->role[TF_ROLE_CHROME] >= DECISIVE;
    bool short_line =
        r->n <= 30 && !(r->unit->kind == TF_UNIT_SENTENCE && r->verb && names_subject(r));
    return (cue && short_line) || is_date_line(r) || is_byline(r) || is_teaser(x, index) ||
           (r->unit->kind == TF_UNIT_TITLE && (is_breadcrumb(r) || ends_cut_short(x, r)));
}

/* "Weight gain" below "Common side effects": the title says of what it is one. */
static bool is_named_by_title(const struct tf_extractor *x, const struct tf_reading *r)
{
    if (!r->titled || r->heading == TF_NONE)
        return false;
    const struct tf_reading *title = &x->units.v[r->heading];
    return names_subject(title) || tf_has(title, TF_TAG_SIDE_EFFECT) || tf_has(title, TF_TAG_TOPIC);
}

/* "It should not.", "They can.": takes up what was asked and names nothing. */
static bool is_elliptical(const struct tf_reading *r)
{
    enum { MOST = 5 };
    bool pronoun = r->n <= MOST && tf_token_has(r, 0, TF_TAG_PRONOUN);
    for (uint32_t i = 1; pronoun && i < r->n; i++)
        pronoun = r->tokens[i].kind == TF_TOKEN_MARK || tf_token_has(r, i, TF_TAG_AUXILIARY) ||
                  tf_token_has(r, i, TF_TAG_NEGATION) || tf_token_has(r, i, TF_TAG_COPULA) ||
                  tf_token_has(r, i, TF_TAG_FREQUENCY);
    return pronoun;
}

static void role_of_statement(const struct tf_extractor *x, uint32_t index,
                              const struct votes *votes)
{
    struct tf_reading *r = &x->units.v[index];
    if (is_promo(x, r, votes))
        give_by_cue(r, TF_ROLE_PROMO, votes);
    else if (votes->role[TF_ROLE_META] >= DECISIVE)
        give_by_cue(r, TF_ROLE_META, votes);
    else if (tf_last_mark(r) == ':' && role_above_items(x, index) == TF_ROLE_STEM)
        give(r, TF_ROLE_STEM, "the items below complete it");
    else if (votes->role[TF_ROLE_FRAGMENT] > 0 || is_elliptical(r) ||
             (r->n <= SHORT_TOKENS && !r->verb && !names_subject(r) && r->times.n == 0 &&
              r->stem == TF_NONE && !is_named_by_title(x, r)))
        give(r, TF_ROLE_FRAGMENT, "says nothing that could be checked");
    else
        give(r, TF_ROLE_CLAIM, "a statement");
}

static void give_role(const struct tf_extractor *x, uint32_t index)
{
    struct tf_reading *r = &x->units.v[index];
    struct votes votes = count_votes(r);
    if (r->unit->kind == TF_UNIT_MARKER)
        give(r, TF_ROLE_CHROME, "a marker in letters");
    else if (r->unit->kind == TF_UNIT_CELL)
        role_of_cell(r, &votes);
    else if (is_contact(x, r) || votes.role[TF_ROLE_CONTACT] > DECISIVE ||
             (is_label(r) && votes.role[TF_ROLE_CONTACT] >= HINT))
        give(r, TF_ROLE_CONTACT, "a number or address");
    else if (tf_last_mark(r) == '?' && tf_is_call(r))
        give_by_cue(r, TF_ROLE_PROMO, &votes);
    else if (tf_last_mark(r) == '?' || r->unit->kind == TF_UNIT_QUESTION)
        give(r, TF_ROLE_QUESTION, "ends in a question mark");
    else if (is_chrome(x, index, &votes))
        give(r, TF_ROLE_CHROME, "form or cues of a page's furniture");
    else if (r->unit->kind == TF_UNIT_TITLE)
        role_of_title(x, index, &votes);
    else
        role_of_statement(x, index, &votes);
}

/* --- The head of a page -------------------------------------------------- */

/* Before its first sentence a page shows its name and categories. Where one of
 * those lines is furniture for certain, the short ones beside it are as well. */
static void spread_chrome_at_top(struct tf_extractor *x)
{
    enum { NAME_TOKENS = 3 };
    uint32_t end = 0;
    bool furniture = false;
    while (end < x->units.n && x->units.v[end].unit->kind == TF_UNIT_TITLE)
        furniture = x->units.v[end++].role == TF_ROLE_CHROME || furniture;
    for (uint32_t i = 0; furniture && i < end; i++) {
        struct tf_reading *r = &x->units.v[i];
        if (r->role == TF_ROLE_HEADING && r->n <= NAME_TOKENS && !tf_has(r, TF_TAG_TREATMENT) &&
            i + 1 < end)
            give(r, TF_ROLE_CHROME, "a short line in the head of a page");
    }
}

void tf_give_roles(struct tf_extractor *x)
{
    uint32_t heading = TF_NONE;
    for (uint32_t i = 0; i < x->units.n; i++) {
        struct tf_reading *r = &x->units.v[i];
        r->heading = heading; /* provisional: roles of sentences look at it */
        give_role(x, i);
        if (r->unit->kind == TF_UNIT_TITLE &&
            (r->role == TF_ROLE_HEADING || r->role == TF_ROLE_QUESTION || r->role == TF_ROLE_PROMO))
            heading = i;
    }
    spread_chrome_at_top(x);
    tf_mark_references(x);
    tf_mark_testimonials(x);
}
