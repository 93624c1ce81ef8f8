/* The sections around the phases from Markdown: requirements, tests, success, stack, rollback, documentation, definition
 * of done, migration, and what does not apply. */
#include "plan/read.h"

#include <string.h>

#include "plan/render.h"

/* --- tables ---------------------------------------------------------------------------------------------------- */
/* "“quote” — `source` line 3" */
static enum err_kind origin(struct reader *r, size_t line, struct cut c, struct requirement *x)
{
    struct cut quote;
    if (cut_begins(c, "“")) {
        (void)cut_until(&c, " — ", TEXT_CELL, &quote);
        quote = cut_trim(quote);
        if (quote.end - quote.s < 6 || memcmp(quote.end - 3, "”", 3) != 0)
            return read_fail(r, line, "the quote has no end: “ … ”");
        quote.s += 3;
        quote.end -= 3;
        x->quote = read_put(quote, TEXT_CELL, r->a);
        c = cut_trim(c);
    }
    if (cut_raw(&c, TEXT_CELL, r->a, &x->source)) c = cut_trim(c);
    if (cut_literal(&c, "line ") && !cut_number(&c, &x->line))
        return read_fail(r, line, "expected the number of a line");
    return cut_blank(c) ? ERR_OK : read_fail(r, line, "expected “quote” — `source` line 3 as the origin");
}

enum err_kind read_requirements(struct reader *r, size_t from, size_t to)
{
    row_list l = { 0 };
    enum err_kind k = read_table(r, from, to, 4, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct requirement *x = arena_push(r->a, &r->d->requirements, sizeof *x);
        if (!x) return read_nomem(r);
        x->id = read_put(l.v[i].cells[0], TEXT_CELL, r->a);
        x->text = read_put(l.v[i].cells[1], TEXT_CELL, r->a);
        k = origin(r, l.v[i].line, l.v[i].cells[2], x);
    }
    return k;
}

enum err_kind read_tests(struct reader *r, size_t from, size_t to)
{
    row_list l = { 0 };
    enum err_kind k = read_table(r, from, to, 4, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct test_scenario *x = arena_push(r->a, &r->d->closing.tests, sizeof *x);
        if (!x) return read_nomem(r);
        k = read_choice(r, l.v[i].line, l.v[i].cells[0], test_level_names, &x->level);
        x->name = read_put(l.v[i].cells[1], TEXT_CELL, r->a);
        x->file = read_raw(l.v[i].cells[2], TEXT_CELL, r->a);
        x->requirement = read_put(l.v[i].cells[3], TEXT_CELL, r->a);
    }
    return k;
}

/* --- lists ----------------------------------------------------------------------------------------------------- */
static enum err_kind flat_items(struct reader *r, size_t from, size_t to, item_list *ret)
{
    enum err_kind k = read_items(r, from, to, ret);
    for (size_t i = 0; k == ERR_OK && i < ret->n; i++)
        if (ret->v[i].fence || ret->v[i].depth > 0)
            return read_fail(r, ret->v[i].fence ? ret->v[i].fence : ret->v[i].line,
                             "an entry here is one line, without a list or code below");
    return k;
}

/* "one — two" */
static void pair(struct reader *r, struct cut c, const char **one, const char **two)
{
    struct cut first;
    (void)cut_until(&c, " — ", 0, &first);
    *one = read_put(first, TEXT_START, r->a);
    *two = read_put(c, 0, r->a);
}

enum err_kind read_success(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    enum err_kind k = flat_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct success *x = arena_push(r->a, &r->d->closing.success, sizeof *x);
        if (!x) return read_nomem(r);
        pair(r, l.v[i].c, &x->text, &x->measure);
    }
    return k;
}

enum err_kind read_documentation(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    enum err_kind k = flat_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct documentation *x = arena_push(r->a, &r->d->closing.documentation, sizeof *x);
        if (!x) return read_nomem(r);
        pair(r, l.v[i].c, &x->target, &x->change);
    }
    return k;
}

enum err_kind read_done(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    enum err_kind k = flat_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct done_item *x = arena_push(r->a, &r->d->closing.done, sizeof *x);
        struct cut c = l.v[i].c, item;
        if (!x) return read_nomem(r);
        if (read_checkbox(&c)) {
            x->item = read_put(c, TEXT_START, r->a);
            continue;
        }
        if (cut_until(&c, " — not applicable:", 0, &item)) x->waived = read_put(c, 0, r->a);
        x->item = read_put(item, TEXT_START, r->a);
    }
    return k;
}

/* "`path` line 12: note; `path`" */
static enum err_kind evidence(struct reader *r, size_t line, struct cut c, struct stack_choice *x)
{
    for (c = cut_trim(c); c.s < c.end; c = cut_trim(c)) {
        struct evidence *v = arena_push(r->a, &x->evidence, sizeof *v);
        struct cut note;
        if (!v) return read_nomem(r);
        if (!cut_raw(&c, 0, r->a, &v->path)) return read_fail(r, line, "expected a path in backticks as evidence");
        if (cut_literal(&c, " line ") && !cut_number(&c, &v->line))
            return read_fail(r, line, "expected the number of a line");
        if (cut_literal(&c, ":")) {
            (void)cut_until(&c, ";", 0, &note);
            v->note = read_put(note, 0, r->a);
        } else if (c.s < c.end && !cut_literal(&c, ";")) {
            return read_fail(r, line, "expected \"`path` line 12: note\" as evidence");
        }
    }
    return ERR_OK;
}

enum err_kind read_stack(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    enum err_kind k = flat_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct stack_choice *x = arena_push(r->a, &r->d->closing.stack, sizeof *x);
        struct cut c = l.v[i].c, part;
        if (!x) return read_nomem(r);
        (void)cut_until(&c, " — ", 0, &part);
        x->choice = read_put(part, TEXT_START, r->a);
        c = cut_trim(c);
        if (!cut_literal(&c, "— ")) {
            (void)cut_until(&c, " — ", 0, &part);
            x->why = read_put(part, 0, r->a);
        }
        k = evidence(r, l.v[i].line, c, x);
    }
    return k;
}

/* --- rollback, migration --------------------------------------------------------------------------------------- */
static enum err_kind add_command(struct reader *r, const char *s)
{
    const char **slot = arena_push(r->a, &r->d->closing.rollback.commands, sizeof *slot);
    if (!slot) return read_nomem(r);
    *slot = s;
    return ERR_OK;
}

/* Each line of a fence is a command; so is each item of a list. */
static enum err_kind commands(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    enum err_kind k = ERR_OK;
    while (from < to && r->lines.v[from].kind == LINE_TEXT && cut_blank(r->lines.v[from].c)) from++;
    while (k == ERR_OK && from < to && r->lines.v[from].kind == LINE_OPEN) {
        const char *all = NULL;
        if ((k = read_fence(r, from, 0, &all, &from)) != ERR_OK || !all) return k != ERR_OK ? k : read_nomem(r);
        for (size_t n; k == ERR_OK && *all; all += n + (all[n] != '\0')) {
            n = strcspn(all, "\n");
            if (n > strspn(all, " \t")) k = add_command(r, arena_dup_n(r->a, all, n));
        }
        while (from < to && cut_blank(r->lines.v[from].c) && r->lines.v[from].kind == LINE_TEXT) from++;
    }
    if (k == ERR_OK) k = flat_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        const char *s = read_raw(l.v[i].c, 0, r->a);
        k = s ? add_command(r, s) : read_fail(r, l.v[i].line, "this command says nothing");
    }
    return k;
}

enum err_kind read_rollback(struct reader *r, size_t from, size_t to)
{
    struct rollback *x = &r->d->closing.rollback;
    size_t at = read_find(r, from, to, render_after_rollback, NULL);
    enum err_kind k = read_block(r, from, at, &x->text);
    if (k == ERR_OK && r->base) x->text = read_settle(r, x->text, r->base->closing.rollback.text, true);
    if (k != ERR_OK || at == to) return k;
    if (!cut_is(cut_trim(r->lines.v[at].c), render_after_rollback[0]))
        return read_fail(r, at, "%s stands alone on its line", render_after_rollback[0]);
    return commands(r, at + 1, to);
}

enum err_kind read_migration(struct reader *r, size_t from, size_t to)
{
    const char **text = &r->d->closing.migration;
    enum err_kind k = read_block(r, from, to, text);
    if (k == ERR_OK && r->base) *text = read_settle(r, *text, r->base->closing.migration, true);
    return k;
}

/* --- what does not apply --------------------------------------------------------------------------------------- */
/* "Migration notes — no data moves" */
static enum err_kind waiver(struct reader *r, size_t line, struct cut c)
{
    struct waived_section *w = arena_push(r->a, &r->d->closing.not_applicable, sizeof *w);
    struct cut title;
    if (!w) return read_nomem(r);
    if (!cut_until(&c, " — ", 0, &title))
        return read_fail(r, line, "expected \"Title of a section — why it does not apply\"");
    title = cut_trim(title);
    for (size_t i = 0; i < section_kind_n; i++)
        if (section_kinds[i].shape == SHAPE_SINGLE && cut_is(title, section_kinds[i].title))
            w->section = section_kinds[i].id;
    if (!w->section) return read_fail(r, line, "there is no section '%.*s'", (int)(title.end - title.s), title.s);
    w->reason = read_put(c, 0, r->a);
    return ERR_OK;
}

static enum err_kind one_line(struct reader *r, size_t line)
{
    struct cut c = cut_trim(r->lines.v[line].c), one;
    enum err_kind k = ERR_OK;
    while (k == ERR_OK && !cut_blank(c)) {
        (void)cut_until(&c, ";", 0, &one);
        k = waiver(r, line, cut_trim(one));
    }
    return k;
}

enum err_kind read_waived(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    enum err_kind k = ERR_OK;
    while (from < to && cut_blank(r->lines.v[from].c)) from++;
    if (from < to && !strchr("-*+", *cut_trim(r->lines.v[from].c).s)) {
        while (k == ERR_OK && from < to) k = one_line(r, from++);
        return k;
    }
    k = flat_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) k = waiver(r, l.v[i].line, l.v[i].c);
    return k;
}
