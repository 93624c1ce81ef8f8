/* Tables on a page: columns as wide as their text when there is room, narrowed and wrapped when there is not, and row
 * by row as a list when there are too many. */
#include <string.h>

#include "cli/page.h"

enum { BETWEEN = 3, COLUMNS_MAX = 32, LEAST = 4 };

void table_release(struct table *t)
{
    for (size_t i = 0; i < t->cells.n; i++) rich_release(&t->cells.v[i].text);
    t->cells.n = 0;
}

static size_t rows_of(const struct table *t)
{
    return t->columns ? t->cells.n / t->columns : 0;
}

static const struct cell *cell_at(const struct table *t, size_t row, size_t column)
{
    return &t->cells.v[row * t->columns + column];
}

/* Takes columns away from the widest until all fit. */
static bool narrow(size_t *width, const size_t *least, size_t n, size_t *total, size_t room)
{
    while (*total > room) {
        size_t widest = n;
        for (size_t i = 0; i < n; i++)
            if (width[i] > least[i] && (widest == n || width[i] > width[widest])) widest = i;
        if (widest == n) return false;
        width[widest]--;
        (*total)--;
    }
    return true;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* False: there is no room for so many columns. Words stay whole; if that is not possible, long ones are broken. */
static bool fit(const struct table *t, size_t room, size_t *width)
{
    static const size_t whole[] = { SIZE_MAX, 24, 16, 8 }; /* words of so many columns */
    size_t word[COLUMNS_MAX], least[COLUMNS_MAX], total = BETWEEN * (t->columns - 1);
    for (size_t i = 0; i < t->columns; i++) {
        width[i] = word[i] = 1;
        for (size_t row = 0; row < rows_of(t); row++) {
            size_t all = rich_columns(&cell_at(t, row, i)->text), one = rich_longest_word(&cell_at(t, row, i)->text);
            if (all > width[i]) width[i] = all;
            if (one > word[i]) word[i] = one;
        }
        total += width[i];
    }
    for (size_t k = 0; k < countof(whole); k++) {
        for (size_t i = 0; i < t->columns; i++) {
            size_t some = word[i] < LEAST ? LEAST : word[i];
            least[i] = smaller(width[i], smaller(some, whole[k]));
        }
        if (narrow(width, least, t->columns, &total, room)) return true;
    }
    return false;
}

/* A part of a cell at its place in a line of the page. */
static void put_cell(struct rich *line, const struct cell *c, const struct rich_line *l, size_t width, bool last)
{
    size_t pad = width - smaller(l->columns, width), before = c->align < 0 ? 0 : c->align > 0 ? pad : pad / 2;
    for (size_t i = 0; i < before; i++) rich_add(line, " ", 1, 0);
    for (size_t i = l->from; i < l->to;) {
        size_t from = i;
        while (i < l->to && c->text.style.p[i] == c->text.style.p[from]) i++;
        rich_add(line, c->text.text.p + from, i - from, (unsigned char)c->text.style.p[from]);
    }
    for (size_t i = before; i < pad && !last; i++) rich_add(line, " ", 1, 0);
}

static void put_all(struct rich *line, const struct rich *text)
{
    const struct rich_line all = { 0, text->text.n, 0 };
    put_cell(line, &(struct cell){ *text, -1 }, &all, 0, true);
}

static void write_row(struct page *p, const struct table *t, size_t row, const size_t *width)
{
    size_t at[COLUMNS_MAX] = { 0 };
    for (bool first = true, more = true; more; first = false) {
        struct rich line;
        more = false;
        rich_init(&line);
        for (size_t i = 0; i < t->columns; i++) {
            struct rich_line l = { 0 };
            const struct cell *c = cell_at(t, row, i);
            if (rich_next(&c->text, width[i], false, &at[i], &l)) more = true;
            if (i > 0) rich_add(&line, " │ ", strlen(" │ "), STYLE_DIM);
            put_cell(&line, c, &l, width[i], i + 1 == t->columns);
        }
        if (more || first) page_lines(p, &line, true);
        rich_release(&line);
    }
}

static void write_line(struct page *p, const struct table *t, const size_t *width)
{
    struct rich line;
    rich_init(&line);
    for (size_t i = 0; i < t->columns; i++) {
        if (i > 0) rich_add(&line, "─┼─", strlen("─┼─"), STYLE_DIM);
        for (size_t j = 0; j < width[i]; j++) rich_add(&line, "─", strlen("─"), STYLE_DIM);
    }
    page_lines(p, &line, true);
    rich_release(&line);
}

/* Where what begins a row is wrapped itself, a line tells the rows apart. */
static void write_grid(struct page *p, const struct table *t, const size_t *width)
{
    bool apart = false;
    for (size_t row = 0; row < rows_of(t); row++) apart = apart || rich_columns(&cell_at(t, row, 0)->text) > width[0];
    for (size_t row = 0; row < rows_of(t); row++) {
        write_row(p, t, row, width);
        if (row + 1 == t->head || (apart && row + 1 < rows_of(t))) write_line(p, t, width);
    }
}

/* "Heading: text" for every cell that has some. */
static void write_list(struct page *p, const struct table *t)
{
    for (size_t row = t->head; row < rows_of(t); row++) {
        if (row > t->head) p->gap = true;
        for (size_t i = 0; i < t->columns; i++) {
            const struct cell *c = cell_at(t, row, i);
            struct rich line;
            if (!c->text.text.n) continue;
            rich_init(&line);
            if (t->head) put_all(&line, &cell_at(t, 0, i)->text);
            if (line.text.n) rich_add(&line, ": ", 2, STYLE_BOLD);
            put_all(&line, &c->text);
            page_lines(p, &line, false);
            rich_release(&line);
        }
    }
}

void page_table(struct page *p, const struct table *t)
{
    size_t width[COLUMNS_MAX];
    if (t->columns == 0) return;
    if (t->columns <= COLUMNS_MAX && fit(t, page_room(p), width)) write_grid(p, t, width);
    else write_list(p, t);
    p->gap = true;
}
