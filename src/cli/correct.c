/* repo correct: what people know better than a codebase's survey, and what is left out of it. */
#include <jansson.h>
#include <string.h>

#include "cli/call.h"
#include "cli/say.h"
#include "cli/verbs.h"

struct corrections { LIST(const char *) statements; LIST(const char *) exclude; };
static const struct field corrections_rows[] = {
    F_STRS(struct corrections, statements, FIELD_ALWAYS, 0, 0, "what outranks the survey"),
    F_STRS(struct corrections, exclude, FIELD_ALWAYS, 0, 0, "what is left out"),
};
static const struct record corrections_record = RECORD("corrections", struct corrections, corrections_rows);
struct change { struct corrections *corrections; };
static const struct field change_rows[] = {
    F_OPT(struct change, corrections, 0, &corrections_record, "as they stand from now on"),
};
static const struct record change_record = RECORD("change", struct change, change_rows);

static void add(struct ctl *c, void *list, const char *text)
{
    const char **slot = arena_push(c->arena, list, sizeof *slot);
    if (slot) *slot = text;
}

static void take_there(struct ctl *c, const json_t *there, struct corrections *ret)
{
    const json_t *item;
    size_t i;
    json_array_foreach(jo(there, "statements"), i, item) add(c, &ret->statements, js(item, "text"));
    json_array_foreach(jo(there, "exclude"), i, item) add(c, &ret->exclude, json_string_value(item));
}

static enum code print(const struct ctl *c, const struct response *r)
{
    const json_t *said = jo(r->json, "corrections"), *item;
    size_t i;
    if (c->json) return say_document(stdout, buf_cstr(&r->body), r->body.n) ? CODE_DONE : CODE_REFUSED;
    json_array_foreach(jo(said, "statements"), i, item) say("%s  (%.10s)\n", js(item, "text"), js(item, "at"));
    json_array_foreach(jo(said, "exclude"), i, item) say("without %s\n", json_string_value(item));
    if (!said) note("nothing is corrected\n");
    return CODE_DONE;
}

enum code run_repo_correct(struct ctl *c)
{
    const char *path = path_of(c, "repositories", c->args.v[0], ""), *pattern;
    struct corrections all = { .statements = { NULL, 0 } };
    struct change in = { &all };
    auto_response now = { 0 };
    auto_response then = { 0 };
    enum code code = call_get(c, path, &now);
    size_t at = 0;
    if (code != CODE_DONE) return code;
    if (!opt_flag(c, "clear")) take_there(c, jo(now.json, "corrections"), &all);
    for (size_t i = 1; i < c->args.n; i++) add(c, &all.statements, c->args.v[i]);
    while ((pattern = opt_next(c, "exclude", &at))) add(c, &all.exclude, pattern);
    if (c->args.n == 1 && !opt_flag(c, "clear") && !opt(c, "exclude")) return print(c, &now);
    code = call(c, &(struct request){ .method = "PATCH", .path = path, .record = &change_record, .in = &in }, &then);
    return code == CODE_DONE ? print(c, &then) : code;
}
