/* SPDX-License-Identifier: MIT */
#include "words.h"

enum { PLACES_MIN = 1 << 10 };

static struct tf_word *place_of(struct tf_word *places, size_t size, struct tf_str fold,
                                uint32_t hash)
{
    for (size_t at = (hash ^ hash >> 15) & (size - 1);; at = (at + 1) & (size - 1)) {
        struct tf_word *word = &places[at];
        if (word->id == 0 || (word->hash == hash && tf_str_equal(word->fold, fold)))
            return word;
    }
}

bool tf_words_init(struct tf_words *words, struct tf_arena *arena)
{
    *words = (struct tf_words){.size = PLACES_MIN};
    words->places = TF_NEW_ARRAY(arena, struct tf_word, words->size);
    return words->places != NULL;
}

/* Kept at most half full, so that a search for what is not there ends soon. */
static bool grow(struct tf_words *words, struct tf_arena *arena)
{
    if (words->n * 2 < words->size)
        return true;
    struct tf_word *places = TF_NEW_ARRAY(arena, struct tf_word, words->size * 2);
    if (!places)
        return false;
    for (size_t i = 0; i < words->size; i++) {
        const struct tf_word *old = &words->places[i];
        if (old->id)
            *place_of(places, words->size * 2, old->fold, old->hash) = *old;
    }
    words->places = places;
    words->size *= 2;
    return true;
}

uint32_t tf_words_add(struct tf_words *words, struct tf_arena *arena, struct tf_str fold,
                      uint32_t hash)
{
    struct tf_word *word = place_of(words->places, words->size, fold, hash);
    if (word->id)
        return word->id;
    if (!grow(words, arena))
        return 0;
    word = place_of(words->places, words->size, fold, hash);
    *word = (struct tf_word){.fold = fold, .hash = hash, .id = (uint32_t)++words->n};
    return word->id;
}

const struct tf_word *tf_words_find(const struct tf_words *words, struct tf_str fold, uint32_t hash)
{
    return place_of(words->places, words->size, fold, hash);
}

const struct tf_word *tf_words_prefix(const struct tf_words *prefixes, uint32_t lengths,
                                      struct tf_str fold, size_t limit)
{
    const struct tf_word *longest = NULL;
    uint32_t hash = TF_WORD_HASH_EMPTY;
    for (uint32_t length = 1;
         length <= limit && length <= fold.size && length <= TF_PREFIX_MAX && lengths >> length;
         length++) {
        hash = tf_word_hash_add(hash, fold.data[length - 1]);
        if (!(lengths >> length & 1))
            continue;
        const struct tf_word *found =
            tf_words_find(prefixes, (struct tf_str){fold.data, length}, hash);
        longest = found->id ? found : longest;
    }
    return longest;
}
