/* SPDX-License-Identifier: MIT */
/* Studies, journals and institutes that a claim rests on. */
#include "studies.h"

#include <stdlib.h>

/* The year nearest to the name; 0: none. */
static int year_near(const struct tf_reading *r, uint32_t first, uint32_t end)
{
    int year = 0;
    uint32_t best = UINT32_MAX;
    for (uint32_t i = 0; i < r->n; i++) {
        int value = tf_token_year(r, i);
        if (!value)
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
static struct tf_range name_range(const struct tf_reading *r, uint32_t first, uint32_t end)
{
    if (end + 2 < r->n && tf_token_is(&r->tokens[end], "(") &&
        (r->tokens[end + 1].flags & TF_TOKEN_UPPER) && tf_token_is(&r->tokens[end + 2], ")"))
        end += 3;
    return (struct tf_range){r->tokens[first].at.start, r->tokens[end - 1].at.end};
}

/* What a study is cited with, wherever that stands. */
struct citation {
    struct tf_range at; /* its name; empty: none */
    int year, participants;
    struct tf_str type;
};

static void add_study(struct tf_extractor *x, const struct citation *cited,
                      const struct tf_reading *finding)
{
    const struct tf_claim *claim = &x->facts->claims.v[finding->claim];
    struct tf_str name = tf_text_slice(x->text, cited->at);
    for (size_t i = x->facts->studies.n; i > 0; i--) {
        const struct tf_study *other = &x->facts->studies.v[i - 1];
        if (!tf_uuid_equal(other->claim, claim->id))
            break; /* the studies of a claim stand together */
        if (tf_str_equal(other->name, name))
            return;
    }
    struct tf_study *study = TF_PUSH(x->arena, &x->facts->studies);
    if (study)
        *study = (struct tf_study){.id = tf_study_id(claim->id, name),
                                   .claim = claim->id,
                                   .name = name,
                                   .year = cited->year,
                                   .study_type = cited->type.data ? cited->type : type_in(finding),
                                   .participants = cited->participants ? cited->participants
                                                                       : tf_study_size(finding),
                                   .at = tf_span_of(x, cited->at)};
}

static struct citation citation_of(const struct tf_reading *r, uint32_t first, uint32_t end)
{
    return (struct citation){.at = name_range(r, first, end),
                             .year = year_near(r, first, end),
                             .participants = tf_study_size(r),
                             .type = type_in(r)};
}

/* "published in" before the name of the journal is no part of it. */
static uint32_t name_start(const struct tf_match *match)
{
    struct tf_str lead = tf_lex_attribute(match->entry, "lead");
    char digit = lead.data ? lead.data[0] : '0';
    uint32_t words = digit >= '0' && digit <= '9' ? (uint32_t)(digit - '0') : 0;
    return match->first + words < match->end ? match->first + words : match->first;
}

/* "(NIMH)" directly after the name it abbreviates is no second study. */
static bool is_abbreviation(const struct tf_reading *r, const struct tf_match *before,
                            const struct tf_match *match)
{
    return before && before->end < r->n && tf_token_is(&r->tokens[before->end], "(") &&
           match->first == before->end + 1;
}

static void listed_names(struct tf_extractor *x, const struct tf_reading *where,
                         const struct tf_reading *finding, bool header)
{
    const struct tf_match *match, *before = NULL;
    for (size_t from = 0; (match = tf_match_next(where, TF_TAG_STUDY, &from));) {
        if (!is_named(match) || is_abbreviation(where, before, match))
            continue;
        if (header || is_cited(where, match)) {
            struct citation cited = citation_of(where, name_start(match), match->end);
            add_study(x, &cited, finding);
        }
        before = match;
    }
}

/* Names that only their form gives away; an institute is cited only where the
 * unit speaks of research. */
static void formed_names(struct tf_extractor *x, const struct tf_reading *where,
                         const struct tf_reading *finding)
{
    struct study_name name;
    for (uint32_t from = 0; tf_study_name_next(where, &from, &name);) {
        if (!tf_has(where, TF_TAG_STUDY) && !tf_has(where, TF_TAG_STUDY_NOUN) &&
            !year_near(where, name.first, name.end))
            continue;
        struct citation cited = citation_of(where, name.first, name.end);
        add_study(x, &cited, finding);
    }
}

/* --- Tables of studies --------------------------------------------------- */

/* Of a row that the column of studies heads: "Murrough et al., 2013" without its
 * year, which another cell may give. */
static struct citation citation_of_row(const struct tf_extractor *x, uint32_t header)
{
    enum { CELLS = 16 };
    const struct tf_reading *r = &x->units.v[header];
    uint32_t end = 0;
    while (end < r->n && !tf_token_year(r, end) && !tf_token_is(&r->tokens[end], "("))
        end++;
    while (end > 0 && r->tokens[end - 1].kind == TF_TOKEN_MARK &&
           !tf_token_is(&r->tokens[end - 1], "."))
        end--;
    if (end == 0)
        return (struct citation){0};
    struct citation cited = citation_of(r, 0, end);
    for (uint32_t i = header + 1; !cited.year && i < x->units.n && i < header + CELLS; i++) {
        if (x->units.v[i].unit->block != r->unit->block)
            break;
        cited.year = year_near(&x->units.v[i], 0, 1);
    }
    return cited;
}

static void studies_of_row(struct tf_extractor *x, const struct tf_reading *finding)
{
    uint32_t header = finding->row_header;
    const struct tf_reading *r = &x->units.v[header];
    size_t before = x->facts->studies.n;
    listed_names(x, r, finding, true);
    if (x->facts->studies.n > before || r->column_header == TF_NONE)
        return;
    if (!tf_has(&x->units.v[r->column_header], TF_TAG_STUDY_NOUN))
        return;
    struct citation cited = citation_of_row(x, header);
    if (cited.at.end > cited.at.start)
        add_study(x, &cited, finding);
}

/* --- Notes --------------------------------------------------------------- */

enum { NOTES = 1000 };

struct notes {
    struct tf_extractor *x;
    struct citation *v; /* by number */
    const struct tf_reading *finding;
};

/* The journal of a reference stands right before its year, in capitals:
 * "... of TMS. Brain Stimul. 2018;11:3-9." */
static struct tf_range journal_before_year(const struct tf_extractor *x, uint32_t first,
                                           uint32_t unit)
{
    const struct tf_reading *r = &x->units.v[unit];
    uint32_t year = 0;
    while (year < r->n && !tf_token_year(r, year))
        year++;
    if (year == r->n)
        return (struct tf_range){0, 0};
    if (year > 0) {
        uint32_t end = year, start;
        while (end > 0 && r->tokens[end - 1].kind == TF_TOKEN_MARK)
            end--;
        for (start = end; start > 0 && tf_capital_run(r, start - 1) >= end;)
            start--;
        return start < end ? name_range(r, start, end) : (struct tf_range){0, 0};
    }
    const struct tf_reading *before = unit > first ? &x->units.v[unit - 1] : NULL;
    uint32_t end = before ? tf_capital_run(before, 0) : 0;
    return end > 0 ? name_range(before, 0, end) : (struct tf_range){0, 0};
}

/* A journal's name that is not a common phrase as well. */
static bool is_sure_journal(const struct tf_match *match)
{
    return tf_str_is(match->entry->code, "journal") &&
           !tf_str_is(tf_lex_attribute(match->entry, "need"), "context");
}

static struct citation read_note(const struct tf_extractor *x, uint32_t first, uint32_t end)
{
    struct citation note = {0};
    struct tf_range journal = {0, 0};
    for (uint32_t i = first; i < end; i++) {
        const struct tf_reading *r = &x->units.v[i];
        const struct tf_match *match;
        for (size_t from = 0; (match = tf_match_next(r, TF_TAG_STUDY, &from));)
            if (is_named(match) && (is_sure_journal(match) || !note.at.end))
                note.at = name_range(r, name_start(match), match->end);
        int year = year_near(r, r->n, r->n);
        if (year && !journal.end)
            journal = journal_before_year(x, first, i);
        note.year = year ? year : note.year;
        note.type = note.type.data ? note.type : type_in(r);
    }
    if (!note.at.end)
        note.at = journal;
    return note;
}

/* NULL where the text has no references. */
static struct citation *read_notes(struct tf_extractor *x)
{
    struct citation *notes = NULL;
    uint32_t end;
    for (uint32_t first = 0; first < x->units.n; first = end) {
        end = first + 1;
        if (!x->units.v[first].reference)
            continue;
        while (end < x->units.n && x->units.v[end].unit->block == x->units.v[first].unit->block)
            end++;
        uint32_t number = tf_reference_number(x, first);
        if (!notes)
            notes = TF_NEW_ARRAY(x->arena, struct citation, NOTES);
        if (notes && number > 0 && number < NOTES)
            notes[number] = read_note(x, first, end);
    }
    return notes;
}

static void cite_note(void *context, uint32_t number)
{
    const struct notes *notes = context;
    if (number < NOTES && notes->v[number].at.end)
        add_study(notes->x, &notes->v[number], notes->finding);
}

void tf_make_studies(struct tf_extractor *x)
{
    struct notes notes = {.x = x, .v = read_notes(x)};
    for (size_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->claim == TF_NONE)
            continue;
        listed_names(x, r, r, false);
        formed_names(x, r, r);
        /* a bare figure says how large the study is, not what it found */
        if (r->row_header != TF_NONE && tf_has_words(r))
            studies_of_row(x, r);
        notes.finding = r;
        if (notes.v)
            tf_each_mark(r, cite_note, &notes);
    }
}
