/* Tables of what the steps of planning produce: understanding, options, outline. The help texts reach models as part
 * of the schema, so they are instructions. */
#include "pland/plan/document.h"

#include "plan/records.h"

const char *const level_names[] = { [LEVEL_LOW] = "low", [LEVEL_MEDIUM] = "medium", [LEVEL_HIGH] = "high", NULL };
const char *const deliverable_names[] = {
    [DELIVERS_FILE] = "file",         [DELIVERS_SYMBOL] = "symbol",   [DELIVERS_TABLE] = "table",
    [DELIVERS_ENDPOINT] = "endpoint", [DELIVERS_COMMAND] = "command", NULL,
};

/* --- pieces ---------------------------------------------------------------------------------------------------- */
#define T struct evidence
static const struct field evidence_rows[] = {
    F_STR(T, path, NAMED, 1, LINE_BYTES, "Path of an existing file, exactly as in the repository"),
    F_INT(T, line, 0, 0, LINE_NUMBER_MAX, "Line number from 1; null for the file as a whole"),
    F_STR(T, note, 0, 0, LINE_BYTES, "What stands there, when the path alone does not say it"),
};
#undef T
const struct record evidence_record = RECORD("evidence", struct evidence, evidence_rows);

#define T struct finding
static const struct field finding_rows[] = {
    F_STR(T, text, NAMED, 1, LINE_BYTES, "One statement about the codebase"),
    F_LIST(T, evidence, GIVEN, &evidence_record, FEW, "Where in the codebase it can be seen"),
};
#undef T
const struct record finding_record = RECORD("finding", struct finding, finding_rows);

#define T struct estimate
static const struct field estimate_rows[] = {
    F_INT(T, optimistic, GIVEN, 0, MINUTES_MAX, "Minutes of work when all goes well"),
    F_INT(T, likely, GIVEN, 0, MINUTES_MAX, "Minutes of work that are most likely"),
    F_INT(T, pessimistic, GIVEN, 0, MINUTES_MAX, "Minutes of work when much goes wrong"),
};
#undef T
const struct record estimate_record = RECORD("estimate", struct estimate, estimate_rows);

#define T struct deliverable
static const struct field deliverable_rows[] = {
    F_ENUM(T, kind, GIVEN, deliverable_names, "What it is"),
    F_STR(T, name, NAMED, 1, LINE_BYTES,
          "Its exact name: a path, a function or type, a table, \"POST /x\", or a command line"),
};
#undef T
const struct record deliverable_record = RECORD("deliverable", struct deliverable, deliverable_rows);

#define T struct requirement
static const struct field requirement_rows[] = {
    F_STR(T, id, NAMED, 1, ID_BYTES, "R1, R2, … in order"),
    F_STR(T, text, NAMED, 1, TEXT_BYTES, "What must be true afterwards, in one sentence that can be checked"),
    F_STR(T, quote, 0, 0, TEXT_BYTES, "The words it comes from, quoted exactly"),
    F_STR(T, source, 0, 0, LINE_BYTES, "Where these words are: ticket, or the path of a file that was read"),
    F_INT(T, line, 0, 0, LINE_NUMBER_MAX, "Line number of the quote, from 1"),
};
#undef T
const struct record requirement_record = RECORD("requirement", struct requirement, requirement_rows);

/* --- understanding --------------------------------------------------------------------------------------------- */
#define T struct question
static const struct field question_rows[] = {
    F_STR(T, id, FIELD_INTERNAL, 0, ID_BYTES, "Q1, Q2, …"),
    F_STR(T, text, NAMED, 1, TEXT_BYTES, "The question, answerable in a sentence"),
    F_STR(T, why, GIVEN, 0, TEXT_BYTES, "Why it matters: what would be planned differently"),
    F_STRS(T, options, GIVEN, 20, LINE_BYTES, "Likely answers; an empty list when the answer is free"),
    { .key = "default", .type = FIELD_STR, .flags = GIVEN, .offset = offsetof(T, preset), .max = TEXT_BYTES,
      .help = "The answer that the plan goes on with when nobody answers" },
    F_STR(T, searched, GIVEN, 0, TEXT_BYTES, "What was looked at in the ticket and the codebase before asking"),
};
#undef T
const struct record question_record = RECORD("question", struct question, question_rows);

#define T struct understanding
static const struct field understanding_rows[] = {
    F_STR(T, summary, NAMED, 1, TEXT_BYTES, "What is wanted and what the codebase is, in a few sentences"),
    F_LIST(T, stack, GIVEN, &finding_record, FEW, "Languages, frameworks, versions, stores"),
    F_LIST(T, architecture, GIVEN, &finding_record, FEW, "How the code is built up where the ticket touches it"),
    F_LIST(T, testing, GIVEN, &finding_record, FEW, "How it is tested and how the tests are run"),
    F_LIST(T, deploy, GIVEN, &finding_record, FEW, "How it is built, released and deployed"),
    F_STRS(T, kinds, GIVEN, 20, ID_BYTES,
           "Kinds of work: api, database, frontend, microservice, bug, refactoring, infrastructure, documentation"),
    F_ENUM(T, size, GIVEN, plan_size_names, "small: one or two phases will do; full: anything larger"),
    F_STR(T, size_why, GIVEN, 0, LINE_BYTES, "Why this size"),
    F_LIST(T, questions, GIVEN, &question_record, 30,
           "Only what changes the plan and cannot be found in the ticket or the codebase; an empty list is best"),
};
#undef T
const struct record understanding_record = RECORD("understanding", struct understanding, understanding_rows);

/* --- options --------------------------------------------------------------------------------------------------- */
#define T struct option
static const struct field option_rows[] = {
    F_STR(T, id, NAMED, 1, ID_BYTES, "A, B, C in order"),
    F_STR(T, title, NAMED, 1, LINE_BYTES, "The approach in a few words"),
    F_STR(T, summary, NAMED, 1, TEXT_BYTES, "How it works, naming the parts of this codebase it touches"),
    F_STR(T, diagram, GIVEN, 0, TEXT_BYTES, "Text diagram of the components and what flows between them"),
    F_STRS(T, pros, GIVEN, 20, LINE_BYTES, "What speaks for it here"),
    F_STRS(T, cons, GIVEN, 20, LINE_BYTES, "What speaks against it here"),
    F_STR(T, best_for, GIVEN, 0, LINE_BYTES, "When to choose it"),
    F_STR(T, effort, GIVEN, 0, LINE_BYTES, "Rough effort, in days"),
    F_ENUM(T, risk, GIVEN, level_names, "How risky it is"),
    F_STR(T, risk_why, 0, 0, LINE_BYTES, "What makes it so"),
};
#undef T
const struct record option_record = RECORD("option", struct option, option_rows);

#define T struct options
static const struct field options_rows[] = {
    F_LIST(T, options, GIVEN, &option_record, 5, "Two or three options that differ in substance, or one"),
    F_STR(T, recommended, NAMED, 1, ID_BYTES, "Id of the option you recommend"),
    F_STR(T, reason, NAMED, 1, TEXT_BYTES, "Why it fits best"),
    F_STR(T, why_single, 0, 0, TEXT_BYTES, "With one option only: why there is no sensible alternative"),
};
#undef T
const struct record options_record = RECORD("options", struct options, options_rows);

/* --- outline --------------------------------------------------------------------------------------------------- */
#define T struct phase_outline
static const struct field phase_outline_rows[] = {
    F_STR(T, id, FIELD_INTERNAL, 0, ID_BYTES, "ph1, ph2, …"),
    F_STR(T, title, NAMED, 1, LINE_BYTES, "What the phase delivers, in a few words"),
    F_STR(T, goal, NAMED, 1, TEXT_BYTES, "What is possible after it that was not before"),
    F_STRS(T, depends_on, GIVEN, FEW, ID_BYTES,
           "Phases that must be done first: ph1 is the first of this list, ph2 the second, …"),
    F_STRS(T, requirements, GIVEN, MANY, ID_BYTES, "Ids of the requirements it covers"),
    F_LIST(T, provides, GIVEN, &deliverable_record, FEW, "What it creates that others rely on"),
    F_LIST(T, uses, GIVEN, &deliverable_record, FEW, "What it relies on, of the codebase or of earlier phases"),
    F_REC(T, estimate, GIVEN, &estimate_record, "Effort"),
};
#undef T
const struct record phase_outline_record = RECORD("phase_outline", struct phase_outline, phase_outline_rows);

#define T struct outline
static const struct field outline_rows[] = {
    F_STR(T, title, NAMED, 1, 300, "Title of the plan"),
    F_STR(T, approach, NAMED, 1, TEXT_BYTES, "The approach in one or two sentences"),
    F_STR(T, approach_why, GIVEN, 0, TEXT_BYTES, "Why this approach"),
    F_STR(T, overview, NAMED, 1, TEXT_BYTES, "Technical overview: what changes and how the parts work together"),
    F_LIST(T, requirements, GIVEN, &requirement_record, MANY, "Every requirement of the ticket"),
    F_STRS(T, out_of_scope, GIVEN, FEW, LINE_BYTES, "What this plan leaves alone on purpose"),
    F_LIST(T, phases, GIVEN, &phase_outline_record, FEW, "The phases in dependency order"),
};
#undef T
const struct record outline_record = RECORD("outline", struct outline, outline_rows);
