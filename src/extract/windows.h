/* SPDX-License-Identifier: MIT */
/* The parts of a time window, each found by itself. */
#ifndef TF_EXTRACT_WINDOWS_H
#define TF_EXTRACT_WINDOWS_H

#include "extract_internal.h"

enum { TF_NO_WINDOW = TF_MEASURE_TRAP, TF_FRAME_OPEN = -1 };

/* By the verb that governs the expression and its subject: a measure,
 * TF_NO_WINDOW, or TF_FRAME_OPEN where they leave it open. *cue is the entry of
 * the subject. */
int tf_window_frame(const struct tf_reading *r, const struct tf_time_expression *t,
                                const struct tf_lex_entry **cue);

/* One of enum tf_measure, or TF_NO_WINDOW; *reason names the cue. */
int tf_window_measure(const struct tf_extractor *x, const struct tf_reading *r,
                      const struct tf_time_expression *t, struct tf_str *reason);
struct tf_strs tf_window_treatments(struct tf_extractor *x, const struct tf_reading *r,
                                    const struct tf_time_expression *t);
/* Absent where they are not said. */
struct tf_str tf_window_route(const struct tf_extractor *x, const struct tf_reading *r,
                              int measure);
struct tf_str tf_window_condition(const struct tf_extractor *x, const struct tf_reading *r);

#endif
