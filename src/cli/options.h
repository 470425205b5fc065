/* SPDX-License-Identifier: MIT */
/*
 * Every setting of the program is one row of one table: flag, environment
 * variable, type, limits, default, help, and the commands that take it. It
 * drives parsing, --help, --print-config and the README's table.
 */
#ifndef TF_CLI_OPTIONS_H
#define TF_CLI_OPTIONS_H

#include <treatfacts/base.h>

#include <limits.h>

/* NAME, word, arguments, least and most of them, what it does. */
#define CLI_COMMAND_MAP(X)                                                                         \
    X(LOAD, load, "PATH...", 1, INT_MAX, "ingest texts: files and folders (.txt, .md)")            \
    X(SERVE, serve, "", 0, 0, "answer HTTP requests until SIGTERM or SIGINT")                      \
    X(EXTRACT, extract, "FILE...", 1, INT_MAX,                                                     \
      "print what the loader would take out of a text, as JSON")                                   \
    X(VERIFY, verify, "", 0, 0, "re-read every span and check the whole database")                 \
    X(REBUILD, rebuild, "", 0, 0, "derive all facts anew from the stored texts")                   \
    X(MIGRATE, migrate, "", 0, 0, "bring an older database up to this program")                    \
    X(EXPORT, export, "", 0, 0, "print the whole data set, of one moment")                         \
    X(BACKUP, backup, "DEST", 1, 1, "copy the database, also while it is served and loaded")       \
    X(RESTORE, restore, "BACKUP", 1, 1, "check a backup and put it in the place of the database")  \
    X(HEALTHCHECK, healthcheck, "", 0, 0, "ask a running daemon whether it is ready")              \
    X(VERSION, version, "", 0, 0, "print the versions of all parts")                               \
    X(HELP, help, "[COMMAND]", 0, 1, "print this, or the help of one command")

enum cli_command_id {
#define X(name, word, arguments, least, most, summary) CLI_##name,
    CLI_COMMAND_MAP(X)
#undef X
        CLI_COMMAND__MAX
};

enum cli_option_id {
    CLI_DB,
    CLI_LEXICON,
    CLI_MAX_FILE_BYTES,
    CLI_LISTEN,
    CLI_ADMIN_LISTEN,
    CLI_TLS_CERT,
    CLI_TLS_KEY,
    CLI_THREADS,
    CLI_CONNECTIONS,
    CLI_CONNECTIONS_PER_CLIENT,
    CLI_HEAD_SECONDS,
    CLI_IDLE_SECONDS,
    CLI_SEND_SECONDS,
    CLI_SEND_RATE,
    CLI_STREAM_SECONDS,
    CLI_MAX_URL_BYTES,
    CLI_MAX_HEAD_BYTES,
    CLI_MAX_HEAD_FIELDS,
    CLI_MAX_BODY_BYTES,
    CLI_MAX_ANSWER_BYTES,
    CLI_COLD_QUERIES,
    CLI_QUERY_MS,
    CLI_RATE,
    CLI_BURST,
    CLI_MAX_AGE,
    CLI_STALE_AGE,
    CLI_CACHE_BYTES,
    CLI_ORIGINS,
    CLI_PROXIES,
    CLI_DRAIN_SECONDS,
    CLI_GRACE_SECONDS,
    CLI_TIMEOUT_SECONDS,
    CLI_LOG_LEVEL,
    CLI_CONFINE,
    CLI_FORMAT,
    CLI_WHAT,
    CLI_FORCE,
    CLI_NEW_CHECKSUMS,
    CLI_JSON,
    CLI_TIMES,
    CLI_EXPLAIN,
    CLI_MARKDOWN,
    CLI_PRINT_CONFIG,
    CLI_OPTION__MAX
};

enum cli_option_type {
    CLI_FLAG,    /* given or not; number is 1 or 0 */
    CLI_TEXT,    /* not empty */
    CLI_NUMBER,  /* a whole number from least to most */
    CLI_WORD,    /* one of words; number is its index */
    CLI_ADDRESS, /* ADDR:PORT or [ADDR]:PORT, numeric; see cli_address_parse */
    CLI_ORIGIN,  /* "*", or origins with commas between; see tf_http_origin_refused */
    CLI_NETWORK, /* with commas between; see tf_http_network_refused */
};

enum cli_confine { CLI_CONFINE_ENFORCE, CLI_CONFINE_OFF };

struct cli_option {
    const char *flag;     /* "--db" */
    const char *variable; /* NULL: choosing an output form is no setting */
    enum cli_option_type type;
    const char *placeholder; /* "FILE" */
    const char *fallback;    /* the default, as one would write it; NULL: none */
    uint64_t least, most;
    const char *const *words; /* ends in NULL */
    const char *help;
    unsigned commands; /* bits 1 << enum cli_command_id, and CLI_SECRET */
};
/* Beside the commands of a setting: its value is shown nowhere. */
#define CLI_SECRET (1u << 31)
extern const struct cli_option cli_options[CLI_OPTION__MAX];

/* Where a value comes from; the first that has one counts. */
enum cli_origin { CLI_FROM_COMMAND_LINE, CLI_FROM_ENVIRONMENT, CLI_FROM_DEFAULT };
/* Words of --format and --what; export.c knows what they mean. */
extern const char *const cli_export_formats[], *const cli_export_lists[];

struct cli_value {
    const char *text; /* NULL: neither given nor a default */
    uint64_t number;
    enum cli_origin origin; /* meaningful where text is */
};

struct cli_invocation {
    enum cli_command_id command;
    bool help; /* --help stood among the options */
    struct cli_value values[CLI_OPTION__MAX];
    char **arguments; /* borrowed from argv, which is reordered */
    int count;
};

/* argv[0..argc) is what follows the command's name. Command line before
 * environment before default; an empty variable counts as not set. TF_USAGE
 * names the option, the value and what is allowed. */
enum tf_status cli_parse(enum cli_command_id command, int argc, char **argv,
                         struct cli_invocation *out, struct tf_error *error);

struct cli_address {
    char host[46]; /* numeric, without brackets */
    uint16_t port;
    bool ipv6;
};
bool cli_address_parse(const char *text, struct cli_address *out);

bool cli_takes(enum cli_command_id command, enum cli_option_id option);

#endif
