/* Events as messages for Slack's incoming webhooks: {"text": …} in its mrkdwn, where &, < and > are escaped and a link is
 * <address|words>. Only what people wait for or should know has a row. */
#include "service/slack.h"

#include <string.h>

static const struct { const char *type, *says; } rows[] = {
    { "hook.test", "pland can post here." },
    { "hook.disabled", "A webhook was switched off: {why}" },
    { "plan.questions_asked", "{questions} questions wait for answers." },
    { "plan.options_offered", "{options} options wait for a choice." },
    { "plan.revision_published",
      "Revision {revision} waits for approval: {verified} verified, {to_create} to create, {failed} failed." },
    { "plan.approved", "Revision {revision} was approved." },
    { "plan.approval_voided", "The approval is void." },
    { "plan.stale", "The code has moved, and something the plan rests on does not hold any more." },
    { "plan.fresh", "What the plan rests on holds again." },
    { "plan.suspicious", "The ticket has text that tries to steer a model; nothing is decided automatically." },
    { "plan.budget_warned", "Four fifths of the budget are used: {reason}" },
    { "plan.budget_reached", "The budget is used up: {reason}" },
    { "plan.handed_off", "Revision {revision} was handed off." },
    { "plan.completed", "Every phase is done." },
    { "plan.failed", "The plan failed: {reason}" },
    { "plan.rejected", "The plan was rejected: {reason}" },
    { "plan.cancelled", "The plan was cancelled." },
    { "plan.commented", "Somebody commented." },
};

static const char *says(const char *type)
{
    for (size_t i = 0; i < countof(rows); i++)
        if (strcmp(rows[i].type, type) == 0) return rows[i].says;
    return NULL;
}

bool slack_has(const char *type)
{
    return says(type) != NULL;
}

static void escape(struct buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '&') buf_str(b, "&amp;");
        else if (s[i] == '<') buf_str(b, "&lt;");
        else if (s[i] == '>') buf_str(b, "&gt;");
        else buf_char(b, s[i] == '|' ? '/' : s[i]);
    }
}

static void member(struct buf *b, const json_t *data, const char *name, size_t n)
{
    const json_t *v = json_object_getn(data, name, n);
    if (json_is_string(v)) escape(b, json_string_value(v), json_string_length(v));
    else buf_int(b, json_integer_value(v));
}

/* {member} stands for that of the event's data. */
static void fill(struct buf *b, const char *text, const json_t *data)
{
    while (*text) {
        size_t n = strcspn(text, "{");
        buf_add(b, text, n);
        text += n;
        if (!*text) return;
        n = strcspn(++text, "}");
        member(b, data, text, n);
        text += n + (text[n] == '}');
    }
}

static void head(struct buf *b, const struct slack_about *about)
{
    const char *title = about->title && *about->title ? about->title : about->plan;
    if (!about->plan) return;
    buf_str(b, "*");
    if (about->base && *about->base) {
        buf_fmt(b, "<%s/plans/%s|", about->base, about->plan);
        escape(b, title, strlen(title));
        buf_char(b, '>');
    } else {
        escape(b, title, strlen(title));
    }
    buf_str(b, "*\n");
}

void slack_body(const char *type, const char *data, const struct slack_about *about, struct buf *b)
{
    auto_buf text = BUF_INIT(64 * 1024);
    auto_json parsed = json_loads(data ? data : "{}", 0, NULL);
    head(&text, about);
    fill(&text, says(type) ? says(type) : type, parsed);
    buf_str(b, "{\"text\":");
    buf_json(b, buf_cstr(&text));
    buf_char(b, '}');
}
