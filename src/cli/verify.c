/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <inttypes.h>

void cli_print_finding(void *context, const char *finding)
{
    (void)context;
    cli_print_safe(stdout, tf_str_of(finding));
    putchar('\n');
}

/* Only a store that may be written can check its full-text index; a file that
 * may not be is verified all the same, and what was left out is said. */
static enum tf_status open_store(const char *path, struct tf_store **store, struct tf_error *error)
{
    enum tf_status status = tf_store_open(path, TF_STORE_WRITE, store, error);
    if (status != TF_READ_ONLY)
        return status;
    status = tf_store_open(path, TF_STORE_READ, store, error);
    if (status == TF_OK)
        fputs("treatfacts: the database is read-only: its full-text index is not checked\n",
              stderr);
    return status;
}

int cli_run_verify(const struct cli_invocation *invocation)
{
    struct tf_store *store;
    struct tf_error error;
    const char *path = invocation->values[CLI_DB].text;
    if (open_store(path, &store, &error) != TF_OK)
        return cli_fail(&error);
    uint64_t findings = 0, spans = 0;
    enum tf_status status =
        tf_store_verify(store, cli_print_finding, NULL, &findings, &spans, &error);
    tf_store_close(store);
    if (status != TF_OK)
        return cli_fail(&error);
    cli_print_safe(stdout, tf_str_of(path));
    printf(": %" PRIu64 " span%s re-read, %" PRIu64 " finding%s\n", spans, spans == 1 ? "" : "s",
           findings, findings == 1 ? "" : "s");
    return findings ? CLI_WRONG : CLI_DONE;
}
