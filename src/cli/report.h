/* SPDX-License-Identifier: MIT */
/* The report of `load` and `rebuild`: a line a source on standard output,
 * refusals on standard error. */
#ifndef TF_CLI_REPORT_H
#define TF_CLI_REPORT_H

#include "progress.h"

struct report {
    bool json;
    struct progress progress;
};

void report_init(struct report *report, bool json);
/* Events that print; report must outlive the load. */
struct tf_load_events report_events(struct report *report);
/* The last line; verb is "loaded" or "rebuilt". */
void report_summary(struct report *report, const struct tf_load_summary *summary, const char *verb);

#endif
