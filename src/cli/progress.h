/* SPDX-License-Identifier: MIT */
/* A progress bar on standard error, there only when that is a terminal. */
#ifndef TF_CLI_PROGRESS_H
#define TF_CLI_PROGRESS_H

#include <treatfacts/load.h>

struct progress {
    bool on;    /* standard error is a terminal that can erase a line */
    bool drawn; /* something stands in the line */
    uint64_t started_ns, drawn_ns;
};

void progress_init(struct progress *progress);
/* Redraws, at most ten times a second. */
void progress_update(struct progress *progress, const struct tf_load_progress *now);
/* Before anything else is printed, and at the end. */
void progress_erase(struct progress *progress);

#endif
