/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <string.h>

static const char *const origins[] = {
    [CLI_FROM_COMMAND_LINE] = "command line",
    [CLI_FROM_ENVIRONMENT] = "environment",
    [CLI_FROM_DEFAULT] = "default",
};

/* In quotes unless every character means itself in a shell. */
static void print_word(FILE *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "_./:,@%+-";
    if (text[strspn(text, plain)] == '\0') {
        fputs(text, out);
        return;
    }
    fputc('\'', out);
    for (; *text; text++)
        fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, out);
    fputc('\'', out);
}

/* A secret is left as a comment: who reads the lines back does not lose the one
 * that is in the environment. */
void cli_print_setting(FILE *out, const struct cli_option *option, const struct cli_value *value)
{
    bool hidden = value->text && option->commands & CLI_SECRET;
    fprintf(out, hidden ? "# %s is secret" : "%s=", option->variable);
    if (value->text && !hidden)
        print_word(out, value->text);
    fprintf(out, "  # %s, %s\n", option->flag, value->text ? origins[value->origin] : "not set");
}

void cli_print_config(FILE *out, const struct cli_invocation *invocation)
{
    for (int i = 0; i < CLI_OPTION__MAX; i++)
        if (cli_options[i].variable && cli_takes(invocation->command, (enum cli_option_id)i))
            cli_print_setting(out, &cli_options[i], &invocation->values[i]);
}
