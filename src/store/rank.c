/* SPDX-License-Identifier: MIT */
/*
 * tf_bm25(index, 'index', query, version, weights...): the Okapi BM25 of a hit, the
 * higher the better, as an auxiliary function of FTS5. Its own bm25() counts every row
 * that has a phrase, which for common words takes longer than all else; here counting
 * stops where a word is common, because more does not change the order much, and what
 * was counted is kept for as long as the data have this version.
 */
#include "phrase_counts.h"
#include "store_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMMON = 10000, WEIGHTS_MAX = 4 };
enum { INDEX_NAME, QUERY, VERSION, FIRST_WEIGHT }; /* arguments behind the index */
static const double k1 = 1.2, b = 0.75;

/* Of one query: made with its first hit. */
struct ranking {
    int phrases;
    double average; /* words of a row */
    double weights[WEIGHTS_MAX];
    double *idf, *frequency; /* by phrase; frequency of the row at hand */
};

/* --- How rare a phrase is ------------------------------------------------- */

static int count_row(const Fts5ExtensionApi *api, Fts5Context *fts, void *count)
{
    (void)api;
    (void)fts;
    return ++*(sqlite3_int64 *)count < COMMON ? SQLITE_OK : SQLITE_DONE;
}

/* FTS5 leaves out a phrase that has no word in it, and then numbers the others anew. */
static bool has_phrases(struct tf_str query, int phrases)
{
    size_t at = 0;
    while (phrase_next(query, &at).data)
        phrases--;
    return phrases == 0;
}

static int count_rows(const Fts5ExtensionApi *api, Fts5Context *fts, int phrase, int64_t *kept,
                      sqlite3_int64 *rows)
{
    int code = SQLITE_OK;
    *rows = kept ? *kept : PHRASE_COUNT_UNKNOWN;
    if (*rows != PHRASE_COUNT_UNKNOWN)
        return SQLITE_OK;
    *rows = 0;
    code = api->xQueryPhrase(fts, phrase, rows, count_row);
    if (kept && code == SQLITE_OK)
        *kept = *rows;
    return code;
}

static int read_idf(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_value **values,
                    struct ranking *ranking)
{
    struct phrase_counts *counts = api->xUserData(fts);
    struct tf_str index = value_text(values[INDEX_NAME]), query = value_text(values[QUERY]);
    sqlite3_int64 rows = 0, words = 0;
    size_t at = 0;
    bool keeps = index.data && query.data && has_phrases(query, ranking->phrases);
    int code = api->xRowCount(fts, &rows);
    if (code == SQLITE_OK)
        code = api->xColumnTotalSize(fts, -1, &words);
    ranking->average = rows ? (double)words / (double)rows : 1.0;
    phrase_counts_use(counts, sqlite3_value_int64(values[VERSION]));
    for (int i = 0; code == SQLITE_OK && i < ranking->phrases; i++) {
        sqlite3_int64 having;
        int64_t *kept = keeps ? phrase_count_at(counts, index, phrase_next(query, &at)) : NULL;
        code = count_rows(api, fts, i, kept, &having);
        double idf = log(((double)(rows - having) + 0.5) / ((double)having + 0.5));
        ranking->idf[i] = idf > 1e-6 ? idf : 1e-6; /* a word of most rows counts for little */
    }
    return code;
}

static int ranking_new(const Fts5ExtensionApi *api, Fts5Context *fts, int count,
                       sqlite3_value **values, struct ranking **out)
{
    int phrases = api->xPhraseCount(fts);
    size_t size = sizeof(struct ranking) + 2 * (size_t)phrases * sizeof(double);
    struct ranking *ranking = sqlite3_malloc64(size);
    if (!ranking)
        return SQLITE_NOMEM;
    memset(ranking, 0, size);
    ranking->phrases = phrases;
    ranking->idf = (double *)(ranking + 1);
    ranking->frequency = ranking->idf + phrases;
    for (int i = 0; i < WEIGHTS_MAX; i++)
        ranking->weights[i] =
            FIRST_WEIGHT + i < count ? sqlite3_value_double(values[FIRST_WEIGHT + i]) : 1.0;
    int code = read_idf(api, fts, values, ranking);
    if (code == SQLITE_OK)
        code = api->xSetAuxdata(fts, ranking, sqlite3_free); /* frees it when it fails */
    else
        sqlite3_free(ranking);
    *out = ranking;
    return code;
}

/* --- A hit ---------------------------------------------------------------- */

static int read_frequencies(const Fts5ExtensionApi *api, Fts5Context *fts, struct ranking *ranking)
{
    int code = SQLITE_OK;
    for (int i = 0; code == SQLITE_OK && i < ranking->phrases; i++) {
        Fts5PhraseIter hits;
        int column, at;
        ranking->frequency[i] = 0;
        code = api->xPhraseFirst(fts, i, &hits, &column, &at);
        while (code == SQLITE_OK && column >= 0) {
            ranking->frequency[i] += column < WEIGHTS_MAX ? ranking->weights[column] : 1.0;
            api->xPhraseNext(fts, &hits, &column, &at);
        }
    }
    return code;
}

static double score_of(const struct ranking *ranking, double words)
{
    double score = 0;
    for (int i = 0; i < ranking->phrases; i++) {
        double f = ranking->frequency[i];
        score += ranking->idf[i] * (f * (k1 + 1.0)) /
                 (f + k1 * (1.0 - b + b * words / ranking->average));
    }
    return score;
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int count,
                 sqlite3_value **values)
{
    struct ranking *ranking = api->xGetAuxdata(fts, 0);
    int words = 0, code = count >= FIRST_WEIGHT ? SQLITE_OK : SQLITE_MISUSE;
    if (code == SQLITE_OK && !ranking)
        code = ranking_new(api, fts, count, values, &ranking);
    if (code == SQLITE_OK)
        code = read_frequencies(api, fts, ranking);
    if (code == SQLITE_OK)
        code = api->xColumnSize(fts, -1, &words);
    if (code == SQLITE_OK)
        sqlite3_result_double(context, score_of(ranking, words));
    else
        sqlite3_result_error_code(context, code);
}

int add_ranking(sqlite3 *db)
{
    fts5_api *api = NULL;
    sqlite3_stmt *stmt = NULL;
    int code = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL);
    if (code == SQLITE_OK) {
        sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
        sqlite3_step(stmt);
        code = sqlite3_finalize(stmt);
    }
    if (code == SQLITE_OK && !api)
        code = SQLITE_ERROR;
    struct phrase_counts *counts = NULL;
    if (code == SQLITE_OK && !(counts = phrase_counts_new()))
        code = SQLITE_NOMEM;
    if (code == SQLITE_OK)
        code = api->xCreateFunction(api, "tf_bm25", counts, rank, free);
    if (code != SQLITE_OK)
        free(counts); /* it was not taken over */
    return code;
}
