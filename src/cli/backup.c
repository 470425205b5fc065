/* SPDX-License-Identifier: MIT */
#include "cli.h"

int cli_run_backup(const struct cli_invocation *invocation)
{
    struct tf_error error;
    const char *path = invocation->values[CLI_DB].text, *to = invocation->arguments[0];
    if (tf_store_backup(path, to, invocation->values[CLI_FORCE].number, &error) != TF_OK)
        return cli_fail(&error);
    cli_print_safe(stdout, tf_str_of(path));
    fputs(": copied to ", stdout);
    cli_print_safe(stdout, tf_str_of(to));
    putchar('\n');
    return CLI_DONE;
}
