/* SPDX-License-Identifier: MIT */
/*
 * lexicon: the vocabulary tables and the matcher that finds their entries in
 * a run of tokens. Tables are tab-separated UTF-8 under lexicon/, built into
 * the binary; a folder with files of the same names can replace them.
 *
 * A loaded lexicon is constant and may be shared by threads.
 */
#ifndef TREATFACTS_LEXICON_H
#define TREATFACTS_LEXICON_H

#include <treatfacts/facts.h>
#include <treatfacts/text.h>

/*
 * The tables, one category each: NAME, file, what its codes may be.
 * Every table has the columns  code  label  patterns  [attributes].
 *
 *   code        what the entry means (for topics, roles, measures: one of the
 *               words of facts.h; for times one of TF_TIME_MAP; for treatments
 *               and conditions: a new code)
 *   label       for people, or "-"
 *   patterns    separated by " | ", each a row of words:
 *                 word      that word (folded; a hyphen between words may be
 *                           there or not)
 *                 word*     a word that starts so
 *                 a/b/c     one of several
 *                 ?word     may be missing
 *                 ~         up to three words of any kind, no punctuation
 *                 #         a number, in digits or as a word; "4-8" is one
 *                 ^         only at the start of the unit
 *                 $         only at its end (a final . ! ? : is ignored);
 *                           elsewhere the mark $
 *                 , : ( etc.  that mark
 *               Treatments and conditions match their plural as well. A word
 *               written in capitals of two letters or more ("ECT", "SAD")
 *               matches only in capitals and has no plural. A pattern stands for
 *               at most 4096 rows of words. The code "-" in any table: matched,
 *               so that it hides shorter matches, but it means nothing.
 *   attributes  space-separated key=value: weight=3, class=antidepressant,
 *               side=..., whatever the rules of extract/ ask for
 *
 * Lines that are empty or start with '#' are comments.
 */
#define TF_LEX_MAP(X)                                                                              \
    X(TREATMENT, "treatments")                                                                     \
    X(CONDITION, "conditions")                                                                     \
    X(ROUTE, "routes")                                                                             \
    X(TOPIC, "topics")                                                                             \
    X(HEDGE, "hedges")                                                                             \
    X(NEGATION, "negations")                                                                       \
    X(ROLE, "roles")                                                                               \
    X(MEASURE, "measures")                                                                         \
    X(FRAME, "frames")                                                                             \
    X(TIME, "time")                                                                                \
    X(STUDY, "studies")                                                                            \
    X(PATIENT, "patients")                                                                         \
    X(GRAMMAR, "grammar")                                                                          \
    X(VERB, "verbs")                                                                               \
    X(SENTENCE, "sentences")

enum tf_lex_category {
#define X(name, file) TF_LEX_##name,
    TF_LEX_MAP(X)
#undef X
        TF_LEX__MAX
};

/*
 * The codes that rules of extract/ ask for by name: NAME, category, code; NULL
 * stands for every entry of the category. An entry carries its tags as bits,
 * so that asking costs no comparison of strings and a misspelt name does not
 * compile.
 */
#define TF_TAG_MAP(X)                                                                              \
    X(TREATMENT, TREATMENT, NULL)                                                                  \
    X(CONDITION, CONDITION, NULL)                                                                  \
    X(TREATMENT_RESISTANT, CONDITION, "treatment_resistant")                                       \
    X(ROUTE, ROUTE, NULL)                                                                          \
    X(TOPIC, TOPIC, NULL)                                                                          \
    X(EPIDEMIOLOGY, TOPIC, "epidemiology")                                                         \
    X(HEDGE, HEDGE, NULL)                                                                          \
    X(NEGATION_ANY, NEGATION, NULL)                                                                \
    X(NEGATION, NEGATION, "negation")                                                              \
    X(CONTRAST, NEGATION, "contrast")                                                              \
    X(ROLE, ROLE, NULL)                                                                            \
    X(STEM, ROLE, "stem")                                                                          \
    X(MEASURE, MEASURE, NULL)                                                                      \
    X(FRAME, FRAME, NULL)                                                                          \
    X(EVENT, FRAME, "event")                                                                       \
    X(EFFECT, FRAME, "effect")                                                                     \
    X(COURSE, FRAME, "course")                                                                     \
    X(UNWANTED, FRAME, "unwanted")                                                                 \
    X(ILLNESS, FRAME, "illness")                                                                   \
    X(TAKES, FRAME, "takes")                                                                       \
    X(LASTS, FRAME, "lasts")                                                                       \
    X(BEGINS, FRAME, "begins")                                                                     \
    X(ENDS, FRAME, "ends")                                                                         \
    X(STUDY, STUDY, NULL)                                                                          \
    X(PATIENT, PATIENT, NULL)                                                                      \
    X(PERSON, PATIENT, "person")                                                                   \
    X(DESCRIBER, PATIENT, "describer")                                                             \
    X(MANY, PATIENT, "many")                                                                       \
    X(VERB, VERB, NULL)                                                                            \
    X(AUXILIARY, VERB, "auxiliary")                                                                \
    X(PRONOUN, GRAMMAR, "pronoun")                                                                 \
    X(RELATIVE, GRAMMAR, "relative")                                                               \
    X(SUBORDINATOR, GRAMMAR, "subordinator")                                                       \
    X(COORDINATOR, GRAMMAR, "coordinator")                                                         \
    X(REPORTING, GRAMMAR, "reporting")                                                             \
    X(COMPARATOR, GRAMMAR, "comparator")                                                           \
    X(EXAMPLE, GRAMMAR, "example")                                                                 \
    X(COPULA, GRAMMAR, "copula")                                                                   \
    X(CONNECTIVE, GRAMMAR, "connective")                                                           \
    X(FREQUENCY, GRAMMAR, "frequency")                                                             \
    X(PREPOSITION, GRAMMAR, "preposition")                                                         \
    X(CONTENT_NOUN, GRAMMAR, "content_noun")                                                       \
    X(YOU, GRAMMAR, "you")                                                                         \
    X(BARE_THERAPY, GRAMMAR, "bare_therapy")                                                       \
    X(BARE_MEDICATION, GRAMMAR, "bare_medication")                                                 \
    X(FAQ_HEADING, GRAMMAR, "faq_heading")                                                         \
    X(ANSWER_WORD, GRAMMAR, "answer_word")                                                         \
    X(ANAPHOR, GRAMMAR, "anaphor")                                                                 \
    X(STUDY_NOUN, GRAMMAR, "study_noun")                                                           \
    X(INSTITUTE_NOUN, GRAMMAR, "institute_noun")                                                   \
    X(REFERENCES, GRAMMAR, "references")                                                           \
    X(SIDE_EFFECT, GRAMMAR, "side_effect")                                                         \
    X(CLINIC_NOUN, GRAMMAR, "clinic_noun")                                                         \
    X(CARER, PATIENT, "carer")

enum tf_tag {
#define X(name, category, code) TF_TAG_##name,
    TF_TAG_MAP(X)
#undef X
        TF_TAG__MAX /* at most 64 */
};

static inline uint64_t tf_tag_bit(enum tf_tag tag)
{
    return (uint64_t)1 << tag;
}

/* What the words of a time expression can be: NAME, code in lexicon/time.tsv. */
#define TF_TIME_MAP(X)                                                                             \
    X(NUMBER, "number")                                                                            \
    X(VAGUE, "vague")                                                                              \
    X(ARTICLE, "article")                                                                          \
    X(WHOLE, "whole")                                                                              \
    X(FRACTION, "fraction")                                                                        \
    X(ORDINAL, "ordinal")                                                                          \
    X(FILLER, "filler")                                                                            \
    X(UNIT, "unit")                                                                                \
    X(SESSION, "session")                                                                          \
    X(SPECIAL, "special")                                                                          \
    X(QUALIFIER, "qualifier")                                                                      \
    X(SUFFIX, "suffix")                                                                            \
    X(ADJECTIVE, "adjective")                                                                      \
    X(DETERMINER, "determiner")                                                                    \
    X(JOIN, "join")                                                                                \
    X(OF, "of")                                                                                    \
    X(RATE, "rate")                                                                                \
    X(FREQUENCY, "frequency")                                                                      \
    X(PERFECT, "perfect")                                                                          \
    X(BEFORE, "before")                                                                            \
    X(AFTER, "after")                                                                              \
    X(TRAP, "trap")

enum tf_time_word {
#define X(name, code) TF_TIME_##name,
    TF_TIME_MAP(X)
#undef X
        TF_TIME__MAX
};

/* The code "none" of the measures: the cue says that a length of time is no
 * time window at all. */
enum { TF_MEASURE_TRAP = TF_MEASURE__MAX };

/* One line of a table. */
struct tf_lex_entry {
    enum tf_lex_category category;
    struct tf_str code, label, attributes;
    struct tf_str patterns; /* as written */
    int value;              /* the code as enum tf_topic, tf_role, tf_measure (or
                             * TF_MEASURE_TRAP) or tf_time_word; -1 in other tables and for "-" */
    struct tf_str cite;     /* "onset by lexicon/topics.tsv:12", for a reader */
    int weight;             /* attribute weight=, 1 where not given */
    uint64_t tags;          /* tf_tag_bit of each tag it bears */
    uint32_t order;         /* position in its table, from 0 */
    const char *file;       /* and where it stands, for messages and --explain */
    uint32_t line;
};

struct tf_lexicon;

/* folder: NULL for the tables in the binary; else its files replace those of
 * the same name. A broken table, a folder that is not there and a .tsv file that
 * is no table are TF_INPUT with file, line and reason. */
enum tf_status tf_lexicon_new(const char *folder, struct tf_lexicon **out, struct tf_error *error);
void tf_lexicon_free(struct tf_lexicon *lexicon);

/* First twelve hex digits of the digest of all tables. */
const char *tf_lexicon_version(const struct tf_lexicon *lexicon);
/* The same of tables that are only read, not judged: some hundred times cheaper than
 * tf_lexicon_new. */
#define TF_LEXICON_VERSION_TEXT 13 /* with the NUL */
enum tf_status tf_lexicon_version_of(const char *folder, char out[TF_LEXICON_VERSION_TEXT],
                                     struct tf_error *error);

/* Value of a key in the attributes; absent: TF_STR_NULL. */
struct tf_str tf_lex_attribute(const struct tf_lex_entry *entry, const char *key);

/* The entries of a category in table order: for vocabulary lists. */
const struct tf_lex_entry *tf_lexicon_entries(const struct tf_lexicon *lexicon,
                                              enum tf_lex_category category, size_t *count);

/* An entry of the category with that code, NULL if none. */
const struct tf_lex_entry *tf_lexicon_find(const struct tf_lexicon *lexicon,
                                           enum tf_lex_category category, struct tf_str code);

/* The entry of a folded word, without its full stop, in the table of words
 * that decide where a sentence ends; NULL if it is none of them. */
const struct tf_lex_entry *tf_lexicon_sentence_word(const struct tf_lexicon *lexicon,
                                                    struct tf_str folded);

struct tf_match {
    const struct tf_lex_entry *entry;
    uint32_t first, end; /* tokens, half-open, relative to the tokens given */
};

struct tf_matches {
    struct tf_match *v;
    size_t n, cap;
};

/*
 * Appends every match in the tokens of one unit, ordered by first token. Within
 * a category matches do not overlap: the leftmost wins, of those the longest,
 * of those the earliest in its table (an entry may thus shadow another with a
 * longer pattern). Matches of different categories may overlap. Time is linear
 * in the tokens for a given lexicon.
 */
void tf_lexicon_match(const struct tf_lexicon *lexicon, const struct tf_token *tokens, size_t count,
                      struct tf_arena *arena, struct tf_matches *out);

#endif
