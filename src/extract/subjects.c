/* SPDX-License-Identifier: MIT */
/*
 * What each claim is about: treatments, conditions and routes named in it, and
 * those its pronouns, stem, headers or section stand for. A treatment named
 * only to describe the patients is left out; such a description gives the
 * condition treatment_resistant.
 */
#include "extract_internal.h"

static bool describes_patients(const struct tf_reading *r, const struct tf_match *match)
{
    for (uint32_t i = match->first; i < match->end; i++)
        if (tf_token_has(r, i, TF_TAG_TREATMENT_RESISTANT))
            return true;
    return false;
}

/* In "patients who have not responded to X", "where X did not help" X says who
 * the patients are: it stands shortly after the words for that. */
static bool is_patient_detail(const struct tf_reading *r, const struct tf_match *match)
{
    enum { SHORTLY = 12 };
    if (describes_patients(r, match))
        return true;
    bool generic = tf_str_is(match->entry->code, "standard_medication");
    if (!generic && !(r->clause[match->first] & TF_CLAUSE_PATIENT))
        return false;
    const struct tf_match *resistant;
    for (size_t from = 0; (resistant = tf_match_next(r, TF_TAG_TREATMENT_RESISTANT, &from));) {
        bool behind = resistant->first < match->first && match->first - resistant->first < SHORTLY;
        bool before = generic && match->end <= resistant->first &&
                      resistant->first - match->end < SHORTLY / 2 &&
                      (r->clause[match->first] & (TF_CLAUSE_SIDE | TF_CLAUSE_PATIENT));
        if (behind || before)
            return true;
    }
    return false;
}

/* "ketamine, as an anti-anxiety drug": what it is, no second treatment. */
static bool is_description(const struct tf_reading *r, const struct tf_match *match)
{
    if (r->treatments.n == 0 || match->first < 2)
        return false;
    const struct tf_token *article = &r->tokens[match->first - 1];
    return (tf_token_is(article, "a") || tf_token_is(article, "an")) &&
           tf_token_is(article - 1, "as");
}

static bool speaks_of_side_effects(const struct tf_extractor *x, const struct tf_reading *r)
{
    const uint32_t context[] = {r->stem, r->row_header, r->column_header, r->heading};
    if (tf_has(r, TF_TAG_SIDE_EFFECT))
        return true;
    for (size_t i = 0; i < sizeof context / sizeof *context; i++)
        if (context[i] != TF_NONE && tf_has(&x->units.v[context[i]], TF_TAG_SIDE_EFFECT))
            return true;
    return false;
}

static bool is_condition_of(const struct tf_extractor *x, uint32_t index, struct tf_str code)
{
    return index != TF_NONE && tf_strs_contain(&x->units.v[index].conditions, code);
}

/* "Side effects: nausea, headache": a symptom among others that the treatment
 * brings is not what it treats. It is where title or heading say so, and in
 * "for headache" and "people with insomnia". */
static bool is_side_effect(const struct tf_extractor *x, const struct tf_reading *r,
                           const struct tf_match *match)
{
    const struct tf_lex_entry *entry = match->entry;
    if (r->role != TF_ROLE_CLAIM || !tf_str_is(tf_lex_attribute(entry, "symptom"), "yes") ||
        !speaks_of_side_effects(x, r))
        return false;
    bool aim = match->first > 0 && tf_token_is(&r->tokens[match->first - 1], "for");
    return !aim && !(r->clause[match->first] & TF_CLAUSE_PATIENT) &&
           !is_condition_of(x, x->title, entry->code) &&
           !is_condition_of(x, r->heading, entry->code);
}

static void add_named(struct tf_extractor *x, struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_TREATMENT, &from));)
        if (!tf_is_lookalike(match) && !is_patient_detail(r, match) && !is_description(r, match))
            tf_strs_add(x->arena, &r->treatments, match->entry->code);
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_CONDITION, &from));)
        if (!tf_is_lookalike(match) && !is_side_effect(x, r, match))
            tf_strs_add(x->arena, &r->conditions, match->entry->code);
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_ROUTE, &from));)
        if (!tf_is_lookalike(match))
            tf_strs_add(x->arena, &r->routes, match->entry->code);
}

/* "therapy" and "medication" alone are treatments only beside others or in a
 * list of them. */
static void add_bare(struct tf_extractor *x, struct tf_reading *r)
{
    static const struct {
        enum tf_tag word;
        const char *code;
    } bare[] = {{TF_TAG_BARE_THERAPY, "psychotherapy"},
                {TF_TAG_BARE_MEDICATION, "standard_medication"}};
    for (size_t i = 0; i < sizeof bare / sizeof *bare; i++) {
        const struct tf_match *match;
        for (size_t from = 0; (match = tf_match_next(r, bare[i].word, &from));) {
            uint32_t before = match->first, after = match->end;
            bool left = before > 0 && (tf_token_has(r, before - 1, TF_TAG_COORDINATOR) ||
                                       tf_token_is(&r->tokens[before - 1], ",") ||
                                       tf_token_has(r, before - 1, TF_TAG_EXAMPLE) ||
                                       tf_token_is(&r->tokens[before - 1], "with") ||
                                       tf_token_is(&r->tokens[before - 1], "despite"));
            bool right = after >= r->n || r->tokens[after].kind == TF_TOKEN_MARK ||
                         tf_token_has(r, after, TF_TAG_COORDINATOR);
            if (left && right && !tf_token_has(r, match->first, TF_TAG_TREATMENT) &&
                !is_patient_detail(r, match))
                tf_strs_add(x->arena, &r->treatments, tf_str_of(bare[i].code));
        }
    }
}

static void add_all(struct tf_extractor *x, struct tf_strs *to, const struct tf_strs *from)
{
    for (size_t i = 0; i < from->n; i++)
        tf_strs_add(x->arena, to, from->v[i]);
}

/* --- What the text is about ---------------------------------------------- */

struct count {
    struct tf_str code;
    uint32_t n;
};

/* What the first title names, if it names any. */
static bool find_in_title(struct tf_extractor *x)
{
    for (size_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->role != TF_ROLE_HEADING && r->role != TF_ROLE_QUESTION && r->role != TF_ROLE_CHROME)
            return false;
        if (r->role != TF_ROLE_CHROME && r->treatments.n > 0) {
            add_all(x, &x->main_treatments, &r->treatments);
            return true;
        }
    }
    return false;
}

/* Else the treatment named most often in titles (thrice their weight) and
 * sentences. A text that names none has no main treatment. */
static void find_main(struct tf_extractor *x)
{
    x->titled = find_in_title(x);
    if (x->titled)
        return;
    struct {
        struct count *v;
        size_t n, cap;
    } counts = {0};
    for (size_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        uint32_t weight = r->unit->kind == TF_UNIT_TITLE ? 3 : 1;
        for (size_t k = 0; k < r->treatments.n; k++) {
            size_t at = 0;
            while (at < counts.n && !tf_str_equal(counts.v[at].code, r->treatments.v[k]))
                at++;
            if (at == counts.n) {
                struct count *slot = TF_PUSH(x->arena, &counts);
                if (!slot)
                    return;
                slot->code = r->treatments.v[k];
            }
            counts.v[at].n += weight;
        }
    }
    size_t best = 0;
    for (size_t i = 1; i < counts.n; i++)
        if (counts.v[i].n > counts.v[best].n)
            best = i;
    if (counts.n > 0)
        tf_strs_add(x->arena, &x->main_treatments, counts.v[best].code);
}

/* --- Context ------------------------------------------------------------- */

/* What the section is about: the treatments of its heading, else the text's. */
static const struct tf_strs *section_treatments(const struct tf_extractor *x,
                                                const struct tf_reading *r)
{
    if (r->heading != TF_NONE && x->units.v[r->heading].treatments.n > 0)
        return &x->units.v[r->heading].treatments;
    return &x->main_treatments;
}

/* Is a pronoun or a noun phrase with "this" the subject, so that the claim
 * before says what is meant? */
static bool refers_back(const struct tf_reading *r)
{
    uint32_t from = 0;
    while (from < r->n && from < 3 && tf_token_has(r, from, TF_TAG_CONNECTIVE))
        from++;
    while (from < r->n && r->tokens[from].kind == TF_TOKEN_MARK)
        from++;
    return from < r->n &&
           (tf_token_has(r, from, TF_TAG_PRONOUN) || tf_token_is(&r->tokens[from], "others") ||
            tf_token_is(&r->tokens[from], "some"));
}

/* A statement whose subject is a condition ("Anxiety affects ...") or a share
 * of the people ("Up to a third of ...") is about no treatment. */
static bool about_condition(const struct tf_reading *r)
{
    enum { AT_START = 3 };
    if (!tf_has(r, TF_TAG_EPIDEMIOLOGY))
        return false;
    size_t from = 0;
    const struct tf_match *share = tf_match_next(r, TF_TAG_MANY, &from);
    if (share && share->first <= AT_START)
        return true;
    from = 0;
    const struct tf_match *subject = tf_match_next(r, TF_TAG_CONDITION, &from);
    return subject && !tf_is_lookalike(subject) && subject->first <= 1 &&
           !tf_token_has(r, 0, TF_TAG_PREPOSITION) && !tf_token_has(r, 0, TF_TAG_SUBORDINATOR);
}

/* Where the first treatment is named; n where none is. */
static uint32_t first_named(const struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_TREATMENT, &from));)
        if (!tf_is_lookalike(match))
            return match->first;
    return r->n;
}

/* A pronoun ahead of the treatment the claim names speaks of another one; behind
 * it ("SSRIs and their effects") of the same. */
static bool has_pronoun(const struct tf_reading *r)
{
    uint32_t named = first_named(r);
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_PRONOUN, &from));)
        if (match->first < named && tf_str_is(tf_lex_attribute(match->entry, "number"), "one") &&
            !tf_token_is(&r->tokens[match->first], "that"))
            return true;
    return false;
}

/* "A full course consists of three sessions and twelve weeks of therapy": the
 * subject is a part of a treatment that is not named; what is named stands
 * behind the verb. */
static bool subject_is_part(const struct tf_reading *r)
{
    uint32_t named = first_named(r), verb = 0;
    while (verb < r->n && !tf_token_has(r, verb, TF_TAG_VERB) &&
           !tf_token_has(r, verb, TF_TAG_COPULA))
        verb++;
    for (uint32_t i = 0; i < verb && verb < named; i++)
        if (tf_token_has(r, i, TF_TAG_EVENT) || tf_token_has(r, i, TF_TAG_COURSE))
            return true;
    return false;
}

static void take_headers(struct tf_extractor *x, struct tf_reading *r)
{
    if (r->row_header == TF_NONE && r->column_header == TF_NONE)
        return;
    struct tf_strs from_headers = {0};
    if (r->row_header != TF_NONE)
        add_all(x, &from_headers, &x->units.v[r->row_header].treatments);
    if (from_headers.n == 0 && r->column_header != TF_NONE)
        add_all(x, &from_headers, &x->units.v[r->column_header].treatments);
    add_all(x, &from_headers, &r->treatments);
    r->treatments = from_headers;
    if (r->column_header != TF_NONE)
        add_all(x, &r->conditions, &x->units.v[r->column_header].conditions);
    if (r->row_header != TF_NONE)
        add_all(x, &r->conditions, &x->units.v[r->row_header].conditions);
}

/* "these options", "both treatments": those named together just before. */
static bool refers_to_several(const struct tf_reading *r)
{
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_PRONOUN, &from));)
        if (tf_str_is(tf_lex_attribute(match->entry, "number"), "many") &&
            match->end - match->first > 1)
            return true;
    return false;
}

/* What a pronoun takes up: in the singular the treatment the text is about, if
 * the claim before was about it too; else all of that claim's. */
static void take_up(struct tf_extractor *x, struct tf_reading *r, const struct tf_reading *before)
{
    const struct tf_strs *main = section_treatments(x, r);
    bool several = refers_to_several(r) || tf_token_is(&r->tokens[0], "they") ||
                   tf_token_is(&r->tokens[0], "these");
    if (!several && main->n > 0 && tf_strs_contain(&before->treatments, main->v[0]))
        tf_strs_add(x->arena, &r->treatments, main->v[0]);
    else
        add_all(x, &r->treatments, &before->treatments);
}

/* "That sets it apart from X", "faster than X": X is what the subject is
 * compared with, and the subject is not named. */
static bool only_compares(const struct tf_reading *r)
{
    enum { REACH = 3 };
    const struct tf_match *match;
    for (size_t from = 0; (match = tf_match_next(r, TF_TAG_TREATMENT, &from));) {
        bool compared = false;
        for (uint32_t i = match->first; i > 0 && i + REACH > match->first; i--)
            compared = compared || tf_token_has(r, i - 1, TF_TAG_COMPARATOR);
        if (!tf_is_lookalike(match) && !compared)
            return false;
    }
    return true;
}

/* What a claim is about that does not say so: the section's treatments; or,
 * where the claim before was about a member of the group that the section is
 * about, that one ("psychedelics ... psilocybin ... the patient"). Where it named
 * the group as well ("SSRIs such as sertraline"), the group goes on. */
static void add_understood(struct tf_extractor *x, struct tf_reading *r,
                           const struct tf_reading *before)
{
    const struct tf_strs *group = section_treatments(x, r);
    size_t had = r->treatments.n;
    for (size_t i = 0; before && i < before->treatments.n; i++) {
        const struct tf_lex_entry *entry =
            tf_lexicon_find(x->lexicon, TF_LEX_TREATMENT, before->treatments.v[i]);
        struct tf_str class = entry ? tf_lex_attribute(entry, "class") : TF_STR_NULL;
        if (class.data && tf_strs_contain(group, class) &&
            !tf_strs_contain(&before->treatments, class))
            tf_strs_add(x->arena, &r->treatments, before->treatments.v[i]);
    }
    if (r->treatments.n == had)
        add_all(x, &r->treatments, group);
}

static void take_stem(struct tf_extractor *x, struct tf_reading *r, const struct tf_reading *stem)
{
    struct tf_strs joined = {0};
    add_all(x, &joined, stem->treatments.n ? &stem->treatments : section_treatments(x, r));
    if (stem->role == TF_ROLE_CLAIM && r->treatments.n > 0)
        joined = r->treatments; /* an item with a subject of its own below a full sentence */
    else
        add_all(x, &joined, &r->treatments);
    r->treatments = joined;
    if (!r->self_contained || r->conditions.n == 0)
        add_all(x, &r->conditions, &stem->conditions);
}

static void take_subject(struct tf_extractor *x, struct tf_reading *r,
                         const struct tf_reading *before)
{
    const struct tf_reading *stem = r->stem != TF_NONE ? &x->units.v[r->stem] : NULL;
    if (r->unit->kind == TF_UNIT_CELL && r->treatments.n > 0)
        return;
    if (stem && (stem->role == TF_ROLE_STEM || stem->role == TF_ROLE_CLAIM)) {
        take_stem(x, r, stem);
        return;
    }
    bool back = before && (refers_back(r) || refers_to_several(r));
    if (r->treatments.n > 0) {
        bool item = r->unit->kind == TF_UNIT_ITEM && !r->self_contained && stem;
        if (item || (has_pronoun(r) && r->treatments.n == 1) || subject_is_part(r) ||
            only_compares(r))
            add_understood(x, r, before);
    } else if (about_condition(r) || (back && before->treatments.n == 0)) {
        return; /* about no treatment */
    } else if (back || (before && before->treatments.n > 0 && !x->titled)) {
        take_up(x, r, before);
    } else {
        add_understood(x, r, before);
    }
}

void tf_find_subjects(struct tf_extractor *x)
{
    for (size_t i = 0; i < x->units.n; i++) {
        add_named(x, &x->units.v[i]);
        add_bare(x, &x->units.v[i]);
    }
    find_main(x);
    const struct tf_reading *before = NULL;
    uint32_t heading = TF_NONE;
    for (size_t i = 0; i < x->units.n; i++) {
        struct tf_reading *r = &x->units.v[i];
        if (r->heading != heading) {
            heading = r->heading;
            before = NULL;
        }
        if (r->role == TF_ROLE_STEM && r->treatments.n == 0)
            add_all(x, &r->treatments, section_treatments(x, r));
        if (r->role != TF_ROLE_CLAIM)
            continue;
        take_headers(x, r);
        take_subject(x, r, before);
        before = r;
    }
}
