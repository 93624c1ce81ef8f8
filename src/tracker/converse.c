/* Comments: each command drives the use case that the API has for it, on behalf of whoever wrote it. */
#include <string.h>
#include <strings.h>

#include "pland/plan/message.h"
#include "tracker/comment.h"
#include "tracker/engine.h"

struct talk {
    struct visit *v;
    const struct command *c;
    const char *topic, *person;
    int role;
};

/* --- who ---------------------------------------------------------------------------------------------------------- */
static bool is(const char *said, const char *known)
{
    return known && *known && strcasecmp(said, known) == 0;
}

static bool fits(const struct source_role *r, const struct remark *by)
{
    if (r->association) return is(r->association, by->association);
    return strcmp(r->login, "*") == 0 || is(r->login, by->login) || is(r->login, by->person) || is(r->login, by->email);
}

/* Without a word in the settings: who belongs to a GitHub repository may plan, nobody may approve. */
static int role_of(const struct visit *v)
{
    static const char *const members[] = { "OWNER", "MEMBER", "COLLABORATOR" };
    const struct remark *by = &v->event.comment;
    int best = ROLE_NONE;
    for (size_t i = 0; i < v->settings.roles.n; i++)
        if (fits(&v->settings.roles.v[i], by) && v->settings.roles.v[i].role > best) best = v->settings.roles.v[i].role;
    for (size_t i = 0; !v->settings.roles.n && i < countof(members); i++)
        if (is(members[i], by->association)) best = ROLE_PLANNER;
    return best;
}

static const char *name_of(const struct visit *v)
{
    const struct remark *by = &v->event.comment;
    return by->login ? by->login : by->email ? by->email : by->person ? by->person : "somebody";
}

/* --- answering ---------------------------------------------------------------------------------------------------- */
static enum err_kind say(struct talk *t, const char *topic, const char *text, struct err *e)
{
    struct ticket_action in = visit_action(t->v);
    struct outcome out = { .status = 0 };
    in.topic = topic;
    in.reply = text;
    return text ? visit_run(t->v, service_ticket_reply, &in, &out, e) : err_nomem(e);
}

static enum err_kind failed(struct talk *t, const struct err *why, const char **ret, struct err *e)
{
    *ret = arena_fmt(t->v->arena, "refused: %s", why->msg);
    return say(t, t->topic,
               arena_fmt(t->v->arena, "That did not work: %s%s%s.", why->at[0] ? why->at : "", why->at[0] ? ": " : "",
                         why->msg),
               e);
}

static enum err_kind wrong(struct talk *t, const char *words, const char **ret, struct err *e)
{
    struct err why;
    (void)err_set(&why, ERR_INVALID, "%s", words);
    return failed(t, &why, ret, e);
}

static const char *const role_words[] = {
    [ROLE_VIEWER] = "look at plans", [ROLE_PLANNER] = "work on plans", [ROLE_APPROVER] = "approve plans"
};

/* Once for a person, however often they try. */
static enum err_kind not_allowed(struct talk *t, int need, const char **ret, struct err *e)
{
    const struct remark *by = &t->v->event.comment;
    const char *who = by->person ? by->person : name_of(t->v);
    *ret = arena_fmt(t->v->arena, "refused: %s may not %s", name_of(t->v), role_words[need]);
    return say(t, arena_fmt(t->v->arena, "refused %s", who),
               arena_fmt(t->v->arena,
                         "Thank you. Only people who may %s can say this here; whoever runs pland can let you "
                         "(the source's roles).",
                         role_words[need]),
               e);
}

/* --- what commands do --------------------------------------------------------------------------------------------- */
/* Runs a use case on the plan as the person, once for this command. */
static enum err_kind act(struct talk *t, struct ticket_action action, const char *done, const char **ret, struct err *e)
{
    struct call c = visit_call(t->v, &action, NULL);
    struct outcome out = { .status = 0 };
    struct err why;
    enum err_kind k;
    action.source = &t->v->source;
    action.ticket = t->v->event.ref;
    action.topic = t->topic;
    action.person = t->person;
    c.caller.role = t->role;
    k = service_run(t->v->tracker->service, service_ticket_act, &c, &out, &why);
    if (k == ERR_OK) *ret = done;
    else if (k == ERR_REUSED_KEY) *ret = "dealt with before";
    else if (visit_temporary(k)) *e = why;
    else if (k == ERR_FORBIDDEN && action.words)
        return wrong(t, "approving takes a line of its own, exactly `/plan approve r1`, naming what you have read", ret,
                     e);
    else if (k == ERR_RATE) *ret = arena_fmt(t->v->arena, "ignored: %s", why.msg);
    else return failed(t, &why, ret, e);
    return visit_temporary(k) ? k : ERR_OK;
}

static enum err_kind do_answer(struct talk *t, const char **ret, struct err *e)
{
    struct answers_request in = { .accept_defaults = t->c->verb == COMMAND_DEFAULTS };
    const char **slot;
    in.answers.v = t->c->answers.v;
    in.answers.n = t->c->answers.n;
    if (t->c->verb == COMMAND_CORRECT && *t->c->text && (slot = arena_push(t->v->arena, &in.corrections, sizeof *slot)))
        *slot = t->c->text;
    if (!in.accept_defaults && !in.answers.n && !in.corrections.n)
        return wrong(t, "write it as `/plan answer Q1: …`, a line for each question", ret, e);
    return act(t, (struct ticket_action){ .run = service_plan_answers, .in = &in }, "answered", ret, e);
}

static enum err_kind do_choose(struct talk *t, const char **ret, struct err *e)
{
    struct choice_request in = { .more = NULL };
    size_t n = strcspn(t->c->text, " \t\r\n,.:;");
    if (t->c->verb == COMMAND_MORE) {
        in.more = t->c->text;
    } else {
        const char *reason = t->c->text + n;
        reason += strspn(reason, " \t\r\n,.:;");
        in.option = arena_dup_n(t->v->arena, t->c->text, n);
        in.reason = *reason ? reason : NULL;
    }
    if (!*t->c->text) return wrong(t, "say which: `/plan choose A`", ret, e);
    return act(t, (struct ticket_action){ .run = service_plan_choice, .in = &in }, "chosen", ret, e);
}

static enum err_kind do_refine(struct talk *t, const char **ret, struct err *e)
{
    struct refine_request in = { .instruction = t->c->text };
    struct visit *v = t->v;
    if (!t->c->section && strcmp(t->c->text, "ticket") == 0) {
        struct edit x = { .service = v->tracker->service,
                          .source = &v->source,
                          .row = &v->known.row,
                          .plan = &v->known.plan,
                          .arena = v->arena,
                          .asked = true,
                          .topic = t->topic,
                          .person = t->person };
        enum err_kind k = v->known.plan.n ? edit_apply(&x, ret, e) : ERR_OK;
        if (k == ERR_REUSED_KEY) *ret = "dealt with before";
        if (visit_temporary(k)) return k;
        return *ret ? ERR_OK : wrong(t, "the ticket says what the plan was made for", ret, e);
    }
    if (!*t->c->text) return wrong(t, "say what is to change: `/plan refine P2: …`", ret, e);
    if (t->c->section) {
        const char **slot = arena_push(v->arena, &in.sections, sizeof *slot);
        if (slot) *slot = t->c->section;
    }
    return act(t, (struct ticket_action){ .run = service_plan_refine, .in = &in }, "refined", ret, e);
}

static enum err_kind do_approve(struct talk *t, const char **ret, struct err *e)
{
    struct approval_request in = { .revision = t->c->number };
    struct ticket_action action = { .run = service_plan_approve, .in = &in, .approves = t->c->number };
    if (!t->c->number)
        return wrong(t, "name the revision that you have read, and nothing else: `/plan approve r1`", ret, e);
    return act(t, action, "approved", ret, e);
}

static enum err_kind do_confirm(struct talk *t, const char **ret, struct err *e)
{
    struct ticket_action action = { .run = service_message_confirm, .confirms = t->c->number };
    if (!t->c->number) return wrong(t, "say which: `/plan confirm 12`", ret, e);
    return act(t, action, "confirmed", ret, e);
}

static enum err_kind do_end(struct talk *t, const char **ret, struct err *e)
{
    struct reason_request in = { .reason = *t->c->text ? t->c->text : "asked for in the ticket" };
    return act(t, (struct ticket_action){ .run = service_plan_cancel, .in = &in }, "cancelled", ret, e);
}

static enum err_kind do_retry(struct talk *t, const char **ret, struct err *e)
{
    return act(t, (struct ticket_action){ .run = service_plan_retry }, "retried", ret, e);
}

static enum err_kind do_plan(struct talk *t, const char **ret, struct err *e)
{
    const char *name = t->c->verb == COMMAND_USE ? t->c->text : NULL;
    struct err why;
    enum err_kind k;
    if (name && !*name) return wrong(t, "say which: `/plan use NAME`", ret, e);
    if (t->v->known.plan.n) return wrong(t, "there is a plan already", ret, e);
    k = visit_plan(t->v, name, ret, &why);
    if (k == ERR_OK) return ERR_OK;
    if (visit_temporary(k)) *e = why;
    return visit_temporary(k) ? k : failed(t, &why, ret, e);
}

static enum err_kind do_status(struct talk *t, const char **ret, struct err *e)
{
    const struct plan_row *p = &t->v->known.plan;
    *ret = "told";
    if (!p->n) return say(t, t->topic, "There is no plan for this ticket. `/plan` makes one.", e);
    return say(t, t->topic,
               arena_fmt(t->v->arena, "The plan is in state `%s`%s.", plan_state_names[p->state],
                         p->revision ? arena_fmt(t->v->arena, ", revision r%lld", (long long)p->revision) : ""),
               e);
}

static enum err_kind do_help(struct talk *t, const char **ret, struct err *e)
{
    auto_buf b = BUF_INIT(8000);
    *ret = "told";
    if (t->c->verb == COMMAND_UNKNOWN) {
        buf_str(&b, "I do not know that one. ");
    }
    buf_str(&b, "Lines that begin so are for me:\n\n");
    commands_help(&b);
    return say(t, t->topic, arena_dup(t->v->arena, buf_cstr(&b)), e);
}

typedef enum err_kind do_fn(struct talk *t, const char **ret, struct err *e);
static do_fn *const does[] = {
    [COMMAND_PLAN] = do_plan,       [COMMAND_USE] = do_plan,       [COMMAND_ANSWER] = do_answer,
    [COMMAND_DEFAULTS] = do_answer, [COMMAND_CORRECT] = do_answer, [COMMAND_CHOOSE] = do_choose,
    [COMMAND_MORE] = do_choose,     [COMMAND_REFINE] = do_refine,  [COMMAND_APPROVE] = do_approve,
    [COMMAND_CANCEL] = do_end,      [COMMAND_RETRY] = do_retry,    [COMMAND_STATUS] = do_status,
    [COMMAND_HELP] = do_help,       [COMMAND_UNKNOWN] = do_help,   [COMMAND_CONFIRM] = do_confirm,
};

/* --- a comment ---------------------------------------------------------------------------------------------------- */
/* Payloads of some systems name the ticket and no more. */
static enum err_kind complete(struct visit *v, struct err *e)
{
    struct remark comment = v->event.comment;
    struct event whole = { .what = 0 };
    struct api *a = v->event.thin ? visit_api(v) : NULL;
    enum err_kind k = a ? a->kind->fetch(a, v->event.ref, &whole, e) : ERR_OK;
    if (!a || k != ERR_OK) return visit_temporary(k) ? k : ERR_OK;
    v->event = whole;
    v->event.what = HAPPENED_COMMENTED;
    v->event.comment = comment;
    return ERR_OK;
}

/* i: its place among the commands of the comment. */
static struct talk talk_of(struct visit *v, const struct command *c, size_t i)
{
    const struct remark *by = &v->event.comment;
    return (struct talk){ .v = v,
                          .c = c,
                          .role = role_of(v),
                          .topic = by->id ? arena_fmt(v->arena, "comment %s.%zu", by->id, i)
                                          : arena_fmt(v->arena, "delivery %lld.%zu", (long long)v->row.n, i),
                          .person = arena_fmt(v->arena, "%s (%s)", name_of(v), v->source.kind) };
}

static enum err_kind one(struct visit *v, const struct command *c, size_t i, const char **ret, struct err *e)
{
    struct talk t = talk_of(v, c, i);
    int need = command_role(c);
    enum err_kind k = arena_check(v->arena, e);
    if (k == ERR_OK && i > 0)
        k = service_ticket_known(v->tracker->service, &v->source, v->event.ref, v->arena, &v->known, e);
    if (k != ERR_OK) return k;
    return t.role < need ? not_allowed(&t, need, ret, e) : does[c->verb](&t, ret, e);
}

/* --- plain words -------------------------------------------------------------------------------------------------- */
/* What people say to each other is nothing to us, so nobody is refused; and whatever the words, they approve nothing. */
static enum err_kind words(struct visit *v, const char **ret, struct err *e)
{
    const struct plan_row *p = &v->known.plan;
    struct talk t = talk_of(v, NULL, 0);
    const struct message_request in = { .text = comment_words(v->arena, v->event.comment.body) };
    struct ticket_action action = { .run = service_message_take, .in = &in, .words = true };
    bool found = v->row.event && strcmp(v->row.event, "pland") == 0; /* what is older came along with the ticket */
    *ret = "ignored: a comment without a command";
    if (!words_are_read(p) || !in.text || (found && v->event.comment.at < v->known.row.made_at))
        return arena_check(v->arena, e);
    if (t.role < ROLE_PLANNER || strlen(in.text) > MESSAGE_MAX) return arena_check(v->arena, e);
    t.role = ROLE_PLANNER;
    return act(&t, action, "read as a message", ret, e);
}

static enum err_kind commanded(struct visit *v, const command_list *l, const char **ret, struct err *e)
{
    const char *all = NULL;
    enum err_kind k = complete(v, e);
    if (k == ERR_OK && visit_outside(v) && !v->known.found) { /* known only now */
        *ret = "ignored: another project";
        return ERR_OK;
    }
    v->event.updated_at = 0; /* a comment is not made void by what came after it */
    for (size_t i = 0; k == ERR_OK && i < l->n; i++) {
        const char *outcome = NULL;
        k = one(v, &l->v[i], i, &outcome, e);
        if (k == ERR_OK) all = arena_fmt(v->arena, "%s%s%s", all ? all : "", all ? "; " : "", outcome ? outcome : "");
    }
    if (all) *ret = all;
    return k;
}

enum err_kind visit_comment(struct visit *v, const char **ret, struct err *e)
{
    const struct remark *by = &v->event.comment;
    command_list commands = { 0 };
    if (by->body && strstr(by->body, MARK)) {
        *ret = "ignored: our own comment";
        return ERR_OK;
    }
    if (by->machine) {
        *ret = "ignored: a comment by a program";
        return ERR_OK;
    }
    commands_read(v->arena, by->body, &commands);
    enum err_kind k = arena_check(v->arena, e);
    if (k != ERR_OK) return k;
    return commands.n ? commanded(v, &commands, ret, e) : words(v, ret, e);
}
