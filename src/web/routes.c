/* The route table. A row is all there is to say about a route; what varies is a member, never a branch elsewhere. */
#include "web/routes.h"

#include "web/local.h"

static const char *const json[] = { "application/json", NULL };
static const char *const patch[] = { "application/json", "application/merge-patch+json", NULL };
static const char *const archive[] = { "application/x-tar", "application/gzip", "application/x-gzip", "application/octet-stream", NULL };

/* A body that may only be absent or {}. */
static const struct record nothing_record = { .name = "nothing", .size = 1 };

static void keep_plan(void *body)
{
    plan_patch_init(body);
}

static void keep_hook(void *body)
{
    *(struct hook_patch *)body = (struct hook_patch){ .enabled = -1 };
}

#define GET .method = "GET"
#define POST .method = "POST", .types = json
#define PATCH .method = "PATCH", .types = patch, .body = BODY_JSON
#define DELETE .method = "DELETE", .body = BODY_NONE
#define TAKES(r) .body = BODY_JSON, .record = &r
#define MAY_TAKE(r) .body = BODY_OPTIONAL, .record = &r
#define NO_BODY .body = BODY_NONE, .record = &nothing_record

const struct route routes[] = {
    /* plans */
    { POST, .pattern = "/plans", .role = ROLE_PLANNER, MAY_TAKE(plan_request_record), .run = service_plan_create },
    { GET, .pattern = "/plans", .role = ROLE_VIEWER, .view = view_plans,
      .params = "state activity owner project ticket q repository label stale updated_since limit cursor" },
    { GET, .pattern = "/plans/{id}", .role = ROLE_VIEWER, .flags = ROUTE_WAIT, .view = view_plan },
    { PATCH, .pattern = "/plans/{id}", .role = ROLE_PLANNER, .record = &plan_patch_record, .init = keep_plan,
      .run = service_plan_patch },
    { DELETE, .pattern = "/plans/{id}", .role = ROLE_PLANNER, .run = service_plan_delete },
    { POST, .pattern = "/plans/{id}/ticket", .role = ROLE_PLANNER, TAKES(ticket_request_record), .run = service_plan_ticket },
    { POST, .pattern = "/plans/{id}/answers", .role = ROLE_PLANNER, TAKES(answers_request_record), .run = service_plan_answers },
    { POST, .pattern = "/plans/{id}/choice", .role = ROLE_PLANNER, TAKES(choice_request_record), .run = service_plan_choice },
    { POST, .pattern = "/plans/{id}/approval", .role = ROLE_APPROVER, .flags = ROUTE_MATCH, MAY_TAKE(approval_request_record),
      .run = service_plan_approve },
    { POST, .pattern = "/plans/{id}/reject", .role = ROLE_PLANNER, TAKES(reason_request_record), .run = service_plan_reject },
    { POST, .pattern = "/plans/{id}/cancel", .role = ROLE_PLANNER, MAY_TAKE(reason_request_record), .run = service_plan_cancel },
    { POST, .pattern = "/plans/{id}/retry", .role = ROLE_PLANNER, NO_BODY, .run = service_plan_retry },
    { POST, .pattern = "/plans/{id}/fork", .role = ROLE_PLANNER, MAY_TAKE(fork_request_record), .run = service_plan_fork },
    { POST, .pattern = "/plans/{id}/handoff", .role = ROLE_PLANNER, NO_BODY, .run = service_plan_handoff },
    { GET, .pattern = "/plans/{id}/handoff", .role = ROLE_VIEWER, .flags = ROUTE_SLOW | ROUTE_VARIES, .view = view_handoff,
      .params = "format" },
    { POST, .pattern = "/plans/{id}/progress", .role = ROLE_PLANNER, TAKES(progress_request_record), .run = service_plan_progress },
    { POST, .pattern = "/plans/{id}/refinements", .role = ROLE_PLANNER, TAKES(refine_request_record), .run = service_plan_refine },
    { GET, .pattern = "/plans/{id}/refinements", .role = ROLE_VIEWER, .view = view_refinements, .params = "limit cursor" },
    { GET, .pattern = "/plans/{id}/refinements/{rid}", .role = ROLE_VIEWER, .view = view_refinement },
    { DELETE, .pattern = "/plans/{id}/refinements/{rid}", .role = ROLE_PLANNER, .run = service_refinement_withdraw },
    { POST, .pattern = "/plans/{id}/revisions", .role = ROLE_PLANNER, .flags = ROUTE_MATCH, .body = BODY_RAW,
      .prepare = prepare_edit, .run = service_plan_edit },
    { GET, .pattern = "/plans/{id}/revisions", .role = ROLE_VIEWER, .view = view_revisions, .params = "limit cursor" },
    { GET, .pattern = "/plans/{id}/revisions/{n}", .role = ROLE_VIEWER, .flags = ROUTE_SLOW | ROUTE_HEAD_FAST | ROUTE_VARIES,
      .view = view_revision },
    { GET, .pattern = "/plans/{id}/revisions/{n}/diff", .role = ROLE_VIEWER, .flags = ROUTE_SLOW | ROUTE_VARIES,
      .view = view_revision_diff, .params = "from" },
    { GET, .pattern = "/plans/{id}/checks", .role = ROLE_VIEWER, .view = view_checks, .params = "revision" },
    { GET, .pattern = "/plans/{id}/context", .role = ROLE_VIEWER, .flags = ROUTE_SLOW, .view = view_context },
    { GET, .pattern = "/plans/{id}/events", .role = ROLE_VIEWER, .flags = ROUTE_PAGE_AFTER, .view = view_events, .params = "after limit" },
    { GET, .pattern = "/plans/{id}/audit", .role = ROLE_VIEWER, .view = view_plan_audit, .params = "limit cursor" },
    { GET, .pattern = "/events", .role = ROLE_VIEWER, .flags = ROUTE_PAGE_AFTER, .view = view_feed, .params = "project after limit" },

    /* codebases */
    { POST, .pattern = "/repositories", .role = ROLE_PLANNER, TAKES(repository_request_record), .prepare = prepare_repository,
      .run = service_repository_create },
    { GET, .pattern = "/repositories", .role = ROLE_VIEWER, .view = view_repositories, .params = "project limit cursor" },
    { GET, .pattern = "/repositories/{id}", .role = ROLE_VIEWER, .view = view_repository, .params = "project" },
    { PATCH, .pattern = "/repositories/{id}", .role = ROLE_ADMIN, .record = &repository_patch_record, .run = service_repository_patch,
      .params = "project" },
    { DELETE, .pattern = "/repositories/{id}", .role = ROLE_ADMIN, .run = service_repository_delete, .params = "project" },
    { .method = "PUT", .pattern = "/repositories/{id}/snapshot", .role = ROLE_PLANNER, .flags = ROUTE_UPLOAD, .body = BODY_RAW,
      .types = archive, .prepare = prepare_upload, .run = service_repository_upload, .params = "commit branch remote dirty project" },

    /* administration */
    { POST, .pattern = "/projects", .role = ROLE_ADMIN, .flags = ROUTE_GLOBAL, TAKES(project_request_record), .run = service_project_create },
    { GET, .pattern = "/projects", .role = ROLE_VIEWER, .view = view_projects },
    { GET, .pattern = "/projects/{id}", .role = ROLE_VIEWER, .view = view_project },
    { PATCH, .pattern = "/projects/{id}", .role = ROLE_ADMIN, .record = &project_request_record, .run = service_project_patch },
    { POST, .pattern = "/sources", .role = ROLE_ADMIN, TAKES(source_request_record), .run = service_source_create },
    { GET, .pattern = "/sources", .role = ROLE_ADMIN, .view = view_sources, .params = "project" },
    { GET, .pattern = "/sources/{id}", .role = ROLE_ADMIN, .view = view_source },
    { DELETE, .pattern = "/sources/{id}", .role = ROLE_ADMIN, .run = service_source_delete },
    { POST, .pattern = "/hooks", .role = ROLE_ADMIN, TAKES(hook_request_record), .run = service_hook_create },
    { GET, .pattern = "/hooks", .role = ROLE_ADMIN, .view = view_hooks, .params = "project" },
    { GET, .pattern = "/hooks/{id}", .role = ROLE_ADMIN, .view = view_hook },
    { PATCH, .pattern = "/hooks/{id}", .role = ROLE_ADMIN, .record = &hook_patch_record, .init = keep_hook, .run = service_hook_patch },
    { DELETE, .pattern = "/hooks/{id}", .role = ROLE_ADMIN, .run = service_hook_delete },
    { POST, .pattern = "/hooks/{id}/test", .role = ROLE_ADMIN, NO_BODY, .run = service_hook_test },
    { POST, .pattern = "/hooks/{id}/rotate", .role = ROLE_ADMIN, NO_BODY, .run = service_hook_rotate },
    { GET, .pattern = "/hooks/{id}/deliveries", .role = ROLE_ADMIN, .view = view_deliveries, .params = "limit cursor" },
    { POST, .pattern = "/hooks/{id}/deliveries/{did}/redeliver", .role = ROLE_ADMIN, NO_BODY, .run = service_delivery_again },
    { POST, .pattern = "/tokens", .role = ROLE_ADMIN, TAKES(token_request_record), .run = service_token_create },
    { GET, .pattern = "/tokens", .role = ROLE_ADMIN, .view = view_tokens, .params = "project" },
    { GET, .pattern = "/tokens/{id}", .role = ROLE_ADMIN, .view = view_token },
    { DELETE, .pattern = "/tokens/{id}", .role = ROLE_ADMIN, .run = service_token_revoke },
    { GET, .pattern = "/audit", .role = ROLE_ADMIN, .view = view_audit, .params = "project token limit cursor" },
    { GET, .pattern = "/usage", .role = ROLE_VIEWER, .view = view_usage, .params = "project since" },
    { POST, .pattern = "/resume", .role = ROLE_ADMIN, .flags = ROUTE_GLOBAL, NO_BODY, .run = service_resume },

    /* without a token */
    { .method = "POST", .pattern = "/webhooks/{source_id}", .flags = ROUTE_WEBHOOK, .body = BODY_RAW, .run = service_inbound_take },
    { GET, .pattern = "/livez", .flags = ROUTE_QUIET, .local = local_live },
    { GET, .pattern = "/healthz", .flags = ROUTE_QUIET, .local = local_live },
    { GET, .pattern = "/readyz", .flags = ROUTE_QUIET, .local = local_ready, .params = "verbose" },
    { GET, .pattern = "/metrics", .flags = ROUTE_QUIET | ROUTE_SLOW, .local = local_metrics },
    { GET, .pattern = "/openapi.json", .local = local_openapi },
};
const size_t n_routes = countof(routes);
