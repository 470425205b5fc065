/* SPDX-License-Identifier: MIT */
#include <treatfacts/base.h>

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

static atomic_int threshold = TF_LOG_INFO;
static _Atomic uint64_t dropped;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the end of what was written */
static bool torn; /* a line was begun and could not be ended */

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

void tf_log_set_level(enum tf_log_level level)
{
    atomic_store(&threshold, (int)level);
}

bool tf_log_shows(enum tf_log_level level)
{
    return (int)level >= atomic_load_explicit(&threshold, memory_order_relaxed);
}

/*
 * What standard error does not take at once is not written: whoever reads it may
 * have stopped, and a thread that waited for that would answer nobody. It is not
 * made non-blocking, because other processes may share it. Where there is room at
 * all, a pipe has it for PIPE_BUF bytes; the lock keeps other threads from taking it
 * between the look and the write.
 */
static size_t write_now(const char *data, size_t size)
{
    size_t done = 0;
    while (done < size) {
        struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
        size_t left = size - done;
        if (poll(&room, 1, 0) <= 0 || !(room.revents & POLLOUT))
            break;
        ssize_t wrote = write(STDERR_FILENO, data + done, left < PIPE_BUF ? left : PIPE_BUF);
        if (wrote <= 0)
            break;
        done += (size_t)wrote;
    }
    return done;
}

static void write_line(const struct tf_buf *line)
{
    size_t done = 0;
    pthread_mutex_lock(&lock);
    if (torn && write_now("\n", 1) == 1)
        torn = false;
    if (!torn) {
        done = write_now(line->data, line->size);
        torn = done > 0 && done < line->size;
    }
    pthread_mutex_unlock(&lock);
    if (done < line->size)
        atomic_fetch_add(&dropped, 1);
}

uint64_t tf_log_dropped(void)
{
    return atomic_load(&dropped);
}

void tf_log(enum tf_log_level level, const char *event, const struct tf_log_field *fields,
            size_t count)
{
    if (!tf_log_shows(level))
        return;
    char now[TF_TIME_TEXT];
    tf_clock_utc(now);
    struct tf_buf line;
    tf_buf_init(&line);
    tf_buf_printf(&line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":", now, level_names[level]);
    tf_buf_add_json(&line, tf_str_of(event));
    for (size_t i = 0; i < count; i++) {
        tf_buf_add_char(&line, ',');
        tf_buf_add_json(&line, tf_str_of(fields[i].key));
        tf_buf_add_char(&line, ':');
        if (fields[i].kind == TF_LOG_NUMBER)
            tf_buf_printf(&line, "%.15g", fields[i].number);
        else if (fields[i].text.data)
            tf_buf_add_json(&line, fields[i].text);
        else
            tf_buf_add_text(&line, "null");
    }
    tf_buf_add_text(&line, "}\n");
    if (!line.failed)
        write_line(&line);
    tf_buf_clear(&line);
}
