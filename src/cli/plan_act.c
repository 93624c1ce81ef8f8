/* Verbs that move a plan without binding anyone: answers, choice, refinements, cancel, retry, fork, budget, delete. */
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

static enum code post(struct ctl *c, const char *id, const char *rest, const struct record *record, const void *in)
{
    auto_response r = { 0 };
    enum code code = call_post(c, path_of(c, "plans", id, rest), record, in, &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}

/* "Q1=text" */
static enum code add_answer(struct ctl *c, const char *arg, struct answers_request *in)
{
    const char *equals = strchr(arg, '=');
    struct answer *slot;
    if (!equals || equals == arg || !equals[1]) {
        complain("an answer looks like Q1=\"text\", not '%s'", arg);
        return CODE_USAGE;
    }
    slot = arena_push(c->arena, &in->answers, sizeof *slot);
    if (!slot) return CODE_REFUSED;
    *slot = (struct answer){ arena_dup_n(c->arena, arg, (size_t)(equals - arg)), equals + 1 };
    return CODE_DONE;
}

/* Without answers on the command line the questions are asked on the terminal. */
static enum code answer_by_asking(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    enum code code = call_get(c, path_of(c, "plans", id, ""), &r);
    if (code != CODE_DONE) return code;
    if (strcmp(js(r.json, "state"), "awaiting_answers") != 0) {
        complain("%s asks nothing: it is %s", id, js(r.json, "state"));
        return CODE_REFUSED;
    }
    code = dialogue_ask(c, r.json);
    if (code != CODE_DONE) return code;
    return c->follow ? watch_plan(c, id) : CODE_DONE;
}

enum code run_answer(struct ctl *c)
{
    struct answers_request in = { .accept_defaults = opt_flag(c, "defaults") };
    enum code code;
    size_t at = 0;
    const char *id = plan_id(c, c->args.v[0], &code);
    for (size_t i = 1; id && i < c->args.n && code == CODE_DONE; i++) code = add_answer(c, c->args.v[i], &in);
    if (!id || code != CODE_DONE) return code;
    for (const char *text; (text = opt_next(c, "correct", &at)) != NULL;) {
        const char **slot = arena_push(c->arena, &in.corrections, sizeof *slot);
        if (!slot) return CODE_REFUSED;
        *slot = text;
    }
    if (in.answers.n || in.corrections.n || in.accept_defaults)
        return post(c, id, "/answers", &answers_request_record, &in);
    if (ask_possible(c)) return answer_by_asking(c, id);
    complain("nothing to send: Q1=\"text\" …, --defaults or --correct TEXT");
    return CODE_USAGE;
}

enum code run_choose(struct ctl *c)
{
    struct choice_request in = { .own = opt(c, "own"), .reason = opt(c, "reason"), .more = opt(c, "more") };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    in.option = c->args.n > 1 ? c->args.v[1] : NULL;
    if (!in.option + !in.own + !in.more != 2) {
        complain("choose one of: an option such as A, --own TEXT, --more REASON");
        return CODE_USAGE;
    }
    return post(c, id, "/choice", &choice_request_record, &in);
}

static enum code report_refinement(struct ctl *c, const char *id, const struct response *r)
{
    if (json_wanted(c, r)) return CODE_DONE;
    if (c->follow) return watch_plan(c, id);
    say("%s %s\n", js(r->json, "id"), js(r->json, "state"));
    return CODE_DONE;
}

static void add_text(struct ctl *c, void *list, const char *text)
{
    const char **slot = arena_push(c->arena, list, sizeof *slot);
    if (slot) *slot = text;
}

/* All comments that are open and still have a place. */
static enum code open_comments(struct ctl *c, const char *id, struct refine_request *in)
{
    auto_response r = { 0 };
    size_t i;
    const json_t *v;
    enum code code = call_get(c, path_of(c, "plans", id, "/comments?state=open"), &r);
    if (code != CODE_DONE) return code;
    json_array_foreach((json_t *)(uintptr_t)jo(r.json, "comments"), i, v)
        if (!jb(v, "outdated")) add_text(c, &in->comments, arena_dup(c->arena, js(v, "id")));
    if (in->comments.n) return CODE_DONE;
    complain("%s has no open comments", id);
    return CODE_REFUSED;
}

/* The action that the plan itself offers. */
static enum code refine_affected(struct ctl *c, const char *id)
{
    auto_response r = { 0 }, made = { 0 };
    const json_t *action;
    char *body;
    enum code code = call_get(c, path_of(c, "plans", id, ""), &r);
    if (code != CODE_DONE) return code;
    if (!(action = jo(jo(r.json, "affected"), "include"))) {
        complain("no section of %s is affected by a change and was left out of it", id);
        return CODE_REFUSED;
    }
    body = json_dumps(jo(action, "body"), JSON_COMPACT);
    code = call(c, &(struct request){ .method = "POST", .path = js(action, "href"), .body = body }, &made);
    free(body);
    return code == CODE_DONE ? report_refinement(c, id, &made) : code;
}

enum code run_refine(struct ctl *c)
{
    struct refine_request in = { 0 };
    auto_response r = { 0 };
    const char *comment;
    enum code code;
    size_t at = 0;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = opt_number(c, "revision", 0, &in.base_revision)) != CODE_DONE) return code;
    if (opt_flag(c, "affected")) return refine_affected(c, id);
    in.instruction = c->args.n > 1 ? c->args.v[1] : NULL;
    for (const char *section; (section = opt_next(c, "section", &at)) != NULL;) {
        const char **slot = arena_push(c->arena, &in.sections, sizeof *slot);
        if (!slot) return CODE_REFUSED;
        *slot = section;
    }
    for (at = 0; (comment = opt_next(c, "comment", &at)) != NULL;) add_text(c, &in.comments, comment);
    if (opt_flag(c, "comments") && (code = open_comments(c, id, &in)) != CODE_DONE) return code;
    if (!in.instruction && !in.comments.n) {
        complain("say what to change, or give --comment ID, --comments or --affected");
        return CODE_USAGE;
    }
    code = call_post(c, path_of(c, "plans", id, "/refinements"), &refine_request_record, &in, &r);
    return code == CODE_DONE ? report_refinement(c, id, &r) : code;
}

static enum code with_reason(struct ctl *c, const char *rest)
{
    struct reason_request in = { .reason = opt(c, "reason") };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    if (c->args.n > 1) in.reason = c->args.v[1];
    return post(c, id, rest, &reason_request_record, &in);
}

enum code run_reject(struct ctl *c) { return with_reason(c, "/reject"); }
enum code run_cancel(struct ctl *c) { return with_reason(c, "/cancel"); }

enum code run_retry(struct ctl *c)
{
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    return id ? post(c, id, "/retry", NULL, NULL) : code;
}

enum code run_fork(struct ctl *c)
{
    struct fork_request in = { .provider = opt(c, "provider"), .ref = opt(c, "ref") };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    return id ? post(c, id, "/fork", &fork_request_record, &in) : code;
}

/* "400000" or "$2.50": digits, at most one point with digits around it. */
static bool is_amount(const char *s, bool dollars)
{
    size_t whole = strspn(s, "0123456789"), part = dollars && s[whole] == '.' ? 1 + strspn(s + whole + 1, "0123456789") : 0;
    return whole > 0 && whole <= 13 && part != 1 && part <= 7 && s[whole + part] == '\0';
}

enum code run_budget(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code), *amount = c->args.v[1];
    bool dollars = amount[0] == '$';
    if (!id) return code;
    if (!is_amount(amount + dollars, dollars)) {
        complain("a budget is a number of tokens or, as in '$2.50', of dollars (0: no limit), not '%s'", amount);
        return CODE_USAGE;
    }
    code = call(c,
                &(struct request){ .method = "PATCH",
                                   .path = path_of(c, "plans", id, ""),
                                   .body = arena_fmt(c->arena, "{\"budget\":{\"%s\":%s}}", dollars ? "usd" : "tokens",
                                                     amount + dollars) },
                &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}

enum code run_delete(struct ctl *c)
{
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    code = call(c, &(struct request){ .method = "DELETE", .path = path_of(c, "plans", id, "") }, &r);
    if (code == CODE_DONE && !c->json) say("%s deleted\n", id);
    return code;
}
