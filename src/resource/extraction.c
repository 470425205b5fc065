/* SPDX-License-Identifier: MIT */
/* What `extract` and `extract --times` print; indented, because people read it. */
#include "facts.h"

static json_t *source(struct tf_json *json, const struct tf_extraction *facts)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "title", tf_json_str(facts->title));
    tf_json_put(json, object, "published", tf_json_str(facts->published));
    tf_json_put(json, object, "sha256", tf_json_text(facts->sha256));
    tf_json_put(json, object, "bytes", tf_json_count(facts->bytes));
    tf_json_put(json, object, "characters", tf_json_count(facts->characters));
    return object;
}

static json_t *versions(struct tf_json *json, const char *extractor, const char *lexicon)
{
    json_t *object = tf_json_object(json);
    tf_json_put(json, object, "version", tf_json_text(extractor));
    tf_json_put(json, object, "lexicon", tf_json_text(lexicon));
    return object;
}

static json_t *segments(struct tf_json *json, const struct tf_extraction *facts)
{
    json_t *array = tf_json_array(json);
    for (size_t i = 0; i < facts->segments.n; i++) {
        const struct tf_segment *segment = &facts->segments.v[i];
        json_t *object = tf_json_object(json);
        tf_json_put(json, object, "start", tf_json_count(segment->at.start));
        tf_json_put(json, object, "end", tf_json_count(segment->at.end));
        tf_json_put(json, object, "role", tf_json_text(tf_role_names[segment->role]));
        tf_json_add(json, array, object);
    }
    return array;
}

/* An array of the facts of one list of the extraction. */
#define FACTS(member, put)                                                                         \
    static json_t *member(struct tf_json *json, const struct tf_extraction *facts)                 \
    {                                                                                              \
        json_t *array = tf_json_array(json);                                                       \
        for (size_t i = 0; i < facts->member.n; i++) {                                             \
            json_t *object = tf_json_object(json);                                                 \
            put(json, object, &facts->member.v[i]);                                                \
            tf_json_add(json, array, object);                                                      \
        }                                                                                          \
        return array;                                                                              \
    }
FACTS(claims, tf_json_put_claim)
FACTS(windows, tf_json_put_window)
FACTS(faqs, tf_json_put_faq)
FACTS(studies, tf_json_put_study)

void tf_resource_extraction(const struct tf_extraction *facts, const char *extractor,
                            const char *lexicon, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json);
    tf_json_put(&json, root, "source", source(&json, facts));
    tf_json_put(&json, root, "extractor", versions(&json, extractor, lexicon));
    tf_json_put(&json, root, "segments", segments(&json, facts));
    tf_json_put(&json, root, "claims", claims(&json, facts));
    tf_json_put(&json, root, "windows", windows(&json, facts));
    tf_json_put(&json, root, "faqs", faqs(&json, facts));
    tf_json_put(&json, root, "studies", studies(&json, facts));
    tf_json_write(&json, root, JSON_INDENT(1), out);
}

void tf_resource_times(const struct tf_extraction *facts, struct tf_buf *out)
{
    struct tf_json json = {false};
    json_t *root = tf_json_object(&json), *times = tf_json_array(&json);
    for (size_t i = 0; i < facts->times.n; i++) {
        const struct tf_time *time = &facts->times.v[i];
        json_t *object = tf_json_object(&json);
        tf_json_put(&json, object, "start", tf_json_count(time->at.start));
        tf_json_put(&json, object, "end", tf_json_count(time->at.end));
        tf_json_put(&json, object, "text", tf_json_str(time->text));
        tf_json_put(&json, object, "min_seconds", tf_json_number(time->min_seconds));
        tf_json_put(&json, object, "max_seconds", tf_json_number(time->max_seconds));
        tf_json_put(&json, object, "precision", tf_json_text(tf_precision_names[time->precision]));
        tf_json_put(&json, object, "window", json_boolean(time->window));
        tf_json_put(&json, object, "reason", tf_json_str(time->reason));
        tf_json_add(&json, times, object);
    }
    tf_json_put(&json, root, "times", times);
    tf_json_write(&json, root, JSON_INDENT(1), out);
}
