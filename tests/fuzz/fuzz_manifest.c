/* SPDX-License-Identifier: MIT */
/*
 * Any bytes as sources.json: refused with a message, or rows that name a file
 * each and hold nothing but UTF-8.
 */
#include "fuzz.h"

#include <treatfacts/resource.h>
#include <treatfacts/text.h>

/* Absent, or text; a white value counts as none and is refused before. */
static void check_value(struct tf_str value)
{
    struct tf_text text;
    struct tf_arena *arena = tf_arena_new(0);
    TF_ASSERT(arena);
    TF_ASSERT(!value.data || tf_text_init(&text, value.data, value.size, arena, NULL) == TF_OK);
    tf_arena_free(arena);
}

static void check_row(const struct tf_manifest_row *row)
{
    const struct tf_source_meta *meta = &row->meta;
    TF_ASSERT(row->file.size > 0);
    check_value(row->file);
    check_value(meta->key);
    check_value(meta->title);
    check_value(meta->publisher);
    check_value(meta->url);
    check_value(meta->published);
    check_value(meta->retrieved);
    check_value(meta->license);
    check_value(meta->language);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tf_manifest manifest = {0};
    struct tf_error error = {0};
    struct tf_str json = {data ? (const char *)data : "", size};
    struct tf_arena *arena = tf_arena_new(0);
    TF_ASSERT(arena);
    enum tf_status status = tf_resource_manifest("sources.json", json, arena, &manifest, &error);
    TF_ASSERT(status == TF_OK || (status == TF_INPUT && error.message[0]));
    for (size_t i = 0; status == TF_OK && i < manifest.n; i++)
        check_row(&manifest.v[i]);
    tf_arena_free(arena);
    return 0;
}
