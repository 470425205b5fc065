/* SPDX-License-Identifier: MIT */
#include <treatfacts/base.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[TF_STATUS__MAX] = {
#define X(name, word) [TF_##name] = word,
    TF_STATUS_MAP(X)
#undef X
};

const char *tf_status_word(enum tf_status status)
{
    return (unsigned)status < TF_STATUS__MAX ? words[status] : "unknown status";
}

enum tf_status tf_error_set(struct tf_error *error, enum tf_status status, const char *format, ...)
{
    if (!error)
        return status;
    error->status = status;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (length < 0)
        error->message[0] = '\0';
    else if ((size_t)length >= sizeof error->message)
        memcpy(error->message + sizeof error->message - 4, "...", 4);
    return status;
}

_Noreturn void tf_assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "treatfacts: %s:%d: assertion failed: %s\n", file, line, condition);
    abort();
}
