/* SPDX-License-Identifier: MIT */
#include "rates.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

enum {
    SETS = 8192, /* a megabyte in all */
    WAYS = 8,    /* clients of a set: 128 bytes, two lines of a processor's cache */
    LOCKS = 64,
};
static const uint64_t second = 1000000000;

struct bucket {
    uint64_t client;
    uint64_t full_at; /* ns; long ago: has been full since, and is as good as empty memory */
};

struct rates {
    unsigned rate, burst;
    uint64_t one, all; /* ns in which one request, and the whole bucket, comes back */
    uint64_t seed[2];  /* so that nobody can choose clients of one set */
    pthread_mutex_t locks[LOCKS];
    struct bucket sets[SETS][WAYS];
};

struct rates *rates_new(unsigned rate, unsigned burst)
{
    struct rates *rates = calloc(1, sizeof *rates);
    if (!rates)
        return NULL;
    rates->rate = rate;
    rates->burst = burst;
    rates->one = second / rate;
    rates->all = rates->one * burst;
    if (getrandom(rates->seed, sizeof rates->seed, 0) != (ssize_t)sizeof rates->seed)
        rates->seed[0] = (uintptr_t)rates; /* never so once the kernel is up */
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&rates->locks[i], NULL);
    return rates;
}

void rates_free(struct rates *rates)
{
    for (int i = 0; rates && i < LOCKS; i++)
        pthread_mutex_destroy(&rates->locks[i]);
    free(rates);
}

/* The last steps of SplitMix64, twice, with a secret before each. */
static uint64_t hash_of(const struct rates *rates, uint64_t client)
{
    uint64_t z = client;
    for (int i = 0; i < 2; i++) {
        z ^= rates->seed[i];
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        z ^= z >> 31;
    }
    return z;
}

/* The client's, else the one that is full, or will be, before all others. */
static struct bucket *find(struct bucket *set, uint64_t client)
{
    struct bucket *fullest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].client == client)
            return &set[i];
        if (set[i].full_at < fullest->full_at)
            fullest = &set[i];
    }
    *fullest = (struct bucket){.client = client};
    return fullest;
}

static unsigned seconds_of(uint64_t ns)
{
    return (unsigned)((ns + second - 1) / second);
}

static bool take(const struct rates *rates, struct bucket *bucket, uint64_t now,
                 struct rate_left *left)
{
    uint64_t full_at = (bucket->full_at > now ? bucket->full_at : now) + rates->one;
    uint64_t missing = full_at - now;
    if (missing > rates->all) {
        *left = (struct rate_left){0, seconds_of(missing - rates->all)};
        return false;
    }
    bucket->full_at = full_at;
    *left =
        (struct rate_left){(unsigned)((rates->all - missing) / rates->one), seconds_of(missing)};
    return true;
}

bool rates_take(struct rates *rates, uint64_t client, uint64_t now_ns, struct rate_left *left)
{
    uint64_t hash = hash_of(rates, client);
    pthread_mutex_t *lock = &rates->locks[hash % LOCKS];
    pthread_mutex_lock(lock);
    bool taken = take(rates, find(rates->sets[hash % SETS], client), now_ns, left);
    pthread_mutex_unlock(lock);
    return taken;
}

void rates_policy(const struct rates *rates, char out[RATE_TEXT])
{
    snprintf(out, RATE_TEXT, "\"default\";q=%u;w=%u", rates->burst, seconds_of(rates->all));
}

void rates_state(const struct rate_left *left, char out[RATE_TEXT])
{
    snprintf(out, RATE_TEXT, "\"default\";r=%u;t=%u", left->requests, left->seconds);
}
