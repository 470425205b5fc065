/* SPDX-License-Identifier: MIT */
/*
 * Loaded before the C library (LD_PRELOAD) it makes the n-th allocation fail, or the
 * first of some place in the program, kills the process at the n-th change of a file,
 * or sets its clock. The file that TREATFACTS_FAULT names is shared with whoever tests:
 * eight bytes a field, in the order below; it may be written while the process runs.
 * What follows the fields is room for the places that allocate.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

struct control {
    _Atomic int64_t allocations;   /* counted */
    _Atomic int64_t allocation;    /* fails when it counts down to 0; 0: none */
    _Atomic int64_t place;         /* whose next allocation fails; 0: none ... */
    _Atomic int64_t from;          /* ... of those from this one on */
    _Atomic int64_t all;           /* 1: and so do all after it */
    _Atomic int64_t changes;       /* of files, counted */
    _Atomic int64_t change;        /* kills when it counts down to 0; 0: none */
    _Atomic int64_t clock_seconds; /* added to the time of day */
};
static struct control nothing, *control = &nothing;

/* A place: who called whom, down to the allocation. */
struct noted {
    int64_t place;  /* 0: there is none here */
    int64_t number; /* of its first allocation */
};
static struct noted *room;
static size_t room_size;

__attribute__((constructor)) static void open_control(void)
{
    const char *path = getenv("TREATFACTS_FAULT");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct stat file;
    if (fd < 0 || fstat(fd, &file) != 0)
        return;
    void *shared = mmap(NULL, (size_t)file.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED)
        return;
    room_size = ((size_t)file.st_size - sizeof *control) / sizeof *room;
    room = (struct noted *)((char *)shared + sizeof *control);
    control = shared;
}

/* --- Places -------------------------------------------------------------- */

/* Frames that tell one place from another, the three of this file among them: with
 * more, there is a place for each way through SQLite's parser and its trees. */
enum { DEPTH = 9 };

struct walk {
    int depth;
    uint64_t hash;
};

/* Where a module lies differs from run to run; places in it do not. */
static uint64_t place_in_module(uintptr_t at)
{
    struct dl_find_object module;
    return _dl_find_object((void *)at, &module) == 0 ? at - (uintptr_t)module.dlfo_map_start : at;
}

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *closure)
{
    struct walk *walk = closure;
    walk->hash = (walk->hash ^ place_in_module(_Unwind_GetIP(context))) * 0x100000001b3;
    walk->hash ^= walk->hash >> 29;
    return ++walk->depth < DEPTH ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static int64_t place_here(void)
{
    struct walk walk = {0, 0xcbf29ce484222325};
    _Unwind_Backtrace(add_frame, &walk);
    return (int64_t)(walk.hash | 1);
}

static void note_place(int64_t place, int64_t number)
{
    static atomic_flag busy = ATOMIC_FLAG_INIT;
    while (atomic_flag_test_and_set(&busy))
        continue;
    size_t at = (uint64_t)place % room_size, looked = 0;
    while (room[at].place && room[at].place != place && looked++ < room_size)
        at = (at + 1) % room_size;
    if (!room[at].place)
        room[at] = (struct noted){place, number};
    atomic_flag_clear(&busy);
}

/* --- Allocations --------------------------------------------------------- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *at, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static int is_chosen(int64_t place)
{
    if (place && place == control->place) {
        control->place = 0;
        return 1;
    }
    return control->allocation > 0 && --control->allocation == 0;
}

static int is_refused(void)
{
    int64_t number = ++control->allocations;
    int wanted = room_size || (control->place && number >= control->from);
    int64_t place = wanted ? place_here() : 0; /* the one call of it: its frame counts, too */
    if (room_size)
        note_place(place, number);
    if (!(control->allocation == 1 && control->all) && !is_chosen(place))
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
