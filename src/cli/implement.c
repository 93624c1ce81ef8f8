/* Verbs of those who implement a plan: handing it off, claiming phases with their briefs, reporting, and links for those
 * who only read. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/spawn.h"
#include "cli/verbs.h"

/* --- handoff ------------------------------------------------------------------------------------------------------ */
static const struct { const char *option, *format, *type; } handoffs[] = {
    { "md", "markdown", "text/markdown" }, { "json", "json", "application/json" }, { "html", "html", "text/html" },
    { "tasks", "tasks", "text/markdown" }, { "github", "github", "application/json" },
    { "gitlab", "gitlab", "application/json" }, { "mermaid", "mermaid", "text/plain" },
};

static enum code handoff_form(const struct ctl *c, size_t *ret)
{
    const char *name = opt(c, "format") ? opt(c, "format") : c->json ? "json" : "md";
    for (*ret = 0; *ret < countof(handoffs); ++*ret)
        if (strcmp(handoffs[*ret].option, name) == 0) return CODE_DONE;
    complain("--format is md, json, html, tasks, github, gitlab or mermaid, not '%s'", name);
    return CODE_USAGE;
}

/* Once: a plan that was handed off before stays so. */
static enum code hand_off(struct ctl *c, const char *id)
{
    struct handoff_request in = { .branch = opt(c, "branch"), .note = opt(c, "note") };
    auto_response r = { 0 };
    enum code code = call_get(c, path_of(c, "plans", id, ""), &r);
    const char *state = js(r.json, "state");
    if (code != CODE_DONE) return code;
    if (strcmp(state, "implementing") == 0 || strcmp(state, "completed") == 0) return CODE_DONE;
    response_release(&r);
    memset(&r, 0, sizeof r);
    return call_post(c, path_of(c, "plans", id, "/handoff"), &handoff_request_record, &in, &r);
}

static enum code put_out(struct ctl *c, const struct buf *b)
{
    const char *file = opt(c, "output");
    enum code code;
    if (!file || strcmp(file, "-") == 0) return say_document(stdout, buf_cstr(b), b->n) ? CODE_DONE : CODE_REFUSED;
    code = file_write(c, file, b);
    if (code == CODE_DONE) note("wrote %s, %zu bytes\n", file, b->n);
    return code;
}

/* Hands an approved plan off and prints what is needed to implement it. */
enum code run_handoff(struct ctl *c)
{
    auto_response r = { 0 };
    size_t form;
    enum code code = handoff_form(c, &form);
    const char *id = code == CODE_DONE ? plan_id(c, c->args.v[0], &code) : NULL, *rest;
    if (!id || (code = hand_off(c, id)) != CODE_DONE) return code;
    rest = arena_fmt(c->arena, "/handoff?format=%s", handoffs[form].format);
    code = call(c, &(struct request){ .path = path_of(c, "plans", id, rest), .accept = handoffs[form].type }, &r);
    return code == CODE_DONE ? put_out(c, &r.body) : code;
}

/* --- claims ------------------------------------------------------------------------------------------------------- */
/* "90", "30m", "4h", "2d": seconds. */
static enum code lease_of(const struct ctl *c, int64_t preset, int64_t *ret)
{
    static const struct { char unit; int64_t seconds; } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
    const char *text = opt(c, "lease");
    char *end;
    long n;
    *ret = preset;
    if (!text) return CODE_DONE;
    n = strtol(text, &end, 10);
    if (end != text && n > 0 && n <= 7 * 86400) {
        if (!*end) return *ret = n, CODE_DONE;
        for (size_t i = 0; i < countof(units); i++)
            if (*end == units[i].unit && !end[1]) return *ret = n * units[i].seconds, CODE_DONE;
    }
    complain("--lease is a time such as 30m, 4h or 2d, not '%s'", text);
    return CODE_USAGE;
}

static enum code take(struct ctl *c, const char *id, struct claim_request *in, struct response *ret)
{
    enum code code = lease_of(c, in->lease, &in->lease);
    if (code != CODE_DONE) return code;
    in->holder = opt(c, "holder");
    in->reason = opt(c, "reason");
    code = call_post(c, path_of(c, "plans", id, "/claim"), &claim_request_record, in, ret);
    if (code == CODE_DONE && !c->json)
        note("%s %s is yours until %s: %s\n", js(ret->json, "number"), js(ret->json, "title"),
             js(ret->json, "lease_until"), js(ret->json, "id"));
    return code;
}

/* The claim of a phase ("P2", "ph2"), or the one with this id. NULL: said why not. */
static const char *claim_id(struct ctl *c, const char *id, const char *wanted, enum code *ret)
{
    auto_response r = { 0 };
    const json_t *claim;
    size_t i;
    if (strncmp(wanted, "clm_", 4) == 0) return wanted;
    if ((*ret = call_get(c, path_of(c, "plans", id, "/claims"), &r)) != CODE_DONE) return NULL;
    json_array_foreach(jo(r.json, "claims"), i, claim)
        if (strcasecmp(js(claim, "number"), wanted) == 0 || strcmp(js(claim, "phase"), wanted) == 0)
            return arena_dup(c->arena, js(claim, "id"));
    complain("nobody has claimed %s of %s", wanted, id);
    *ret = CODE_REFUSED;
    return NULL;
}

static enum code release(struct ctl *c, const char *id, const char *claim)
{
    auto_response r = { 0 };
    const char *rest = arena_fmt(c->arena, "/claims/%s", claim);
    enum code code = call(c, &(struct request){ .method = "DELETE", .path = path_of(c, "plans", id, rest) }, &r);
    if (code == CODE_DONE) note("released\n");
    return code;
}

enum code run_claim(struct ctl *c)
{
    struct claim_request in = { .phase = c->args.n > 1 ? c->args.v[1] : NULL };
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code), *claim;
    if (!id) return code;
    if (opt_flag(c, "renew") || opt_flag(c, "release")) {
        if (!in.phase) {
            complain("say of which phase: P2, or the claim's id");
            return CODE_USAGE;
        }
        if (!(claim = claim_id(c, id, in.phase, &code))) return code;
        if (opt_flag(c, "release")) return release(c, id, claim);
        in = (struct claim_request){ .claim = claim };
    }
    if ((code = take(c, id, &in, &r)) != CODE_DONE || json_wanted(c, &r)) return code;
    say("%s\n", js(r.json, "id"));
    return CODE_DONE;
}

/* --- implement ---------------------------------------------------------------------------------------------------- */
enum { IMPLEMENT_LEASE = 8 * 3600 };

static bool write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t done = write(fd, p, n);
        if (done <= 0) return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* The program reads the brief on its standard input. Plan and phase are in its environment, and a token that is good for
 * nothing else; where the daemon made none, the caller's own is one. */
static bool tell_program(const struct ctl *c, const char *id, const json_t *claim)
{
    const char *token = *js(claim, "token") ? js(claim, "token") : c->token;
    return setenv("PLAND_PLAN", id, 1) == 0 && setenv("PLAND_PHASE", js(claim, "number"), 1) == 0 &&
           setenv("PLAND_URL", c->url, 1) == 0 && setenv("PLAND_TOKEN", token ? token : "", 1) == 0;
}

static enum code run_with(const struct ctl *c, const char *command, const char *id, const json_t *claim,
                          const struct buf *brief)
{
    struct words w;
    pid_t pid;
    int fd, exit;
    if (!words_split(&w, command)) {
        complain("--with '%s': is no command, or too long", command);
        return CODE_USAGE;
    }
    if (!tell_program(c, id, claim) || !spawn_writing(&w, &fd, &pid)) {
        complain("%s: cannot be started", w.v[0]);
        return CODE_REFUSED;
    }
    (void)write_all(fd, buf_cstr(brief), brief->n); /* it need not read all of it */
    (void)close(fd);
    exit = spawn_wait(pid);
    if (exit == 0) return CODE_DONE;
    complain("%s ended with %d", w.v[0], exit);
    return CODE_REFUSED;
}

static void what_next(const char *id, const char *phase)
{
    note("when it is done:\n  planctl verify %s %s --run --done\n", id, phase);
}

/* The hand-over command: a phase is claimed, and whoever implements it gets its brief. */
enum code run_implement(struct ctl *c)
{
    struct claim_request in = { .phase = c->args.n > 1 ? c->args.v[1] : NULL, .lease = IMPLEMENT_LEASE,
                                .token = opt(c, "with") != NULL };
    auto_response claim = { 0 }, brief = { 0 };
    const char *with = opt(c, "with"), *type = c->json ? "application/json" : "text/markdown", *phase;
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = hand_off(c, id)) != CODE_DONE || (code = take(c, id, &in, &claim)) != CODE_DONE) return code;
    phase = js(claim.json, "number");
    code = call(c, &(struct request){ .path = path_of(c, "plans", id, arena_fmt(c->arena, "/briefs/%s", phase)),
                                      .accept = type }, &brief);
    if (code == CODE_DONE) code = with ? run_with(c, with, id, claim.json, &brief.body) : put_out(c, &brief.body);
    if (code == CODE_DONE) what_next(id, phase);
    else (void)release(c, id, js(claim.json, "id"));
    return code;
}

/* --- progress ----------------------------------------------------------------------------------------------------- */
static void show_criterion(const json_t *v, struct buf *b)
{
    const char *status = js(v, "status");
    buf_fmt(b, "    [%c] %-3s ", strcmp(status, "passed") == 0 ? 'x' : strcmp(status, "failed") == 0 ? '!' : ' ', js(v, "id"));
    say_cut(b, js(v, "criterion"), 90);
    if (*js(v, "url")) buf_fmt(b, "  %s", js(v, "url"));
    buf_char(b, '\n');
}

static enum code show_progress(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    auto_buf b = BUF_INIT(16 << 20);
    const json_t *phase, *criterion, *sum;
    size_t i, j;
    enum code code = call_get(c, path_of(c, "plans", id, "/progress"), &r);
    if (code != CODE_DONE || json_wanted(c, &r)) return code;
    json_array_foreach(jo(r.json, "phases"), i, phase) {
        buf_fmt(&b, "%-4s %-8s ", js(phase, "number"), js(phase, "status"));
        say_cut(&b, js(phase, "title"), 60);
        buf_fmt(&b, "  estimated %lld min", (long long)ji(phase, "estimated"));
        if (ji(phase, "actual")) buf_fmt(&b, ", took %lld min", (long long)ji(phase, "actual"));
        if (*js(phase, "holder")) buf_fmt(&b, ", with %s until %s", js(phase, "holder"), js(phase, "lease_until"));
        buf_char(&b, '\n');
        json_array_foreach(jo(phase, "criteria"), j, criterion) show_criterion(criterion, &b);
    }
    sum = jo(r.json, "finished");
    if (ji(sum, "phases"))
        buf_fmt(&b, "%lld finished: estimated %lld min, took %lld min\n", (long long)ji(sum, "phases"),
                (long long)ji(sum, "estimated"), (long long)ji(sum, "actual"));
    say("%s", buf_cstr(&b));
    return CODE_DONE;
}

static bool add_criteria(struct ctl *c, const char *option, int status, struct progress_request *in)
{
    size_t at = 0;
    for (const char *id; (id = opt_next(c, option, &at)) != NULL;) {
        struct criterion_report *slot = arena_push(c->arena, &in->criteria, sizeof *slot);
        if (!slot) return false;
        *slot = (struct criterion_report){ .criterion = id, .status = status, .url = opt(c, "where"),
                                           .output = opt(c, "proof"), .commit = opt(c, "commit") };
    }
    return true;
}

enum code run_progress(struct ctl *c)
{
    struct progress_request in = { .note = opt(c, "note"), .commit = opt(c, "commit"), .reason = opt(c, "reason"),
                                   .status = -1 };
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code), *status = c->args.n > 2 ? c->args.v[2] : "started";
    if (!id) return code;
    if (c->args.n == 1) return show_progress(c, id);
    in.phase = c->args.v[1];
    for (int i = 0; progress_status_names[i]; i++)
        if (strcmp(progress_status_names[i], status) == 0) in.status = i;
    if (in.status < 0) {
        complain("a phase is started, done or skipped, not '%s'", status);
        return CODE_USAGE;
    }
    if (!add_criteria(c, "passed", 0, &in) || !add_criteria(c, "failed", 1, &in)) return CODE_REFUSED;
    code = call_post(c, path_of(c, "plans", id, "/progress"), &progress_request_record, &in, &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}

/* --- links -------------------------------------------------------------------------------------------------------- */
static enum code list_links(struct ctl *c, const char *id)
{
    auto_response r = { 0 };
    const json_t *link;
    size_t i;
    enum code code = call_get(c, path_of(c, "plans", id, "/links"), &r);
    if (code != CODE_DONE || json_wanted(c, &r)) return code;
    json_array_foreach(jo(r.json, "links"), i, link)
        say("%s  %s %s  %s\n", js(link, "id"), *js(link, "revoked_at") ? "revoked" : "until",
            *js(link, "revoked_at") ? js(link, "revoked_at") : js(link, "expires_at"), js(link, "note"));
    return CODE_DONE;
}

static enum code revoke_link(struct ctl *c, const char *id, const char *link)
{
    auto_response r = { 0 };
    const char *rest = arena_fmt(c->arena, "/links/%s", link);
    enum code code = call(c, &(struct request){ .method = "DELETE", .path = path_of(c, "plans", id, rest) }, &r);
    if (code == CODE_DONE) note("revoked %s\n", link);
    return code;
}

enum code run_link(struct ctl *c)
{
    struct link_request in = { .note = opt(c, "note") };
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code), *url;
    if (!id) return code;
    if (opt_flag(c, "list")) return list_links(c, id);
    if (opt(c, "revoke")) return revoke_link(c, id, opt(c, "revoke"));
    if ((code = opt_number(c, "days", 0, &in.days)) != CODE_DONE) return code;
    code = call_post(c, path_of(c, "plans", id, "/links"), &link_request_record, &in, &r);
    if (code != CODE_DONE || json_wanted(c, &r)) return code;
    url = js(r.json, "url");
    say("%s%s\n", *url == '/' ? c->url : "", url); /* the daemon does not know how it is reached */
    note("%s: whoever has this address can read the plan until %s\n", js(r.json, "id"), js(r.json, "expires_at"));
    return CODE_DONE;
}
