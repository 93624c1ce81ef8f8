/* The written forms of messages: a line is in one of them, or goes on with what the form before it says, or the whole
 * message is in none. A form is never guessed at: "A good idea" chooses nothing. */
#include "plan/message_reading.h"

#include <string.h>
#include <strings.h>

struct message_action *message_add(struct reading *r, enum message_kind kind)
{
    struct message_action *t = arena_push(r->a, &r->m->actions, sizeof *t);
    static struct message_action nowhere; /* the arena has failed: what is written here is read by nobody */
    if (!t) return &nowhere;
    *t = (struct message_action){ .kind = (int)kind, .usd = -1, .tokens = -1 };
    return t;
}

static const char *copy(struct reading *r, struct words c)
{
    c = words_trim(c);
    return arena_dup_n(r->a, c.p, (size_t)(c.end - c.p));
}

void message_opens(struct reading *r, struct words text, bool paragraphs)
{
    r->open = words_trim(text);
    r->paragraphs = paragraphs;
}

void message_close(struct reading *r)
{
    if (r->open.p && r->m->actions.n) r->m->actions.v[r->m->actions.n - 1].text = copy(r, r->open);
    r->open.p = NULL;
}

/* --- answers ------------------------------------------------------------------------------------------------------ */
/* "Q2:" or "q2 =". */
static bool take_question(struct reading *r, struct words *c, const char **ret_id)
{
    struct words t = *c;
    int64_t n;
    if (t.p == t.end || (*t.p != 'Q' && *t.p != 'q')) return false;
    t.p++;
    if ((n = words_number(&t)) < 0) return false;
    while (t.p < t.end && *t.p == ' ') t.p++;
    if (t.p == t.end || (*t.p != ':' && *t.p != '=')) return false;
    *ret_id = arena_fmt(r->a, "Q%lld", (long long)n);
    *c = (struct words){ t.p + 1, t.end };
    return true;
}

/* Where the next question of the line begins; the end of the line when none does. */
static const char *next_question(struct reading *r, struct words c)
{
    const char *id;
    for (const char *p = c.p; p < c.end; p++) {
        struct words rest = { p, c.end };
        if ((p == c.p || !words_is_word(p[-1])) && take_question(r, &rest, &id)) return p;
    }
    return c.end;
}

/* "Postgres 15, " before another question is "Postgres 15". */
static struct words without_joint(struct words c)
{
    c = words_trim(c);
    if (c.end - c.p > 4 && strncasecmp(c.end - 4, " and", 4) == 0) c.end -= 4;
    c = words_trim(c);
    while (c.end > c.p && (c.end[-1] == ',' || c.end[-1] == ';')) c.end--;
    return c;
}

static bool read_answers(struct reading *r, struct words c)
{
    const char *id;
    if (!take_question(r, &c, &id)) return false;
    for (;;) {
        const char *next = next_question(r, c);
        message_close(r);
        message_add(r, MESSAGE_ANSWER)->question = id;
        message_opens(r, next < c.end ? without_joint((struct words){ c.p, next }) : c, false);
        if (next == c.end) return true;
        c.p = next;
        (void)take_question(r, &c, &id);
    }
}

static bool read_defaults(struct reading *r, struct words c)
{
    static const char *const words[] = { "accept the defaults", "accept all defaults", "accept defaults", "take the defaults",
                                         "use the defaults",    "defaults",            NULL };
    static const char *const but[] = { ", except", ", but", "except", "but", NULL };
    const char *id;
    struct words answers;
    if (!words_take_any(&c, words)) return false;
    answers = c;
    if (!words_at_end(c) && !(words_take_any(&c, but) && (answers = c, take_question(r, &c, &id)))) return false;
    message_close(r);
    message_add(r, MESSAGE_DEFAULTS);
    return words_at_end(answers) || read_answers(r, answers);
}

/* --- the choice --------------------------------------------------------------------------------------------------- */
/* What may follow an option: nothing, or a condition or reason in words that begin one. */
static bool take_condition(struct words c, struct words *ret)
{
    static const char *const begins[] = { "but", "with", "without", "because", "and keep", "except", "keep", NULL };
    *ret = (struct words){ c.end, c.end };
    if (words_at_end(c)) return true;
    if (*c.p == ':' || *c.p == ',' || *c.p == ';') {
        bool colon = *c.p == ':';
        for (c.p++; c.p < c.end && *c.p == ' ';) c.p++;
        *ret = c;
        if (colon) return c.p < c.end;
    }
    *ret = c;
    (void)words_take(ret, "because");
    return words_take_any(&c, begins) && ret->p < ret->end;
}

static bool read_choice(struct reading *r, struct words c)
{
    static const char *const words[] = { "choose option", "choose", "take option", "take", "go with option", "go with",
                                         "option",        NULL };
    bool said = words_take_any(&c, words);
    struct words id = c, condition;
    if (!said && r->plan->state != PLAN_AWAITING_CHOICE) return false;
    while (c.p < c.end && words_is_word(*c.p)) c.p++;
    id.end = c.p;
    if (id.end - id.p != 1 || words_is_digit(*id.p) || (*id.p & 0x80)) return false;
    while (c.p < c.end && *c.p == ' ') c.p++;
    if (!take_condition(c, &condition)) return false;
    message_close(r);
    message_add(r, MESSAGE_CHOOSE)->option = copy(r, id);
    message_opens(r, condition, false);
    return true;
}

/* Kinds that are a word, a colon and a text. */
static bool read_labelled(struct reading *r, struct words c, const char *const *words, enum message_kind kind)
{
    if (!words_take_any(&c, words) || c.p == c.end) return false;
    if (*c.p == ':') c.p++;
    else if (!words_take(&c, "because")) return false;
    if (words_trim(c).p == words_trim(c).end) return false;
    message_close(r);
    message_add(r, kind);
    message_opens(r, c, true);
    return true;
}

static bool read_more(struct reading *r, struct words c)
{
    static const char *const words[] = { "other options", "more options", "more", NULL };
    return read_labelled(r, c, words, MESSAGE_MORE);
}

static bool read_correct(struct reading *r, struct words c)
{
    static const char *const words[] = { "correction", "correct", NULL };
    return read_labelled(r, c, words, MESSAGE_CORRECT);
}

static bool read_reject(struct reading *r, struct words c)
{
    static const char *const words[] = { "reject", NULL };
    return read_labelled(r, c, words, MESSAGE_REJECT);
}

/* On one line: an approach and, behind the last "because", its reason. */
static bool read_own(struct reading *r, struct words c)
{
    static const char *const words[] = { "own approach:", "own:", NULL };
    struct words why = { c.end, c.end };
    if (!words_take_any(&c, words)) return false;
    for (const char *p = c.p + 1; p < c.end; p++) {
        struct words rest = { p, c.end };
        if (!words_is_word(p[-1]) && words_take(&rest, "because")) why = rest;
    }
    if (why.p == why.end) return false;
    message_close(r);
    struct message_action *t = message_add(r, MESSAGE_OWN);
    t->reason = copy(r, why);
    c.end = why.p - 1;
    while (c.end > c.p && strncasecmp(c.end, "because", 7) != 0) c.end--;
    t->text = copy(r, without_joint(c));
    return true;
}

/* --- approval, budget --------------------------------------------------------------------------------------------- */
/* The revision that is approved; 0: none. */
static int64_t approved(struct words c)
{
    int64_t n;
    if (!words_take(&c, "approve ") || c.p == c.end || (*c.p != 'r' && *c.p != 'R')) return 0;
    c.p++;
    n = words_number(&c);
    return n > 0 && c.p == c.end ? n : 0;
}

bool message_approves(const char *text)
{
    return approved(words_trim((struct words){ text, text + strlen(text) })) > 0;
}

static bool read_approve(struct reading *r, struct words c)
{
    int64_t n = approved(c);
    if (!n) return false;
    message_close(r);
    message_add(r, MESSAGE_APPROVE)->revision = n;
    return true;
}

/* "5", "2.50" in millionths; -1: no amount. */
static int64_t amount(struct words *c)
{
    int64_t whole = words_number(c), part = 0, scale = 1000000;
    if (whole < 0 || c->p == c->end || *c->p != '.') return whole < 0 ? -1 : whole * 1000000;
    for (c->p++; c->p < c->end && words_is_digit(*c->p) && scale > 1; c->p++) {
        scale /= 10;
        part += (*c->p - '0') * scale;
    }
    return scale == 1000000 ? -1 : whole * 1000000 + part;
}

static bool read_budget(struct reading *r, struct words c)
{
    static const char *const words[] = { "budget:", "budget", NULL };
    static const char *const dollars[] = { "usd", "dollars", "dollar", NULL };
    static const char *const tokens[] = { "tokens", NULL };
    int64_t n;
    bool sign;
    if (!words_take_any(&c, words)) return false;
    sign = words_take(&c, "$");
    if ((n = amount(&c)) < 0) return false;
    while (c.p < c.end && *c.p == ' ') c.p++;
    bool in_tokens = !sign && n % 1000000 == 0 && words_take_any(&c, tokens);
    if (!in_tokens && !sign && !words_take_any(&c, dollars)) return false;
    if (!words_at_end(c)) return false;
    message_close(r);
    struct message_action *t = message_add(r, MESSAGE_BUDGET);
    if (in_tokens) t->tokens = n / 1000000;
    else t->usd = n;
    return true;
}

/* --- lines -------------------------------------------------------------------------------------------------------- */
static form_fn *const forms[] = { read_approve, read_answers, read_defaults, read_correct, read_more, read_own,
                                  read_choice,  message_read_refine,  message_read_order,    read_reject,  read_budget };

/* A line of a list, or set in: it goes on with the text before it. */
static bool goes_on(const struct reading *r, const char *line, const char *end)
{
    if (!r->open.p) return false;
    if (r->paragraphs || line == end || strchr(" \t-*+>`", *line)) return true;
    while (line < end && words_is_digit(*line)) line++;
    return line + 1 < end && (*line == '.' || *line == ')') && line[1] == ' ';
}

static bool read_line(struct reading *r, const char *line, const char *end)
{
    struct words c = words_trim((struct words){ line, end });
    if (c.p == c.end && !r->open.p) return true;
    for (size_t i = 0; c.p < c.end && i < countof(forms); i++)
        if (forms[i](r, c)) return true;
    if (!goes_on(r, line, end)) return false;
    if (c.p < c.end) r->open.end = c.end;
    return true;
}

static enum err_kind read_ticket(struct reading *r, const char *text)
{
    struct message_action *t = message_add(r, MESSAGE_TICKET);
    struct words title = { text, text + strcspn(text, "\n") };
    title.p += strspn(title.p, "# ");
    t->text = arena_dup(r->a, text);
    for (title = words_trim(title); title.end - title.p > 300;) {
        do title.end--;
        while (title.end > title.p && (*title.end & 0xc0) == 0x80);
    }
    t->option = copy(r, title);
    return ERR_OK;
}

/* What is wrong is wrong in the text: whoever wrote it has seen no actions. */
static enum err_kind in_the_text(struct err *e)
{
    if (e->kind == ERR_INVALID) (void)snprintf(e->at, sizeof e->at, "/text");
    return e->kind;
}

enum err_kind message_parse(const char *text, const struct message_plan *p, struct arena *a, struct message *ret,
                            struct err *e)
{
    struct reading r = { .plan = p, .a = a, .m = ret };
    struct words whole = words_trim((struct words){ text, text + strlen(text) });
    bool understood = true;
    *ret = (struct message){ .restatement = "" };
    if (whole.p == whole.end) return err_at(e, ERR_INVALID, "/text", "must not be blank");
    if (whole.end - whole.p > MESSAGE_MAX) return err_at(e, ERR_INVALID, "/text", "must have at most %d bytes", MESSAGE_MAX);
    if (p->state == PLAN_AWAITING_TICKET) {
        (void)read_ticket(&r, copy(&r, whole));
    } else {
        for (const char *line = whole.p, *end; understood && line < whole.end; line = end + 1) {
            end = memchr(line, '\n', (size_t)(whole.end - line));
            if (!end) end = whole.end;
            understood = read_line(&r, line, end);
        }
        message_close(&r);
    }
    enum err_kind k = arena_check(a, e);
    if (k != ERR_OK) return k;
    if (ret->actions.n > MESSAGE_ACTIONS_MAX)
        return err_at(e, ERR_INVALID, "/text", "says more than %d things: send them in several messages", MESSAGE_ACTIONS_MAX);
    if (understood && ret->actions.n) return message_check(ret, p, a, e) == ERR_OK ? ERR_OK : in_the_text(e);
    *ret = (struct message){ .ambiguous = true, .restatement = "",
        .doubt = arena_fmt(a, "This is in none of the forms that are understood without a model. %s", message_forms(p->state)) };
    return arena_check(a, e);
}
