/* One foreign text in every place of a document: it must stay text everywhere. */
#include "plan_judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void fill_phase(struct phase *p, const char *s, const char **strings, struct arena *a)
{
    struct step *step = arena_push(a, &p->steps, sizeof *step);
    struct automated *check = arena_push(a, &p->automated, sizeof *check);
    struct deliverable *x = arena_push(a, &p->provides, sizeof *x);
    struct file_change *f = arena_push(a, &step->files, sizeof *f);
    struct code_block *c = arena_push(a, &step->code, sizeof *c);
    p->title = p->goal = p->rollback = p->why = p->drafted_by = s;
    p->manual.v = strings;
    p->manual.n = 2;
    *x = (struct deliverable){ .kind = DELIVERS_COMMAND, .name = s };
    *check = (struct automated){ .command = s, .expect = s, .provided_by = "system" };
    *f = (struct file_change){ .path = s, .change = CHANGE_RENAME, .from = s, .why = s };
    *c = (struct code_block){ .path = s, .language = s, .text = s };
    step->title = step->text = s;
    step->id = "ph1.s1";
}

static void fill_closing(struct closing *c, const char *s, const char **strings, struct arena *a)
{
    struct risk *risk = arena_push(a, &c->risks, sizeof *risk);
    struct decision *decision = arena_push(a, &c->decisions, sizeof *decision);
    struct test_scenario *test = arena_push(a, &c->tests, sizeof *test);
    struct documentation *doc = arena_push(a, &c->documentation, sizeof *doc);
    struct done_item *done = arena_push(a, &c->done, sizeof *done);
    *risk = (struct risk){ .risk = s, .mitigation = s, .contingency = s };
    *decision = (struct decision){ .decision = s, .why = s, .alternatives = { strings, 2 } };
    *test = (struct test_scenario){ .name = s, .file = s };
    *doc = (struct documentation){ .target = s, .change = s };
    *done = (struct done_item){ .item = s, .waived = s };
    c->assumptions.v = c->questions.v = strings;
    c->assumptions.n = c->questions.n = 2;
    c->migration = c->timeline.note = c->timeline.deadline = s;
    c->rollback.text = s;
    c->rollback.commands.v = strings;
    c->rollback.commands.n = 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_arena a = arena_new(0);
    const char *s = a ? arena_dup_n(a, data, n) : NULL;
    const char *strings[] = { s, s };
    struct document d = { 0 };
    struct phase *p;
    struct requirement *r;
    struct base *base;
    if (!s || n > 4096 || strlen(s) != n) return -1;
    p = arena_push(a, &d.phases, sizeof *p);
    r = arena_push(a, &d.requirements, sizeof *r);
    base = arena_push(a, &d.header.base, sizeof *base);
    *r = (struct requirement){ .id = s, .text = s, .quote = s, .source = s, .line = 1 };
    *base = (struct base){ .repository = s, .alias = "x", .ref = s, .commit = s, .tree = s };
    p->id = "ph1";
    fill_phase(p, s, strings, a);
    fill_closing(&d.closing, s, strings, a);
    d.header.title = d.header.approach = d.header.approach_why = d.header.drafted_by = s;
    d.header.ticket_key = d.header.ticket_title = d.header.ticket_url = s;
    d.overview = s;
    d.out_of_scope.v = strings;
    d.out_of_scope.n = 2;
    judge_markdown(&d);
    return 0;
}
