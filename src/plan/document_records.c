/* Tables of the plan document: phases, closing sections, header, the whole. */
#include "pland/plan/document.h"

#include "plan/records.h"

const char *const change_names[] = {
    [CHANGE_MODIFY] = "modify", [CHANGE_CREATE] = "create", [CHANGE_DELETE] = "delete", [CHANGE_RENAME] = "rename",
    NULL,
};
const char *const before_names[] = { [BEFORE_FAIL] = "fail", [BEFORE_PASS] = "pass", NULL };
const char *const test_level_names[] = {
    [TEST_UNIT] = "unit", [TEST_INTEGRATION] = "integration", [TEST_E2E] = "e2e", [TEST_PERFORMANCE] = "performance",
    NULL,
};

/* --- a phase --------------------------------------------------------------------------------------------------- */
#define T struct file_change
static const struct field file_change_rows[] = {
    F_STR(T, path, NAMED, 1, LINE_BYTES, "Path in the repository, after the change"),
    F_ENUM(T, change, GIVEN, change_names,
           "modify, delete and rename need a file that exists; create one that does not"),
    F_STR(T, from, 0, 0, LINE_BYTES, "With rename: the path before"),
    F_STR(T, why, GIVEN, 0, LINE_BYTES, "What changes in it"),
};
#undef T
static const struct record file_change_record = RECORD("file_change", struct file_change, file_change_rows);

#define T struct code_block
static const struct field code_block_rows[] = {
    F_STR(T, path, 0, 0, LINE_BYTES, "The file it belongs to"),
    F_STR(T, language, 0, 0, ID_BYTES, "Language name for highlighting"),
    F_STR(T, text, NAMED, 1, CODE_BYTES, "The code"),
};
#undef T
static const struct record code_block_record = RECORD("code_block", struct code_block, code_block_rows);

#define T struct step
static const struct field step_rows[] = {
    F_STR(T, id, FIELD_INTERNAL, 0, ID_BYTES, "ph1.s1, ph1.s2, …"),
    F_STR(T, title, NAMED, 1, LINE_BYTES, "What to do, in a few words"),
    F_STR(T, text, GIVEN, 0, TEXT_BYTES, "How to do it, precisely enough for somebody new to the code; Markdown"),
    F_LIST(T, files, LISTED, &file_change_record, FEW, "Every file the step touches"),
    F_LIST(T, code, LISTED, &code_block_record, 50, "Code worth showing: interfaces, schemas, migrations"),
};
#undef T
static const struct record step_record = RECORD("step", struct step, step_rows);

#define T struct automated
static const struct field automated_rows[] = {
    F_STR(T, command, NAMED, 1, TEXT_BYTES, "A command to run from the root of the repository"),
    F_STR(T, expect, GIVEN, 0, LINE_BYTES, "What passing looks like"),
    F_ENUM(T, expected_before, GIVEN, before_names, "What the command does before this phase"),
    F_STR(T, provided_by, GIVEN, 0, ID_BYTES,
          "Who provides the command: repository, system, or the id of this or an earlier phase"),
};
#undef T
static const struct record automated_record = RECORD("automated", struct automated, automated_rows);

#define T struct phase
static const struct field phase_rows[] = {
    F_STR(T, id, FIELD_INTERNAL, 0, ID_BYTES, "ph1, ph2, …; assigned once, never reused"),
    F_STR(T, title, NAMED, 1, LINE_BYTES, "What the phase delivers, in a few words"),
    F_STR(T, goal, NAMED, 1, TEXT_BYTES, "What is possible after it that was not before"),
    F_LIST(T, provides, LISTED, &deliverable_record, FEW, "What it creates that others rely on"),
    F_LIST(T, uses, LISTED, &deliverable_record, FEW, "What it relies on, of the codebase or of earlier phases"),
    F_STRS(T, depends_on, LISTED, FEW, ID_BYTES, "Ids of the phases that must be done first"),
    F_STRS(T, requirements, LISTED, MANY, ID_BYTES, "Ids of the requirements it covers"),
    F_STR(T, why, 0, 0, TEXT_BYTES, "When it covers no requirement: why it is needed"),
    F_REC(T, estimate, GIVEN, &estimate_record, "Effort"),
    F_LIST(T, steps, GIVEN, &step_record, FEW, "The steps in order"),
    F_LIST(T, automated, GIVEN, &automated_record, FEW, "Success criteria that a command checks; at least one"),
    F_STRS(T, manual, GIVEN, FEW, TEXT_BYTES, "Success criteria that a person checks; at least one"),
    F_STR(T, rollback, GIVEN, 0, TEXT_BYTES, "How to undo this phase alone"),
    F_STR(T, drafted_by, FIELD_INTERNAL, 0, LINE_BYTES, "offline, or the model"),
};
#undef T
const struct record phase_record = RECORD("phase", struct phase, phase_rows);

/* --- the closing sections -------------------------------------------------------------------------------------- */
#define T struct success
static const struct field success_rows[] = {
    F_STR(T, text, NAMED, 1, TEXT_BYTES, "What success means"),
    F_STR(T, measure, GIVEN, 0, LINE_BYTES, "The number or observation that decides it"),
};
#undef T
static const struct record success_record = RECORD("success", struct success, success_rows);

#define T struct stack_choice
static const struct field stack_choice_rows[] = {
    F_STR(T, choice, NAMED, 1, LINE_BYTES, "A technology the plan uses"),
    F_STR(T, why, GIVEN, 0, TEXT_BYTES, "Why"),
    F_LIST(T, evidence, LISTED, &evidence_record, FEW, "Where the codebase uses it already; empty when it is new"),
};
#undef T
static const struct record stack_choice_record = RECORD("stack_choice", struct stack_choice, stack_choice_rows);

#define T struct test_scenario
static const struct field test_scenario_rows[] = {
    F_ENUM(T, level, GIVEN, test_level_names, "Level of the test"),
    F_STR(T, name, NAMED, 1, LINE_BYTES, "What the test shows"),
    F_STR(T, file, GIVEN, 0, LINE_BYTES, "The file it is in or will be in"),
    F_STR(T, requirement, 0, 0, ID_BYTES, "Id of the requirement it covers"),
};
#undef T
static const struct record test_scenario_record = RECORD("test_scenario", struct test_scenario, test_scenario_rows);

#define T struct risk
static const struct field risk_rows[] = {
    F_STR(T, risk, NAMED, 1, TEXT_BYTES, "What may go wrong"),
    F_ENUM(T, likelihood, GIVEN, level_names, "How likely it is"),
    F_ENUM(T, impact, GIVEN, level_names, "How bad it would be"),
    F_STR(T, mitigation, GIVEN, 0, TEXT_BYTES, "What the plan does against it"),
    F_STR(T, contingency, GIVEN, 0, TEXT_BYTES, "What to do when it happens all the same"),
};
#undef T
static const struct record risk_record = RECORD("risk", struct risk, risk_rows);

#define T struct rollback
static const struct field rollback_rows[] = {
    F_STR(T, text, GIVEN, 0, TEXT_BYTES, "How to undo the whole change, in order, and what cannot be undone"),
    F_STRS(T, commands, LISTED, FEW, TEXT_BYTES, "The commands for it"),
};
#undef T
static const struct record rollback_record = RECORD("rollback", struct rollback, rollback_rows);

#define T struct documentation
static const struct field documentation_rows[] = {
    F_STR(T, target, NAMED, 1, LINE_BYTES, "The document: a path, API docs, README, runbook, a diagram"),
    F_STR(T, change, NAMED, 1, TEXT_BYTES, "What is added or changed in it"),
};
#undef T
static const struct record documentation_record = RECORD("documentation", struct documentation, documentation_rows);

#define T struct done_item
static const struct field done_item_rows[] = {
    F_STR(T, item, NAMED, 1, TEXT_BYTES, "What must be so before this counts as done"),
    F_STR(T, waived, 0, 0, TEXT_BYTES, "When it does not apply here: why"),
};
#undef T
static const struct record done_item_record = RECORD("done_item", struct done_item, done_item_rows);

#define T struct decision
static const struct field decision_rows[] = {
    F_STR(T, decision, NAMED, 1, TEXT_BYTES, "What was decided"),
    F_STR(T, why, GIVEN, 0, TEXT_BYTES, "Why"),
    F_STRS(T, alternatives, LISTED, 20, TEXT_BYTES, "What was not chosen, and why not"),
};
#undef T
static const struct record decision_record = RECORD("decision", struct decision, decision_rows);

#define T struct timeline
static const struct field timeline_rows[] = {
    F_STR(T, deadline, 0, 0, LINE_BYTES, "The deadline as the ticket says it"),
    F_INT(T, people, 0, 0, 10000, "How many people are given; null when nobody says"),
    F_INT(T, available, 0, 0, MINUTES_MAX, "Minutes of work left until the deadline (480 a day for each person)"),
    F_STR(T, note, 0, 0, TEXT_BYTES, "What to know about the schedule"),
};
#undef T
static const struct record timeline_record = RECORD("timeline", struct timeline, timeline_rows);

#define T struct waived_section
static const struct field waived_section_rows[] = {
    F_STR(T, section, NAMED, 1, ID_BYTES,
          "Section that does not apply: success, stack, tests, risks, rollback, documentation, done, migration, "
          "decisions, assumptions, questions, timeline, scope or requirements"),
    F_STR(T, reason, NAMED, 1, TEXT_BYTES, "Why it does not apply"),
};
#undef T
static const struct record waived_section_record = RECORD("waived_section", struct waived_section, waived_section_rows);

#define T struct closing
static const struct field closing_rows[] = {
    F_LIST(T, success, LISTED, &success_record, FEW, "Measurable success criteria of the whole change"),
    F_LIST(T, stack, LISTED, &stack_choice_record, FEW, "Technologies used, each with evidence"),
    F_LIST(T, tests, LISTED, &test_scenario_record, MANY, "Test scenarios, every requirement covered"),
    F_LIST(T, risks, LISTED, &risk_record, FEW, "Risks"),
    F_REC(T, rollback, 0, &rollback_record, "Rollback of the whole change"),
    F_LIST(T, documentation, LISTED, &documentation_record, FEW, "Documentation to update"),
    F_LIST(T, done, LISTED, &done_item_record, FEW, "Definition of done"),
    F_STR(T, migration, 0, 0, TEXT_BYTES, "Migration notes: data, compatibility, order of deployment; Markdown"),
    F_LIST(T, decisions, LISTED, &decision_record, FEW, "Key decisions"),
    F_STRS(T, assumptions, LISTED, FEW, TEXT_BYTES, "What the plan takes for granted"),
    F_STRS(T, questions, LISTED, FEW, TEXT_BYTES, "Questions still open"),
    F_REC(T, timeline, 0, &timeline_record, "Deadline and people, as the ticket says"),
    F_LIST(T, not_applicable, LISTED, &waived_section_record, FEW, "Sections that do not apply"),
};
#undef T
const struct record closing_record = RECORD("closing", struct closing, closing_rows);

/* --- the whole ------------------------------------------------------------------------------------------------- */
#define T struct base
static const struct field base_rows[] = {
    F_STR(T, repository, 0, 0, 200, "Id or name of the repository"),
    F_STR(T, alias, 0, 0, ID_BYTES, "Prefix of its paths"),
    F_STR(T, ref, 0, 0, 250, "The ref that was resolved"),
    F_STR(T, commit, FIELD_NULLABLE, 0, 100, "The commit, null when it is no git tree"),
    F_STR(T, tree, 0, 0, 100, "The tree that everything was checked against"),
};
#undef T
static const struct record base_record = RECORD("base", struct base, base_rows);

#define T struct header
static const struct field header_rows[] = {
    F_STR(T, title, NAMED, 1, 300, "Title of the plan"),
    F_STR(T, created, FIELD_UNHASHED, 0, ID_BYTES, "When this revision was made"),
    F_STR(T, drafted_by, FIELD_INTERNAL, 0, LINE_BYTES, "offline, or the model"),
    F_STR(T, ticket_key, 0, 0, 200, "The tracker's name for the ticket"),
    F_STR(T, ticket_url, 0, 0, LINE_BYTES, "Where the ticket lives"),
    F_STR(T, ticket_title, 0, 0, LINE_BYTES, "The ticket's title"),
    F_STR(T, approach, 0, 0, TEXT_BYTES, "The approach in one or two sentences"),
    F_STR(T, approach_why, 0, 0, TEXT_BYTES, "Why this approach"),
    F_LIST(T, base, LISTED, &base_record, 20, "The codebases it was made for"),
};
#undef T
const struct record header_record = RECORD("header", struct header, header_rows);

#define T struct document
static const struct field document_rows[] = {
    F_REC(T, header, GIVEN, &header_record, "What, for which ticket, on which code"),
    F_STR(T, overview, 0, 0, TEXT_BYTES, "Technical overview; Markdown"),
    F_LIST(T, requirements, LISTED, &requirement_record, MANY, "Requirements"),
    F_STRS(T, out_of_scope, LISTED, FEW, LINE_BYTES, "What this plan leaves alone on purpose"),
    F_LIST(T, phases, LISTED, &phase_record, FEW, "Phases in order"),
    F_REC(T, closing, 0, &closing_record, "Everything else"),
};
#undef T
const struct record document_record = RECORD("document", struct document, document_rows);

#define T struct verdict
static const struct field verdict_rows[] = {
    F_INT(T, verified, FIELD_ALWAYS, 0, INT64_MAX, "Paths, commands and claims that hold in the tree"),
    F_INT(T, to_create, FIELD_ALWAYS, 0, INT64_MAX, "Paths that the plan creates"),
    F_INT(T, unprovable, FIELD_ALWAYS, 0, INT64_MAX, "What cannot be proven here"),
    F_INT(T, failed, FIELD_ALWAYS, 0, INT64_MAX, "What is wrong"),
};
#undef T
const struct record verdict_record = RECORD("verdict", struct verdict, verdict_rows);
