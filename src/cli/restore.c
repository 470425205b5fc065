/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <inttypes.h>

int cli_run_restore(const struct cli_invocation *invocation)
{
    struct tf_error error;
    uint64_t spans;
    const char *path = invocation->values[CLI_DB].text;
    const struct tf_restore restore = {.from = invocation->arguments[0],
                                       .replace = invocation->values[CLI_FORCE].number,
                                       .new_checksums =
                                           invocation->values[CLI_NEW_CHECKSUMS].number,
                                       .finding = cli_print_finding};
    if (tf_store_restore(path, &restore, &spans, &error) != TF_OK)
        return cli_fail(&error);
    cli_print_safe(stdout, tf_str_of(path));
    fputs(": restored from ", stdout);
    cli_print_safe(stdout, tf_str_of(restore.from));
    printf(", %" PRIu64 " span%s re-read\n", spans, spans == 1 ? "" : "s");
    return CLI_DONE;
}
