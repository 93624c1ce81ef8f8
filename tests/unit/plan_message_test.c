/* Messages in written forms: what each means, what is in none, and what can never be said by accident. */
#include "pland/plan/message.h"

#include "unit/plan_fixture.h"

static struct question questions[] = {
    { .id = "Q1", .text = "Which database?", .preset = "SQLite" },
    { .id = "Q2", .text = "Which version?", .preset = "14" },
    { .id = "Q3", .text = "Keep Redis?", .preset = "no" },
};
static struct option choices[] = { { .id = "A", .title = "A table" }, { .id = "B", .title = "A queue" }, { .id = "C", .title = "A cron job" } };
static struct phase phases[] = { { .id = "ph1", .title = "Store" }, { .id = "ph4", .title = "Serve" }, { .id = "ph2", .title = "Show" } };
static const struct understanding understanding = { .questions = { questions, 3 } };
static const struct options options = { .options = { choices, 3 } };
static struct document head;

static struct message_plan plan_in(enum plan_state state)
{
    head.phases.v = phases;
    head.phases.n = countof(phases);
    return (struct message_plan){ .state = state, .revision = 3, .understanding = &understanding, .options = &options, .head = &head };
}

/* The actions as one line: kind, then what it holds. */
static void written(const struct message *m, struct buf *b)
{
    for (size_t i = 0; i < m->actions.n; i++) {
        const struct message_action *t = &m->actions.v[i];
        buf_fmt(b, "%s%s", i ? "; " : "", message_kind_names[t->kind]);
        if (t->question) buf_fmt(b, " %s", t->question);
        if (t->option) buf_fmt(b, " %s", t->option);
        for (size_t j = 0; j < t->sections.n; j++) buf_fmt(b, " %s", t->sections.v[j]);
        if (t->revision) buf_fmt(b, " r%lld", (long long)t->revision);
        if (t->usd >= 0) buf_fmt(b, " $%lld", (long long)t->usd);
        if (t->tokens >= 0) buf_fmt(b, " %lldt", (long long)t->tokens);
        if (t->text) buf_fmt(b, " [%s]", t->text);
        if (t->reason) buf_fmt(b, " (%s)", t->reason);
    }
}

#define ASK PLAN_AWAITING_ANSWERS
#define CHOICE PLAN_AWAITING_CHOICE
#define REVIEW PLAN_AWAITING_APPROVAL
/* want NULL: in no form; beginning with '!': refused, and the message says that. */
static const struct { enum plan_state state; const char *text, *want; } said[] = {
    { ASK, "Q2: Postgres 15", "answer Q2 [Postgres 15]" },
    { ASK, "q2 = Postgres 15, Q1: no; and Q3: yes", "answer Q2 [Postgres 15]; answer Q1 [no]; answer Q3 [yes]" },
    { ASK, "Q1: Postgres, as in `src/db.c:12`\n\nQ3: keep it:\n - for sessions\n - for locks",
      "answer Q1 [Postgres, as in `src/db.c:12`]; answer Q3 [keep it:\n - for sessions\n - for locks]" },
    { ASK, "accept defaults", "defaults" },
    { ASK, "  Accept  the defaults. ", "defaults" },
    { ASK, "defaults except Q2: Postgres 15", "defaults; answer Q2 [Postgres 15]" },
    { ASK, "Defaults, but Q1: MySQL and Q3: yes", "defaults; answer Q1 [MySQL]; answer Q3 [yes]" },
    { ASK, "correct: we deploy with Nomad\naccept defaults", "correct [we deploy with Nomad]; defaults" },
    { ASK, "Q4: x", "!there is no question 'Q4'; there are Q1 to Q3" },
    { ASK, "Q1: a\nQ1: b", "!Q1 is answered twice" },
    { ASK, "Q1:", "!needs a text" },
    { ASK, "Q1: Postgres\nlooks good to me", NULL },
    { ASK, "I would take the defaults", NULL },
    { ASK, "defaults are silly", NULL },
    { ASK, "choose B", "!choice is not possible now" },
    { ASK, "approve r3", "!approval is not possible now" },
    { ASK, "accept defaults\naccept defaults", "!do not go together" },
    { CHOICE, "choose B", "choose B" },
    { CHOICE, "b", "choose B" },
    { CHOICE, "Option c.", "choose C" },
    { CHOICE, "B, but keep Redis", "choose B [but keep Redis]" },
    { CHOICE, "go with A because it is small", "choose A [it is small]" },
    { CHOICE, "B: but keep Redis", "choose B [but keep Redis]" },
    { CHOICE, "Q2: Postgres 15", "answer Q2 [Postgres 15]" },
    { CHOICE, "other options: these need a queue", "more [these need a queue]" },
    { CHOICE, "own: a trigger, because nothing else sees the row", "own [a trigger] (nothing else sees the row)" },
    { CHOICE, "own: a trigger", NULL },
    { CHOICE, "choose D", "!there is no option 'D'; there are A to C" },
    { CHOICE, "choose A\nchoose B", "!do not go together" },
    { CHOICE, "choose A\nQ1: x", "!do not go together" },
    { CHOICE, "A good idea would be a queue", NULL },
    { CHOICE, "A, I think, is wrong", NULL },
    { CHOICE, "choose the second", NULL },
    { CHOICE, "more", NULL },
    { REVIEW, "refine P3: retry three times", "refine ph2 [retry three times]" },
    { REVIEW, "P2: log it\nand count it\n\nrisks: name the vendor", "refine ph4 [log it\nand count it]; refine risks [name the vendor]" },
    { REVIEW, "refine p1, ph2 and risks: say who", "refine ph1 ph2 risks [say who]" },
    { REVIEW, "refine: shorter", "refine [shorter]" },
    { REVIEW, "split phase 3", "refine ph2 [split phase 3]" },
    { REVIEW, "Merge P1 and P2", "refine ph1 ph4 [Merge P1 and P2]" },
    { REVIEW, "move the phase 3 before phase 1", "refine ph2 ph1 [move the phase 3 before phase 1]" },
    { REVIEW, "estimate P2 4h", "refine ph4 [estimate P2 4h]" },
    { REVIEW, "drop P2, rename P1 to Storage and estimate P3 4h\nat most",
      "refine ph4 [drop P2]; refine ph1 [rename P1 to Storage]; refine ph2 [estimate P3 4h\nat most]" },
    { REVIEW, "merge P1 and P2; and then move P3 first", "refine ph1 ph4 [merge P1 and P2]; refine ph2 [move P3 first]" },
    { REVIEW, "rename P1 to Load, store and drop", "refine ph1 [rename P1 to Load, store and drop]" },
    { REVIEW, "rename P1 to A band, splitting P2", "refine ph1 ph4 [rename P1 to A band, splitting P2]" },
    { REVIEW, "refine P9: x", "!revision 3 has no section 'P9'; its phases are P1 to P3" },
    { REVIEW, "split hairs", NULL },
    { REVIEW, "please change: everything", NULL },
    { REVIEW, "approve r3", "approve r3" },
    { REVIEW, " Approve R3\n", "approve r3" },
    { REVIEW, "approve r2", "!the newest revision is r3: read it, then say: approve r3" },
    { REVIEW, "approve", NULL },
    { REVIEW, "approve r3.", NULL },
    { REVIEW, "approve r3 please", NULL },
    { REVIEW, "approved r3", NULL },
    { REVIEW, "I approve r3", NULL },
    { REVIEW, "LGTM, ship it", NULL },
    { REVIEW, "approve r3\nrefine P1: x", "!an approval stands alone" },
    { REVIEW, "approve r3\napprove r3", "!an approval stands alone" },
    { REVIEW, "refine P1: x\nthen approve r3", "refine ph1 [x\nthen approve r3]" },
    { REVIEW, "refine P1: x\napprove r3", "!do not go together" },
    { REVIEW, "reject: not this year", "reject [not this year]" },
    { REVIEW, "reject", NULL },
    { PLAN_AWAITING_BUDGET, "budget $2.50", "budget $2500000" },
    { PLAN_AWAITING_BUDGET, "budget: 400000 tokens", "budget 400000t" },
    { PLAN_AWAITING_BUDGET, "budget 5 dollars", "budget $5000000" },
    { PLAN_AWAITING_BUDGET, "budget 5", NULL },
    { PLAN_AWAITING_BUDGET, "budget 9999999999 tokens", NULL },
    { PLAN_APPROVED, "refine P1: x", "refine ph1 [x]" },
    { PLAN_COMPLETED, "refine P1: x", "!is completed" },
    { PLAN_AWAITING_TICKET, "# Sessions expire\n\napprove r3", "ticket Sessions expire [# Sessions expire\n\napprove r3]" },
};

static void refused(const char *text, const char *want, enum err_kind k, const struct err *e)
{
    ck_assert_msg(k == ERR_INVALID || k == ERR_STATE, "%s: %d", text, k);
    ck_assert_msg(strstr(e->msg, want) != NULL, "%s: %s", text, e->msg);
    if (k == ERR_INVALID) ck_assert_str_eq(e->at, "/text");
}

START_TEST(a_form_means_what_it_says)
{
    for (size_t i = 0; i < countof(said); i++) {
        struct message_plan p = plan_in(said[i].state);
        const char *want = said[i].want;
        struct message m;
        struct err e = { 0 };
        auto_arena a = arena_new(0);
        auto_buf got = BUF_INIT(1 << 20);
        enum err_kind k = message_parse(said[i].text, &p, a, &m, &e);
        if (want && want[0] == '!') {
            refused(said[i].text, want + 1, k, &e);
            continue;
        }
        ck_assert_msg(k == ERR_OK, "%s: %s", said[i].text, e.msg);
        written(&m, &got);
        ck_assert_str_eq(buf_cstr(&got), want ? want : "");
        ck_assert_int_eq(m.ambiguous, !want);
        ck_assert_int_eq(m.doubt != NULL, !want);
        ck_assert_int_eq(m.restatement[0] != '\0', want != NULL);
    }
}
END_TEST

START_TEST(what_was_understood_is_said_back)
{
    struct message_plan ask = plan_in(ASK), review = plan_in(REVIEW), choice = plan_in(CHOICE);
    struct message m;
    struct err e;
    auto_arena a = arena_new(0);
    ck_assert_int_eq(message_parse("defaults except Q2: Postgres 15", &ask, a, &m, &e), ERR_OK);
    ck_assert_str_eq(m.restatement, "Take the default of every question that has no answer: Q1 SQLite; Q3 no\n"
                                    "Answer to Q2 (Which version?): Postgres 15");
    ck_assert_int_eq(message_verb(&m), VERB_ANSWERS);
    ck_assert_int_eq(message_parse("B, but keep Redis", &choice, a, &m, &e), ERR_OK);
    ck_assert_str_eq(m.restatement, "Choose option B (A queue); said to it: but keep Redis");
    ck_assert_int_eq(message_parse("split phase 3", &review, a, &m, &e), ERR_OK);
    ck_assert_str_eq(m.restatement, "Change ph2 (P3, Show): split phase 3");
}
END_TEST

/* Every waiting state can be talked to, and its hint is in its own forms. */
START_TEST(every_waiting_state_says_how_to_talk_to_it)
{
    for (int s = 0; s < PLAN_STATE_N_; s++)
        ck_assert_int_eq(message_forms((enum plan_state)s)[0] != '\0', plan_activity((enum plan_state)s) == ACTIVITY_WAITING);
}
END_TEST

UNIT_MAIN("plan_message", { a_form_means_what_it_says, what_was_understood_is_said_back,
                            every_waiting_state_says_how_to_talk_to_it })
