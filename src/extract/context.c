/* SPDX-License-Identifier: MIT */
/* What completes a unit: the stem above a list, the headers of a cell, the
 * heading of its section. */
#include "extract_internal.h"

/* The newest unit that could be the stem of what comes next: it ends in a colon. */
static uint32_t open_stem(const struct tf_extractor *x, uint32_t index)
{
    const struct tf_reading *r = &x->units.v[index];
    return r->unit->kind != TF_UNIT_CELL && tf_last_mark(r) == ':' ? index : TF_NONE;
}

/* Stems by depth of the list, so that an item with a colon is the stem of the
 * items nested below it. */
struct stems {
    uint32_t at[8];
    uint32_t outer; /* the colon before the list or table */
    uint32_t list, table;
    bool titled; /* a title stands right before the list */
};

static uint32_t stem_of_item(struct stems *stems, const struct tf_block *block)
{
    if (block->list != stems->list) {
        stems->list = block->list;
        for (size_t i = 0; i < sizeof stems->at / sizeof *stems->at; i++)
            stems->at[i] = stems->outer;
    }
    uint32_t level = block->level < 8 ? block->level : 7;
    return stems->at[level];
}

static void note_item(struct stems *stems, const struct tf_block *block, uint32_t stem)
{
    if (stem == TF_NONE)
        return;
    uint32_t level = block->level < 8 ? block->level : 7;
    for (uint32_t i = level + 1; i < 8; i++)
        stems->at[i] = stem;
}

/* A line right below a stem and right above its items: an item whose bullet
 * was lost. */
static bool is_lost_item(const struct tf_extractor *x, uint32_t index)
{
    const struct tf_reading *r = &x->units.v[index];
    const struct tf_block *block = r->block, *blocks = x->document.blocks.v;
    uint32_t next = r->unit->block + 1;
    return block->kind == TF_BLOCK_PARAGRAPH && block->unit_end - block->unit == 1 &&
           r->unit->block > 0 && blocks[r->unit->block - 1].ends_in_colon && !block->blank_before &&
           next < x->document.blocks.n && blocks[next].kind == TF_BLOCK_ITEM &&
           !blocks[next].blank_before;
}

static void find_stems(struct tf_extractor *x)
{
    struct stems stems = {.outer = TF_NONE, .list = TF_NONE, .table = TF_NONE};
    for (uint32_t i = 0; i < x->units.n; i++) {
        struct tf_reading *r = &x->units.v[i];
        if (r->block->kind == TF_BLOCK_ITEM) {
            if (r->block->list != stems.list)
                stems.titled = i > 0 && x->units.v[i - 1].unit->kind == TF_UNIT_TITLE;
            r->titled = stems.titled;
            r->stem = stem_of_item(&stems, r->block);
            note_item(&stems, r->block, open_stem(x, i));
        } else if (r->block->kind == TF_BLOCK_ROW) {
            r->stem = stems.outer;
        } else if (is_lost_item(x, i)) {
            r->stem = stems.outer;
        } else if (r->unit->kind != TF_UNIT_MARKER) {
            stems.outer = open_stem(x, i);
            stems.list = TF_NONE;
        }
    }
}

/* --- Tables -------------------------------------------------------------- */

enum { COLUMNS_MAX = 64 };

/* Headers of the table at hand, by column; cells beyond COLUMNS_MAX have none. */
struct headers {
    uint32_t table;
    uint32_t column[COLUMNS_MAX];
    uint32_t row_header, row_block;
};

static void find_headers(struct tf_extractor *x)
{
    struct headers h = {.table = TF_NONE, .row_header = TF_NONE, .row_block = TF_NONE};
    for (uint32_t i = 0; i < x->units.n; i++) {
        struct tf_reading *r = &x->units.v[i];
        if (r->unit->kind != TF_UNIT_CELL)
            continue;
        if (r->block->table != h.table) {
            h.table = r->block->table;
            for (size_t k = 0; k < COLUMNS_MAX; k++)
                h.column[k] = TF_NONE;
        }
        if (r->unit->block != h.row_block || r->unit->column == 0) {
            h.row_block = r->unit->block;
            h.row_header = r->unit->column == 0 ? i : TF_NONE;
        }
        if (r->block->header_row && r->unit->column < COLUMNS_MAX)
            h.column[r->unit->column] = i;
        if (r->block->header_row)
            continue;
        r->column_header = r->unit->column < COLUMNS_MAX ? h.column[r->unit->column] : TF_NONE;
        if (r->unit->column > 0)
            r->row_header = h.row_header;
    }
}

void tf_find_context(struct tf_extractor *x)
{
    find_stems(x);
    find_headers(x);
}

/* A heading governs what follows up to the next one. A question inside a
 * paragraph is none. */
static bool governs(const struct tf_reading *r)
{
    if (r->unit->kind != TF_UNIT_TITLE && r->unit->kind != TF_UNIT_QUESTION)
        return false;
    return r->role == TF_ROLE_HEADING || r->role == TF_ROLE_QUESTION || r->role == TF_ROLE_PROMO;
}

/* The first title that is no furniture names the text. */
static uint32_t find_title(const struct tf_extractor *x)
{
    for (uint32_t i = 0; i < x->units.n; i++) {
        const struct tf_reading *r = &x->units.v[i];
        if (r->unit->kind != TF_UNIT_TITLE && r->unit->kind != TF_UNIT_MARKER)
            return TF_NONE;
        if (r->role == TF_ROLE_HEADING || r->role == TF_ROLE_QUESTION)
            return i;
    }
    return TF_NONE;
}

bool tf_answers_at_once(const struct tf_extractor *x, const struct tf_reading *r)
{
    if (r->heading == TF_NONE || x->units.v[r->heading].role != TF_ROLE_QUESTION)
        return false;
    const struct tf_reading *first = &x->units.v[r->heading] + 1;
    return r == first || (r == first + 1 && first->role == TF_ROLE_FRAGMENT);
}

void tf_find_sections(struct tf_extractor *x)
{
    x->title = find_title(x);
    uint32_t heading = TF_NONE;
    for (uint32_t i = 0; i < x->units.n; i++) {
        struct tf_reading *r = &x->units.v[i];
        r->heading = heading;
        if (governs(r))
            heading = i;
    }
}
