/* Any plan as text: this project's JSON, its Markdown (known by its anchors), or anybody's Markdown. */
#include "check/foreign.h"

#include <stdlib.h>
#include <string.h>

const char *const check_form_names[] = { "auto", "json", "markdown", "foreign", NULL };

/* "<!-- ph1 -->", "<!-- overview -->". */
static bool is_our_anchor(const char *line, size_t n)
{
    const char *at = memmem(line, n, "<!-- ", 5), *id = at ? at + 5 : NULL, *end, *section;
    if (!at || !(end = memmem(id, n - (size_t)(id - line), " -->", 4))) return false;
    if (end - id > 2 && strncmp(id, "ph", 2) == 0 && id[2] >= '0' && id[2] <= '9') return true;
    for (size_t i = 0; (section = section_id(i)) != NULL; i++)
        if (strlen(section) == (size_t)(end - id) && strncmp(section, id, strlen(section)) == 0) return true;
    return false;
}

/* Only a rendering of this project has such anchors, and outside of blocks: other texts may quote one. */
static bool has_our_anchor(const char *md, size_t n)
{
    bool fence = false;
    for (const char *p = md, *end = md + n; p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p);
        if (len >= 3 && (memcmp(p, "```", 3) == 0 || memcmp(p, "~~~", 3) == 0)) fence = !fence;
        else if (!fence && is_our_anchor(p, len)) return true;
        p += len + 1;
    }
    return false;
}

static enum check_form form_of(const char *text, size_t n)
{
    size_t i = 0;
    while (i < n && strchr(" \t\r\n", text[i]) && text[i]) i++;
    if (i < n && text[i] == '{') return CHECK_JSON;
    return has_our_anchor(text, n) ? CHECK_MARKDOWN : CHECK_FOREIGN;
}

/* What an export writes holds the document as a member; the document alone will do, too. */
static enum err_kind read_json(const char *text, size_t n, struct arena *a, struct document *d, struct err *e)
{
    auto_json root = NULL;
    json_t *inner;
    enum err_kind k = json_parse(text, n, &root, e);
    if (k != ERR_OK) return k;
    inner = json_object_get(root, "document");
    if (!json_is_object(inner)) inner = root;
    if ((k = record_decode(&document_record, inner, d, a, inner == root ? "" : "/document", e)) != ERR_OK) return k;
    return document_validate(d, a, e);
}

/* The line of a section's or step's anchor; a step without one has its phase's. */
static int64_t line_of_anchor(const char *md, size_t n, const char *anchor)
{
    char mark[80];
    const char *at;
    int64_t line = 1;
    int len = snprintf(mark, sizeof mark, "<!-- %s -->", anchor);
    at = len > 0 && len < (int)sizeof mark ? memmem(md, n, mark, (size_t)len) : NULL;
    if (!at && strchr(anchor, '.')) {
        (void)snprintf(mark, sizeof mark, "%.*s", (int)strcspn(anchor, "."), anchor);
        return line_of_anchor(md, n, mark);
    }
    for (const char *p = md; at && p < at; p++) line += *p == '\n';
    return at ? line : 1;
}

/* Where the words at fault stand below their anchor; else the anchor. */
static int64_t line_of(const char *md, size_t n, const struct check_finding *f)
{
    int64_t line = line_of_anchor(md, n, f->anchor ? f->anchor : "");
    const char *p = md, *end = md + n, *hit;
    size_t words = f->evidence ? strlen(f->evidence) : 0;
    for (int64_t i = 1; i < line && p; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (p) p++;
    }
    hit = p && words > 2 ? memmem(p, (size_t)(end - p), f->evidence, words) : NULL;
    for (; hit && p < hit; p++) line += *p == '\n';
    return line;
}

static enum err_kind read_ours(const char *text, size_t n, enum check_form form, struct arena *a, struct document *d,
                               struct err *e)
{
    return form == CHECK_JSON ? read_json(text, n, a, d, e) : document_from_markdown(text, n, NULL, 1, a, d, e);
}

enum err_kind check_text(const char *text, size_t n, enum check_form form, const struct check_input *in,
                         struct arena *a, struct check_result *ret, struct err *e)
{
    struct document *d = arena_alloc(a, sizeof *d);
    enum err_kind k;
    if (!d) return err_nomem(e);
    if (form == CHECK_AUTO) form = form_of(text, n);
    if (form == CHECK_FOREIGN) return check_foreign(text, n, in, a, ret, e);
    if ((k = read_ours(text, n, form, a, d, e)) != ERR_OK || (k = check_run(d, in, a, ret, e)) != ERR_OK) return k;
    for (size_t i = 0; form == CHECK_MARKDOWN && i < ret->findings.n; i++)
        ret->findings.v[i].line = line_of(text, n, &ret->findings.v[i]);
    return ERR_OK;
}

/* --- commands ----------------------------------------------------------------------------------------------------- */
struct listing { struct arena *a; check_commands *out; };

static void list_one(struct listing *l, const char *anchor, const char *command)
{
    struct check_command *slot = words_blank(command) ? NULL : arena_push(l->a, l->out, sizeof *slot);
    if (slot) *slot = (struct check_command){ anchor, command };
}

static void list_line(struct checking *c, const struct foreign_line *x, void *arg)
{
    struct listing *l = arg;
    const char *s = x->s + strspn(x->s, " \t");
    (void)c;
    if (x->kind != LINE_SHELL || *s == '#') return;
    list_one(l, arena_dup(l->a, x->heading), arena_dup(l->a, strncmp(s, "$ ", 2) == 0 ? s + 2 : s));
}

enum err_kind check_commands_of(const char *text, size_t n, enum check_form form, struct arena *a, check_commands *ret,
                                struct err *e)
{
    auto_arena work = arena_new(0);
    struct checking *c = arena_alloc(work, sizeof *c);
    struct document *d = arena_alloc(a, sizeof *d);
    struct listing l = { a, ret };
    enum err_kind k;
    memset(ret, 0, sizeof *ret);
    if (!c || !d) return err_nomem(e);
    if (form == CHECK_AUTO) form = form_of(text, n);
    if (form == CHECK_FOREIGN) {
        static const struct check_input everything;
        c->work = work;
        c->in = &everything;
        foreign_lines(c, text, n, list_line, &l);
        return arena_check(a, e);
    }
    if ((k = read_ours(text, n, form, a, d, e)) != ERR_OK) return k;
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].automated.n; j++)
            list_one(&l, d->phases.v[i].id, d->phases.v[i].automated.v[j].command);
    for (size_t i = 0; i < d->closing.rollback.commands.n; i++) list_one(&l, "rollback", d->closing.rollback.commands.v[i]);
    return arena_check(a, e);
}
