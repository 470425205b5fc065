/* SPDX-License-Identifier: MIT */
/* The one table of routes: dispatch, Allow, OPTIONS and the index follow it. */
#include "exchange.h"

#include <string.h>

#define JSON "application/json"
#define TEXT "text/plain"
#define HTML "text/html"

#define LIST(path, list, summary)                                                                  \
    {                                                                                              \
        path, METHODS_READ, tf_handle_list, JSON, CACHE_SHARED, summary, list, TF_KIND__MAX, 0,    \
            AT_PUBLIC                                                                              \
    }
#define ONE(path, list, kind, handle, summary)                                                     \
    {                                                                                              \
        path, METHODS_READ, handle, JSON, CACHE_SHARED, summary, list, kind, 0, AT_PUBLIC          \
    }
#define SERVICE(path, handle, cache, at, summary)                                                  \
    {                                                                                              \
        path, METHODS_READ, handle, JSON, cache, summary, TF_LIST__MAX, TF_KIND__MAX, 0, at        \
    }
#define PAGE(path, handle, summary)                                                                \
    {                                                                                              \
        path, METHODS_READ, handle, HTML, CACHE_SHARED, summary, TF_LIST__MAX, TF_KIND__MAX,       \
            1u << TF_FORMAT_HTML | 1u << TF_FORMAT_JSON, AT_PUBLIC                                 \
    }

const struct route tf_routes[] = {
    LIST("/v1/claims", TF_LIST_CLAIMS, "Claims with their spans, labels and sources"),
    ONE("/v1/claims/{id}", TF_LIST_CLAIMS, TF_KIND_CLAIM, tf_handle_single, "One claim"),
    LIST("/v1/sources", TF_LIST_SOURCES, "The source texts and what was found in them"),
    ONE("/v1/sources/{id}", TF_LIST_SOURCES, TF_KIND_SOURCE, tf_handle_single, "One source"),
    {"/v1/sources/{id}/text", METHODS_READ, tf_handle_text, TEXT, CACHE_SHARED,
     "The stored text of a source, byte for byte", TF_LIST__MAX, TF_KIND_SOURCE, 0, AT_PUBLIC},
    {"/v1/sources/{id}/segments", METHODS_READ, tf_handle_segments, JSON, CACHE_SHARED,
     "The segments of a source with their roles", TF_LIST_SEGMENTS, TF_KIND_SOURCE, 0, AT_PUBLIC},
    ONE("/v1/onset-windows/summary", TF_LIST_SUMMARY, TF_KIND__MAX, tf_handle_summary,
        "Where sources agree on how soon, and where not"),
    LIST("/v1/onset-windows", TF_LIST_ONSET_WINDOWS, "How soon effects are said to begin"),
    ONE("/v1/onset-windows/{id}", TF_LIST_ONSET_WINDOWS, TF_KIND_WINDOW, tf_handle_onset_window,
        "One onset window"),
    LIST("/v1/time-windows", TF_LIST_TIME_WINDOWS, "How soon and how long, all measures"),
    ONE("/v1/time-windows/{id}", TF_LIST_TIME_WINDOWS, TF_KIND_WINDOW, tf_handle_single,
        "One time window"),
    LIST("/v1/faqs", TF_LIST_FAQS, "Questions with their answers"),
    ONE("/v1/faqs/{id}", TF_LIST_FAQS, TF_KIND_FAQ, tf_handle_single,
        "One question with its answer"),
    LIST("/v1/studies", TF_LIST_STUDIES, "Studies, journals and institutes the sources cite"),
    ONE("/v1/studies/{id}", TF_LIST_STUDIES, TF_KIND_STUDY, tf_handle_single, "One cited study"),
    ONE("/v1/search", TF_LIST_SEARCH, TF_KIND__MAX, tf_handle_search,
        "Full text over claims, FAQs and sources"),
    LIST("/v1/treatments", TF_LIST_TREATMENTS, "Codes of treatments"),
    LIST("/v1/conditions", TF_LIST_CONDITIONS, "Codes of conditions"),
    LIST("/v1/topics", TF_LIST_TOPICS, "Codes of topics"),
    LIST("/v1/routes", TF_LIST_ROUTES, "Codes of routes of administration"),
    SERVICE("/openapi.json", tf_handle_openapi, CACHE_SHARED, AT_PUBLIC,
            "This interface as OpenAPI 3.1"),
    SERVICE("/healthz", tf_handle_alive, CACHE_NONE, AT_BOTH, "Is the process alive?"),
    SERVICE("/readyz", tf_handle_ready, CACHE_NONE, AT_BOTH, "Is the database there and current?"),
    {"/metrics", METHODS_READ, tf_handle_metrics, TEXT, CACHE_NONE,
     "What the service counts of itself, for Prometheus", TF_LIST__MAX, TF_KIND__MAX, 0, AT_ADMIN},
    SERVICE("/version", tf_handle_version, CACHE_NONE, AT_BOTH,
            "Versions of program and libraries"),
    SERVICE("/", tf_handle_index, CACHE_SHARED, AT_PUBLIC, "The entry points"),
    PAGE("/problems", tf_handle_problems, "The problems that answers tell of"),
    PAGE("/problems/{code}", tf_handle_problem, "What a problem means and what to do"),
    {NULL, 0, NULL, NULL, CACHE_NONE, NULL, TF_LIST__MAX, TF_KIND__MAX, 0, 0},
};

static bool matches(const char *pattern, const struct tf_target *target, struct tf_str *id)
{
    size_t i = 0;
    for (const char *p = pattern; p[1]; i++) {
        const char *segment = p + 1;
        size_t size = strcspn(segment, "/");
        p = segment + size;
        if (i == target->segments.n)
            return false;
        struct tf_str wanted = {segment, size}, given = target->segments.v[i];
        if (wanted.size && wanted.data[0] == '{' && given.size)
            *id = given;
        else if (!tf_str_equal(wanted, given))
            return false;
        if (!*p) {
            i++;
            break;
        }
    }
    return i == target->segments.n;
}

const struct route *tf_route_find(const struct tf_target *target, unsigned at, struct tf_str *id)
{
    for (const struct route *route = tf_routes; route->pattern; route++)
        if (route->at & at && matches(route->pattern, target, id))
            return route;
    return NULL;
}

size_t tf_route_place(const struct route *route)
{
    return (size_t)(route - tf_routes);
}

static const struct {
    const char *name;
    unsigned bit;
} method_names[] = {{"GET", METHOD_GET}, {"HEAD", METHOD_HEAD}, {"OPTIONS", METHOD_OPTIONS}};

enum { METHOD_COUNT = sizeof method_names / sizeof *method_names };

unsigned tf_method_find(const char *name)
{
    for (size_t i = 0; i < METHOD_COUNT; i++)
        if (strcmp(method_names[i].name, name) == 0)
            return method_names[i].bit;
    return 0;
}

void tf_method_list(unsigned methods, char out[64])
{
    const char *before = "";
    out[0] = '\0';
    for (size_t i = 0; i < METHOD_COUNT; i++) {
        if (!(methods & method_names[i].bit))
            continue;
        out = stpcpy(stpcpy(out, before), method_names[i].name);
        before = ", ";
    }
}
