/* SPDX-License-Identifier: MIT */
/* Loading and looking up. */
#include "lexicon_internal.h"
#include "schema.h"
#include "table.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Where a table comes from -------------------------------------------- */

/* The folder's file of that name; absent: *bytes stays NULL. */
static enum tf_status read_override(struct tf_lexicon *lexicon, const char *folder,
                                    const char *name, const char **path, struct tf_str *bytes,
                                    struct tf_error *error)
{
    struct tf_buf content;
    struct tf_str full = tf_arena_printf(lexicon->arena, "%s/%s.tsv", folder, name);
    tf_buf_init(&content);
    enum tf_status status = tf_file_read(full.data, TF_TABLE_BYTES_MAX, &content, error);
    if (status == TF_NOT_FOUND)
        return TF_OK;
    if (status != TF_OK)
        return status;
    *path = full.data;
    *bytes = tf_arena_str(lexicon->arena, content.size ? tf_buf_str(&content) : TF_STR(""));
    tf_buf_clear(&content);
    return TF_OK;
}

static void read_embedded(struct tf_lexicon *lexicon, const char *name, const char **path,
                          struct tf_str *bytes)
{
    struct tf_str full = tf_arena_printf(lexicon->arena, "lexicon/%s.tsv", name);
    const struct tf_embedded *file = full.size ? tf_embedded_find(full.data) : NULL;
    *path = full.data;
    *bytes = file ? (struct tf_str){file->data, file->size} : TF_STR("");
}

/* The version covers names and sizes as well, so that moving a line from one
 * table to another changes it. */
static void add_to_digest(struct tf_buf *all, const char *name, struct tf_str bytes)
{
    tf_buf_printf(all, "%s %zu\n", name, bytes.size);
    tf_buf_add_str(all, bytes);
}

static enum tf_status find_table(struct tf_lexicon *lexicon, const char *folder,
                                 enum tf_lex_category category, struct tf_buf *all,
                                 const char **path, struct tf_str *bytes, struct tf_error *error)
{
    const char *name = tf_lex_schemas[category].file;
    *bytes = TF_STR_NULL;
    if (folder) {
        enum tf_status status = read_override(lexicon, folder, name, path, bytes, error);
        if (status != TF_OK)
            return status;
    }
    if (!bytes->data)
        read_embedded(lexicon, name, path, bytes);
    add_to_digest(all, name, *bytes);
    return TF_OK;
}

static enum tf_status load_table(struct tf_lexicon *lexicon, const char *folder,
                                 enum tf_lex_category category, struct tf_buf *all,
                                 struct tf_error *error)
{
    const char *path = NULL;
    struct tf_str bytes;
    enum tf_status status = find_table(lexicon, folder, category, all, &path, &bytes, error);
    if (status != TF_OK)
        return status;
    return tf_table_read(category, path, bytes, lexicon->arena, &lexicon->entries[category], error);
}

static bool is_table_name(const char *name, size_t size)
{
    for (int i = 0; i < TF_LEX__MAX; i++)
        if (strlen(tf_lex_schemas[i].file) == size &&
            memcmp(tf_lex_schemas[i].file, name, size) == 0)
            return true;
    return false;
}

/* A misspelt file name would leave the built-in table in force unnoticed. */
static enum tf_status check_folder(const char *folder, struct tf_error *error)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return tf_error_set(error, TF_INPUT, "%s: %s", folder, strerror(errno));
    enum tf_status status = TF_OK;
    for (struct dirent *file; status == TF_OK && (file = readdir(directory));) {
        size_t size = strlen(file->d_name);
        if (size > 4 && strcmp(file->d_name + size - 4, ".tsv") == 0 &&
            !is_table_name(file->d_name, size - 4))
            status = tf_error_set(error, TF_INPUT, "%s/%s: there is no table of this name", folder,
                                  file->d_name);
    }
    closedir(directory);
    return status;
}

/* --- Compiling ----------------------------------------------------------- */

struct compile {
    struct tf_lexicon *lexicon;
    const struct tf_lex_entry *entry;
};

static bool take_row(void *context, const struct tf_part *parts, size_t count)
{
    struct compile *compile = context;
    return tf_trie_add(&compile->lexicon->trie, compile->entry, parts, count);
}

/* A word to be looked up is one for its reader, however many tokens it has. */
static bool take_word(void *context, const struct tf_part *parts, size_t count)
{
    struct compile *compile = context;
    struct tf_lexicon *lexicon = compile->lexicon;
    struct tf_buf word;
    tf_buf_init(&word);
    for (size_t i = 0; i < count; i++)
        tf_buf_add_str(&word, parts[i].kind == TF_PART_WORD || parts[i].kind == TF_PART_CAPITALS
                                  ? parts[i].fold
                                  : TF_STR(""));
    struct tf_str fold = tf_buf_move(&word, lexicon->arena);
    struct tf_lex_word *slot = TF_PUSH(lexicon->arena, &lexicon->words);
    if (slot)
        *slot = (struct tf_lex_word){fold, compile->entry};
    return !tf_arena_failed(lexicon->arena);
}

static enum tf_status compile_table(struct tf_lexicon *lexicon, enum tf_lex_category category,
                                    struct tf_error *error)
{
    const struct tf_lex_schema *schema = &tf_lex_schemas[category];
    for (size_t i = 0; i < lexicon->entries[category].n; i++) {
        struct compile compile = {lexicon, &lexicon->entries[category].v[i]};
        struct tf_pattern_sink sink = {schema->lookup ? take_word : take_row, &compile};
        enum tf_status status =
            tf_pattern_read(compile.entry, schema->plural, lexicon->arena, sink, error);
        if (status != TF_OK)
            return tf_arena_failed(lexicon->arena)
                       ? tf_error_set(error, TF_NO_MEMORY, "lexicon: out of memory")
                       : status;
    }
    return TF_OK;
}

static int by_fold(const void *a, const void *b)
{
    const struct tf_lex_word *x = a, *y = b;
    return tf_str_compare(x->fold, y->fold);
}

static enum tf_status load(struct tf_lexicon *lexicon, const char *folder, struct tf_buf *all,
                           struct tf_error *error)
{
    enum tf_status status = folder ? check_folder(folder, error) : TF_OK;
    for (int i = 0; i < TF_LEX__MAX && status == TF_OK; i++)
        status = load_table(lexicon, folder, (enum tf_lex_category)i, all, error);
    for (int i = 0; i < TF_LEX__MAX && status == TF_OK; i++)
        status = compile_table(lexicon, (enum tf_lex_category)i, error);
    if (status == TF_OK && (tf_arena_failed(lexicon->arena) || all->failed))
        status = tf_error_set(error, TF_NO_MEMORY, "lexicon: out of memory");
    return status;
}

static void set_version(char out[TF_LEXICON_VERSION_TEXT], const struct tf_buf *all)
{
    char digest[TF_DIGEST_TEXT];
    tf_digest(all->data, all->size, digest);
    memcpy(out, digest, TF_LEXICON_VERSION_TEXT - 1);
    out[TF_LEXICON_VERSION_TEXT - 1] = '\0';
}

enum tf_status tf_lexicon_new(const char *folder, struct tf_lexicon **out, struct tf_error *error)
{
    struct tf_lexicon *lexicon = calloc(1, sizeof *lexicon);
    if (lexicon)
        lexicon->arena = tf_arena_new(0);
    if (!lexicon || !lexicon->arena || !tf_trie_init(&lexicon->trie, lexicon->arena)) {
        tf_lexicon_free(lexicon);
        return tf_error_set(error, TF_NO_MEMORY, "lexicon: out of memory");
    }
    struct tf_buf all;
    tf_buf_init(&all);
    enum tf_status status = load(lexicon, folder, &all, error);
    if (status == TF_OK) {
        set_version(lexicon->version, &all);
        if (lexicon->words.n > 0)
            qsort(lexicon->words.v, lexicon->words.n, sizeof *lexicon->words.v, by_fold);
        tf_trie_seal(&lexicon->trie);
        *out = lexicon;
    } else {
        tf_lexicon_free(lexicon);
    }
    tf_buf_clear(&all);
    return status;
}

void tf_lexicon_free(struct tf_lexicon *lexicon)
{
    if (!lexicon)
        return;
    tf_arena_free(lexicon->arena);
    free(lexicon);
}

enum tf_status tf_lexicon_version_of(const char *folder, char out[TF_LEXICON_VERSION_TEXT],
                                     struct tf_error *error)
{
    struct tf_lexicon tables = {.arena = tf_arena_new(0)};
    if (!tables.arena)
        return tf_error_set(error, TF_NO_MEMORY, "lexicon: out of memory");
    struct tf_buf all;
    tf_buf_init(&all);
    enum tf_status status = folder ? check_folder(folder, error) : TF_OK;
    for (int i = 0; i < TF_LEX__MAX && status == TF_OK; i++) {
        const char *path;
        struct tf_str bytes;
        status = find_table(&tables, folder, (enum tf_lex_category)i, &all, &path, &bytes, error);
    }
    if (status == TF_OK && (tf_arena_failed(tables.arena) || all.failed))
        status = tf_error_set(error, TF_NO_MEMORY, "lexicon: out of memory");
    if (status == TF_OK)
        set_version(out, &all);
    tf_buf_clear(&all);
    tf_arena_free(tables.arena);
    return status;
}

/* --- Looking up ---------------------------------------------------------- */

const char *tf_lexicon_version(const struct tf_lexicon *lexicon)
{
    return lexicon->version;
}

struct tf_str tf_lex_attribute(const struct tf_lex_entry *entry, const char *key)
{
    size_t size = strlen(key);
    const char *at = entry->attributes.data, *end = at + entry->attributes.size;
    while (at < end) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *stop = space ? space : end;
        if ((size_t)(stop - at) > size && memcmp(at, key, size) == 0 && at[size] == '=')
            return (struct tf_str){at + size + 1, (size_t)(stop - at) - size - 1};
        at = space ? space + 1 : end;
    }
    return TF_STR_NULL;
}

const struct tf_lex_entry *tf_lexicon_entries(const struct tf_lexicon *lexicon,
                                              enum tf_lex_category category, size_t *count)
{
    *count = lexicon->entries[category].n;
    return lexicon->entries[category].v;
}

const struct tf_lex_entry *tf_lexicon_find(const struct tf_lexicon *lexicon,
                                           enum tf_lex_category category, struct tf_str code)
{
    const struct tf_lex_entries *entries = &lexicon->entries[category];
    for (size_t i = 0; i < entries->n; i++)
        if (tf_str_equal(entries->v[i].code, code))
            return &entries->v[i];
    return NULL;
}

const struct tf_lex_entry *tf_lexicon_sentence_word(const struct tf_lexicon *lexicon,
                                                    struct tf_str folded)
{
    const struct tf_lex_word key = {folded, NULL}, *found = NULL;
    if (lexicon->words.n > 0 && folded.data)
        found = bsearch(&key, lexicon->words.v, lexicon->words.n, sizeof key, by_fold);
    return found ? found->entry : NULL;
}
