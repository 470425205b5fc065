/* SPDX-License-Identifier: MIT */
/* Small extractions made by hand: one line a segment, labels beside it. */
#ifndef FACTS_FIXTURE_H
#define FACTS_FIXTURE_H

#include <treatfacts/facts.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct line {
    const char *text;
    enum tf_role role;
    enum tf_topic topic;
    enum tf_certainty certainty;
    const char *treatment, *condition;
    const char *window; /* an expression in the text; 1 to 4 hours */
    const char *study;  /* a name in the text */
};

/* A page on a tea of the fixture's own making; "·" and "é" are two bytes long. */
static const struct line tea_lines[] = {
    {.text = "How soon does café tea work?", .role = TF_ROLE_QUESTION},
    {.text = "Tea may calm most drinkers · within 1 to 4 hours.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_ONSET,
     .certainty = TF_CERTAINTY_HEDGED,
     .treatment = "tea",
     .condition = "worry",
     .window = "within 1 to 4 hours"},
    {.text = "The Leaf Journal found it bitter.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_EVIDENCE,
     .treatment = "tea",
     .study = "Leaf Journal"},
    {.text = "Order a box today!", .role = TF_ROLE_PROMO},
    {.text = "Coffee wakes tired writers.",
     .role = TF_ROLE_CLAIM,
     .topic = TF_TOPIC_EFFICACY,
     .treatment = "coffee",
     .condition = "fatigue"},
};

struct fixture {
    struct tf_arena *arena;
    struct tf_str text;
    struct tf_extraction facts;
};

static uint32_t fixture_characters(struct tf_str text, size_t end)
{
    uint32_t count = 0;
    for (size_t i = 0; i < end; i++)
        count += ((unsigned char)text.data[i] & 0xc0) != 0x80;
    return count;
}

static struct tf_span fixture_span(struct tf_str text, size_t start, size_t end)
{
    return (struct tf_span){fixture_characters(text, start), fixture_characters(text, end),
                            (uint32_t)start, (uint32_t)end};
}

static struct tf_span fixture_find(struct tf_str text, size_t from, const char *words)
{
    size_t start = (size_t)(strstr(text.data + from, words) - text.data);
    return fixture_span(text, start, start + strlen(words));
}

static void fixture_add_window(struct fixture *f, const struct tf_claim *claim,
                               const struct line *line, size_t from)
{
    struct tf_window *window = TF_PUSH(f->arena, &f->facts.windows);
    *window = (struct tf_window){.id = tf_window_id(claim->id, tf_str_of(line->window), 0),
                                 .claim = claim->id,
                                 .measure = TF_MEASURE_ONSET,
                                 .basis = TF_BASIS_TIME,
                                 .min = TF_STR("PT1H"),
                                 .max = TF_STR("PT4H"),
                                 .min_seconds = 3600,
                                 .max_seconds = 14400,
                                 .min_sessions = -1,
                                 .max_sessions = -1,
                                 .bound = TF_BOUND_RANGE,
                                 .precision = TF_PRECISION_EXACT,
                                 .treatments = claim->treatments,
                                 .condition = tf_str_of(line->condition),
                                 .at = fixture_find(f->text, from, line->window),
                                 .expression = tf_str_of(line->window)};
}

static unsigned fixture_occurrence(const struct fixture *f, struct tf_str text)
{
    unsigned count = 0;
    for (size_t i = 0; i + 1 < f->facts.claims.n; i++)
        count += tf_str_equal(f->facts.claims.v[i].text, text);
    return count;
}

static void fixture_add_claim(struct fixture *f, struct tf_uuid source, const struct line *line,
                              struct tf_span at)
{
    struct tf_claim *claim = TF_PUSH(f->arena, &f->facts.claims);
    *claim = (struct tf_claim){.text = tf_str_of(line->text),
                               .section = TF_STR("Speed, in short"),
                               .segment = (uint32_t)f->facts.segments.n - 1,
                               .topic = line->topic,
                               .certainty = line->certainty};
    *TF_PUSH(f->arena, &claim->spans) =
        (struct tf_claim_span){TF_SPAN_SENTENCE, at, tf_str_of(line->text)};
    claim->id = tf_claim_id(source, claim, fixture_occurrence(f, claim->text));
    if (line->treatment)
        tf_strs_push(f->arena, &claim->treatments, tf_str_of(line->treatment));
    if (line->condition)
        tf_strs_push(f->arena, &claim->conditions, tf_str_of(line->condition));
    if (line->certainty == TF_CERTAINTY_HEDGED)
        tf_strs_push(f->arena, &claim->hedges, TF_STR("may"));
    if (line->window)
        fixture_add_window(f, claim, line, at.byte_start);
    if (line->study)
        *TF_PUSH(f->arena, &f->facts.studies) =
            (struct tf_study){.id = tf_study_id(claim->id, tf_str_of(line->study)),
                              .claim = claim->id,
                              .name = tf_str_of(line->study),
                              .year = 2021,
                              .at = fixture_find(f->text, at.byte_start, line->study)};
}

/* The first question is answered by the claim after it. */
static void fixture_add_faq(struct fixture *f, struct tf_uuid source, const struct line *line)
{
    const struct tf_claim *claim = &f->facts.claims.v[0];
    struct tf_faq *faq = TF_PUSH(f->arena, &f->facts.faqs);
    *faq = (struct tf_faq){.question = tf_str_of(line->text),
                           .question_at = f->facts.segments.v[0].at,
                           .origin = TF_ORIGIN_HEADING,
                           .answer = claim->text};
    faq->id = tf_faq_id(source, faq->question, faq->answer, 0);
    *TF_PUSH(f->arena, &faq->answer_spans) = claim->spans.v[0].at;
    *TF_PUSH(f->arena, &faq->claims) = claim->id;
}

/* Lines are joined by newlines; a prefix moves everything. */
static struct fixture fixture_of(const char *key, const char *prefix, const struct line *lines,
                                 size_t count)
{
    struct fixture f = {.arena = tf_arena_new(0)};
    struct tf_uuid source = tf_source_id(tf_str_of(key));
    struct tf_buf text;
    tf_buf_init(&text);
    tf_buf_add_text(&text, prefix);
    for (size_t i = 0; i < count; i++)
        tf_buf_printf(&text, "%s\n", lines[i].text);
    f.text = tf_arena_str(f.arena, tf_buf_str(&text));
    tf_buf_clear(&text);
    size_t at = strlen(prefix);
    for (size_t i = 0; i < count; i++) {
        size_t end = at + strlen(lines[i].text);
        struct tf_segment *segment = TF_PUSH(f.arena, &f.facts.segments);
        *segment =
            (struct tf_segment){fixture_span(f.text, at, end), lines[i].role, TF_STR("by hand")};
        if (lines[i].role == TF_ROLE_CLAIM)
            fixture_add_claim(&f, source, &lines[i], segment->at);
        at = end + 1;
    }
    if (lines[0].role == TF_ROLE_QUESTION)
        fixture_add_faq(&f, source, &lines[0]);
    f.facts.bytes = (uint32_t)f.text.size;
    f.facts.characters = fixture_characters(f.text, f.text.size);
    tf_digest(f.text.data, f.text.size, f.facts.sha256);
    return f;
}

static inline struct fixture fixture_tea(const char *key, const char *prefix)
{
    return fixture_of(key, prefix, tea_lines, sizeof tea_lines / sizeof *tea_lines);
}

static inline void fixture_clear(struct fixture *f)
{
    tf_arena_free(f->arena);
}

/* A database file of its own, taken away at the end with what SQLite put
 * beside it. */
static inline void fixture_path(char out[64])
{
    static int count;
    snprintf(out, 64, "/tmp/tf-unit-%d-%d.db", (int)getpid(), count++);
}

static inline void fixture_remove(const char *path)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    char name[80];
    for (size_t i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s%s", path, ends[i]);
        unlink(name);
    }
}

#endif
