/* SPDX-License-Identifier: MIT */
/* Dates of HTTP (RFC 9110, 5.6.7) and Unix seconds. Pure: no clock, no locale. */
#ifndef TREATFACTS_HTTP_DATE_H
#define TREATFACTS_HTTP_DATE_H

#include <treatfacts/base.h>

#define TF_DATE_TEXT 30 /* "Sun, 06 Nov 1994 08:49:37 GMT" and the NUL */

/* The form that is sent, IMF-fixdate; years 1 to 9999. */
void tf_date_format(int64_t seconds, char out[TF_DATE_TEXT]);

/* Any of the three forms that are received: IMF-fixdate, that of RFC 850 and
 * that of C's asctime. The day of the week has to be one, not the right one.
 * now: two digits of a year that would lie more than 50 years ahead are of the
 * century before. */
bool tf_date_parse(struct tf_str text, int64_t now, int64_t *out);

/* From the form of tf_clock_utc, cut to the second. */
bool tf_date_of_utc(struct tf_str utc, int64_t *out);

#endif
