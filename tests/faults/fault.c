/* SPDX-License-Identifier: MIT */
/*
 * Loaded before the C library (LD_PRELOAD) it makes the n-th allocation fail, kills
 * the process at the n-th change of a file, or sets its clock. The file that
 * TREATFACTS_FAULT names is shared with whoever tests: eight bytes a field, in the
 * order below; it may be written while the process runs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
    _Atomic int64_t allocations;   /* counted */
    _Atomic int64_t allocation;    /* fails when it counts down to 0; 0: none */
    _Atomic int64_t all;           /* 1: and so do all after it */
    _Atomic int64_t changes;       /* of files, counted */
    _Atomic int64_t change;        /* kills when it counts down to 0; 0: none */
    _Atomic int64_t clock_seconds; /* added to the time of day */
};
static struct control nothing, *control = &nothing;

__attribute__((constructor)) static void open_control(void)
{
    const char *path = getenv("TREATFACTS_FAULT");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *shared = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED)
        control = shared;
    close(fd);
}

/* --- Allocations --------------------------------------------------------- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *at, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static int is_refused(void)
{
    control->allocations++;
    if (control->allocation <= 0)
        return 0;
    if (control->allocation == 1 && control->all) {
        errno = ENOMEM;
        return 1;
    }
    if (--control->allocation > 0)
        return 0;
    if (control->all)
        control->allocation = 1;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return is_refused() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *at, size_t size)
{
    return is_refused() ? NULL : __libc_realloc(at, size);
}

void *reallocarray(void *at, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(at, bytes);
}

void *memalign(size_t alignment, size_t size)
{
    return is_refused() ? NULL : __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *at = memalign(alignment, size);
    if (!at)
        return ENOMEM;
    *out = at;
    return 0;
}

char *strdup(const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy = malloc(size);
    return copy ? memcpy(copy, s, size) : NULL;
}

/* Those of whole pages, which arenas of threads and SQLite's index come from. */
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset)
{
    if ((flags & MAP_ANONYMOUS) && is_refused())
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
    return mmap64(at, size, protection, flags, fd, offset);
}

/* --- Changes of files ---------------------------------------------------- */

static int is_last(void)
{
    control->changes++;
    return control->change > 0 && --control->change == 0;
}

static void die(void)
{
    raise(SIGKILL);
}

/* Half of what is written last is written. */
ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
    if (is_last()) {
        syscall(SYS_pwrite64, fd, bytes, size / 2, offset);
        die();
    }
    return syscall(SYS_pwrite64, fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
    return pwrite64(fd, bytes, size, offset);
}

int ftruncate64(int fd, off64_t size)
{
    if (is_last())
        die();
    return (int)syscall(SYS_ftruncate, fd, size);
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

int fdatasync(int fd)
{
    if (is_last())
        die();
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    if (is_last())
        die();
    return (int)syscall(SYS_fsync, fd);
}

int unlink(const char *path)
{
    if (is_last())
        die();
    return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

/* --- Clock --------------------------------------------------------------- */

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int result = (int)syscall(SYS_clock_gettime, clock, out);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += control->clock_seconds;
    return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
