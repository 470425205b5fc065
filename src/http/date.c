/* SPDX-License-Identifier: MIT */
#include "date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const days[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                   "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void tf_date_format(int64_t seconds, char out[TF_DATE_TEXT])
{
    struct tm tm;
    time_t time = (time_t)seconds;
    TF_ASSERT(gmtime_r(&time, &tm) && tm.tm_year > -1900 && tm.tm_year < 8100);
    char text[64]; /* what the compiler can believe to be enough */
    snprintf(text, sizeof text, "%.3s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
             tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
    memcpy(out, text, TF_DATE_TEXT - 1);
    out[TF_DATE_TEXT - 1] = '\0';
}

struct fields {
    int year, month, day, hour, minute, second;
};

static bool take(struct tf_str *rest, const char *literal, size_t size)
{
    if (rest->size < size || memcmp(rest->data, literal, size) != 0)
        return false;
    *rest = (struct tf_str){rest->data + size, rest->size - size};
    return true;
}

static bool take_number(struct tf_str *rest, size_t digits, int *out)
{
    int number = 0;
    if (rest->size < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (rest->data[i] < '0' || rest->data[i] > '9')
            return false;
        number = number * 10 + (rest->data[i] - '0');
    }
    *rest = (struct tf_str){rest->data + digits, rest->size - digits};
    *out = number;
    return true;
}

static bool take_weekday(struct tf_str *rest, bool whole)
{
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (take(rest, days[i], whole ? strlen(days[i]) : 3))
            return true;
    return false;
}

static bool take_month(struct tf_str *rest, int *out)
{
    for (int i = 0; i < 12; i++)
        if (take(rest, months[i], 3)) {
            *out = i + 1;
            return true;
        }
    return false;
}

/* One letter of a form: the day of the week (w short, W long), day (d; e with a
 * space for a zero), month (b name, m number), year (y of two digits, Y of
 * four), hour (H), minute (i), second (S); any other stands for itself. */
static bool take_part(struct tf_str *rest, char part, struct fields *fields)
{
    switch (part) {
    case 'w':
        return take_weekday(rest, false);
    case 'W':
        return take_weekday(rest, true);
    case 'd':
        return take_number(rest, 2, &fields->day);
    case 'e':
        return take_number(rest, take(rest, " ", 1) ? 1 : 2, &fields->day);
    case 'b':
        return take_month(rest, &fields->month);
    case 'm':
        return take_number(rest, 2, &fields->month);
    case 'y':
        return take_number(rest, 2, &fields->year);
    case 'Y':
        return take_number(rest, 4, &fields->year);
    case 'H':
        return take_number(rest, 2, &fields->hour);
    case 'i':
        return take_number(rest, 2, &fields->minute);
    case 'S':
        return take_number(rest, 2, &fields->second);
    default:
        return take(rest, &part, 1);
    }
}

static bool take_form(struct tf_str *rest, const char *form, struct fields *fields)
{
    for (; *form; form++)
        if (!take_part(rest, *form, fields))
            return false;
    return true;
}

/* A leap second is the second after it: that of the last day has none. */
static bool to_seconds(const struct fields *fields, int64_t *out)
{
    if (!tf_date_valid(fields->year, fields->month, fields->day) || fields->hour > 23 ||
        fields->minute > 59 || fields->second > 60)
        return false;
    struct tm tm = {.tm_year = fields->year - 1900,
                    .tm_mon = fields->month - 1,
                    .tm_mday = fields->day,
                    .tm_hour = fields->hour,
                    .tm_min = fields->minute,
                    .tm_sec = fields->second};
    static const int64_t last = 253402300799; /* of the year 9999 */
    *out = timegm(&tm);
    return *out <= last;
}

static int whole_year(int two_digits, int64_t now)
{
    struct tm tm;
    time_t time = (time_t)now;
    TF_ASSERT(gmtime_r(&time, &tm));
    int this_year = tm.tm_year + 1900;
    int year = this_year - this_year % 100 + two_digits;
    return year > this_year + 50 ? year - 100 : year;
}

bool tf_date_parse(struct tf_str text, int64_t now, int64_t *out)
{
    static const char *const forms[] = {"w, d b Y H:i:S GMT", "W, d-b-y H:i:S GMT",
                                        "w b e H:i:S Y"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct fields fields = {0};
        struct tf_str rest = text;
        if (!take_form(&rest, forms[i], &fields) || rest.size)
            continue;
        if (strchr(forms[i], 'y'))
            fields.year = whole_year(fields.year, now);
        return to_seconds(&fields, out);
    }
    return false;
}

bool tf_date_of_utc(struct tf_str utc, int64_t *out)
{
    struct fields fields = {0};
    return take_form(&utc, "Y-m-dTH:i:S", &fields) && to_seconds(&fields, out);
}
