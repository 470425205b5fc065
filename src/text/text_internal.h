/* SPDX-License-Identifier: MIT */
/* Shared inside text/: characters and left-over entities. */
#ifndef TF_TEXT_INTERNAL_H
#define TF_TEXT_INTERNAL_H

#include <treatfacts/text.h>

/* Decodes the character at `at` of valid UTF-8; *length is its size in bytes. */
uint32_t tf_character_at(const char *bytes, uint32_t at, uint32_t end, uint32_t *length);

bool tf_character_is_space(uint32_t character);

/* An HTML entity that a page's conversion to text left behind. */
struct tf_entity {
    const char *name;   /* with & and ; */
    const char *stands; /* what it folds to; " " for white space */
};

/* The entity that starts at `at` (where a '&' is), NULL if none; *length as above. */
const struct tf_entity *tf_entity_at(const char *bytes, uint32_t at, uint32_t end,
                                     uint32_t *length);

/* As tf_text_space, for bytes without a tf_text. */
uint32_t tf_space_at(const char *bytes, uint32_t at, uint32_t end);

#endif
