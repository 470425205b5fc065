/* SPDX-License-Identifier: MIT */
/* A folder in memory and in it a small database with every kind of fact, made
 * once for all inputs of a process by the real loader. */
#ifndef TF_FUZZ_WORLD_H
#define TF_FUZZ_WORLD_H

#include <treatfacts/load.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const world_texts[][2] = {
    {"rain.txt", "Rain lamps and low mood\n"
                 "\n"
                 "How soon does ketamine work?\n"
                 "\n"
                 "Intravenous ketamine may ease anxiety within 1 to 4 hours. A 2021 study in the\n"
                 "Journal of Affective Disorders found that relief lasted 7 to 14 days.\n"
                 "\n"
                 "Medicine\tOnset\tLasts\n"
                 "Propranolol\t30-60 minutes\t3 to 4 hours\n"
                 "Lorazepam\t\t6-8 hours\n"
                 "\n"
                 "Side effects may include:\n"
                 "- nausea\n"
                 "- a dry mouth\n"
                 "\n"
                 "Call us now and book a visit!\n"},
    {"slow.txt", "FAQ\n"
                 "\n"
                 "Q: When does sertraline help with depression?\n"
                 "A: SSRIs take 4 to 6 weeks. They do not work at once, “as many hope”.\n"
                 "\n"
                 "Q: Does ketamine help at once?\n"
                 "A: No. Ketamine takes at least 3 sessions to ease depression.\n"},
};
enum { WORLD_TEXTS = sizeof world_texts / sizeof *world_texts };

struct world {
    char folder[64], database[96];
};

static inline void world_path(char out[96], const char *folder, const char *name)
{
    snprintf(out, 96, "%s/%s", folder, name);
}

static inline void world_write(const char *path, struct tf_str bytes)
{
    FILE *file = fopen(path, "wb");
    TF_ASSERT(file && fwrite(bytes.data, 1, bytes.size, file) == bytes.size);
    TF_ASSERT(fclose(file) == 0);
}

/* Taken away by whoever made it; what a crash leaves lies in memory. */
static inline void world_make_folder(char out[64])
{
    snprintf(out, 64, "%s/tf-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    TF_ASSERT(mkdtemp(out));
}

static inline void world_load(const struct world *world, char *const *paths, size_t count)
{
    struct tf_load_options options = {.max_file_bytes = 1 << 20};
    struct tf_load_summary summary;
    struct tf_lexicon *lexicon;
    struct tf_store *store;
    TF_ASSERT(tf_lexicon_new(NULL, &lexicon, NULL) == TF_OK);
    TF_ASSERT(tf_store_open(world->database, TF_STORE_CREATE, &store, NULL) == TF_OK);
    options.lexicon = lexicon;
    TF_ASSERT(tf_load(store, paths, count, &options, &summary, NULL) == TF_OK);
    TF_ASSERT(summary.loaded == count && summary.refused == 0);
    tf_store_close(store);
    tf_lexicon_free(lexicon);
}

static inline void world_make(struct world *world)
{
    char paths[WORLD_TEXTS][96], *names[WORLD_TEXTS];
    world_make_folder(world->folder);
    world_path(world->database, world->folder, "facts.db");
    for (size_t i = 0; i < WORLD_TEXTS; i++) {
        names[i] = paths[i];
        world_path(paths[i], world->folder, world_texts[i][0]);
        world_write(paths[i], tf_str_of(world_texts[i][1]));
    }
    world_load(world, names, WORLD_TEXTS);
    for (size_t i = 0; i < WORLD_TEXTS; i++)
        unlink(paths[i]);
}

static inline void world_remove_files(const struct world *world)
{
    static const char *const names[] = {"facts.db", "facts.db-wal", "facts.db-shm"};
    char path[96];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        world_path(path, world->folder, names[i]);
        unlink(path);
    }
}

static inline void world_remove(const struct world *world)
{
    world_remove_files(world);
    rmdir(world->folder);
}

/* For reading, and open as long as the process: the file may go at once. */
static inline struct tf_store *world_store(void)
{
    static struct tf_store *store;
    struct world world;
    if (store)
        return store;
    world_make(&world);
    TF_ASSERT(tf_store_open(world.database, TF_STORE_READ, &store, NULL) == TF_OK);
    TF_ASSERT(tf_store_prepare(store, NULL) == TF_OK);
    world_remove(&world);
    return store;
}

#endif
