/* SPDX-License-Identifier: MIT */
/* What `extract` and `extract --times` print; indented, because people read it. */
#include "facts.h"

static void put_source(struct tf_json *json, const struct tf_extraction *facts)
{
    tf_json_open_object(json, "source");
    tf_json_str(json, "title", facts->title);
    tf_json_str(json, "published", facts->published);
    tf_json_text(json, "sha256", facts->sha256);
    tf_json_count(json, "bytes", facts->bytes);
    tf_json_count(json, "characters", facts->characters);
    tf_json_close_object(json);
}

static void put_versions(struct tf_json *json, const char *extractor, const char *lexicon)
{
    tf_json_open_object(json, "extractor");
    tf_json_text(json, "version", extractor);
    tf_json_text(json, "lexicon", lexicon);
    tf_json_close_object(json);
}

static void put_segment(struct tf_json *json, const struct tf_segment *segment)
{
    tf_json_count(json, "start", segment->at.start);
    tf_json_count(json, "end", segment->at.end);
    tf_json_text(json, "role", tf_role_names[segment->role]);
}

static void put_time(struct tf_json *json, const struct tf_time *time)
{
    tf_json_count(json, "start", time->at.start);
    tf_json_count(json, "end", time->at.end);
    tf_json_str(json, "text", time->text);
    tf_json_number(json, "min_seconds", time->min_seconds);
    tf_json_number(json, "max_seconds", time->max_seconds);
    tf_json_text(json, "precision", tf_precision_names[time->precision]);
    tf_json_bool(json, "window", time->window);
    tf_json_str(json, "reason", time->reason);
}

/* An array of the facts of one list of the extraction. */
#define PUT_FACTS(json, facts, member, put)                                                        \
    do {                                                                                           \
        tf_json_open_array(json, #member);                                                         \
        for (size_t i = 0; i < (facts)->member.n; i++) {                                           \
            tf_json_open_object(json, NULL);                                                       \
            put(json, &(facts)->member.v[i]);                                                      \
            tf_json_close_object(json);                                                            \
        }                                                                                          \
        tf_json_close_array(json);                                                                 \
    } while (0)

void tf_resource_extraction(const struct tf_extraction *facts, const char *extractor,
                            const char *lexicon, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_INDENTED);
    tf_json_open_object(&json, NULL);
    put_source(&json, facts);
    put_versions(&json, extractor, lexicon);
    PUT_FACTS(&json, facts, segments, put_segment);
    PUT_FACTS(&json, facts, claims, tf_json_put_claim);
    PUT_FACTS(&json, facts, windows, tf_json_put_window);
    PUT_FACTS(&json, facts, faqs, tf_json_put_faq);
    PUT_FACTS(&json, facts, studies, tf_json_put_study);
    tf_json_close_object(&json);
    tf_json_end(&json);
}

void tf_resource_times(const struct tf_extraction *facts, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_INDENTED);
    tf_json_open_object(&json, NULL);
    PUT_FACTS(&json, facts, times, put_time);
    tf_json_close_object(&json);
    tf_json_end(&json);
}
