/* The table of rules, and the page of documentation made from it. */
#include "check/inner.h"

#include <string.h>

const char *const severity_names[] = { "advice", "warning", "error", NULL };

#define ADVICE .severity = SEVERITY_ADVICE
#define WARNING .severity = SEVERITY_WARNING
#define ERROR .severity = SEVERITY_ERROR
#define FULL .full_only = true

const struct rule check_rules[RULE_N_] = {
    /* --- grounding */
    [RULE_PATH_FORM] = { "path-form", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "A path is relative and stays inside its codebase",
        .fix = "Write the path from the top of the repository, without a leading slash and without `..`." },
    [RULE_PATH_ALIAS] = { "path-alias", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "The part before `//` names a codebase of the plan",
        .fix = "Use one of the plan's aliases, or a plain path for the first codebase." },
    [RULE_PATH_EXISTS] = { "path-exists", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "A file to modify or delete exists in the pinned tree",
        .fix = "Name a file of the repository, or create the file in an earlier step." },
    [RULE_PATH_ORDER] = { "path-order", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "A file is created before it is modified and not used after it is deleted",
        .fix = "Move the step behind the one that creates the file." },
    [RULE_PATH_FOLDER] = { "path-folder", FAMILY_GROUNDING, WARNING, .run = rules_paths,
        .title = "A change names files, not folders", .fix = "Name the files of the folder that change." },
    [RULE_CREATE_NEW] = { "create-new", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "A file to create does not exist yet",
        .fix = "Use `modify` for a file that is there, or another name." },
    [RULE_RENAME_SOURCE] = { "rename-source", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "A rename starts from a file that exists", .fix = "Give the existing path in `from`." },
    [RULE_RENAME_TARGET] = { "rename-target", FAMILY_GROUNDING, ERROR, .run = rules_paths,
        .title = "A rename does not overwrite a file", .fix = "Choose a free name, or delete the other file first." },
    [RULE_NEW_FOLDER] = { "new-folder", FAMILY_GROUNDING, WARNING, .run = rules_paths,
        .title = "New files go where the repository keeps such files",
        .fix = "Use an existing folder, or say why a new one." },
    [RULE_CODE_PATH] = { "code-path", FAMILY_GROUNDING, ERROR, .run = rules_related,
        .title = "The file that a code block belongs to exists or is created",
        .fix = "Name the file that the step changes." },
    [RULE_TEST_FILE] = { "test-file", FAMILY_GROUNDING, ERROR, .run = rules_related,
        .title = "The file of a test scenario exists or is created",
        .fix = "Create the test file in a phase, or name an existing one." },
    [RULE_EVIDENCE] = { "evidence-path", FAMILY_GROUNDING, ERROR, .run = rules_evidence,
        .title = "Cited files exist", .fix = "Cite a file of the pinned tree." },
    [RULE_EVIDENCE_LINE] = { "evidence-line", FAMILY_GROUNDING, ERROR, .run = rules_evidence,
        .title = "A cited line is inside its file", .fix = "Cite a line the file has." },
    [RULE_SYMBOL] = { "symbol-there", FAMILY_GROUNDING, ERROR, .run = rules_symbols,
        .title = "A symbol that is said to be in a file is in it",
        .fix = "Name the symbol as the file has it, or the file that has it." },
    [RULE_USES] = { "uses-known", FAMILY_GROUNDING, ERROR, .run = rules_deliverables,
        .title = "What a phase uses is there or provided by an earlier phase",
        .fix = "Provide it in an earlier phase." },
    [RULE_PROVIDES] = { "provides-made", FAMILY_GROUNDING, WARNING, .run = rules_deliverables,
        .title = "A file that a phase provides is among its changes", .fix = "Add the step that creates the file." },
    [RULE_TEXT_PATH] = { "text-path", FAMILY_GROUNDING, ERROR, .run = rules_mentions,
        .title = "Paths in the text exist or are created", .fix = "Correct the path, or create the file in a step." },
    [RULE_TEXT_PATH_MAYBE] = { "text-path-maybe", FAMILY_GROUNDING, WARNING, .run = rules_mentions,
        .title = "What looks like a path in text or code exists or is created",
        .fix = "Correct it if it is meant as a path." },
    [RULE_GLOB] = { "glob-matches", FAMILY_GROUNDING, WARNING, .run = rules_mentions,
        .title = "A pattern of paths matches a file of the tree or one to create",
        .fix = "Correct the pattern if it is meant as paths." },
    /* --- commands */
    [RULE_COMMAND_KNOWN] = { "command-known", FAMILY_COMMANDS, ERROR, .run = rules_commands,
        .title = "An automated check is a command of the repository, of an earlier phase or of the system",
        .fix = "Use a command of the inventory, or provide it in this or an earlier phase." },
    [RULE_COMMAND_ORDER] = { "command-order", FAMILY_COMMANDS, ERROR, .run = rules_commands,
        .title = "A command is provided before it is used",
        .fix = "Provide the command in this phase or an earlier one." },
    [RULE_COMMAND_PATH] = { "command-path", FAMILY_COMMANDS, ERROR, .run = rules_commands,
        .title = "Files that a command names exist by then",
        .fix = "Correct the path, or create the file in this phase or an earlier one." },
    [RULE_COMMAND_PROVIDER] = { "command-provider", FAMILY_COMMANDS, WARNING, .run = rules_commands,
        .title = "A command comes from where the plan says", .fix = "Correct `provided_by`." },
    [RULE_ROLLBACK_COMMAND] = { "rollback-command", FAMILY_COMMANDS, WARNING, .run = rules_commands,
        .title = "Commands of the rollback plan can be run", .fix = "Use a command of the inventory or of a phase." },
    [RULE_TEXT_COMMAND] = { "text-command", FAMILY_COMMANDS, ERROR, .run = rules_text_commands,
        .title = "Scripts, targets and programs of the repository that the text runs exist or are provided",
        .fix = "Use a command of the inventory, or provide it in a phase." },
    [RULE_TEXT_COMMAND_MAYBE] = { "text-command-maybe", FAMILY_COMMANDS, WARNING, .run = rules_text_commands,
        .title = "Programs in blocks of commands are known",
        .fix = "Correct it if it is meant as a command of this repository." },
    /* --- contract */
    [RULE_SECTION] = { "section-present", FAMILY_CONTRACT, ERROR, .run = rules_sections,
        .title = "Every section is there, or says why it does not apply",
        .fix = "Write the section, or give the reason in `not_applicable`." },
    [RULE_PHASES] = { "phases-present", FAMILY_CONTRACT, ERROR, .run = rules_sections,
        .title = "A plan has phases", .fix = "Add at least one phase." },
    [RULE_PHASE_STEPS] = { "phase-steps", FAMILY_CONTRACT, ERROR, .run = rules_phases,
        .title = "A phase has steps", .fix = "Say what is to be done, file by file." },
    [RULE_PHASE_AUTOMATED] = { "phase-automated", FAMILY_CONTRACT, ERROR, .run = rules_phases,
        .title = "A phase has a criterion that a command checks", .fix = "Add a command and what passing looks like." },
    [RULE_PHASE_MANUAL] = { "phase-manual", FAMILY_CONTRACT, ERROR, FULL, .run = rules_phases,
        .title = "A phase has a criterion that a person checks", .fix = "Add what somebody should look at." },
    [RULE_PHASE_ROLLBACK] = { "phase-rollback", FAMILY_CONTRACT, ERROR, .run = rules_phases,
        .title = "A phase says how it is undone", .fix = "Say how to undo this phase alone." },
    [RULE_DEPENDENCY] = { "dependency-known", FAMILY_CONTRACT, ERROR, .run = rules_dependencies,
        .title = "Phases depend on phases that exist", .fix = "Name a phase of this plan." },
    [RULE_DEPENDENCY_ORDER] = { "dependency-order", FAMILY_CONTRACT, ERROR, .run = rules_dependencies,
        .title = "A phase comes after those it depends on", .fix = "Reorder the phases." },
    [RULE_DEPENDENCY_CYCLE] = { "dependency-cycle", FAMILY_CONTRACT, ERROR, .run = rules_dependencies,
        .title = "Phases do not depend on each other in a circle", .fix = "Remove one of the dependencies." },
    [RULE_ESTIMATE] = { "estimate", FAMILY_CONTRACT, ERROR, .run = rules_phases,
        .title = "Estimates are above zero, optimistic ≤ likely ≤ pessimistic",
        .fix = "Correct the estimate (minutes)." },
    [RULE_PLACEHOLDER] = { "placeholder", FAMILY_CONTRACT, ERROR, .run = rules_placeholders,
        .title = "Nothing is left to be filled in", .fix = "Write what belongs there." },
    [RULE_MIGRATION_TWICE] = { "migration-twice", FAMILY_CONTRACT, ERROR, .run = rules_migrations,
        .title = "Migration numbers are used once", .fix = "Give the later migration the next number." },
    [RULE_MIGRATION_OLD] = { "migration-number", FAMILY_CONTRACT, ERROR, .run = rules_migrations,
        .title = "A new migration has a number above the newest one", .fix = "Use the next free number." },
    /* --- coverage */
    [RULE_REQUIREMENT_COVERED] = { "requirement-covered", FAMILY_COVERAGE, ERROR, .run = rules_coverage,
        .title = "Every requirement is covered by a phase",
        .fix = "Add it to the phase that covers it, or put it out of scope." },
    [RULE_REQUIREMENT_KNOWN] = { "requirement-known", FAMILY_COVERAGE, ERROR, .run = rules_coverage,
        .title = "Requirement ids exist", .fix = "Use an id of the requirements section." },
    [RULE_PHASE_PURPOSE] = { "phase-purpose", FAMILY_COVERAGE, ERROR, .run = rules_coverage,
        .title = "Every phase serves a requirement or says why it is needed",
        .fix = "Name the requirements, or say why." },
    [RULE_REQUIREMENT_TESTED] = { "requirement-tested", FAMILY_COVERAGE, WARNING, FULL, .run = rules_coverage,
        .title = "Every requirement has a test scenario", .fix = "Add a scenario that shows it." },
    /* --- practice */
    [RULE_DATABASE_FIRST] = { "database-first", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Start with the database", .fix = "Put the phase with the schema before those that rely on it." },
    [RULE_DESIGN_FOR_TESTING] = { "design-for-testing", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Design for testing", .fix = "Add test files, or a test command, to each phase that changes code." },
    [RULE_PLAN_FOR_FAILURE] = { "plan-for-failure", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Plan for failure", .fix = "Say what happens on errors, time-outs and bad input." },
    [RULE_OPERATIONS] = { "consider-operations", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Consider operations", .fix = "Say how it is configured, deployed and watched." },
    [RULE_VERSION] = { "version-everything", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Version everything", .fix = "Say how the interface or schema stays compatible." },
    [RULE_DECISIONS] = { "document-decisions", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Document decisions", .fix = "Write down what was decided, why, and what was not chosen." },
    [RULE_SECURITY] = { "security-by-design", FAMILY_PRACTICE, ADVICE, FULL, .run = rules_practice,
        .title = "Security by design", .fix = "Say who may call it and how input is validated." },
    /* --- safety */
    [RULE_SECRET] = { "secret", FAMILY_SAFETY, ERROR, .run = rules_secrets,
        .title = "No secrets in the plan",
        .fix = "Remove it, revoke it, and read it from the environment or a secret store." },
    [RULE_DESTRUCTIVE_BARE] = { "destructive-unguarded", FAMILY_SAFETY, ERROR, .run = rules_destructive,
        .title = "No destructive command without a way back", .fix = "Say in the rollback how the data comes back." },
    [RULE_DESTRUCTIVE] = { "destructive", FAMILY_SAFETY, WARNING, .run = rules_destructive,
        .title = "Destructive commands are seen by whoever approves", .fix = "Make sure that the rollback covers it." },
    [RULE_PIPE_TO_SHELL] = { "pipe-to-shell", FAMILY_SAFETY, ERROR, .run = rules_destructive,
        .title = "Nothing from the network is run unread", .fix = "Download to a file, check its hash, then run it." },
    [RULE_FORBIDDEN] = { "command-forbidden", FAMILY_SAFETY, ERROR, .run = rules_forbidden,
        .title = "Nothing runs what the repository forbids", .fix = "Do it another way, or ask whoever forbade it." },
    [RULE_SETTINGS] = { "settings-known", FAMILY_SAFETY, WARNING, .run = rules_settings,
        .title = "The repository's own settings of the checks are understood", .fix = "Correct " CHECK_SETTINGS_FILE "." },
};

static const struct { const char *title, *text; } families[FAMILY_N_] = {
    [FAMILY_GROUNDING] = { "Grounding",
        "Paths and citations hold in the pinned tree, or the plan creates them in time." },
    [FAMILY_COMMANDS] = { "Commands",
        "Automated checks can be run: the repository, an earlier phase or the system provides them." },
    [FAMILY_CONTRACT] = { "Contract", "The plan is complete. Small plans have a shorter contract." },
    [FAMILY_COVERAGE] = { "Coverage", "Requirements and phases belong together." },
    [FAMILY_PRACTICE] = { "Practice", "The seven practices; advice only." },
    [FAMILY_SAFETY] = { "Safety", "Nothing in the plan gives away secrets or destroys data." },
};

void check_rules_markdown(struct buf *b)
{
    buf_str(b,
            "# Rules of the checks\n\nErrors block approval unless somebody with the right waives them with a reason; "
            "warnings and advice do not.\n");
    for (int f = 0; f < FAMILY_N_; f++) {
        buf_fmt(b, "\n## %s\n\n%s\n\n| rule | severity | what must hold | how to fix |\n|---|---|---|---|\n",
                families[f].title, families[f].text);
        for (size_t i = 0; i < RULE_N_; i++) {
            const struct rule *r = &check_rules[i];
            if ((int)r->family != f) continue;
            buf_fmt(b, "| `%s` | %s%s | %s | %s |\n", r->id, severity_names[r->severity],
                    r->full_only ? ", full plans" : "", r->title, r->fix);
        }
    }
}
