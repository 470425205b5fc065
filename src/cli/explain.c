/* SPDX-License-Identifier: MIT */
/*
 * `extract --explain`: the reading of a text for a person. Each segment with
 * its role and the rule that gave it; below a claim its labels and cues, below
 * those each length of time and what became of it. In colour on a terminal.
 */
#include "explain.h"

#include "cli.h"

#include <unistd.h>

/* One colour a role, by what a reader looks for: claims plain and bright,
 * what is not served dim. */
static const char *const role_colours[TF_ROLE__MAX] = {
    [TF_ROLE_CLAIM] = "\033[1;32m",     [TF_ROLE_QUESTION] = "\033[1;36m",
    [TF_ROLE_HEADING] = "\033[1;34m",   [TF_ROLE_STEM] = "\033[36m",
    [TF_ROLE_HEADER_CELL] = "\033[34m", [TF_ROLE_PROMO] = "\033[35m",
    [TF_ROLE_CONTACT] = "\033[35m",     [TF_ROLE_CHROME] = "\033[2m",
    [TF_ROLE_META] = "\033[33m",        [TF_ROLE_FRAGMENT] = "\033[2m"};

struct view {
    const struct tf_extraction *facts;
    struct tf_str text;
    FILE *out;
    bool colour;
    size_t claim, window, time; /* the next of each: all lists ascend */
};

static void paint(const struct view *v, const char *colour)
{
    if (v->colour)
        fputs(colour, v->out);
}

static void print_codes(const struct view *v, const char *name, const struct tf_strs *codes)
{
    if (codes->n == 0)
        return;
    fprintf(v->out, "  %s", name);
    for (size_t i = 0; i < codes->n; i++) {
        fputc(i ? ',' : ' ', v->out);
        cli_print_safe(v->out, codes->v[i]);
    }
}

static void print_claim(const struct view *v, const struct tf_claim *claim)
{
    fprintf(v->out, "             %s, %s, %s", tf_topic_names[claim->topic],
            tf_certainty_names[claim->certainty], tf_polarity_names[claim->polarity]);
    print_codes(v, "hedges", &claim->hedges);
    print_codes(v, "treatments", &claim->treatments);
    print_codes(v, "conditions", &claim->conditions);
    print_codes(v, "routes", &claim->routes);
    fputc('\n', v->out);
    for (size_t i = 0; i + 1 < claim->spans.n; i++) {
        fprintf(v->out,
                "             completed by its %s: ", tf_span_role_names[claim->spans.v[i].role]);
        cli_print_safe(v->out, claim->spans.v[i].exact);
        fputc('\n', v->out);
    }
    fputs("             ", v->out);
    cli_print_safe(v->out, claim->reason);
    fputc('\n', v->out);
}

static void print_end(const struct view *v, struct tf_str iso, int sessions)
{
    if (sessions >= 0)
        fprintf(v->out, "%d", sessions);
    else if (iso.data)
        cli_print_safe(v->out, iso);
    else
        fputs("open", v->out);
}

static void print_window(const struct view *v, const struct tf_window *window)
{
    fprintf(v->out, "; %s ", tf_measure_names[window->measure]);
    print_end(v, window->min, window->min_sessions);
    fputs(" to ", v->out);
    print_end(v, window->max, window->max_sessions);
    fprintf(v->out, "%s, %s, %s", window->basis == TF_BASIS_SESSIONS ? " sessions" : "",
            tf_bound_names[window->bound], tf_precision_names[window->precision]);
    print_codes(v, "of", &window->treatments);
}

static void print_time(struct view *v, const struct tf_time *time)
{
    paint(v, time->window ? "\033[32m" : "\033[2m");
    fputs("             \"", v->out);
    cli_print_safe(v->out, time->text);
    fprintf(v->out, "\" %s: ", time->window ? "window" : "no window");
    cli_print_safe(v->out, time->reason);
    if (time->window && v->window < v->facts->windows.n)
        print_window(v, &v->facts->windows.v[v->window++]);
    paint(v, "\033[0m");
    fputc('\n', v->out);
}

static void print_segment(struct view *v, size_t index)
{
    const struct tf_segment *segment = &v->facts->segments.v[index];
    paint(v, role_colours[segment->role]);
    fprintf(v->out, "%-11s", tf_role_names[segment->role]);
    paint(v, "\033[0m");
    fputs("  ", v->out);
    cli_print_safe(v->out, (struct tf_str){v->text.data + segment->at.byte_start,
                                           segment->at.byte_end - segment->at.byte_start});
    paint(v, "\033[2m");
    fputs("\n             ", v->out);
    cli_print_safe(v->out, segment->reason);
    fputc('\n', v->out);
    paint(v, "\033[0m");
    if (v->claim < v->facts->claims.n && v->facts->claims.v[v->claim].segment == index)
        print_claim(v, &v->facts->claims.v[v->claim++]);
    while (v->time < v->facts->times.n &&
           v->facts->times.v[v->time].at.byte_start < segment->at.byte_end)
        print_time(v, &v->facts->times.v[v->time++]);
}

static void print_faqs(const struct view *v)
{
    for (size_t i = 0; i < v->facts->faqs.n; i++) {
        const struct tf_faq *faq = &v->facts->faqs.v[i];
        fprintf(v->out, "FAQ (%s)  ", tf_origin_names[faq->origin]);
        cli_print_safe(v->out, faq->question.data ? faq->question : TF_STR("question lost"));
        fprintf(v->out, "  answered by %zu claims, characters %u to %u\n", faq->claims.n,
                faq->answer_spans.v[0].start, faq->answer_spans.v[faq->answer_spans.n - 1].end);
    }
}

static void print_studies(const struct view *v)
{
    for (size_t i = 0; i < v->facts->studies.n; i++) {
        const struct tf_study *study = &v->facts->studies.v[i];
        fputs("study  ", v->out);
        cli_print_safe(v->out, study->name);
        if (study->year)
            fprintf(v->out, ", %d", study->year);
        if (study->study_type.data) {
            fputs(", ", v->out);
            cli_print_safe(v->out, study->study_type);
        }
        if (study->participants)
            fprintf(v->out, ", %d people", study->participants);
        fputc('\n', v->out);
    }
}

void cli_explain(FILE *out, const struct tf_extraction *facts, struct tf_str text)
{
    struct view v = {.facts = facts, .text = text, .out = out, .colour = isatty(fileno(out))};
    for (size_t i = 0; i < facts->segments.n; i++)
        print_segment(&v, i);
    print_faqs(&v);
    print_studies(&v);
}
