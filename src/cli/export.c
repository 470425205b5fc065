/* SPDX-License-Identifier: MIT */
/* The lists of the daemon, whole and of one state, on standard output. */
#include "cli.h"

#include <treatfacts/resource.h>

#include <errno.h>
#include <string.h>

/* In the order of the words of the options. */
static const enum tf_format formats[] = {TF_FORMAT_NDJSON, TF_FORMAT_CSV, TF_FORMAT_JSONLD};
static const enum tf_list lists[] = {TF_LIST_SOURCES, TF_LIST_CLAIMS, TF_LIST_TIME_WINDOWS,
                                     TF_LIST_FAQS, TF_LIST_STUDIES};
enum { LISTS = sizeof lists / sizeof *lists, ALL = 0 };

static enum tf_status check_choice(enum tf_format format, uint64_t what, struct tf_error *error)
{
    const char *word = tf_format_names[format];
    if (what == ALL && format != TF_FORMAT_NDJSON)
        return tf_error_set(error, TF_USAGE, "--format %s: is of one list; name it with --what",
                            word);
    if (what != ALL && !(tf_query_formats(lists[what - 1]) >> format & 1))
        return tf_error_set(error, TF_USAGE, "--format %s: there is no such form of %s", word,
                            cli_export_lists[what]);
    return TF_OK;
}

/* Nothing is held back, so that what is lost is told here and not once more by main. */
static enum tf_status print_page(struct tf_buf *page, struct tf_error *error)
{
    if (page->failed)
        return tf_error_set(error, TF_NO_MEMORY,
                            "a page cannot be written: no memory, or words that are not UTF-8");
    bool written = fwrite(page->data, 1, page->size, stdout) == page->size;
    page->size = 0;
    if (written)
        return TF_OK;
    tf_error_set(error, TF_IO, "standard output: %s", strerror(errno));
    clearerr(stdout);
    return TF_IO;
}

static enum tf_status print_pages(struct tf_whole *whole, struct tf_error *error)
{
    struct tf_buf page;
    bool more = true;
    enum tf_status status = TF_OK;
    tf_buf_init(&page);
    while (status == TF_OK && more) {
        status = tf_resource_whole_next(whole, &page, &more, error);
        if (status == TF_OK && (page.size || page.failed))
            status = print_page(&page, error);
    }
    tf_buf_clear(&page);
    return status;
}

static enum tf_status print_list(struct tf_store *store, enum tf_list list, enum tf_format format,
                                 struct tf_error *error)
{
    struct tf_query query;
    struct tf_violations violations = {0};
    struct tf_whole *whole;
    struct tf_arena *arena = tf_arena_new(0);
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status =
        tf_query_parse(store, list, NULL, NULL, 0, arena, &query, &violations, error);
    if (status == TF_OK)
        status = tf_resource_whole_new(store, &query, format, &whole, error);
    if (status == TF_OK) {
        status = print_pages(whole, error);
        tf_resource_whole_free(whole);
    }
    tf_arena_free(arena);
    return status;
}

static enum tf_status print_snapshot(struct tf_store *store, uint64_t what, enum tf_format format,
                                     struct tf_error *error)
{
    enum tf_status status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    for (uint64_t i = 1; status == TF_OK && i <= LISTS; i++)
        if (what == ALL || what == i)
            status = print_list(store, lists[i - 1], format, error);
    tf_store_snapshot_end(store);
    return status;
}

int cli_run_export(const struct cli_invocation *invocation)
{
    const struct cli_value *values = invocation->values;
    enum tf_format format = formats[values[CLI_FORMAT].number];
    struct tf_store *store;
    struct tf_error error;
    if (check_choice(format, values[CLI_WHAT].number, &error) != TF_OK ||
        tf_store_open(values[CLI_DB].text, TF_STORE_READ, &store, &error) != TF_OK)
        return cli_fail(&error);
    setvbuf(stdout, NULL, _IONBF, 0);
    enum tf_status status = print_snapshot(store, values[CLI_WHAT].number, format, &error);
    tf_store_close(store);
    return status == TF_OK ? CLI_DONE : cli_fail(&error);
}
