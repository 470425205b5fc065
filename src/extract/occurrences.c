/* SPDX-License-Identifier: MIT */
/* Facts of one source that have the same name, counted in text order. */
#include "extract_internal.h"

#include <stdlib.h>

struct named {
    uint32_t hash, index;
    struct tf_str name;
};

/* Sorted rather than hashed into places: a text made of names that collide must
 * cost no more than another. The hash spares most comparisons of names. */
static int by_name_then_place(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    int order = tf_str_compare(x->name, y->name);
    return order ? order : (x->index > y->index) - (x->index < y->index);
}

uint32_t *tf_count_occurrences(struct tf_extractor *x, size_t n,
                               struct tf_str (*name)(const struct tf_extractor *x, size_t i))
{
    uint32_t *occurrences = TF_NEW_ARRAY(x->arena, uint32_t, n + 1);
    struct named *sorted = TF_NEW_ARRAY(x->arena, struct named, n + 1);
    if (!occurrences || !sorted)
        return NULL;
    for (uint32_t i = 0; i < n; i++) {
        struct tf_str own = name(x, i);
        sorted[i] = (struct named){tf_word_hash(own.data, own.size), i, own};
    }
    qsort(sorted, n, sizeof *sorted, by_name_then_place);
    for (size_t i = 1; i < n; i++)
        if (sorted[i].hash == sorted[i - 1].hash &&
            tf_str_equal(sorted[i].name, sorted[i - 1].name))
            occurrences[sorted[i].index] = occurrences[sorted[i - 1].index] + 1;
    return occurrences;
}
