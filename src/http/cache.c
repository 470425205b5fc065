/* SPDX-License-Identifier: MIT */
#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum {
    BUCKETS = 4096,
    WAIT_SECONDS = 2, /* for another thread's answer, then it is made twice */
    LARGEST_PART = 8, /* of the limit, for one answer */
};

/* --- Cache --------------------------------------------------------------- */

struct entry {
    struct entry *next;          /* of its bucket */
    struct entry *older, *newer; /* by use */
    struct answer *answer;       /* NULL while it is made */
    struct cache_key key;
    char words[]; /* the key's */
};

struct cache {
    pthread_mutex_t lock;
    pthread_cond_t made;
    size_t limit;
    uint64_t seed;       /* so that nobody can choose keys of one bucket */
    atomic_size_t bytes; /* of all answers that anybody holds, and of entries */
    size_t entries;
    struct entry *oldest, *newest;
    struct entry *buckets[BUCKETS];
};

static size_t size_of_answer(const struct answer *answer)
{
    return sizeof *answer + answer->body.size + answer->next.size + 1;
}

static size_t size_of_entry(const struct entry *entry)
{
    return sizeof *entry + cache_key_words(&entry->key);
}

/* --- Answers ------------------------------------------------------------- */

static struct tf_str copy_of(struct tf_str s, char *room)
{
    if (s.size)
        memcpy(room, s.data, s.size);
    return s.data ? (struct tf_str){room, s.size} : TF_STR_NULL;
}

struct answer *answer_new(struct cache *cache, struct tf_str body, struct tf_str next)
{
    struct answer *answer = malloc(sizeof *answer + body.size + next.size + 1);
    if (!answer)
        return NULL;
    *answer = (struct answer){.cache = cache};
    atomic_init(&answer->references, 1);
    if (body.size)
        memcpy(answer->bytes, body.data, body.size);
    answer->bytes[body.size + next.size] = '\0';
    answer->body = (struct tf_str){answer->bytes, body.size};
    answer->next = copy_of(next, answer->bytes + body.size);
    atomic_fetch_add(&cache->bytes, size_of_answer(answer));
    return answer;
}

struct answer *answer_hold(struct answer *answer)
{
    atomic_fetch_add_explicit(&answer->references, 1, memory_order_relaxed);
    return answer;
}

void answer_release(struct answer *answer)
{
    if (!answer || atomic_fetch_sub_explicit(&answer->references, 1, memory_order_acq_rel) != 1)
        return;
    atomic_fetch_sub(&answer->cache->bytes, size_of_answer(answer));
    free(answer);
}

/* --- Entries ------------------------------------------------------------- */

struct cache *cache_new(size_t limit)
{
    struct cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->limit = limit;
    if (getrandom(&cache->seed, sizeof cache->seed, GRND_NONBLOCK) != (ssize_t)sizeof cache->seed)
        cache->seed = (uintptr_t)cache;
    pthread_mutex_init(&cache->lock, NULL);
    pthread_cond_init(&cache->made, NULL);
    return cache;
}

size_t cache_largest(const struct cache *cache)
{
    return cache->limit / LARGEST_PART;
}

/* In the manner of FNV-1a, eight bytes at a time. */
static uint64_t mix(uint64_t hash, struct tf_str s)
{
    const uint64_t prime = 0x100000001b3;
    for (; s.size >= 8; s = (struct tf_str){s.data + 8, s.size - 8}) {
        uint64_t word;
        memcpy(&word, s.data, 8);
        hash = (hash ^ word) * prime;
        hash ^= hash >> 32;
    }
    for (size_t i = 0; i < s.size; i++)
        hash = (hash ^ (unsigned char)s.data[i]) * prime;
    return hash ^ hash >> 29;
}

void cache_hash(const struct cache *cache, struct cache_key *key)
{
    uint64_t apart = (uint64_t)key->generation << 8 | (uint64_t)key->coding;
    key->hash = mix(mix(cache->seed + apart, key->target), key->accept);
}

bool cache_key_equal(const struct cache_key *a, const struct cache_key *b)
{
    return a->hash == b->hash && a->generation == b->generation && a->coding == b->coding &&
           a->plain_coding == b->plain_coding && tf_str_equal(a->target, b->target) &&
           tf_str_equal(a->accept, b->accept);
}

size_t cache_key_words(const struct cache_key *key)
{
    return key->target.size + key->accept.size;
}

struct cache_key cache_key_copy(const struct cache_key *key, char *words)
{
    struct cache_key copy = *key;
    copy.target = copy_of(key->target, words);
    copy.accept = copy_of(key->accept, words + key->target.size);
    return copy;
}

static struct entry *find(struct cache *cache, const struct cache_key *key)
{
    struct entry *entry = cache->buckets[key->hash % BUCKETS];
    while (entry && !cache_key_equal(&entry->key, key))
        entry = entry->next;
    return entry;
}

static void unlink_use(struct cache *cache, struct entry *entry)
{
    *(entry->older ? &entry->older->newer : &cache->oldest) = entry->newer;
    *(entry->newer ? &entry->newer->older : &cache->newest) = entry->older;
}

static void link_newest(struct cache *cache, struct entry *entry)
{
    entry->newer = NULL;
    entry->older = cache->newest;
    *(cache->newest ? &cache->newest->newer : &cache->oldest) = entry;
    cache->newest = entry;
}

static void drop(struct cache *cache, struct entry *entry)
{
    struct entry **link = &cache->buckets[entry->key.hash % BUCKETS];
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    unlink_use(cache, entry);
    atomic_fetch_sub(&cache->bytes, size_of_entry(entry));
    cache->entries--;
    answer_release(entry->answer);
    free(entry);
}

/* The longest unused that are not being made. */
static void make_room(struct cache *cache)
{
    struct entry *entry = cache->oldest;
    while (entry && atomic_load(&cache->bytes) > cache->limit) {
        struct entry *newer = entry->newer;
        if (entry->answer)
            drop(cache, entry);
        entry = newer;
    }
}

void cache_free(struct cache *cache)
{
    if (!cache)
        return;
    while (cache->oldest)
        drop(cache, cache->oldest);
    pthread_cond_destroy(&cache->made);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static struct entry *add(struct cache *cache, const struct cache_key *key)
{
    struct entry *entry = malloc(sizeof *entry + cache_key_words(key));
    if (!entry)
        return NULL;
    struct entry **bucket = &cache->buckets[key->hash % BUCKETS];
    *entry = (struct entry){.key = cache_key_copy(key, entry->words), .next = *bucket};
    *bucket = entry;
    link_newest(cache, entry);
    atomic_fetch_add(&cache->bytes, size_of_entry(entry));
    cache->entries++;
    return entry;
}

/* One of a newer version is as good: it was committed before it was asked for. None
 * says that it was changed in the future, as it would when the clock was set back
 * (RFC 9110, 8.8.2.1). */
bool answer_is_good(const struct answer *answer, int64_t version, int64_t now)
{
    return (answer->version == ANSWER_ALWAYS || answer->version >= version) &&
           (!answer->good_until || now < answer->good_until) &&
           (!answer->last_modified_text[0] || answer->last_modified <= now);
}

/* Waits while another thread makes it; NULL: it could not be kept. */
static struct entry *wait_for(struct cache *cache, const struct cache_key *key)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += WAIT_SECONDS;
    int code = 0;
    struct entry *entry;
    while ((entry = find(cache, key)) && !entry->answer && code == 0)
        code = pthread_cond_clockwait(&cache->made, &cache->lock, CLOCK_MONOTONIC, &end);
    return entry && entry->answer ? entry : NULL;
}

static enum cache_outcome give(struct cache *cache, struct entry *entry, int64_t version,
                               int64_t now, struct answer **out)
{
    if (!answer_is_good(entry->answer, version, now)) {
        answer_release(entry->answer);
        entry->answer = NULL;
        return CACHE_MAKE;
    }
    if (entry != cache->newest) {
        unlink_use(cache, entry);
        link_newest(cache, entry);
    }
    *out = answer_hold(entry->answer);
    return CACHE_HIT;
}

enum cache_outcome cache_take(struct cache *cache, const struct cache_key *key, int64_t version,
                              int64_t now, struct answer **out)
{
    if (!cache->limit)
        return CACHE_PASS;
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    enum cache_outcome outcome = CACHE_WAIT;
    if (!entry)
        outcome = add(cache, key) ? CACHE_MAKE : CACHE_PASS;
    else if (entry->answer)
        outcome = give(cache, entry, version, now, out);
    pthread_mutex_unlock(&cache->lock);
    return outcome;
}

enum cache_outcome cache_wait(struct cache *cache, const struct cache_key *key, int64_t version,
                              int64_t now, struct answer **out)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = wait_for(cache, key);
    enum cache_outcome outcome = entry ? give(cache, entry, version, now, out) : CACHE_PASS;
    pthread_mutex_unlock(&cache->lock);
    return outcome;
}

void cache_end(struct cache *cache, const struct cache_key *key, struct answer *answer)
{
    pthread_mutex_lock(&cache->lock);
    struct entry *entry = find(cache, key);
    TF_ASSERT(entry && !entry->answer);
    if (answer) {
        entry->answer = answer_hold(answer);
        make_room(cache);
    } else {
        drop(cache, entry);
    }
    pthread_cond_broadcast(&cache->made);
    pthread_mutex_unlock(&cache->lock);
}

void cache_measure(struct cache *cache, size_t *bytes, size_t *entries)
{
    pthread_mutex_lock(&cache->lock);
    *bytes = atomic_load(&cache->bytes);
    *entries = cache->entries;
    pthread_mutex_unlock(&cache->lock);
}
