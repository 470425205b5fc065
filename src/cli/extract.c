/* SPDX-License-Identifier: MIT */
#include "cli.h"
#include "explain.h"

#include <treatfacts/extract.h>
#include <treatfacts/resource.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As for the loader, a single file's key is the last part of its path. */
static struct tf_str key_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return tf_str_of(slash ? slash + 1 : path);
}

static bool print(void *context, struct tf_str bytes)
{
    (void)context;
    return fwrite(bytes.data, 1, bytes.size, stdout) == bytes.size;
}

/* As they are written, for facts as JSON are many times their text. */
static void print_facts(const struct cli_invocation *invocation, const struct tf_lexicon *lexicon,
                        const struct tf_extraction *facts, struct tf_str text)
{
    if (invocation->values[CLI_EXPLAIN].number) {
        cli_explain(stdout, facts, text);
        return;
    }
    struct tf_buf json;
    tf_buf_init_drained(&json, print, NULL);
    if (invocation->values[CLI_TIMES].number)
        tf_resource_times(facts, &json);
    else
        tf_resource_extraction(facts, TF_EXTRACTOR_VERSION, tf_lexicon_version(lexicon), &json);
    tf_buf_drain(&json);
    if (json.failed && !ferror(stdout)) {
        fputs("treatfacts: out of memory\n", stderr);
        exit(CLI_WRONG);
    }
    tf_buf_clear(&json);
}

static enum tf_status extract_bytes(const struct cli_invocation *invocation,
                                    const struct tf_lexicon *lexicon, const char *path,
                                    struct tf_str bytes, struct tf_error *error)
{
    struct tf_extraction *facts;
    struct tf_arena *arena = tf_arena_new(tf_load_memory(bytes.size));
    if (!arena)
        return tf_error_set(error, TF_NO_MEMORY, "out of memory");
    enum tf_status status = tf_load_extract(lexicon, bytes, key_of(path), arena, &facts, error);
    if (status == TF_OK)
        print_facts(invocation, lexicon, facts, bytes);
    tf_arena_free(arena);
    return status;
}

static int extract_file(const struct cli_invocation *invocation, const struct tf_lexicon *lexicon,
                        const char *path)
{
    struct tf_buf bytes;
    struct tf_error error;
    tf_buf_init(&bytes);
    enum tf_status status =
        tf_file_read(path, (size_t)invocation->values[CLI_MAX_FILE_BYTES].number, &bytes, &error);
    if (status == TF_OK) {
        struct tf_error detail;
        status = extract_bytes(invocation, lexicon, path, tf_buf_str(&bytes), &detail);
        if (status != TF_OK)
            tf_error_set(&error, status, "%s: %s", path, detail.message);
    }
    tf_buf_clear(&bytes);
    return status == TF_OK ? CLI_DONE : cli_fail(&error);
}

int cli_run_extract(const struct cli_invocation *invocation)
{
    struct tf_lexicon *lexicon;
    struct tf_error error;
    if (tf_lexicon_new(invocation->values[CLI_LEXICON].text, &lexicon, &error) != TF_OK)
        return cli_fail(&error);
    int code = CLI_DONE;
    for (int i = 0; i < invocation->count; i++)
        if (extract_file(invocation, lexicon, invocation->arguments[i]) != CLI_DONE)
            code = CLI_WRONG;
    tf_lexicon_free(lexicon);
    return code;
}
