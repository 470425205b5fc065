/* SPDX-License-Identifier: MIT */
/* A store of its own, and queries as a client writes them. */
#ifndef QUERY_FIXTURE_H
#define QUERY_FIXTURE_H

#include "query_internal.h"

#include "store_fixture.h"

static inline void load(struct world *w, const char *key, const char *prefix)
{
    struct fixture f = fixture_tea(key, prefix);
    struct tf_source_meta meta = {.key = tf_str_of(key)};
    struct tf_store_source source = {
        .meta = &meta, .bytes = f.text, .facts = &f.facts, .extractor = "1", .lexicon = "a"};
    struct tf_report report;
    assert_int_equal(tf_store_put(w->store, &source, &report, &w->error), TF_OK);
    fixture_clear(&f);
}

/* "a=b&c=d", undecoded: the tests need no escapes. */
static size_t split(struct world *w, const char *text, struct tf_parameter *out)
{
    size_t count = 0;
    struct tf_str copy = tf_arena_str(w->arena, tf_str_of(text));
    for (const char *p = copy.data; p && *p;) {
        const char *equals = strchr(p, '='), *end = strchr(p, '&');
        size_t size = end ? (size_t)(end - p) : strlen(p);
        out[count].name = (struct tf_str){p, (size_t)(equals - p)};
        out[count++].value = (struct tf_str){equals + 1, size - (size_t)(equals + 1 - p)};
        p = end ? end + 1 : NULL;
    }
    return count;
}

static enum tf_status parse(struct world *w, enum tf_list list, const char *text,
                            struct tf_query *query, struct tf_violations *violations)
{
    struct tf_parameter given[32];
    size_t count = split(w, text, given);
    *violations = (struct tf_violations){0};
    return tf_query_parse(w->store, list, NULL, given, count, w->arena, query, violations,
                          &w->error);
}

static inline struct tf_result ask(struct world *w, enum tf_list list, const char *text)
{
    struct tf_query query;
    struct tf_violations violations;
    struct tf_result result;
    if (parse(w, list, text, &query, &violations) != TF_OK)
        fail_msg("%s: %s", text, violations.n ? violations.v[0].detail.data : w->error.message);
    if (tf_query_run(w->store, &query, w->arena, &result, &w->error) != TF_OK)
        fail_msg("%s: %s", text, w->error.message);
    return result;
}

#endif
