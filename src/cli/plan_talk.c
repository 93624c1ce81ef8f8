/* Talking about a plan: plain words, comments. */
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

/* --- say ---------------------------------------------------------------------------------------------------------- */
/* A model may be reading it: the plan changes when it has. */
static enum code until_read(struct ctl *c, const char *id, const char *message, struct response *r)
{
    auto_response plan = { 0 };
    enum code code = call_get(c, path_of(c, "plans", id, ""), &plan);
    while (code == CODE_DONE) {
        response_release(r);
        *r = (struct response){ 0 };
        code = call_get(c, path_of(c, "plans", id, arena_fmt(c->arena, "/messages/%s", message)), r);
        if (code != CODE_DONE || strcmp(js(r->json, "state"), "reading") != 0) return code;
        code = call(c, &(struct request){ .path = path_of(c, "plans", id, ""), .if_none_match = plan.etag, .wait = 20 },
                    &plan);
    }
    return code;
}

static enum code confirm(struct ctl *c, const char *id, const char *message, struct response *r)
{
    const char *rest = arena_fmt(c->arena, "/messages/%s/confirm", message);
    response_release(r);
    *r = (struct response){ 0 };
    return call_post(c, path_of(c, "plans", id, rest), NULL, NULL, r);
}

static enum code report_message(struct ctl *c, const char *id, const struct response *r)
{
    const char *state = js(r->json, "state"), *meant = js(jo(r->json, "understood"), "restatement");
    bool done = strcmp(state, "done") == 0;
    if (json_wanted(c, r)) return done ? CODE_DONE : CODE_WAITS;
    if (*meant) say("%s%s\n", done ? "" : "understood: ", meant);
    if (*js(r->json, "why")) note("%s\n", js(r->json, "why"));
    if (done) return c->follow ? watch_plan(c, id) : CODE_DONE;
    if (strcmp(state, "proposed") != 0) return CODE_REFUSED;
    note("  planctl say %s --confirm %s does it\n", id, js(r->json, "id"));
    return CODE_WAITS;
}

static const char *joined(struct ctl *c)
{
    auto_buf b = BUF_INIT(1 << 20);
    for (size_t i = 1; i < c->args.n; i++) {
        if (i > 1) buf_char(&b, ' ');
        buf_str(&b, c->args.v[i]);
    }
    return b.n ? arena_dup_n(c->arena, buf_cstr(&b), b.n) : NULL;
}

enum code run_say(struct ctl *c)
{
    struct message_request in = { .text = joined(c) };
    auto_response r = { 0 };
    const char *message = opt(c, "confirm");
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    if (!in.text == !message) {
        complain("say something, or --confirm a message");
        return CODE_USAGE;
    }
    if (message) return (code = confirm(c, id, message, &r)) == CODE_DONE ? report_message(c, id, &r) : code;
    code = call_post(c, path_of(c, "plans", id, "/messages"), &message_request_record, &in, &r);
    if (code != CODE_DONE) return code;
    message = arena_dup(c->arena, js(r.json, "id"));
    if (strcmp(js(r.json, "state"), "reading") == 0) code = until_read(c, id, message, &r);
    if (code == CODE_DONE && strcmp(js(r.json, "state"), "proposed") == 0) {
        bool yes = opt_flag(c, "yes");
        if (!yes && ask_possible(c) && !c->json) {
            note("understood: %s\n%s\n", js(jo(r.json, "understood"), "restatement"), js(r.json, "why"));
            yes = ask_yes(c, "Is that meant?");
        }
        if (yes) code = confirm(c, id, message, &r);
    }
    return code == CODE_DONE ? report_message(c, id, &r) : code;
}

/* --- comments ----------------------------------------------------------------------------------------------------- */
static void say_thread(const json_t *v)
{
    const char *state = js(v, "state"), *quote = js(v, "quote");
    auto_buf cut = BUF_INIT(4096);
    size_t i;
    const json_t *reply;
    say_cut(&cut, quote, 70);
    say("%s  %s  %s%s%s%s\n", js(v, "id"), jb(v, "outdated") ? "outdated" : js(v, "section"),
        strcmp(state, "open") == 0 ? "" : state, cut.n ? " \"" : "", buf_cstr(&cut), cut.n ? "\"" : "");
    say("    %s\n", js(v, "body"));
    json_array_foreach((json_t *)(uintptr_t)jo(v, "replies"), i, reply)
        say("      %s  %s\n", js(reply, "id"), js(reply, "body"));
}

static enum code list_comments(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    size_t i;
    const json_t *v;
    const char *section = c->args.n > 1 ? c->args.v[1] : NULL;
    auto_buf path = BUF_INIT(4096);
    enum code code;
    buf_str(&path, path_of(c, "plans", id, "/comments"));
    query_add(&path, "state", opt_flag(c, "all") ? NULL : "open");
    query_add(&path, "section", section);
    if ((code = call_get(c, buf_cstr(&path), &r)) != CODE_DONE || json_wanted(c, &r)) return code;
    json_array_foreach((json_t *)(uintptr_t)jo(r.json, "comments"), i, v) say_thread(v);
    return CODE_DONE;
}

static enum code settle(struct ctl *c, const char *id, const char *comment, const char *state)
{
    auto_response r = { 0 };
    enum code code = call(c,
                          &(struct request){ .method = "PATCH",
                                             .path = path_of(c, "plans", id, arena_fmt(c->arena, "/comments/%s", comment)),
                                             .body = arena_fmt(c->arena, "{\"state\":\"%s\"}", state) },
                          &r);
    if (code != CODE_DONE || json_wanted(c, &r)) return code;
    say("%s %s\n", js(r.json, "id"), js(r.json, "state"));
    return CODE_DONE;
}

enum code run_comment(struct ctl *c)
{
    struct comment_request in = { .quote = opt(c, "quote"), .reply_to = opt(c, "reply") };
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = opt_number(c, "revision", 0, &in.revision)) != CODE_DONE) return code;
    if (opt(c, "resolve")) return settle(c, id, opt(c, "resolve"), "resolved");
    if (opt(c, "reopen")) return settle(c, id, opt(c, "reopen"), "open");
    if (!in.reply_to && c->args.n < 3) return list_comments(c, id);
    if (in.reply_to && c->args.n != 2) {
        complain("an answer is --reply ID and a text");
        return CODE_USAGE;
    }
    in.body = c->args.v[c->args.n - 1];
    if (!in.reply_to) in.anchor = c->args.v[1];
    code = call_post(c, path_of(c, "plans", id, "/comments"), &comment_request_record, &in, &r);
    if (code != CODE_DONE || json_wanted(c, &r)) return code;
    say("%s\n", js(r.json, "id"));
    return CODE_DONE;
}
