/* SPDX-License-Identifier: MIT */
#include "phrase_counts.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 512, NAME_MAX_BYTES = 56 };

/* Each phrase has one place, which the last one that was put there keeps. */
struct phrase_count {
    int64_t rows;
    size_t size;
    char name[NAME_MAX_BYTES]; /* of the index, then the phrase */
};

struct phrase_counts {
    int64_t version;
    struct phrase_count kept[KEPT];
};

/* FNV-1a */
static uint32_t hash_of(const char *name, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)name[i]) * 16777619u;
    return hash;
}

struct phrase_counts *phrase_counts_new(void)
{
    return calloc(1, sizeof(struct phrase_counts));
}

void phrase_counts_use(struct phrase_counts *counts, int64_t version)
{
    if (counts->version == version)
        return;
    memset(counts->kept, 0, sizeof counts->kept);
    counts->version = version;
}

int64_t *phrase_count_at(struct phrase_counts *counts, struct tf_str index, struct tf_str phrase)
{
    char name[NAME_MAX_BYTES];
    size_t size = index.size + phrase.size;
    if (size > sizeof name)
        return NULL;
    memcpy(name, index.data, index.size);
    memcpy(name + index.size, phrase.data, phrase.size);
    struct phrase_count *place = &counts->kept[hash_of(name, size) % KEPT];
    if (place->size != size || memcmp(place->name, name, size) != 0) {
        place->rows = PHRASE_COUNT_UNKNOWN;
        place->size = size;
        memcpy(place->name, name, size);
    }
    return &place->rows;
}

struct tf_str phrase_next(struct tf_str query, size_t *at)
{
    while (*at < query.size && query.data[*at] != '"')
        ++*at;
    size_t start = (*at)++;
    while (*at < query.size && query.data[*at] != '"')
        ++*at;
    if (*at >= query.size)
        return TF_STR_NULL;
    size_t end = ++*at;
    if (end + 1 < query.size && query.data[end] == ' ' && query.data[end + 1] == '*')
        end = *at += 2;
    return (struct tf_str){query.data + start, end - start};
}
