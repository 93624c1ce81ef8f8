/* Lists about plans: list, events, checks. */
#include <stdlib.h>
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

enum { PATH_BYTES = 4096, LIST_PRESET = 20, EVENTS_MAX = 100000 };

/* One page of raw JSON for --json. */
static enum code print_raw(struct ctl *c, const char *path)
{
    auto_response r = { 0 };
    enum code code = call_get(c, path, &r);
    if (code != CODE_DONE) return code;
    return say_document(stdout, buf_cstr(&r.body), r.body.n) ? CODE_DONE : CODE_REFUSED;
}

/* "2026-11-23T10:00:00.000Z" without what no person reads. */
static void say_time(const char *rfc3339, char ret[static 20])
{
    (void)snprintf(ret, 20, "%.19s", rfc3339);
    if (strlen(ret) > 10) ret[10] = ' ';
}

static void list_row(void *arg, const json_t *v)
{
    auto_buf title = BUF_INIT(4096);
    char updated[20];
    int64_t *seen = arg;
    ++*seen;
    say_time(js(v, "updated_at"), updated);
    say_cut(&title, js(v, "title"), 60);
    say("%-31s  %-17s  %3lld  %.16s  %s%s\n", js(v, "id"), js(v, "state"), (long long)ji(v, "revision"), updated,
        buf_cstr(&title), jb(v, "stale") ? "  (stale)" : "");
}

static const char *const filters[] = { "state", "activity", "owner", "project", "ticket", "q", "repository", "label" };

enum code run_list(struct ctl *c)
{
    auto_buf path = BUF_INIT(PATH_BYTES);
    int64_t limit, seen = 0;
    char page[24];
    enum code code = opt_number(c, "limit", LIST_PRESET, &limit);
    if (code != CODE_DONE) return code;
    (void)snprintf(page, sizeof page, "%lld", (long long)(limit < 1 ? 1 : limit > 100 ? 100 : limit));
    buf_str(&path, "/plans");
    query_add(&path, "limit", page);
    for (size_t i = 0; i < countof(filters); i++) query_add(&path, filters[i], opt(c, filters[i]));
    query_add(&path, "updated_since", opt(c, "since"));
    query_add(&path, "stale", opt_flag(c, "stale") ? "true" : NULL);
    if (c->json) return print_raw(c, buf_cstr(&path));
    code = call_list(c, &(struct listing){
                            .path = buf_cstr(&path), .member = "plans", .limit = limit, .fn = list_row, .arg = &seen });
    if (code == CODE_DONE && !seen) note("no plans\n");
    return code;
}

static void event_row(void *arg, const json_t *v)
{
    char at[20], *data = json_dumps(jo(v, "data"), JSON_COMPACT | JSON_ENCODE_ANY);
    auto_buf short_data = BUF_INIT(1 << 20);
    (void)arg;
    say_time(js(v, "at"), at);
    if (data && strcmp(data, "{}") != 0) say_cut(&short_data, data, 100);
    say("%5lld  %s  %-26s  %-12s  %s\n", (long long)ji(v, "seq"), at, js(v, "type"), js(v, "actor"),
        buf_cstr(&short_data));
    free(data);
}

enum code run_events(struct ctl *c)
{
    auto_buf path = BUF_INIT(PATH_BYTES);
    enum code code;
    int64_t after;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = opt_number(c, "after", 0, &after)) != CODE_DONE) return code;
    buf_str(&path, path_of(c, "plans", id, "/events"));
    if (c->json) query_add(&path, "after", opt(c, "after"));
    else buf_fmt(&path, "?limit=100");
    if (c->json) return print_raw(c, buf_cstr(&path));
    return call_list(
        c, &(struct listing){
               .path = buf_cstr(&path), .member = "events", .cursor = "after", .limit = EVENTS_MAX, .fn = event_row });
}

static void say_finding(const json_t *v)
{
    say("%-8s %-12s %s\n", js(v, "severity"), js(v, "anchor"), js(v, "message"));
    if (*js(v, "suggestion")) say("%22s%s\n", "", js(v, "suggestion"));
    say("%22s%s  %s\n", "", js(v, "rule"), js(v, "id"));
}

enum code run_checks(struct ctl *c)
{
    auto_buf path = BUF_INIT(PATH_BYTES);
    auto_response r = { 0 };
    enum code code;
    size_t i;
    const json_t *v, *checks, *verdict;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    buf_str(&path, path_of(c, "plans", id, "/checks"));
    query_add(&path, "revision", opt(c, "revision"));
    if (c->json) return print_raw(c, buf_cstr(&path));
    code = call_get(c, buf_cstr(&path), &r);
    if (code != CODE_DONE) return code;
    checks = json_is_object(jo(r.json, "checks")) ? jo(r.json, "checks") : r.json;
    verdict = jo(checks, "verdict");
    say("revision %lld: %lld verified, %lld to create, %lld not provable here, %lld failed\n",
        (long long)ji(r.json, "revision"), (long long)ji(verdict, "verified"), (long long)ji(verdict, "to_create"),
        (long long)ji(verdict, "unprovable"), (long long)ji(verdict, "failed"));
    json_array_foreach((json_t *)(uintptr_t)jo(checks, "findings"), i, v) say_finding(v);
    return CODE_DONE;
}
