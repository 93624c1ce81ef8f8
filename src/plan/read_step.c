/* A step of a phase from Markdown: text, files, code; behind the last one stand the checks of the phase. */
#include "plan/read.h"

#include <string.h>

#include "plan/render.h"

static const char *const code_label[] = { "**Code:**", NULL };

/* --- files ----------------------------------------------------------------------------------------------------- */
/* "modify `path`: why", "rename `old` to `new`" */
static enum err_kind file_change(struct reader *r, const struct item *item, struct step *s)
{
    struct file_change *f = arena_push(r->a, &s->files, sizeof *f);
    struct cut c = item->c, word;
    enum err_kind k;
    if (!f) return read_nomem(r);
    if (item->fence) return read_fail(r, item->fence, "code stands below \"**Code:** `path`\"");
    (void)cut_until(&c, " ", 0, &word);
    if ((k = read_choice(r, item->line, word, change_names, &f->change)) != ERR_OK) return k;
    if (!cut_raw(&c, 0, r->a, &f->path)) return read_fail(r, item->line, "expected a path in backticks");
    if (cut_literal(&c, " to ")) {
        f->from = f->path;
        if (!cut_raw(&c, 0, r->a, &f->path)) return read_fail(r, item->line, "expected a path in backticks");
    }
    if (cut_literal(&c, ":")) f->why = read_put(c, 0, r->a);
    else if (!cut_blank(c)) return read_fail(r, item->line, "expected \": \" and why behind the path");
    return ERR_OK;
}

static enum err_kind files(struct reader *r, size_t from, size_t to, struct step *s)
{
    item_list l = { 0 };
    enum err_kind k = read_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) k = file_change(r, &l.v[i], s);
    return k;
}

/* --- code ------------------------------------------------------------------------------------------------------ */
static bool folding(struct cut c)
{
    c = cut_trim(c);
    return cut_is(c, "<details>") || cut_is(c, "</details>") || cut_begins(c, "<summary>");
}

static const struct step *base_step(const struct reader *r, const struct phase *p, const char *id)
{
    const struct phase *base = read_base_phase(r, p->id);
    for (size_t i = 0; base && id && i < base->steps.n; i++)
        if (base->steps.v[i].id && strcmp(base->steps.v[i].id, id) == 0) return &base->steps.v[i];
    return NULL;
}

/* A block that the rendering only named: it is the one of the revision that was rendered. */
static enum err_kind named_only(struct reader *r, size_t line, const struct step *base, struct step *s)
{
    struct code_block *x = &s->code.v[s->code.n - 1];
    const struct code_block *old = base && s->code.n <= base->code.n ? &base->code.v[s->code.n - 1] : NULL;
    bool same = old && (old->path && x->path ? strcmp(old->path, x->path) == 0 : !old->path && !x->path);
    if (!same)
        return read_fail(r, line, "the code that is not shown here is not known: edit the rendering with all code");
    x->language = arena_dup(r->a, old->language);
    x->text = arena_dup(r->a, old->text);
    return ERR_OK;
}

static enum err_kind code_head(struct reader *r, size_t line, struct code_block *x, bool *ret_named_only)
{
    struct cut c = cut_trim(r->lines.v[line].c), tail;
    (void)cut_literal(&c, code_label[0]);
    c = cut_trim(c);
    *ret_named_only = false;
    if (!cut_begins(c, "in ") && !cut_begins(c, "— ")) (void)cut_raw(&c, 0, r->a, &x->path);
    tail = cut_trim(c);
    if (cut_literal(&tail, "— ")) {
        *ret_named_only = tail.end - tail.s > 9 && memcmp(tail.end - 9, "not shown", 9) == 0;
        return *ret_named_only ? ERR_OK : read_fail(r, line, "expected \"— 20 lines not shown\"");
    }
    if (cut_literal(&tail, "in ") && cut_raw(&tail, 0, r->a, &x->language)) tail = cut_trim(tail);
    return tail.s == tail.end ? ERR_OK : read_fail(r, line, "expected \"**Code:** `path`\" and nothing else");
}

/* From the line "**Code:** …" to the next of ours. */
static enum err_kind code(struct reader *r, size_t from, size_t to, const struct step *base, struct step *s)
{
    struct code_block *x = arena_push(r->a, &s->code, sizeof *x);
    size_t n = s->code.n - 1, i = from + 1;
    bool named, found = false;
    enum err_kind k;
    if (!x) return read_nomem(r);
    if ((k = code_head(r, from, x, &named)) != ERR_OK) return k;
    while (i < to) {
        if (r->lines.v[i].kind == LINE_OPEN && !found && !named) {
            bool open = read_open_end(r, i);
            if (!x->language) x->language = read_language(r, i);
            if ((k = read_fence(r, i, 0, &x->text, &i)) != ERR_OK) return k;
            if (!open && x->text) x->text = arena_fmt(r->a, "%s\n", x->text);
            found = true;
        } else if (r->lines.v[i].kind == LINE_TEXT && (cut_blank(r->lines.v[i].c) || folding(r->lines.v[i].c))) {
            i++;
        } else {
            return read_fail(r, i, "what stands here belongs to no block of code: begin it with \"**Code:** `path`\"");
        }
    }
    if (named) return named_only(r, from, base, s);
    if (!found) return read_fail(r, from, "no code stands below this line");
    if (base && n < base->code.n) x->text = read_settle(r, x->text, base->code.v[n].text, false);
    return ERR_OK;
}

/* --- the step -------------------------------------------------------------------------------------------------- */
/* "2.1 Title" without its number. */
static struct cut bare_title(const struct head *h)
{
    struct cut c = h->title;
    int64_t n;
    if (cut_number(&c, &n) && cut_literal(&c, ".") && cut_number(&c, &n) && (c.s == c.end || *c.s == ' ')) return c;
    return h->title;
}

/* The number of "ph1.s4". */
static size_t step_number(const struct phase *p, const struct step *s)
{
    struct cut c = cut_of(s->id ? s->id : "");
    int64_t n;
    if (!cut_literal(&c, p->id) || !cut_literal(&c, ".s") || !cut_number(&c, &n) || c.s != c.end) return 0;
    return (size_t)n;
}

/* After all that are, and were, in use. Steps that follow in the Markdown may have anchors: they count, too. */
static const char *new_id(struct reader *r, const struct head *h, const struct phase *p)
{
    const struct phase *base = read_base_phase(r, p->id);
    size_t last = 0;
    for (const struct head *x = h; x < r->heads.v + r->heads.n && x->level == 4; x++) {
        struct step s = { .id = x->id };
        if (step_number(p, &s) > last) last = step_number(p, &s);
    }
    for (size_t i = 0; i < p->steps.n; i++)
        if (step_number(p, &p->steps.v[i]) > last) last = step_number(p, &p->steps.v[i]);
    for (size_t i = 0; base && i < base->steps.n; i++)
        if (step_number(p, &base->steps.v[i]) > last) last = step_number(p, &base->steps.v[i]);
    return arena_fmt(r->a, "%s.s%zu", p->id, last + 1);
}

static enum err_kind parts(struct reader *r, size_t from, size_t to, const struct step *base, struct step *s)
{
    while (from < to) {
        size_t next = read_find(r, from + 1, to, code_label, NULL);
        bool is_code = read_find(r, from, from + 1, code_label, NULL) == from;
        enum err_kind k = is_code ? code(r, from, next, base, s) : files(r, from, next, s);
        if (k != ERR_OK) return k;
        from = next;
    }
    return ERR_OK;
}

enum err_kind read_step(struct reader *r, const struct head *h, struct phase *p)
{
    struct step *s = arena_push(r->a, &p->steps, sizeof *s);
    size_t from = h->at + 1, at = read_find(r, from, h->to, render_after_step, NULL);
    size_t tail = read_find(r, at, h->to, render_tail_labels, NULL);
    const struct step *base;
    enum err_kind k;
    if (!s) return read_nomem(r);
    s->title = read_put(bare_title(h), 0, r->a);
    s->id = h->id ? h->id : new_id(r, h, p);
    base = base_step(r, p, s->id);
    if ((k = read_block(r, from, at, &s->text)) != ERR_OK) return k;
    if (base) s->text = read_settle(r, s->text, base->text, true);
    if ((k = parts(r, at, tail, base, s)) != ERR_OK) return k;
    return read_tail(r, tail, h->to, p);
}
