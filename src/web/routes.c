/* The route table. A row is all there is to say about a route; what varies is a member, never a branch elsewhere. */
#include "web/routes.h"

#include "pland/service/sources.h"
#include "web/local.h"

static const char *const json[] = { "application/json", NULL };
static const char *const document[] = { "application/json", "text/markdown", NULL };
static const char *const patch[] = { "application/json", "application/merge-patch+json", NULL };
static const char *const archive[] = { "application/x-tar", "application/gzip", "application/x-gzip",
                                       "application/zstd", "application/octet-stream", NULL };

/* A body that may only be absent or {}. */
static const struct record nothing_record = { .name = "nothing", .size = 1 };

static void keep_plan(void *body)
{
    plan_patch_init(body);
}

static void keep_comment(void *body)
{
    *(struct comment_patch *)body = (struct comment_patch){ .resolved = -1 };
}

static void keep_hook(void *body)
{
    *(struct hook_patch *)body = (struct hook_patch){ .enabled = -1 };
}

static void overlap_unsaid(void *body)
{
    ((struct rotate_request *)body)->overlap = -1;
}

#define GET .method = "GET"
#define POST .method = "POST", .types = json
#define PATCH .method = "PATCH", .types = patch, .body = BODY_JSON
#define DELETE .method = "DELETE", .body = BODY_NONE
#define AT(path) .pattern = path
#define AS(who) .role = ROLE_##who
#define TAKES(r) .body = BODY_JSON, .record = &r
#define MAY_TAKE(r) .body = BODY_OPTIONAL, .record = &r
#define NO_BODY .body = BODY_NONE, .record = &nothing_record

const struct route routes[] = {
    /* plans */
    { POST, AT("/plans"), AS(PLANNER), MAY_TAKE(plan_request_record), .run = service_plan_create },
    { GET, AT("/plans"), AS(VIEWER), .view = view_plans,
      .params = "state activity owner project ticket q repository label stale updated_since limit cursor" },
    { GET, AT("/plans/{id}"), AS(VIEWER), .flags = ROUTE_WAIT, .view = view_plan },
    { PATCH, AT("/plans/{id}"), AS(PLANNER), .record = &plan_patch_record, .init = keep_plan,
      .run = service_plan_patch },
    { DELETE, AT("/plans/{id}"), AS(PLANNER), .run = service_plan_delete },
    { POST, AT("/plans/{id}/ticket"), AS(PLANNER), TAKES(ticket_request_record), .run = service_plan_ticket },
    { POST, AT("/plans/{id}/answers"), AS(PLANNER), TAKES(answers_request_record), .run = service_plan_answers },
    { POST, AT("/plans/{id}/choice"), AS(PLANNER), TAKES(choice_request_record), .run = service_plan_choice },
    { POST, AT("/plans/{id}/approval"), AS(APPROVER), .flags = ROUTE_MATCH, MAY_TAKE(approval_request_record),
      .prepare = prepare_approval, .run = service_plan_approve },
    { POST, AT("/plans/{id}/reject"), AS(PLANNER), TAKES(reason_request_record), .run = service_plan_reject },
    { POST, AT("/plans/{id}/cancel"), AS(PLANNER), MAY_TAKE(reason_request_record), .run = service_plan_cancel },
    { POST, AT("/plans/{id}/retry"), AS(PLANNER), NO_BODY, .run = service_plan_retry },
    { POST, AT("/plans/{id}/fork"), AS(PLANNER), MAY_TAKE(fork_request_record), .run = service_plan_fork },
    { POST, AT("/plans/{id}/handoff"), AS(PLANNER), MAY_TAKE(handoff_request_record), .run = service_plan_handoff },
    { GET, AT("/plans/{id}/handoff"), AS(VIEWER), .flags = ROUTE_SLOW | ROUTE_VARIES, .view = view_handoff,
      .params = "format" },
    { GET, AT("/plans/{id}/briefs/{phase}"), AS(VIEWER), .flags = ROUTE_SLOW | ROUTE_VARIES, .view = view_brief,
      .params = "format" },
    { POST, AT("/plans/{id}/claim"), AS(PLANNER), MAY_TAKE(claim_request_record), .run = service_plan_claim },
    { GET, AT("/plans/{id}/claims"), AS(VIEWER), .view = view_claims },
    { GET, AT("/plans/{id}/claims/{cid}"), AS(VIEWER), .view = view_claim },
    { DELETE, AT("/plans/{id}/claims/{cid}"), AS(PLANNER), .run = service_claim_release },
    { POST, AT("/plans/{id}/progress"), AS(PLANNER), TAKES(progress_request_record), .run = service_plan_progress },
    { GET, AT("/plans/{id}/progress"), AS(VIEWER), .flags = ROUTE_SLOW, .view = view_progress },
    { POST, AT("/plans/{id}/verify"), AS(PLANNER), MAY_TAKE(verify_request_record), .prepare = prepare_verify,
      .run = service_plan_verify },
    { GET, AT("/plans/{id}/verify"), AS(VIEWER), .view = view_verification },
    { POST, AT("/plans/{id}/links"), AS(PLANNER), MAY_TAKE(link_request_record), .run = service_link_create },
    { GET, AT("/plans/{id}/links"), AS(PLANNER), .view = view_links },
    { GET, AT("/plans/{id}/links/{lid}"), AS(PLANNER), .view = view_link },
    { DELETE, AT("/plans/{id}/links/{lid}"), AS(PLANNER), .run = service_link_revoke },
    { POST, AT("/plans/{id}/refinements"), AS(PLANNER), TAKES(refine_request_record), .run = service_plan_refine },
    { GET, AT("/plans/{id}/refinements"), AS(VIEWER), .view = view_refinements },
    { GET, AT("/plans/{id}/refinements/{rid}"), AS(VIEWER), .view = view_refinement },
    { DELETE, AT("/plans/{id}/refinements/{rid}"), AS(PLANNER), .run = service_refinement_withdraw },
    { POST, AT("/plans/{id}/comments"), AS(PLANNER), TAKES(comment_request_record), .prepare = prepare_comment,
      .run = service_comment_create },
    { GET, AT("/plans/{id}/comments"), AS(VIEWER), .view = view_comments, .params = "state section" },
    { GET, AT("/plans/{id}/comments/{cid}"), AS(VIEWER), .view = view_comment },
    { PATCH, AT("/plans/{id}/comments/{cid}"), AS(PLANNER), .record = &comment_patch_record, .init = keep_comment,
      .run = service_comment_patch },
    { POST, AT("/plans/{id}/messages"), AS(PLANNER), TAKES(message_request_record), .prepare = prepare_message,
      .run = service_message_take },
    { GET, AT("/plans/{id}/messages"), AS(VIEWER), .view = view_messages, .params = "limit cursor" },
    { GET, AT("/plans/{id}/messages/{mid}"), AS(VIEWER), .view = view_message },
    { POST, AT("/plans/{id}/messages/{mid}/confirm"), AS(PLANNER), NO_BODY, .run = service_message_confirm },
    { .method = "POST", AT("/plans/{id}/revisions"), AS(PLANNER), .flags = ROUTE_MATCH, .body = BODY_RAW, .types = document,
      .prepare = prepare_edit, .run = service_plan_edit },
    { GET, AT("/plans/{id}/revisions"), AS(VIEWER), .view = view_revisions, .params = "limit cursor" },
    { GET, AT("/plans/{id}/revisions/{n}"), AS(VIEWER), .flags = ROUTE_SLOW | ROUTE_HEAD_FAST | ROUTE_VARIES,
      .view = view_revision, .params = "code" },
    { POST, AT("/plans/{id}/revisions/{n}/restore"), AS(PLANNER), .flags = ROUTE_MATCH, NO_BODY,
      .run = service_plan_restore },
    { GET, AT("/plans/{id}/revisions/{n}/diff"), AS(VIEWER), .flags = ROUTE_SLOW | ROUTE_VARIES,
      .view = view_revision_diff, .params = "from code" },
    { GET, AT("/plans/{id}/checks"), AS(VIEWER), .view = view_checks, .params = "revision" },
    { POST, AT("/plans/{id}/waivers"), AS(APPROVER), TAKES(waiver_request_record), .prepare = prepare_waiver,
      .run = service_plan_waive },
    { POST, AT("/plans/{id}/rebase"), AS(PLANNER), MAY_TAKE(rebase_request_record), .prepare = prepare_rebase,
      .run = service_plan_rebase },
    { POST, AT("/checks"), AS(VIEWER), .flags = ROUTE_SLOW, TAKES(check_request_record), .view = view_check, .params = "format" },
    { GET, AT("/plans/{id}/context"), AS(VIEWER), .flags = ROUTE_SLOW, .view = view_context },
    { GET, AT("/plans/{id}/calls"), AS(VIEWER), .view = view_calls, .params = "limit cursor" },
    { GET, AT("/plans/{id}/calls/{call}"), AS(ADMIN), .flags = ROUTE_SLOW, .view = view_call },
    { GET, AT("/plans/{id}/events"), AS(VIEWER), .flags = ROUTE_PAGE_AFTER | ROUTE_STREAM | ROUTE_VARIES,
      .view = view_events, .params = "after types limit" },
    { GET, AT("/plans/{id}/audit"), AS(VIEWER), .view = view_plan_audit, .params = "limit cursor" },
    { GET, AT("/events"), AS(VIEWER), .flags = ROUTE_PAGE_AFTER | ROUTE_STREAM | ROUTE_VARIES, .view = view_feed,
      .params = "project after types limit" },

    /* codebases */
    { POST, AT("/repositories"), AS(PLANNER), TAKES(repository_request_record), .prepare = prepare_repository,
      .run = service_repository_create },
    { GET, AT("/repositories"), AS(VIEWER), .view = view_repositories, .params = "project limit cursor" },
    { GET, AT("/repositories/{id}"), AS(VIEWER), .view = view_repository, .params = "project" },
    { PATCH, AT("/repositories/{id}"), AS(ADMIN), .record = &repository_patch_record,
      .prepare = prepare_repository_patch, .run = service_repository_patch, .params = "project" },
    { DELETE, AT("/repositories/{id}"), AS(ADMIN), .run = service_repository_delete, .params = "project" },
    { .method = "PUT", AT("/repositories/{id}/snapshot"), AS(PLANNER), .flags = ROUTE_UPLOAD,
      .body = BODY_RAW, .types = archive, .prepare = prepare_upload, .run = service_repository_upload,
      .params = "commit branch remote dirty project" },

    { POST, AT("/repositories/{id}/sync"), AS(PLANNER), NO_BODY, .run = service_repository_sync, .params = "project" },

    /* administration */
    { POST, AT("/projects"), AS(ADMIN), .flags = ROUTE_GLOBAL, TAKES(project_request_record),
      .run = service_project_create },
    { GET, AT("/projects"), AS(VIEWER), .view = view_projects },
    { GET, AT("/projects/{id}"), AS(VIEWER), .view = view_project },
    { GET, AT("/projects/{id}/effort"), AS(VIEWER), .view = view_effort },
    { PATCH, AT("/projects/{id}"), AS(ADMIN), .record = &project_request_record, .run = service_project_patch },
    { POST, AT("/sources"), AS(ADMIN), TAKES(source_request_record), .run = service_source_create },
    { GET, AT("/sources"), AS(ADMIN), .view = view_sources, .params = "project" },
    { GET, AT("/sources/{id}"), AS(ADMIN), .view = view_source },
    { PATCH, AT("/sources/{id}"), AS(ADMIN), .record = &source_patch_record, .run = service_source_patch },
    { DELETE, AT("/sources/{id}"), AS(ADMIN), .run = service_source_delete },
    { POST, AT("/sources/{id}/sync"), AS(ADMIN), NO_BODY, .run = service_source_sync },
    { GET, AT("/sources/{id}/deliveries"), AS(ADMIN), .view = view_source_deliveries, .params = "limit cursor" },
    { POST, AT("/hooks"), AS(ADMIN), TAKES(hook_request_record), .run = service_hook_create },
    { GET, AT("/hooks"), AS(ADMIN), .view = view_hooks, .params = "project" },
    { GET, AT("/hooks/{id}"), AS(ADMIN), .view = view_hook },
    { PATCH, AT("/hooks/{id}"), AS(ADMIN), .record = &hook_patch_record, .init = keep_hook, .run = service_hook_patch },
    { DELETE, AT("/hooks/{id}"), AS(ADMIN), .run = service_hook_delete },
    { POST, AT("/hooks/{id}/test"), AS(ADMIN), NO_BODY, .run = service_hook_test },
    { POST, AT("/hooks/{id}/rotate"), AS(ADMIN), MAY_TAKE(rotate_request_record), .init = overlap_unsaid,
      .run = service_hook_rotate },
    { POST, AT("/hooks/{id}/recover"), AS(ADMIN), TAKES(recover_request_record), .run = service_hook_recover },
    { GET, AT("/hooks/{id}/deliveries"), AS(ADMIN), .view = view_deliveries, .params = "limit cursor" },
    { GET, AT("/hooks/{id}/deliveries/{did}"), AS(ADMIN), .view = view_delivery },
    { POST, AT("/hooks/{id}/deliveries/{did}/redeliver"), AS(ADMIN), NO_BODY, .run = service_delivery_again },
    { POST, AT("/tokens"), AS(ADMIN), TAKES(token_request_record), .run = service_token_create },
    { GET, AT("/tokens"), AS(ADMIN), .view = view_tokens, .params = "project" },
    { GET, AT("/tokens/{id}"), AS(ADMIN), .view = view_token },
    { DELETE, AT("/tokens/{id}"), AS(ADMIN), .run = service_token_revoke },
    { GET, AT("/audit"), AS(ADMIN), .view = view_audit, .params = "project limit cursor" },
    { GET, AT("/usage"), AS(VIEWER), .view = view_usage, .params = "project since by" },
    { POST, AT("/resume"), AS(ADMIN), .flags = ROUTE_GLOBAL, NO_BODY, .run = service_resume },

    /* without a token */
    { .method = "POST", AT("/webhooks/{source_id}"), .flags = ROUTE_WEBHOOK, .body = BODY_RAW,
      .run = service_inbound_take },
    { GET, AT("/links/{secret}"), .flags = ROUTE_SLOW | ROUTE_LINK, .view = view_link_page },
    { GET, AT("/livez"), .flags = ROUTE_QUIET, .local = local_live },
    { GET, AT("/healthz"), .flags = ROUTE_QUIET, .local = local_live },
    { GET, AT("/readyz"), .flags = ROUTE_QUIET, .local = local_ready, .params = "verbose" },
    { GET, AT("/metrics"), .flags = ROUTE_QUIET | ROUTE_SLOW, .local = local_metrics },
    { GET, AT("/openapi.json"), .local = local_openapi },
};
const size_t n_routes = countof(routes);
