/* What a plan asks: shown as the service words it, and asked on the terminal. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/page.h"
#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/plan/document.h"

enum { TEXT_MAX = 8 << 20 };

/* Decodes a member of the plan; false when it is absent or of a later version. */
static bool part(struct ctl *c, const json_t *plan, const char *key, const struct record *record, void *ret)
{
    struct err e = { 0 };
    const json_t *v = jo(plan, key);
    return json_is_object(v) && record_decode(record, v, ret, c->arena, "", &e) == ERR_OK;
}

void dialogue_text(struct ctl *c, const json_t *plan, bool asking, struct buf *b)
{
    struct understanding u = { 0 };
    const char *message = js(jo(plan, "needs"), "message");
    bool questions = strcmp(js(plan, "state"), "awaiting_answers") == 0;
    if (*message && !(asking && questions)) buf_str(b, message);
    else if (part(c, plan, "understanding", &understanding_record, &u)) {
        if (asking) u.questions.n = 0; /* they are put one by one */
        understanding_markdown(&u, b);
    }
}

static void show_text(struct ctl *c, const json_t *plan)
{
    auto_buf b = BUF_INIT(TEXT_MAX);
    dialogue_text(c, plan, true, &b);
    note("\n");
    page_note(c, buf_cstr(&b));
}

/* ---- questions ---- */

static void put_question(const json_t *q)
{
    const json_t *options = jo(q, "options");
    size_t i;
    const json_t *v;
    note("\n%s  %s\n", js(q, "id"), js(q, "text"));
    if (*js(q, "why")) note("    Why it matters: %s\n", js(q, "why"));
    json_array_foreach((json_t *)(uintptr_t)options, i, v)
        note("    %zu) %s\n", i + 1, json_string_value(v) ? json_string_value(v) : "");
    if (*js(q, "default")) note("    Return takes: %s\n", js(q, "default"));
}

/* A number stands for the option with that number. */
static const char *meant(const json_t *q, const char *line)
{
    const json_t *options = jo(q, "options");
    char *end;
    unsigned long n = strtoul(line, &end, 10);
    const char *text;
    if (end == line || *end || n < 1 || n > json_array_size(options)) return line;
    text = json_string_value(json_array_get(options, n - 1));
    return text ? text : line;
}

static enum code ask_question(struct ctl *c, const json_t *q, struct answers_request *in)
{
    const char *line;
    struct answer *slot;
    put_question(q);
    line = ask_line(c, "  > ");
    if (!line) return CODE_WAITS;
    if (!*line) return CODE_DONE;
    slot = arena_push(c->arena, &in->answers, sizeof *slot);
    if (!slot) return CODE_REFUSED;
    *slot = (struct answer){ arena_dup(c->arena, js(q, "id")), arena_dup(c->arena, meant(q, line)) };
    return CODE_DONE;
}

static enum code ask_answers(struct ctl *c, const json_t *plan)
{
    struct answers_request in = { .accept_defaults = true };
    auto_response r = { 0 };
    size_t i;
    const json_t *q;
    show_text(c, plan);
    json_array_foreach((json_t *)(uintptr_t)jo(plan, "questions"), i, q) {
        enum code code = *js(q, "answer") ? CODE_DONE : ask_question(c, q, &in);
        if (code != CODE_DONE) return code;
    }
    return call_post(c, path_of(c, "plans", js(plan, "id"), "/answers"), &answers_request_record, &in, &r);
}

/* ---- options ---- */

static bool is_option(const json_t *options, const char *id)
{
    size_t i;
    const json_t *v;
    json_array_foreach((json_t *)(uintptr_t)jo(options, "options"), i, v)
        if (strcasecmp(js(v, "id"), id) == 0) return true;
    return false;
}

/* A letter chooses, anything longer is an approach of one's own. */
static enum code ask_choice(struct ctl *c, const json_t *plan)
{
    const json_t *options = jo(plan, "options");
    const char *recommended = js(options, "recommended"), *line;
    struct choice_request in = { 0 };
    auto_response r = { 0 };
    show_text(c, plan);
    line = ask_line(c, arena_fmt(c->arena, "\nYour choice, or an approach of your own in words%s%s%s > ",
                                 *recommended ? " (Return takes " : "", recommended, *recommended ? ")" : ""));
    if (!line || (!*line && !*recommended)) return CODE_WAITS;
    if (!*line || is_option(options, line)) in.option = *line ? line : recommended;
    else {
        in.own = line;
        in.reason = ask_line(c, "Why? > ");
        if (!in.reason) return CODE_WAITS;
    }
    return call_post(c, path_of(c, "plans", js(plan, "id"), "/choice"), &choice_request_record, &in, &r);
}

enum code dialogue_ask(struct ctl *c, const json_t *plan)
{
    const char *state = js(plan, "state");
    say_status("");
    if (strcmp(state, "awaiting_answers") == 0) return ask_answers(c, plan);
    if (strcmp(state, "awaiting_choice") == 0) return ask_choice(c, plan);
    return CODE_WAITS;
}
