/* SPDX-License-Identifier: MIT */
/*
 * Blocks double in size from 16 KiB to 8 MiB; larger requests get a block of
 * their own. Under AddressSanitizer what has not been handed out is poisoned,
 * with a gap between neighbours, so that overruns are caught as on the heap.
 * What lies beyond `used` is zero: blocks come so from calloc and mmap, and a reset
 * clears what was handed out.
 */
#include <treatfacts/base.h>

#include <stdalign.h>
#include <sys/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define TF_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TF_ASAN 1
#endif
#endif
#ifdef TF_ASAN
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
enum { GAP = 0 };
#endif

enum { BLOCK_MIN = 16 * 1024, BLOCK_MAX = 8 * 1024 * 1024, ALIGN = alignof(max_align_t) };
enum { KEPT_MAX = 256 * 1024 }; /* by a reset */

struct block {
    struct block *next; /* older */
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

struct tf_arena {
    struct block *blocks; /* newest first */
    size_t taken, limit;
    bool failed;
};

/* --- Memory of the blocks -------------------------------------------------- */

enum { LARGE_PAGE = 2 * 1024 * 1024, LARGE_BLOCK = 2 * LARGE_PAGE };

static size_t mapped_size(size_t size)
{
    return (sizeof(struct block) + size + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
}

/* A large block is mapped on the boundary of a large page and asks for large
 * pages: most of the cost of fresh memory is the faults of its pages. */
static struct block *map_block(size_t size)
{
    size_t whole = mapped_size(size) + LARGE_PAGE;
    unsigned char *at =
        mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    size_t lead = (LARGE_PAGE - (uintptr_t)at % LARGE_PAGE) % LARGE_PAGE;
    if (lead)
        munmap(at, lead);
    munmap(at + lead + mapped_size(size), LARGE_PAGE - lead);
    (void)madvise(at + lead, mapped_size(size), MADV_HUGEPAGE); /* only ever advice */
    return (struct block *)(void *)(at + lead);
}

/* Zeroed, as fresh mappings are. */
static struct block *new_block(size_t size)
{
    return size >= LARGE_BLOCK ? map_block(size) : calloc(1, sizeof(struct block) + size);
}

static void free_block(struct block *block)
{
    ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
    if (block->size >= LARGE_BLOCK)
        munmap(block, mapped_size(block->size));
    else
        free(block);
}

struct tf_arena *tf_arena_new(size_t limit)
{
    struct tf_arena *arena = calloc(1, sizeof *arena);
    if (arena)
        arena->limit = limit;
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *next = block->next;
        free_block(block);
        block = next;
    }
}

void tf_arena_free(struct tf_arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->blocks);
    free(arena);
}

/* The newest block, which is the largest, unless it is out of proportion: what is
 * asked again then fits into one block, and no memory is fetched for it. */
static struct block *choose_kept(struct tf_arena *arena)
{
    struct block *kept = arena->blocks;
    while (kept && kept->size > KEPT_MAX && kept->next)
        kept = kept->next;
    return kept;
}

void tf_arena_reset(struct tf_arena *arena)
{
    struct block *kept = choose_kept(arena);
    while (arena->blocks != kept) {
        struct block *next = arena->blocks->next;
        free_block(arena->blocks);
        arena->blocks = next;
    }
    if (kept) {
        free_blocks(kept->next);
        kept->next = NULL;
        ASAN_UNPOISON_MEMORY_REGION(kept->data, kept->size);
        memset(kept->data, 0, kept->used);
        kept->used = 0;
        ASAN_POISON_MEMORY_REGION(kept->data, kept->size);
    }
    arena->taken = kept ? kept->size : 0;
    arena->failed = false;
}

bool tf_arena_failed(const struct tf_arena *arena)
{
    return arena->failed;
}

void tf_arena_fail(struct tf_arena *arena)
{
    arena->failed = true;
}

static struct block *add_block(struct tf_arena *arena, size_t need)
{
    size_t size = arena->blocks ? arena->blocks->size * 2 : BLOCK_MIN;
    if (size > BLOCK_MAX)
        size = BLOCK_MAX;
    if (size < need)
        size = need;
    if (arena->limit && (size > arena->limit || arena->taken > arena->limit - size)) {
        size = need; /* the last block may be smaller than usual */
        if (size > arena->limit || arena->taken > arena->limit - size)
            return NULL;
    }
    struct block *block = new_block(size);
    if (!block)
        return NULL;
    block->next = arena->blocks;
    block->size = size;
    ASAN_POISON_MEMORY_REGION(block->data, block->size);
    arena->blocks = block;
    arena->taken += size;
    return block;
}

void *tf_arena_alloc(struct tf_arena *arena, size_t size)
{
    if (arena->failed || size > SIZE_MAX / 2) {
        arena->failed = true;
        return NULL;
    }
    size_t need = (size + GAP + ALIGN - 1) / ALIGN * ALIGN;
    if (need == 0)
        need = ALIGN;
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < need)
        block = add_block(arena, need);
    if (!block) {
        arena->failed = true;
        return NULL;
    }
    void *memory = block->data + block->used;
    block->used += need;
    ASAN_UNPOISON_MEMORY_REGION(memory, size);
    return memory;
}

void *tf_arena_alloc_array(struct tf_arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size) {
        arena->failed = true;
        return NULL;
    }
    return tf_arena_alloc(arena, count * size);
}

struct tf_str tf_arena_str(struct tf_arena *arena, struct tf_str s)
{
    if (!s.data)
        return TF_STR_NULL;
    char *copy = tf_arena_alloc(arena, s.size + 1);
    if (!copy)
        return TF_STR("");
    memcpy(copy, s.data, s.size);
    return (struct tf_str){copy, s.size};
}

struct tf_str tf_arena_printf(struct tf_arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : tf_arena_alloc(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text ? (struct tf_str){text, (size_t)length} : TF_STR("");
}

void tf_arena_reserve(struct tf_arena *arena, void *items, size_t *cap, size_t count, size_t size)
{
    unsigned char *v = tf_arena_alloc_array(arena, count, size);
    if (!v)
        return;
    memcpy(items, &v, sizeof v);
    *cap = count;
}

/* The list's pointer is read and written as bytes, because its type is the
 * caller's. */
void *tf_arena_push(struct tf_arena *arena, void *items, size_t *n, size_t *cap, size_t size)
{
    unsigned char *v;
    memcpy(&v, items, sizeof v);
    if (*n == *cap) {
        size_t grown = *cap ? *cap * 2 : 4;
        unsigned char *copy = tf_arena_alloc_array(arena, grown, size);
        if (!copy)
            return NULL;
        if (*n)
            memcpy(copy, v, *n * size);
        v = copy;
        *cap = grown;
        memcpy(items, &v, sizeof v);
    }
    return v + size * (*n)++;
}

void tf_strs_push(struct tf_arena *arena, struct tf_strs *list, struct tf_str s)
{
    struct tf_str *slot = TF_PUSH(arena, list);
    if (slot)
        *slot = s;
}
