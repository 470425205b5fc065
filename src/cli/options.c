/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <treatfacts/http.h>
#include <treatfacts/text.h>

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(name) (1u << CLI_##name)
#define WITH_STORE                                                                                 \
    (BIT(LOAD) | BIT(SERVE) | BIT(VERIFY) | BIT(REBUILD) | BIT(MIGRATE) | BIT(EXPORT) |            \
     BIT(BACKUP) | BIT(RESTORE))
#define WITH_LEXICON (BIT(LOAD) | BIT(SERVE) | BIT(EXTRACT) | BIT(REBUILD) | BIT(VERSION))

#define WITH_SETTINGS (WITH_STORE | WITH_LEXICON | BIT(HEALTHCHECK))

const char *const cli_export_formats[] = {"ndjson", "csv", "jsonld", NULL};
const char *const cli_export_lists[] = {"all",  "sources", "claims", "windows",
                                        "faqs", "studies", NULL};
static const char *const level_words[] = {"debug", "info", "warn", "error", "off", NULL};
static const char *const confine_words[] = {"enforce", "off", NULL}; /* enum cli_confine */

const struct cli_option cli_options[CLI_OPTION__MAX] = {
    [CLI_DB] = {"--db", "TREATFACTS_DB", CLI_TEXT, "FILE", "treatfacts.db", 0, 0, NULL,
                "the database", WITH_STORE},
    [CLI_LEXICON] = {"--lexicon", "TREATFACTS_LEXICON", CLI_TEXT, "DIR", NULL, 0, 0, NULL,
                     "tables to use instead of the built-in ones", WITH_LEXICON},
    [CLI_MAX_FILE_BYTES] = {"--max-file-bytes", "TREATFACTS_MAX_FILE_BYTES", CLI_NUMBER, "N",
                            "4194304", 1, TF_TEXT_MAX, NULL, "refuse a larger text",
                            BIT(LOAD) | BIT(EXTRACT)},
    [CLI_LISTEN] = {"--listen", "TREATFACTS_LISTEN", CLI_ADDRESS, "ADDR:PORT", "127.0.0.1:8080", 0,
                    0, NULL, "where the daemon answers; port 0 takes a free one",
                    BIT(SERVE) | BIT(HEALTHCHECK)},
    [CLI_ADMIN_LISTEN] = {"--admin-listen", "TREATFACTS_ADMIN_LISTEN", CLI_ADDRESS, "ADDR:PORT",
                          NULL, 0, 0, NULL,
                          "a second address for /metrics, /healthz, /readyz and /version; /metrics "
                          "is then only there",
                          BIT(SERVE) | BIT(HEALTHCHECK)},
    [CLI_TLS_CERT] = {"--tls-cert", "TREATFACTS_TLS_CERT", CLI_TEXT, "FILE", NULL, 0, 0, NULL,
                      "certificate in PEM: --listen speaks HTTPS; needs --tls-key",
                      BIT(SERVE) | BIT(HEALTHCHECK)},
    [CLI_TLS_KEY] = {"--tls-key", "TREATFACTS_TLS_KEY", CLI_TEXT, "FILE", NULL, 0, 0, NULL,
                     "its key in PEM, without a password", BIT(SERVE)},
    [CLI_THREADS] = {"--threads", "TREATFACTS_THREADS", CLI_NUMBER, "N", "4", 1, 64, NULL,
                     "threads that answer", BIT(SERVE)},
    [CLI_CONNECTIONS] = {"--connections", "TREATFACTS_CONNECTIONS", CLI_NUMBER, "N", "1024", 1,
                         65535, NULL, "connections held at a time", BIT(SERVE)},
    [CLI_CONNECTIONS_PER_CLIENT] = {"--connections-per-client", "TREATFACTS_CONNECTIONS_PER_CLIENT",
                                    CLI_NUMBER, "N", "256", 0, 65535, NULL,
                                    "connections of one address (of IPv6: of one /64 network); one "
                                    "more takes the place of one that waits; 0 for any",
                                    BIT(SERVE)},
    [CLI_HEAD_SECONDS] =
        {"--head-seconds", "TREATFACTS_HEAD_SECONDS", CLI_NUMBER, "N", "10", 1, 3600, NULL,
         "close a connection that has not sent its first request so long after it was opened",
         BIT(SERVE)},
    [CLI_IDLE_SECONDS] = {"--idle-seconds", "TREATFACTS_IDLE_SECONDS", CLI_NUMBER, "N", "30", 1,
                          3600, NULL,
                          "close one that is silent for so long, or has not sent its next request "
                          "so long after an answer",
                          BIT(SERVE)},
    [CLI_SEND_SECONDS] =
        {"--send-seconds", "TREATFACTS_SEND_SECONDS", CLI_NUMBER, "N", "20", 1, 3600, NULL,
         "close one whose client reads an answer slower than --send-rate for so long", BIT(SERVE)},
    [CLI_SEND_RATE] = {"--send-rate", "TREATFACTS_SEND_RATE", CLI_NUMBER, "N", "4096", 1,
                       1073741824, NULL, "bytes a second that a client must read", BIT(SERVE)},
    [CLI_STREAM_SECONDS] = {"--stream-seconds", "TREATFACTS_STREAM_SECONDS", CLI_NUMBER, "N",
                            "1800", 1, 86400, NULL,
                            "end a whole list (ndjson, csv) that is not read after so long",
                            BIT(SERVE)},
    [CLI_MAX_URL_BYTES] = {"--max-url-bytes", "TREATFACTS_MAX_URL_BYTES", CLI_NUMBER, "N", "8192",
                           64, TF_HTTP_URL_MAX, NULL, "refuse a longer URL (414)", BIT(SERVE)},
    [CLI_MAX_HEAD_BYTES] = {"--max-head-bytes", "TREATFACTS_MAX_HEAD_BYTES", CLI_NUMBER, "N",
                            "16384", 512, 262144, NULL, "refuse more bytes of headers (431)",
                            BIT(SERVE)},
    [CLI_MAX_HEAD_FIELDS] = {"--max-head-fields", "TREATFACTS_MAX_HEAD_FIELDS", CLI_NUMBER, "N",
                             "100", 8, 1000, NULL, "refuse more headers (431)", BIT(SERVE)},
    [CLI_MAX_BODY_BYTES] = {"--max-body-bytes", "TREATFACTS_MAX_BODY_BYTES", CLI_NUMBER, "N",
                            "65536", 0, 16777216, NULL,
                            "read this much of the content of a request, none of which may have "
                            "any (413), before hanging up",
                            BIT(SERVE)},
    [CLI_MAX_ANSWER_BYTES] = {"--max-answer-bytes", "TREATFACTS_MAX_ANSWER_BYTES", CLI_NUMBER, "N",
                              "134217728", 4096, 1073741824, NULL,
                              "refuse an answer that is larger before it is compressed (400); "
                              "whole lists that are streamed may be",
                              BIT(SERVE)},
    [CLI_COLD_QUERIES] = {"--cold-queries", "TREATFACTS_COLD_QUERIES", CLI_NUMBER, "N", NULL, 1, 64,
                          NULL,
                          "answers read from the database at a time, others get 503; without it "
                          "one less than --threads, but one",
                          BIT(SERVE)},
    [CLI_QUERY_MS] = {"--query-ms", "TREATFACTS_QUERY_MS", CLI_NUMBER, "N", "2000", 0, 3600000,
                      NULL,
                      "give up reading an answer from the database after so many milliseconds "
                      "(503); 0 for never",
                      BIT(SERVE)},
    [CLI_RATE] = {"--rate", "TREATFACTS_RATE", CLI_NUMBER, "N", "0", 0, 1000000, NULL,
                  "requests a second that one address (of IPv6: one /64 network) may make, others "
                  "get 429; 0 for any",
                  BIT(SERVE)},
    [CLI_BURST] = {"--burst", "TREATFACTS_BURST", CLI_NUMBER, "N", NULL, 1, 1000000, NULL,
                   "requests that it may make at once; without it twice --rate", BIT(SERVE)},
    [CLI_MAX_AGE] = {"--max-age", "TREATFACTS_MAX_AGE", CLI_NUMBER, "N", "300", 0, 31536000, NULL,
                     "seconds that caches may keep an answer", BIT(SERVE)},
    [CLI_STALE_AGE] = {"--stale-while-revalidate", "TREATFACTS_STALE_WHILE_REVALIDATE", CLI_NUMBER,
                       "N", NULL, 0, 315360000, NULL,
                       "seconds after that in which they may give it out while they ask again; "
                       "without it ten times --max-age",
                       BIT(SERVE)},
    [CLI_CACHE_BYTES] = {"--cache-bytes", "TREATFACTS_CACHE_BYTES", CLI_NUMBER, "N", "16777216", 0,
                         1073741824, NULL,
                         "memory for finished answers, given again until something is loaded; 0 "
                         "keeps none",
                         BIT(SERVE)},
    [CLI_ORIGINS] = {"--cors-origin", "TREATFACTS_CORS_ORIGIN", CLI_ORIGIN, "ORIGIN[,...]", NULL, 0,
                     0, NULL,
                     "websites whose scripts may read the answers, as https://clinic.example; "
                     "* for all",
                     BIT(SERVE)},
    [CLI_PROXIES] =
        {"--trusted-proxies", "TREATFACTS_TRUSTED_PROXIES", CLI_NETWORK, "CIDR[,...]", NULL, 0, 0,
         NULL,
         "proxies in front, as 10.0.0.0/8: who their Forwarded or X-Forwarded-For names "
         "counts as the client",
         BIT(SERVE)},
    [CLI_DRAIN_SECONDS] = {"--drain-seconds", "TREATFACTS_DRAIN_SECONDS", CLI_NUMBER, "N", "0", 0,
                           3600, NULL,
                           "when stopping, go on so long with /readyz at 503, so that a balancer "
                           "notices",
                           BIT(SERVE)},
    [CLI_GRACE_SECONDS] = {"--grace-seconds", "TREATFACTS_GRACE_SECONDS", CLI_NUMBER, "N", "10", 0,
                           3600, NULL,
                           "then take no more connections and wait so long for requests in flight",
                           BIT(SERVE)},
    [CLI_TIMEOUT_SECONDS] = {"--timeout-seconds", "TREATFACTS_TIMEOUT_SECONDS", CLI_NUMBER, "N",
                             "3", 1, 60, NULL, "give up after so long", BIT(HEALTHCHECK)},
    [CLI_LOG_LEVEL] = {"--log-level", "TREATFACTS_LOG_LEVEL", CLI_WORD, "LEVEL", "info", 0, 0,
                       level_words, "log this and what is worse, on standard error", BIT(SERVE)},
    [CLI_CONFINE] = {"--confine", "TREATFACTS_CONFINE", CLI_WORD, "WORD", "enforce", 0, 0,
                     confine_words,
                     "enforce: give up what the command does not need, core dumps too, the daemon "
                     "also files, network and system calls; off: for debuggers",
                     WITH_STORE},
    [CLI_FORMAT] = {"--format", NULL, CLI_WORD, "FORM", "ndjson", 0, 0, cli_export_formats,
                    "ndjson (the default), csv or jsonld, as the daemon gives them", BIT(EXPORT)},
    [CLI_WHAT] = {"--what", NULL, CLI_WORD, "LIST", "all", 0, 0, cli_export_lists,
                  "claims, windows, faqs, studies, sources or all (the default), which is one "
                  "after the other and needs ndjson",
                  BIT(EXPORT)},
    [CLI_FORCE] = {"--force", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL,
                   "replace a file that is there", BIT(BACKUP) | BIT(RESTORE)},
    [CLI_NEW_CHECKSUMS] = {"--new-checksums", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL,
                           "make the checksums of the backup's pages anew, for what another "
                           "program has written; what they hold is checked all the same",
                           BIT(RESTORE)},
    [CLI_JSON] = {"--json", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL, "print JSON, one object a line",
                  BIT(LOAD) | BIT(REBUILD) | BIT(VERSION)},
    [CLI_TIMES] = {"--times", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL,
                   "print the expressions of time instead, and what became of them", BIT(EXTRACT)},
    [CLI_EXPLAIN] = {"--explain", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL,
                     "print for a person: each segment, its role, labels and reasons",
                     BIT(EXTRACT)},
    [CLI_MARKDOWN] = {"--markdown", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL,
                      "print the table of settings for the README", BIT(HELP)},
    [CLI_PRINT_CONFIG] = {"--print-config", NULL, CLI_FLAG, NULL, NULL, 0, 0, NULL,
                          "print the settings as they would be used, and do nothing",
                          WITH_SETTINGS},
};

bool cli_takes(enum cli_command_id command, enum cli_option_id option)
{
    return cli_options[option].commands & (1u << command);
}

bool cli_address_parse(const char *text, struct cli_address *out)
{
    const char *colon = strrchr(text, ':');
    if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1) || strlen(colon + 1) > 5 ||
        colon[1] == '\0')
        return false;
    unsigned long port = strtoul(colon + 1, NULL, 10);
    bool bracketed = text[0] == '[' && colon > text && colon[-1] == ']';
    const char *host = bracketed ? text + 1 : text;
    size_t size = (size_t)(colon - host) - (bracketed ? 1 : 0);
    struct cli_address address = {.port = (uint16_t)port, .ipv6 = bracketed};
    if (port > UINT16_MAX || size >= sizeof address.host)
        return false;
    memcpy(address.host, host, size);
    unsigned char binary[16];
    if (inet_pton(bracketed ? AF_INET6 : AF_INET, address.host, binary) != 1)
        return false;
    *out = address;
    return true;
}

/* --- Values -------------------------------------------------------------- */

static bool parse_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    if (*text == '\0' || strspn(text, "0123456789") != strlen(text))
        return false;
    errno = 0;
    unsigned long long number = strtoull(text, NULL, 10);
    if (errno != 0 || number < least || number > most)
        return false;
    *out = number;
    return true;
}

static bool find_word(const char *text, const char *const *words, uint64_t *out)
{
    for (uint64_t i = 0; words[i]; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static void join_words(const char *const *words, char *out, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; words[i] && used < size; i++) {
        int length = snprintf(out + used, size - used, "%s%s", i ? ", " : "", words[i]);
        used += length > 0 ? (size_t)length : 0;
    }
}

/* wrong: the first of a list that is not of this form; absent: all are. Of a long list
 * it has to be named. */
static bool is_list(struct tf_str wrong, const char *form, char *allowed, size_t size)
{
    snprintf(allowed, size, "%s, with commas between; \"%.*s\" is not that", form,
             (int)(wrong.size < 64 ? wrong.size : 64), wrong.data ? wrong.data : "");
    return !wrong.data;
}

/* name: the flag or the variable, whichever the value came from; out->origin says
 * which already. */
static enum tf_status set_value(const struct cli_option *option, const char *name, const char *text,
                                struct cli_value *out, struct tf_error *error)
{
    struct cli_value value = {.text = text, .origin = out->origin};
    struct cli_address address;
    char allowed[256] = "";
    bool good = false;
    switch (option->type) {
    case CLI_FLAG:
        value.number = 1;
        good = true;
        break;
    case CLI_TEXT:
        good = *text != '\0';
        snprintf(allowed, sizeof allowed, "a path");
        break;
    case CLI_NUMBER:
        good = parse_number(text, option->least, option->most, &value.number);
        snprintf(allowed, sizeof allowed, "a whole number from %" PRIu64 " to %" PRIu64,
                 option->least, option->most);
        break;
    case CLI_WORD:
        good = find_word(text, option->words, &value.number);
        join_words(option->words, allowed, sizeof allowed);
        break;
    case CLI_ADDRESS:
        good = cli_address_parse(text, &address);
        snprintf(allowed, sizeof allowed,
                 "a numeric address and a port, as 127.0.0.1:8080 or [::1]:8080");
        break;
    case CLI_ORIGIN:
        good = is_list(tf_http_origin_refused(text),
                       "*, or scheme://host[:port] as browsers send it (lower case, no path, no "
                       "port 80 or 443)",
                       allowed, sizeof allowed);
        break;
    case CLI_NETWORK:
        good = is_list(tf_http_network_refused(text),
                       "numeric addresses or networks without bits behind their length, as "
                       "127.0.0.1 or 2001:db8::/32",
                       allowed, sizeof allowed);
        break;
    }
    if (!good && option->commands & CLI_SECRET)
        return tf_error_set(error, TF_USAGE, "%s: this value is not allowed; allowed: %s", name,
                            allowed);
    if (!good)
        return tf_error_set(error, TF_USAGE, "%s: \"%s\" is not allowed; allowed: %s", name, text,
                            allowed);
    *out = value;
    return TF_OK;
}

/* --- Parsing ------------------------------------------------------------- */

/* The option that the argument names, up to its '='. */
static int find_option(enum cli_command_id command, const char *argument)
{
    size_t size = strcspn(argument, "=");
    for (int i = 0; i < CLI_OPTION__MAX; i++)
        if (cli_takes(command, (enum cli_option_id)i) && strlen(cli_options[i].flag) == size &&
            strncmp(cli_options[i].flag, argument, size) == 0)
            return i;
    return -1;
}

/* Takes argv[*at] and, where the value stands apart, the one after it. */
static enum tf_status parse_option(struct cli_invocation *invocation, int argc, char **argv,
                                   int *at, struct tf_error *error)
{
    const char *argument = argv[*at];
    int id = find_option(invocation->command, argument);
    if (id < 0)
        return tf_error_set(error, TF_USAGE, "unknown option \"%s\"", argument);
    const struct cli_option *option = &cli_options[id];
    const char *equals = strchr(argument, '=');
    const char *value = equals ? equals + 1 : NULL;
    if (option->type == CLI_FLAG && value)
        return tf_error_set(error, TF_USAGE, "%s: takes no value", option->flag);
    if (option->type != CLI_FLAG && !value) {
        if (*at + 1 >= argc)
            return tf_error_set(error, TF_USAGE, "%s: needs a value: %s", option->flag,
                                option->placeholder);
        value = argv[++*at];
    }
    invocation->values[id].origin = CLI_FROM_COMMAND_LINE;
    return set_value(option, option->flag, value, &invocation->values[id], error);
}

static enum tf_status parse_arguments(struct cli_invocation *invocation, int argc, char **argv,
                                      struct tf_error *error)
{
    bool options_end = false;
    invocation->arguments = argv;
    for (int i = 0; i < argc; i++) {
        enum tf_status status = TF_OK;
        if (options_end || argv[i][0] != '-' || argv[i][1] == '\0')
            argv[invocation->count++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            options_end = true;
        else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            invocation->help = true;
        else
            status = parse_option(invocation, argc, argv, &i, error);
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

/* Fills what the command line left open. */
static enum tf_status apply_environment(struct cli_invocation *invocation, struct tf_error *error)
{
    for (int i = 0; i < CLI_OPTION__MAX; i++) {
        const struct cli_option *option = &cli_options[i];
        struct cli_value *value = &invocation->values[i];
        if (!cli_takes(invocation->command, (enum cli_option_id)i) || value->text ||
            option->type == CLI_FLAG)
            continue;
        const char *text = option->variable ? getenv(option->variable) : NULL;
        const char *name = option->variable;
        value->origin = CLI_FROM_ENVIRONMENT;
        if (!text || *text == '\0') {
            text = option->fallback;
            name = option->flag;
            value->origin = CLI_FROM_DEFAULT;
        }
        enum tf_status status = text ? set_value(option, name, text, value, error) : TF_OK;
        if (status != TF_OK)
            return status;
    }
    return TF_OK;
}

/* What makes sense only together. */
static enum tf_status check_pairs(const struct cli_invocation *invocation, struct tf_error *error)
{
    bool certificate = invocation->values[CLI_TLS_CERT].text;
    bool key = invocation->values[CLI_TLS_KEY].text;
    if (!cli_takes(invocation->command, CLI_TLS_KEY) || certificate == key)
        return TF_OK;
    return tf_error_set(error, TF_USAGE, "%s: needs %s, too",
                        cli_options[certificate ? CLI_TLS_CERT : CLI_TLS_KEY].flag,
                        cli_options[certificate ? CLI_TLS_KEY : CLI_TLS_CERT].flag);
}

enum tf_status cli_parse(enum cli_command_id command, int argc, char **argv,
                         struct cli_invocation *out, struct tf_error *error)
{
    struct cli_invocation invocation = {.command = command};
    enum tf_status status = parse_arguments(&invocation, argc, argv, error);
    if (status == TF_OK && !invocation.help)
        status = apply_environment(&invocation, error);
    if (status == TF_OK && !invocation.help)
        status = check_pairs(&invocation, error);
    if (status == TF_OK)
        *out = invocation;
    return status;
}
