/* Commands in comments. */
#include "tracker/command.h"

#include <string.h>
#include <strings.h>

#include "pland/plan/document.h"
#include "pland/store/access.h"

static const struct {
    const char *word;
    int verb, role;
    const char *help;
} verbs[] = {
    { "", COMMAND_PLAN, ROLE_PLANNER, "make a plan of this ticket" },
    { "use", COMMAND_USE, ROLE_PLANNER, "`NAME`: the codebase it is about" },
    { "answer", COMMAND_ANSWER, ROLE_PLANNER, "`Q1: …`, more of them a line each: answer questions" },
    { "defaults", COMMAND_DEFAULTS, ROLE_PLANNER, "take the defaults of all open questions" },
    { "correct", COMMAND_CORRECT, ROLE_PLANNER, "`…`: correct what was understood" },
    { "choose", COMMAND_CHOOSE, ROLE_PLANNER, "`B`, with a reason behind it if you like: choose an option" },
    { "more", COMMAND_MORE, ROLE_PLANNER, "`…`: ask for other options, saying what these lack" },
    { "refine", COMMAND_REFINE, ROLE_PLANNER,
      "`P2: …`: change a phase, or without it the plan; `ticket`: work in what "
      "was edited in the ticket" },
    { "approve", COMMAND_APPROVE, ROLE_APPROVER, "`r3`: approve exactly this revision" },
    { "confirm", COMMAND_CONFIRM, ROLE_PLANNER, "`12`: have done what was understood" },
    { "cancel", COMMAND_CANCEL, ROLE_PLANNER, "`…`: end the plan" },
    { "retry", COMMAND_RETRY, ROLE_PLANNER, "go on after a failure" },
    { "status", COMMAND_STATUS, ROLE_VIEWER, "where the plan is" },
    { "help", COMMAND_HELP, ROLE_VIEWER, "this list" },
};

int command_role(const struct command *c)
{
    for (size_t i = 0; i < countof(verbs); i++)
        if (verbs[i].verb == c->verb) return verbs[i].role;
    return ROLE_VIEWER;
}

void commands_help(struct buf *b)
{
    for (size_t i = 0; i < countof(verbs); i++)
        buf_fmt(b, "- `/plan%s%s` %s\n", verbs[i].word[0] ? " " : "", verbs[i].word, verbs[i].help);
}

/* --- lines -------------------------------------------------------------------------------------------------------- */
struct line {
    const char *p;
    size_t n;
    bool code;
};

/* What stands in code, quotes or HTML comments is said by somebody else, or about something. */
struct reader {
    const char *at;
    char fence;
    size_t fence_n;
    bool hidden;
};

static size_t fence_at(const char *p, size_t n, char *ret)
{
    size_t skip = 0, run = 0;
    while (skip < n && (p[skip] == ' ' || p[skip] == '\t' || p[skip] == '>')) skip++;
    if (skip == n || (p[skip] != '`' && p[skip] != '~')) return 0;
    *ret = p[skip];
    while (skip + run < n && p[skip + run] == *ret) run++;
    return run >= 3 ? run : 0;
}

static bool next_line(struct reader *r, struct line *ret)
{
    char c = 0;
    size_t run;
    if (!*r->at) return false;
    ret->p = r->at;
    ret->n = strcspn(r->at, "\n");
    r->at += ret->n + (r->at[ret->n] == '\n');
    while (ret->n && (ret->p[ret->n - 1] == '\r' || ret->p[ret->n - 1] == ' ' || ret->p[ret->n - 1] == '\t')) ret->n--;
    ret->code = r->fence || r->hidden;
    run = fence_at(ret->p, ret->n, &c);
    if (run && !r->fence) r->fence = c, r->fence_n = run, ret->code = true;
    else if (run && c == r->fence && run >= r->fence_n) r->fence = 0;
    if (!r->fence) {
        const char *open = memmem(ret->p, ret->n, "<!--", 4), *close = memmem(ret->p, ret->n, "-->", 3);
        if (r->hidden ? close != NULL : false) r->hidden = false;
        else if (open && (!close || close < open)) r->hidden = true;
    }
    return true;
}

static bool is_command(const struct line *l)
{
    return !l->code && l->n >= 5 && memcmp(l->p, "/plan", 5) == 0 && (l->n == 5 || l->p[5] == ' ' || l->p[5] == '\t');
}

/* --- one command -------------------------------------------------------------------------------------------------- */
static const char *skip_blank(const char *s)
{
    return s + strspn(s, " \t\r\n");
}

/* "Q12" at the beginning of a line, with what ends it: its length; 0: none. */
static size_t question_at(const char *s)
{
    size_t n;
    if (s[0] != 'Q' && s[0] != 'q') return 0;
    n = 1 + strspn(s + 1, "0123456789");
    return n > 1 && n < 6 && (s[n] == ':' || s[n] == '.' || s[n] == ')' || s[n] == '=') ? n : 0;
}

static void read_answers(struct arena *a, struct command *c)
{
    const char *s = skip_blank(c->text);
    while (*s) {
        size_t n = question_at(s), len = 0;
        const char *text = n ? skip_blank(s + n + 1) : s;
        struct answer *slot;
        for (;;) { /* up to the line that begins with the next question */
            len += strcspn(text + len, "\n");
            if (!text[len] || question_at(skip_blank(text + len))) break;
            len++;
        }
        if (n && (slot = arena_push(a, &c->answers, sizeof *slot))) {
            size_t trimmed = len;
            while (trimmed && (text[trimmed - 1] == ' ' || text[trimmed - 1] == '\n')) trimmed--;
            slot->question = arena_dup_n(a, s, n);
            slot->answer = arena_dup_n(a, text, trimmed);
        }
        s = skip_blank(text + len);
    }
}

/* "P2: …" */
static void read_section(struct arena *a, struct command *c)
{
    const char *s = c->text;
    size_t n = 1 + ((s[0] == 'P' || s[0] == 'p') ? strspn(s + 1, "0123456789") : 0);
    if (n < 2 || s[n] != ':') return;
    c->section = arena_dup_n(a, s, n);
    c->text = skip_blank(s + n + 1);
}

/* Nothing but digits; 0: something else. */
static int64_t whole_number(const char *s)
{
    size_t n = strspn(s, "0123456789");
    int64_t ret = 0;
    if (!n || n > 9 || s[0] == '0' || s[n]) return 0;
    for (; *s; s++) ret = ret * 10 + (*s - '0');
    return ret;
}

static void finish(struct arena *a, struct command *c, const char *text, size_t n)
{
    size_t word;
    char *copy;
    while (n && (text[n - 1] == '\n' || text[n - 1] == ' ' || text[n - 1] == '\r')) n--;
    copy = arena_dup_n(a, text, n);
    if (!copy) return;
    copy += strspn(copy, " \t");
    word = strcspn(copy, " \t\r\n");
    c->verb = COMMAND_UNKNOWN;
    c->word = arena_dup_n(a, copy, word);
    for (size_t i = 0; i < countof(verbs); i++)
        if (strlen(verbs[i].word) == word && strncmp(verbs[i].word, copy, word) == 0) c->verb = verbs[i].verb;
    c->text = skip_blank(copy + word);
    if (c->verb == COMMAND_ANSWER) read_answers(a, c);
    if (c->verb == COMMAND_REFINE) read_section(a, c);
    if (c->verb == COMMAND_APPROVE && c->text[0] == 'r') c->number = whole_number(c->text + 1);
    if (c->verb == COMMAND_CONFIRM) c->number = whole_number(c->text);
}

void commands_read(struct arena *a, const char *body, command_list *ret)
{
    struct reader r = { .at = body ? body : "" };
    struct line l;
    struct command *open = NULL;
    const char *from = NULL;
    while (next_line(&r, &l)) {
        if (!is_command(&l)) continue;
        if (open) finish(a, open, from, (size_t)(l.p - from));
        open = ret->n < COMMANDS_MAX ? arena_push(a, ret, sizeof *open) : NULL;
        from = l.p + 5;
        if (!open) return;
    }
    if (open) finish(a, open, from, strlen(from));
}

/* --- words -------------------------------------------------------------------------------------------------------- */
static void put_visible(struct buf *b, const char *s)
{
    while (*s) {
        const char *open = strstr(s, "<!--"), *close = open ? strstr(open, "-->") : NULL;
        buf_add(b, s, open ? (size_t)(open - s) : strlen(s));
        if (!close) return;
        s = close + 3;
    }
}

bool words_are_read(const struct plan_row *p)
{
    return p->n && strcmp(p->provider, "offline") != 0 && p->state != PLAN_AWAITING_TICKET &&
           plan_allows((enum plan_state)p->state, VERB_MESSAGE);
}

const char *comment_words(struct arena *a, const char *body)
{
    auto_buf visible = BUF_INIT(1 << 20), own = BUF_INIT(1 << 20);
    put_visible(&visible, body ? body : "");
    for (const char *s = buf_cstr(&visible); *s;) {
        size_t n = strcspn(s, "\n"), blank = strspn(s, " \t");
        if (s[blank] != '>') buf_fmt(&own, "%.*s\n", (int)n, s);
        s += n + (s[n] == '\n');
    }
    if (visible.failed || own.failed || !*skip_blank(buf_cstr(&own))) return NULL;
    return arena_dup(a, skip_blank(buf_cstr(&own)));
}
