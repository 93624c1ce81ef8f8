/* Record tables of what is kept of the dialogue. */
#include "pland/service/answers.h"

static const struct field kept_answer_fields[] = {
    F_STR(struct kept_answer, question, FIELD_REQUIRED, 0, 0, "question id"),
    F_STR(struct kept_answer, answer, FIELD_REQUIRED, 0, 0, "the answer"),
    F_BOOL(struct kept_answer, assumed, 0, "the default was taken"),
};
static const struct record kept_answer_record = RECORD("kept_answer", struct kept_answer, kept_answer_fields);
static const struct field kept_answers_fields[] = {
    F_LIST(struct kept_answers, answers, FIELD_ALWAYS, &kept_answer_record, 0, "answers"),
};
const struct record kept_answers_record = RECORD("kept_answers", struct kept_answers, kept_answers_fields);

static const struct field kept_earlier_fields[] = {
    F_LIST(struct kept_earlier, answers, FIELD_ALWAYS, &kept_answer_record, 0, "answers"),
};
const struct record kept_earlier_record = RECORD("kept_earlier", struct kept_earlier, kept_earlier_fields);

static const struct field kept_choice_fields[] = {
    F_STR(struct kept_choice, option, 0, 0, 0, "option id"),
    F_STR(struct kept_choice, own, 0, 0, 0, "an approach of one's own"),
    F_STR(struct kept_choice, reason, 0, 0, 0, "why"),
    F_STR(struct kept_choice, more, 0, 0, 0, "why other options are wanted"),
    F_BOOL(struct kept_choice, assumed, 0, "the recommendation was taken"),
};
const struct record kept_choice_record = RECORD("kept_choice", struct kept_choice, kept_choice_fields);

static const struct field kept_texts_fields[] = { F_STRS(struct kept_texts, texts, FIELD_ALWAYS, 0, 0, "texts") };
const struct record kept_texts_record = RECORD("kept_texts", struct kept_texts, kept_texts_fields);

static const struct field kept_summary_fields[] = {
    F_STR(struct kept_summary, approval, 0, 0, 0, "What is said when the revision waits for approval"),
    F_STR(struct kept_summary, handoff, 0, 0, 0, "What is said at the hand-over"),
};
const struct record kept_summary_record = RECORD("kept_summary", struct kept_summary, kept_summary_fields);

static const struct field draft_reason_fields[] = {
    F_STR(struct draft_reason, reason, FIELD_REQUIRED, 0, 0, "drafted, refinement, edit, restore …"),
    F_STR(struct draft_reason, detail, 0, 0, 0, "in words"),
    F_STR(struct draft_reason, refinement, 0, 0, 0, "refinement id"),
    F_STR(struct draft_reason, comments, 0, 0, 0, "ids of comments"),
    F_INT(struct draft_reason, author, 0, 0, 0, "people.n"),
    F_INT(struct draft_reason, repairs, 0, 0, 0, "repairs tried so far"),
    F_INT(struct draft_reason, approved, 0, 0, 0, "revision whose approval stays when nothing but the base changes"),
    F_INT(struct draft_reason, approver, 0, 0, 0, "people.n: whose approval it is"),
    F_BOOL(struct draft_reason, handed_off, 0, "it was being implemented: that goes on as well"),
};
const struct record draft_reason_record = RECORD("draft_reason", struct draft_reason, draft_reason_fields);

#define T struct kept_estimate
static const struct field estimate_rows[] = {
    F_INT(T, calls, FIELD_ALWAYS, 0, 0, "calls to models"),
    F_INT(T, input, FIELD_ALWAYS, 0, 0, "tokens sent"),
    F_INT(T, output, FIELD_ALWAYS, 0, 0, "tokens received"),
    F_INT(T, cached, FIELD_ALWAYS, 0, 0, "of those sent, read from the vendor's cache"),
    F_MONEY(T, usd, 0, "dollars, where all models have prices"),
    F_INT(T, phases, FIELD_ALWAYS, 0, 0, "phases expected"),
    F_BOOL(T, measured, FIELD_ALWAYS, "on the project's own calls"),
    F_BOOL(T, accepted, 0, "a budget was given with this in view"),
};
static const T unpriced = { .usd = -1 };
const struct record kept_estimate_record = RECORD_FROM("estimate", T, estimate_rows, &unpriced);
#undef T
