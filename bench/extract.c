/* SPDX-License-Identifier: MIT */
/*
 * How fast texts become facts: bytes to checked facts in memory, one thread,
 * without the program's start and without printing.
 *   bench_extract [--json] RUNS FILE...   one line a file: MB/s of the
 * fastest run (what else the machine does only ever adds to the time), the same
 * without the time that the kernel took to give memory, path
 */
#include <treatfacts/load.h>
#include <treatfacts/resource.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { RUNS_MAX = 100, FILE_MAX = 64 * 1024 * 1024 };

struct taken {
    double wall, user; /* seconds */
};

static double user_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

/* One reading; negative: the text was refused. */
static struct taken read_once(const struct tf_lexicon *lexicon, struct tf_str bytes, bool json)
{
    static const struct taken refused = {-1, -1};
    struct tf_error error;
    struct tf_extraction *facts;
    uint64_t start = tf_clock_monotonic_ns();
    double user = user_seconds();
    struct tf_arena *arena = tf_arena_new(tf_load_memory(bytes.size));
    if (!arena)
        return refused;
    if (tf_load_extract(lexicon, bytes, TF_STR("bench"), arena, &facts, &error) != TF_OK) {
        fprintf(stderr, "%s\n", error.message);
        tf_arena_free(arena);
        return refused;
    }
    if (json) {
        struct tf_buf out;
        tf_buf_init(&out);
        tf_resource_extraction(facts, "bench", tf_lexicon_version(lexicon), &out);
        tf_buf_clear(&out);
    }
    tf_arena_free(arena);
    return (struct taken){(double)(tf_clock_monotonic_ns() - start) / 1e9, user_seconds() - user};
}

static bool time_file(const struct tf_lexicon *lexicon, const char *path, int runs, bool json)
{
    struct tf_buf bytes;
    struct tf_error error;
    struct taken best = {INFINITY, INFINITY};
    tf_buf_init(&bytes);
    if (tf_file_read(path, FILE_MAX, &bytes, &error) != TF_OK) {
        fprintf(stderr, "%s\n", error.message);
        return false;
    }
    for (int i = 0; i < runs; i++) {
        struct taken taken = read_once(lexicon, tf_buf_str(&bytes), json);
        if (taken.wall < 0)
            return false;
        best.wall = fmin(best.wall, taken.wall);
        best.user = fmin(best.user, taken.user);
    }
    double megabytes = (double)bytes.size / 1e6;
    printf("%.3f\t%.3f\t%s\n", megabytes / best.wall, megabytes / best.user, path);
    tf_buf_clear(&bytes);
    return true;
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    int first = json ? 2 : 1;
    int runs = argc > first ? atoi(argv[first]) : 0;
    if (runs < 1 || runs > RUNS_MAX || argc < first + 2) {
        fprintf(stderr, "usage: bench_extract [--json] RUNS FILE...\n");
        return 2;
    }
    struct tf_lexicon *lexicon;
    struct tf_error error;
    if (tf_lexicon_new(NULL, &lexicon, &error) != TF_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    bool fine = true;
    for (int i = first + 1; i < argc && fine; i++)
        fine = time_file(lexicon, argv[i], runs, json);
    tf_lexicon_free(lexicon);
    return fine ? 0 : 1;
}
