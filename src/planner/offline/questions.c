/* Questions: rows of what neither ticket nor code may answer. A row asks only when its situation is there. */
#include "planner/offline/blueprint.h"

#include <string.h>
#include "planner/offline/drafts.h"
#include "planner/offline/strategy.h"

enum { MAX_QUESTIONS = 7 };

/* Fills text, why, options, preset, searched; false: nothing to ask. */
typedef bool ask_fn(const struct scene *s, struct question *q);

static void option(const struct scene *s, struct question *q, const char *text)
{
    prose_list_add(s->a, &q->options, text);
}

static bool no_codebase(const struct scene *s, struct question *q)
{
    if (!s->empty) return false;
    q->text = "Which codebase is to be changed, or is this a new project?";
    q->why = "Without a codebase no path, command or convention can be checked; the plan then lays out a project of "
             "its own.";
    q->preset = arena_fmt(s->a, "A new project in %s, laid out by this plan", s->lang->name);
    option(s, q, q->preset);
    option(s, q, "An existing repository: name it and the branch");
    q->searched = arena_fmt(s->a, "The ticket%s; neither names a repository.",
                            s->b->constraints ? " and the constraints" : "'s text and links");
    return true;
}

static bool missing_files(const struct scene *s, struct question *q)
{
    text_list names = {0};
    auto_buf b = BUF_INIT(8192);
    for (size_t i = 0; i < s->b->missing.n && i < 20; i++) {
        const struct missing_mention *m = &s->b->missing.v[i];
        prose_list_add(s->a, &names, m->path);
        buf_fmt(&b, "%s%s (%s%s%s)", b.n ? "; " : "", m->path, m->why ? m->why : "mentioned",
                m->closest ? ", closest in the repository: " : "", m->closest ? m->closest : "");
    }
    if (names.n == 0) return false;
    q->text = arena_fmt(s->a, "Can you give the content of %s?", prose_join(s->a, names.v, names.n, 6));
    q->why = "The ticket relies on what stands there; the plan would have to do without it.";
    q->preset = "Go on without it";
    option(s, q, "Go on without it");
    option(s, q, "Content is provided as files of the plan");
    for (size_t i = 0; i < s->b->missing.n && q->options.n < 5; i++)
        if (s->b->missing.v[i].closest)
            option(s, q, arena_fmt(s->a, "%s is meant by %s", s->b->missing.v[i].closest, s->b->missing.v[i].path));
    q->searched = prose_take(s->a, &b);
    return true;
}

static bool no_migration_tool(const struct scene *s, struct question *q)
{
    size_t c;
    if (scene_layer_count(s, LAYER_DATA) == 0 || s->empty || scene_migrations(s, &c)) return false;
    q->text = "How are changes of the database schema applied here?";
    q->why = "The ticket changes stored data, and the repository has no migrations; the first phase depends on the way "
             "they are applied.";
    q->preset = "Numbered plain SQL files in `migrations/`, applied by hand at release";
    option(s, q, q->preset);
    option(s, q, "A migration tool that is not in this repository: name it");
    option(s, q, "The schema is managed by another team");
    q->searched = "The repository's manifests and folders, for migration tools and numbered SQL files.";
    return true;
}

static const struct place *serves(const struct scene *s, const struct extract_endpoint *ep)
{
    for (size_t i = 0; i < s->places.n; i++)
        if (s->places.v[i].content && s->places.v[i].layer == LAYER_API && strlen(ep->path) > 3 &&
            strstr(s->places.v[i].content, ep->path))
            return &s->places.v[i];
    return NULL;
}

static bool says_how(const struct scene *s)
{
    return scene_text_has(s, (const char *const[]){"backward*", "backwards", "breaking", "compatib*",
                                                   "existing clients", "deprecat*", "version the", "/v2", NULL});
}

static bool endpoint_compatibility(const struct scene *s, struct question *q)
{
    if (says_how(s) || scene_is(s, KIND_BUG)) return false;
    for (size_t i = 0; i < s->x.endpoints.n; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        const struct place *p = serves(s, ep);
        if (!p) continue;
        q->text = arena_fmt(s->a, "Must clients that use `%s%s%s` today keep working unchanged?",
                            ep->method ? ep->method : "", ep->method ? " " : "", ep->path);
        q->why = arena_fmt(s->a, "`%s` serves it already; a changed answer reaches everybody who calls it.", p->full);
        q->preset = "Yes: fields are only added, and present ones keep their meaning";
        option(s, q, q->preset);
        option(s, q, "No: all callers are changed together with it");
        option(s, q, "A new version beside the old one");
        q->searched = arena_fmt(s->a, "The ticket, for words on compatibility; `%s`, for the path.", p->full);
        return true;
    }
    return false;
}

static bool asked_by_ticket(const struct scene *s, struct question *q)
{
    text_list texts = {0};
    for (size_t i = 0; i < s->x.questions.n && i < 6; i++) prose_list_add(s->a, &texts, s->x.questions.v[i].text);
    if (texts.n == 0) return false;
    q->text = texts.n == 1 ? texts.v[0] : arena_fmt(s->a, "The ticket asks: %s", prose_join(s->a, texts.v, texts.n, 0));
    q->why = arena_fmt(s->a, "The ticket leaves it open (line %lld), and the answer may change what is built.",
                       (long long)s->x.questions.v[0].line);
    q->preset = "Not part of this plan: today's behaviour stays where the ticket does not say otherwise";
    option(s, q, q->preset);
    option(s, q, "Yes, and it belongs to this plan");
    q->searched = arena_fmt(s->a, "The rest of the ticket%s; nothing answers it.",
                            s->b->files.n ? " and the files it names" : "");
    return true;
}

static int64_t plain_effort_days(const struct scene *s)
{
    return (plain_effort(s) + 479) / 480;
}

static bool deadline_short(const struct scene *s, struct question *q)
{
    int64_t work = plain_effort_days(s), given = s->x.days;
    if (given <= 0 || work <= given) return false;
    q->text = arena_fmt(s->a, "The work is about %lld days and %lld are given%s%s: what comes first?", (long long)work,
                        (long long)given, s->x.deadline ? " until " : "", s->x.deadline ? s->x.deadline : "");
    q->why = "Either the date or the extent has to give; the order of phases follows from it.";
    q->preset = "All requirements, in the plan's order; the date is reported as not reachable";
    option(s, q, q->preset);
    option(s, q,
           s->needs.n > 1 ? arena_fmt(s->a, "%s to %s first, the others in a second release", s->needs.v[0].r.id,
                                      s->needs.v[(s->needs.n - 1) / 2].r.id)
                          : "A smaller first version");
    option(s, q, "More people");
    q->searched = "The timeline and resources given, against the estimate of the requirements.";
    return true;
}

static bool expected_unknown(const struct scene *s, struct question *q)
{
    if (!scene_is(s, KIND_BUG) || s->x.expected || s->x.requirements.n > 0) return false;
    q->text = "What should happen instead?";
    q->why = "The report says what goes wrong but not what is right; the reproduction test has to know.";
    q->preset = "The operation succeeds as it does for other input, without an error";
    option(s, q, q->preset);
    option(s, q, "The input is refused with a clear message");
    q->searched = "The ticket, for an expected result.";
    return true;
}

static bool upgrade_target(const struct scene *s, struct question *q)
{
    if (!scene_is(s, KIND_UPGRADE) || s->x.versions.n > 0 ||
        scene_text_has(s, (const char *const[]){"latest", "newest", NULL}))
        return false;
    q->text = "Which version is the target?";
    q->why = "The removed calls, and so the work, differ from version to version.";
    q->preset = "The newest release of the current major version line";
    option(s, q, q->preset);
    option(s, q, "A certain version: name it");
    q->searched = arena_fmt(s->a, "The ticket, for a version number%s.",
                            s->survey && s->survey->manifests.n
                                ? arena_fmt(s->a, "; `%s`, for the one in use", s->survey->manifests.v[0].path)
                                : "");
    return true;
}

static bool personal_data(const struct scene *s, struct question *q)
{
    if (!scene_text_has(s, (const char *const[]){"export*", "download*", NULL}) ||
        !scene_text_has(s, (const char *const[]){"customer*", "user", "users", "e-mail*", "email*", "address*", NULL}))
        return false;
    if (scene_text_has(s, (const char *const[]){"role", "permission*", "admin", "admins", "only", "authori*", NULL}))
        return false;
    q->text = "Who may have this data?";
    q->why = "What leaves the system holds data about people, and the ticket names no right to it.";
    q->preset = "Only people who may see the same data on screen today";
    option(s, q, q->preset);
    option(s, q, "Administrators");
    q->searched = "The ticket, for roles and rights.";
    return true;
}

/* By how much hangs on the answer. */
static ask_fn *const rows[] = {no_codebase,      missing_files,  no_migration_tool, endpoint_compatibility,
                               expected_unknown, upgrade_target, personal_data,     deadline_short,
                               asked_by_ticket};

void questions_write(const struct scene *s, struct understanding *ret)
{
    for (size_t i = 0; i < countof(rows) && ret->questions.n < MAX_QUESTIONS; i++) {
        struct question q = {0}, *slot;
        if (!rows[i](s, &q) || !q.text || !q.preset) continue;
        slot = PUSH(s->a, ret->questions);
        if (!slot) return;
        *slot = q;
        slot->id = arena_fmt(s->a, "Q%zu", ret->questions.n);
    }
}
