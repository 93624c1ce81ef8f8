/* Reading a message with a model: what it is shown of the plan, and what is taken of its answer. */
#include "planner/message.h"

#include <string.h>

#include "planner/prompt.h"
#include "planner/prose.h"

enum { TEXT_MAX = 64 * 1024, NAME_BYTES = 64, DOUBT_MAX = 1000 };

/* Those of message_kind_names that words may say. */
static const char *const spoken[] = {
    [MESSAGE_ANSWER] = "answer", [MESSAGE_DEFAULTS] = "defaults", [MESSAGE_CORRECT] = "correct",
    [MESSAGE_CHOOSE] = "choose", [MESSAGE_OWN] = "own",           [MESSAGE_MORE] = "more",
    [MESSAGE_REFINE] = "refine", [MESSAGE_BY_FORM] = NULL,
};

struct spoken_action {
    int kind;
    const char *quote, *question, *option, *text, *reason;
    LIST(const char *) sections;
};
struct message_reading {
    LIST(struct spoken_action) actions;
    bool ambiguous;
    const char *doubt;
};

#define T struct spoken_action
static const struct field spoken_rows[] = {
    F_ENUM(T, kind, FIELD_REQUIRED, spoken, "What is to be done"),
    F_STR(T, quote, FIELD_REQUIRED | FIELD_NONBLANK, 1, TEXT_MAX, "The exact words of the message that say so"),
    F_STR(T, question, 0, 0, NAME_BYTES, "answer: the question's id; otherwise null"),
    F_STR(T, option, 0, 0, NAME_BYTES, "choose: the option's id; otherwise null"),
    F_STR(T, text, 0, 0, TEXT_MAX, "The answer, correction, condition, approach, reason or instruction; null where none is needed"),
    F_STR(T, reason, 0, 0, TEXT_MAX, "own: why; otherwise null"),
    F_STRS(T, sections, 0, 100, NAME_BYTES, "refine: ids of the sections meant; otherwise empty"),
};
#undef T
static const struct record spoken_record = RECORD("spoken action", struct spoken_action, spoken_rows);
#define T struct message_reading
static const struct field reading_rows[] = {
    F_LIST(T, actions, FIELD_REQUIRED, &spoken_record, MESSAGE_ACTIONS_MAX, "What the message says, in its order"),
    F_BOOL(T, ambiguous, FIELD_REQUIRED, "It can be read in more than one way, or a part of it is no action"),
    F_STR(T, doubt, 0, 0, DOUBT_MAX, "What is not clear, to whoever wrote it; null when nothing is"),
};
#undef T
const struct record message_reading_record = RECORD("message", struct message_reading, reading_rows);

/* --- what is shown ------------------------------------------------------------------------------------------------ */
static void questions_now(const struct understanding *u, struct buf *out)
{
    for (size_t i = 0; i < u->questions.n; i++) {
        const struct question *q = &u->questions.v[i];
        buf_fmt(out, "question %s: %s (default: %s", q->id, q->text, q->preset ? q->preset : "none");
        for (size_t j = 0; j < q->options.n; j++) buf_fmt(out, "; possible: %s", q->options.v[j]);
        buf_str(out, ")\n");
    }
}

static void sections_now(const struct document *d, struct buf *out)
{
    for (size_t i = 0; i < d->phases.n; i++)
        buf_fmt(out, "section %s: phase P%zu, %s\n", d->phases.v[i].id, i + 1, d->phases.v[i].title);
    for (size_t i = 0; section_id(i); i++)
        if (section_present(d, section_id(i))) buf_fmt(out, "section %s\n", section_id(i));
}

void prompt_now(const struct brief *b, struct buf *out)
{
    const struct message_plan *p = &b->talk;
    static const struct { enum plan_verb verb; const char *actions; } takes[] = {
        {VERB_ANSWERS, "answer, defaults, correct"}, {VERB_CHOICE, "choose, own, more"}, {VERB_REFINE, "refine"},
    };
    auto_buf now = BUF_INIT(BUF_MAX_DEFAULT);
    const char *sep = "";
    buf_fmt(out, "\n## The plan now\n\nIt is %s. Actions it takes: ", plan_state_names[p->state]);
    for (size_t i = 0; i < countof(takes); i++) {
        if (!plan_allows(p->state, takes[i].verb)) continue;
        buf_fmt(out, "%s%s", sep, takes[i].actions);
        sep = ", or ";
    }
    buf_fmt(out, "%s; all of one message are from one of these groups. Exact forms: %s\n\n", *sep ? "" : "none",
            message_forms(p->state));
    if (p->understanding) questions_now(p->understanding, &now);
    for (size_t i = 0; p->options && i < p->options->options.n; i++)
        buf_fmt(&now, "option %s: %s\n", p->options->options.v[i].id, p->options->options.v[i].title);
    if (p->head) sections_now(p->head, &now);
    prompt_fenced_buf(out, "plan", &now);
}

void prompt_message(const struct brief *b, struct buf *out)
{
    buf_str(out, "\n## The message\n\n");
    prompt_fenced(out, "message", b->said);
}

/* --- what is taken ------------------------------------------------------------------------------------------------ */
/* The words as they stand, runs of blanks being one. */
static bool quotes(const char *message, const char *quote, struct arena *a)
{
    const char *in = prose_clean(a, (struct span){message, strlen(message)}, SIZE_MAX);
    const char *words = prose_clean(a, (struct span){quote, strlen(quote)}, SIZE_MAX);
    return in && words && *words && strcasestr(in, words) != NULL;
}

static enum err_kind take(const struct brief *b, const struct message_reading *r, struct arena *a, struct message *m,
                          struct err *e)
{
    for (size_t i = 0; i < r->actions.n; i++) {
        const struct spoken_action *from = &r->actions.v[i];
        struct message_action *to = PUSH(a, m->actions);
        if (!to) break;
        if (!quotes(b->said, from->quote, a))
            return err_at(e, ERR_INVALID, arena_fmt(a, "/actions/%zu/quote", i), "these words are not in the message");
        *to = (struct message_action){.kind = from->kind, .question = from->question, .option = from->option,
                                      .text = from->text, .reason = from->reason, .usd = -1, .tokens = -1};
        if (from->kind != MESSAGE_CHOOSE) to->option = NULL;
        if (from->kind != MESSAGE_ANSWER) to->question = NULL;
        if (from->kind == MESSAGE_REFINE) memcpy(&to->sections, &from->sections, sizeof to->sections);
    }
    return prose_check(a, e);
}

enum err_kind message_accept(const struct brief *b, const json_t *v, struct arena *a, struct message *ret, struct err *e)
{
    struct message_reading r = {0};
    const char *steering = planner_suspicious(b->said);
    enum err_kind k = record_decode(&message_reading_record, v, &r, a, "", e);
    *ret = (struct message){.restatement = ""};
    if (k != ERR_OK || (k = take(b, &r, a, ret, e)) != ERR_OK) return k;
    ret->ambiguous = r.ambiguous || ret->actions.n == 0 || steering;
    ret->doubt = prose_blank(r.doubt) ? NULL : r.doubt;
    if (ret->ambiguous && !ret->doubt && !steering)
        return err_at(e, ERR_INVALID, "/doubt", "say what is not clear, or give the actions and set ambiguous to false");
    if (steering)
        ret->doubt = arena_fmt(a, "The message has words that address a model (\"%s\"): confirm what was understood. %s",
                               steering, ret->doubt ? ret->doubt : "");
    if ((k = message_check(ret, &b->talk, a, e)) == ERR_STATE) k = err_at(e, ERR_INVALID, "/actions", "%s", arena_dup(a, e->msg));
    return k == ERR_OK ? prose_check(a, e) : k;
}
