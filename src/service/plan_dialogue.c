/* Answers, choice: the conversation before drafting. */
#include "service/plan_txn.h"

#include <string.h>
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "service/parts.h"
#include "service/refine.h"

static const struct question *find_question(const struct understanding *u, const char *id)
{
    for (size_t i = 0; i < u->questions.n; i++)
        if (strcasecmp(u->questions.v[i].id, id) == 0) return &u->questions.v[i];
    return NULL;
}

static struct kept_answer *kept_for(struct kept_answers *kept, const char *id)
{
    for (size_t i = 0; i < kept->answers.n; i++)
        if (strcasecmp(kept->answers.v[i].question, id) == 0) return &kept->answers.v[i];
    return NULL;
}

static enum err_kind keep(struct plan_txn *p, struct kept_answers *kept, const char *id, const char *text, bool assumed,
                          struct err *e)
{
    struct kept_answer *slot = kept_for(kept, id);
    if (!slot) slot = arena_push(p->arena, &kept->answers, sizeof *slot);
    if (!slot) return err_nomem(e);
    *slot = (struct kept_answer){ .question = id, .answer = text, .assumed = assumed };
    return ERR_OK;
}

/* Merges what was said into kept; *ret_open counts the questions that still have no answer. */
static enum err_kind merge(struct plan_txn *p, const struct answers_request *in, const struct understanding *u,
                           struct kept_answers *kept, size_t *ret_open, struct err *e)
{
    char at[48];
    enum err_kind k;
    for (size_t i = 0; i < in->answers.n; i++) {
        const struct question *q = find_question(u, in->answers.v[i].question);
        (void)snprintf(at, sizeof at, "/answers/%zu/question", i);
        if (!q)
            return err_at(e, ERR_INVALID, at, "there is no question '%.40s'; this plan has %zu",
                          in->answers.v[i].question, u->questions.n);
        if ((k = keep(p, kept, q->id, in->answers.v[i].answer, false, e)) != ERR_OK) return k;
    }
    *ret_open = 0;
    for (size_t i = 0; i < u->questions.n; i++) {
        const struct question *q = &u->questions.v[i];
        if (kept_for(kept, q->id)) continue;
        if (in->accept_defaults && q->preset) {
            if ((k = keep(p, kept, q->id, q->preset, true, e)) != ERR_OK) return k;
        } else {
            ++*ret_open;
        }
    }
    return ERR_OK;
}

static enum err_kind keep_corrections(struct plan_txn *p, const struct answers_request *in, struct err *e)
{
    struct kept_texts kept = { 0 };
    enum err_kind k;
    if (!in->corrections.n) return ERR_OK;
    if ((k = part_read(p->tx, p->row.n, "corrections", &kept_texts_record, &kept, p->arena, NULL, e)) != ERR_OK)
        return k;
    for (size_t i = 0; i < in->corrections.n; i++) {
        const char **slot = arena_push(p->arena, &kept.texts, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = in->corrections.v[i];
    }
    return part_write(p->tx, p->row.n, "corrections", &kept_texts_record, &kept, e);
}

/* After the questions: small plans draft at once, the others design. */
static enum err_kind go_on(struct plan_txn *p, struct err *e)
{
    enum err_kind k;
    if ((k = store_part_delete(p->tx, p->row.n, "options", e)) != ERR_OK ||
        (k = store_part_delete(p->tx, p->row.n, "choice", e)) != ERR_OK)
        return k;
    p->row.done = 0;
    p->row.total = 1;
    if (p->row.size != SIZE_SMALL) return plan_txn_job(p, JOB_OPTIONS, NULL, e);
    if ((k = plan_txn_outcome(p, OUTCOME_SMALL, e)) != ERR_OK) return k;
    return plan_txn_job(p, JOB_OUTLINE, NULL, e);
}

/* What was said, as the instruction of a refinement. */
static const char *as_instruction(struct plan_txn *p, const struct answers_request *in)
{
    auto_buf b = BUF_INIT(1 << 20);
    for (size_t i = 0; i < in->answers.n; i++)
        buf_fmt(&b, "%s%s: %s", b.n ? "\n" : "", in->answers.v[i].question, in->answers.v[i].answer);
    for (size_t i = 0; i < in->corrections.n; i++)
        buf_fmt(&b, "%sCorrection: %s", b.n ? "\n" : "", in->corrections.v[i]);
    return b.failed ? NULL : arena_dup_n(p->arena, buf_cstr(&b), b.n);
}

static enum err_kind answers_before_drafting(struct plan_txn *p, enum plan_state was, size_t open, struct err *e)
{
    enum err_kind k;
    if (was == PLAN_AWAITING_BUDGET) return ERR_OK;
    if (was == PLAN_AWAITING_ANSWERS && open) { /* some are still open: keep what came, keep asking */
        p->row.state = PLAN_AWAITING_ANSWERS;
        return ERR_OK;
    }
    if (was == PLAN_AWAITING_CHOICE && (k = plan_txn_void(p, e)) != ERR_OK) return k;
    return go_on(p, e);
}

enum err_kind service_plan_answers(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct answers_request *in = c->in;
    struct understanding u = { 0 };
    struct kept_answers kept = { 0 };
    struct plan_txn p;
    size_t open = 0;
    enum plan_state was;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);

    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    was = (enum plan_state)p.row.state;
    if ((k = plan_txn_verb(&p, VERB_ANSWERS, e)) != ERR_OK) return k;
    if ((k = answers_request_check(in, e)) != ERR_OK) return k;
    if ((k = part_read(tx, p.row.n, "understanding", &understanding_record, &u, c->arena, NULL, e)) != ERR_OK) return k;
    if ((k = part_read(tx, p.row.n, "answers", &kept_answers_record, &kept, c->arena, NULL, e)) != ERR_OK) return k;
    if ((k = merge(&p, in, &u, &kept, &open, e)) != ERR_OK || (k = keep_corrections(&p, in, e)) != ERR_OK) return k;
    if ((k = part_write(tx, p.row.n, "answers", &kept_answers_record, &kept, e)) != ERR_OK) return k;
    if ((was == PLAN_AWAITING_CHOICE || was == PLAN_AWAITING_APPROVAL) && !in->answers.n && !in->corrections.n)
        return err_at(e, ERR_INVALID, "/accept_defaults",
                      "the defaults hold already: send answers or corrections to change something");
    if (was == PLAN_AWAITING_APPROVAL)
        k = refine_queue(&p,
                         &(struct refinement_row){ .instruction = as_instruction(&p, in),
                                                   .base_revision = p.row.revision,
                                                   .cause = CAUSE_ANSWERS },
                         was, NULL, e);
    else k = answers_before_drafting(&p, was, open, e);
    if (k != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.answered", arena_fmt(c->arena, "{\"open\":%zu}", open), e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}

static const struct option *find_option(const struct options *o, const char *id)
{
    for (size_t i = 0; i < o->options.n; i++)
        if (strcasecmp(o->options.v[i].id, id) == 0) return &o->options.v[i];
    return NULL;
}

static enum err_kind check_choice(struct plan_txn *p, const struct choice_request *in, struct kept_choice *ret,
                                  struct err *e)
{
    struct options offered = { 0 };
    const struct option *o;
    enum err_kind k;
    if ((k = choice_request_check(in, e)) != ERR_OK) return k;
    *ret = (struct kept_choice){ .own = in->own, .reason = in->reason, .more = in->more };
    if (!in->option) return ERR_OK;
    if ((k = part_read(p->tx, p->row.n, "options", &options_record, &offered, p->arena, NULL, e)) != ERR_OK) return k;
    if (!(o = find_option(&offered, in->option)))
        return err_at(e, ERR_INVALID, "/option", "there is no option '%.40s'; this plan offers %zu", in->option,
                      offered.options.n);
    ret->option = o->id;
    return ERR_OK;
}

static bool same(const char *x, const char *y) { return x && y ? strcmp(x, y) == 0 : !x && !y; }

/* What is chosen already, and for no other reason, would be drafted again: every refinement since would be lost. */
static enum err_kind check_another(struct plan_txn *p, const struct kept_choice *kept, struct err *e)
{
    struct kept_choice was = { 0 };
    bool found = false;
    enum err_kind k = part_read(p->tx, p->row.n, "choice", &kept_choice_record, &was, p->arena, &found, e);
    if (k != ERR_OK || !found || !same(was.option, kept->option) || !same(was.own, kept->own)) return k;
    if (kept->reason && !same(was.reason, kept->reason)) return ERR_OK;
    return err_at(e, ERR_INVALID, kept->own ? "/own" : "/option",
                  "the plan is drafted with this already: choose another, give another reason, or send a refinement");
}

/* Another option than the one that the plan was drafted with: it is drafted anew, and becomes the next revision. */
static enum err_kind choose_again(struct plan_txn *p, const struct choice_request *in, const struct kept_choice *kept,
                                  struct err *e)
{
    struct draft_reason why = { .reason = "choice", .author = p->actor };
    enum err_kind k;
    if (in->more)
        return err_at(e, ERR_INVALID, "/more", "the plan is drafted: choose another option, or give an approach of your own");
    if ((k = check_another(p, kept, e)) != ERR_OK) return k;
    why.detail = kept->own ? kept->own : arena_fmt(p->arena, "Option %s%s%s", kept->option, kept->reason ? ": " : "",
                                                   kept->reason ? kept->reason : "");
    if ((k = plan_txn_void(p, e)) != ERR_OK || (k = void_approval(p, "choice", e)) != ERR_OK) return k;
    if ((k = store_part_delete(p->tx, p->row.n, "phase:", e)) != ERR_OK ||
        (k = store_part_delete(p->tx, p->row.n, "outline", e)) != ERR_OK ||
        (k = store_part_delete(p->tx, p->row.n, "closing", e)) != ERR_OK)
        return k;
    return part_write(p->tx, p->row.n, "draft_reason", &draft_reason_record, &why, e);
}

enum err_kind service_plan_choice(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct choice_request *in = c->in;
    struct kept_choice kept;
    struct plan_txn p;
    const char *detail;
    bool drafted;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    /* asking for more is a choice too, though it leads where answers lead */
    if (!plan_allows((enum plan_state)p.row.state, VERB_CHOICE)) return plan_txn_verb(&p, VERB_CHOICE, e);
    drafted = p.row.state != PLAN_AWAITING_CHOICE;
    if ((k = plan_txn_verb(&p, in->more && !drafted ? VERB_ANSWERS : VERB_CHOICE, e)) != ERR_OK) return k;
    if ((k = check_choice(&p, in, &kept, e)) != ERR_OK) return k;
    if (drafted && (k = choose_again(&p, in, &kept, e)) != ERR_OK) return k;
    if ((k = part_write(tx, p.row.n, "choice", &kept_choice_record, &kept, e)) != ERR_OK) return k;
    p.row.done = 0;
    p.row.total = 1;
    if ((k = plan_txn_job(&p, in->more ? JOB_OPTIONS : JOB_OUTLINE, NULL, e)) != ERR_OK) return k;
    detail = json_pairs(c->arena, "option", kept.option, "own", kept.own, "reason", kept.reason, "more", kept.more, NULL);
    if ((k = plan_txn_audit(&p, c, "plan.choose", p.row.id, detail, e)) != ERR_OK ||
        (k = plan_txn_event(&p, in->more ? "plan.options_wanted" : "plan.chosen", detail, e)) != ERR_OK)
        return k;
    return plan_txn_end(&p, 200, e);
}
