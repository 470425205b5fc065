/* SPDX-License-Identifier: MIT */
/* Lengths of time: seconds, and ISO 8601 in the units as written. */
#include "times_internal.h"

#include <math.h>
#include <stdio.h>

static const struct {
    const char *name;
    double seconds, below; /* below: how many of the next smaller part it holds */
    char letter;
} parts[PART__MAX] = {
    [PART_YEAR] = {"year", 365 * 86400., 365, 'Y'}, /* in days: 12 months of 30 are no year */
    [PART_MONTH] = {"month", 30 * 86400., 30, 'M'}, [PART_WEEK] = {"week", 7 * 86400., 7, 'W'},
    [PART_DAY] = {"day", 86400, 24, 'D'},           [PART_HOUR] = {"hour", 3600, 60, 'H'},
    [PART_MINUTE] = {"minute", 60, 60, 'M'},        [PART_SECOND] = {"second", 1, 1, 'S'},
};

bool tf_part_find(struct tf_str name, enum part *out)
{
    for (int i = 0; i < PART__MAX; i++)
        if (tf_str_is(name, parts[i].name)) {
            *out = (enum part)i;
            return true;
        }
    return false;
}

double tf_unit_seconds(struct unit unit)
{
    return parts[unit.part].seconds * unit.times;
}

double tf_length_seconds(const struct length *length)
{
    double seconds = 0;
    for (int i = 0; i < PART__MAX; i++)
        seconds += length->part[i] * parts[i].seconds;
    return length->open ? NAN : seconds;
}

static bool is_whole(double value)
{
    return fabs(value - round(value)) < 1e-6;
}

/* A part that is the only one may keep a decimal (P3.5Y): a fraction of a
 * year is no whole number of months or days. */
static bool only_part(const struct length *length, enum part part)
{
    for (int i = 0; i < PART__MAX; i++)
        if (i != (int)part && length->part[i] != 0)
            return false;
    return true;
}

static void carry_down(struct length *length, enum part from, double amount)
{
    static const enum part to[PART__MAX] = {
        [PART_YEAR] = PART_DAY, [PART_MONTH] = PART_DAY,   [PART_WEEK] = PART_DAY,
        [PART_DAY] = PART_HOUR, [PART_HOUR] = PART_MINUTE, [PART_MINUTE] = PART_SECOND,
    };
    length->part[from] -= amount;
    length->part[to[from]] += amount * parts[from].below;
}

/* Whole numbers in every part but seconds; weeks stand alone or become days,
 * for ISO 8601 has no P1W3D. */
static void make_whole(struct length *length)
{
    double weeks = length->part[PART_WEEK];
    if (weeks != 0 && !(only_part(length, PART_WEEK) && is_whole(weeks)))
        carry_down(length, PART_WEEK, weeks);
    for (int i = 0; i < PART_SECOND; i++) {
        double value = length->part[i];
        if (i == PART_YEAR && only_part(length, PART_YEAR))
            return;
        if (is_whole(value))
            length->part[i] = round(value);
        else
            carry_down(length, (enum part)i, value - floor(value));
    }
}

enum { PART_TEXT = 24 }; /* "T", up to 20 characters of a number, a letter, the NUL */

/* Most are small and whole, and need no formatted print. */
static size_t put_number(double value, char out[PART_TEXT])
{
    if (value >= 0 && value < 1e9 && floor(value) == value)
        return tf_digits((uint64_t)value, out);
    return (size_t)snprintf(out, PART_TEXT - 2, "%.12g", value);
}

struct tf_str tf_length_iso(const struct length *length, struct tf_arena *arena)
{
    if (length->open)
        return TF_STR_NULL;
    struct length whole = *length;
    make_whole(&whole);
    char text[1 + PART__MAX * PART_TEXT] = "P";
    size_t size = 1;
    bool clock = false;
    for (int i = 0; i < PART__MAX; i++) {
        double value = round(whole.part[i] * 1e6) / 1e6;
        if (value == 0)
            continue;
        if (i >= PART_HOUR && !clock)
            text[size++] = 'T';
        clock = i >= PART_HOUR;
        size += put_number(value, text + size);
        text[size++] = parts[i].letter;
    }
    return size > 1 ? tf_arena_str(arena, (struct tf_str){text, size}) : TF_STR("PT0S");
}
