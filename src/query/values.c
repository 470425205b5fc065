/* SPDX-License-Identifier: MIT */
/* Durations (ISO 8601), dates (RFC 3339) and the nearest word. */
#include "query_internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* --- Durations ----------------------------------------------------------- */

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static const struct unit {
    char letter;
    bool after_t;
    double seconds;
} units[] = {
    {'Y', false, 365.0 * DAY}, {'M', false, 30.0 * DAY}, {'W', false, 7.0 * DAY}, {'D', false, DAY},
    {'H', true, HOUR},         {'M', true, MINUTE},      {'S', true, 1},
};
enum { UNITS = sizeof units / sizeof *units, DIGITS_MAX = 9 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits with at most one fraction, read by hand: strtod follows the locale. */
static size_t read_number(const char *p, const char *end, double *out, bool *fraction)
{
    const char *start = p;
    double value = 0, scale = 1;
    *fraction = false;
    for (; p < end && (is_digit(*p) || *p == '.' || *p == ','); p++) {
        if (!is_digit(*p)) {
            if (*fraction || p == start)
                return 0;
            *fraction = true;
            continue;
        }
        value = value * 10 + (*p - '0');
        scale = *fraction ? scale * 10 : 1;
    }
    if (p == start || p - start > DIGITS_MAX || !is_digit(p[-1]))
        return 0;
    *out = value / scale;
    return (size_t)(p - start);
}

/* Units come in their order and each once; only the last may have a fraction. */
bool duration_parse(struct tf_str text, double *seconds)
{
    const char *p = text.data, *end = text.data + text.size;
    bool time = false, fraction = false;
    size_t unit = 0, parts = 0;
    double total = 0, number;
    if (text.size < 3 || *p++ != 'P')
        return false;
    while (p < end) {
        if (*p == 'T' && !time) {
            time = true;
            parts = 0; /* something must follow the T */
            p++;
            continue;
        }
        size_t length = fraction ? 0 : read_number(p, end, &number, &fraction);
        p += length;
        if (length == 0 || p == end)
            return false;
        while (unit < UNITS && (units[unit].letter != *p || units[unit].after_t != time))
            unit++;
        if (unit == UNITS)
            return false;
        total += number * units[unit++].seconds;
        parts++;
        p++;
    }
    if (parts == 0)
        return false;
    *seconds = total;
    return true;
}

/* --- Dates --------------------------------------------------------------- */

/* Reads as many digits as the pattern has; other characters must be equal. */
static bool read_pattern(const char **p, const char *end, const char *pattern, int *numbers)
{
    const char *at = *p;
    bool in_number = false;
    for (; *pattern; pattern++, at++) {
        if (at == end || (*pattern == '0' ? !is_digit(*at) : *at != *pattern))
            return false;
        if (*pattern != '0') {
            in_number = false;
            continue;
        }
        if (!in_number)
            *++numbers = 0;
        in_number = true;
        *numbers = *numbers * 10 + (*at - '0');
    }
    *p = at;
    return true;
}

/* "Z" or "+01:00", as seconds east of UTC. */
static bool read_zone(const char *p, const char *end, long *east)
{
    int n[3] = {0};
    char sign = p < end ? *p++ : '\0';
    if (sign == 'Z' || sign == 'z') {
        *east = 0;
        return p == end;
    }
    if ((sign != '+' && sign != '-') || !read_pattern(&p, end, "00:00", n) || p != end)
        return false;
    *east = (n[1] * HOUR + n[2] * MINUTE) * (sign == '-' ? -1 : 1);
    return n[1] < 24 && n[2] < 60;
}

/* Thousandths; what is finer is cut off, which for "since" asks for more. A dot
 * without a digit is left, and so is no zone. */
static unsigned read_fraction(const char **p, const char *end)
{
    unsigned thousandths = 0, weight = 100;
    if (end - *p < 2 || **p != '.' || !is_digit((*p)[1]))
        return 0;
    for (++*p; *p < end && is_digit(**p); ++*p, weight /= 10)
        thousandths += weight * (unsigned)(**p - '0');
    return thousandths;
}

bool timestamp_parse(struct tf_str text, char out[TF_TIME_TEXT])
{
    const char *p = text.data, *end = text.data + text.size;
    int n[7] = {0};
    long east = 0;
    unsigned thousandths = 0;
    if (!read_pattern(&p, end, "0000-00-00", n))
        return false;
    if (p != end) {
        if (!read_pattern(&p, end, "T00:00:00", n + 3))
            return false;
        thousandths = read_fraction(&p, end);
        if (!read_zone(p, end, &east))
            return false;
    }
    struct tm day = {.tm_year = n[1] - 1900,
                     .tm_mon = n[2] - 1,
                     .tm_mday = n[3],
                     .tm_hour = n[4],
                     .tm_min = n[5],
                     .tm_sec = n[6]};
    if (!tf_date_valid(n[1], n[2], n[3]) || n[4] > 23 || n[5] > 59 || n[6] > 60)
        return false;
    time_t instant = timegm(&day) - east;
    char seconds[32];
    if (!gmtime_r(&instant, &day) || day.tm_year > 9999 - 1900 || day.tm_year < 1 - 1900)
        return false;
    snprintf(seconds, sizeof seconds, "%04d-%02d-%02dT%02d:%02d:%02d", day.tm_year + 1900,
             day.tm_mon + 1, day.tm_mday, day.tm_hour, day.tm_min, day.tm_sec);
    snprintf(out, TF_TIME_TEXT, "%.19s.%03uZ", seconds, thousandths % 1000u);
    return true;
}

/* --- Did you mean -------------------------------------------------------- */

enum { WORD_MAX = 40 };

/* Levenshtein, bounded by WORD_MAX on both sides. */
static size_t distance(struct tf_str a, struct tf_str b)
{
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b.size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size; j++) {
            size_t change = diagonal + (a.data[i - 1] != b.data[j - 1]);
            size_t insert = row[j - 1] + 1, delete = row[j] + 1;
            diagonal = row[j];
            row[j] = change < insert ? change : insert;
            row[j] = row[j] < delete ? row[j] : delete;
        }
    }
    return row[b.size];
}

/* Near enough: a third of the letters may be wrong. */
const char *suggest(struct tf_str word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    if (word.size > WORD_MAX)
        return NULL;
    size_t least = word.size / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        struct tf_str candidate = tf_str_of(candidates[i]);
        if (candidate.size > WORD_MAX)
            continue;
        size_t wrong = distance(word, candidate);
        if (wrong < least) {
            least = wrong;
            best = candidates[i];
        }
    }
    return best;
}
