/* SPDX-License-Identifier: MIT */
/* Facts of one source that have the same name, counted in text order. */
#include "extract_internal.h"

#include <stdlib.h>

struct named {
    uint64_t key;
    uint32_t index;
    struct tf_str name;
};

/* Its ends and its length: names that differ mostly differ in these. */
static uint64_t key_of(struct tf_str name)
{
    uint64_t first = 0, last = 0;
    size_t size = name.size < sizeof first ? name.size : sizeof first;
    memcpy(&first, name.data, size);
    memcpy(&last, name.data + name.size - size, size);
    return (first ^ last * 0x9e3779b97f4a7c15u) + name.size;
}

/* Sorted rather than hashed into places: a text made of names that collide must
 * cost no more than another. The key spares most comparisons of names. */
static int by_name_then_place(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
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
        sorted[i] = (struct named){key_of(own), i, own};
    }
    qsort(sorted, n, sizeof *sorted, by_name_then_place);
    for (size_t i = 1; i < n; i++)
        if (sorted[i].key == sorted[i - 1].key && tf_str_equal(sorted[i].name, sorted[i - 1].name))
            occurrences[sorted[i].index] = occurrences[sorted[i - 1].index] + 1;
    return occurrences;
}
