/* Verbs that bind: approval, own revisions, waivers, rebases. Approval and own revisions go with the ETag of the
 * revision they are about, so that nobody approves or overwrites what came in between. */
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

/* The revision's number and ETag; --revision N, else the head. */
static enum code get_revision(struct ctl *c, const char *id, int64_t *ret_number, const char **ret_etag)
{
    auto_response r = { 0 };
    int64_t wanted;
    enum code code = opt_number(c, "revision", 0, &wanted);
    const char *rest = wanted ? arena_fmt(c->arena, "/revisions/%lld", (long long)wanted) : "/revisions/head";
    if (code != CODE_DONE || !rest) return code;
    code = call_get(c, path_of(c, "plans", id, rest), &r);
    if (code != CODE_DONE) return code;
    *ret_number = wanted ? wanted : ji(r.json, "revision") ? ji(r.json, "revision") : ji(r.json, "number");
    *ret_etag = r.etag;
    return CODE_DONE;
}

enum code run_approve(struct ctl *c)
{
    struct approval_request in = { .note = opt(c, "note") };
    auto_response r = { 0 };
    const char *etag = NULL;
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = get_revision(c, id, &in.revision, &etag)) != CODE_DONE) return code;
    code = call(c,
                &(struct request){ .method = "POST",
                                   .path = path_of(c, "plans", id, "/approval"),
                                   .record = &approval_request_record,
                                   .in = &in,
                                   .if_match = etag },
                &r);
    if (code != CODE_DONE) return code;
    if (!c->json) note("approved revision %lld of %s\n", (long long)ji(r.json, "approved_revision"), id);
    return after_verb(c, &r);
}

/* One's own edit of the document: what `export` wrote, changed. */
enum code run_revise(struct ctl *c)
{
    auto_response r = { 0 };
    const char *etag = NULL, *body = NULL;
    int64_t number;
    bool markdown = false;
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id || (code = document_text(c, c->args.v[1], &body, &markdown)) != CODE_DONE) return code;
    if ((code = get_revision(c, id, &number, &etag)) != CODE_DONE) return code;
    code = call(c,
                &(struct request){
                    .method = "POST",
                                   .path = path_of(c, "plans", id, "/revisions"),
                                   .type = markdown ? "text/markdown" : NULL,
                                   .body = body,
                                   .if_match = etag },
                &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}

/* An older revision as the next one; as with edits, not over the head of somebody who was quicker. */
enum code run_restore(struct ctl *c)
{
    auto_response r = { 0 }, head = { 0 };
    const char *number = c->args.v[1], *rest;
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    if (!*number || strspn(number, "0123456789") != strlen(number) || strlen(number) > 9) {
        complain("a revision is a number, not '%s'", number);
        return CODE_USAGE;
    }
    if ((code = call_get(c, path_of(c, "plans", id, "/revisions/head"), &head)) != CODE_DONE) return code;
    rest = arena_fmt(c->arena, "/revisions/%s/restore", number);
    code = call(c, &(struct request){ .method = "POST", .path = path_of(c, "plans", id, rest), .if_match = head.etag },
                &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}

enum code run_waive(struct ctl *c)
{
    struct waiver_request in = { .finding = c->args.n > 1 ? c->args.v[1] : NULL,
                                 .reason = c->args.n > 2 ? c->args.v[2] : NULL };
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    code = call_post(c, path_of(c, "plans", id, "/waivers"), &waiver_request_record, &in, &r);
    if (code != CODE_DONE || json_wanted(c, &r)) return code;
    note("waived %s of %s; the revision shows it\n", in.finding, id);
    return CODE_DONE;
}

enum code run_rebase(struct ctl *c)
{
    struct rebase_request in = { .ref = opt(c, "ref") };
    auto_response r = { 0 };
    enum code code;
    const char *id = plan_id(c, c->args.v[0], &code);
    if (!id) return code;
    code = call_post(c, path_of(c, "plans", id, "/rebase"), &rebase_request_record, &in, &r);
    return code == CODE_DONE ? after_verb(c, &r) : code;
}
