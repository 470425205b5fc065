/* SPDX-License-Identifier: MIT */
/* The subcommand table, and what happens before and after every one of them. */
#include "cli.h"

#include <treatfacts/confine.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct cli_command cli_commands[CLI_COMMAND__MAX] = {
#define X(name, word, arguments, least, most, summary)                                             \
    [CLI_##name] = {#word, arguments, summary, least, most, cli_run_##word},
    CLI_COMMAND_MAP(X)
#undef X
};

int cli_fail(const struct tf_error *error)
{
    fputs("treatfacts: ", stderr);
    cli_print_safe(stderr, tf_str_of(error->message));
    fputc('\n', stderr);
    return error->status == TF_USAGE ? CLI_USAGE : CLI_WRONG;
}

/* Terminals obey the controls of ASCII and, in UTF-8 c2 80 to c2 9f, the C1
 * ones: U+009B begins a sequence as ESC [ does. */
void cli_print_safe(FILE *out, struct tf_str s)
{
    for (size_t i = 0; i < s.size; i++) {
        unsigned char c = (unsigned char)s.data[i];
        bool c1 = c == 0xc2 && i + 1 < s.size && ((unsigned char)s.data[i + 1] & 0xe0) == 0x80;
        fputc(c < 0x20 || c == 0x7f || c1 ? '?' : c, out);
        i += c1;
    }
}

void cli_print_json(struct tf_buf *json)
{
    if (json->failed) {
        fputs("treatfacts: out of memory\n", stderr);
        exit(CLI_WRONG);
    }
    struct tf_str line = tf_str_trim(tf_buf_str(json));
    fwrite(line.data, 1, line.size, stdout);
    fputc('\n', stdout);
    tf_buf_clear(json);
}

enum tf_status cli_open(const struct cli_invocation *invocation, enum tf_store_mode mode,
                        struct tf_lexicon **lexicon, struct tf_store **store,
                        struct tf_error *error)
{
    struct tf_lexicon *tables = NULL;
    enum tf_status status = tf_lexicon_new(invocation->values[CLI_LEXICON].text, &tables, error);
    if (status != TF_OK)
        return status;
    status = tf_store_open(invocation->values[CLI_DB].text, mode, store, error);
    if (status == TF_OK)
        *lexicon = tables;
    else
        tf_lexicon_free(tables);
    return status;
}

static int find_command(const char *word)
{
    for (int i = 0; i < CLI_COMMAND__MAX; i++)
        if (strcmp(word, cli_commands[i].name) == 0)
            return i;
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return CLI_HELP;
    if (strcmp(word, "--version") == 0)
        return CLI_VERSION;
    return -1;
}

static int run(enum cli_command_id id, int argc, char **argv)
{
    const struct cli_command *command = &cli_commands[id];
    struct cli_invocation invocation;
    struct tf_error error;
    if (cli_parse(id, argc, argv, &invocation, &error) != TF_OK) {
        cli_fail(&error);
        cli_print_usage(stderr, id);
        return CLI_USAGE;
    }
    if (invocation.help) {
        cli_print_help(stdout, id);
        return CLI_DONE;
    }
    if (invocation.values[CLI_PRINT_CONFIG].number) {
        cli_print_config(stdout, &invocation);
        return CLI_DONE;
    }
    if (invocation.count < command->least || invocation.count > command->most) {
        const char *wrong = invocation.count < command->least ? "missing" : "unexpected";
        tf_error_set(&error, TF_USAGE, "%s: %s argument%s%s", command->name, wrong,
                     invocation.count > command->most ? ": " : "",
                     invocation.count > command->most ? invocation.arguments[command->most] : "");
        cli_fail(&error);
        cli_print_usage(stderr, id);
        return CLI_USAGE;
    }
    if (cli_takes(id, CLI_CONFINE) &&
        invocation.values[CLI_CONFINE].number == CLI_CONFINE_ENFORCE &&
        tf_confine_privileges(&error) != TF_OK)
        return cli_fail(&error);
    return command->run(&invocation);
}

/* What was printed counts only when it arrived: a full disk or a closed pipe
 * shows here at the latest. */
static int close_output(int code)
{
    bool lost = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !lost)
        return code;
    fprintf(stderr, "treatfacts: standard output: %s\n", errno ? strerror(errno) : "write error");
    return code == CLI_DONE ? CLI_WRONG : code;
}

/* Else the database could become standard error, and be written to. What was closed
 * stays so for who writes: the file is open for reading only. */
static void keep_standard_files(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    keep_standard_files();
    /* A reader that goes away, or a file that may not grow, is an error of that write,
     * not the end of a load or of the daemon. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        cli_print_help(stderr, CLI_COMMAND__MAX);
        return CLI_USAGE;
    }
    int id = find_command(argv[1]);
    if (id < 0) {
        struct tf_error error;
        tf_error_set(&error, TF_USAGE, "unknown command \"%s\"; `treatfacts help` lists them",
                     argv[1]);
        return cli_fail(&error);
    }
    errno = 0;
    return close_output(run((enum cli_command_id)id, argc - 2, argv + 2));
}
