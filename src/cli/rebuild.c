/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "report.h"

int cli_run_rebuild(const struct cli_invocation *invocation)
{
    struct tf_lexicon *lexicon;
    struct tf_store *store;
    struct tf_error error;
    if (cli_open(invocation, TF_STORE_WRITE, &lexicon, &store, &error) != TF_OK)
        return cli_fail(&error);
    struct report report;
    report_init(&report, invocation->values[CLI_JSON].number);
    struct tf_load_options options = {.lexicon = lexicon, .events = report_events(&report)};
    struct tf_load_summary summary = {0};
    enum tf_status status = tf_load_rebuild(store, &options, &summary, &error);
    report_summary(&report, &summary, "rebuilt");
    int code = status == TF_OK ? CLI_DONE : cli_fail(&error);
    tf_store_close(store);
    tf_lexicon_free(lexicon);
    return code == CLI_DONE && summary.refused ? CLI_WRONG : code;
}
