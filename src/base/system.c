/* SPDX-License-Identifier: MIT */
/* Embedded files, files and clock. */
#include <treatfacts/base.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

const struct tf_embedded *tf_embedded_find(const char *name)
{
    for (const struct tf_embedded *file = tf_embedded_files; file->name; file++)
        if (strcmp(file->name, name) == 0)
            return file;
    return NULL;
}

/* The file is read to its end, whatever fstat said: it may grow meanwhile. */
static enum tf_status read_all(int fd, const char *path, size_t limit, struct tf_buf *out,
                               struct tf_error *error)
{
    char chunk[64 * 1024];
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return tf_error_set(error, TF_IO, "%s: %s", path, strerror(errno));
        if (got == 0)
            return TF_OK;
        if ((size_t)got > limit - out->size)
            return tf_error_set(error, TF_TOO_LARGE, "%s: larger than the limit of %zu bytes", path,
                                limit);
        tf_buf_add(out, chunk, (size_t)got);
        if (out->failed)
            return tf_error_set(error, TF_NO_MEMORY, "%s: out of memory", path);
    }
}

enum tf_status tf_file_read(const char *path, size_t limit, struct tf_buf *out,
                            struct tf_error *error)
{
    /* O_NONBLOCK: opening a FIFO that nobody writes must not hang. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return tf_error_set(error, errno == ENOENT ? TF_NOT_FOUND : TF_IO, "%s: %s", path,
                            strerror(errno));
    struct stat info;
    enum tf_status status = TF_OK;
    struct tf_buf content;
    tf_buf_init(&content);
    if (fstat(fd, &info) != 0)
        status = tf_error_set(error, TF_IO, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(info.st_mode))
        status = tf_error_set(error, TF_INPUT, "%s: not a regular file", path);
    else
        status = read_all(fd, path, limit, &content, error);
    close(fd);
    if (status != TF_OK)
        tf_buf_clear(&content);
    else
        *out = content;
    return status;
}

void tf_clock_utc(char out[TF_TIME_TEXT])
{
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    char seconds[32];
    strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(out, TF_TIME_TEXT, "%.19s.%03uZ", seconds, (unsigned)(now.tv_nsec / 1000000) % 1000u);
}

uint64_t tf_clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool tf_date_valid(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 &&
           day <= lengths[month - 1] + (month == 2 && leap);
}
