/* SPDX-License-Identifier: MIT */
#ifndef TF_CLI_EXPLAIN_H
#define TF_CLI_EXPLAIN_H

#include <stdio.h>

#include <treatfacts/facts.h>

/* The readable view of what was taken out of a text. */
void cli_explain(FILE *out, const struct tf_extraction *facts, struct tf_str text);

#endif
