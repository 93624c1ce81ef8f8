/* The survey as JSON: one table per struct. */
#include "pland/survey/relevance.h"

#define ALWAYS FIELD_ALWAYS

/* A finding of a document (plan/) has neither id nor confidence. */
#define T struct finding
static const struct field survey_finding_fields[] = {
    F_STR(T, text, FIELD_REQUIRED, 1, 0, "one sentence"),
    F_STR(T, id, 0, 0, 64, "word of a closed list"),
    F_INT(T, confidence, 0, 0, 100, "in percent"),
    F_LIST(T, evidence, ALWAYS, &evidence_record, 0, "what it rests on"),
};
static const struct record survey_finding_record = RECORD("survey finding", T, survey_finding_fields);
#undef T
#define T struct survey_language
static const struct field language_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 64, "programming language"),
    F_INT(T, files, ALWAYS, 0, 0, "number of files"),
    F_INT(T, bytes, ALWAYS, 0, 0, "bytes of code"),
    F_INT(T, lines, ALWAYS, 0, 0, "lines of code"),
    F_INT(T, share, ALWAYS, 0, 1000, "of all code, in tenths of a percent"),
    F_STR(T, example, 0, 0, 4096, "its largest file"),
};
static const struct record language_record = RECORD("language", T, language_fields);
#undef T
#define T struct survey_manifest
static const struct field manifest_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_STR(T, kind, FIELD_REQUIRED, 1, 64, "what it configures"),
    F_STR(T, name, 0, 0, 0, "the package's own name"),
    F_STR(T, version, 0, 0, 0, "version it states"),
    F_BOOL(T, package, 0, "it declares a package of its own"),
    F_INT(T, line, 0, 0, 0, "where it does so"),
};
static const struct record manifest_record = RECORD("manifest", T, manifest_fields);
#undef T
#define T struct survey_dependency
static const struct field dependency_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 0, "package"),
    F_STR(T, version, 0, 0, 0, "as written"),
    F_STR(T, ecosystem, FIELD_REQUIRED, 1, 32, "where packages come from"),
    F_STR(T, role, 0, 0, 64, "what it is for"),
    F_BOOL(T, dev, 0, "only for development"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
};
static const struct record dependency_record = RECORD("dependency", T, dependency_fields);
#undef T
#define T struct survey_framework
static const struct field framework_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 0, "short name"),
    F_STR(T, version, 0, 0, 0, "the number alone"),
    F_STR(T, role, 0, 0, 64, "what it is for"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
};
static const struct record framework_record = RECORD("framework", T, framework_fields);
#undef T
#define T struct survey_command
static const struct field command_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 0, "as one types it"),
    F_STR(T, match, FIELD_REQUIRED, 1, 0, "the words that identify it"),
    F_ENUM(T, kind, ALWAYS, command_kind_names, "what it is for"),
    F_STR(T, path, 0, 1, 4096, "file that defines it"),
    F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, dir, ALWAYS, 0, 4096, "folder it runs in, empty: the top"),
    F_STR(T, what, 0, 0, 0, "what it executes"),
    F_BOOL(T, implied, 0, "follows from the manifest"),
};
static const struct record command_record = RECORD("command", T, command_fields);
#undef T
#define T struct survey_tests
static const struct field tests_fields[] = {
    F_STR(T, framework, FIELD_REQUIRED, 1, 64, "test framework"),
    F_STR(T, language, 0, 0, 64, "language"),
    F_STRS(T, dirs, ALWAYS, 0, 0, "folders with tests"),
    F_STRS(T, roots, 0, 0, 0, "topmost folders that hold them"),
    F_STRS(T, names, 0, 0, 0, "names of test files, without folders"),
    F_STR(T, pattern, 0, 0, 0, "how test files are named"),
    F_STR(T, example, 0, 0, 4096, "a test file"),
    F_INT(T, files, ALWAYS, 0, 0, "number of test files"),
    F_REC(T, evidence, 0, &evidence_record, "what says so"),
};
static const struct record tests_record = RECORD("tests", T, tests_fields);
#undef T
#define T struct survey_coverage
static const struct field coverage_fields[] = {
    F_STR(T, tool, FIELD_REQUIRED, 1, 64, "what measures"),
    F_INT(T, minimum, 0, 0, 100, "in percent"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
};
static const struct record coverage_record = RECORD("coverage", T, coverage_fields);
#undef T
#define T struct survey_migrations
static const struct field migrations_fields[] = {
    F_STR(T, dir, FIELD_REQUIRED | ALWAYS, 0, 4096, "folder"),
    F_STR(T, tool, 0, 0, 64, "what applies them"),
    F_STR(T, naming, 0, 0, 0, "how they are named"),
    F_STR(T, newest, 0, 0, 4096, "newest file"),
    F_STR(T, next, 0, 0, 0, "name a new one gets"),
    F_INT(T, number, 0, 0, 0, "of the newest"),
    F_INT(T, files, ALWAYS, 0, 0, "number of files"),
    F_BOOL(T, paired, 0, "up and down in files of their own"),
    F_STR(T, engine, 0, 0, 32, "database engine"),
};
static const struct record migrations_record = RECORD("migrations", T, migrations_fields);
#undef T
#define T struct survey_ci_command
static const struct field ci_command_fields[] = {
    F_STR(T, text, FIELD_REQUIRED, 1, 0, "command line"),
    F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, dir, 0, 0, 4096, "folder it runs in"),
};
static const struct record ci_command_record = RECORD("ci command", T, ci_command_fields);
#undef T
#define T struct survey_ci_job
static const struct field ci_job_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 0, "its key"),
    F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, environment, 0, 0, 0, "it deploys to"),
    F_BOOL(T, required, 0, "stated to be required"),
};
static const struct record ci_job_record = RECORD("ci job", T, ci_job_fields);
#undef T
#define T struct survey_ci
static const struct field ci_fields[] = {
    F_STR(T, system, FIELD_REQUIRED, 1, 64, "CI system"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_STR(T, name, 0, 0, 0, "name of the workflow"),
    F_STRS(T, triggers, 0, 0, 0, "what starts it"),
    F_LIST(T, jobs, 0, &ci_job_record, 0, "jobs"),
    F_LIST(T, commands, ALWAYS, &ci_command_record, 0, "what it runs"),
};
static const struct record ci_record = RECORD("ci", T, ci_fields);
#undef T
#define T struct survey_note
static const struct field note_fields[] = {
    F_STR(T, kind, FIELD_REQUIRED, 1, 64, "what it is"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, text, 0, 0, 0, "what it says, in short"),
};
static const struct record note_record = RECORD("note", T, note_fields);
#undef T
#define T struct survey_environment
static const struct field environment_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 64, "production, staging …"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
};
static const struct record environment_record = RECORD("environment", T, environment_fields);
#undef T
#define T struct survey_entry_point
static const struct field entry_point_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, what, 0, 0, 0, "what starts there"),
};
static const struct record entry_point_record = RECORD("entry point", T, entry_point_fields);
#undef T
#define T struct survey_route
static const struct field route_fields[] = {
    F_STR(T, method, FIELD_REQUIRED, 1, 16, "GET, POST …; ANY: all of them"),
    F_STR(T, route, FIELD_REQUIRED, 1, 0, "with {parameters}"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, source, 0, 0, 64, "framework or document"),
};
static const struct record route_record = RECORD("route", T, route_fields);
#undef T
#define T struct survey_symbol
static const struct field symbol_fields[] = {
    F_STR(T, name, FIELD_REQUIRED, 1, 0, "name"),    F_STR(T, kind, FIELD_REQUIRED, 1, 64, "function, class …"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"), F_INT(T, line, 0, 0, 0, "line"),
    F_STR(T, scope, 0, 0, 0, "what it belongs to"),
};
static const struct record symbol_record = RECORD("symbol", T, symbol_fields);
#undef T
#define T struct survey_owner
static const struct field owner_fields[] = {
    F_STR(T, pattern, FIELD_REQUIRED, 1, 0, "as written"),
    F_STRS(T, owners, ALWAYS, 0, 0, "who is asked"),
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"),
};
static const struct record owner_record = RECORD("owner", T, owner_fields);
#undef T
#define T struct survey_dir
static const struct field dir_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "folder"),
    F_INT(T, files, ALWAYS, 0, 0, "files below it"),
    F_STR(T, language, 0, 0, 64, "that dominates"),
    F_STR(T, what, 0, 0, 64, "what the name stands for"),
};
static const struct record dir_record = RECORD("folder", T, dir_fields);
#undef T
#define T struct survey
static const struct field survey_fields[] = {
    F_INT(T, version, ALWAYS, 0, 0, "of the survey's rules"),
    F_STR(T, tree, FIELD_REQUIRED, 1, 80, "tree id"),
    F_INT(T, files, ALWAYS, 0, 0, "files"),
    F_INT(T, bytes, ALWAYS, 0, 0, "bytes"),
    F_LIST(T, languages, ALWAYS, &language_record, 0, "largest first"),
    F_LIST(T, manifests, ALWAYS, &manifest_record, 0, "manifests"),
    F_LIST(T, dependencies, ALWAYS, &dependency_record, 0, "declared dependencies"),
    F_LIST(T, frameworks, ALWAYS, &framework_record, 0, "dependencies that shape the code"),
    F_LIST(T, commands, ALWAYS, &command_record, 0, "command inventory"),
    F_LIST(T, tests, ALWAYS, &tests_record, 0, "test layout"),
    F_LIST(T, coverage, ALWAYS, &coverage_record, 0, "coverage that is asked for"),
    F_LIST(T, migrations, ALWAYS, &migrations_record, 0, "database migrations"),
    F_LIST(T, ci, ALWAYS, &ci_record, 0, "CI pipelines"),
    F_LIST(T, environments, ALWAYS, &environment_record, 0, "environments"),
    F_LIST(T, entry_points, ALWAYS, &entry_point_record, 0, "where programs start"),
    F_LIST(T, api, ALWAYS, &route_record, 0, "API surface"),
    F_LIST(T, symbols, ALWAYS, &symbol_record, 0, "symbols of the files that matter"),
    F_LIST(T, deploy, ALWAYS, &note_record, 0, "deployment"),
    F_LIST(T, conventions, ALWAYS, &note_record, 0, "conventions"),
    F_LIST(T, docs, ALWAYS, &note_record, 0, "documents"),
    F_LIST(T, owners, ALWAYS, &owner_record, 0, "rules of CODEOWNERS"),
    F_LIST(T, dirs, ALWAYS, &dir_record, 0, "folders"),
    F_LIST(T, stack, ALWAYS, &survey_finding_record, 0, "languages and frameworks"),
    F_LIST(T, architecture, ALWAYS, &survey_finding_record, 0, "architecture patterns"),
    F_LIST(T, testing, ALWAYS, &survey_finding_record, 0, "testing conventions"),
    F_LIST(T, deployment, ALWAYS, &survey_finding_record, 0, "deployment process and CI"),
    F_LIST(T, database, ALWAYS, &survey_finding_record, 0, "database and migrations"),
    F_LIST(T, errors, ALWAYS, &survey_finding_record, 0, "error handling"),
    F_LIST(T, corrections, 0, &survey_finding_record, 0, "what people said; outranks what was found"),
    F_LIST(T, problems, ALWAYS, &survey_finding_record, 0, "what could not be read"),
    F_BOOL(T, partial, 0, "limits cut something"),
};
const struct record survey_record = RECORD("survey", T, survey_fields);
#undef T
#define T struct relevant_file
static const struct field relevant_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"), F_INT(T, score, ALWAYS, 0, 0, "thousandths"),
    F_STR(T, why, 0, 0, 0, "what made it relevant"), F_INT(T, line, 0, 0, 0, "first line with one of the words"),
    F_BOOL(T, mentioned, 0, "named by somebody"),
};
static const struct record relevant_record = RECORD("relevant file", T, relevant_fields);
#undef T
#define T struct relevance
static const struct field relevance_fields[] = {
    F_LIST(T, files, ALWAYS, &relevant_record, 0, "best first"),
    F_STRS(T, words, ALWAYS, 0, 0, "what was looked for"),
    F_STRS(T, missing, ALWAYS, 0, 0, "named, but not there"),
    F_BOOL(T, partial, 0, "limits cut something"),
};
const struct record relevance_record = RECORD("relevance", T, relevance_fields);
#undef T
