/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <string.h>

enum { HELP_COLUMN = 28 };

void cli_print_usage(FILE *out, enum cli_command_id command)
{
    const struct cli_command *row = &cli_commands[command];
    fprintf(out, "usage: treatfacts %s [OPTION...]%s%s\n", row->name, *row->arguments ? " " : "",
            row->arguments);
}

static void print_left(FILE *out, const char *left, const char *right)
{
    if (strlen(left) < HELP_COLUMN - 1)
        fprintf(out, "  %-*s%s\n", HELP_COLUMN, left, right);
    else
        fprintf(out, "  %s\n  %-*s%s\n", left, HELP_COLUMN, "", right);
}

static void print_limits(FILE *out, const struct cli_option *option)
{
    if (option->type == CLI_NUMBER)
        fprintf(out, "%llu to %llu", (unsigned long long)option->least,
                (unsigned long long)option->most);
    for (size_t i = 0; option->type == CLI_WORD && option->words[i]; i++)
        fprintf(out, "%s%s", i ? ", " : "", option->words[i]);
}

static void print_option(FILE *out, const struct cli_option *option)
{
    char left[64];
    snprintf(left, sizeof left, "%s%s%s", option->flag, option->placeholder ? " " : "",
             option->placeholder ? option->placeholder : "");
    print_left(out, left, option->help);
    if (!option->variable)
        return;
    fprintf(out, "  %-*s(%s", HELP_COLUMN, "", option->variable);
    if (option->fallback)
        fprintf(out, "; default %s", option->fallback);
    if (option->type == CLI_NUMBER || option->type == CLI_WORD) {
        fputs("; ", out);
        print_limits(out, option);
    }
    fputs(")\n", out);
}

static void print_commands(FILE *out)
{
    fputs("usage: treatfacts COMMAND [OPTION...] [ARGUMENT...]\n\n"
          "Facts about treatments, each tied to the words of its source.\n\ncommands:\n",
          out);
    for (int i = 0; i < CLI_COMMAND__MAX; i++) {
        char left[64];
        snprintf(left, sizeof left, "%s %s", cli_commands[i].name, cli_commands[i].arguments);
        print_left(out, left, cli_commands[i].summary);
    }
    fputs("\n`treatfacts help COMMAND` tells its options. Exit code: 0 done, 1 something was\n"
          "wrong with the input or data, 2 wrong usage.\n",
          out);
}

void cli_print_help(FILE *out, enum cli_command_id command)
{
    if (command == CLI_COMMAND__MAX) {
        print_commands(out);
        return;
    }
    cli_print_usage(out, command);
    fprintf(out, "\n%s\n\noptions:\n", cli_commands[command].summary);
    for (int i = 0; i < CLI_OPTION__MAX; i++)
        if (cli_takes(command, (enum cli_option_id)i))
            print_option(out, &cli_options[i]);
    print_left(out, "--help", "print this");
}

/* The table of settings in the README; a test compares them. */
static void print_markdown(FILE *out)
{
    fputs("| option | variable | default | allowed | commands | what it sets |\n"
          "|---|---|---|---|---|---|\n",
          out);
    for (int i = 0; i < CLI_OPTION__MAX; i++) {
        const struct cli_option *option = &cli_options[i];
        if (!option->variable)
            continue;
        fprintf(out, "| `%s %s` | `%s` | %s | ", option->flag, option->placeholder,
                option->variable, option->fallback ? option->fallback : "");
        print_limits(out, option);
        fputs(" | ", out);
        const char *comma = "";
        for (int command = 0; command < CLI_COMMAND__MAX; command++)
            if (cli_takes((enum cli_command_id)command, (enum cli_option_id)i)) {
                fprintf(out, "%s%s", comma, cli_commands[command].name);
                comma = ", ";
            }
        fprintf(out, " | %s |\n", option->help);
    }
}

int cli_run_help(const struct cli_invocation *invocation)
{
    if (invocation->values[CLI_MARKDOWN].number) {
        print_markdown(stdout);
        return CLI_DONE;
    }
    if (invocation->count == 0) {
        cli_print_help(stdout, CLI_COMMAND__MAX);
        return CLI_DONE;
    }
    for (int i = 0; i < CLI_COMMAND__MAX; i++)
        if (strcmp(invocation->arguments[0], cli_commands[i].name) == 0) {
            cli_print_help(stdout, (enum cli_command_id)i);
            return CLI_DONE;
        }
    struct tf_error error;
    tf_error_set(&error, TF_USAGE, "help: there is no command \"%s\"", invocation->arguments[0]);
    return cli_fail(&error);
}
