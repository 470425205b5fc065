/* SPDX-License-Identifier: MIT */
#include "text_internal.h"

#include <string.h>
#include <unictype.h>

/* Entities met most often in pages that were turned into text by hand. */
static const struct tf_entity entities[] = {
    {"&nbsp;", " "},
    {"&#160;", " "},
    {"&amp;", "&"},
    {"&#38;", "&"},
    {"&quot;", "\""},
    {"&#34;", "\""},
    {"&ldquo;", "\""},
    {"&rdquo;", "\""},
    {"&apos;", "'"},
    {"&#39;", "'"},
    {"&#x27;", "'"},
    {"&lsquo;", "'"},
    {"&rsquo;", "'"},
    {"&#8217;", "'"},
    {"&ndash;", "\xe2\x80\x93"},
    {"&#8211;", "\xe2\x80\x93"},
    {"&mdash;", "\xe2\x80\x94"},
    {"&#8212;", "\xe2\x80\x94"},
    {"&hellip;", "\xe2\x80\xa6"},
    {"&lt;", "<"},
    {"&gt;", ">"},
    {"&bull;", "\xe2\x80\xa2"},
};

enum { BYTE_ORDER_MARK = 0xfeff, ZERO_WIDTH_SPACE = 0x200b };

uint32_t tf_character_at(const char *bytes, uint32_t at, uint32_t end, uint32_t *length)
{
    const unsigned char *p = (const unsigned char *)bytes + at;
    uint32_t left = end - at;
    if (p[0] < 0x80 || left < 2) {
        *length = 1;
        return p[0];
    }
    if (p[0] < 0xe0 || left < 3) {
        *length = 2;
        return (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
    }
    if (p[0] < 0xf0 || left < 4) {
        *length = 3;
        return (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
    }
    *length = 4;
    return (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
}

bool tf_character_is_space(uint32_t character)
{
    if (character < 0x80)
        return character == ' ' || (character >= '\t' && character <= '\r');
    return character == BYTE_ORDER_MARK || character == ZERO_WIDTH_SPACE ||
           uc_is_property_white_space(character);
}

const struct tf_entity *tf_entity_at(const char *bytes, uint32_t at, uint32_t end, uint32_t *length)
{
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        size_t size = strlen(entities[i].name);
        if (size <= end - at && memcmp(bytes + at, entities[i].name, size) == 0) {
            *length = (uint32_t)size;
            return &entities[i];
        }
    }
    return NULL;
}

uint32_t tf_space_at(const char *bytes, uint32_t at, uint32_t end)
{
    if (at >= end)
        return 0;
    uint32_t length;
    if (bytes[at] == '&') {
        const struct tf_entity *entity = tf_entity_at(bytes, at, end, &length);
        return entity && entity->stands[0] == ' ' ? length : 0;
    }
    uint32_t character = tf_character_at(bytes, at, end, &length);
    return tf_character_is_space(character) ? length : 0;
}

uint32_t tf_text_space_rare(const struct tf_text *text, uint32_t at, uint32_t end)
{
    return tf_space_at(text->bytes, at, end);
}
