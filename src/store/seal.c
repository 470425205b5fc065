/* SPDX-License-Identifier: MIT */
/* A VFS between SQLite and the system's own, which it asks for everything. */
#include "seal.h"

#include "store_internal.h"

#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- The sum -------------------------------------------------------------- */

enum { BLOCK = 64, PAGE_MIN = 512, HEADER_BYTES = 100, RESERVED_AT = 20, APPLICATION_AT = 68 };

/* Differs for every word and place: one word that changes always changes the result. */
static uint64_t mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
    return sum ^ sum >> 32;
}

/* Sums and sums of sums, as Fletcher's, of two words at once, as all processors add
 * them: wider ones, or an array of these, the compiler would keep in memory. */
typedef uint64_t pair __attribute__((vector_size(16)));

static inline void add(pair *sums, pair *sums_of_sums, const unsigned char *words)
{
    uint64_t two[2];
    memcpy(two, words, sizeof two);
    *sums += (pair){le64toh(two[0]), le64toh(two[1])};
    *sums_of_sums += *sums;
}

static uint64_t mix_pairs(uint64_t all, pair sums, pair sums_of_sums)
{
    all = mix(mix(all, sums[0]), sums_of_sums[0]);
    return mix(mix(all, sums[1]), sums_of_sums[1]);
}

uint64_t seal_of(const unsigned char *page, size_t size, uint32_t number)
{
    pair a = {0}, b = {0}, c = {0}, d = {0}; /* sums, and of these: */
    pair aa = {0}, bb = {0}, cc = {0}, dd = {0};
    const unsigned char *last = page + size - BLOCK;
    for (const unsigned char *at = page; at < last; at += BLOCK) {
        add(&a, &aa, at);
        add(&b, &bb, at + 16);
        add(&c, &cc, at + 32);
        add(&d, &dd, at + 48);
    }
    uint64_t all = mix(number, size), word;
    for (size_t i = 0; i < BLOCK - SEAL_BYTES; i += sizeof word) {
        memcpy(&word, last + i, sizeof word);
        all = mix(all, le64toh(word));
    }
    all = mix_pairs(mix_pairs(all, a, aa), b, bb);
    return mix_pairs(mix_pairs(all, c, cc), d, dd);
}

void seal_page(unsigned char *page, size_t size, uint32_t number)
{
    uint64_t seal = htole64(seal_of(page, size, number));
    memcpy(page + size - SEAL_BYTES, &seal, SEAL_BYTES);
}

bool seal_fits(const unsigned char *page, size_t size, uint32_t number)
{
    uint64_t seal = htole64(seal_of(page, size, number));
    return memcmp(page + size - SEAL_BYTES, &seal, SEAL_BYTES) == 0;
}

/* --- The file's header ---------------------------------------------------- */

static bool is_page_size(unsigned size)
{
    return size >= PAGE_MIN && (size & (size - 1)) == 0;
}

/* Bytes of a page; 0: no database, or one whose pages are not sealed. */
static unsigned sealed_page(const unsigned char *header)
{
    unsigned size = (unsigned)header[16] << 8 | header[17];
    if (memcmp(header, "SQLite format 3", 16) != 0 || header[RESERVED_AT] != SEAL_BYTES)
        return 0;
    if (size == 1)
        return 65536;
    return is_page_size(size) ? size : 0;
}

static bool is_ours(const unsigned char *header)
{
    const unsigned char *id = header + APPLICATION_AT;
    return ((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3]) ==
           APPLICATION_ID;
}

/* --- Files ---------------------------------------------------------------- */

/* A database; what the system's VFS keeps of it lies behind. */
struct sealed_file {
    sqlite3_file base;
    unsigned page;       /* bytes; 0: pages are not sealed, or it is not known yet */
    bool from_the_start; /* of a new file, before its header tells */
    unsigned char *room; /* for the page that is written */
    size_t room_size;
};

static sqlite3_vfs *system_vfs;

static size_t behind(void)
{
    enum { ALIGNMENT = 16 };
    return (sizeof(struct sealed_file) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static sqlite3_file *real(sqlite3_file *file)
{
    return (sqlite3_file *)(void *)((char *)file + behind());
}

static bool is_page(const struct sealed_file *sealed, int size, sqlite3_int64 at)
{
    return sealed->page && (unsigned)size == sealed->page && at % size == 0;
}

/* The header that was read first may be that of another database, which was copied
 * over this file since. */
static bool is_still_sealed(sqlite3_file *file)
{
    unsigned char header[HEADER_BYTES];
    struct sealed_file *sealed = (struct sealed_file *)file;
    if (real(file)->pMethods->xRead(real(file), header, sizeof header, 0) != SQLITE_OK)
        return true;
    unsigned page = sealed_page(header);
    bool same = page == sealed->page && is_ours(header);
    sealed->page = page;
    return same;
}

/* The first page tells that pages are sealed, and the byte which does is one that may
 * have changed. */
static bool hides_seal(unsigned char *page, int size)
{
    unsigned char reserved = page[RESERVED_AT];
    if (!is_page_size((unsigned)size) || reserved == SEAL_BYTES)
        return false;
    page[RESERVED_AT] = SEAL_BYTES;
    bool sealed = seal_fits(page, (size_t)size, 1);
    page[RESERVED_AT] = reserved;
    return sealed;
}

static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
    struct sealed_file *sealed = (struct sealed_file *)file;
    int code = real(file)->pMethods->xRead(real(file), out, size, at);
    if (code != SQLITE_OK)
        return code;
    if (at == 0 && size >= HEADER_BYTES) {
        sealed->page = sealed_page(out);
        if (hides_seal(out, size))
            return SQLITE_IOERR_DATA;
    }
    if (!is_page(sealed, size, at) || seal_fits(out, (size_t)size, (uint32_t)(at / size) + 1))
        return SQLITE_OK;
    return is_still_sealed(file) ? SQLITE_IOERR_DATA : SQLITE_OK;
}

static bool has_room(struct sealed_file *sealed, size_t size)
{
    if (sealed->room_size >= size)
        return true;
    unsigned char *room = realloc(sealed->room, size);
    if (!room)
        return false;
    sealed->room = room;
    sealed->room_size = size;
    return true;
}

static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 at)
{
    struct sealed_file *sealed = (struct sealed_file *)file;
    if (at == 0 && size >= HEADER_BYTES) {
        sealed->page = sealed_page(bytes);
        sealed->from_the_start = false;
    }
    bool is_new = sealed->from_the_start && is_page_size((unsigned)size);
    if (!is_page(sealed, size, at) && !is_new)
        return real(file)->pMethods->xWrite(real(file), bytes, size, at);
    if (!has_room(sealed, (size_t)size))
        return SQLITE_IOERR_NOMEM;
    memcpy(sealed->room, bytes, (size_t)size);
    seal_page(sealed->room, (size_t)size, (uint32_t)(at / size) + 1);
    return real(file)->pMethods->xWrite(real(file), sealed->room, size, at);
}

static int file_close(sqlite3_file *file)
{
    free(((struct sealed_file *)file)->room);
    return real(file)->pMethods->xClose(real(file));
}

/* Numbers above 100 are those of a VFS. */
enum { CONTROL_USE = 0x74660001 };

/* Pages that are there already keep to what they are. */
static int use(sqlite3_file *file)
{
    sqlite3_int64 size;
    int code = real(file)->pMethods->xFileSize(real(file), &size);
    ((struct sealed_file *)file)->from_the_start = code == SQLITE_OK && size == 0;
    return code;
}

static int file_control(sqlite3_file *file, int operation, void *argument)
{
    if (operation == CONTROL_USE)
        return use(file);
    return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

/* Pages are read whole or they cannot be compared. */
static int file_characteristics(sqlite3_file *file)
{
    enum { SUBPAGE_READ = 0x8000 }; /* since SQLite 3.46 */
    return real(file)->pMethods->xDeviceCharacteristics(real(file)) & ~SUBPAGE_READ;
}

/* --- Handed on as they are ------------------------------------------------ */

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return real(file)->pMethods->xTruncate(real(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    return real(file)->pMethods->xSync(real(file), flags);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
    return real(file)->pMethods->xFileSize(real(file), out);
}

static int file_lock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xLock(real(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
    return real(file)->pMethods->xUnlock(real(file), level);
}

static int file_check_lock(sqlite3_file *file, int *out)
{
    return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int file_sector(sqlite3_file *file)
{
    return real(file)->pMethods->xSectorSize(real(file));
}

static int file_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **out)
{
    return real(file)->pMethods->xShmMap(real(file), region, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    real(file)->pMethods->xShmBarrier(real(file));
}

static int file_shm_unmap(sqlite3_file *file, int delete)
{
    return real(file)->pMethods->xShmUnmap(real(file), delete);
}

/* Version 2: what is mapped to memory is not read here. */
static const sqlite3_io_methods file_methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* --- The VFS -------------------------------------------------------------- */

/* Logs and journals are the system's alone. */
static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *opened)
{
    (void)vfs;
    if (!(flags & SQLITE_OPEN_MAIN_DB))
        return system_vfs->xOpen(system_vfs, name, file, flags, opened);
    memset(file, 0, behind());
    int code = system_vfs->xOpen(system_vfs, name, real(file), flags, opened);
    file->pMethods = real(file)->pMethods ? &file_methods : NULL;
    return code;
}

/* A copy of the system's VFS, whose other functions do as they did. */
static sqlite3_vfs sealing_vfs;

static void register_vfs(void)
{
    system_vfs = sqlite3_vfs_find(NULL);
    if (!system_vfs)
        return;
    sealing_vfs = *system_vfs;
    sealing_vfs.zName = "treatfacts";
    sealing_vfs.pNext = NULL;
    sealing_vfs.szOsFile += (int)behind();
    sealing_vfs.xOpen = vfs_open;
    if (sqlite3_vfs_register(&sealing_vfs, 0) != SQLITE_OK)
        sealing_vfs.zName = NULL;
}

const char *seal_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, register_vfs);
    return sealing_vfs.zName;
}

/* --- Use ------------------------------------------------------------------ */

int seal_use(sqlite3 *db)
{
    int reserved = SEAL_BYTES;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved);
    if (code != SQLITE_OK)
        return code;
    code = sqlite3_file_control(db, "main", CONTROL_USE, NULL);
    return code == SQLITE_NOTFOUND ? SQLITE_OK : code; /* it is in memory */
}

bool seal_is_used(sqlite3 *db)
{
    int reserved = -1;
    return sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) == SQLITE_OK &&
           reserved == SEAL_BYTES;
}

/* --- Anew ----------------------------------------------------------------- */

/* Up to the last page that is whole. */
static bool seal_pages(int fd, unsigned char *page, size_t size)
{
    for (uint32_t number = 1;; number++) {
        off_t at = (off_t)(number - 1) * (off_t)size;
        ssize_t got = pread(fd, page, size, at);
        if (got < (ssize_t)size)
            return got >= 0;
        if (seal_fits(page, size, number))
            continue;
        seal_page(page, size, number);
        if (pwrite(fd, page, size, at) != got)
            return false;
    }
}

bool seal_file(int fd)
{
    unsigned char header[HEADER_BYTES];
    ssize_t got = pread(fd, header, sizeof header, 0);
    size_t size = got == sizeof header ? sealed_page(header) : 0;
    unsigned char *page = size ? malloc(size) : NULL;
    bool sealed = size ? page && seal_pages(fd, page, size) : got >= 0;
    free(page);
    return sealed;
}
