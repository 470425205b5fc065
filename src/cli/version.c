/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <treatfacts/extract.h>
#include <treatfacts/http.h>
#include <treatfacts/resource.h>

static void print_json(const struct tf_pair *parts, size_t count)
{
    struct tf_buf json;
    tf_buf_init(&json);
    tf_resource_pairs(parts, count, &json);
    cli_print_json(&json);
}

int cli_run_version(const struct cli_invocation *invocation)
{
    struct tf_lexicon *lexicon;
    struct tf_error error;
    if (tf_lexicon_new(invocation->values[CLI_LEXICON].text, &lexicon, &error) != TF_OK)
        return cli_fail(&error);
    char schema[16];
    snprintf(schema, sizeof schema, "%d", tf_store_schema_version());
    const struct tf_pair parts[] = {
        {"treatfacts", tf_str_of(TF_VERSION)},
        {"extractor", tf_str_of(TF_EXTRACTOR_VERSION)},
        {"lexicon", tf_str_of(tf_lexicon_version(lexicon))},
        {"schema", tf_str_of(schema)},
        {"sqlite", tf_str_of(tf_store_library_version())},
        {"jansson", tf_str_of(tf_resource_library_version())},
        {"libmicrohttpd", tf_str_of(tf_http_library_version())},
    };
    size_t count = sizeof parts / sizeof *parts;
    if (invocation->values[CLI_JSON].number)
        print_json(parts, count);
    for (size_t i = 0; !invocation->values[CLI_JSON].number && i < count; i++)
        printf("%-14s %.*s\n", parts[i].key, TF_STR_ARG(parts[i].value));
    tf_lexicon_free(lexicon);
    return CLI_DONE;
}
