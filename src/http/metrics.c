/* SPDX-License-Identifier: MIT */
/* Prometheus' text format, version 0.0.4. */
#include "metrics.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cache.h"

/* --- Counting ------------------------------------------------------------ */

/* The most frequent first; of those that stand twice the first counts. */
static const unsigned codes[] = {MHD_HTTP_OK, MHD_HTTP_NOT_MODIFIED, MHD_HTTP_NO_CONTENT,
#define X(name, status, code, title, meaning, advice) status,
                                 TF_PROBLEM_MAP(X)
#undef X
};
enum { CODES = sizeof codes / sizeof *codes };
_Static_assert((int)CODES <= (int)METRICS_CODES, "a counter for each status");

static const char *const methods[METRICS_METHODS] = {"GET", "HEAD", "OPTIONS", "other"};

static const struct {
    uint64_t ns;
    const char *seconds;
} times[METRICS_TIMES] = {
    {50000, "0.00005"},  {100000, "0.0001"},  {250000, "0.00025"}, {500000, "0.0005"},
    {1000000, "0.001"},  {2500000, "0.0025"}, {5000000, "0.005"},  {10000000, "0.01"},
    {25000000, "0.025"}, {50000000, "0.05"},  {100000000, "0.1"},  {250000000, "0.25"},
    {500000000, "0.5"},  {1000000000, "1"},   {2500000000, "2.5"}, {10000000000, "10"},
};

static size_t place_of_code(unsigned status)
{
    size_t i = 0;
    while (i < CODES - 1 && codes[i] != status)
        i++;
    TF_ASSERT(codes[i] == status);
    return i;
}

static size_t place_of_method(unsigned method)
{
    return method == METHOD_GET       ? 0
           : method == METHOD_HEAD    ? 1
           : method == METHOD_OPTIONS ? 2
                                      : METRICS_METHODS - 1;
}

void metrics_count(struct metrics *metrics, size_t route, unsigned method, unsigned status,
                   uint64_t ns)
{
    TF_ASSERT(route < METRICS_ROUTES);
    size_t time = 0;
    while (time < METRICS_TIMES && ns > times[time].ns)
        time++;
    metrics_add(&metrics->requests[route][place_of_method(method)][place_of_code(status)], 1);
    metrics_add(&metrics->durations[route][time], 1);
    metrics_add(&metrics->nanoseconds[route], ns);
}

/* Of each worker what was completed is read first: it had begun before. */
uint64_t metrics_in_flight(struct tf_http *http)
{
    uint64_t in_flight = 0;
    pthread_mutex_lock(&http->lock);
    for (struct worker *worker = http->workers; worker; worker = worker->next) {
        uint64_t completed = atomic_load_explicit(&worker->metrics.completed, memory_order_acquire);
        in_flight += atomic_load_explicit(&worker->metrics.begun, memory_order_relaxed) - completed;
    }
    pthread_mutex_unlock(&http->lock);
    return in_flight;
}

/* All workers together. NULL: no memory. */
static struct metrics *sum(struct tf_http *http, struct tf_arena *arena)
{
    struct metrics *all = TF_NEW(arena, struct metrics);
    pthread_mutex_lock(&http->lock);
    for (struct worker *worker = http->workers; all && worker; worker = worker->next) {
        tf_counter *to = (tf_counter *)all, *from = (tf_counter *)&worker->metrics;
        for (size_t i = 0; i < sizeof *all / sizeof *to; i++)
            metrics_add(&to[i], atomic_load_explicit(&from[i], memory_order_relaxed));
    }
    pthread_mutex_unlock(&http->lock);
    return all;
}

/* --- Writing ------------------------------------------------------------- */

static void open_family(struct tf_buf *out, const char *name, const char *type, const char *help)
{
    tf_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_sample(struct tf_buf *out, const char *name, uint64_t value)
{
    tf_buf_printf(out, "%s ", name);
    tf_buf_add_number(out, value);
    tf_buf_add_char(out, '\n');
}

static void add_single(struct tf_buf *out, const char *name, const char *type, const char *help,
                       uint64_t value)
{
    open_family(out, name, type, help);
    add_sample(out, name, value);
}

/* {name="value"; what is a mark in a value is escaped. */
static void add_label(struct tf_buf *out, const char *before, const char *name, const char *value)
{
    tf_buf_printf(out, "%s%s=\"", before, name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            tf_buf_add_char(out, '\\');
        if (*value == '\n')
            tf_buf_add_text(out, "\\n");
        else
            tf_buf_add_char(out, *value);
    }
    tf_buf_add_char(out, '"');
}

static const char *route_name(size_t place)
{
    return place ? tf_routes[place - 1].pattern : "none";
}

static size_t count_places(void)
{
    size_t count = 1;
    while (tf_routes[count - 1].pattern)
        count++;
    TF_ASSERT(count <= METRICS_ROUTES);
    return count;
}

static void write_requests(const struct metrics *all, struct tf_buf *out)
{
    static const char name[] = "treatfacts_http_requests_total";
    open_family(out, name, "counter", "Requests that were answered.");
    for (size_t i = 0; i < count_places(); i++)
        for (size_t method = 0; method < METRICS_METHODS; method++)
            for (size_t code = 0; code < CODES; code++) {
                if (!all->requests[i][method][code])
                    continue;
                tf_buf_add_text(out, name);
                add_label(out, "{", "route", route_name(i));
                add_label(out, ",", "method", methods[method]);
                tf_buf_printf(out, ",code=\"%u\"} ", codes[code]);
                tf_buf_add_number(out, all->requests[i][method][code]);
                tf_buf_add_char(out, '\n');
            }
}

static void add_of_route(struct tf_buf *out, const char *name, size_t route)
{
    tf_buf_add_text(out, name);
    add_label(out, "{", "route", route_name(route));
}

static void write_durations_of(const struct metrics *all, size_t route, struct tf_buf *out)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= METRICS_TIMES; i++) {
        count += all->durations[route][i];
        add_of_route(out, "treatfacts_http_request_duration_seconds_bucket", route);
        add_label(out, ",", "le", i < METRICS_TIMES ? times[i].seconds : "+Inf");
        tf_buf_add_text(out, "} ");
        tf_buf_add_number(out, count);
        tf_buf_add_char(out, '\n');
    }
    add_of_route(out, "treatfacts_http_request_duration_seconds_sum", route);
    tf_buf_printf(out, "} %.9f\n", (double)all->nanoseconds[route] / 1e9);
    add_of_route(out, "treatfacts_http_request_duration_seconds_count", route);
    tf_buf_add_text(out, "} ");
    tf_buf_add_number(out, count);
    tf_buf_add_char(out, '\n');
}

static void write_durations(const struct metrics *all, struct tf_buf *out)
{
    open_family(out, "treatfacts_http_request_duration_seconds", "histogram",
                "From the first line of a request until its answer was sent.");
    for (size_t i = 0; i < count_places(); i++)
        if (all->nanoseconds[i])
            write_durations_of(all, i, out);
}

static void write_now(struct tf_http *http, const struct metrics *all, struct tf_buf *out)
{
    size_t bytes, entries;
    cache_measure(http->cache, &bytes, &entries);
    add_single(out, "treatfacts_http_requests_in_flight", "gauge",
               "Requests begun and not yet completed, this one too.", metrics_in_flight(http));
    add_single(out, "treatfacts_http_connections", "gauge", "Open connections.",
               atomic_load(&http->connections));
    add_single(out, "treatfacts_cache_hits_total", "counter",
               "Requests answered with an answer that was kept.", all->cache_hits);
    add_single(out, "treatfacts_cache_misses_total", "counter",
               "Answers that could be kept and had to be made.", all->cache_misses);
    add_single(out, "treatfacts_cache_bytes", "gauge", "Memory of the answers that are kept.",
               bytes);
    add_single(out, "treatfacts_cache_entries", "gauge", "Answers that are kept.", entries);
}

static void write_log(struct tf_buf *out)
{
    add_single(out, "treatfacts_log_lines_dropped_total", "counter",
               "Lines that standard error did not take.", tf_log_dropped());
}

static void write_errors(const struct metrics *all, struct tf_buf *out)
{
    static const char name[] = "treatfacts_database_errors_total";
    open_family(out, name, "counter",
                "Answers that failed inside, mostly because of the database, by reason.");
    for (int i = TF_OK + 1; i < TF_STATUS__MAX; i++) {
        tf_buf_add_text(out, name);
        add_label(out, "{", "reason", tf_status_word((enum tf_status)i));
        tf_buf_add_text(out, "} ");
        tf_buf_add_number(out, all->errors[i]);
        tf_buf_add_char(out, '\n');
    }
}

/* --- The data set -------------------------------------------------------- */

static enum tf_status find_rows(struct exchange *exchange, struct tf_store *store, int64_t version,
                                struct tf_census *out)
{
    struct tf_http *http = exchange->request->http;
    unsigned generation = exchange->worker->generation;
    pthread_mutex_lock(&http->lock);
    bool known = http->census.set && http->census.generation == generation &&
                 http->census.version == version;
    struct tf_census rows = http->census.rows;
    pthread_mutex_unlock(&http->lock);
    enum tf_status status = known ? TF_OK : tf_store_census(store, &rows, &exchange->error);
    if (status != TF_OK)
        return status;
    pthread_mutex_lock(&http->lock);
    http->census = (struct census){true, generation, version, rows};
    pthread_mutex_unlock(&http->lock);
    *out = rows;
    return TF_OK;
}

/* Of one state: the version is read in the same snapshot as the rows. */
static enum tf_status read_dataset(struct exchange *exchange, struct tf_dataset *dataset,
                                   struct tf_census *rows)
{
    struct tf_http *http = exchange->request->http;
    struct tf_store *store;
    struct tf_error *error = &exchange->error;
    enum tf_status status = tf_worker_store(http, exchange->worker, &store, error);
    if (status == TF_OK)
        status = tf_store_snapshot_begin(store, error);
    if (status != TF_OK)
        return status;
    status = tf_store_dataset(store, dataset, error);
    if (status == TF_OK)
        status = find_rows(exchange, store, dataset->version, rows);
    tf_store_snapshot_end(store);
    return status;
}

static void write_rows(const struct tf_census *rows, struct tf_buf *out)
{
    const struct {
        const char *kind;
        uint64_t count;
    } kinds[] = {{"claims", rows->claims},
                 {"sources", rows->sources},
                 {"windows", rows->windows},
                 {"faqs", rows->faqs},
                 {"studies", rows->studies}};
    open_family(out, "treatfacts_dataset_rows", "gauge", "What is served, by kind.");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        tf_buf_add_text(out, "treatfacts_dataset_rows");
        add_label(out, "{", "kind", kinds[i].kind);
        tf_buf_add_text(out, "} ");
        tf_buf_add_number(out, kinds[i].count);
        tf_buf_add_char(out, '\n');
    }
}

/* Where the database cannot be read all else is told. */
static void write_dataset(struct exchange *exchange, struct tf_buf *out)
{
    struct tf_dataset dataset = {0};
    struct tf_census rows = {0};
    bool up = read_dataset(exchange, &dataset, &rows) == TF_OK;
    add_single(out, "treatfacts_database_up", "gauge", "1 when the database can be read.", up);
    if (!up) {
        tf_worker_close_store(exchange->worker);
        return;
    }
    add_single(out, "treatfacts_dataset_version", "gauge", "Raised with every change of the data.",
               (uint64_t)dataset.version);
    write_rows(&rows, out);
}

/* --- The process --------------------------------------------------------- */

static bool read_resident(uint64_t *out)
{
    char line[128] = "";
    FILE *file = fopen("/proc/self/statm", "re");
    bool read = file && fgets(line, sizeof line, file);
    if (file)
        fclose(file);
    char *resident = strchr(line, ' '); /* the second number, in pages */
    if (!read || !resident)
        return false;
    *out = strtoull(resident, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE);
    return true;
}

/* Not the one through which they are counted. */
static bool count_descriptors(uint64_t *out)
{
    DIR *folder = opendir("/proc/self/fd");
    uint64_t count = 0;
    if (!folder)
        return false;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    *out = count - 1;
    return true;
}

/* What /proc does not tell is left out. */
static void write_process(const struct tf_http *http, struct tf_buf *out)
{
    uint64_t value;
    open_family(out, "process_start_time_seconds", "gauge",
                "When the process started, in Unix seconds.");
    tf_buf_printf(out, "process_start_time_seconds %.3f\n", http->started);
    if (read_resident(&value))
        add_single(out, "process_resident_memory_bytes", "gauge", "Memory in use.", value);
    if (count_descriptors(&value))
        add_single(out, "process_open_fds", "gauge", "Open file descriptors.", value);
}

static void write_certificate(const struct tf_http *http, struct tf_buf *out)
{
    if (http->tls)
        add_single(out, "treatfacts_tls_certificate_not_after_seconds", "gauge",
                   "When the certificate in use ends, in Unix seconds.",
                   (uint64_t)tls_not_after(http->tls));
}

static void write_build(const struct tf_http *http, struct tf_buf *out)
{
    char schema[16];
    snprintf(schema, sizeof schema, "%d", tf_store_schema_version());
    open_family(out, "treatfacts_build_info", "gauge", "Versions of what runs here; always 1.");
    tf_buf_add_text(out, "treatfacts_build_info");
    add_label(out, "{", "version", TF_VERSION);
    add_label(out, ",", "extractor", http->extractor);
    add_label(out, ",", "lexicon", http->lexicon);
    add_label(out, ",", "schema", schema);
    add_label(out, ",", "sqlite", tf_store_library_version());
    add_label(out, ",", "libmicrohttpd", tf_http_library_version());
    tf_buf_add_text(out, "} 1\n");
}

enum tf_status tf_handle_metrics(struct exchange *exchange)
{
    struct tf_http *http = exchange->request->http;
    struct tf_buf *out = &exchange->reply.body;
    enum tf_status status = tf_no_parameters(exchange);
    if (status != TF_OK)
        return status;
    const struct metrics *all = sum(http, exchange->worker->arena);
    if (!all)
        return tf_error_set(&exchange->error, TF_NO_MEMORY, "out of memory");
    write_requests(all, out);
    write_durations(all, out);
    write_now(http, all, out);
    write_errors(all, out);
    write_log(out);
    write_dataset(exchange, out);
    write_process(http, out);
    write_certificate(http, out);
    write_build(http, out);
    exchange->reply.type = "text/plain; version=0.0.4; charset=utf-8";
    return TF_OK;
}
