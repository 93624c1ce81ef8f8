/* The comment that tells a ticket about its plan: where it is, what it waits for and how to answer, what was found. */
#include "tracker/comment.h"

#include <string.h>

#include "pland/plan/document.h"
#include "tracker/command.h"
#include "tracker/fields.h"
#include "tracker/neutral.h"

enum { NAMES_MAX = 10, ROOM = 1500 }; /* for what stands around the longest part */

static const struct {
    int state;
    const char *words, *how;
} said[] = {
    { PLAN_AWAITING_TICKET, "waits for a ticket", NULL },
    { PLAN_RESEARCHING, "is being researched: the ticket, the files it mentions, the code", NULL },
    { PLAN_AWAITING_ANSWERS, "has questions",
      "Answer in a comment with `/plan answer Q1: …` (a line for each question), or take all defaults with "
      "`/plan defaults`. `/plan correct …` says what was understood wrongly." },
    { PLAN_DESIGNING, "is being designed: two or three options", NULL },
    { PLAN_AWAITING_CHOICE, "offers options", "Choose with `/plan choose A`, or ask for others with `/plan more …`." },
    { PLAN_DRAFTING, "is being written", NULL },
    { PLAN_CHECKING, "is being checked against the code", NULL },
    { PLAN_AWAITING_APPROVAL, "is ready for approval", NULL },
    { PLAN_REVISING, "is being changed", NULL },
    { PLAN_AWAITING_BUDGET, "has used up its budget; what is finished is kept", NULL },
    { PLAN_APPROVED, "is approved", "`/plan refine …` still changes it; it then has to be approved again." },
    { PLAN_IMPLEMENTING, "is being implemented", NULL },
    { PLAN_COMPLETED, "is done", NULL },
    { PLAN_FAILED, "has failed", "`/plan retry` goes on from where it stopped." },
    { PLAN_CANCELLED, "was ended", "`/plan` makes a new one." },
};

void comment_mark(const char *source, const char *what, char ret[120])
{
    (void)snprintf(ret, 120, MARK "%.50s:%.60s", source, what);
}

static void put_mark(const struct tracker_kind *kind, const char *mark, struct buf *b)
{
    if (kind->html) buf_fmt(b, "\n<!-- %s -->\n", mark);
    else buf_fmt(b, "\n`%s`\n", mark);
}

/* Cut at the end of a line; a block of code that is open there is closed. */
static void put_cut(struct buf *b, const char *text, size_t room)
{
    size_t n = strlen(text), fences = 0;
    if (n <= room) {
        buf_str(b, text);
        return;
    }
    while (room && text[room] != '\n') room--;
    buf_add(b, text, room);
    for (const char *p = text; p && p < text + room; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
        if (strncmp(p, "```", 3) == 0) fences++;
    buf_str(b, fences % 2 ? "\n```\n\n… (cut)\n" : "\n\n… (cut)\n");
}

static void headline(const struct ticket_told *t, const char *public_url, struct buf *b)
{
    const struct plan_row *p = &t->plan;
    auto_buf title = BUF_INIT(10000);
    const char *words = "";
    for (size_t i = 0; i < countof(said); i++)
        if (said[i].state == p->state) words = said[i].words;
    neutral_markdown(p->title && *p->title ? p->title : "the plan", false, &title);
    buf_fmt(b, "**Plan: %s** %s", buf_cstr(&title), words);
    if (p->revision) buf_fmt(b, " (revision r%lld)", (long long)p->revision);
    if (plan_activity((enum plan_state)p->state) == ACTIVITY_WORKING && p->total > 1)
        buf_fmt(b, ", %lld of %lld", (long long)p->done, (long long)p->total);
    buf_str(b, ".");
    if (*public_url) buf_fmt(b, " [Open it](%s/plans/%s)", public_url, p->id);
    buf_str(b, "\n\n");
}

static const char *member(const char *json, const char *key, char ret[600])
{
    auto_json v = NULL;
    struct err e;
    const char *s;
    ret[0] = '\0';
    if (!json || json_parse(json, strlen(json), &v, &e) != ERR_OK) return ret;
    s = field_text(v, key);
    (void)snprintf(ret, 600, "%s", s ? s : "");
    for (char *c = ret; *c; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
    return ret;
}

static void line(struct buf *b, const char *label, const char *text)
{
    if (!*text) return;
    buf_fmt(b, "%s ", label);
    neutral_markdown(text, false, b);
    buf_str(b, "\n\n");
}

static void troubles(const struct ticket_told *t, struct buf *b)
{
    char text[600];
    if (t->plan.suspicious)
        buf_str(
            b,
            "⚠️ The ticket has words that address a model instead of people. Nothing is decided automatically for "
            "this plan; read it with care.\n\n");
    if (t->plan.stale)
        buf_str(b, "⚠️ The code has moved since: parts of the plan do not hold any more, and approving is refused "
                   "until it "
                   "is rebased or refined.\n\n");
    line(b, "What stopped it:", member(t->plan.state == PLAN_FAILED ? t->error : NULL, "detail", text));
    line(b, "Why:", member(t->plan.state == PLAN_CANCELLED ? t->end : NULL, "reason", text));
    if (t->plan.waiting_until) line(b, "It waits:", t->plan.wait_reason ? t->plan.wait_reason : "");
}

static void how_to(const struct ticket_told *t, struct buf *b)
{
    for (size_t i = 0; i < countof(said); i++)
        if (said[i].state == t->plan.state && said[i].how) buf_fmt(b, "%s\n\n", said[i].how);
    if (t->plan.state == PLAN_AWAITING_APPROVAL)
        buf_fmt(b, "Approve with `/plan approve r%lld`, or change it with `/plan refine P2: …`.\n\n",
                (long long)t->plan.revision);
    if (words_are_read(&t->plan))
        buf_str(b, "Plain words are read as well, and shown first where they can be read in more than one way; only an "
                   "approval takes exactly that form.\n\n");
}

static void checks(const struct ticket_told *t, struct buf *b)
{
    if (!t->plan.revision || t->plan.state == PLAN_AWAITING_APPROVAL) return; /* the summary says it */
    buf_fmt(b, "Checks of r%lld: %lld verified, %lld to create, %lld not provable, %lld failed.\n\n",
            (long long)t->plan.revision, (long long)t->verified, (long long)t->to_create, (long long)t->unprovable,
            (long long)t->failed);
}

static void names(const json_t *list, const char *key, struct buf *b)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
    {
        const char *s = field_text(item, key);
        if (i == NAMES_MAX) buf_str(b, " …");
        if (i < NAMES_MAX && s) buf_fmt(b, "%s`%.200s`", i ? ", " : " ", s);
    }
}

/* What came of holding a commit against the plan. */
static void verified(const struct ticket_told *t, struct buf *b)
{
    static const struct {
        const char *key, *of, *words;
    } parts[] = {
        { "missing", "path", "promised and not done" },
        { "unplanned", "path", "touched and not planned" },
        { "unproven", "text", "criteria without evidence" },
    };
    auto_json v = NULL;
    auto_buf text = BUF_INIT(100000);
    struct err e;
    if (!t->verification || json_parse_loose(t->verification, strlen(t->verification), &v, &e) != ERR_OK) return;
    buf_fmt(&text, "`%.12s` was held against r%lld: ", field_text(v, "commit") ? field_text(v, "commit") : "",
            (long long)field_int(v, "revision"));
    if (field_true(v, "ok")) buf_str(&text, "all of it is as planned.");
    for (size_t i = 0, n = 0; i < countof(parts); i++) {
        const json_t *list = field_of(v, parts[i].key);
        if (!json_array_size(list)) continue;
        buf_fmt(&text, "%s%zu %s:", n++ ? "; " : "", json_array_size(list), parts[i].words);
        names(list, parts[i].of, &text);
    }
    neutral_markdown(buf_cstr(&text), false, b);
    buf_str(b, "\n\n");
}

static bool shows_plan(const struct ticket_told *t)
{
    int s = t->plan.state;
    return t->markdown &&
           (s == PLAN_AWAITING_APPROVAL || s == PLAN_APPROVED || s == PLAN_IMPLEMENTING || s == PLAN_COMPLETED);
}

/* Folded where that can be, when there is room for all of it. */
static void whole_plan(const struct ticket_told *t, const struct tracker_kind *kind, const char *public_url,
                       struct buf *b)
{
    auto_buf plan = BUF_INIT(4 << 20);
    if (!shows_plan(t)) return;
    neutral_markdown(t->markdown, kind->commands, &plan);
    if (plan.failed == ERR_OK && b->n + plan.n + ROOM < kind->comment_max && kind->html)
        buf_fmt(b, "<details><summary>The whole plan, r%lld</summary>\n\n%s\n\n</details>\n\n",
                (long long)t->plan.revision, buf_cstr(&plan));
    else if (*public_url)
        buf_fmt(b, "The plan is too long for a comment: [read it here](%s/plans/%s/revisions/head).\n\n", public_url,
                t->plan.id);
    else buf_fmt(b, "The plan itself is not shown here: `planctl show %s`.\n\n", t->plan.id);
}

enum err_kind comment_render(const struct ticket_told *t, const struct tracker_kind *kind, const char *public_url,
                             struct buf *b, struct err *e)
{
    auto_buf needs = BUF_INIT(4 << 20);
    char mark[120];
    headline(t, public_url, b);
    troubles(t, b);
    neutral_markdown(t->needs ? t->needs : "", kind->commands, &needs);
    if (needs.n) {
        put_cut(b, buf_cstr(&needs), kind->comment_max - b->n - ROOM);
        buf_str(b, "\n");
    }
    checks(t, b);
    verified(t, b);
    how_to(t, b);
    whole_plan(t, kind, public_url, b);
    comment_mark(t->source.id, t->plan.id, mark);
    put_mark(kind, mark, b);
    return needs.failed ? buf_check(&needs, e) : buf_check(b, e);
}

enum err_kind comment_reply(const struct reply_row *r, const struct source_row *source, const struct tracker_kind *kind,
                            struct buf *b, struct err *e)
{
    char mark[120], what[32];
    auto_buf safe = BUF_INIT(4 << 20);
    (void)snprintf(what, sizeof what, "r%lld", (long long)r->n);
    comment_mark(source->id, what, mark);
    neutral_markdown(r->body, kind->commands, &safe);
    put_cut(b, buf_cstr(&safe), 8000);
    put_mark(kind, mark, b);
    return safe.failed ? buf_check(&safe, e) : buf_check(b, e);
}
