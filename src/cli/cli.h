/* SPDX-License-Identifier: MIT */
/* What the subcommands share. Each has a file of its own; main.c calls them. */
#ifndef TF_CLI_H
#define TF_CLI_H

#include "options.h"

#include <stdio.h>

#include <treatfacts/lexicon.h>
#include <treatfacts/load.h>
#include <treatfacts/store.h>

/* What the process ends with. */
enum { CLI_DONE = 0, CLI_WRONG = 1, CLI_USAGE = 2 };

struct cli_command {
    const char *name, *arguments, *summary;
    int least, most;
    int (*run)(const struct cli_invocation *invocation);
};
extern const struct cli_command cli_commands[CLI_COMMAND__MAX];

#define X(name, word, arguments, least, most, summary)                                             \
    int cli_run_##word(const struct cli_invocation *invocation);
CLI_COMMAND_MAP(X)
#undef X

/* "treatfacts: message" on standard error; the exit code that fits the status. */
int cli_fail(const struct tf_error *error);

/* For people: control characters could drive their terminal, so that each
 * becomes "?". */
void cli_print_safe(FILE *out, struct tf_str s);

/* A finding of verify on standard output; context is not used. */
void cli_print_finding(void *context, const char *finding);

/* One line of JSON on standard output. Without memory for it the process ends:
 * what it has written to the database stands. */
void cli_print_json(struct tf_buf *json);

/* The help of one command, or of the program when it is CLI_COMMAND__MAX. */
void cli_print_help(FILE *out, enum cli_command_id command);
void cli_print_usage(FILE *out, enum cli_command_id command);

/* The settings of the invocation's command, one a line, as assignments that a shell
 * reads back, each with its option and where its value comes from. */
void cli_print_config(FILE *out, const struct cli_invocation *invocation);
/* One of them. */
void cli_print_setting(FILE *out, const struct cli_option *option, const struct cli_value *value);

/* Opens the lexicon and the store that the options name. On failure neither is
 * open. */
enum tf_status cli_open(const struct cli_invocation *invocation, enum tf_store_mode mode,
                        struct tf_lexicon **lexicon, struct tf_store **store,
                        struct tf_error *error);

#endif
