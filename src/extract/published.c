/* SPDX-License-Identifier: MIT */
/* The date of a text, where a line of its head says it. */
#include "extract_internal.h"

#include <stdlib.h>

static const char *const months[] = {"january",   "february", "march",    "april",
                                     "may",       "june",     "july",     "august",
                                     "september", "october",  "november", "december"};

/* 1 to 12 for a month's name or its first three letters, else 0. */
int tf_month_of(struct tf_str fold)
{
    for (int i = 0; i < 12; i++) {
        struct tf_str name = tf_str_of(months[i]);
        struct tf_str brief = {name.data, 3};
        if (tf_str_equal(fold, name) || tf_str_equal(fold, brief) ||
            (i == 8 && tf_str_is(fold, "sept")))
            return i + 1;
    }
    return 0;
}

/* A whole number of at most four digits, with what follows it ("31st"); -1 if none. */
static int number_of(struct tf_str fold)
{
    int value = 0;
    size_t i = 0;
    for (; i < fold.size && fold.data[i] >= '0' && fold.data[i] <= '9'; i++)
        value = i < 4 ? value * 10 + (fold.data[i] - '0') : -1;
    return i == fold.size && i > 0 ? value : -1;
}

static int token_number(const struct tf_reading *r, uint32_t i)
{
    return i < r->n ? number_of(r->tokens[i].fold) : -1;
}

static bool is_day(int day)
{
    return day >= 1 && day <= 31;
}

static bool is_year(int year)
{
    return year >= 1900 && year <= 2099;
}

/* "March 31, 2025" or "31 March 2025" around the month at token i. */
static struct tf_str date_around(const struct tf_extractor *x, const struct tf_reading *r,
                                 uint32_t i, int month)
{
    uint32_t after = i + 1;
    int before = i > 0 ? token_number(r, i - 1) : -1;
    int day = token_number(r, after);
    if (is_day(day)) {
        after++;
        if (after < r->n && tf_token_is(&r->tokens[after], ","))
            after++;
    } else {
        day = before;
    }
    int year = token_number(r, after);
    if (!is_day(day) || !is_year(year))
        return TF_STR_NULL;
    return tf_arena_printf(x->arena, "%04d-%02d-%02d", year, month, day);
}

/* Only the furniture of a page dates it: a date in a sentence may be any. */
struct tf_str tf_find_published(const struct tf_extractor *x)
{
    for (size_t k = 0; k < x->units.n; k++) {
        const struct tf_reading *r = &x->units.v[k];
        if (r->role != TF_ROLE_CHROME)
            continue;
        for (uint32_t i = 0; i < r->n; i++) {
            int month = tf_month_of(r->tokens[i].fold);
            struct tf_str date = month ? date_around(x, r, i, month) : TF_STR_NULL;
            if (date.data)
                return date;
        }
    }
    return TF_STR_NULL;
}
