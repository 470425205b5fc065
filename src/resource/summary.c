/* SPDX-License-Identifier: MIT */
/* The answer that shows where sources agree on how soon, and where not. */
#include "facts.h"

#include <math.h>

/* --- Intervals ----------------------------------------------------------- */

/* An ISO 8601 duration in the largest unit that needs no fraction. */
static void put_duration(struct tf_json *json, const char *key, double seconds)
{
    static const struct {
        double seconds;
        const char *before;
        char letter;
    } units[] = {{7 * 86400, "P", 'W'}, {86400, "P", 'D'}, {3600, "PT", 'H'}, {60, "PT", 'M'}};
    enum { UNITS = sizeof units / sizeof *units };
    size_t i = 0;
    if (isnan(seconds) || isinf(seconds)) {
        tf_json_null(json, key);
        return;
    }
    while (i < UNITS && (seconds <= 0 || fmod(seconds, units[i].seconds) != 0))
        i++;
    struct tf_buf text;
    tf_buf_init(&text);
    if (i < UNITS)
        tf_buf_printf(&text, "%s%.0f%c", units[i].before, seconds / units[i].seconds,
                      units[i].letter);
    else
        tf_buf_printf(&text, "PT%.15gS", seconds);
    json->failed = json->failed || text.failed;
    tf_json_str(json, key, tf_buf_str(&text));
    tf_buf_clear(&text);
}

/* What is open stays null: nobody said 0, and nobody said when it is too late. */
static void put_interval(struct tf_json *json, const char *key, struct tf_interval interval,
                         enum tf_basis basis)
{
    bool time = basis == TF_BASIS_TIME;
    double min = interval.min > 0 ? interval.min : NAN;
    double max = isinf(interval.max) ? NAN : interval.max;
    tf_json_open_object(json, key);
    put_duration(json, "min", time ? min : NAN);
    put_duration(json, "max", time ? max : NAN);
    tf_json_number(json, "min_seconds", time ? min : NAN);
    tf_json_number(json, "max_seconds", time ? max : NAN);
    tf_json_number(json, "min_sessions", time ? NAN : min);
    tf_json_number(json, "max_sessions", time ? NAN : max);
    tf_json_close_object(json);
}

/* --- Who says what ------------------------------------------------------- */

static double sessions(int count)
{
    return count < 0 ? NAN : (double)count;
}

static void put_window(struct tf_json *json, const struct tf_window_row *row)
{
    const struct tf_window *w = &row->window;
    tf_json_open_object(json, NULL);
    tf_json_uuid(json, "id", w->id);
    tf_json_uuid(json, "claim", w->claim);
    tf_json_href(json, "href", "/v1/onset-windows/", w->id, "");
    tf_json_str(json, "text", w->expression);
    tf_json_str(json, "quote", row->quote);
    tf_json_str(json, "min", w->min);
    tf_json_str(json, "max", w->max);
    tf_json_number(json, "min_seconds", w->min_seconds);
    tf_json_number(json, "max_seconds", w->max_seconds);
    tf_json_number(json, "min_sessions", sessions(w->min_sessions));
    tf_json_number(json, "max_sessions", sessions(w->max_sessions));
    tf_json_text(json, "bound", tf_bound_names[w->bound]);
    tf_json_text(json, "precision", tf_precision_names[w->precision]);
    tf_json_text(json, "certainty", tf_certainty_names[row->certainty]);
    tf_json_close_object(json);
}

static void put_statements(struct tf_json *json, const struct tf_summary_group *group)
{
    tf_json_open_array(json, "statements");
    for (size_t i = 0; i < group->sources.n; i++) {
        const struct tf_summary_source *source = &group->sources.v[i];
        tf_json_open_object(json, NULL);
        tf_json_put_source_ref(json, source->source);
        tf_json_count(json, "independent_group", source->family);
        tf_json_open_array(json, "windows");
        for (size_t k = 0; k < source->windows.n; k++)
            put_window(json, source->windows.v[k]);
        tf_json_close_array(json);
        tf_json_close_object(json);
    }
    tf_json_close_array(json);
}

/* One side of a conflict, readable by itself. */
static void put_side(struct tf_json *json, const char *key, const struct tf_window_row *row)
{
    tf_json_open_object(json, key);
    tf_json_uuid(json, "window", row->window.id);
    tf_json_put_source_ref(json, &row->source);
    tf_json_str(json, "expression", row->window.expression);
    tf_json_str(json, "quote", row->quote);
    tf_json_href(json, "href", "/v1/onset-windows/", row->window.id, "");
    tf_json_close_object(json);
}

static void put_conflicts(struct tf_json *json, const struct tf_summary_group *group)
{
    tf_json_open_array(json, "conflicts");
    for (size_t i = 0; i < group->conflicts.n; i++) {
        tf_json_open_object(json, NULL);
        put_side(json, "a", group->conflicts.v[i].a);
        put_side(json, "b", group->conflicts.v[i].b);
        tf_json_close_object(json);
    }
    tf_json_close_array(json);
    tf_json_bool(json, "conflicts_truncated", group->conflicts_truncated);
}

static void put_group(struct tf_json *json, const struct tf_summary_group *group,
                      unsigned group_by)
{
    tf_json_open_object(json, NULL);
    for (int key = 0; key < TF_GROUP__MAX; key++)
        if (group_by >> key & 1)
            tf_json_str(json, tf_group_key_names[key], group->key[key]);
    tf_json_text(json, "basis", tf_basis_names[group->basis]);
    tf_json_text(json, "agreement", tf_agreement_names[group->agreement]);
    put_interval(json, "envelope", group->envelope, group->basis);
    if (group->has_common)
        put_interval(json, "common", group->common, group->basis);
    else
        tf_json_null(json, "common");
    tf_json_count(json, "sources", group->sources.n);
    tf_json_count(json, "independent_sources", group->families);
    put_statements(json, group);
    put_conflicts(json, group);
    tf_json_close_object(json);
}

void tf_resource_summary(const struct tf_query *query, const struct tf_summary *summary,
                         struct tf_str self, struct tf_buf *out)
{
    struct tf_json json = tf_json_begin(out, TF_JSON_COMPACT);
    tf_json_open_object(&json, NULL);
    tf_json_open_array(&json, "data");
    for (size_t i = 0; i < summary->groups.n; i++)
        put_group(&json, &summary->groups.v[i], query->group_by);
    tf_json_close_array(&json);
    tf_json_put_links(&json, self, TF_STR_NULL);
    tf_json_open_object(&json, "meta");
    tf_json_open_array(&json, "group_by");
    for (int key = 0; key < TF_GROUP__MAX; key++)
        if (query->group_by >> key & 1)
            tf_json_text(&json, NULL, tf_group_key_names[key]);
    tf_json_close_array(&json);
    tf_json_count(&json, "groups", summary->groups.n);
    tf_json_count(&json, "windows", summary->windows);
    tf_json_put_meta(&json, &summary->dataset);
    tf_json_close_object(&json);
    tf_json_close_object(&json);
    tf_json_end(&json);
}
