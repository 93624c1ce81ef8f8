/* edit: the newest revision in an editor, and back as the next one. Whatever goes wrong, what was written is kept. */
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

struct edit {
    struct ctl *c;
    const char *id, *etag;
    struct draft draft;
    const char *before, *now; /* the text as it came, and as it is */
};

static enum code keep(const struct edit *x, const char *why)
{
    note("planctl: %s; your text is in %s\n", why, x->draft.path);
    return CODE_REFUSED;
}

/* What can be refused at once is not edited first. */
static enum code may_edit(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    enum plan_state state;
    enum code code = call_get(c, path_of(c, "plans", id, ""), &r);
    if (code != CODE_DONE) return code;
    if (!plan_state_parse(js(r.json, "state"), &state) || plan_allows(state, VERB_EDIT)) return CODE_DONE;
    complain("%s is %s: it cannot be edited now", id, js(r.json, "state"));
    plan_hints(c, r.json);
    return CODE_REFUSED;
}

static enum code begin(struct edit *x)
{
    auto_response r = { 0 };
    enum code code =
        call(x->c,
             &(struct request){
                 .path = path_of(x->c, "plans", x->id, "/revisions/head?code=full"), .accept = "text/markdown" },
             &r);
    if (code != CODE_DONE) return code;
    x->etag = r.etag;
    x->before = arena_dup_n(x->c->arena, buf_cstr(&r.body), r.body.n);
    if (!x->before) return CODE_REFUSED;
    code = draft_make(x->c, arena_fmt(x->c->arena, "%s.md", x->id), x->before, r.body.n, &x->draft);
    if (code == CODE_DONE) ask_on_leaving(arena_fmt(x->c->arena, "left; your text is in %s", x->draft.path));
    return code;
}

/* The line that was refused, as it stands in the file. */
static void quote_line(const struct edit *x, const json_t *problem)
{
    int64_t line = ji(json_array_get(jo(problem, "errors"), 0), "line");
    const char *at = x->now;
    auto_buf text = BUF_INIT(4096);
    if (line < 1) return;
    for (int64_t i = 1; i < line && *at; i++) {
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    buf_add(&text, at, strcspn(at, "\n") < 200 ? strcspn(at, "\n") : 200);
    note("  > %s\n", buf_cstr(&text));
}

/* *ret_again: refused, and the person wants to put it right. */
static enum code send(struct edit *x, bool *ret_again)
{
    auto_response r = { 0 };
    enum code code = call(x->c,
                          &(struct request){ .method = "POST",
                                             .path = path_of(x->c, "plans", x->id, "/revisions"),
                                             .type = "text/markdown",
                                             .body = x->now,
                                             .if_match = x->etag },
                          &r);
    if (code == CODE_DONE) {
        draft_remove(&x->draft);
        return after_verb(x->c, &r);
    }
    if (r.status == 412) {
        note("  planctl diff %s shows what has changed meanwhile\n", x->id);
        return keep(x, "the plan has got another revision while you were writing, so nothing was sent");
    }
    quote_line(x, r.json);
    *ret_again = r.status == 400 && ask_possible(x->c) && ask_unless_no(x->c, "Edit again?") == ASK_YES;
    if (!*ret_again) (void)keep(x, code == CODE_UNREACHED ? "it was not sent" : "it was not taken");
    return code;
}

/* An editor that failed may have written something all the same. */
static enum code editor_failed(struct edit *x)
{
    const char *text = NULL;
    if (text_read(x->c, x->draft.path, &text) != CODE_DONE || strcmp(text, x->before) != 0)
        return keep(x, "nothing was sent");
    draft_remove(&x->draft);
    note("planctl: nothing was sent\n");
    return CODE_REFUSED;
}

static enum code rounds(struct edit *x)
{
    for (;;) {
        bool again = false;
        enum code code = draft_edit(x->c, &x->draft, &x->now);
        if (code != CODE_DONE) return editor_failed(x);
        if (strcmp(x->now, x->before) == 0) {
            draft_remove(&x->draft);
            note("unchanged: nothing was sent\n");
            return CODE_DONE;
        }
        code = send(x, &again);
        if (!again) return code;
    }
}

enum code run_edit(struct ctl *c)
{
    struct edit x = { .c = c };
    enum code code;
    x.id = plan_id(c, c->args.v[0], &code);
    if (!x.id || (code = may_edit(c, x.id)) != CODE_DONE || (code = begin(&x)) != CODE_DONE) return code;
    return rounds(&x);
}
