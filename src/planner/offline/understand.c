/* Understanding: what is wanted, what the codebase is, each statement with its evidence; the questions that are left.
 */
#include "planner/offline/drafts.h"

#include <string.h>

static void add_finding(const struct scene *s, void *list, const struct finding *from, size_t codebase)
{
    struct finding *f = arena_push(s->a, list, sizeof *f);
    if (!f) return;
    *f = *from;
    if (codebase == 0) return;
    memset(&f->evidence, 0, sizeof f->evidence);
    f->text =
        arena_fmt(s->a, "%s: %s",
                  s->b->codebases.v[codebase].base.alias ? s->b->codebases.v[codebase].base.alias : "second codebase",
                  from->text);
    for (size_t i = 0; i < from->evidence.n; i++) {
        struct evidence *e = PUSH(s->a, f->evidence);
        if (e) *e = from->evidence.v[i], e->path = scene_path(s, codebase, e->path);
    }
}

static void add_text(const struct scene *s, void *list, const char *text, const char *path, int64_t line)
{
    struct finding *f = text ? arena_push(s->a, list, sizeof *f) : NULL;
    struct evidence *e;
    if (!f) return;
    f->text = text;
    e = path && tree_find(scene_tree(s, 0), path) ? PUSH(s->a, f->evidence) : NULL;
    if (e) *e = (struct evidence){.path = path, .line = line};
}

static void commands_found(const struct scene *s, struct understanding *ret)
{
    static const struct {
        enum command_kind kind;
        const char *text;
        bool deploy;
    } rows[] = {{COMMAND_TEST, "Tests run with `{command}`.", false},
                {COMMAND_LINT, "Style is checked with `{command}`.", false},
                {COMMAND_BUILD, "It is built with `{command}`.", true},
                {COMMAND_MIGRATE, "Migrations are applied with `{command}`.", true}};
    for (size_t i = 0; i < countof(rows); i++) {
        const struct survey_command *c = scene_command(s, 0, rows[i].kind);
        const char *text = c ? FILL(s->a, rows[i].text, {"command", c->name}) : NULL;
        if (text) add_text(s, rows[i].deploy ? (void *)&ret->deploy : (void *)&ret->testing, text, c->path, c->line);
    }
}

static void findings(const struct scene *s, struct understanding *ret)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        if (!sv) continue;
        for (size_t i = 0; i < sv->stack.n; i++) add_finding(s, &ret->stack, &sv->stack.v[i], c);
        for (size_t i = 0; i < sv->architecture.n; i++) add_finding(s, &ret->architecture, &sv->architecture.v[i], c);
        for (size_t i = 0; i < sv->database.n; i++) add_finding(s, &ret->architecture, &sv->database.v[i], c);
        for (size_t i = 0; i < sv->errors.n; i++) add_finding(s, &ret->architecture, &sv->errors.v[i], c);
        for (size_t i = 0; i < sv->testing.n; i++) add_finding(s, &ret->testing, &sv->testing.v[i], c);
        for (size_t i = 0; i < sv->deployment.n; i++) add_finding(s, &ret->deploy, &sv->deployment.v[i], c);
    }
    if (s->survey) commands_found(s, ret);
    if (!s->empty) {
        if (ret->testing.n == 0) add_text(s, &ret->testing, "No tests and no test command were found.", NULL, 0);
        if (ret->deploy.n == 0)
            add_text(s, &ret->deploy, "Nothing in the repository says how it is deployed.", NULL, 0);
    }
}

static const char *codebase_text(const struct scene *s)
{
    const struct survey *sv = s->survey;
    text_list langs = {0};
    if (s->empty || !sv) return "No codebase was named, so the plan starts from an empty project.";
    for (size_t i = 0; i < sv->languages.n && i < 3; i++) prose_list_add(s->a, &langs, sv->languages.v[i].name);
    return arena_fmt(
        s->a, "The codebase%s has %lld file%s%s%s%s.", s->b->codebases.n > 1 ? "s are several; the first" : "",
        (long long)sv->files, sv->files == 1 ? "" : "s", langs.n ? ", mostly " : "",
        langs.n ? prose_join(s->a, langs.v, langs.n, 0) : "",
        s->places.n ? arena_fmt(s->a, "; closest to the ticket is %s", scene_cite(s, &s->places.v[0])) : "");
}

static const char *article(const char *noun)
{
    return strchr("AEIOUaeiou", noun[0]) && strncmp(noun, "user", 4) != 0 ? "an" : "a";
}

static const char *summary_text(const struct scene *s)
{
    auto_buf b = BUF_INIT(32768);
    text_list why = {0};
    buf_fmt(&b, "\"%s\" is %s %s change with %zu requirement%s", s->title, article(kinds_text(s)), kinds_text(s),
            s->needs.n, s->needs.n == 1 ? "" : "s");
    for (enum kind k = 0; k < KIND_N_; k++)
        if (scene_is(s, k) && why.n < 3) prose_list_add(s->a, &why, s->kind_why[k]);
    if (why.n) buf_fmt(&b, " (%s)", prose_join(s->a, why.v, why.n, 0));
    buf_fmt(&b, ". %s", codebase_text(s));
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
