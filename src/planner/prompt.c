/* The texts of one call to a model. */
#include "planner/prompt.h"

#include <string.h>

#include "pland/plan/changes.h"
#include "pland/planner/look.h"
#include "planner/prompt_file.h"

enum { MAX_PROMPT = 16 << 20 };

void prompt_fenced(struct buf *b, const char *label, const char *content)
{
    size_t longest = 0, run = 0;
    for (const char *p = content ? content : ""; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    longest = longest < PROMPT_FENCE_MIN ? PROMPT_FENCE_MIN : longest + 1;
    for (size_t i = 0; i < longest; i++) buf_char(b, '`');
    buf_fmt(b, " %s\n", label);
    buf_str(b, content);
    if (content && *content && content[strlen(content) - 1] != '\n') buf_char(b, '\n');
    for (size_t i = 0; i < longest; i++) buf_char(b, '`');
    buf_char(b, '\n');
}

void prompt_fenced_buf(struct buf *out, const char *label, const struct buf *content)
{
    prompt_fenced(out, label, buf_cstr(content));
    if (content->failed != ERR_OK) out->failed = content->failed;
}

static enum err_kind text_out(struct buf *b, struct arena *a, const char **ret, struct err *e)
{
    enum err_kind k = buf_check(b, e);
    if (k != ERR_OK) return k;
    *ret = arena_dup_n(a, buf_cstr(b), b->n);
    return prose_check(a, e);
}

/* The same without secrets; counts them. */
static enum err_kind clean_out(const struct buf *b, struct arena *a, const char **ret, int64_t *count, struct err *e)
{
    auto_buf clean = BUF_INIT(MAX_PROMPT);
    if (b->failed != ERR_OK) clean.failed = b->failed;
    else *count += prompt_redact_fenced(buf_cstr(b), &clean);
    return text_out(&clean, a, ret, e);
}

enum err_kind planner_schema(enum step_kind kind, bool may_look, struct arena *a, const char **ret, struct err *e)
{
    const struct field *first = may_look && kind != STEP_MESSAGE ? &look_field : NULL;
    auto_buf schema = BUF_INIT(MAX_PROMPT);
    if (step_record(kind)) record_schema_with(step_record(kind), first, &schema);
    else changes_schema(first, &schema);
    return text_out(&schema, a, ret, e);
}

/* What the call is made with: "system/2 look/1 phase/3". */
static enum err_kind system_text(const struct brief *b, const struct step_request *step, struct arena *a,
                                 struct step_prompt *ret, struct err *e)
{
    struct prompt_file system = prompt_file("system"), look = prompt_file(b->look_tool ? "look_tool" : "look"),
                       own = prompt_file(step_name(step->kind));
    bool looks = b->looks && step->kind != STEP_MESSAGE;
    ret->system = looks ? arena_fmt(a, "%s\n%s", system.text, look.text) : system.text;
    ret->version = arena_fmt(a, "system/%d%s %s/%d", system.version,
                             looks ? arena_fmt(a, " %s/%d", look.name, look.version) : "", own.name, own.version);
    return arena_check(a, e);
}

enum err_kind planner_prompt(const struct brief *b, const struct step_request *step, struct arena *a,
                             struct step_prompt *ret, struct err *e)
{
    auto_buf context = BUF_INIT(MAX_PROMPT);
    auto_buf task = BUF_INIT(MAX_PROMPT);
    enum err_kind k;
    if (step->kind != STEP_MESSAGE && (k = prompt_context(b, &context, e)) != ERR_OK) return k;
    if (!prompt_task(b, step, &task))
        return err_set(e, ERR_INTERNAL, "the prompt of %s has a placeholder that nothing fills", step_name(step->kind));
    *ret = (struct step_prompt){.schema_name = step_name(step->kind)};
    if ((k = system_text(b, step, a, ret, e)) != ERR_OK) return k;
    k = clean_out(&context, a, &ret->context, &ret->redacted, e);
    if (k == ERR_OK) k = clean_out(&task, a, &ret->task, &ret->redacted, e);
    if (k == ERR_OK) k = planner_schema(step->kind, b->looks > 0 && !b->look_tool, a, &ret->schema, e);
    return k;
}

/* --- what is put behind a task ------------------------------------------------------------------------------------ */
struct pair { const char *name, *text; };

static bool of_pairs(void *arg, struct span name, struct buf *out)
{
    for (const struct pair *p = arg; p->name; p++)
        if (span_is(name, p->name)) return buf_str(out, p->text), true;
    return false;
}

/* Appended to what the model has been given: nothing before it may change, for the cache's sake. */
static bool behind(struct step_prompt *p, const char *file, struct pair *pairs, struct arena *a)
{
    struct prompt_file f = prompt_file(file);
    auto_buf b = BUF_INIT(2 * MAX_PROMPT);
    buf_str(&b, p->task);
    if (!prompt_fill(&f, of_pairs, pairs, &b) || b.failed) return false;
    p->task = arena_dup_n(a, buf_cstr(&b), b.n);
    p->version = arena_fmt(a, "%s %s/%d", p->version, f.name, f.version);
    return p->task && p->version;
}

bool planner_looked(struct step_prompt *p, const char *seen, int64_t left, struct arena *a)
{
    const char *shown = seen ? arena_fmt(a, "## What you asked to see\n%s", seen) : "";
    const char *rounds = left > 0 ? arena_fmt(a, "%lld more times.", (long long)left) : "no more. Answer now.";
    return shown && rounds && behind(p, "looked", (struct pair[]){{"seen", shown}, {"left", rounds}, {0}}, a);
}

bool planner_again(struct step_prompt *p, const struct err *why, const char *answer, struct arena *a)
{
    const char *problem = arena_fmt(a, "%s%s%s", why->at, why->at[0] ? ": " : "", why->msg);
    auto_buf fenced = BUF_INIT(MAX_PROMPT);
    prompt_fenced(&fenced, "answer", answer);
    if (!problem || fenced.failed) return false;
    return behind(p, "again", (struct pair[]){{"problem", problem}, {"answer", buf_cstr(&fenced)}, {0}}, a);
}

bool planner_go_on(struct step_prompt *p, const char *partial, struct arena *a)
{
    return behind(p, "continue", (struct pair[]){{"partial", partial}, {0}}, a);
}
