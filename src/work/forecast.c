/* The estimate: what is spent, and for every step still to come its calls, what each is sent and what it answers.
 *
 *  - What is sent is known: the beginning that all calls share, and what earlier steps have made or are expected to make.
 *    How many tokens that is, this plan's own last calls say.
 *  - How long answers are, how many calls a step takes (looks, repairs) and what the vendor's cache gives back, the
 *    project's last calls say; where there are none, the table below, by how long this plan's answers have been.
 *  - How many phases: the outline's; before there is one, between what the built-in planner would make of the ticket and
 *    what the project's plans have had. */
#include "work/forecast.h"

#include <string.h>

enum {
    PER_MILLE_PRESET = 250, /* tokens for 1,000 bytes */
    TASK_BYTES = 2500,      /* a task's own words */
    PHASES_PRESET = 4,
    LOOKS_PRESET = 120,     /* calls of a step that may look, in percent */
    REPAIRS_PRESET = 50     /* plans that need one repair, in percent */
};
static const int64_t answers_preset[STEP_KIND_N_] = {
    [STEP_UNDERSTAND] = 1200, [STEP_OPTIONS] = 1500, [STEP_OUTLINE] = 2500,
    [STEP_PHASE] = 2500,      [STEP_CLOSING] = 3000, [STEP_REPAIR] = 3000,
};

struct forecast {
    const struct task *t;
    struct brief b;       /* with what the step has just made */
    int64_t per_mille;    /* tokens for 1,000 bytes */
    int64_t wordy;        /* how long this model's answers are, in thousandths of the table's */
    struct kept_estimate sum;
};

static const struct usage_step *measured(const struct forecast *f, enum step_kind k)
{
    for (size_t i = 0; i < f->t->rows.measured.n; i++) {
        const struct usage_step *m = &f->t->rows.measured.v[i];
        if (m->jobs && strcmp(m->step, step_name(k)) == 0) return m;
    }
    return NULL;
}

static int64_t answer_tokens(const struct forecast *f, enum step_kind k)
{
    const struct usage_step *m = measured(f, k);
    return m ? m->output / m->jobs : answers_preset[k] * f->wordy / 1000;
}

/* Bytes of what a step has made, or is expected to make. */
static int64_t made_bytes(const struct forecast *f, enum step_kind k, const void *value)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    if (!value) return answer_tokens(f, k) * 1000 / f->per_mille;
    record_encode(step_record(k), value, &b);
    return (int64_t)b.n;
}

/* --- phases ------------------------------------------------------------------------------------------------------- */
static int64_t phases_offline(const struct forecast *f)
{
    auto_arena a = arena_new(0);
    struct step_request q = { .kind = STEP_OUTLINE };
    struct step_result r = { 0 };
    struct err e;
    if (!a || planner_offline(&f->b, &q, a, &r, &e) != ERR_OK || !r.outline.phases.n) return PHASES_PRESET;
    return (int64_t)r.outline.phases.n;
}

static int64_t phases(const struct forecast *f, bool small)
{
    const struct usage_step *outline = measured(f, STEP_OUTLINE), *phase = measured(f, STEP_PHASE);
    int64_t n;
    if (f->b.outline) return (int64_t)f->b.outline->phases.n;
    if (small) return 1;
    n = phases_offline(f);
    return outline && phase ? (n + phase->jobs / outline->jobs + 1) / 2 : n;
}

/* --- sums --------------------------------------------------------------------------------------------------------- */
/* percent: how many jobs of the step there will be, 100 for one; bytes: what one is sent behind the shared beginning. */
static void add(struct forecast *f, enum step_kind k, int64_t percent, int64_t bytes)
{
    const struct task *t = f->t;
    const struct usage_step *m = measured(f, k);
    const struct llm *model = llm_models_pick(t->work->config.models, t->rows.plan.provider, step_name(k));
    int64_t prefix = (int64_t)(strlen(t->prompt.system) + strlen(t->prompt.context)) * f->per_mille / 1000;
    int64_t calls = m ? percent * m->calls / m->jobs : f->b.looks ? percent * LOOKS_PRESET / 100 : percent;
    struct llm_usage u = { .known = true, .input = calls * (prefix + (TASK_BYTES + bytes) * f->per_mille / 1000) / 100,
                           .output = percent * answer_tokens(f, k) / 100 };
    if (m && m->input) u.cached = u.input * (m->cached * 1000 / m->input) / 1000;
    else if (!m && model && llm_caches(model)) u.cached = calls * prefix / 100;
    f->sum.calls += (calls + 50) / 100;
    f->sum.input += u.input;
    f->sum.output += u.output;
    f->sum.cached += u.cached;
    f->sum.measured = f->sum.measured || m;
    if (!model || !llm_priced(model)) f->sum.usd = -1;
    else if (f->sum.usd >= 0) f->sum.usd += llm_cost(model, &u);
}

static void spent(struct forecast *f)
{
    const struct task *t = f->t;
    struct kept_estimate *s = &f->sum;
    *s = (struct kept_estimate){ .calls = t->rows.used.calls, .input = t->rows.used.input, .output = t->rows.used.output,
                                 .cached = t->rows.used.cached, .usd = t->rows.used.usd };
    for (size_t i = 0; i < t->done.calls.n; i++) {
        const struct llm_call_row *c = &t->done.calls.v[i];
        s->calls++;
        s->input += c->input;
        s->output += c->output;
        s->cached += c->cached;
        s->usd += c->usd;
    }
}

static void to_come(struct forecast *f, bool small)
{
    const struct usage_step *repair = measured(f, STEP_REPAIR), *closing = measured(f, STEP_CLOSING);
    int64_t repairs = closing ? (repair ? 100 * repair->jobs / closing->jobs : 0) : REPAIRS_PRESET;
    int64_t understanding = made_bytes(f, STEP_UNDERSTAND, f->b.understanding);
    int64_t options = small ? 0 : made_bytes(f, STEP_OPTIONS, f->b.options), before = understanding + options;
    int64_t outline = made_bytes(f, STEP_OUTLINE, f->b.outline), phase = made_bytes(f, STEP_PHASE, NULL), all;
    f->sum.phases = phases(f, small);
    all = outline + f->sum.phases * phase;
    if (!small && !f->b.options) add(f, STEP_OPTIONS, 100, understanding);
    if (!f->b.outline) add(f, STEP_OUTLINE, 100, before);
    add(f, STEP_PHASE, 100 * f->sum.phases, before + outline);
    add(f, STEP_CLOSING, 100, before + all);
    if (repairs) add(f, STEP_REPAIR, repairs, all + made_bytes(f, STEP_CLOSING, NULL));
}

/* As the tokens of this step's own calls were, for what they were sent. */
static int64_t per_mille(const struct task *t)
{
    int64_t input = 0, n;
    for (size_t i = 0; i < t->done.calls.n; i++) input += t->done.calls.v[i].input;
    n = t->sent && input ? input * 1000 / t->sent : PER_MILLE_PRESET;
    return n < 50 ? 50 : n > 2000 ? 2000 : n;
}

/* By the answers that the plan has had so far. */
static int64_t wordy(const struct task *t)
{
    int64_t got = t->rows.used.output, preset = 0, n;
    for (size_t i = 0; i < t->done.calls.n; i++) got += t->done.calls.v[i].output;
    for (int k = STEP_UNDERSTAND; k <= (int)t->step.kind; k++)
        if (k != STEP_OPTIONS || t->step.kind == STEP_OPTIONS || t->brief.options) preset += answers_preset[k];
    n = got * 1000 / preset;
    return n < 250 ? 250 : n > 4000 ? 4000 : n;
}

enum err_kind forecast_keep(struct task *t, const struct step_result *r, struct err *e)
{
    struct forecast f = { .t = t, .b = t->brief, .per_mille = per_mille(t), .wordy = wordy(t) };
    bool small = t->done.size == SIZE_SMALL || t->rows.plan.size == SIZE_SMALL;
    if (!task_model(t) || !t->prompt.system) return ERR_OK;
    if (r->kind == STEP_UNDERSTAND) f.b.understanding = &r->understanding;
    if (r->kind == STEP_OPTIONS) f.b.options = &r->options;
    if (r->kind == STEP_OUTLINE) f.b.outline = &r->outline;
    spent(&f);
    to_come(&f, small);
    return task_part(t, "estimate", &kept_estimate_record, &f.sum, e);
}
