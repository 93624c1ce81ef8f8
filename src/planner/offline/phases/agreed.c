/* Answers and corrections: each goes to the phase it concerns, so that what people said is built and not only kept on
 * record. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>

static const struct question *question_of(const struct scene *s, const char *id)
{
    const struct understanding *u = s->b->understanding;
    for (size_t i = 0; u && i < u->questions.n; i++)
        if (prose_same(u->questions.v[i].id, id)) return &u->questions.v[i];
    return NULL;
}

/* "No", "not now", "not part of this plan", "as today": nothing is to be built for it. */
static bool declines(const char *answer)
{
    static const char *const words[] = {"no",      "no:",   "not",   "none",     "never",
                                        "nothing", "go on", "later", "as today", "skip"};
    const char *p = answer ? answer + strspn(answer, " \t\n") : "";
    for (size_t i = 0; i < countof(words); i++) {
        size_t n = strlen(words[i]);
        if (span_starts((struct span){p, strlen(p)}, words[i]) && !prose_is_word_char(p[n])) return true;
    }
    return prose_has_any(answer, (const char *const[]){"not part of this plan", "without it", NULL}) != NULL;
}

static const char *without_yes(const char *answer)
{
    answer += strspn(answer, " \t\n");
    if (strncasecmp(answer, "yes", 3) == 0 && !prose_is_word_char(answer[3]))
        answer += 3 + strspn(answer + 3, " ,.:;-");
    return answer;
}

/* "Should the refresh endpoint be rate limited?" → "the refresh endpoint must be rate limited" */
static const char *demand_of(const struct scene *s, const char *question)
{
    static const char *const asks[] = {"Should ", "Must ", "Shall ", "Does ", "Do ",
                                       "Can ",    "May ",  "Will ",  "Are ",  "Is "};
    static const char *const verbs[] = {" be ",   " have ",    " keep ", " stay ", " return ",  " get ",    " go ",
                                        " show ", " include ", " run ",  " work ", " survive ", " expire ", " apply "};
    const char *q = question;
    for (size_t i = 0; i < countof(asks); i++) {
        if (strncmp(q, asks[i], strlen(asks[i])) != 0) continue;
        q += strlen(asks[i]);
        for (size_t k = 0; k < countof(verbs); k++) {
            const char *hit = strstr(q, verbs[k]);
            if (hit) return arena_fmt(s->a, "%.*s must%s", (int)(hit - q), q, hit);
        }
        return NULL;
    }
    return NULL;
}

static const char *without_mark(const struct scene *s, const char *t)
{
    size_t n = t ? strlen(t) : 0;
    while (n > 0 && strchr("?. ", t[n - 1])) n--;
    return t ? arena_dup_n(s->a, t, n) : NULL;
}

static const char *sentence_of(const struct scene *s, const struct question *q, const char *answer)
{
    const char *text = without_mark(s, q->text), *demand = demand_of(s, text), *rest = without_yes(answer);
    rest = prose_bare(s->a, prose_short(s->a, rest, 300));
    if (demand && prose_blank(rest)) return prose_sentence(s->a, demand);
    if (demand) return prose_sentence(s->a, arena_fmt(s->a, "%s: %s", demand, rest));
    return prose_sentence(s->a, arena_fmt(s->a, "%s: %s", text, prose_blank(rest) ? "yes" : rest));
}

/* "10 per minute" → the value and the next one. */
static const char *border_of(const struct scene *s, const char *text)
{
    const char *p = text + strcspn(text, "0123456789"), *unit;
    size_t n = strspn(p, "0123456789"), len;
    long long value = 0;
    if (n == 0 || n > 9) return NULL;
    for (size_t i = 0; i < n; i++) value = value * 10 + (p[i] - '0');
    unit = p + n + strspn(p + n, " -");
    len = strcspn(unit, ".,;:()");
    if (len > 40) len = 40;
    while (len > 0 && unit[len - 1] == ' ') len--;
    return arena_fmt(s->a, "%lld%s%.*s, and one more", value, len ? " " : "", (int)len, unit);
}

/* The draft whose requirements, endpoints and files share most words with the text. */
static struct draft *concerned(struct blueprint *bp, const char *text)
{
    const struct scene *s = bp->s;
    struct word_set words = word_set_of(s->a, text);
    struct draft *best = NULL;
    int top = 0;
    for (size_t i = 0; i < bp->drafts.n; i++) {
        struct draft *d = &bp->drafts.v[i];
        int score = d->kind == PHASE_TESTS || d->kind == PHASE_SETUP || d->kind >= PHASE_SWITCH ? -2 : 0, shared = 0;
        for (size_t j = 0; j < d->needs.n; j++) {
            struct word_set need = word_set_of(s->a, d->needs.v[j]->r.text);
            int here = word_set_shared(&words, &need);
            if (here > shared) shared = here;
        }
        for (size_t j = 0; j < d->works.n; j++) {
            struct word_set file = word_set_of(s->a, d->works.v[j].path ? name_words(s->a, d->works.v[j].path) : NULL);
            score += word_set_shared(&words, &file) > 0;
        }
        score += 3 * shared;
        if (d->kind == PHASE_API && prose_has_any(text, (const char *const[]){"endpoint", "endpoints", "api", "client",
                                                                              "clients", "request", "requests", NULL}))
            score += 4;
        if (d->kind == PHASE_DATA && prose_has_any(text, (const char *const[]){"schema", "table", "column", "migration",
                                                                               "migrations", "rows", "stored", NULL}))
            score += 4;
        if (score <= top) continue;
        top = score;
        best = d;
    }
    for (size_t i = 0; !best && i < bp->drafts.n; i++)
        if (bp->drafts.v[i].needs.n > 0) best = &bp->drafts.v[i];
    return best ? best : bp->drafts.n ? &bp->drafts.v[0] : NULL;
}

static void agree(struct blueprint *bp, const char *id, const char *text, const char *border)
{
    struct draft *d = text ? concerned(bp, text) : NULL;
    struct agreement *x = d ? PUSH(bp->s->a, d->agreed) : NULL;
    if (x) *x = (struct agreement){.id = id, .text = text, .border = border};
}

/* What was asked about the work itself; where the code lies and what could not be read change the plan elsewhere. */
static bool builds(const struct question *q)
{
    return !prose_has_any(q->text, (const char *const[]){"content of", "codebase", "days are given", NULL});
}

/* A default that was taken stands among the assumptions; nobody agreed to it. */
static bool assumed(const struct scene *s, const struct question *q)
{
    const char *sentence = planner_assumption(q, s->a);
    for (size_t i = 0; sentence && i < s->b->assumptions.n; i++)
        if (prose_same(s->b->assumptions.v[i], sentence)) return true;
    return false;
}

/* A correction that demands something is a requirement of its own, with a test and a phase. */
static bool is_requirement(const struct scene *s, const char *correction)
{
    const char *quote = prose_short(s->a, correction, 500);
    for (size_t i = 0; i < s->needs.n; i++)
        if (prose_same(s->needs.v[i].r.source, "correction") && prose_same(s->needs.v[i].r.quote, quote)) return true;
    return false;
}

void agreed_place(struct blueprint *bp)
{
    const struct scene *s = bp->s;
    for (size_t i = 0; i < s->b->answers.n; i++) {
        const struct answer *a = &s->b->answers.v[i];
        const struct question *q = question_of(s, a->question);
        if (!q || prose_blank(a->answer) || declines(a->answer) || !builds(q)) continue;
        if (assumed(s, q)) continue;
        agree(bp, q->id, sentence_of(s, q, a->answer), border_of(s, a->answer));
    }
    for (size_t i = 0; i < s->b->corrections.n; i++)
        if (!prose_blank(s->b->corrections.v[i]) && !is_requirement(s, s->b->corrections.v[i]))
            agree(bp, NULL, prose_sentence(s->a, prose_short(s->a, s->b->corrections.v[i], 300)), NULL);
}
