/* The rows of strategies, and which one a plan follows. */
#include "planner/offline/strategy.h"

#include <string.h>

static bool feature(const struct scene *s)
{
    return !s->empty && !scene_is(s, KIND_BUG) && !scene_is(s, KIND_REFACTOR) && !scene_is(s, KIND_UPGRADE);
}

static size_t matched(const struct scene *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->needs.n; i++) n += s->needs.v[i].place != NULL;
    return n;
}

static const char *const async_words[] = {"in the background",
                                          "in background",
                                          "background job*",
                                          "asynchron*",
                                          "queue*",
                                          "worker",
                                          "e-mail",
                                          "email",
                                          "emails",
                                          "webhook*",
                                          "retry",
                                          "retries",
                                          "export*",
                                          "import*",
                                          "batch*",
                                          "notification*",
                                          "schedule*",
                                          "long-running",
                                          NULL};
static const char *const async_strong[] = {"in the background",
                                           "in background",
                                           "background job*",
                                           "asynchron*",
                                           "queue*",
                                           "worker",
                                           "retry",
                                           "retries",
                                           "long-running",
                                           NULL};

static int score_extend(const struct scene *s)
{
    return feature(s) && scene_centre(s) ? 50 + (matched(s) * 2 > s->needs.n ? 12 : 0) : 0;
}
static int score_module(const struct scene *s)
{
    const struct place *c = scene_centre(s);
    if (!feature(s) || (scene_layer_count(s, LAYER_LOGIC) == 0 && scene_layer_count(s, LAYER_FRONTEND) == 0 &&
                        scene_layer_count(s, LAYER_API) == 0))
        return 0;
    return 45 + (c && c->symbols.n > 25 ? 15 : 0) + (s->needs.n >= 6 ? 8 : 0) + (matched(s) * 2 < s->needs.n ? 8 : 0);
}
static int score_queue(const struct scene *s)
{
    return feature(s) && scene_text_has(s, async_words) ? (scene_text_has(s, async_strong) ? 72 : 40) : 0;
}
static int score_sync(const struct scene *s)
{
    return feature(s) && scene_text_has(s, async_words) ? 44 : 0;
}
static int score_schema(const struct scene *s)
{
    return feature(s) && scene_layer_count(s, LAYER_DATA) > 0 && !scene_is(s, KIND_PERFORMANCE)
               ? (s->x.tables.n ? 66 : 48)
               : 0;
}
static int score_derive(const struct scene *s)
{
    return score_schema(s) ? 35 : 0;
}
static bool slow(const struct scene *s)
{
    return scene_is(s, KIND_PERFORMANCE) &&
           prose_has_any(s->kind_why[KIND_PERFORMANCE], (const char *const[]){"title", "speaks", "label", NULL});
}
static int score_index(const struct scene *s)
{
    return !s->empty && slow(s) && (scene_has_database(s) || prose_has_word(s->b->ticket.body, "query")) ? 75 : 0;
}
static int score_cache(const struct scene *s)
{
    return !s->empty && slow(s) ? 46 : 0;
}
static int score_service(const struct scene *s)
{
    return scene_is(s, KIND_MICROSERVICE) && !s->empty ? 64 : 0;
}
static int score_inplace(const struct scene *s)
{
    return scene_is(s, KIND_UPGRADE) && !s->empty ? 60 : 0;
}
static int score_adapter(const struct scene *s)
{
    return scene_is(s, KIND_UPGRADE) && !s->empty ? 40 : 0;
}
static int score_move(const struct scene *s)
{
    return scene_is(s, KIND_REFACTOR) && !scene_is(s, KIND_UPGRADE) && !s->empty ? 40 : 0;
}
static int score_stepwise(const struct scene *s)
{
    return score_move(s) ? 60 : 0;
}
static int score_fix(const struct scene *s)
{
    return scene_is(s, KIND_BUG) && !score_move(s) && !score_inplace(s) ? 80 : 0;
}
static int score_project(const struct scene *s)
{
    return s->empty ? 60 : 0;
}
static int score_flat(const struct scene *s)
{
    return s->empty ? 40 : 0;
}
static int score_slice(const struct scene *s)
{
    return s->needs.n >= 3 && !scene_is(s, KIND_BUG) ? 12 : 0;
}

const struct strategy strategies[STRATEGY_N_] = {
    [STRATEGY_FIX] =
        {.title = "Fix at the cause",
         .score = score_fix,
         .effort_percent = 100,
         .risk = LEVEL_LOW,
         .summary = "A test first reproduces what the ticket reports; then {file} is changed where the behaviour comes "
                    "from, and nothing else.",
         .pros = {"The new test fails today and passes afterwards, so the fix is proven",
                  "The change stays within {file}, which is quick to review"},
         .cons = {"Code elsewhere that makes the same mistake stays as it is; the phase looks for it once"},
         .best_for = "a defect with one cause",
         .reason = "The ticket reports one fault; {evidence}."},
    [STRATEGY_EXTEND] = {.title = "Extend the existing code",
                         .score = score_extend,
                         .effort_percent = 100,
                         .risk = LEVEL_LOW,
                         .words = {"extend", "existing", "in place"},
                         .summary = "The rules of \"{title}\" go into the files that hold this behaviour now, first of "
                                    "all {file}{symbol}. No new module and no new dependency.",
                         .pros = {"{file} is where this behaviour lives: {why}",
                                  "Readers find the change where they look first",
                                  "{test} already exercises this code and is extended"},
                         .cons = {"{file} has {definitions} definitions and grows further",
                                  "Harder to switch off: the new rules are mixed with the old ones"},
                         .best_for = "a change that stays within what {file} does today",
                         .reason = "{matched} of {count} requirements meet code that is there already ({file}); a new "
                                   "module would mostly forward to it."},
    [STRATEGY_MODULE] = {.title = "New module behind an interface",
                         .score = score_module,
                         .effort_percent = 120,
                         .risk = LEVEL_LOW,
                         .fresh = true,
                         .words = {"module", "interface", "separate class", "new class"},
                         .summary =
                             "{new} holds the rules of \"{title}\" behind a small interface; {file} only calls it.",
                         .pros = {"The rules are tested without a server or a database",
                                  "Can be switched off at one place, the call in {file}",
                                  "{file}, with {definitions} definitions, does not grow"},
                         .cons = {"One more indirection for readers of {file}",
                                  "An interface with a single implementation at first"},
                         .best_for = "rules that will grow or be used from a second place",
                         .reason = "{unmatched} of {count} requirements have no code they would naturally change; a "
                                   "module of their own keeps {dir} readable and gives the tests one thing to call."},
    [STRATEGY_QUEUE] = {.title = "Queued in the background",
                        .score = score_queue,
                        .effort_percent = 140,
                        .risk = LEVEL_MEDIUM,
                        .fresh = true,
                        .words = {"queue", "background", "asynchronous", "worker", "job"},
                        .summary = "{file} records the work and answers at once; {new} does it afterwards, tries again "
                                   "on failure and records the outcome.",
                        .pros = {"Callers never wait for slow work or for somebody else's server",
                                 "A failure is tried again without the caller",
                                 "Load is evened out: the number of workers is the limit"},
                        .cons = {"Work can be done twice: every step has to bear that",
                                 "A second process to run and to watch"},
                        .best_for = "work that takes longer than a caller should wait, or that depends on others",
                        .reason = "The ticket speaks of {async}, which a caller must not wait for; doing it in the "
                                  "request would tie up {file} for as long as the other side takes."},
    [STRATEGY_SYNC] =
        {.title = "Within the request",
         .score = score_sync,
         .effort_percent = 85,
         .risk = LEVEL_MEDIUM,
         .words = {"synchronous", "within the request"},
         .summary = "{file} does the work before it answers; the caller learns the outcome directly.",
         .pros = {"No further process and no state between request and result", "Errors reach the caller at once"},
         .cons = {"The caller waits as long as the slowest part takes", "A restart in the middle loses the work"},
         .best_for = "work that is done within a second",
         .reason =
             "What is to be done is short enough for the caller to wait for, and {file} needs no second process."},
    [STRATEGY_SCHEMA] =
        {.title = "Store it: schema change",
         .score = score_schema,
         .effort_percent = 110,
         .risk = LEVEL_MEDIUM,
         .words = {"schema", "column", "migration"},
         .summary = "A migration adds what \"{title}\" needs to {tables}; {file} reads and writes it. The change of "
                    "the schema goes first and is compatible with the code that runs now.",
         .pros = {"The value is a fact that queries and reports can use", "{migrations}, so the step is routine here"},
         .cons = {"Existing rows need a value: a default or a backfill",
                  "Going back needs the down migration as well as the old code"},
         .best_for = "values that cannot be computed from what is stored",
         .reason = "The ticket names {tables}; what it asks for cannot be computed from the rows that exist."},
    [STRATEGY_DERIVE] =
        {.title = "Derive it: computed on read",
         .score = score_derive,
         .effort_percent = 90,
         .risk = LEVEL_LOW,
         .words = {"derive", "computed", "on read", "view"},
         .summary = "{file} computes the value from what {tables} hold already, each time it is asked for; the schema "
                    "stays as it is.",
         .pros = {"No migration and nothing to keep consistent", "Going back is reverting the code"},
         .cons = {"Each read pays for the computation", "History that was never stored cannot be derived"},
         .best_for = "values that follow from stored ones and are read rarely",
         .reason =
             "The value follows from what is stored, so a migration would only add something to keep consistent."},
    [STRATEGY_INDEX] =
        {.title = "Change the query and its index",
         .score = score_index,
         .effort_percent = 90,
         .risk = LEVEL_LOW,
         .words = {"index", "query"},
         .summary = "The query behind {endpoint} is measured, narrowed to what is shown and given an index; {file} "
                    "stays the only caller.",
         .pros = {"Removes the cause: rows that are read and thrown away", "Always right: nothing can be out of date",
                  "{migrations}, so an index is one file"},
         .cons = {"Every write to {tables} maintains one more index",
                  "Building an index on a large table takes time: concurrently, outside the transaction"},
         .best_for = "reads that touch far more rows than they return",
         .reason = "The ticket's own measurement points at a scan; an index removes it for every caller, where a cache "
                   "would only hide it for some."},
    [STRATEGY_CACHE] = {.title = "Cache the result",
                        .score = score_cache,
                        .effort_percent = 110,
                        .risk = LEVEL_MEDIUM,
                        .words = {"cache"},
                        .summary =
                            "{file} keeps results for a short time and drops them when the data behind them changes.",
                        .pros = {"Repeated reads cost nothing", "The query itself need not be understood in full"},
                        .cons = {"The first read is as slow as today",
                                 "Every write has to drop the right entries; a forgotten one shows old data"},
                        .best_for = "the same result being read many times between changes",
                        .reason = "The same results are read again and again between changes."},
    [STRATEGY_SERVICE] =
        {.title = "Separate service",
         .score = score_service,
         .effort_percent = 180,
         .risk = LEVEL_HIGH,
         .fresh = true,
         .words = {"service", "microservice"},
         .summary = "{topic} becomes a service with its own data and a small API; {file} calls it with a time limit "
                    "and goes on without it when it is down.",
         .pros = {"Deployed and scaled by itself", "A failure stays outside {dir}"},
         .cons = {"Network, versions and a second deployment to look after",
                  "Data that belongs together is in two places"},
         .best_for = "a part with its own load or its own team",
         .reason = "The ticket asks for a boundary between services; anything inside {dir} would not give one."},
    [STRATEGY_INPLACE] = {.title = "Upgrade in place",
                          .score = score_inplace,
                          .effort_percent = 100,
                          .risk = LEVEL_MEDIUM,
                          .words = {"in place"},
                          .summary = "One branch raises the version in {manifest}, replaces what was removed and is "
                                     "merged when every test passes.",
                          .pros = {"Short: one version at any time", "The test run says what is left to do"},
                          .cons = {"Nothing can be released from the branch until all of it works"},
                          .best_for = "a dependency whose use is spread thinly",
                          .reason = "The use of the dependency is within this codebase and its tests say when the work "
                                    "is done; two versions side by side would cost more than the change."},
    [STRATEGY_ADAPTER] =
        {.title = "Adapter first, version second",
         .score = score_adapter,
         .effort_percent = 140,
         .risk = LEVEL_LOW,
         .fresh = true,
         .words = {"adapter"},
         .summary = "{new} wraps what {dir} uses of the dependency; callers move to it on the old version, then only "
                    "the adapter changes.",
         .pros = {"Every step can be released", "The next upgrade touches one file"},
         .cons = {"Half the work is in code that users never notice"},
         .best_for = "a dependency that is called from everywhere and breaks often",
         .reason = "The dependency is called from many places, so that a single branch would block releases."},
    [STRATEGY_MOVE] = {.title = "Move in one step",
                       .score = score_move,
                       .effort_percent = 85,
                       .risk = LEVEL_MEDIUM,
                       .words = {"one step", "big bang"},
                       .summary = "{file} is taken apart and every caller changed in one merge request.",
                       .pros = {"No time with two ways of doing the same", "Less work in all"},
                       .cons = {"A large diff that is hard to review",
                                "Conflicts with everything else that touches {file}"},
                       .best_for = "few callers and a quiet codebase",
                       .reason = "There are few callers, so one merge request can be reviewed."},
    [STRATEGY_STEPWISE] = {.title = "Step by step behind the old interface",
                           .score = score_stepwise,
                           .effort_percent = 110,
                           .risk = LEVEL_LOW,
                           .fresh = true,
                           .words = {"step by step", "strangler", "incremental"},
                           .summary =
                               "Tests pin what {file} does today; the new parts appear beside it, the old interface "
                               "forwards to them, callers move one by one, and the old code goes last.",
                           .pros = {"Every step is small, releasable and covered by the pinned behaviour",
                                    "Others can go on working in {dir}"},
                           .cons = {"For a while there are two ways to do the same"},
                           .best_for = "code with many callers that must not change behaviour",
                           .reason = "The ticket promises callers that nothing changes; pinning behaviour first and "
                                     "moving behind {file} is what keeps that promise checkable at each step."},
    [STRATEGY_PROJECT] = {.title = "New project in layers",
                          .score = score_project,
                          .effort_percent = 100,
                          .risk = LEVEL_MEDIUM,
                          .fresh = true,
                          .words = {"layers"},
                          .summary =
                              "A new {language} project: rules in a module that knows neither storage nor transport, "
                              "the outside around it, one command that runs all tests from the first day.",
                          .pros = {"Rules are tested alone", "Storage or transport can be exchanged later"},
                          .cons = {"More files than the first version needs"},
                          .best_for = "something that is meant to live",
                          .reason = "With {count} requirement(s) and no code to fit into, a clear border between rules "
                                    "and the outside costs little now and much later."},
    [STRATEGY_FLAT] = {.title = "One file first",
                       .score = score_flat,
                       .effort_percent = 70,
                       .risk = LEVEL_MEDIUM,
                       .words = {"one file", "prototype", "script"},
                       .summary = "One {language} file and one test file; it is split when it hurts.",
                       .pros = {"Working soonest", "Nothing to agree on beforehand"},
                       .cons = {"Rules and input/output grow together", "The split comes later, under time pressure"},
                       .best_for = "finding out whether the idea holds",
                       .reason = "The quickest way to find out whether the idea holds."},
    [STRATEGY_SLICE] = {.title = "Thin slice first",
                        .score = score_slice,
                        .effort_percent = 60,
                        .risk = LEVEL_LOW,
                        .words = {"slice", "first only", "minimal"},
                        .summary = "Only {first} is built, from end to end; the other requirements follow as tickets "
                                   "of their own once it is in use.",
                        .pros = {"In use within days", "What is learned shapes the rest"},
                        .cons = {"The ticket is not finished by this plan alone"},
                        .best_for = "requirements that are not yet certain",
                        .reason = "The requirements are not yet certain enough to build all of them."},
};

static enum strategy_id by_title(const char *title)
{
    for (enum strategy_id i = 0; title && i < STRATEGY_N_; i++)
        if (strcmp(strategies[i].title, title) == 0) return i;
    return STRATEGY_N_;
}

static enum strategy_id by_words(const char *text)
{
    for (enum strategy_id i = 0; i < STRATEGY_N_; i++)
        for (const char *const *w = strategies[i].words; *w; w++)
            if (prose_has_word(text, *w)) return i;
    return STRATEGY_EXTEND;
}

static enum strategy_id best_scored(const struct scene *s)
{
    enum strategy_id best = STRATEGY_EXTEND;
    int top = 0;
    for (enum strategy_id i = 0; i < STRATEGY_N_; i++) {
        int score = strategies[i].score(s);
        if (score <= top) continue;
        top = score;
        best = i;
    }
    return best;
}

enum strategy_id strategy_chosen(const struct scene *s)
{
    const struct brief *b = s->b;
    const char *id = b->chosen;
    if (!prose_blank(b->own)) return by_words(b->own);
    if (!id && b->options) id = b->options->recommended;
    for (size_t i = 0; b->options && id && i < b->options->options.n; i++) {
        const struct option *o = &b->options->options.v[i];
        enum strategy_id found;
        if (!prose_same(o->id, id)) continue;
        found = by_title(o->title);
        return found != STRATEGY_N_ ? found : by_words(o->title);
    }
    if (s->small && !s->empty && scene_is(s, KIND_BUG)) return STRATEGY_FIX;
    return s->small && !s->empty ? STRATEGY_EXTEND : best_scored(s);
}
