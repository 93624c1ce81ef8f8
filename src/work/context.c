/* The context listing: files read whole, in order; what was missing; surveys and relevance by codebase; what a model is
 * shown of it all. */
#include "work/context.h"

#include <string.h>

static void member(struct buf *b, const char *key, const char *text)
{
    if (!text) return;
    buf_key(b, key);
    buf_json(b, text);
}

static void file_json(const struct brief_file *f, struct buf *b)
{
    buf_comma(b);
    buf_char(b, '{');
    member(b, "path", f->path);
    member(b, "reading", reading_names[f->reading]);
    buf_key(b, "given");
    buf_str(b, f->given ? "true" : "false");
    buf_key(b, "bytes");
    buf_int(b, (int64_t)strlen(f->content ? f->content : ""));
    member(b, "why", f->why);
    buf_char(b, '}');
}

static void missing_json(const struct brief *in, struct buf *b)
{
    buf_char(b, '[');
    for (size_t i = 0; i < in->missing.n; i++) {
        buf_comma(b);
        buf_char(b, '{');
        member(b, "path", in->missing.v[i].path);
        member(b, "why", in->missing.v[i].why);
        member(b, "closest", in->missing.v[i].closest);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void codebase_json(const struct codebase *c, struct buf *b)
{
    buf_comma(b);
    buf_char(b, '{');
    member(b, "repository", c->base.repository);
    member(b, "alias", c->base.alias);
    member(b, "ref", c->base.ref);
    member(b, "commit", c->base.commit);
    member(b, "tree", c->base.tree);
    buf_key(b, "survey");
    record_encode(&survey_record, c->survey, b);
    buf_key(b, "relevance");
    record_encode(&relevance_record, &c->relevance, b);
    buf_char(b, '}');
}

static enum err_kind add(struct task *t, const char *name, const struct buf *b, struct err *e)
{
    struct step_part *slot;
    enum err_kind k = buf_check(b, e);
    if (k != ERR_OK) return k;
    if (!(slot = arena_push(t->arena, &t->done.parts, sizeof *slot))) return err_nomem(e);
    *slot = (struct step_part){ name, arena_dup_n(t->arena, buf_cstr(b), b->n) };
    return arena_check(t->arena, e);
}

enum err_kind context_parts(struct task *t, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT), missing = BUF_INIT(1 << 20);
    struct pack pack;
    enum err_kind k = planner_pack(&t->brief, t->brief.pack_tokens, t->arena, &pack, e);
    if (k != ERR_OK) return k;
    missing_json(&t->brief, &missing);
    buf_str(&b, "{\"files\":[");
    for (size_t i = 0; i < t->brief.files.n; i++) file_json(&t->brief.files.v[i], &b);
    buf_str(&b, "],\"missing\":");
    buf_str(&b, buf_cstr(&missing));
    buf_str(&b, ",\"codebases\":[");
    for (size_t i = 0; i < t->brief.codebases.n; i++) codebase_json(&t->brief.codebases.v[i], &b);
    buf_str(&b, "],\"pack\":");
    record_encode(&pack_record, &pack, &b);
    if (t->prompt.system) { /* a model was shown all this */
        buf_key(&b, "redacted");
        buf_int(&b, t->prompt.redacted);
    }
    buf_char(&b, '}');
    if ((k = add(t, "context", &b, e)) != ERR_OK) return k;
    return t->brief.missing.n ? add(t, "missing", &missing, e) : ERR_OK;
}
