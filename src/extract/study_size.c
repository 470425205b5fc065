/* SPDX-License-Identifier: MIT */
/* How many people a study had: "(n = 52)", "a trial of 188 adults". */
#include "studies.h"

enum { SMALLEST = 4, LARGEST = 100000000, ADJECTIVES = 3 };

/* The value of "1,204" or "52"; 0 for anything else, also "1.5" and years. */
static int count_at(const struct tf_reading *r, uint32_t i)
{
    if (i >= r->n || r->tokens[i].kind != TF_TOKEN_NUMBER || tf_token_year(r, i))
        return 0;
    int value = 0;
    struct tf_str digits = r->tokens[i].fold;
    for (size_t k = 0; k < digits.size; k++) {
        char c = digits.data[k];
        if (c == ',' && (digits.size - k) % 4 == 0)
            continue;
        if (c < '0' || c > '9' || value >= LARGEST / 10)
            return 0;
        value = value * 10 + (c - '0');
    }
    return value >= SMALLEST ? value : 0;
}

/* "n = 52", "N=52" */
static int size_by_sign(const struct tf_reading *r)
{
    for (uint32_t i = 0; i + 2 < r->n; i++)
        if (tf_token_is(&r->tokens[i], "n") && tf_token_is(&r->tokens[i + 1], "=") &&
            count_at(r, i + 2))
            return count_at(r, i + 2);
    return 0;
}

static bool counts_otherwise(const struct tf_reading *r, uint32_t i)
{
    return r->tokens[i].kind != TF_TOKEN_WORD || tf_token_has(r, i, TF_TAG_PREPOSITION) ||
           tf_token_is(&r->tokens[i], "million") || tf_token_is(&r->tokens[i], "thousand") ||
           tf_token_is(&r->tokens[i], "percent") || tf_token_is(&r->tokens[i], "out");
}

/* "188 adults", "52 severely depressed patients" */
static int size_by_people(const struct tf_reading *r)
{
    int size = 0;
    for (uint32_t i = 0; i < r->n; i++) {
        int count = count_at(r, i);
        for (uint32_t k = i + 1; count && k < r->n && k <= i + 1 + ADJECTIVES; k++) {
            if (counts_otherwise(r, k))
                break;
            if (tf_token_has(r, k, TF_TAG_PERSON)) {
                size = count > size ? count : size; /* "62 responders of 120 patients" */
                break;
            }
        }
    }
    return size;
}

int tf_study_size(const struct tf_reading *r)
{
    int size = size_by_sign(r);
    return size ? size : size_by_people(r);
}
