/* The survey as JSON: one table per struct. */
#include "pland/survey/relevance.h"

#define ALWAYS FIELD_ALWAYS

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
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"), F_STR(T, kind, FIELD_REQUIRED, 1, 64, "what it configures"),
    F_STR(T, name, 0, 0, 0, "the package's own name"), F_STR(T, version, 0, 0, 0, "version it states"),
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
    F_STR(T, framework, FIELD_REQUIRED, 1, 64, "test framework"), F_STR(T, language, 0, 0, 64, "language"),
    F_STRS(T, dirs, ALWAYS, 0, 0, "folders with tests"), F_STR(T, pattern, 0, 0, 0, "how test files are named"),
    F_STR(T, example, 0, 0, 4096, "a test file"), F_INT(T, files, ALWAYS, 0, 0, "number of test files"),
    F_REC(T, evidence, 0, &evidence_record, "what says so"),
};
static const struct record tests_record = RECORD("tests", T, tests_fields);
#undef T
#define T struct survey_migrations
static const struct field migrations_fields[] = {
    F_STR(T, dir, FIELD_REQUIRED | ALWAYS, 0, 4096, "folder"), F_STR(T, tool, 0, 0, 64, "what applies them"),
    F_STR(T, naming, 0, 0, 0, "how they are named"), F_STR(T, newest, 0, 0, 4096, "newest file"),
    F_STR(T, next, 0, 0, 0, "name a new one gets"), F_INT(T, number, 0, 0, 0, "of the newest"),
    F_INT(T, files, ALWAYS, 0, 0, "number of files"), F_BOOL(T, paired, 0, "up and down in files of their own"),
};
static const struct record migrations_record = RECORD("migrations", T, migrations_fields);
#undef T
#define T struct survey_ci_command
static const struct field ci_command_fields[] = {
    F_STR(T, text, FIELD_REQUIRED, 1, 0, "command line"), F_INT(T, line, 0, 0, 0, "line"),
};
static const struct record ci_command_record = RECORD("ci command", T, ci_command_fields);
#undef T
#define T struct survey_ci
static const struct field ci_fields[] = {
    F_STR(T, system, FIELD_REQUIRED, 1, 64, "CI system"), F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_STR(T, name, 0, 0, 0, "name of the workflow"), F_STRS(T, triggers, 0, 0, 0, "what starts it"),
    F_LIST(T, commands, ALWAYS, &ci_command_record, 0, "what it runs"),
};
static const struct record ci_record = RECORD("ci", T, ci_fields);
#undef T
#define T struct survey_note
static const struct field note_fields[] = {
    F_STR(T, kind, FIELD_REQUIRED, 1, 64, "what it is"), F_STR(T, path, FIELD_REQUIRED, 1, 4096, "file"),
    F_INT(T, line, 0, 0, 0, "line"), F_STR(T, text, 0, 0, 0, "what it says, in short"),
};
static const struct record note_record = RECORD("note", T, note_fields);
#undef T
#define T struct survey_dir
static const struct field dir_fields[] = {
    F_STR(T, path, FIELD_REQUIRED, 1, 4096, "folder"), F_INT(T, files, ALWAYS, 0, 0, "files below it"),
    F_STR(T, language, 0, 0, 64, "that dominates"), F_STR(T, what, 0, 0, 64, "what the name stands for"),
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
    F_LIST(T, commands, ALWAYS, &command_record, 0, "command inventory"),
    F_LIST(T, tests, ALWAYS, &tests_record, 0, "test layout"),
    F_LIST(T, migrations, ALWAYS, &migrations_record, 0, "database migrations"),
    F_LIST(T, ci, ALWAYS, &ci_record, 0, "CI pipelines"),
    F_LIST(T, deploy, ALWAYS, &note_record, 0, "deployment"),
    F_LIST(T, conventions, ALWAYS, &note_record, 0, "conventions"),
    F_LIST(T, docs, ALWAYS, &note_record, 0, "documents"),
    F_LIST(T, dirs, ALWAYS, &dir_record, 0, "folders"),
    F_LIST(T, stack, ALWAYS, &finding_record, 0, "languages and frameworks"),
    F_LIST(T, architecture, ALWAYS, &finding_record, 0, "architecture patterns"),
    F_LIST(T, testing, ALWAYS, &finding_record, 0, "testing conventions"),
    F_LIST(T, deployment, ALWAYS, &finding_record, 0, "deployment process and CI"),
    F_LIST(T, database, ALWAYS, &finding_record, 0, "database and migrations"),
    F_LIST(T, errors, ALWAYS, &finding_record, 0, "error handling"),
    F_LIST(T, corrections, 0, &finding_record, 0, "what people said; outranks what was found"),
    F_LIST(T, problems, ALWAYS, &finding_record, 0, "what could not be read"),
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
    F_LIST(T, files, ALWAYS, &relevant_record, 0, "best first"), F_STRS(T, words, ALWAYS, 0, 0, "what was looked for"),
    F_STRS(T, missing, ALWAYS, 0, 0, "named, but not there"), F_BOOL(T, partial, 0, "limits cut something"),
};
const struct record relevance_record = RECORD("relevance", T, relevance_fields);
#undef T
