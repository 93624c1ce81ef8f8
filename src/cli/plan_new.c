/* new and ticket: handing in what is to be planned. */
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/plan/document.h"

static enum code set_code(const struct ctl *c, struct plan_request *r)
{
    const char *code = opt(c, "code");
    for (int i = 0; code && code_shown_names[i]; i++) {
        if (strcmp(code_shown_names[i], code) != 0) continue;
        r->code = i;
        return CODE_DONE;
    }
    if (!code) return CODE_DONE;
    complain("--code is none, interfaces or full, not '%s'", code);
    return CODE_USAGE;
}

static void from_options(const struct ctl *c, struct plan_request *r)
{
    r->mode = opt_flag(c, "auto") ? MODE_AUTO : MODE_INTERACTIVE;
    r->size = opt_flag(c, "small") ? SIZE_SMALL : opt_flag(c, "full") ? SIZE_FULL : SIZE_AUTO;
    r->project = opt(c, "project");
    r->provider = opt(c, "provider");
    r->if_exists = opt_flag(c, "reuse");
}

static enum code set_budget(struct ctl *c, struct plan_request *r)
{
    int64_t tokens;
    enum code code = opt_number(c, "budget-tokens", 0, &tokens);
    if (code != CODE_DONE || !tokens) return code;
    r->budget = arena_alloc(c->arena, sizeof *r->budget);
    if (!r->budget) return CODE_REFUSED;
    *r->budget = (struct budget){ .usd = -1, .tokens = tokens };
    return CODE_DONE;
}

/* A person at a terminal who names no ticket is asked for it, and led on until the plan is there. */
static bool is_interview(const struct ctl *c)
{
    return c->args.n == 0 && !c->json && ask_possible(c);
}

static enum code prepare(struct ctl *c, struct plan_request *r)
{
    struct asking asking = { .request = r };
    bool asked = is_interview(c);
    enum code code;
    if (opt_flag(c, "small") && opt_flag(c, "full")) {
        complain("--small and --full exclude each other");
        return CODE_USAGE;
    }
    from_options(c, r);
    code = set_budget(c, r);
    if (code == CODE_DONE) code = set_code(c, r);
    if (code == CODE_DONE) code = ticket_read(c, 0, r);
    if (code == CODE_DONE && asked) code = interview(c, r);
    return code == CODE_DONE ? codebase_find(c, r, asked ? &asking : NULL) : code;
}

/* The id alone goes to standard output, so that id=$(planctl new ticket.md) works; everything else is for people. */
static enum code report(struct ctl *c, const struct response *r)
{
    const char *id = arena_dup(c->arena, js(r->json, "id"));
    if (!id) return CODE_REFUSED;
    if (json_wanted(c, r)) return CODE_DONE;
    if (c->json) return watch_plan(c, id);
    say("%s\n", id);
    (void)fflush(stdout);
    if (c->ask) ask_on_leaving(arena_fmt(c->arena, "%s goes on without you: planctl watch %s", id, id));
    if (c->follow) return watch_plan(c, id);
    plan_message(c, r->json);
    plan_hints(c, r->json);
    return CODE_DONE;
}

enum code run_new(struct ctl *c)
{
    struct plan_request in = { 0 };
    auto_response r = { 0 };
    enum code code = prepare(c, &in);
    if (code != CODE_DONE) return code;
    code =
        call(c,
             &(struct request){
                 .method = "POST", .path = "/plans", .record = &plan_request_record, .in = &in, .key = opt(c, "key") },
             &r);
    return code == CODE_DONE ? report(c, &r) : code;
}

#define MOVE(list) ((to->list.v = from->list.v), (to->list.n = from->list.n))
static void as_ticket_request(const struct plan_request *from, struct ticket_request *to)
{
    *to = (struct ticket_request){ .ticket = *from->ticket,
                                   .constraints = from->constraints,
                                   .timeline = from->timeline,
                                   .resources = from->resources };
    MOVE(repositories);
    MOVE(links);
    MOVE(files);
    MOVE(mentions);
}

/* The plan may have a codebase already, so none is looked for unless --repo names one. */
enum code run_ticket(struct ctl *c)
{
    struct plan_request in = { 0 };
    struct ticket_request body;
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = ticket_read(c, 1, &in)) != CODE_DONE) return code;
    if (opt(c, "repo") && (code = codebase_find(c, &in, NULL)) != CODE_DONE) return code;
    as_ticket_request(&in, &body);
    code = call_post(c, path_of(c, "plans", id, "/ticket"), &ticket_request_record, &body, &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}
