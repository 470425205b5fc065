/* SPDX-License-Identifier: MIT */
#include "characters.h"

enum {
    TOKEN = CHARACTER_TOKEN,
    NAME = CHARACTER_NAME,
    ADDRESS = CHARACTER_ADDRESS,
    CONTROL = CHARACTER_CONTROL,
    MARK = TOKEN | NAME | ADDRESS,
    LETTER = MARK | CHARACTER_LABEL,
    DIGIT = LETTER | CHARACTER_DIGIT,
};

const unsigned char characters[256] = {
    [0 ... 8] = CONTROL,    [10 ... 31] = CONTROL,  [0x7f] = CONTROL,       ['a' ... 'z'] = LETTER,
    ['A' ... 'Z'] = LETTER, ['0' ... '9'] = DIGIT,  ['-'] = LETTER,         ['.'] = LETTER,
    ['_'] = LETTER,         ['!'] = MARK,           ['$'] = MARK,           ['&'] = MARK,
    ['\''] = MARK,          ['*'] = MARK,           ['+'] = MARK,           ['~'] = MARK,
    ['#'] = TOKEN,          ['^'] = TOKEN,          ['`'] = TOKEN,          ['|'] = TOKEN,
    ['%'] = TOKEN | NAME,   ['('] = NAME | ADDRESS, [')'] = NAME | ADDRESS, [';'] = NAME | ADDRESS,
    ['='] = NAME | ADDRESS, [':'] = ADDRESS,
};
