/* SPDX-License-Identifier: MIT */
/* What a character of a request's head may be part of: one table for all who ask. */
#ifndef TREATFACTS_HTTP_CHARACTERS_H
#define TREATFACTS_HTTP_CHARACTERS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    CHARACTER_TOKEN = 1,    /* RFC 9110, 5.6.2 */
    CHARACTER_NAME = 2,     /* of a host: RFC 3986, 3.2.2, without the comma */
    CHARACTER_ADDRESS = 4,  /* of a host, in brackets */
    CHARACTER_DIGIT = 8,    /* 0 to 9 */
    CHARACTER_CONTROL = 16, /* RFC 9110, 5.5: not in a value; the tab may be */
    CHARACTER_LABEL = 32,   /* A-Z a-z 0-9 . _ - */
};
extern const unsigned char characters[256];

/* Is there one, and are all of a kind? */
static inline bool characters_are(const char *s, size_t size, int kind)
{
    for (size_t i = 0; i < size; i++)
        if (!(characters[(unsigned char)s[i]] & kind))
            return false;
    return size > 0;
}

#endif
