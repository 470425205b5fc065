/* SPDX-License-Identifier: MIT */
#include "report.h"

#include "cli.h"

#include <treatfacts/resource.h>

/* Standard output and the progress bar may share a terminal; a failed write is
 * found at the end, by main. */
static void on_loaded(void *context, struct tf_str path, const struct tf_source_meta *meta,
                      const struct tf_report *loaded)
{
    struct report *report = context;
    progress_erase(&report->progress);
    if (report->json) {
        struct tf_buf line;
        tf_buf_init(&line);
        tf_resource_report(path, meta, loaded, &line);
        cli_print_json(&line);
        return;
    }
    printf("%-10s ", tf_outcome_names[loaded->outcome]);
    cli_print_safe(stdout, path);
    if (loaded->outcome != TF_OUTCOME_UNCHANGED)
        printf("  revision %d, claims: %u kept, %u moved, %u gone, %u new", loaded->revision,
               loaded->kept, loaded->moved, loaded->gone, loaded->added);
    if (loaded->relabelled)
        printf(", %u relabelled", loaded->relabelled);
    putchar('\n');
}

static void on_refused(void *context, struct tf_str path, const struct tf_error *error)
{
    struct report *report = context;
    (void)path; /* the message begins with it */
    progress_erase(&report->progress);
    fputs("refused    ", stderr);
    cli_print_safe(stderr, tf_str_of(error->message));
    fputc('\n', stderr);
}

static void on_progress(void *context, const struct tf_load_progress *now)
{
    struct report *report = context;
    progress_update(&report->progress, now);
}

void report_init(struct report *report, bool json)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* what is told of a long load is told at once */
    report->json = json;
    progress_init(&report->progress);
}

struct tf_load_events report_events(struct report *report)
{
    return (struct tf_load_events){report, on_loaded, on_refused, on_progress};
}

void report_summary(struct report *report, const struct tf_load_summary *summary, const char *verb)
{
    progress_erase(&report->progress);
    /* With --json standard output holds objects only. */
    fprintf(report->json ? stderr : stdout, "%zu %s, %zu unchanged, %zu refused\n", summary->loaded,
            verb, summary->unchanged, summary->refused);
}
