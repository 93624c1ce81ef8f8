/* What follows a finished step: state, events and the next jobs, by kind of job. See plan/state.h for the table of
 * states; this file says which outcome a result is. */
#include "service/flow.h"

#include <stdlib.h>
#include <string.h>
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "pland/service/moved.h"
#include "service/comments.h"
#include "service/messages.h"
#include "service/parts.h"
#include "service/rebase.h"
#include "service/refine.h"

static enum err_kind progress(struct plan_txn *p, int64_t total)
{
    p->row.done = 0;
    p->row.total = total;
    return ERR_OK;
}

/* Takes the default of every question that has one; what is left is counted. */
static enum err_kind assume_answers(struct plan_txn *p, int64_t *ret_left, struct err *e)
{
    struct understanding u = { 0 };
    struct kept_answers kept = { 0 };
    enum err_kind k = part_read(p->tx, p->row.n, "understanding", &understanding_record, &u, p->arena, NULL, e);
    if (k != ERR_OK) return k;
    *ret_left = 0;
    for (size_t i = 0; i < u.questions.n; i++) {
        struct kept_answer *slot;
        if (!u.questions.v[i].preset) {
            ++*ret_left;
            continue;
        }
        if (!(slot = arena_push(p->arena, &kept.answers, sizeof *slot))) return err_nomem(e);
        *slot =
            (struct kept_answer){ .question = u.questions.v[i].id, .answer = u.questions.v[i].preset, .assumed = true };
    }
    return part_write(p->tx, p->row.n, "answers", &kept_answers_record, &kept, e);
}

/* What was answered in the plan that this one was forked from holds here, for questions that are asked again. */
static enum err_kind take_earlier_answers(struct plan_txn *p, int64_t *left, struct err *e)
{
    struct understanding u = { 0 };
    struct kept_earlier earlier = { 0 };
    struct kept_answers kept = { 0 };
    enum err_kind k = part_read(p->tx, p->row.n, "earlier_answers", &kept_earlier_record, &earlier, p->arena, NULL, e);
    if (k != ERR_OK || !earlier.answers.n) return k;
    if ((k = part_read(p->tx, p->row.n, "understanding", &understanding_record, &u, p->arena, NULL, e)) != ERR_OK)
        return k;
    for (size_t i = 0; i < u.questions.n; i++)
        for (size_t j = 0; j < earlier.answers.n; j++) {
            struct kept_answer *slot;
            if (strcmp(u.questions.v[i].text, earlier.answers.v[j].question) != 0) continue;
            if (!(slot = arena_push(p->arena, &kept.answers, sizeof *slot))) return err_nomem(e);
            *slot = earlier.answers.v[j];
            slot->question = u.questions.v[i].id;
            --*left;
            break;
        }
    return part_write(p->tx, p->row.n, "answers", &kept_answers_record, &kept, e);
}

static enum err_kind start_design(struct plan_txn *p, bool small, struct err *e)
{
    enum err_kind k = plan_txn_outcome(p, small ? OUTCOME_SMALL : OUTCOME_CLEAR, e);
    if (k != ERR_OK) return k;
    (void)progress(p, 1);
    return plan_txn_job(p, small ? JOB_OUTLINE : JOB_OPTIONS, NULL, e);
}

/* Pins of the codebases; plans that were made on older code of theirs are looked at again. */
static enum err_kind bind_bases(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct plan_base_list bases = { 0 };
    enum err_kind k = d->pins.n ? store_base_list(p->tx, p->row.n, p->arena, &bases, e) : ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < d->pins.n; i++) {
        struct plan_base b = { 0 };
        if ((size_t)d->pins.v[i].ordinal < bases.n) b = bases.v[d->pins.v[i].ordinal];
        b.commit = d->pins.v[i].commit;
        b.tree = d->pins.v[i].tree;
        if ((k = store_base_put(p->tx, p->row.n, d->pins.v[i].ordinal, &b, e)) != ERR_OK || !b.repository) continue;
        k = service_repository_moved(p->tx, p->service, b.repository, p->row.n, p->arena, p->out, e);
    }
    return k;
}

static enum err_kind after_research(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    int64_t open = d->questions;
    bool small = d->size == SIZE_SMALL, alone = p->row.mode == MODE_AUTO || (small && !d->must_ask);
    enum err_kind k = ERR_OK;

    p->row.size = d->size;
    if (d->suspicious) {
        p->row.suspicious = true;
        p->row.mode = MODE_INTERACTIVE;
        alone = false;
        k = plan_txn_event(p, "plan.suspicious", json_pairs(p->arena, "phrase", d->suspicious, NULL), e);
    }
    if (k != ERR_OK || (k = bind_bases(p, d, e)) != ERR_OK ||
        (k = plan_txn_event(p, "plan.researched", "{}", e)) != ERR_OK)
        return k;
    if (open && (k = take_earlier_answers(p, &open, e)) != ERR_OK) return k;
    if (open && alone && (k = assume_answers(p, &open, e)) != ERR_OK) return k;
    if (!open) return start_design(p, small, e);
    if ((k = plan_txn_outcome(p, OUTCOME_ASKED, e)) != ERR_OK) return k;
    return plan_txn_event(p, "plan.questions_asked", arena_fmt(p->arena, "{\"questions\":%lld}", (long long)open), e);
}

static enum err_kind after_options(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    bool alone = d->options < 2 || (p->row.mode == MODE_AUTO && !p->row.suspicious);
    struct kept_choice taken = { .option = d->recommended, .assumed = true };
    enum err_kind k;
    if (!alone) {
        if ((k = plan_txn_outcome(p, OUTCOME_OFFERED, e)) != ERR_OK) return k;
        return plan_txn_event(p, "plan.options_offered",
                              arena_fmt(p->arena, "{\"options\":%lld}", (long long)d->options), e);
    }
    if ((k = part_write(p->tx, p->row.n, "choice", &kept_choice_record, &taken, e)) != ERR_OK) return k;
    if ((k = plan_txn_outcome(p, OUTCOME_DECIDED, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(p, "plan.chosen", json_pairs(p->arena, "option", d->recommended, NULL), e)) != ERR_OK)
        return k;
    (void)progress(p, 1);
    return plan_txn_job(p, JOB_OUTLINE, NULL, e);
}

static enum err_kind after_outline(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    enum err_kind k = ERR_OK;
    if (d->next_section) p->row.next_section = d->next_section;
    p->row.fanin = (int64_t)d->phases.n;
    (void)progress(p, (int64_t)d->phases.n + 1);
    for (size_t i = 0; k == ERR_OK && i < d->phases.n; i++) k = plan_txn_job(p, JOB_PHASE, d->phases.v[i], e);
    if (k != ERR_OK) return k;
    if (!d->phases.n && (k = plan_txn_job(p, JOB_CLOSING, NULL, e)) != ERR_OK) return k;
    return plan_txn_event(p, "plan.outlined", arena_fmt(p->arena, "{\"phases\":%zu}", d->phases.n), e);
}

static enum err_kind after_phase(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    enum err_kind k;
    p->row.fanin--;
    p->row.done++;
    if ((k = plan_txn_event(p, "phase.drafted", json_pairs(p->arena, "phase", d->job.subject, NULL), e)) != ERR_OK)
        return k;
    /* A sibling that failed keeps its place in fanin, so this is the last of all only when all are there. */
    return p->row.fanin == 0 ? plan_txn_job(p, JOB_CLOSING, NULL, e) : ERR_OK;
}

static enum err_kind start_check(struct plan_txn *p, enum plan_outcome o, const struct draft_reason *why, struct err *e)
{
    enum err_kind k = part_write(p->tx, p->row.n, "draft_reason", &draft_reason_record, why, e);
    if (k != ERR_OK || (k = plan_txn_outcome(p, o, e)) != ERR_OK) return k;
    (void)progress(p, 1);
    return plan_txn_job(p, JOB_CHECK, NULL, e);
}

static enum err_kind after_closing(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct draft_reason why = { .reason = "drafted" };
    enum err_kind k = ERR_OK;
    (void)d;
    if (p->row.revision) /* drafted anew: somebody has chosen another option */
        k = part_read(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, p->arena, NULL, e);
    return k == ERR_OK ? start_check(p, OUTCOME_DRAFTED, &why, e) : k;
}

static enum err_kind after_repair(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct draft_reason why = { 0 };
    enum err_kind k;
    (void)d;
    if ((k = part_read(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, p->arena, NULL, e)) != ERR_OK)
        return k;
    why.repairs++;
    if ((k = part_write(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, e)) != ERR_OK) return k;
    return plan_txn_job(p, JOB_CHECK, NULL, e);
}

/* Refinements that are still pending are worked in next; else the plan waits for approval. */
static enum err_kind wait_or_revise(struct plan_txn *p, struct err *e)
{
    bool more;
    enum err_kind k = refine_next(p, &more, e);
    if (k != ERR_OK || !more) return k;
    (void)progress(p, 1);
    return plan_txn_verb(p, VERB_REFINE, e);
}

enum err_kind flow_unchanged(struct plan_txn *p, struct err *e)
{
    enum err_kind k;
    if (p->row.state == PLAN_REVISING && (k = plan_txn_outcome(p, OUTCOME_REVISED, e)) != ERR_OK) return k;
    if ((k = plan_txn_outcome(p, OUTCOME_PUBLISHED, e)) != ERR_OK) return k;
    if ((k = store_part_delete(p->tx, p->row.n, "draft", e)) != ERR_OK ||
        (k = store_part_delete(p->tx, p->row.n, "findings", e)) != ERR_OK)
        return k;
    p->row.done = p->row.total = 1;
    return wait_or_revise(p, e);
}

static const char *refinement_reason(const struct refinement_row *r)
{
    return r->cause == CAUSE_INSTRUCTION ? "refinement" : refinement_cause_names[r->cause];
}

static enum err_kind after_refine(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct refinement_row r = { 0 };
    enum err_kind k = store_refinement_get(p->tx, p->row.n, d->job.subject, p->arena, &r, e);
    if (k != ERR_OK) return k;
    if (!d->conflict) {
        struct draft_reason why = { .reason = refinement_reason(&r),
                                    .detail = r.instruction,
                                    .refinement = r.id,
                                    .comments = r.comments,
                                    .author = r.author };
        if (!*r.instruction && (k = comments_words(p, r.comments, &why.detail, e)) != ERR_OK) return k;
        return start_check(p, OUTCOME_REVISED, &why, e);
    }
    r.state = REFINEMENT_CONFLICTED;
    r.detail = d->conflict;
    if ((k = store_refinement_update(p->tx, &r, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(p, "plan.refinement_conflicted",
                            json_pairs(p->arena, "refinement", r.id, "why", d->conflict, NULL), e)) != ERR_OK)
        return k;
    return flow_unchanged(p, e);
}

static const char *const head_formats[] = { "json", "markdown", "html" };

static enum err_kind write_revision(struct plan_txn *p, const struct step_publish *pub, const struct draft_reason *why,
                                    struct err *e)
{
    struct revision_row r = { .plan = p->row.n,
                              .number = p->row.revision + 1,
                              .parent = p->row.revision,
                              .at = p->now,
                              .author = why->author,
                              .content = pub->content,
                              .reason = why->reason,
                              .detail = why->detail,
                              .checks = pub->checks,
                              .verified = pub->verified,
                              .to_create = pub->to_create,
                              .unprovable = pub->unprovable,
                              .failed = pub->failed,
                              .refinement = why->refinement,
                              .comments = why->comments,
                              .repairs = why->repairs,
                              .affected = pub->affected };
    const char *bytes[] = { pub->json, pub->markdown, pub->html };
    const size_t sizes[] = { pub->n_json, pub->n_markdown, pub->n_html };
    struct waiver_list waivers = { 0 };
    char etag[80];
    enum err_kind k = store_waiver_list(p->tx, p->row.n, p->arena, &waivers, e);
    r.waivers = (int64_t)waivers.n;
    r.sections.v = pub->sections.v;
    r.sections.n = pub->sections.n;
    for (size_t i = 0; k == ERR_OK && i < r.sections.n; i++)
        k = store_section_put(p->tx, &r.sections.v[i].hash, r.sections.v[i].bytes, r.sections.v[i].n, e);
    if (k != ERR_OK || (k = store_revision_insert(p->tx, &r, e)) != ERR_OK) return k;
    for (size_t i = 0; k == ERR_OK && i < countof(bytes); i++) {
        revision_etag(&r, head_formats[i], NULL, etag);
        k = store_head_put(p->tx, p->row.n, head_formats[i], r.number, etag, bytes[i], sizes[i], e);
    }
    return k;
}

/* A phase's number is given out once, whoever gave it: a step, a repair, people who edit. */
static void numbers_used(struct plan_txn *p, const struct step_publish *pub)
{
    for (size_t i = 0; i < pub->sections.n; i++) {
        const char *id = pub->sections.v[i].id;
        int64_t n = strncmp(id, "ph", 2) == 0 ? strtoll(id + 2, NULL, 10) : 0;
        if (n >= p->row.next_section) p->row.next_section = n + 1;
    }
}

static enum err_kind settle_refinement(struct plan_txn *p, const char *id, struct err *e)
{
    struct refinement_row r = { 0 };
    enum err_kind k = store_refinement_get(p->tx, p->row.n, id, p->arena, &r, e);
    if (k != ERR_OK) return k;
    r.state = REFINEMENT_APPLIED;
    r.result_revision = p->row.revision;
    if ((k = store_refinement_update(p->tx, &r, e)) != ERR_OK) return k;
    if (r.comments && (k = comments_worked_in(p, r.comments, r.author, e)) != ERR_OK) return k;
    return plan_txn_event(p, "plan.refinement_applied", json_pairs(p->arena, "refinement", id, NULL), e);
}

static enum err_kind after_check(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct draft_reason why = { .reason = "drafted" };
    enum err_kind k = part_read(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, p->arena, NULL, e);
    if (k != ERR_OK) return k;
    if (d->repairable) return plan_txn_job(p, JOB_REPAIR, NULL, e);
    if (!d->publish) return err_set(e, ERR_INTERNAL, "a finished check has nothing to publish");
    if ((k = bind_bases(p, d, e)) != ERR_OK || (k = write_revision(p, d->publish, &why, e)) != ERR_OK) return k;
    if (d->pins.n) { /* checked against where the code is now */
        p->row.stale = false;
        if ((k = store_part_delete(p->tx, p->row.n, "staleness", e)) != ERR_OK) return k;
    }
    p->row.revision++;
    numbers_used(p, d->publish);
    if (d->publish->title) p->row.title = d->publish->title;
    if ((k = plan_txn_event(
             p, "plan.revision_published",
             arena_fmt(p->arena,
                       "{\"revision\":%lld,\"verified\":%lld,\"to_create\":%lld,\"unprovable\":%lld,\"failed\":%lld}",
                       (long long)p->row.revision, (long long)d->publish->verified, (long long)d->publish->to_create,
                       (long long)d->publish->unprovable, (long long)d->publish->failed),
             e)) != ERR_OK)
        return k;
    if ((k = comments_follow(p, d->publish, e)) != ERR_OK) return k;
    if (why.refinement && (k = settle_refinement(p, why.refinement, e)) != ERR_OK) return k;
    if ((k = store_part_delete(p->tx, p->row.n, "draft", e)) != ERR_OK ||
        (k = store_part_delete(p->tx, p->row.n, "findings", e)) != ERR_OK)
        return k;
    if ((k = plan_txn_outcome(p, OUTCOME_PUBLISHED, e)) != ERR_OK) return k;
    p->row.done = p->row.total = 1;
    if ((k = wait_or_revise(p, e)) != ERR_OK || !why.approved || p->row.state != PLAN_AWAITING_APPROVAL) return k;
    return rebase_keep_approval(p, &why, e);
}

typedef enum err_kind after_fn(struct plan_txn *p, const struct step_done *d, struct err *e);
static after_fn *const after[JOB_KIND_N_] = {
    [JOB_RESEARCH] = after_research, [JOB_OPTIONS] = after_options, [JOB_OUTLINE] = after_outline,
    [JOB_PHASE] = after_phase,       [JOB_CLOSING] = after_closing, [JOB_CHECK] = after_check,
    [JOB_REPAIR] = after_repair,     [JOB_REFINE] = after_refine,   [JOB_MESSAGE] = message_was_read,
};

enum err_kind flow_after(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    if (!after[d->job.kind])
        return err_set(e, ERR_INTERNAL, "job kind %s has no plan step", job_kind_names[d->job.kind]);
    return after[d->job.kind](p, d, e);
}
