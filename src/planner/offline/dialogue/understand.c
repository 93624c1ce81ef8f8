/* Understanding: what is wanted, what the codebase is where the ticket meets it, each statement with its evidence; the
 * questions that are left. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/scene/reality.h"
#include "planner/offline/dialogue/strategy.h"

enum { MAX_STACK = 9, MAX_STATEMENTS = 14 };

static bool said_already(const finding_list *l, const char *text)
{
    for (size_t i = 0; i < l->n; i++)
        if (prose_same(l->v[i].text, text)) return true;
    return false;
}

/* A statement of the survey; outside the first codebase it bears the alias. */
static void take(const struct scene *s, finding_list *l, const struct finding *from, size_t codebase, size_t most)
{
    const char *alias = codebase ? s->b->codebases.v[codebase].base.alias : NULL;
    const char *text = codebase ? arena_fmt(s->a, "%s: %s", alias ? alias : "second codebase", from->text) : from->text;
    struct finding *f = text && l->n < most && !said_already(l, text) ? say(s, l, text) : NULL;
    for (size_t i = 0; f && i < from->evidence.n; i++)
        prove(s, f, scene_path(s, codebase, from->evidence.v[i].path), from->evidence.v[i].line,
              from->evidence.v[i].note);
}

/* "migrations/: database migrations (3 files)": of interest only where the ticket has a file. */
static bool idle_folder(const struct scene *s, const char *text, size_t codebase)
{
    const char *colon = strstr(text, "/: ");
    size_t n = colon ? (size_t)(colon - text) + 1 : 0;
    if (!colon || memchr(text, ' ', n)) return false;
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct place *p = s->needs.v[i].place;
        if (p && p->codebase == codebase && strncmp(p->path, text, n) == 0) return false;
    }
    return true;
}

static bool speaks_of(const struct scene *s, const char *text)
{
    static const struct {
        enum kind kind;
        const char *words[8];
    } rows[] = {{KIND_API, {"http", "route*", "request*", "validation", "pydantic", "web framework", "api"}},
                {KIND_DATABASE, {"table*", "migration*", "orm", "database*", "schema"}},
                {KIND_FRONTEND, {"component*", "react", "vue", "client", "page*", "ui"}},
                {KIND_CLI, {"command*", "flag*", "cobra", "argparse"}}};
    for (size_t i = 0; i < countof(rows); i++)
        if (scene_is(s, rows[i].kind) && prose_has_any(text, rows[i].words)) return true;
    return false;
}

/* Those that belong to the kinds of work first, then the others; folders the ticket has nothing in are left out. */
static void take_all(const struct scene *s, finding_list *l, const struct finding *v, size_t n, size_t codebase,
                     size_t most)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++)
            if (speaks_of(s, v[i].text) == (pass == 0) && !idle_folder(s, v[i].text, codebase))
                take(s, l, &v[i], codebase, most);
}

/* --- commands ----------------------------------------------------------------------------------------------------- */
static bool named(const finding_list *l, const char *command)
{
    for (size_t i = 0; command && i < l->n; i++)
        if (strstr(l->v[i].text, command)) return true;
    return false;
}

static void commands_found(const struct scene *s, finding_list *testing, finding_list *deploy)
{
    static const struct {
        enum command_kind kind;
        const char *text;
        bool deploy;
    } rows[] = {{COMMAND_TEST, "Tests run with `{command}`", false},
                {COMMAND_LINT, "Style is checked with `{command}`", false},
                {COMMAND_BUILD, "It is built with `{command}`", true},
                {COMMAND_MIGRATE, "Migrations are applied with `{command}`", true}};
    for (size_t c = 0; c < s->b->codebases.n; c++)
        for (size_t i = 0; i < countof(rows); i++) {
            const struct survey_command *cmd = scene_survey(s, c) ? scene_command(s, c, rows[i].kind) : NULL;
            finding_list *l = rows[i].deploy ? deploy : testing;
            const char *text = cmd ? FILL(s->a, rows[i].text, {"command", cmd->name}) : NULL;
            const char *alias = c ? s->b->codebases.v[c].base.alias : NULL;
            if (!text || (c == 0 && named(l, arena_fmt(s->a, "`%s`", cmd->name)))) continue;
            if (rows[i].kind == COMMAND_MIGRATE && scene_layer_count(s, LAYER_DATA) == 0) continue;
            prove(s, say(s, l, alias ? arena_fmt(s->a, "%s: %s", alias, text) : text), scene_path(s, c, cmd->path),
                  cmd->line, NULL);
        }
}

static void findings(const struct scene *s, struct understanding *ret)
{
    finding_list stack = {0}, architecture = {0}, testing = {0}, deploy = {0};
    reality_architecture(s, &architecture);
    reality_testing(s, &testing);
    reality_deploy(s, &deploy);
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        if (!sv) continue;
        for (size_t i = 0; i < sv->corrections.n; i++) take(s, &stack, &sv->corrections.v[i], c, MAX_STATEMENTS);
        take_all(s, &stack, sv->stack.v, sv->stack.n, c, stack.n + MAX_STACK);
        take_all(s, &architecture, sv->architecture.v, sv->architecture.n, c, MAX_STATEMENTS);
        if (scene_layer_count(s, LAYER_DATA) > 0 || scene_is(s, KIND_DATABASE))
            take_all(s, &architecture, sv->database.v, sv->database.n, c, MAX_STATEMENTS + 2);
        take_all(s, &architecture, sv->errors.v, sv->errors.n, c, MAX_STATEMENTS + 4);
        take_all(s, &testing, sv->testing.v, sv->testing.n, c, MAX_STATEMENTS);
        for (size_t i = 0; i < sv->deployment.n; i++)
            if (sv->ci.n == 0 || !strstr(sv->deployment.v[i].text, " runs "))
                take(s, &deploy, &sv->deployment.v[i], c, MAX_STATEMENTS);
    }
    commands_found(s, &testing, &deploy);
    if (!s->empty && testing.n == 0) (void)say(s, &testing, "No tests and no test command were found.");
    if (!s->empty && deploy.n == 0) (void)say(s, &deploy, "Nothing in the repository says how it is deployed.");
    memcpy(&ret->stack, &stack, sizeof stack);
    memcpy(&ret->architecture, &architecture, sizeof architecture);
    memcpy(&ret->testing, &testing, sizeof testing);
    memcpy(&ret->deploy, &deploy, sizeof deploy);
}

/* --- summary ------------------------------------------------------------------------------------------------------ */
static const char *codebase_name(const struct scene *s, size_t c)
{
    const struct base *b = &s->b->codebases.v[c].base;
    return b->alias ? b->alias : b->repository ? b->repository : "the codebase";
}

static void codebase_text(const struct scene *s, struct buf *b)
{
    if (s->empty) {
        buf_str(b, "No codebase was named, so the plan starts from an empty project.");
        return;
    }
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        text_list langs = {0};
        const struct place *p = NULL;
        if (!sv) continue;
        for (size_t i = 0; i < sv->languages.n && i < 3; i++) prose_list_add(s->a, &langs, sv->languages.v[i].name);
        if (scene_centre(s) && scene_centre(s)->codebase == c) p = scene_centre(s);
        for (size_t i = 0; i < s->places.n && !p; i++)
            if (s->places.v[i].codebase == c && !s->places.v[i].test && file_is_code(s->places.v[i].path))
                p = &s->places.v[i];
        buf_fmt(b, "%s`%s` has %lld file%s%s%s", c ? " " : "", codebase_name(s, c), (long long)sv->files,
                sv->files == 1 ? "" : "s", langs.n ? ", mostly " : "",
                langs.n ? prose_join(s->a, langs.v, langs.n, 0) : "");
        if (p) buf_fmt(b, "; closest to the ticket there is %s", scene_cite(s, p));
        buf_char(b, '.');
    }
}

static void kinds_list(const struct scene *s, struct buf *b)
{
    size_t n = 0;
    for (enum kind k = 0; k < KIND_N_; k++) {
        if (!scene_is(s, k)) continue;
        buf_fmt(b, "%s%s (%s)", n++ ? "; " : " It is ", kind_work(k), s->kind_why[k]);
    }
    if (n) buf_char(b, '.');
}

static const char *summary_text(const struct scene *s)
{
    auto_buf b = BUF_INIT(32768);
    buf_fmt(&b, "\"%s\" asks for %zu thing%s.", s->title, s->needs.n, s->needs.n == 1 ? "" : "s");
    kinds_list(s, &b);
    buf_char(&b, ' ');
    codebase_text(s, &b);
    for (size_t i = 0; i < s->b->corrections.n; i++)
        buf_fmt(&b, " Corrected: %s", prose_sentence(s->a, prose_short(s->a, s->b->corrections.v[i], 300)));
    return prose_take(s->a, &b);
}

enum err_kind offline_understand(const struct scene *s, struct understanding *ret, struct err *e)
{
    *ret = (struct understanding){
        .summary = summary_text(s), .size = s->small ? SIZE_SMALL : SIZE_FULL, .size_why = s->size_why};
    for (enum kind k = 0; k < KIND_N_; k++)
        if (scene_is(s, k)) prose_list_add(s->a, &ret->kinds, kind_names[k]);
    findings(s, ret);
    questions_write(s, ret);
    return prose_check(s->a, e);
}
