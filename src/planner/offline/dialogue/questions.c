/* Questions: what neither ticket nor code answers, by how much hangs on the answer; never more than a few. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>
#include "planner/offline/drafts.h"
#include "planner/offline/scene/facts.h"
#include "planner/offline/dialogue/gaps.h"
#include "planner/offline/scene/shape.h"
#include "planner/offline/dialogue/strategy.h"

enum { MAX_QUESTIONS = 5, MAX_OWN = 3, SMALL_WEIGHT = 55 };

struct asked {
    struct question q;
    int weight;
};
typedef LIST(struct asked) asked_list;
/* Fills text, why, options (the first is the default), searched; false: nothing to ask. */
typedef bool ask_fn(const struct scene *s, struct question *q);

static void option(const struct scene *s, struct question *q, const char *text)
{
    if (text && q->options.n < 4) prose_list_add(s->a, &q->options, text);
}

static bool no_codebase(const struct scene *s, struct question *q)
{
    if (!s->empty) return false;
    q->text = "Which codebase is to be changed, or is this a new project?";
    q->why = "Without a codebase no path, command or convention can be checked; the plan then lays out a project of "
             "its own.";
    option(s, q, arena_fmt(s->a, "A new project in %s, laid out by this plan", s->lang->name));
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
    q->why = arena_fmt(s->a,
                       "The ticket relies on what stands there; without %s the plan rests on the ticket's own "
                       "words.",
                       names.n == 1 ? "it" : "them");
    option(s, q, "Go on without it");
    option(s, q, "Content is provided as files of the plan");
    for (size_t i = 0; i < s->b->missing.n; i++)
        if (s->b->missing.v[i].closest)
            option(s, q, arena_fmt(s->a, "%s is meant by %s", s->b->missing.v[i].closest, s->b->missing.v[i].path));
    q->searched = prose_take(s->a, &b);
    return true;
}

static bool no_migration_tool(const struct scene *s, struct question *q)
{
    size_t c;
    text_list files;
    if (scene_layer_count(s, LAYER_DATA) == 0 || s->empty || scene_migrations(s, &c)) return false;
    q->text = "How are changes of the database schema applied here?";
    q->why = "The ticket changes stored data, and the repository has no migrations; the first phase depends on the way "
             "they are applied.";
    if (schema_files(s, &files))
        option(s, q,
               arena_fmt(s->a, "In the schema files, as today (%s); running databases get the same statements by hand",
                         prose_join(s->a, files.v, files.n, 2)));
    else option(s, q, "Numbered plain SQL files in `migrations/`, applied by hand at release");
    option(s, q, "A migration tool that is not in this repository: name it");
    option(s, q, "The schema is managed by another team");
    q->searched =
        arena_fmt(s->a, "%zu manifest%s and all folders, for migration tools and numbered SQL files.",
                  s->survey ? s->survey->manifests.n : 0, s->survey && s->survey->manifests.n == 1 ? "" : "s");
    return true;
}

static bool deadline_short(const struct scene *s, struct question *q)
{
    int64_t work = (plain_effort(s) + 479) / 480, given = s->x.days * (s->x.people > 1 ? s->x.people : 1);
    if (given <= 0 || work <= given) return false;
    q->text = arena_fmt(s->a, "The work is about %lld days and %lld are given%s%s: what comes first?", (long long)work,
                        (long long)given, s->x.deadline ? " until " : "", s->x.deadline ? s->x.deadline : "");
    q->why = arena_fmt(
        s->a, "Either the date or the extent of \"%s\" has to give; the order of phases follows from it.", s->title);
    option(s, q, "All requirements, in the plan's order; the date is reported as not reachable");
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
    const struct place *p = scene_centre(s);
    if (!scene_is(s, KIND_BUG) || s->x.expected || s->x.requirements.n > 0) return false;
    q->text = "What should happen instead?";
    q->why = arena_fmt(s->a, "\"%s\" says what goes wrong but not what is right; the reproduction test has to know.",
                       s->title);
    option(s, q, "The operation succeeds as it does for other input, without an error");
    option(s, q, "The input is refused with a clear message");
    q->searched = arena_fmt(s->a, "The ticket, for an expected result%s%s.", p ? "; for what it does today " : "",
                            p ? scene_cite(s, p) : "");
    return true;
}

static bool upgrade_target(const struct scene *s, struct question *q)
{
    if (!scene_is(s, KIND_UPGRADE) || s->x.versions.n > 0 ||
        scene_text_has(s, (const char *const[]){"latest", "newest", NULL}))
        return false;
    q->text = "Which version is the target?";
    q->why = arena_fmt(s->a, "What was removed, and so the work of \"%s\", differs from version to version.", s->title);
    option(s, q, "The newest release of the current major version line");
    option(s, q, "A certain version: name it");
    q->searched = arena_fmt(s->a, "The ticket, for a version number%s.",
                            s->survey && s->survey->manifests.n
                                ? arena_fmt(s->a, "; `%s`, for the one in use", s->survey->manifests.v[0].path)
                                : "");
    return true;
}

/* --- the ticket's own --------------------------------------------------------------------------------------------- */
static bool yes_or_no(const char *text)
{
    static const char *const heads[] = {"should ", "do ",   "does ",  "is ",    "are ", "can ",  "may ", "must ",
                                        "shall ",  "will ", "could ", "would ", "has ", "have ", "did ", "need "};
    struct span t = {text, strlen(text)};
    for (size_t i = 0; i < countof(heads); i++)
        if (span_starts(t, heads[i])) return true;
    return prose_has_word(text, "whether");
}

/* "… in S3 or in the database?": what stands on both sides of the "or", as far as the right side is long. */
static void either_or(const struct scene *s, const char *text, struct question *q)
{
    struct span all = {text, strlen(text)};
    size_t at = span_find_word(all, "or"), from = at, right_n;
    const char *right;
    size_t words;
    if (at >= all.n || at < 4 || span_has_word(all, "or not") || strchr(text + at, ',')) return;
    right = text + at + 3;
    right_n = strcspn(right, "?");
    words = span_words((struct span){right, right_n});
    if (words == 0 || words > 6) return;
    while (from > 0 && text[from - 1] == ' ') from--;
    for (size_t w = 0; w < words && from > 0; w++) {
        while (from > 0 && text[from - 1] != ' ') from--;
        if (w + 1 < words)
            while (from > 0 && text[from - 1] == ' ') from--;
    }
    option(s, q, prose_sentence(s->a, arena_dup_n(s->a, text + from, at - from)));
    option(s, q, prose_sentence(s->a, arena_dup_n(s->a, right, right_n)));
}

static const struct need *need_asked_about(const struct scene *s, const char *text)
{
    struct word_set words = word_set_of(s->a, text);
    const struct need *best = NULL;
    int top = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        struct word_set w = word_set_of(s->a, s->needs.v[i].r.text);
        int shared = word_set_shared(&words, &w);
        if (shared > top) top = shared, best = &s->needs.v[i];
    }
    return best;
}

static const char *own_searched(const struct scene *s, const char *text)
{
    text_list words = {0};
    struct fact hit = {0};
    scene_plain_words(s->a, text, &words);
    for (size_t i = 0; i < words.n && !hit.file && !s->empty; i++)
        if (strlen(words.v[i]) > 4) hit = facts_find(s, (const char *const[]){words.v[i], NULL});
    return arena_fmt(
        s->a, "The rest of the ticket%s%s; nothing settles it.", s->b->files.n ? " and the files it names" : "",
        hit.file   ? arena_fmt(s->a, "; the code, where %s is closest", fact_cite(s, hit))
        : s->empty ? ""
                   : arena_fmt(s->a, "; %zu source files, none of which has these words", facts_of(s)->files.n));
}

static void own_question(const struct scene *s, const struct extract_item *it, struct question *q)
{
    const struct need *n = need_asked_about(s, it->text);
    *q = (struct question){.text = it->text};
    q->why = n ? arena_fmt(s->a, "The ticket leaves it open (line %lld), and %s hangs on it: %s", (long long)it->line,
                           n->r.id, prose_sentence(s->a, prose_short(s->a, n->r.text, 140)))
               : arena_fmt(s->a, "The ticket leaves it open (line %lld), and no requirement says it either way.",
                           (long long)it->line);
    either_or(s, it->text, q);
    if (q->options.n < 2) {
        memset(&q->options, 0, sizeof q->options);
        option(s, q, "Not part of this plan: today's behaviour stays where the ticket does not say otherwise");
        option(s, q,
               yes_or_no(it->text) ? "Yes, and it belongs to this plan"
                                   : "Answered in a sentence; the plan follows it");
        if (yes_or_no(it->text)) option(s, q, "No, and the plan says so");
    }
    q->searched = own_searched(s, it->text);
}

/* --- in order ----------------------------------------------------------------------------------------------------- */
static const struct {
    int weight;
    ask_fn *ask;
} rows[] = {{100, no_codebase},      {95, expected_unknown}, {90, upgrade_target},
            {80, no_migration_tool}, {57, deadline_short},   {56, missing_files}};
enum { OWN_WEIGHT = 60 };

/* Behind those of the same weight, before those that weigh less. */
static void put(const struct scene *s, asked_list *l, int weight, const struct question *q)
{
    struct asked *slot;
    size_t i;
    if (!q->text || q->options.n < 2 || (s->small && weight < SMALL_WEIGHT)) return;
    slot = PUSH(s->a, *l);
    if (!slot) return;
    for (i = l->n - 1; i > 0 && l->v[i - 1].weight < weight; i--) l->v[i] = l->v[i - 1];
    l->v[i] = (struct asked){.q = *q, .weight = weight};
    l->v[i].q.preset = q->options.v[0];
}

static void gap_question(const struct scene *s, const struct gap *g, struct gap_vars *v, struct question *q)
{
    *q = (struct question){
        .text = gap_fill(s, g->text, v), .why = gap_fill(s, g->why, v), .searched = gap_fill(s, g->searched, v)};
    for (size_t i = 0; i < GAP_OPTIONS && g->options[i]; i++) option(s, q, gap_fill(s, g->options[i], v));
}

static bool asked_by_ticket(const struct scene *s, const char *text)
{
    struct word_set a = word_set_of(s->a, text);
    for (size_t i = 0; i < s->x.questions.n; i++) {
        struct word_set b = word_set_of(s->a, s->x.questions.v[i].text);
        if (word_set_shared(&a, &b) >= 3) return true;
    }
    return false;
}

/* --- answers ------------------------------------------------------------------------------------------------------ */
static const struct question *question_of(const struct scene *s, const char *id)
{
    const struct understanding *u = s->b->understanding;
    for (size_t i = 0; u && i < u->questions.n; i++)
        if (prose_same(u->questions.v[i].id, id)) return &u->questions.v[i];
    return NULL;
}

/* Questions about what is built, not about where or with what. */
static bool about_behaviour(const struct scene *s, const char *text)
{
    for (size_t i = 0; i < s->x.questions.n; i++)
        if (prose_same(s->x.questions.v[i].text, text)) return true;
    for (size_t i = 0; i < gaps_n; i++)
        if (strncmp(gaps[i].text, text, strcspn(gaps[i].text, "{")) == 0) return true;
    return false;
}

const char *answer_demand(const struct scene *s, const struct answer *a, const char **ret_quote)
{
    const struct question *q = question_of(s, a->question);
    struct span said = {a->answer, a->answer ? strlen(a->answer) : 0};
    if (!q || prose_blank(a->answer) || prose_same(a->answer, q->preset) || !about_behaviour(s, q->text)) return NULL;
    if (span_starts(said, "no,") || span_starts(said, "no.") || span_is(said, "no") || span_starts(said, "not part"))
        return NULL;
    *ret_quote = q->text;
    return arena_fmt(s->a, "\"%s\" is answered: %s", q->text, prose_short(s->a, a->answer, 300));
}

void questions_write(const struct scene *s, struct understanding *ret)
{
    asked_list l = {0};
    struct question q;
    for (size_t i = 0; i < countof(rows); i++) {
        q = (struct question){0};
        if (rows[i].ask(s, &q)) put(s, &l, rows[i].weight, &q);
    }
    for (size_t i = 0; i < s->x.questions.n && i < MAX_OWN; i++) {
        own_question(s, &s->x.questions.v[i], &q);
        put(s, &l, OWN_WEIGHT, &q);
    }
    for (size_t i = 0; i < gaps_n && !s->empty; i++) {
        struct gap_vars v = {0};
        if (scene_text_has(s, gaps[i].answered) || !gaps[i].there(s, &v)) continue;
        gap_question(s, &gaps[i], &v, &q);
        if (!asked_by_ticket(s, q.text ? q.text : "")) put(s, &l, gaps[i].weight, &q);
    }
    for (size_t i = 0; i < l.n && i < MAX_QUESTIONS; i++) {
        struct question *slot = PUSH(s->a, ret->questions);
        if (!slot) return;
        *slot = l.v[i].q;
        slot->id = arena_fmt(s->a, "Q%zu", ret->questions.n);
    }
}
