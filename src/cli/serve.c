/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <treatfacts/confine.h>
#include <treatfacts/extract.h>
#include <treatfacts/http.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* A container starts at once: where there is no database yet, an empty one is
 * made, with the vocabulary. One that is there is left as it is; an older one
 * is refused, because a daemon should not migrate behind its owner's back. */
static enum tf_status make_if_missing(const struct cli_invocation *invocation,
                                      struct tf_error *error)
{
    struct tf_lexicon *lexicon;
    struct tf_store *store;
    if (!tf_store_is_missing(invocation->values[CLI_DB].text))
        return TF_OK;
    enum tf_status status = cli_open(invocation, TF_STORE_CREATE, &lexicon, &store, error);
    if (status != TF_OK)
        return status;
    status = tf_load_vocabulary(store, lexicon, error);
    tf_store_close(store);
    tf_lexicon_free(lexicon);
    return status;
}

static void log_listening(const struct tf_http_options *options, const struct tf_http *http)
{
    const struct tf_log_field fields[] = {
        TF_LOG_STR("address", tf_str_of(options->address)),
        TF_LOG_NUM("port", tf_http_port(http)),
        TF_LOG_STR("database", tf_str_of(options->database)),
        TF_LOG_STR("version", tf_str_of(TF_VERSION)),
        TF_LOG_STR("admin_address", tf_str_of(options->admin_address)),
        TF_LOG_NUM("admin_port", tf_http_admin_port(http)),
    };
    size_t count = sizeof fields / sizeof *fields;
    tf_log(TF_LOG_INFO, "listening", fields, options->admin_address ? count : count - 2);
}

static void describe_layer(const struct tf_confine_layer *layer, char *out, size_t size)
{
    if (layer->version)
        snprintf(out, size, "on, version %u", layer->version);
    else
        snprintf(out, size, "off: %s", layer->reason);
}

/* An operator who reckons with a layer should see that it is not there. */
static void log_confinement(const struct tf_confinement *confinement)
{
    char landlock[96], seccomp[96];
    describe_layer(&confinement->landlock, landlock, sizeof landlock);
    describe_layer(&confinement->seccomp, seccomp, sizeof seccomp);
    const struct tf_log_field fields[] = {
        TF_LOG_STR("landlock", tf_str_of(landlock)),
        TF_LOG_STR("seccomp", tf_str_of(seccomp)),
    };
    bool whole = confinement->landlock.version && confinement->seccomp.version;
    tf_log(whole ? TF_LOG_INFO : TF_LOG_WARN, "confined", fields, sizeof fields / sizeof *fields);
}

static enum tf_status confine(const void *values, struct tf_error *error)
{
    static const struct tf_confine_layer off = {0, "--confine off"};
    struct tf_confinement confinement = {off, off};
    const struct cli_value *value = values;
    const char *const reads[] = {value[CLI_TLS_CERT].text, value[CLI_TLS_KEY].text, NULL};
    enum tf_status status = TF_OK;
    if (value[CLI_CONFINE].number == CLI_CONFINE_ENFORCE)
        status = tf_confine(value[CLI_DB].text, reads, &confinement, error);
    if (status == TF_OK)
        log_confinement(&confinement);
    return status;
}

/* The signals are blocked before any thread starts, so that all inherit the
 * mask and only this one takes them. */
static int wait_for_signal(const sigset_t *signals)
{
    int number;
    while (sigwait(signals, &number) != 0)
        continue;
    return number;
}

/* False: a signal came meanwhile, and was taken. */
static bool wait_in_peace(const sigset_t *signals, uint64_t ns)
{
    const struct timespec limit = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
    int number;
    do
        number = sigtimedwait(signals, NULL, &limit);
    while (number < 0 && errno == EINTR);
    return number < 0;
}

/* Another signal ends what is waited for. */
static void stop(struct tf_http *http, const sigset_t *signals, const struct cli_value *values)
{
    const uint64_t second = 1000000000u, look = second / 100;
    tf_http_drain(http);
    (void)wait_in_peace(signals, values[CLI_DRAIN_SECONDS].number * second);
    tf_http_close(http);
    uint64_t end = tf_clock_monotonic_ns() + values[CLI_GRACE_SECONDS].number * second;
    while (tf_http_busy(http) && tf_clock_monotonic_ns() < end && wait_in_peace(signals, look))
        continue;
    tf_http_stop(http);
}

/* Facts change by loads, not by the second. */
static unsigned stale_age(const struct cli_value *values)
{
    const struct cli_value *given = &values[CLI_STALE_AGE];
    return (unsigned)(given->text ? given->number : 10 * values[CLI_MAX_AGE].number);
}

/* One thread is kept for what needs no database, where there are several. */
static unsigned cold_queries(const struct cli_value *values)
{
    uint64_t threads = values[CLI_THREADS].number;
    const struct cli_value *given = &values[CLI_COLD_QUERIES];
    return (unsigned)(given->text ? given->number : threads > 1 ? threads - 1 : 1);
}

static struct tf_http_limits limits_of(const struct cli_value *values)
{
    const struct cli_value *burst = &values[CLI_BURST];
    return (struct tf_http_limits){
        .connections_per_client = (unsigned)values[CLI_CONNECTIONS_PER_CLIENT].number,
        .head_seconds = (unsigned)values[CLI_HEAD_SECONDS].number,
        .idle_seconds = (unsigned)values[CLI_IDLE_SECONDS].number,
        .send_seconds = (unsigned)values[CLI_SEND_SECONDS].number,
        .send_rate = (unsigned)values[CLI_SEND_RATE].number,
        .stream_seconds = (unsigned)values[CLI_STREAM_SECONDS].number,
        .url_bytes = (unsigned)values[CLI_MAX_URL_BYTES].number,
        .head_bytes = (unsigned)values[CLI_MAX_HEAD_BYTES].number,
        .head_fields = (unsigned)values[CLI_MAX_HEAD_FIELDS].number,
        .body_bytes = (unsigned)values[CLI_MAX_BODY_BYTES].number,
        .answer_bytes = (size_t)values[CLI_MAX_ANSWER_BYTES].number,
        .cold_queries = cold_queries(values),
        .query_ms = (unsigned)values[CLI_QUERY_MS].number,
        .rate = (unsigned)values[CLI_RATE].number,
        .burst = (unsigned)(burst->text ? burst->number : 2 * values[CLI_RATE].number),
    };
}

int cli_run_serve(const struct cli_invocation *invocation)
{
    const struct cli_value *values = invocation->values;
    struct tf_error error;
    struct cli_address address, admin;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    char lexicon[TF_LEXICON_VERSION_TEXT];
    tf_log_set_level((enum tf_log_level)values[CLI_LOG_LEVEL].number);
    TF_ASSERT(cli_address_parse(values[CLI_LISTEN].text, &address)); /* checked with the options */
    const char *admin_address = values[CLI_ADMIN_LISTEN].text;
    TF_ASSERT(!admin_address || cli_address_parse(admin_address, &admin));
    struct tf_http_options options = {
        .database = values[CLI_DB].text,
        .address = address.host,
        .port = address.port,
        .certificate = values[CLI_TLS_CERT].text,
        .key = values[CLI_TLS_KEY].text,
        .admin_address = admin_address ? admin.host : NULL,
        .admin_port = admin_address ? admin.port : 0,
        .threads = (unsigned)values[CLI_THREADS].number,
        .connections = (unsigned)values[CLI_CONNECTIONS].number,
        .limits = limits_of(values),
        .max_age = (unsigned)values[CLI_MAX_AGE].number,
        .stale_age = stale_age(values),
        .cache_bytes = (size_t)values[CLI_CACHE_BYTES].number,
        .origins = values[CLI_ORIGINS].text,
        .extractor = TF_EXTRACTOR_VERSION,
        .lexicon = lexicon,
        .proxies = values[CLI_PROXIES].text,
        .confine = confine,
        .confine_context = values,
    };
    struct tf_http *http;
    if (tf_lexicon_version_of(values[CLI_LEXICON].text, lexicon, &error) != TF_OK ||
        make_if_missing(invocation, &error) != TF_OK ||
        tf_http_start(&options, &http, &error) != TF_OK)
        return cli_fail(&error);
    log_listening(&options, http);
    const char *name = sigabbrev_np(wait_for_signal(&signals));
    const struct tf_log_field stopping = TF_LOG_STR("signal", tf_str_of(name));
    tf_log(TF_LOG_INFO, "stopping", &stopping, 1);
    stop(http, &signals, values);
    tf_log(TF_LOG_INFO, "stopped", NULL, 0);
    return CLI_DONE;
}
