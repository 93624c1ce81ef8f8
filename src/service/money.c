/* Budgets and the models a project allows. Dollars are millionths everywhere. */
#include "service/money.h"

#include <jansson.h>
#include <string.h>
#include "pland/base/record.h"
#include "pland/service/answers.h"
#include "service/parts.h"

enum { DAY_MS = 24 * 3600 * 1000, KEEP_DAYS_MAX = 3650 };

static const struct field usage_fields[] = {
    F_INT(struct usage, calls, FIELD_REQUIRED, 0, INT64_MAX, "Calls to models"),
    F_INT(struct usage, input, FIELD_REQUIRED, 0, INT64_MAX, "Tokens sent"),
    F_INT(struct usage, output, FIELD_REQUIRED, 0, INT64_MAX, "Tokens received"),
    F_INT(struct usage, cached, FIELD_REQUIRED, 0, INT64_MAX, "Of those sent, read from the vendor's cache"),
    F_INT(struct usage, written, FIELD_REQUIRED, 0, INT64_MAX, "Of those sent, written into the vendor's cache"),
    F_MONEY(struct usage, usd, FIELD_REQUIRED, "Dollars, as far as the models have prices"),
};
const struct record usage_record = RECORD("usage", struct usage, usage_fields);

/* --- a project's settings ----------------------------------------------------------------------------------------- */
struct budgets { struct budget *plan, *day, *total; };
static const struct field budgets_fields[] = {
    F_OPT(struct budgets, plan, 0, &budget_record, "Of each plan that has none of its own"),
    F_OPT(struct budgets, day, 0, &budget_record, "Of the project on one day (UTC)"),
    F_OPT(struct budgets, total, 0, &budget_record, "Of the project as a whole"),
};
static const struct record budgets_record = RECORD("budgets", struct budgets, budgets_fields);

static enum err_kind budgets_read(const json_t *settings, struct arena *a, struct budgets *ret, struct err *e)
{
    const json_t *v = json_object_get(settings, "budgets");
    return v ? record_decode(&budgets_record, v, ret, a, "/settings/budgets", e) : ERR_OK;
}

static struct budgets budgets_of(const struct step_rows *r, struct arena *a)
{
    auto_json root = r->settings ? json_loads(r->settings, 0, NULL) : NULL;
    struct budgets b = { 0 };
    struct err ignored;
    return budgets_read(root, a, &b, &ignored) == ERR_OK ? b : (struct budgets){ 0 };
}

/* {"api": ["strong"], "*": ["strong", "cheap"]} */
static enum err_kind models_check(const json_t *models, struct err *e)
{
    const char *name;
    const json_t *list, *x;
    size_t i;
    if (!models) return ERR_OK;
    if (!json_is_object(models))
        return err_at(e, ERR_INVALID, "/settings/models",
                      "must be an object: names of codebases, or *, with lists of models");
    json_object_foreach((json_t *)(uintptr_t)models, name, list) {
        if (!json_is_array(list))
            return err_at(e, ERR_INVALID, "/settings/models", "'%.60s' must have a list of models", name);
        json_array_foreach(list, i, x) if (!json_is_string(x)) return err_at(e, ERR_INVALID, "/settings/models",
                                                                             "'%.60s' must have a list of names", name);
    }
    return ERR_OK;
}

/* How many days what is said in calls is kept. */
static enum err_kind keep_check(const json_t *days, struct err *e)
{
    if (!days || (json_is_integer(days) && json_integer_value(days) >= 0 && json_integer_value(days) <= KEEP_DAYS_MAX)) return ERR_OK;
    return err_at(e, ERR_INVALID, "/settings/keep_calls", "must be a number of days from 0 to %d", KEEP_DAYS_MAX);
}

enum err_kind money_settings_check(const char *settings, struct arena *a, struct err *e)
{
    auto_json root = settings ? json_loads(settings, JSON_DECODE_ANY, NULL) : NULL;
    struct budgets budgets = { 0 };
    enum err_kind k = budgets_read(root, a, &budgets, e);
    if (k == ERR_OK) k = models_check(json_object_get(root, "models"), e);
    return k == ERR_OK ? keep_check(json_object_get(root, "keep_calls"), e) : k;
}

/* --- a plan's budget ---------------------------------------------------------------------------------------------- */
static const char *unpriced(const struct service *s, const char *provider)
{
    for (size_t i = 0; s->unpriced && s->providers[i]; i++)
        if (strcmp(s->providers[i], provider) == 0) return s->unpriced[i];
    return NULL;
}

static enum err_kind check_priced(const struct plan_txn *p, const struct budget *b, struct err *e)
{
    const char *name = b->usd > 0 ? unpriced(p->service, p->row.provider) : NULL;
    if (!name) return ERR_OK;
    return err_at(e, ERR_INVALID, "/budget/usd",
                  "the model '%.60s' has no prices (llm-price-input, llm-price-output): give a budget in tokens", name);
}

enum err_kind money_plan_budget(struct plan_txn *p, const struct budget *asked, struct err *e)
{
    const struct service *s = p->service;
    struct budget b = { .usd = s->default_usd, .tokens = s->default_tokens };
    struct project_row project = { 0 };
    struct budgets budgets = { 0 };
    enum err_kind k = asked ? check_priced(p, asked, e) : ERR_OK;
    if (k != ERR_OK) return k;
    if (strcmp(p->row.provider, "offline") == 0) {
        b = (struct budget){ 0 };
    } else if ((k = store_project_get_n(p->tx, p->row.project, p->arena, &project, e)) == ERR_OK) {
        auto_json root = project.settings ? json_loads(project.settings, 0, NULL) : NULL;
        k = budgets_read(root, p->arena, &budgets, e);
        b = budget_over(b, budgets.plan);
        if (unpriced(s, p->row.provider)) b.usd = 0;
    }
    b = budget_over(b, asked);
    p->row.usd_limit = b.usd;
    p->row.token_limit = b.tokens;
    return k;
}

/* Whoever gives a plan a budget while it waits for one has seen what it is expected to take. */
static enum err_kind accept_estimate(struct plan_txn *p, struct err *e)
{
    struct kept_estimate x = { .usd = -1 };
    bool found = false;
    enum err_kind k = part_read(p->tx, p->row.n, "estimate", &kept_estimate_record, &x, p->arena, &found, e);
    x.accepted = true;
    return k == ERR_OK && found ? part_write(p->tx, p->row.n, "estimate", &kept_estimate_record, &x, e) : k;
}

enum err_kind money_raise(struct plan_txn *p, const struct budget *said, bool waiting, struct err *e)
{
    struct budget b = budget_over((struct budget){ .usd = p->row.usd_limit, .tokens = p->row.token_limit }, said);
    enum err_kind k = check_priced(p, said, e);
    if (k != ERR_OK) return k;
    p->row.usd_limit = b.usd;
    p->row.token_limit = b.tokens;
    if (!waiting) return ERR_OK;
    if ((k = accept_estimate(p, e)) != ERR_OK) return k;
    p->row.wait_reason = NULL;
    if (b.tokens && b.tokens <= p->row.tokens_used)
        return err_at(e, ERR_INVALID, "/budget/tokens", "%lld tokens are used already: give more, or 0 for no limit",
                      (long long)p->row.tokens_used);
    if (b.usd && b.usd <= p->row.usd_used)
        return err_at(e, ERR_INVALID, "/budget/usd", "%.2f dollars are spent already: give more, or 0 for no limit",
                      (double)p->row.usd_used / 1e6);
    return ERR_OK;
}

enum err_kind money_keep_calls(struct txn *tx, const struct step_done *d, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < d->calls.n; i++) k = store_llm_call_insert(tx, &d->calls.v[i], e);
    return k;
}

/* Was it below four fifths of the limit, and is it no more? */
static bool crossed(int64_t now, int64_t spent, int64_t limit)
{
    int64_t warned = limit > 0 ? limit - limit / 5 : 0;
    return warned && now - spent < warned && now >= warned;
}

/* used: what has been spent just now included. */
static enum err_kind warn(struct plan_txn *p, const struct budget *b, const struct usage *used, const struct usage *spent,
                          const char *whose, struct err *e)
{
    const char *reason;
    if (!crossed(used->input + used->output, spent->input + spent->output, b->tokens) && !crossed(used->usd, spent->usd, b->usd))
        return ERR_OK;
    reason = arena_fmt(p->arena, "four fifths of the budget of %s are used", whose);
    return plan_txn_event(p, "plan.budget_warned", json_pairs(p->arena, "reason", reason, NULL), e);
}

static enum err_kind warn_project(struct plan_txn *p, const struct usage *spent, struct err *e)
{
    struct project_row project = { 0 };
    struct usage day = { 0 }, ever = { 0 };
    struct step_rows rows = { 0 };
    struct budgets b;
    struct budget today;
    enum err_kind k = store_project_get_n(p->tx, p->row.project, p->arena, &project, e);
    if (k != ERR_OK || (k = store_usage(p->tx, p->row.project, 0, service_day(p->now), &day, e)) != ERR_OK) return k;
    rows.settings = project.settings;
    b = budgets_of(&rows, p->arena);
    today = budget_over((struct budget){ .usd = p->service->day_usd, .tokens = p->service->day_tokens }, b.day);
    if ((k = warn(p, &today, &day, spent, "the project's day", e)) != ERR_OK || !b.total) return k;
    if ((k = store_usage(p->tx, p->row.project, 0, 0, &ever, e)) != ERR_OK) return k;
    return warn(p, b.total, &ever, spent, "the project", e);
}

enum err_kind money_charge(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct budget own = { .usd = p->row.usd_limit, .tokens = p->row.token_limit };
    struct usage spent = { 0 }, used;
    enum err_kind k = money_keep_calls(p->tx, d, e);
    if (k != ERR_OK || !d->calls.n) return k;
    for (size_t i = 0; i < d->calls.n; i++) {
        spent.input += d->calls.v[i].input + d->calls.v[i].output;
        spent.usd += d->calls.v[i].usd;
    }
    p->row.tokens_used += spent.input;
    p->row.usd_used += spent.usd;
    used = (struct usage){ .input = p->row.tokens_used, .usd = p->row.usd_used };
    if ((k = warn(p, &own, &used, &spent, "the plan", e)) != ERR_OK) return k;
    return warn_project(p, &spent, e);
}

/* --- before a call ------------------------------------------------------------------------------------------------ */
static bool over(const struct budget *b, int64_t tokens, int64_t usd, const char *whose, const char *how,
                 struct err *ret)
{
    if (b->tokens > 0 && tokens >= b->tokens)
        (void)err_set(ret, ERR_RATE, "%lld of %lld tokens of %s are used: %s", (long long)tokens, (long long)b->tokens,
                      whose, how);
    else if (b->usd > 0 && usd >= b->usd)
        (void)err_set(ret, ERR_RATE, "%.2f of %.2f dollars of %s are spent: %s", (double)usd / 1e6,
                      (double)b->usd / 1e6, whose, how);
    else return false;
    return true;
}

static bool unbudgeted(const struct budget *b, const char *whose, const char *model, struct err *ret)
{
    if (!b || b->usd <= 0 || !model) return false;
    (void)err_set(ret, ERR_RATE,
                  "%s has a budget in dollars, and the model '%.60s' has no prices: set llm-price-input and "
                  "llm-price-output, or give a budget in tokens",
                  whose, model);
    return true;
}

/* Is one of them used up, when this were used as well? */
static bool over_any(const struct service *s, const struct step_rows *r, const struct budgets *b, const struct spending *more,
                     struct err *ret)
{
    static const char patch_plan[] = "raise the budget (PATCH /plans/{id})",
                      patch_project[] = "raise the project's budget (PATCH /projects/{id})";
    const struct budget plan = { .usd = r->plan.usd_limit, .tokens = r->plan.token_limit };
    struct budget day = budget_over((struct budget){ .usd = s->day_usd, .tokens = s->day_tokens }, b->day);
    int64_t own = more->plan.input + more->plan.output, tokens = more->project.input + more->project.output;
    return over(&plan, r->plan.tokens_used + own, r->plan.usd_used + more->plan.usd, "the plan", patch_plan, ret) ||
           over(&day, r->today.input + r->today.output + tokens, r->today.usd + more->project.usd, "the project's day",
                patch_project, ret) ||
           (b->total && over(b->total, r->ever.input + r->ever.output + tokens, r->ever.usd + more->project.usd,
                             "the project", patch_project, ret));
}

bool service_over_budget(const struct service *s, const struct step_rows *r, const struct spending *more,
                         const char *model, struct arena *a, struct err *ret)
{
    const struct budget plan = { .usd = r->plan.usd_limit, .tokens = r->plan.token_limit };
    struct budgets b = budgets_of(r, a);
    return unbudgeted(&plan, "the plan", model, ret) || unbudgeted(b.day, "the project", model, ret) ||
           unbudgeted(b.total, "the project", model, ret) || over_any(s, r, &b, more, ret);
}

enum err_kind money_read(struct txn *tx, int64_t now, struct arena *a, struct step_rows *r, struct err *e)
{
    struct project_row project = { 0 };
    enum err_kind k = store_project_get_n(tx, r->plan.project, a, &project, e);
    if (k != ERR_OK || (k = store_usage(tx, project.n, 0, service_day(now), &r->today, e)) != ERR_OK) return k;
    r->settings = project.settings;
    if ((k = store_usage(tx, 0, r->plan.n, 0, &r->used, e)) != ERR_OK) return k;
    return store_usage(tx, project.n, 0, 0, &r->ever, e);
}

/* Nothing has been drafted yet where the outline is what it stopped at: then the estimate counts, too. */
enum err_kind money_has_room(struct txn *tx, struct service *s, const struct plan_row *p, struct arena *a, bool *ret,
                             struct err *e)
{
    const struct spending nothing = { 0 };
    struct step_rows r = { .plan = *p };
    const char *outline = NULL;
    struct err why;
    enum err_kind k = money_read(tx, clock_now(s->clock), a, &r, e);
    if (k == ERR_OK) k = store_part_get(tx, p->n, "outline", a, &outline, e);
    if (k == ERR_OK) k = store_part_get(tx, p->n, "estimate", a, &r.estimate, e);
    if (k != ERR_OK) return k;
    *ret = !service_over_budget(s, &r, &nothing, unpriced(s, p->provider), a, &why) &&
           (p->resume != PLAN_DRAFTING || outline || !service_beyond_budget(s, &r, a, &why));
    return arena_check(a, e);
}

/* An estimate is right within a factor of two, so it is half of it that must fit. */
bool service_beyond_budget(const struct service *s, const struct step_rows *r, struct arena *a, struct err *ret)
{
    struct kept_estimate x = { .usd = -1 };
    struct budgets b = budgets_of(r, a);
    struct spending half = { 0 };
    struct err why;
    int64_t left;
    if (!r->estimate || record_parse(&kept_estimate_record, r->estimate, strlen(r->estimate), &x, a, &why) != ERR_OK || x.accepted)
        return false;
    left = x.input + x.output - r->used.input - r->used.output;
    half.plan.input = left > 0 ? left / 2 : 0;
    half.plan.usd = x.usd > r->used.usd ? (x.usd - r->used.usd) / 2 : 0;
    half.project = half.plan;
    if (!over_any(s, r, &b, &half, &why)) return false;
    (void)err_set(ret, ERR_RATE,
                  "drafting is expected to take about %lld more tokens%s, and with half of that %.250s",
                  (long long)left, x.usd >= 0 ? arena_fmt(a, " and %.2f dollars", (double)(x.usd - r->used.usd) / 1e6) : "", why.msg);
    return true;
}

static bool listed(const json_t *list, const char *model)
{
    const json_t *x;
    size_t i;
    json_array_foreach(list, i, x)
        if (strcmp(json_string_value(x) ? json_string_value(x) : "", model) == 0) return true;
    return false;
}

bool service_model_allowed(const struct step_rows *r, const char *model)
{
    auto_json root = r->settings ? json_loads(r->settings, 0, NULL) : NULL;
    const json_t *models = json_object_get(root, "models"), *any = json_object_get(models, "*");
    if (!json_is_object(models)) return true;
    if (!r->bases.n || !r->bases.v[0].base.repository) return !any || listed(any, model);
    for (size_t i = 0; i < r->bases.n; i++) {
        const json_t *own =
            r->bases.v[i].repository.name ? json_object_get(models, r->bases.v[i].repository.name) : NULL;
        if ((own || any) && !listed(own ? own : any, model)) return false;
    }
    return true;
}

int64_t service_keep_calls(const struct step_rows *r)
{
    auto_json root = r->settings ? json_loads(r->settings, 0, NULL) : NULL;
    return json_integer_value(json_object_get(root, "keep_calls")) * DAY_MS;
}

int64_t service_day(int64_t now_ms)
{
    return now_ms - now_ms % DAY_MS;
}
