/* SPDX-License-Identifier: MIT */
/*
 * Any bytes: either they are no text, or the facts taken out of them keep the
 * promises (tf_load_extract checks them), fit the memory that the loader
 * grants, and come out the same a second time.
 */
#include "fuzz.h"

#include <treatfacts/load.h>
#include <treatfacts/resource.h>

static const struct tf_lexicon *lexicon(void)
{
    static struct tf_lexicon *built_in;
    if (!built_in)
        TF_ASSERT(tf_lexicon_new(NULL, &built_in, NULL) == TF_OK);
    return built_in;
}

static void extract(struct tf_str bytes, struct tf_buf *json)
{
    struct tf_extraction *facts;
    struct tf_error error;
    struct tf_arena *arena = tf_arena_new(tf_load_memory(bytes.size));
    TF_ASSERT(arena);
    enum tf_status status =
        tf_load_extract(lexicon(), bytes, TF_STR("fuzz.txt"), arena, &facts, &error);
    if (status == TF_OK)
        tf_resource_extraction(facts, "fuzz", "fuzz", json);
    else
        tf_buf_add_text(json, error.message);
    TF_ASSERT(status == TF_OK || status == TF_INPUT);
    TF_ASSERT(!json->failed && json->size > 0);
    tf_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tf_str bytes = {data ? (const char *)data : "", size};
    struct tf_buf once, twice;
    tf_buf_init(&once);
    tf_buf_init(&twice);
    extract(bytes, &once);
    extract(bytes, &twice);
    TF_ASSERT(tf_str_equal(tf_buf_str(&once), tf_buf_str(&twice)));
    tf_buf_clear(&once);
    tf_buf_clear(&twice);
    return 0;
}
