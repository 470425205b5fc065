/* SPDX-License-Identifier: MIT */
#include "cli.h"

int cli_run_migrate(const struct cli_invocation *invocation)
{
    struct tf_error error;
    int applied = 0;
    const char *path = invocation->values[CLI_DB].text;
    if (tf_store_migrate(path, &applied, &error) != TF_OK)
        return cli_fail(&error);
    cli_print_safe(stdout, tf_str_of(path));
    printf(": schema %d, %d migration%s applied\n", tf_store_schema_version(), applied,
           applied == 1 ? "" : "s");
    return CLI_DONE;
}
