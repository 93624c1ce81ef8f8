/* A plan in words: the summary, one line for lists and progress, what to type next, and the exit code. */
#include <errno.h>
#include <string.h>

#include "cli/page.h"
#include "cli/say.h"
#include "cli/verbs.h"

/* What a person can type where a plan stands, after the name of the program; %s is the plan's id. */
static const struct hint { const char *state, *lines[4]; } hints[] = {
    { "awaiting_ticket", { "ticket %s FILE" } },
    { "awaiting_answers", { "show %s", "answer %s Q1=\"…\" Q2=\"…\", or --defaults" } },
    { "awaiting_choice", { "show %s", "choose %s A, or --own \"…\" --reason \"…\"" } },
    { "awaiting_approval", { "show %s", "refine %s \"what to change\"", "edit %s", "approve %s" } },
    { "awaiting_budget", { "budget %s TOKENS", "cancel %s" } },
    { "approved", { "handoff %s" } },
    { "implementing", { "progress %s PHASE done" } },
    { "failed", { "retry %s", "fork %s" } },
    { "researching", { "watch %s" } },
    { "designing", { "watch %s" } },
    { "drafting", { "watch %s" } },
    { "checking", { "watch %s" } },
    { "revising", { "watch %s" } },
};

/* The program as it was called, so that the line can be copied. */
static void say_hint(const struct ctl *c, const char *line, const char *id)
{
    const char *mark = strstr(line, "%s"), *dir = opt(c, "data-dir"), *url = opt(c, "url");
    note("  %s", strchr(program_invocation_name, '/') ? program_invocation_name : "planctl");
    if (dir || url) note(" --%s %s", dir ? "data-dir" : "url", dir ? dir : url);
    note(" %.*s%s%s\n", (int)(mark - line), line, id, mark + 2);
}

void plan_message(const struct ctl *c, const json_t *plan)
{
    const char *message = js(jo(plan, "needs"), "message");
    if (!*message || opt_flag(c, "quiet")) return;
    note("\n");
    page_note(c, message);
    note("\n");
}

void plan_hints(const struct ctl *c, const json_t *plan)
{
    const char *state = js(plan, "state");
    if (opt_flag(c, "quiet")) return;
    for (size_t i = 0; i < countof(hints); i++) {
        if (strcmp(hints[i].state, state) != 0) continue;
        for (size_t j = 0; j < countof(hints[i].lines) && hints[i].lines[j]; j++)
            say_hint(c, hints[i].lines[j], js(plan, "id"));
    }
}

enum code plan_code(const json_t *plan)
{
    const char *state = js(plan, "state");
    if (strcmp(state, "failed") == 0 || strcmp(state, "cancelled") == 0) return CODE_REFUSED;
    if (strcmp(state, "approved") == 0 || strcmp(state, "implementing") == 0) return CODE_DONE;
    return strcmp(js(plan, "activity"), "waiting") == 0 ? CODE_WAITS : CODE_DONE;
}

void plan_line(const json_t *plan, struct buf *b)
{
    const json_t *progress = jo(plan, "progress");
    int64_t total = ji(progress, "total");
    buf_str(b, js(plan, "state"));
    if (total > 0 && strcmp(js(plan, "activity"), "working") == 0)
        buf_fmt(b, " %lld of %lld", (long long)ji(progress, "done"), (long long)total);
    if (*js(plan, "wait_reason")) buf_fmt(b, " (waits: %s)", js(plan, "wait_reason"));
    if (ji(plan, "revision") > 0) buf_fmt(b, ", revision %lld", (long long)ji(plan, "revision"));
}

static void add_checks(const json_t *plan, struct buf *b)
{
    const json_t *checks = jo(plan, "checks");
    if (!checks) return;
    buf_fmt(b, "  checks    %lld verified, %lld to create, %lld not provable here, %lld failed\n",
        (long long)ji(checks, "verified"), (long long)ji(checks, "to_create"), (long long)ji(checks, "unprovable"),
        (long long)ji(checks, "failed"));
}

static void add_money(const json_t *v, struct buf *b)
{
    const json_t *usd = jo(v, "usd");
    buf_fmt(b, "%lld tokens", (long long)(ji(v, "tokens") + ji(v, "input") + ji(v, "output")));
    if (json_number_value(usd) > 0) buf_fmt(b, ", $%.2f", json_number_value(usd));
}

/* What models have taken, what the whole is expected to take, and the limits. */
static void add_cost(const json_t *plan, struct buf *b)
{
    const json_t *usage = jo(plan, "usage"), *estimate = jo(usage, "estimate"), *budget = jo(plan, "budget");
    if (!ji(usage, "calls")) return;
    buf_fmt(b, "  cost      ");
    add_money(usage, b);
    if (estimate && ji(plan, "revision") == 0) {
        buf_str(b, "; about ");
        add_money(estimate, b);
        buf_str(b, " expected until approval");
    }
    if (budget) {
        buf_str(b, "; budget ");
        add_money(budget, b);
    }
    buf_char(b, '\n');
}

static void add_base(const json_t *plan, struct buf *b)
{
    size_t i;
    const json_t *v;
    json_array_foreach((json_t *)(uintptr_t)jo(plan, "base"), i, v) {
        const char *name = *js(v, "name") ? js(v, "name") : *js(v, "alias") ? js(v, "alias") : js(v, "repository");
        const char *commit = js(v, "commit"), *pin = *commit ? commit : js(v, "tree");
        buf_fmt(b, "  codebase  %s%s%s%s%.12s\n", name, *js(v, "ref") ? " at " : "", js(v, "ref"),
            !*pin ? "" : *commit ? ", commit " : ", tree ", pin);
    }
}

static void add_if(struct buf *b, const char *label, const char *text)
{
    if (*text) buf_fmt(b, "  %-9s %s\n", label, text);
}

void plan_summary(const json_t *plan, struct buf *b)
{
    auto_buf line = BUF_INIT(4096);
    const json_t *ticket = jo(plan, "ticket"), *error = jo(plan, "error");
    plan_line(plan, &line);
    buf_fmt(b, "%s\n  title     %s\n  state     %s%s\n", js(plan, "id"),
            *js(plan, "title") ? js(plan, "title") : "(no title yet)", buf_cstr(&line),
            jb(plan, "stale") ? ", stale: the codebase has moved" : "");
    if (ji(plan, "approved_revision") > 0)
        buf_fmt(b, "  approved  revision %lld\n", (long long)ji(plan, "approved_revision"));
    add_if(b, "ticket", js(ticket, "key"));
    add_if(b, "link", js(ticket, "url"));
    add_base(plan, b);
    add_checks(plan, b);
    add_cost(plan, b);
    add_if(b, "by", js(plan, "provider"));
    if (jb(plan, "suspicious"))
        add_if(b, "warning", "the ticket holds text that tries to steer a model; nothing is decided automatically");
    if (json_is_object(error)) buf_fmt(b, "  error     %s: %s\n", js(error, "title"), js(error, "detail"));
}
