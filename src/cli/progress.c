/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_NS 100000000u
enum { BAR_CELLS = 24, LINE_MAX_COLUMNS = 200 };

void progress_init(struct progress *progress)
{
    const char *terminal = getenv("TERM");
    bool can_erase = terminal && *terminal && strcmp(terminal, "dumb") != 0;
    *progress = (struct progress){.on = can_erase && isatty(STDERR_FILENO) == 1,
                                  .started_ns = tf_clock_monotonic_ns()};
}

static void format_bytes(double bytes, char out[16])
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < sizeof units / sizeof *units; unit++)
        bytes /= 1024;
    snprintf(out, 16, unit ? "%.1f %s" : "%.0f %s", bytes, units[unit]);
}

/* Time left by the bytes: files differ too much in size to count. */
static void format_left(double seconds, char out[24])
{
    if (seconds < 60)
        snprintf(out, 24, "%.0f s left", seconds);
    else if (seconds < 360000)
        snprintf(out, 24, "%d:%02d min left", (int)(seconds / 60), (int)seconds % 60);
    else
        snprintf(out, 24, "days left");
}

static size_t columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col < LINE_MAX_COLUMNS ? size.ws_col : LINE_MAX_COLUMNS;
}

static void draw(const struct tf_load_progress *now, double elapsed)
{
    char bar[BAR_CELLS + 1], done[16], all[16], rate[16], left[24] = "";
    double share = now->bytes ? (double)now->bytes_done / (double)now->bytes : 0;
    double speed = elapsed > 0 ? (double)now->bytes_done / elapsed : 0;
    for (size_t i = 0; i < BAR_CELLS; i++)
        bar[i] = (double)i < share * BAR_CELLS ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    format_bytes((double)now->bytes_done, done);
    format_bytes((double)now->bytes, all);
    format_bytes(speed, rate);
    if (speed > 0)
        format_left((double)(now->bytes - now->bytes_done) / speed, left);
    char line[LINE_MAX_COLUMNS + 1];
    int length = snprintf(line, sizeof line, "[%s] %zu/%zu files  %s/%s  %s/s  %s", bar,
                          now->files_done, now->files, done, all, rate, left);
    if (length < 0)
        return;
    /* A line that wraps could not be erased; the last column stays free. */
    line[columns() - 1] = '\0';
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
}

void progress_update(struct progress *progress, const struct tf_load_progress *now)
{
    uint64_t time = tf_clock_monotonic_ns();
    if (!progress->on || (progress->drawn_ns && time - progress->drawn_ns < REDRAW_NS))
        return;
    progress->drawn_ns = time;
    progress->drawn = true;
    draw(now, (double)(time - progress->started_ns) / 1e9);
}

void progress_erase(struct progress *progress)
{
    if (!progress->drawn)
        return;
    progress->drawn = false;
    fputs("\r\033[K", stderr);
    fflush(stderr);
}
