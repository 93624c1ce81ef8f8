/* Protects the life of a plan: every (state, verb) and (state, outcome) pair against an expectation written down here
 * a second time, in the other direction: by verb, not by state. */
#include "pland/plan/state.h"

#include <string.h>

#include "unit/check_main.h"

enum { NO = -1, STAYS = -2, RESUMES = -3 };

/* Columns: awaiting_ticket researching awaiting_answers designing awaiting_choice drafting checking awaiting_approval
 * revising awaiting_budget approved implementing completed failed cancelled */
#define RES PLAN_RESEARCHING
#define ANS PLAN_AWAITING_ANSWERS
#define DES PLAN_DESIGNING
#define CHO PLAN_AWAITING_CHOICE
#define DRA PLAN_DRAFTING
#define CHE PLAN_CHECKING
#define APP PLAN_AWAITING_APPROVAL
#define REV PLAN_REVISING
#define BUD PLAN_AWAITING_BUDGET
#define OKD PLAN_APPROVED
#define IMP PLAN_IMPLEMENTING
#define DON PLAN_COMPLETED
#define FAI PLAN_FAILED
#define CAN PLAN_CANCELLED
#define S_ STAYS
#define R_ RESUMES

static const int by_verb[PLAN_VERB_N_][PLAN_STATE_N_] = {
    [VERB_TICKET] = { RES, RES, RES, NO, RES, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [VERB_ANSWERS] = { NO, NO, DES, NO, DES, NO, NO, REV, NO, S_, NO, NO, NO, NO, NO },
    [VERB_CHOICE] = { NO, NO, NO, NO, DRA, NO, NO, DRA, NO, NO, DRA, NO, NO, NO, NO },
    [VERB_REFINE] = { NO, NO, NO, NO, NO, NO, S_, REV, S_, NO, REV, REV, NO, NO, NO },
    [VERB_EDIT] = { NO, NO, NO, NO, NO, NO, NO, CHE, NO, NO, CHE, NO, NO, NO, NO },
    [VERB_APPROVE] = { NO, NO, NO, NO, NO, NO, NO, OKD, NO, NO, NO, NO, NO, NO, NO },
    [VERB_REJECT] = { CAN, NO, CAN, NO, CAN, NO, NO, CAN, NO, CAN, CAN, NO, NO, CAN, NO },
    [VERB_BUDGET] = { S_, S_, S_, S_, S_, S_, S_, S_, S_, R_, S_, S_, NO, NO, NO },
    [VERB_HANDOFF] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, IMP, NO, NO, NO, NO },
    [VERB_PROGRESS] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, S_, NO, NO, NO },
    [VERB_CANCEL] = { CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN, CAN, NO, CAN, NO },
    [VERB_RETRY] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, R_, NO },
    [VERB_FORK] = { S_, S_, S_, S_, S_, S_, S_, S_, S_, S_, S_, S_, S_, S_, S_ },
    [VERB_MESSAGE] = { RES, NO, S_, NO, S_, NO, NO, S_, NO, S_, S_, S_, NO, NO, NO },
    [VERB_REBASE] = { NO, NO, NO, NO, NO, NO, NO, CHE, NO, NO, CHE, CHE, NO, NO, NO },
    [VERB_CLAIM] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, S_, NO, NO, NO },
    [VERB_VERIFY] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, S_, S_, NO, NO },
};

static const int by_outcome[PLAN_OUTCOME_N_][PLAN_STATE_N_] = {
    [OUTCOME_ASKED] = { NO, ANS, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_CLEAR] = { NO, DES, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_SMALL] = { NO, DRA, NO, DRA, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_OFFERED] = { NO, NO, NO, CHO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_DECIDED] = { NO, NO, NO, DRA, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_DRAFTED] = { NO, NO, NO, NO, NO, CHE, NO, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_PUBLISHED] = { NO, NO, NO, NO, NO, NO, APP, NO, NO, NO, NO, NO, NO, NO, NO },
    [OUTCOME_REVISED] = { NO, NO, NO, NO, NO, NO, NO, NO, CHE, NO, NO, NO, NO, NO, NO },
    [OUTCOME_BUDGET] = { NO, BUD, NO, BUD, NO, BUD, BUD, NO, BUD, NO, NO, NO, NO, NO, NO },
    [OUTCOME_FAILED] = { NO, FAI, NO, FAI, NO, FAI, FAI, NO, FAI, NO, NO, NO, NO, NO, NO },
    [OUTCOME_FINISHED] = { NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, DON, NO, NO, NO },
};

static const enum plan_state working[] = { RES, DES, DRA, CHE, REV };

static int target(int cell, int from, int resume)
{
    return cell == STAYS ? from : cell == RESUMES ? resume : cell;
}

START_TEST(every_verb_in_every_state)
{
    for (int s = 0; s < PLAN_STATE_N_; s++) {
        for (int v = 0; v < PLAN_VERB_N_; v++) {
            int want = by_verb[v][s];
            for (size_t r = 0; r < countof(working); r++) {
                struct err e = { 0 };
                enum plan_state to = PLAN_STATE_N_;
                enum err_kind k = plan_apply((enum plan_state)s, (enum plan_verb)v, working[r], &to, &e);
                ck_assert_msg((k == ERR_OK) == (want != NO), "%s %s", plan_state_names[s], plan_verb_names[v]);
                ck_assert_int_eq(plan_allows((enum plan_state)s, (enum plan_verb)v), want != NO);
                if (want == NO) {
                    ck_assert_int_eq(k, ERR_STATE);
                    ck_assert_int_eq(to, PLAN_STATE_N_);
                } else {
                    ck_assert_msg((int)to == target(want, s, (int)working[r]), "%s %s leads to %s",
                                  plan_state_names[s], plan_verb_names[v], plan_state_names[to]);
                }
            }
        }
    }
}
END_TEST

START_TEST(every_outcome_in_every_state)
{
    for (int s = 0; s < PLAN_STATE_N_; s++) {
        for (int o = 0; o < PLAN_OUTCOME_N_; o++) {
            struct err e = { 0 };
            enum plan_state to = PLAN_STATE_N_;
            enum err_kind k = plan_advance((enum plan_state)s, (enum plan_outcome)o, &to, &e);
            int want = by_outcome[o][s];
            enum err_kind expected = want == NO ? ERR_INTERNAL : ERR_OK;
            ck_assert_msg(k == expected, "%s outcome %d: %s", plan_state_names[s], o, e.msg);
            ck_assert_int_eq((int)to, want == NO ? (int)PLAN_STATE_N_ : want);
        }
    }
}
END_TEST

START_TEST(only_working_states_resume)
{
    for (int s = 0; s < PLAN_STATE_N_; s++) {
        struct err e = { 0 };
        enum plan_state to = PLAN_STATE_N_;
        bool works = plan_activity((enum plan_state)s) == ACTIVITY_WORKING;
        enum err_kind k = plan_apply(PLAN_FAILED, VERB_RETRY, (enum plan_state)s, &to, &e);
        ck_assert_int_eq(k, works ? ERR_OK : ERR_INTERNAL);
        k = plan_apply(PLAN_AWAITING_BUDGET, VERB_BUDGET, (enum plan_state)s, &to, &e);
        ck_assert_int_eq(k, works ? ERR_OK : ERR_INTERNAL);
    }
}
END_TEST

START_TEST(a_refusal_names_state_and_what_is_possible)
{
    struct err e = { 0 };
    enum plan_state to;
    ck_assert_int_eq(plan_apply(PLAN_DRAFTING, VERB_APPROVE, PLAN_DRAFTING, &to, &e), ERR_STATE);
    ck_assert_str_eq(e.extra, "\"state\":\"drafting\",\"allowed\":[\"budget\",\"cancel\",\"fork\"]");
    ck_assert_ptr_nonnull(strstr(e.msg, "drafting"));
    ck_assert_ptr_nonnull(strstr(e.msg, "approval"));
    for (int s = 0; s < PLAN_STATE_N_; s++) { /* the longest list fits, too */
        enum err_kind k = plan_apply((enum plan_state)s, VERB_RETRY, PLAN_DRAFTING, &to, &e);
        if (k == ERR_STATE) ck_assert_int_eq(e.extra[strlen(e.extra) - 1], ']');
    }
}
END_TEST

START_TEST(names_are_complete_and_parse)
{
    for (int s = 0; s < PLAN_STATE_N_; s++) {
        enum plan_state back;
        ck_assert(plan_state_parse(plan_state_names[s], &back));
        ck_assert_int_eq((int)back, s);
    }
    for (int v = 0; v < PLAN_VERB_N_; v++) ck_assert_ptr_nonnull(plan_verb_names[v]);
    ck_assert_ptr_null(plan_state_names[PLAN_STATE_N_]);
    ck_assert_ptr_null(plan_verb_names[PLAN_VERB_N_]);
    enum plan_state unset = PLAN_CHECKING;
    ck_assert(!plan_state_parse("Drafting", &unset));
    ck_assert(!plan_state_parse(NULL, &unset));
    ck_assert_int_eq(unset, PLAN_CHECKING);
}
END_TEST

START_TEST(needs_are_verbs_that_the_state_takes)
{
    for (int s = 0; s < PLAN_STATE_N_; s++) {
        const struct plan_needs *n = plan_needs((enum plan_state)s);
        bool waits = plan_activity((enum plan_state)s) == ACTIVITY_WAITING || s == PLAN_FAILED;
        int v = 0;
        ck_assert_msg((n != NULL) == waits, "%s", plan_state_names[s]);
        if (!n) continue;
        while (v < PLAN_VERB_N_ && strcmp(plan_verb_names[v], n->action) != 0) v++;
        ck_assert_msg(v < PLAN_VERB_N_ && plan_allows((enum plan_state)s, (enum plan_verb)v), "%s", n->action);
        ck_assert_str_eq(n->method, n->path[0] ? "POST" : "PATCH");
        ck_assert_uint_gt(strlen(n->message), 20);
    }
}
END_TEST

START_TEST(activities)
{
    static const enum plan_state ended[] = { DON, FAI, CAN };
    int count[3] = { 0 };
    for (int s = 0; s < PLAN_STATE_N_; s++) count[plan_activity((enum plan_state)s)]++;
    ck_assert_int_eq(count[ACTIVITY_WORKING], (int)countof(working));
    ck_assert_int_eq(count[ACTIVITY_ENDED], (int)countof(ended));
    for (size_t i = 0; i < countof(working); i++) ck_assert_int_eq(plan_activity(working[i]), ACTIVITY_WORKING);
    for (size_t i = 0; i < countof(ended); i++) ck_assert_int_eq(plan_activity(ended[i]), ACTIVITY_ENDED);
}
END_TEST

START_TEST(table_prints_every_state)
{
    auto_buf b = BUF_INIT(1 << 20);
    size_t lines = 0;
    plan_state_table(&b);
    ck_assert_int_eq(b.failed, ERR_OK);
    for (size_t i = 0; i < b.n; i++) lines += b.p[i] == '\n';
    ck_assert_uint_eq(lines, 2 + PLAN_STATE_N_);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "approval → `approved`"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "retry → where it stopped"));
}
END_TEST

UNIT_MAIN("plan_state", { every_verb_in_every_state, every_outcome_in_every_state, only_working_states_resume,
                          a_refusal_names_state_and_what_is_possible, names_are_complete_and_parse,
                          needs_are_verbs_that_the_state_takes, activities, table_prints_every_state })
