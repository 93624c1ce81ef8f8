/* The texts of one call to a model. */
#include "planner/prompt.h"

#include <string.h>

#include "embedded/prompts.h"
#include "pland/plan/changes.h"
#include "pland/planner/look.h"
#include "planner/prose.h"

enum { MAX_PROMPT = 16 << 20 };

const char *prompt_text(const char *file)
{
    for (const struct embedded_file *f = embedded_prompts; f->name; f++)
        if (strcmp(f->name, file) == 0) return f->bytes;
    return "";
}

void prompt_fenced(struct buf *b, const char *label, const char *content)
{
    size_t longest = 0, run = 0;
    for (const char *p = content ? content : ""; *p; p++) {
        run = *p == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    longest = longest < 3 ? 4 : longest + 1;
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
    else *count += prompt_redact(buf_cstr(b), &clean);
    return text_out(&clean, a, ret, e);
}

enum err_kind planner_schema(enum step_kind kind, bool may_look, struct arena *a, const char **ret, struct err *e)
{
    const struct field *first = may_look ? &look_field : NULL;
    auto_buf schema = BUF_INIT(MAX_PROMPT);
    if (step_record(kind)) record_schema_with(step_record(kind), first, &schema);
    else changes_schema(first, &schema);
    return text_out(&schema, a, ret, e);
}

enum err_kind planner_prompt(const struct brief *b, const struct step_request *step, struct arena *a,
                             struct step_prompt *ret, struct err *e)
{
    auto_buf context = BUF_INIT(MAX_PROMPT);
    auto_buf task = BUF_INIT(MAX_PROMPT);
    enum err_kind k;
    if ((k = prompt_context(b, &context, e)) != ERR_OK) return k;
    prompt_task(b, step, &task);
    *ret = (struct step_prompt){.system = prompt_text("system.md"), .schema_name = step_name(step->kind)};
    if (b->looks) {
        ret->system = arena_fmt(a, "%s\n%s", ret->system, prompt_text(b->look_tool ? "look_tool.md" : "look.md"));
        if (!ret->system) return arena_check(a, e);
    }
    k = clean_out(&context, a, &ret->context, &ret->redacted, e);
    if (k == ERR_OK) k = clean_out(&task, a, &ret->task, &ret->redacted, e);
    if (k == ERR_OK) k = planner_schema(step->kind, b->looks > 0 && !b->look_tool, a, &ret->schema, e);
    return k;
}
