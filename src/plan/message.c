/* Messages as values: what each kind of action needs and means, held to the plan, said back in sentences. */
#include "pland/plan/message.h"

#include <string.h>
#include <strings.h>

#include "plan/text.h"

const char *const message_kind_names[] = { "answer", "defaults", "correct", "choose", "own",    "more",
                                           "refine", "ticket",   "approve", "reject", "budget", NULL };

#define T struct message_action
static const struct field action_rows[] = {
    F_ENUM(T, kind, FIELD_REQUIRED, message_kind_names, "What is to be done"),
    F_STR(T, question, 0, 0, 0, "The question's id"),
    F_STR(T, option, 0, 0, 0, "The option's id; of a ticket its title"),
    F_STR(T, text, 0, 0, 0, "The answer, correction, condition, instruction or reason"),
    F_STR(T, reason, 0, 0, 0, "Why an approach of one's own"),
    F_STRS(T, sections, 0, 0, 0, "Ids of the sections meant"),
    F_INT(T, revision, 0, 0, 0, "The revision approved"),
    F_MONEY(T, usd, 0, "Dollars at most"),
    F_INT(T, tokens, 0, 0, 0, "Tokens at most"),
};
#undef T
const struct record message_action_record = RECORD("message action", struct message_action, action_rows);

#define T struct message
static const struct field message_rows[] = {
    F_LIST(T, actions, FIELD_ALWAYS, &message_action_record, MESSAGE_ACTIONS_MAX, "In the order they are done"),
    F_BOOL(T, ambiguous, FIELD_ALWAYS, "Nothing takes effect before somebody has confirmed it"),
    F_STR(T, doubt, 0, 0, 0, "What is not clear, and how to say it"),
    F_STR(T, restatement, FIELD_ALWAYS, 0, 0, "The actions in sentences"),
};
#undef T
const struct record message_record = RECORD("message", struct message, message_rows);

/* --- held to the plan --------------------------------------------------------------------------------------------- */
struct checking {
    const struct message_plan *p;
    struct message *m;
    struct arena *a;
    struct err *e;
    size_t i;
    struct buf said;
};
typedef enum err_kind check_fn(struct checking *x, struct message_action *t);
typedef void say_fn(struct checking *x, const struct message_action *t);

static enum err_kind wrong(struct checking *x, const char *member, const char *fmt, ...) _printf_(3, 4);
static enum err_kind wrong(struct checking *x, const char *member, const char *fmt, ...)
{
    char at[64], text[300];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    (void)snprintf(at, sizeof at, "/actions/%zu/%s", x->i, member);
    return err_at(x->e, ERR_INVALID, at, "%s", text);
}

static enum err_kind need_text(struct checking *x, struct message_action *t)
{
    return text_blank(t->text) ? wrong(x, "text", "'%s' needs a text", message_kind_names[t->kind]) : ERR_OK;
}

/* "Q1 to Q3" is enough: ids are numbered without gaps. */
static enum err_kind check_answer(struct checking *x, struct message_action *t)
{
    const struct understanding *u = x->p->understanding;
    size_t n = u ? u->questions.n : 0, i = 0;
    while (i < n && strcasecmp(u->questions.v[i].id, t->question ? t->question : "") != 0) i++;
    if (i == n)
        return n ? wrong(x, "question", "there is no question '%.40s'; there are %s to %s", t->question,
                         u->questions.v[0].id, u->questions.v[n - 1].id)
                 : wrong(x, "question", "the plan has no questions");
    t->question = u->questions.v[i].id;
    for (i = 0; i < x->i; i++)
        if (x->m->actions.v[i].kind == MESSAGE_ANSWER && strcmp(x->m->actions.v[i].question, t->question) == 0)
            return wrong(x, "question", "%s is answered twice", t->question);
    return need_text(x, t);
}

static enum err_kind check_option(struct checking *x, struct message_action *t)
{
    const struct options *o = x->p->options;
    size_t n = o ? o->options.n : 0, i = 0;
    while (i < n && strcasecmp(o->options.v[i].id, t->option ? t->option : "") != 0) i++;
    if (i == n)
        return n ? wrong(x, "option", "there is no option '%.40s'; there are %s to %s", t->option, o->options.v[0].id,
                         o->options.v[n - 1].id)
                 : wrong(x, "option", "the plan has no options");
    t->option = o->options.v[i].id;
    if (text_blank(t->text)) t->text = NULL;
    return ERR_OK;
}

static enum err_kind check_own(struct checking *x, struct message_action *t)
{
    if (text_blank(t->reason))
        return wrong(x, "reason", "an approach of one's own needs its reason: own: …, because …");
    return need_text(x, t);
}

/* The id of what is called P3, ph3 or risks; NULL: there is no such section. */
static const char *section_called(const struct document *d, const char *name)
{
    const struct phase *phase = document_phase(d, name);
    if (phase) return phase->id;
    for (size_t i = 0; section_id(i); i++)
        if (strcasecmp(section_id(i), name) == 0) return section_id(i);
    return NULL;
}

static enum err_kind check_refine(struct checking *x, struct message_action *t)
{
    const struct document *d = x->p->head;
    for (size_t i = 0; i < t->sections.n; i++) {
        const char *id = d ? section_called(d, t->sections.v[i]) : NULL;
        if (!id)
            return wrong(x, "sections", "revision %lld has no section '%.40s'; its phases are P1 to P%zu",
                         (long long)x->p->revision, t->sections.v[i], d ? d->phases.n : 0);
        t->sections.v[i] = id;
    }
    return need_text(x, t);
}

static enum err_kind check_approve(struct checking *x, struct message_action *t)
{
    if (x->m->actions.n != 1) return wrong(x, "kind", "an approval stands alone");
    if (t->revision == x->p->revision) return ERR_OK;
    return wrong(x, "revision", "the newest revision is r%lld: read it, then say: approve r%lld",
                 (long long)x->p->revision, (long long)x->p->revision);
}

static enum err_kind check_budget(struct checking *x, struct message_action *t)
{
    return t->usd < 0 && t->tokens < 0 ? wrong(x, "usd", "a budget needs dollars or tokens") : ERR_OK;
}

static enum err_kind check_ticket(struct checking *x, struct message_action *t)
{
    return text_blank(t->option) ? wrong(x, "option", "a ticket needs a title") : ERR_OK;
}

/* --- said back ---------------------------------------------------------------------------------------------------- */
static const struct question *question_of(const struct understanding *u, const char *id)
{
    for (size_t i = 0; u && i < u->questions.n; i++)
        if (strcmp(u->questions.v[i].id, id) == 0) return &u->questions.v[i];
    return NULL;
}

static void say_answer(struct checking *x, const struct message_action *t)
{
    const struct question *q = question_of(x->p->understanding, t->question);
    buf_fmt(&x->said, "Answer to %s (%s): %s", t->question, q && q->text ? q->text : "", t->text);
}

static bool answered_here(const struct message *m, const char *question)
{
    for (size_t i = 0; i < m->actions.n; i++)
        if (m->actions.v[i].kind == MESSAGE_ANSWER && strcmp(m->actions.v[i].question, question) == 0) return true;
    return false;
}

static void say_defaults(struct checking *x, const struct message_action *t)
{
    const struct understanding *u = x->p->understanding;
    const char *sep = ": ";
    (void)t;
    buf_str(&x->said, "Take the default of every question that has no answer");
    for (size_t i = 0; u && i < u->questions.n; i++) {
        const struct question *q = &u->questions.v[i];
        if (answered_here(x->m, q->id) || !q->preset) continue;
        buf_fmt(&x->said, "%s%s %s", sep, q->id, q->preset);
        sep = "; ";
    }
}

static void say_correct(struct checking *x, const struct message_action *t)
{
    buf_fmt(&x->said, "Correct the understanding: %s", t->text);
}

static void say_choose(struct checking *x, const struct message_action *t)
{
    const struct options *o = x->p->options;
    buf_fmt(&x->said, "Choose option %s", t->option);
    for (size_t i = 0; i < o->options.n; i++)
        if (o->options.v[i].id == t->option) buf_fmt(&x->said, " (%s)", o->options.v[i].title);
    if (t->text) buf_fmt(&x->said, "; said to it: %s", t->text);
}

static void say_own(struct checking *x, const struct message_action *t)
{
    buf_fmt(&x->said, "Take an approach of your own: %s, because %s", t->text, t->reason);
}

static void say_more(struct checking *x, const struct message_action *t)
{
    buf_fmt(&x->said, "Work out other options, because: %s", t->text);
}

static void say_refine(struct checking *x, const struct message_action *t)
{
    const char *sep = " ";
    buf_str(&x->said, "Change");
    for (size_t i = 0; i < t->sections.n; i++) {
        buf_fmt(&x->said, "%s%s", sep, t->sections.v[i]);
        for (size_t j = 0; j < x->p->head->phases.n; j++)
            if (x->p->head->phases.v[j].id == t->sections.v[i])
                buf_fmt(&x->said, " (P%zu, %s)", j + 1, x->p->head->phases.v[j].title);
        sep = ", ";
    }
    if (!t->sections.n) buf_str(&x->said, " the plan, wherever it fits");
    buf_fmt(&x->said, ": %s", t->text);
}

static void say_ticket(struct checking *x, const struct message_action *t)
{
    buf_fmt(&x->said, "Plan this ticket: %s", t->option);
}

static void say_approve(struct checking *x, const struct message_action *t)
{
    buf_fmt(&x->said, "Approve revision %lld", (long long)t->revision);
}

static void say_reject(struct checking *x, const struct message_action *t)
{
    buf_fmt(&x->said, "End the plan, because: %s", t->text);
}

static void say_budget(struct checking *x, const struct message_action *t)
{
    buf_str(&x->said, "Set the budget to");
    if (t->usd >= 0) buf_fmt(&x->said, " %.2f dollars", (double)t->usd / 1e6);
    if (t->tokens >= 0) buf_fmt(&x->said, "%s %lld tokens", t->usd >= 0 ? " and" : "", (long long)t->tokens);
}

static const struct {
    enum plan_verb verb;
    bool many; /* several of it may be in one message */
    check_fn *check;
    say_fn *say;
} kinds[MESSAGE_KIND_N_] = {
    [MESSAGE_ANSWER] = { VERB_ANSWERS, true, check_answer, say_answer },
    [MESSAGE_DEFAULTS] = { VERB_ANSWERS, false, NULL, say_defaults },
    [MESSAGE_CORRECT] = { VERB_ANSWERS, true, need_text, say_correct },
    [MESSAGE_CHOOSE] = { VERB_CHOICE, false, check_option, say_choose },
    [MESSAGE_OWN] = { VERB_CHOICE, false, check_own, say_own },
    [MESSAGE_MORE] = { VERB_CHOICE, false, need_text, say_more },
    [MESSAGE_REFINE] = { VERB_REFINE, true, check_refine, say_refine },
    [MESSAGE_TICKET] = { VERB_TICKET, false, check_ticket, say_ticket },
    [MESSAGE_APPROVE] = { VERB_APPROVE, false, check_approve, say_approve },
    [MESSAGE_REJECT] = { VERB_REJECT, false, need_text, say_reject },
    [MESSAGE_BUDGET] = { VERB_BUDGET, false, check_budget, say_budget },
};

enum plan_verb message_verb(const struct message *m) { return kinds[m->actions.v[0].kind].verb; }

/* Several actions of one message are done together or not at all: they are of one verb, and a verb that decides is
 * there once. */
static enum err_kind check_together(struct checking *x, const struct message_action *t)
{
    for (size_t i = 0; i < x->i; i++) {
        int other = x->m->actions.v[i].kind;
        bool many = kinds[t->kind].many || (kinds[t->kind].verb == VERB_ANSWERS && other != t->kind);
        if (kinds[other].verb == kinds[t->kind].verb && many) continue;
        return wrong(x, "kind", "'%s' and '%s' do not go together: send one after the other",
                     message_kind_names[other], message_kind_names[t->kind]);
    }
    return ERR_OK;
}

enum err_kind message_check(struct message *m, const struct message_plan *p, struct arena *a, struct err *e)
{
    struct checking x = { .p = p, .m = m, .a = a, .e = e, .said = BUF_INIT(BUF_MAX_DEFAULT) };
    enum plan_state after;
    enum err_kind k = m->actions.n ? plan_apply(p->state, message_verb(m), PLAN_DRAFTING, &after, e) : ERR_OK;
    for (; k == ERR_OK && x.i < m->actions.n; x.i++) {
        struct message_action *t = &m->actions.v[x.i];
        if ((k = check_together(&x, t)) != ERR_OK) break;
        if (kinds[t->kind].check && (k = kinds[t->kind].check(&x, t)) != ERR_OK) break;
    }
    for (x.i = 0; k == ERR_OK && x.i < m->actions.n; x.i++) {
        if (x.i) buf_char(&x.said, '\n');
        kinds[m->actions.v[x.i].kind].say(&x, &m->actions.v[x.i]);
    }
    if (k == ERR_OK) k = buf_check(&x.said, e);
    if (k == ERR_OK) {
        m->restatement = arena_dup(a, buf_cstr(&x.said));
        k = arena_check(a, e);
    }
    buf_release(&x.said);
    return k;
}

static const char *const forms[PLAN_STATE_N_] = {
    [PLAN_AWAITING_TICKET] = "Write what is wanted: the first line becomes the title.",
    [PLAN_AWAITING_ANSWERS] =
        "Answer by number (Q1: …), say \"accept defaults\" or \"defaults except Q2: …\", or \"correct: …\".",
    [PLAN_AWAITING_CHOICE] =
        "Say \"choose A\" (\"A, but …\"), \"own: …, because …\", or \"other options: …\" with what these lack.",
    [PLAN_AWAITING_APPROVAL] =
        "Say what to change (\"refine P2: …\", \"split phase 2\"). Approving takes exactly \"approve r\" and the number "
        "of the revision; \"reject: …\" ends the plan.",
    [PLAN_APPROVED] = "Say what to change (\"refine P2: …\"): the new revision needs approval again.",
    [PLAN_IMPLEMENTING] = "Say what to change (\"refine P2: …\"): the new revision needs approval again.",
    [PLAN_AWAITING_BUDGET] = "Say \"budget 5 usd\" or \"budget 400000 tokens\".",
};

const char *message_forms(enum plan_state s)
{
    return (unsigned)s < PLAN_STATE_N_ && forms[s] ? forms[s] : "";
}
