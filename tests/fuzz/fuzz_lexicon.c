/* SPDX-License-Identifier: MIT */
/*
 * A table of the lexicon and a text: the first line names the table, a line of
 * "%%" ends it. The table is refused with file, line and reason, or whatever it
 * holds: it compiles, its matches are those of the contract, and a text read by it
 * keeps all promises.
 */
#include "fuzz.h"

#include "world.h"

static const char *const tables[TF_LEX__MAX] = {
#define X(name, file) file,
    TF_LEX_MAP(X)
#undef X
};

static char folder[64];

static void table_path(char out[96], int table)
{
    char name[32];
    snprintf(name, sizeof name, "%s.tsv", tables[table]);
    world_path(out, folder, name);
}

static void write_table(int table, struct tf_str content)
{
    char path[96];
    table_path(path, table);
    world_write(path, content);
}

static void tear_down(void)
{
    char path[96];
    for (int i = 0; i < TF_LEX__MAX; i++) {
        table_path(path, i);
        unlink(path);
    }
    rmdir(folder);
}

/* Each table is there and empty, so that none is the built-in one. */
static void set_up(void)
{
    if (folder[0])
        return;
    world_make_folder(folder);
    for (int i = 0; i < TF_LEX__MAX; i++)
        write_table(i, TF_STR(""));
    atexit(tear_down);
}

/* "folder/topics.tsv:3: reason" */
static void check_refusal(const struct tf_error *error, int table)
{
    char begin[96];
    int length = snprintf(begin, sizeof begin, "%s/%s.tsv:", folder, tables[table]);
    TF_ASSERT(strncmp(error->message, begin, (size_t)length) == 0);
    char *end;
    TF_ASSERT(strtoul(error->message + length, &end, 10) >= 1);
    TF_ASSERT(strncmp(end, ": ", 2) == 0 && strlen(end) > 2);
}

static void check_entries(const struct tf_lexicon *lexicon, int table)
{
    size_t count;
    const struct tf_lex_entry *entries =
        tf_lexicon_entries(lexicon, (enum tf_lex_category)table, &count);
    for (size_t i = 0; i < count; i++) {
        const struct tf_lex_entry *found =
            tf_lexicon_find(lexicon, entries[i].category, entries[i].code);
        TF_ASSERT(found && tf_str_equal(found->code, entries[i].code) && found <= &entries[i]);
        TF_ASSERT(entries[i].weight >= 1 && entries[i].weight <= 9 && entries[i].line >= 1);
    }
}

static void check_matches(const struct tf_lexicon *lexicon, struct tf_str text,
                          struct tf_arena *arena)
{
    struct tf_tokens tokens = {0};
    struct tf_matches matches = {0};
    uint32_t last_end[TF_LEX__MAX] = {0}, last_first = 0;
    tf_string_tokens(text, arena, &tokens);
    tf_lexicon_match(lexicon, tokens.v, tokens.n, arena, &matches);
    for (size_t i = 0; i < matches.n; i++) {
        const struct tf_match *match = &matches.v[i];
        TF_ASSERT(match->first < match->end && match->end <= tokens.n);
        TF_ASSERT(match->first >= last_first);
        TF_ASSERT(match->first >= last_end[match->entry->category]);
        last_first = match->first;
        last_end[match->entry->category] = match->end;
    }
}

static void check_reading(const struct tf_lexicon *lexicon, struct tf_str text,
                          struct tf_arena *arena)
{
    struct tf_extraction *facts;
    struct tf_error error;
    enum tf_status status =
        tf_load_extract(lexicon, text, TF_STR("fuzz.txt"), arena, &facts, &error);
    TF_ASSERT(status == TF_OK || status == TF_INPUT);
    if (status == TF_OK)
        check_matches(lexicon, text, arena);
}

static void take(int table, struct tf_str text)
{
    struct tf_lexicon *lexicon = NULL;
    struct tf_error error = {0};
    enum tf_status status = tf_lexicon_new(folder, &lexicon, &error);
    TF_ASSERT(status == TF_OK || status == TF_INPUT);
    if (status == TF_INPUT) {
        check_refusal(&error, table);
        return;
    }
    struct tf_arena *arena = tf_arena_new(tf_load_memory(text.size));
    TF_ASSERT(arena);
    check_entries(lexicon, table);
    check_reading(lexicon, text, arena);
    tf_arena_free(arena);
    tf_lexicon_free(lexicon);
}

/* What stands before the mark; the rest goes on behind it. */
static struct tf_str cut(struct tf_str *rest, const char *mark)
{
    const char *at = memmem(rest->data, rest->size, mark, strlen(mark));
    struct tf_str piece = {rest->data, at ? (size_t)(at - rest->data) : rest->size};
    size_t used = piece.size + (at ? strlen(mark) : 0);
    *rest = (struct tf_str){rest->data + used, rest->size - used};
    return piece;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    set_up();
    struct tf_str text = {data ? (const char *)data : "", size};
    int table = tf_name_find(tables, TF_LEX__MAX, cut(&text, "\n"));
    if (table < 0)
        return 0;
    write_table(table, cut(&text, "\n%%\n"));
    take(table, text);
    write_table(table, TF_STR(""));
    return 0;
}
