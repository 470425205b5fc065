/* SPDX-License-Identifier: MIT */
/* One row of each kind made by hand, as the store would give it. */
#ifndef ROWS_FIXTURE_H
#define ROWS_FIXTURE_H

#include <treatfacts/query.h>

#include <math.h>

/* A list of slices, each given as WORD("..."). */
#define WORD(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }
#define WORDS(...)                                                                                 \
    {                                                                                              \
        (struct tf_str[]){__VA_ARGS__},                                                            \
            sizeof((struct tf_str[]){__VA_ARGS__}) / sizeof(struct tf_str), 0                      \
    }

#define PAGE                                                                                       \
    {                                                                                              \
        .id = {{2}}, .revision = 1, .current = true, .key = TF_STR("tea"),                         \
        .title = TF_STR("Tea, in short"), .publisher = TF_STR("Tea House"),                        \
        .url = TF_STR("https://tea.example/a"), .language = TF_STR("en")                           \
    }
#define UPDATED "2025-03-31T09:15:02.123Z"

static struct tf_source_row fixture_source = {
    .id = {{2}},
    .meta = {.key = TF_STR("tea"), .title = TF_STR("Tea, in short")},
    .revision = 1,
    .revisions = 1,
    .sha256 = "00",
    .bytes = 12,
    .characters = 11,
    .extractor = TF_STR("1"),
    .lexicon = TF_STR("2"),
    .updated_at = UPDATED,
    .roles = {[TF_ROLE_CLAIM] = 3, [TF_ROLE_PROMO] = 1},
    .role_characters = {[TF_ROLE_CLAIM] = 6, [TF_ROLE_PROMO] = 2},
    .claims = 3,
};

static struct tf_segment_row fixture_segment = {
    .segment = {.at = {0, 3, 0, 4}, .role = TF_ROLE_HEADING, .reason = TF_STR("short line")},
    .exact = TF_STR("T\xc3\xa9"
                    "a"),
};

static struct tf_claim_span fixture_spans[] = {
    {TF_SPAN_STEM, {0, 8, 0, 8}, TF_STR("Tea can:")},
    {TF_SPAN_ITEM, {11, 25, 11, 25}, TF_STR("calm \"nerves\",\nsoon")},
};

static struct tf_claim_row fixture_claim = {
    .claim = {.id = {{3}},
              .text = TF_STR("Tea can: calm \"nerves\", soon"),
              .spans = {fixture_spans, 2, 2},
              .topic = TF_TOPIC_ONSET,
              .certainty = TF_CERTAINTY_HEDGED,
              .hedges = WORDS(WORD("can")),
              .treatments = WORDS(WORD("green_tea"), WORD("tea")),
              .conditions = WORDS(WORD("stress")),
              .routes = WORDS(WORD("oral"))},
    .source = PAGE,
    .prefix = TF_STR("- "),
    .suffix = TF_STR("\n"),
    .updated_at = UPDATED,
};

static struct tf_window_row fixture_window = {
    .window = {.id = {{4}},
               .claim = {{3}},
               .measure = TF_MEASURE_ONSET,
               .basis = TF_BASIS_TIME,
               .min = TF_STR("PT30M"),
               .max = TF_STR_NULL,
               .min_seconds = 1800,
               .max_seconds = NAN,
               .min_sessions = -1,
               .max_sessions = -1,
               .bound = TF_BOUND_AT_LEAST,
               .precision = TF_PRECISION_APPROXIMATE,
               .treatments = WORDS(WORD("tea")),
               .condition = TF_STR("stress"),
               .at = {40, 60, 41, 61},
               .expression = TF_STR("after half an hour")},
    .source = PAGE,
    .quote = TF_STR("It calms after half an hour."),
    .updated_at = UPDATED,
};

static struct tf_span fixture_answer[] = {{30, 40, 30, 40}, {44, 60, 45, 61}};
static struct tf_uuid fixture_answer_claims[] = {{{3}}, {{5}}};

static struct tf_faq_row fixture_faq = {
    .faq = {.id = {{6}},
            .question = TF_STR("Does tea help?"),
            .question_at = {10, 24, 10, 24},
            .origin = TF_ORIGIN_HEADING,
            .answer = TF_STR("It may, </script> & soon."),
            .answer_spans = {fixture_answer, 2, 2},
            .claims = {fixture_answer_claims, 2, 2}},
    .source = PAGE,
    .updated_at = UPDATED,
};

static struct tf_study_row fixture_study = {
    .study = {.id = {{7}}, .claim = {{3}}, .name = TF_STR("Leaf Journal"), .year = 2021},
    .source = PAGE,
    .quote = TF_STR("The Leaf Journal found it."),
    .updated_at = UPDATED,
};

static struct tf_vocabulary_row fixture_word = {
    .entry = {TF_STR("treatment"), TF_STR("tea"), TF_STR("Tea"), TF_STR("brew | infusion |")},
    .claims = 3,
};

/* A result that holds the row of the list's kind. */
static inline struct tf_result fixture_result(enum tf_list list)
{
    static const struct tf_result results[TF_LIST__MAX] = {
        [TF_LIST_CLAIMS] = {.rows = {.kind = TF_KIND_CLAIM, .n = 1, .claims = &fixture_claim}},
        [TF_LIST_SOURCES] = {.rows = {.kind = TF_KIND_SOURCE, .n = 1, .sources = &fixture_source}},
        [TF_LIST_SEGMENTS] = {.rows = {.kind = TF_KIND_SEGMENT,
                                       .n = 1,
                                       .segments = &fixture_segment}},
        [TF_LIST_ONSET_WINDOWS] = {.rows = {.kind = TF_KIND_WINDOW,
                                            .n = 1,
                                            .windows = &fixture_window}},
        [TF_LIST_TIME_WINDOWS] = {.rows = {.kind = TF_KIND_WINDOW,
                                           .n = 1,
                                           .windows = &fixture_window}},
        [TF_LIST_FAQS] = {.rows = {.kind = TF_KIND_FAQ, .n = 1, .faqs = &fixture_faq}},
        [TF_LIST_STUDIES] = {.rows = {.kind = TF_KIND_STUDY, .n = 1, .studies = &fixture_study}},
    };
    if (tf_query_vocabulary(list))
        return (struct tf_result){.vocabulary = {&fixture_word, 1, 1}};
    return results[list];
}

#endif
