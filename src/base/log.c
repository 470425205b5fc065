/* SPDX-License-Identifier: MIT */
#include <treatfacts/base.h>

#include <stdatomic.h>
#include <unistd.h>

static atomic_int threshold = TF_LOG_INFO;

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

void tf_log_set_level(enum tf_log_level level)
{
    atomic_store(&threshold, (int)level);
}

bool tf_log_shows(enum tf_log_level level)
{
    return (int)level >= atomic_load_explicit(&threshold, memory_order_relaxed);
}

/* Standard error may be full or closed; there is nobody to tell. */
static void write_line(const struct tf_buf *line)
{
    for (size_t done = 0; done < line->size;) {
        ssize_t wrote = write(STDERR_FILENO, line->data + done, line->size - done);
        if (wrote <= 0)
            return;
        done += (size_t)wrote;
    }
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
