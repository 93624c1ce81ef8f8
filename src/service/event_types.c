/* The types of events. What sends one that is not here, or documents one, fails tests/lint/events.sh. */
#include "pland/service/events.h"

#include <string.h>

const char *const event_types[] = {
    "hook.disabled",
    "hook.test",
    "phase.drafted",
    "plan.answered",
    "plan.approval_voided",
    "plan.approved",
    "plan.budget_reached",
    "plan.budget_warned",
    "plan.cancelled",
    "plan.chosen",
    "plan.comment_changed",
    "plan.comment_moved",
    "plan.comment_outdated",
    "plan.comment_reopened",
    "plan.comment_resolved",
    "plan.commented",
    "plan.completed",
    "plan.created",
    "plan.edited",
    "plan.failed",
    "plan.finding_waived",
    "plan.fresh",
    "plan.handed_off",
    "plan.message",
    "plan.moved",
    "plan.options_offered",
    "plan.options_wanted",
    "plan.outlined",
    "plan.parked",
    "plan.questions_asked",
    "plan.rebased",
    "plan.refinement_applied",
    "plan.refinement_conflicted",
    "plan.refinement_queued",
    "plan.refinement_withdrawn",
    "plan.rejected",
    "plan.researched",
    "plan.restored",
    "plan.retried",
    "plan.revision_published",
    "plan.stale",
    "plan.suspicious",
    "plan.ticket_given",
    "plan.updated",
    "progress.reported",
    NULL,
};

bool event_type_known(const char *type)
{
    for (size_t i = 0; event_types[i]; i++)
        if (strcmp(event_types[i], type) == 0) return true;
    return false;
}
