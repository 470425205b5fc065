/* SPDX-License-Identifier: MIT */
/*
 * facts: the types that travel from the reader of texts to the store, and
 * from the store to the answers, with their vocabulary and invariants.
 *
 * Facts own nothing: every slice and list lies in the arena of whoever made
 * them (the reader's per source, the store's per request).
 */
#ifndef TREATFACTS_FACTS_H
#define TREATFACTS_FACTS_H

#include <treatfacts/base.h>

/* --- Vocabulary ---------------------------------------------------------- */

/* Each list is (NAME, word): the enumerator and the code that users see. */
#define TF_ROLE_MAP(X)                                                                             \
    X(CLAIM, "claim")                                                                              \
    X(QUESTION, "question")                                                                        \
    X(HEADING, "heading")                                                                          \
    X(STEM, "stem") X(HEADER_CELL, "header_cell") X(PROMO, "promo") X(CONTACT, "contact")          \
        X(CHROME, "chrome") X(META, "meta") X(FRAGMENT, "fragment")
#define TF_SPAN_ROLE_MAP(X)                                                                        \
    X(SENTENCE, "sentence")                                                                        \
    X(ITEM, "item")                                                                                \
    X(CELL, "cell") X(STEM, "stem") X(ROW_HEADER, "row_header") X(COLUMN_HEADER, "column_header")
#define TF_TOPIC_MAP(X)                                                                            \
    X(ONSET, "onset")                                                                              \
    X(DURATION, "duration")                                                                        \
    X(EFFICACY, "efficacy")                                                                        \
    X(MECHANISM, "mechanism") X(ADMINISTRATION, "administration") X(REGIMEN, "regimen")            \
        X(SAFETY, "safety") X(ELIGIBILITY, "eligibility") X(EVIDENCE, "evidence")                  \
            X(REGULATION, "regulation") X(EPIDEMIOLOGY, "epidemiology")                            \
                X(EXPERIENCE, "experience") X(BACKGROUND, "background")
#define TF_CERTAINTY_MAP(X) X(ASSERTED, "asserted") X(HEDGED, "hedged")
#define TF_POLARITY_MAP(X) X(AFFIRMED, "affirmed") X(NEGATED, "negated")
#define TF_MEASURE_MAP(X)                                                                          \
    X(ONSET, "onset")                                                                              \
    X(DURATION, "duration")                                                                        \
    X(SESSION, "session") X(OBSERVATION, "observation") X(COURSE, "cours"                          \
                                                                  "e")
#define TF_BASIS_MAP(X) X(TIME, "time") X(SESSIONS, "sessions")
#define TF_BOUND_MAP(X)                                                                            \
    X(RANGE, "range")                                                                              \
    X(AT_MOST, "at_most") X(AT_LEAST, "at_least") X(POINT, "point") X(VAGUE, "vague")
#define TF_PRECISION_MAP(X) X(EXACT, "exact") X(APPROXIMATE, "approximate") X(VAGUE, "vague")
#define TF_ORIGIN_MAP(X) X(EXPLICIT, "explicit") X(HEADING, "heading") X(ORPHAN, "orphan")

/* enum tf_role { TF_ROLE_CLAIM, ..., TF_ROLE__MAX }, tf_role_names[] and so on. */
#define TF_ENUM(type, TYPE, MAP)                                                                   \
    enum tf_##type{MAP(TF_ENUM_##TYPE) TF_##TYPE##__MAX};                                          \
    extern const char *const tf_##type##_names[TF_##TYPE##__MAX];
#define TF_ENUM_ROLE(name, word) TF_ROLE_##name,
#define TF_ENUM_SPAN_ROLE(name, word) TF_SPAN_##name,
#define TF_ENUM_TOPIC(name, word) TF_TOPIC_##name,
#define TF_ENUM_CERTAINTY(name, word) TF_CERTAINTY_##name,
#define TF_ENUM_POLARITY(name, word) TF_POLARITY_##name,
#define TF_ENUM_MEASURE(name, word) TF_MEASURE_##name,
#define TF_ENUM_BASIS(name, word) TF_BASIS_##name,
#define TF_ENUM_BOUND(name, word) TF_BOUND_##name,
#define TF_ENUM_PRECISION(name, word) TF_PRECISION_##name,
#define TF_ENUM_ORIGIN(name, word) TF_ORIGIN_##name,
TF_ENUM(role, ROLE, TF_ROLE_MAP)
TF_ENUM(span_role, SPAN_ROLE, TF_SPAN_ROLE_MAP)
TF_ENUM(topic, TOPIC, TF_TOPIC_MAP)
TF_ENUM(certainty, CERTAINTY, TF_CERTAINTY_MAP)
TF_ENUM(polarity, POLARITY, TF_POLARITY_MAP)
TF_ENUM(measure, MEASURE, TF_MEASURE_MAP)
TF_ENUM(basis, BASIS, TF_BASIS_MAP)
TF_ENUM(bound, BOUND, TF_BOUND_MAP)
TF_ENUM(precision, PRECISION, TF_PRECISION_MAP)
TF_ENUM(origin, ORIGIN, TF_ORIGIN_MAP)

/* Index of a word in one of the tables above, -1 if it is none of them. */
int tf_name_find(const char *const *names, int count, struct tf_str word);

/* --- Places -------------------------------------------------------------- */

/* A half-open piece of a source text: in Unicode code points of the text as
 * received (W3C TextPositionSelector), and in bytes. */
struct tf_span {
    uint32_t start, end;
    uint32_t byte_start, byte_end;
};

struct tf_claim_span {
    enum tf_span_role role;
    struct tf_span at;
    struct tf_str exact; /* the text's slice, byte for byte */
};

/* --- Facts --------------------------------------------------------------- */

/* Bytes of a source's key: so many fit a URL and a cursor whatever they are. */
#define TF_SOURCE_KEY_MAX 1000

/* What stands in `sources.json` or in the text itself; absent is unknown. */
struct tf_source_meta {
    struct tf_str key; /* identity of the source across revisions; never absent */
    struct tf_str title, publisher, url, published, retrieved, license, language;
};

struct tf_segment {
    struct tf_span at;
    enum tf_role role;
    struct tf_str reason; /* which rule gave the role, for a reader */
};

struct tf_claim {
    struct tf_uuid id;
    struct tf_str text;    /* the spans joined readably */
    struct tf_str section; /* heading above, absent at the top */
    struct {
        struct tf_claim_span *v;
        size_t n, cap;
    } spans;          /* in reading order; exactly one is sentence, item or cell */
    uint32_t segment; /* index of the primary span's segment */
    enum tf_topic topic;
    enum tf_certainty certainty;
    struct tf_strs hedges; /* as they stand in the text, lower case */
    enum tf_polarity polarity;
    struct tf_strs treatments, conditions, routes; /* codes, each once */
    struct tf_str reason;
};

/* The sentence, item or cell that makes the claim; NULL: there is none. */
bool tf_span_is_primary(enum tf_span_role role);
const struct tf_claim_span *tf_claim_primary(const struct tf_claim *claim);

struct tf_window {
    struct tf_uuid id, claim;
    enum tf_measure measure;
    enum tf_basis basis;
    /* ISO 8601 durations and their seconds (a month 30 days, a year 365);
     * absent and NAN where that end is open, and when the basis is sessions. */
    struct tf_str min, max;
    double min_seconds, max_seconds;
    int min_sessions, max_sessions; /* -1: open, or the basis is time */
    enum tf_bound bound;
    enum tf_precision precision;
    struct tf_strs treatments;
    struct tf_str route, condition; /* codes, absent where not said */
    struct tf_span at;
    struct tf_str expression; /* exact words at `at` */
};

struct tf_faq {
    struct tf_uuid id;
    struct tf_str question;     /* absent when the page lost it */
    struct tf_span question_at; /* meaningful only with a question */
    enum tf_origin origin;
    struct tf_str answer; /* spans joined readably */
    struct {
        struct tf_span *v;
        size_t n, cap;
    } answer_spans;
    struct {
        struct tf_uuid *v;
        size_t n, cap;
    } claims; /* those that lie in the answer, in order */
};

struct tf_study {
    struct tf_uuid id, claim;
    struct tf_str name;
    int year;                 /* 0: not given */
    struct tf_str study_type; /* "meta-analysis" and so on, absent if not given */
    int participants;         /* how many people took part; 0: not given */
    struct tf_span at;        /* where the name stands */
};

/* One expression of a length of time (or of a number of sessions), whether it
 * became a window or not. */
struct tf_time {
    struct tf_span at;
    struct tf_str text;
    enum tf_basis basis;
    double min_seconds, max_seconds; /* NAN: open */
    int min_sessions, max_sessions;
    enum tf_bound bound;
    enum tf_precision precision;
    bool window;
    struct tf_str reason;
};

/* Everything the reader takes out of one text. Lists are in text order. */
struct tf_extraction {
    struct tf_str title, published; /* read from the text, absent if it has none */
    char sha256[TF_DIGEST_TEXT];
    uint32_t bytes, characters;
    struct {
        struct tf_segment *v;
        size_t n, cap;
    } segments;
    struct {
        struct tf_claim *v;
        size_t n, cap;
    } claims;
    struct {
        struct tf_window *v;
        size_t n, cap;
    } windows;
    struct {
        struct tf_faq *v;
        size_t n, cap;
    } faqs;
    struct {
        struct tf_study *v;
        size_t n, cap;
    } studies;
    struct {
        struct tf_time *v;
        size_t n, cap;
    } times;
};

/* --- Ids ----------------------------------------------------------------- */

/* Ids depend on the source's key and on words, not on offsets or labels, so
 * that a claim keeps its id when the text around it moves or the reader gets
 * better. occurrence counts equal ones in a source from 0. */
struct tf_uuid tf_source_id(struct tf_str key);
struct tf_uuid tf_claim_id(struct tf_uuid source, const struct tf_claim *claim,
                           unsigned occurrence);
struct tf_uuid tf_window_id(struct tf_uuid claim, struct tf_str expression, unsigned occurrence);
struct tf_uuid tf_faq_id(struct tf_uuid source, struct tf_str question, struct tf_str answer,
                         unsigned occurrence);
struct tf_uuid tf_study_id(struct tf_uuid claim, struct tf_str name);

/* --- Invariants ---------------------------------------------------------- */

/*
 * The promises an extraction must keep against its text (size bytes of UTF-8):
 * segments ascend without overlap, every span's slice is its exact text, bytes
 * and code points agree, each claim has one primary span and lies in a claim
 * segment, windows and studies name a claim that is there, ids are unique.
 * TF_CORRUPT names the first promise broken.
 */
enum tf_status tf_facts_check(const struct tf_extraction *facts, const char *text, size_t size,
                              struct tf_error *error);

#endif
