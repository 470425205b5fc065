/* SPDX-License-Identifier: MIT */
/* The parts of a cited study, each found by itself. */
#ifndef TF_EXTRACT_STUDIES_H
#define TF_EXTRACT_STUDIES_H

#include "extract_internal.h"

/* A name that stands in a unit: tokens first to end. */
struct study_name {
    uint32_t first, end;
};

/* --- study_names.c: names that no table can list --------------------------- */

/*
 * The next name at or after token *from that its form gives away: an acronym of
 * a trial, the journal something is "published in", an institute. *from moves
 * behind it. Only the words beside the name are asked, so a mention counts as
 * well as a citation; is_cited of studies.c tells them apart.
 */
bool tf_study_name_next(const struct tf_reading *r, uint32_t *from, struct study_name *out);

/* The run of capitalised words from `first` on, "of" and "and" between them
 * included; gives its end, `first` where there is none. */
uint32_t tf_capital_run(const struct tf_reading *r, uint32_t first);

/* --- study_size.c: how many took part ---------------------------------------- */

/* The number of people that the unit says were studied, 0 if it does not. */
int tf_study_size(const struct tf_reading *r);

/* --- references.c: notes and lists of references --------------------------- */

/* Does the unit bear the mark of note `number`: "[3]", "[1, 3]", a superscript?
 * Calls back for every mark. */
void tf_each_mark(const struct tf_reading *r, void (*each)(void *context, uint32_t number),
                  void *context);

/* The number that a reference is cited by, 0 for none: of its "[3]" or its item. */
uint32_t tf_reference_number(const struct tf_extractor *x, uint32_t first);

/* The value of a token that is a year, 1900 to 2099, else 0. */
int tf_token_year(const struct tf_reading *r, uint32_t i);

#endif
