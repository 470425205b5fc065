/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as the value of each header that decides an answer: what is read
 * keeps to its range, and saying the same twice, or in other letters, changes
 * nothing.
 */
#include "fuzz.h"

#include "coding.h"
#include "date.h"
#include "headers.h"
#include "origins.h"

#include <ctype.h>
#include <stdlib.h>
#include <treatfacts/http.h>

static const int64_t now = 1767225600; /* 2026-01-01 */

/* The value, the value in capitals, and the value twice. */
struct forms {
    struct tf_str plain, upper, twice;
    bool quoted; /* what stands behind a quote that is not closed is not a second one */
};

static struct forms forms_of(struct tf_str value, struct tf_arena *arena)
{
    struct forms forms = {.plain = value};
    char *upper = tf_arena_alloc(arena, value.size + 1);
    TF_ASSERT(upper);
    for (size_t i = 0; i < value.size; i++)
        upper[i] = (char)toupper((unsigned char)value.data[i]);
    forms.upper = (struct tf_str){upper, value.size};
    char *twice = tf_arena_alloc(arena, value.size * 2 + 1);
    TF_ASSERT(twice);
    memcpy(twice, value.data, value.size);
    twice[value.size] = ',';
    memcpy(twice + value.size + 1, value.data, value.size);
    forms.twice = (struct tf_str){twice, value.size * 2 + 1};
    forms.quoted = memchr(value.data, '"', value.size) != NULL;
    return forms;
}

static void check_accept(const struct forms *forms)
{
    static const char *const types[] = {"text/html", "application/json", "text/csv",
                                        "application/ld+json", "application/x-ndjson"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        double quality = tf_accept_quality(forms->plain, types[i]);
        TF_ASSERT(quality >= 0 && quality <= 1);
        TF_ASSERT(quality == tf_accept_quality(forms->upper, types[i]));
        TF_ASSERT(forms->quoted || quality == tf_accept_quality(forms->twice, types[i]));
    }
}

static void check_codings(const struct forms *forms)
{
    double qualities[TF_CODING__MAX];
    tf_coding_qualities(forms->plain, tf_coding_names, TF_CODING__MAX, qualities);
    for (int i = 0; i < TF_CODING__MAX; i++)
        TF_ASSERT(qualities[i] >= 0 && qualities[i] <= 1);
    enum tf_coding best = tf_coding_choose(forms->plain, true);
    enum tf_coding plain = tf_coding_choose(forms->plain, false);
    TF_ASSERT(best == TF_CODING__MAX || qualities[best] > 0);
    TF_ASSERT((best == TF_CODING__MAX) == (plain == TF_CODING__MAX));
    for (int i = 0; i < TF_CODING__MAX; i++)
        TF_ASSERT(qualities[i] <= (best == TF_CODING__MAX ? 0 : qualities[best]));
    TF_ASSERT(best == tf_coding_choose(forms->upper, true));
    TF_ASSERT(forms->quoted || best == tf_coding_choose(forms->twice, true));
}

static void check_tags(const struct forms *forms, struct tf_arena *arena)
{
    struct tf_str tag = TF_STR("\"a1,b\"");
    bool listed = tf_etag_listed(forms->plain, tag);
    TF_ASSERT(listed == tf_etag_listed(forms->plain, TF_STR("W/\"a1,b\"")));
    TF_ASSERT(!listed || memmem(forms->plain.data, forms->plain.size, tag.data, tag.size) ||
              memchr(forms->plain.data, '*', forms->plain.size));
    struct tf_str with = tf_arena_printf(arena, "%.*s, W/%s", TF_STR_ARG(forms->plain), tag.data);
    if (!forms->quoted && strlen(with.data) == with.size)
        TF_ASSERT(tf_etag_listed(with, tag));
}

static void check_seconds(int64_t seconds)
{
    char text[TF_DATE_TEXT];
    int64_t again;
    tf_date_format(seconds, text);
    TF_ASSERT(strlen(text) == TF_DATE_TEXT - 1);
    TF_ASSERT(tf_date_parse(tf_str_of(text), now, &again) && again == seconds);
}

static void check_dates(struct tf_str value)
{
    int64_t seconds;
    if (tf_date_parse(value, now, &seconds))
        check_seconds(seconds);
    if (tf_date_of_utc(value, &seconds))
        check_seconds(seconds);
}

static void check_id(struct tf_str value)
{
    bool plain = value.size >= 1 && value.size <= TF_REQUEST_ID_MAX;
    for (size_t i = 0; plain && i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        plain = c < 0x80 && (isalnum(c) || c == '.' || c == '_' || c == '-');
    }
    TF_ASSERT(tf_request_id_valid(value) == plain);
}

/* A list that is taken holds each of its origins, and nothing that is part of one. */
static void check_origins(struct tf_str value, struct tf_arena *arena)
{
    struct tf_str list = tf_arena_str(arena, value);
    list = tf_str_of(list.data); /* from an option: it ends at a NUL */
    struct tf_str refused = tf_http_origin_refused(list.data);
    if (refused.data)
        TF_ASSERT(refused.data >= list.data &&
                  refused.data + refused.size <= list.data + list.size);
    if (refused.data || tf_origins_any(list))
        return;
    for (size_t start = 0, end; start <= list.size; start = end + 1) {
        const char *comma = memchr(list.data + start, ',', list.size - start);
        end = comma ? (size_t)(comma - list.data) : list.size;
        struct tf_str origin = tf_str_trim((struct tf_str){list.data + start, end - start});
        TF_ASSERT(origin.size && tf_origins_contain(list, origin));
        TF_ASSERT(!tf_origins_contain(origin, (struct tf_str){origin.data, origin.size - 1}));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tf_str value = {data ? (const char *)data : "", size};
    struct tf_arena *arena = tf_arena_new(0);
    TF_ASSERT(arena);
    struct forms forms = forms_of(value, arena);
    check_accept(&forms);
    check_codings(&forms);
    check_tags(&forms, arena);
    check_dates(value);
    check_id(value);
    check_origins(value, arena);
    tf_arena_free(arena);
    return 0;
}
