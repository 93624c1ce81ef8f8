/* What pland says about a finished plan: the summary that asks for approval, the standing review questions, and the
 * words at the hand-over. */
#include "pland/plan/handover.h"

#include <string.h>

#include "plan/text.h"

/* Sums; on lack of memory the buffer fails, so that no text goes out without them. */
static bool totals_of(const struct document *d, struct arena *a, struct totals *ret, struct buf *b)
{
    struct err e;
    enum err_kind k = document_totals(d, a, ret, &e);
    if (k == ERR_NOMEM) b->failed = k;
    return k == ERR_OK;
}

static void count(struct buf *b, size_t n, const char *one, const char *many)
{
    buf_fmt(b, "%zu %s", n, n == 1 ? one : many);
}

/* "5 phases, 2 days 4 h of work (1 day 5 h to 5 days)" */
static void size_words(const struct document *d, const struct totals *t, struct buf *b)
{
    count(b, d->phases.n, "phase", "phases");
    if (!t) return;
    buf_str(b, ", ");
    duration_text(t->work.likely, b);
    buf_str(b, " of work (");
    duration_text(t->work.optimistic, b);
    buf_str(b, " to ");
    duration_text(t->work.pessimistic, b);
    buf_char(b, ')');
}

/* What the project's own finished phases say of such a sum. */
static void calibration(const struct rendering *how, const struct totals *t, struct buf *b)
{
    if (!how->calibrated_phases || !t) return;
    buf_fmt(b, "In this project %lld finished phases took %lld %% of what was estimated; by that it is ",
            (long long)how->calibrated_phases, (long long)how->calibrated_percent);
    duration_text((t->work.likely * how->calibrated_percent + 50) / 100, b);
    buf_str(b, ".\n\n");
}

static void phase_list(const struct document *d, struct buf *b)
{
    for (size_t i = 0; i < d->phases.n; i++) {
        buf_fmt(b, "- P%zu ", i + 1);
        text_line(b, d->phases.v[i].title);
        buf_str(b, " (");
        duration_text(d->phases.v[i].estimate.likely, b);
        buf_str(b, ")\n");
    }
    buf_char(b, '\n');
}

static void critical_path(const struct totals *t, struct buf *b)
{
    if (t->path.n < 2) return;
    buf_str(b, "At least ");
    duration_text(t->critical_path, b);
    buf_str(b, ", however many people work on it: ");
    for (size_t i = 0; i < t->path.n; i++) buf_fmt(b, "%sP%zu", i ? " → " : "", t->path.v[i] + 1);
    buf_str(b, ".\n\n");
}

static void decisions(const struct document *d, struct buf *b)
{
    if (d->closing.decisions.n == 0) return;
    buf_str(b, "**Key decisions**\n\n");
    for (size_t i = 0; i < d->closing.decisions.n; i++) {
        buf_str(b, "- ");
        text_line(b, d->closing.decisions.v[i].decision);
        buf_char(b, '\n');
    }
    buf_char(b, '\n');
}

static void open_questions(const struct document *d, struct buf *b)
{
    const struct closing *c = &d->closing;
    buf_str(b, "**Open questions:** ");
    if (c->questions.n == 0) buf_str(b, "none");
    if (c->assumptions.n > 0) {
        buf_str(b, c->questions.n ? "" : "; ");
        if (c->questions.n == 0) {
            count(b, c->assumptions.n, "assumption was made and is", "assumptions were made and are");
            buf_str(b, " listed in the plan");
        }
    }
    buf_str(b, "\n\n");
    for (size_t i = 0; i < c->questions.n; i++) {
        buf_str(b, "- ");
        text_line(b, c->questions.v[i]);
        buf_char(b, '\n');
    }
    if (c->questions.n) buf_char(b, '\n');
}

/* --- the standing review questions ------------------------------------------------------------------------------ */
static void timeline_words(const struct document *d, const struct totals *t, struct buf *b)
{
    const struct timeline *l = &d->closing.timeline;
    buf_str(b, "- **Is the timeline realistic?** ");
    if (t) {
        duration_text(t->work.likely, b);
        buf_str(b, " of work");
        if (l->people > 0) buf_fmt(b, " for %lld %s", (long long)l->people, l->people == 1 ? "person" : "people");
        if (!text_blank(l->deadline)) {
            buf_str(b, ", wanted by ");
            text_line(b, l->deadline);
        } else {
            buf_str(b, ", no date was given");
        }
        if (l->available > 0) {
            buf_str(b, t->work.likely <= l->available ? "; it fits into the " : "; it does not fit into the ");
            duration_text(l->available, b);
            buf_str(b, " there are");
        }
        buf_str(b, ". ");
    }
    buf_str(b, "If not, say what comes first or who joins: phases are moved, cut or split.\n");
}

static void requirement_words(const struct document *d, struct buf *b)
{
    buf_str(b, "- **Is a requirement missing?** The plan covers ");
    count(b, d->requirements.n, "requirement", "requirements");
    if (d->out_of_scope.n > 0) {
        buf_str(b, " and leaves out ");
        count(b, d->out_of_scope.n, "thing", "things");
        buf_str(b, " on purpose");
    }
    buf_str(b, ". What you add gets a phase and a test of its own.\n");
}

static void testing_words(const struct document *d, struct buf *b)
{
    size_t by_level[TEST_PERFORMANCE + 1] = { 0 }, shown = 0;
    for (size_t i = 0; i < d->closing.tests.n; i++) {
        int level = d->closing.tests.v[i].level;
        if (level >= TEST_UNIT && level <= TEST_PERFORMANCE) by_level[level]++;
    }
    buf_str(b, "- **Does the testing approach fit?** ");
    for (int l = TEST_UNIT; l <= TEST_PERFORMANCE; l++)
        if (by_level[l]) buf_fmt(b, "%s%zu %s", shown++ ? ", " : "", by_level[l], test_level_names[l]);
    if (shown) buf_fmt(b, " scenario%s. ", d->closing.tests.n == 1 ? "" : "s");
    else buf_str(b, "Each phase names its own checks. ");
    buf_str(b, "Name a case that is missing, or a level that is too much: scenarios and checks are changed with it.\n");
}

void review_questions_markdown(const struct document *d, const struct totals *t, struct buf *b)
{
    timeline_words(d, t, b);
    requirement_words(d, b);
    testing_words(d, b);
}

/* --- the summary ------------------------------------------------------------------------------------------------ */
static void verified(const struct verdict *v, struct buf *b)
{
    buf_fmt(b, "Checked: %lld statements verified against the code, %lld to create, %lld not provable here, ",
            (long long)v->verified, (long long)v->to_create, (long long)v->unprovable);
    if (v->failed) buf_fmt(b, "**%lld failed**: approving is refused until they are gone or waived.\n\n",
                           (long long)v->failed);
    else buf_str(b, "none failed.\n\n");
}

static void approving(const struct document *d, const struct rendering *how, struct buf *b)
{
    buf_str(b, "Approving binds ");
    if (how->revision > 0) buf_fmt(b, "revision %lld", (long long)how->revision);
    else buf_str(b, "this revision");
    if (how->hash) buf_fmt(b, " (`%.12s`)", hash_hex_of(how->hash).s);
    if (d->header.base.n && d->header.base.v[0].tree) {
        buf_str(b, " to the code it was checked against (");
        for (size_t i = 0; i < d->header.base.n; i++) {
            const struct base *x = &d->header.base.v[i];
            if (i > 0) buf_str(b, ", ");
            text_code(b, x->alias ? x->alias : x->repository ? x->repository : "none");
        }
        buf_char(b, ')');
    }
    buf_str(b,
            ": it can then be handed over, and every later change needs approval again. Or ask for a refinement, edit "
            "it yourself, or reject it.\n");
}

static const struct rendering unknown;

void summary_markdown(const struct document *d, const struct rendering *how, struct buf *b)
{
    auto_arena a = arena_new(0);
    struct totals t = { 0 };
    bool sums = totals_of(d, a, &t, b);
    if (!how) how = &unknown;
    buf_str(b, "The plan is ready: **");
    text_line(b, d->header.title);
    buf_str(b, "**, ");
    size_words(d, sums ? &t : NULL, b);
    buf_str(b, ".\n\n");
    phase_list(d, b);
    calibration(how, sums ? &t : NULL, b);
    if (sums) critical_path(&t, b);
    if (how->verdict) verified(how->verdict, b);
    decisions(d, b);
    open_questions(d, b);
    buf_str(b, "**Before you approve**\n\n");
    review_questions_markdown(d, sums ? &t : NULL, b);
    buf_char(b, '\n');
    approving(d, how, b);
}

/* --- the hand-over ---------------------------------------------------------------------------------------------- */
static void first_steps(const struct document *d, const struct handover_place *at, struct arena *a, struct buf *b)
{
    const char *steps[HANDOVER_STEPS];
    size_t n = 0;
    if (a) handover_steps(d, at, a, steps, &n);
    if (!n && b->failed == ERR_OK) b->failed = ERR_NOMEM;
    buf_str(b, "**First steps**\n\n");
    for (size_t i = 0; i < n; i++) buf_fmt(b, "%zu. %s\n", i + 1, steps[i]);
}

static void worst_risk(const struct document *d, struct buf *b)
{
    const struct risk *worst = NULL;
    for (size_t i = 0; i < d->closing.risks.n; i++) {
        const struct risk *x = &d->closing.risks.v[i];
        if (!worst || x->likelihood + 2 * x->impact > worst->likelihood + 2 * worst->impact) worst = x;
    }
    if (!worst) return;
    buf_str(b, "\n**Watch most for:** ");
    text_line(b, worst->risk);
    buf_char(b, ' ');
    text_line(b, worst->mitigation);
    buf_char(b, '\n');
}

void handoff_summary_markdown(const struct document *d, const struct rendering *how, const struct handover_place *at,
                              struct buf *b)
{
    auto_arena a = arena_new(0);
    struct totals t = { 0 };
    bool sums = totals_of(d, a, &t, b);
    if (!how) how = &unknown;
    if (how->revision > 0) buf_fmt(b, "Revision %lld is approved: ", (long long)how->revision);
    else buf_str(b, "The plan is approved: ");
    size_words(d, sums ? &t : NULL, b);
    buf_str(b, ", ");
    count(b, d->closing.tests.n, "test scenario", "test scenarios");
    buf_str(b, ", ");
    count(b, d->closing.risks.n, "risk", "risks");
    buf_str(b, ".\n\n");
    phase_list(d, b);
    calibration(how, sums ? &t : NULL, b);
    first_steps(d, at, a, b);
    worst_risk(d, b);
    buf_str(
        b, "\nReport each phase as it is started and done. What turns out differently is a refinement, and the changed "
           "plan is approved again.\n");
}
