/* Bodies of the plan routes as tables, with the bounds of every field, and what tables cannot say. */
#include "pland/plan/request.h"

#include <stdio.h>
#include <string.h>

#include "pland/plan/document.h"

enum { REQ = FIELD_REQUIRED | FIELD_NONBLANK, OPT = FIELD_NONBLANK };
enum {
    KIB = 1024,
    TITLE_MAX = 300,
    TICKET_MAX = 1024 * KIB,
    FILE_MAX = 2048 * KIB,
    PROSE_MAX = 64 * KIB,
    NOTE_MAX = 8 * KIB,
    LINKS = 50,
    LINK_MAX = 2000,
    FILES = 200,
    MENTIONS = 200,
    PATH_MAX_BYTES = 1000,
    LABELS = 50,
    LABEL_MAX = 100,
    REPOSITORIES = 20,
    NAME_MAX_BYTES = 200,
    REF_MAX = 250,
    ID_MAX = 64,
    REVISION_MAX = 1000000000,
};
#define TOKENS_MAX 1000000000000

const char *const if_exists_names[] = { "new", "return", NULL };
const char *const refinement_cause_names[] = { "instruction", "comments", "answers", "affected", "staleness", NULL };
const char *const progress_status_names[] = { "started", "done", "skipped", NULL };

#define T struct ticket
static const struct field ticket_rows[] = {
    F_STR(T, title, REQ, 1, TITLE_MAX, "What is wanted, in one line"),
    F_STR(T, body, 0, 0, TICKET_MAX, "The whole ticket, Markdown or plain text"),
    F_STR(T, url, OPT, 1, LINK_MAX, "Where the ticket lives"),
    F_STR(T, key, OPT, 1, NAME_MAX_BYTES, "The tracker's name for it, such as acme/api#12"),
    F_STRS(T, labels, OPT, LABELS, LABEL_MAX, "The ticket's labels"),
};
#undef T
const struct record ticket_record = RECORD("ticket", struct ticket, ticket_rows);

#define T struct repository_ref
static const struct field repository_ref_rows[] = {
    F_STR(T, name, REQ, 1, NAME_MAX_BYTES, "Name or id of a registered repository"),
    F_STR(T, ref, OPT, 1, REF_MAX, "Branch, tag or commit; WORKTREE for the working tree as it is"),
    F_STR(T, alias, OPT, 1, ID_MAX, "Prefix of its paths in the plan, when there are several repositories"),
};
#undef T
const struct record repository_ref_record = RECORD("repository_ref", struct repository_ref, repository_ref_rows);

#define T struct inline_file
static const struct field inline_file_rows[] = {
    F_STR(T, path, REQ, 1, PATH_MAX_BYTES, "Relative path"),
    F_STR(T, content, FIELD_REQUIRED, 0, FILE_MAX, "The whole text"),
};
#undef T
const struct record inline_file_record = RECORD("inline_file", struct inline_file, inline_file_rows);

#define T struct budget
static const struct field budget_rows[] = {
    F_MONEY(T, usd, 0, "Dollars at most; 0 for no limit; left out: as it was, or the default"),
    F_INT(T, tokens, 0, 0, TOKENS_MAX, "Tokens at most; 0 for no limit; left out: as it was, or the default"),
};
#undef T
static const struct budget nothing_said = { -1, -1 };
const struct record budget_record = RECORD_FROM("budget", struct budget, budget_rows, &nothing_said);

struct budget budget_over(struct budget base, const struct budget *said)
{
    if (said && said->usd >= 0) base.usd = said->usd;
    if (said && said->tokens >= 0) base.tokens = said->tokens;
    return base;
}

/* The part that POST /plans and POST …/ticket have in common; T is the struct. */
#define MATERIAL \
    F_STR(T, repository, OPT, 1, NAME_MAX_BYTES, "The repository, when there is one at its default ref"), \
    F_LIST(T, repositories, 0, &repository_ref_record, REPOSITORIES, "The repositories the plan spans"), \
    F_STRS(T, links, OPT, LINKS, LINK_MAX, "Research, tickets, documents"), \
    F_LIST(T, files, 0, &inline_file_record, FILES, "Files that are not in a repository"), \
    F_STRS(T, mentions, OPT, MENTIONS, PATH_MAX_BYTES, "Paths in the repositories that must be read completely"), \
    F_STR(T, constraints, OPT, 1, PROSE_MAX, "Technical requirements and constraints"), \
    F_STR(T, timeline, OPT, 1, NOTE_MAX, "Deadline and milestones"), \
    F_STR(T, resources, OPT, 1, NOTE_MAX, "Who and what is available")

#define T struct plan_request
static const struct field plan_request_rows[] = {
    F_OPT(T, ticket, 0, &ticket_record, "What to plan; without it the plan waits for one"),
    MATERIAL,
    F_STRS(T, labels, OPT, LABELS, LABEL_MAX, "The plan's labels"),
    F_ENUM(T, mode, 0, plan_mode_names, "Stop at every question, or take the defaults up to the approval"),
    F_ENUM(T, size, 0, plan_size_names, "A page, or everything"),
    F_ENUM(T, code, 0, code_shown_names, "How much code the plan holds and shows"),
    F_OPT(T, budget, 0, &budget_record, "Where to stop spending"),
    F_STR(T, project, OPT, 1, ID_MAX, "The project it belongs to"),
    F_STR(T, provider, OPT, 1, ID_MAX, "The model provider to plan with"),
    F_STR(T, snapshot, OPT, 1, ID_MAX, "Id of a snapshot uploaded for this plan only"),
    F_ENUM(T, if_exists, 0, if_exists_names, "When there is a plan for the ticket's key: make a new one, or return it"),
};
#undef T
const struct record plan_request_record = RECORD("plan_request", struct plan_request, plan_request_rows);

#define T struct ticket_request
static const struct field ticket_request_rows[] = {
    F_REC(T, ticket, FIELD_REQUIRED, &ticket_record, "What to plan"),
    MATERIAL,
};
#undef T
const struct record ticket_request_record = RECORD("ticket_request", struct ticket_request, ticket_request_rows);

#define T struct answer
static const struct field answer_rows[] = {
    F_STR(T, question, REQ, 1, ID_MAX, "The question's id, such as Q1"),
    F_STR(T, answer, REQ, 1, PROSE_MAX, "The answer"),
};
#undef T
static const struct record answer_record = RECORD("answer", struct answer, answer_rows);

#define T struct answers_request
static const struct field answers_request_rows[] = {
    F_LIST(T, answers, 0, &answer_record, 100, "Answers to numbered questions"),
    F_STRS(T, corrections, OPT, 100, PROSE_MAX, "What is wrong in the understanding"),
    F_BOOL(T, accept_defaults, 0, "Take the default of every question that is not answered here"),
};
#undef T
const struct record answers_request_record = RECORD("answers_request", struct answers_request, answers_request_rows);

#define T struct choice_request
static const struct field choice_request_rows[] = {
    F_STR(T, option, OPT, 1, ID_MAX, "The option's id, such as A"),
    F_STR(T, own, OPT, 1, PROSE_MAX, "An approach of one's own"),
    F_STR(T, reason, OPT, 1, PROSE_MAX, "Why"),
    F_STR(T, more, OPT, 1, PROSE_MAX, "Ask for other options: what these lack"),
};
#undef T
const struct record choice_request_record = RECORD("choice_request", struct choice_request, choice_request_rows);

#define T struct refine_request
static const struct field refine_request_rows[] = {
    F_STR(T, instruction, OPT, 1, PROSE_MAX, "What to change"),
    F_STRS(T, sections, OPT, 200, ID_MAX, "Ids of the sections meant; none: the plan finds them"),
    F_STRS(T, comments, OPT, 100, ID_MAX, "Ids of comments to work in, each where it stands"),
    F_INT(T, base_revision, 0, 0, REVISION_MAX, "The revision it was written against; 0 for the head"),
    F_ENUM(T, cause, 0, refinement_cause_names, "Why it is asked for, for the record"),
};
#undef T
const struct record refine_request_record = RECORD("refine_request", struct refine_request, refine_request_rows);

#define T struct comment_request
static const struct field comment_request_rows[] = {
    F_STR(T, anchor, OPT, 1, ID_MAX, "Id of the section it is about, such as ph2 or risks"),
    F_STR(T, quote, OPT, 1, NOTE_MAX, "The text of the section that it is about; none: all of it"),
    F_STR(T, body, REQ, 1, PROSE_MAX, "What is to be said"),
    F_STR(T, reply_to, OPT, 1, ID_MAX, "Id of the comment it answers, in place of anchor and quote"),
    F_INT(T, revision, 0, 0, REVISION_MAX, "The revision that was read; 0 for the head"),
};
#undef T
const struct record comment_request_record = RECORD("comment_request", struct comment_request, comment_request_rows);

static const struct field message_request_rows[] = {
    F_STR(struct message_request, text, REQ, 1, PROSE_MAX, "What is said, in plain words or in one of the forms"),
};
const struct record message_request_record = RECORD("message_request", struct message_request, message_request_rows);

static const char *const resolved_names[] = { "open", "resolved", NULL };
#define T struct comment_patch
static const struct field comment_patch_rows[] = {
    F_STR(T, body, OPT, 1, PROSE_MAX, "What it says from now on"),
    { .key = "state", .type = FIELD_ENUM, .offset = offsetof(T, resolved), .names = resolved_names,
      .help = "Whether something is still to be done about it" },
};
#undef T
const struct record comment_patch_record = RECORD("comment_patch", struct comment_patch, comment_patch_rows);

#define T struct approval_request
static const struct field approval_request_rows[] = {
    F_INT(T, revision, 0, 0, REVISION_MAX, "The revision approved; 0 for the head"),
    F_STR(T, note, OPT, 1, NOTE_MAX, "For the record"),
};
#undef T
const struct record approval_request_record =
    RECORD("approval_request", struct approval_request, approval_request_rows);

static const struct field reason_request_rows[] = {
    F_STR(struct reason_request, reason, OPT, 1, NOTE_MAX, "Why"),
};
const struct record reason_request_record = RECORD("reason_request", struct reason_request, reason_request_rows);

#define T struct run_evidence
static const struct field run_evidence_rows[] = {
    F_STR(T, command, REQ, 1, NOTE_MAX, "The command, as the plan has it"),
    F_INT(T, exit, FIELD_REQUIRED, 0, 255, "Its exit code"),
    F_STR(T, output, OPT, 64, 64, "SHA-256 of what it printed, in hex"),
    F_STR(T, commit, OPT, 1, 100, "The commit of the checkout it ran in"),
    F_BOOL(T, as_expected, FIELD_ALWAYS, "Whether it ended as the plan says"),
};
#undef T
const struct record run_evidence_record = RECORD("run_evidence", struct run_evidence, run_evidence_rows);

static const char *const criterion_words[] = { "passed", "failed", NULL };
#define T struct criterion_report
static const struct field criterion_report_rows[] = {
    F_STR(T, criterion, REQ, 1, NOTE_MAX, "A1 for the first automated one, M1 for the first manual one, or its text"),
    F_ENUM(T, status, FIELD_REQUIRED, criterion_words, "How it ended"),
    F_STR(T, output, OPT, 1, NOTE_MAX, "What it printed, or a hash of it"),
    F_STR(T, commit, OPT, 1, 100, "The commit it was tried on"),
    F_STR(T, url, OPT, 1, LINK_MAX, "Where it can be looked up"),
    F_STR(T, note, OPT, 1, NOTE_MAX, "For the record"),
};
#undef T
static const struct record criterion_report_record =
    RECORD("criterion_report", struct criterion_report, criterion_report_rows);

#define T struct progress_request
static const struct field progress_request_rows[] = {
    F_STR(T, phase, REQ, 1, ID_MAX, "The phase, as P2 or by its section id"),
    F_ENUM(T, status, FIELD_REQUIRED, progress_status_names, "What happened to it"),
    F_STR(T, note, OPT, 1, NOTE_MAX, "For the record"),
    F_STR(T, commit, OPT, 1, 100, "The commit that did it"),
    F_STR(T, reason, OPT, 1, NOTE_MAX, "Why before what it depends on, why again, why in spite of a failed criterion"),
    F_LIST(T, evidence, 0, &run_evidence_record, 100, "What its commands said when they were run"),
    F_LIST(T, criteria, 0, &criterion_report_record, 200, "What became of its criteria"),
};
#undef T
const struct record progress_request_record =
    RECORD("progress_request", struct progress_request, progress_request_rows);

#define T struct handoff_request
static const struct field handoff_request_rows[] = {
    F_STR(T, branch, OPT, 1, REF_MAX, "The branch it is implemented on"),
    F_STR(T, note, OPT, 1, NOTE_MAX, "For whoever implements it"),
};
#undef T
const struct record handoff_request_record = RECORD("handoff_request", struct handoff_request, handoff_request_rows);

#define T struct claim_request
static const struct field claim_request_rows[] = {
    F_STR(T, phase, OPT, 1, ID_MAX, "The phase, as P2 or by its section id; the next free one otherwise"),
    F_STR(T, claim, OPT, 1, ID_MAX, "One's own claim, to renew it"),
    F_STR(T, holder, OPT, 1, 200, "Who works on it, in words"),
    F_STR(T, reason, OPT, 1, NOTE_MAX, "Why before what it depends on"),
    F_INT(T, lease, 0, 0, 7 * 86400, "Seconds until others may have it; an hour otherwise"),
    F_BOOL(T, token, 0, "With a token for whoever works on it: briefs, claims and progress of this plan, as long as the lease"),
};
#undef T
const struct record claim_request_record = RECORD("claim_request", struct claim_request, claim_request_rows);

#define T struct link_request
static const struct field link_request_rows[] = {
    F_INT(T, days, 0, 0, 90, "Days until it ends; 7 otherwise"),
    F_STR(T, note, OPT, 1, NOTE_MAX, "For whom it is"),
};
#undef T
const struct record link_request_record = RECORD("link_request", struct link_request, link_request_rows);

#define T struct verify_request
static const struct field verify_request_rows[] = {
    F_STR(T, commit, OPT, 1, REF_MAX, "Commit, branch or tag; the branch of the handoff otherwise"),
    F_STR(T, alias, OPT, 1, NAME_MAX_BYTES, "Which of several codebases; the first otherwise"),
};
#undef T
const struct record verify_request_record = RECORD("verify_request", struct verify_request, verify_request_rows);

#define T struct plan_patch
static const struct field plan_patch_rows[] = {
    F_STR(T, title, OPT, 1, TITLE_MAX, "The plan's title"),
    F_STRS(T, labels, OPT, LABELS, LABEL_MAX, "All labels from now on"),
    F_ENUM(T, mode, 0, plan_mode_names, "Stop at every question, or take the defaults up to the approval"),
    F_OPT(T, budget, 0, &budget_record, "The limits from now on"),
};
#undef T
const struct record plan_patch_record = RECORD("plan_patch", struct plan_patch, plan_patch_rows);

#define T struct fork_request
static const struct field fork_request_rows[] = {
    F_STR(T, provider, OPT, 1, ID_MAX, "The model provider of the new plan"),
    F_STR(T, ref, OPT, 1, REF_MAX, "The ref its first repository is read at"),
};
#undef T
const struct record fork_request_record = RECORD("fork_request", struct fork_request, fork_request_rows);

#define T struct waiver_request
static const struct field waiver_request_rows[] = {
    F_STR(T, finding, REQ, 1, ID_MAX, "The finding's id"),
    F_STR(T, reason, REQ, 1, NOTE_MAX, "Why it may stay"),
};
#undef T
const struct record waiver_request_record = RECORD("waiver_request", struct waiver_request, waiver_request_rows);

#define T struct rebase_request
static const struct field rebase_request_rows[] = {
    F_STR(T, ref, OPT, 1, REF_MAX, "Branch, tag or commit to bind the plan to; the newest of its branch otherwise"),
};
#undef T
const struct record rebase_request_record = RECORD("rebase_request", struct rebase_request, rebase_request_rows);

static const char *const form_names[] = { "auto", "json", "markdown", "foreign", NULL }; /* enum check_form */
#define T struct check_request
static const struct field check_request_rows[] = {
    F_STR(T, repository, REQ, 1, NAME_MAX_BYTES, "Name or id of a registered codebase"),
    F_STR(T, ref, OPT, 1, REF_MAX, "Branch, tag or commit; its default otherwise"),
    F_STR(T, plan, REQ, 1, FILE_MAX, "The plan's text: Markdown of any tool, or this project's Markdown or JSON"),
    F_STR(T, file, OPT, 1, PATH_MAX_BYTES, "What the plan's file is called"),
    F_ENUM(T, size, 0, plan_size_names, "small: the shorter contract"),
    F_ENUM(T, form, 0, form_names, "What the text is; found out otherwise"),
};
#undef T
const struct record check_request_record = RECORD("check_request", struct check_request, check_request_rows);

/* --- beyond the tables ----------------------------------------------------------------------------------------- */
/* Where labels.v points until decoding has met the key; never written or read through. */
static const char *const labels_untouched[1];

void plan_patch_init(struct plan_patch *ret)
{
    *ret = (struct plan_patch){ .mode = -1 };
    ret->labels.v = (const char **)(uintptr_t)labels_untouched;
}

bool plan_patch_has_labels(const struct plan_patch *p)
{
    return p->labels.v != labels_untouched;
}

/* No absolute path, no "..", no empty part. */
static bool relative_path(const char *p)
{
    for (;;) {
        size_t n = strcspn(p, "/");
        if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.')) return false;
        if (p[n] == '\0') return true;
        p += n + 1;
    }
}

static enum err_kind check_files(const struct inline_file *v, size_t n, struct err *e)
{
    char at[40];
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(at, sizeof at, "/files/%zu/path", i);
        if (!relative_path(v[i].path)) return err_at(e, ERR_INVALID, at, "must be a relative path without \"..\"");
        for (size_t j = 0; j < i; j++)
            if (strcmp(v[j].path, v[i].path) == 0) return err_at(e, ERR_INVALID, at, "is there twice");
    }
    return ERR_OK;
}

static const char *alias_of(const struct repository_ref *r)
{
    return r->alias ? r->alias : r->name;
}

static enum err_kind check_repositories(const char *one, const struct repository_ref *v, size_t n, struct err *e)
{
    char at[60];
    if (one && n) return err_at(e, ERR_INVALID, "/repository", "give either repository or repositories");
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(at, sizeof at, "/repositories/%zu/alias", i);
        if (v[i].alias && strchr(v[i].alias, '/')) return err_at(e, ERR_INVALID, at, "must not contain a slash");
        for (size_t j = 0; j < i; j++)
            if (strcmp(alias_of(&v[j]), alias_of(&v[i])) == 0)
                return err_at(e, ERR_INVALID, at, "two repositories are called %s: give them different aliases",
                              alias_of(&v[i]));
    }
    return ERR_OK;
}

enum err_kind plan_request_check(const struct plan_request *r, struct err *e)
{
    enum err_kind k = check_repositories(r->repository, r->repositories.v, r->repositories.n, e);
    return k == ERR_OK ? check_files(r->files.v, r->files.n, e) : k;
}

enum err_kind ticket_request_check(const struct ticket_request *r, struct err *e)
{
    enum err_kind k = check_repositories(r->repository, r->repositories.v, r->repositories.n, e);
    return k == ERR_OK ? check_files(r->files.v, r->files.n, e) : k;
}

enum err_kind answers_request_check(const struct answers_request *r, struct err *e)
{
    char at[40];
    if (!r->answers.n && !r->corrections.n && !r->accept_defaults)
        return err_at(e, ERR_INVALID, "/answers", "give answers, corrections or accept_defaults");
    for (size_t i = 0; i < r->answers.n; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(r->answers.v[i].question, r->answers.v[j].question) != 0) continue;
            (void)snprintf(at, sizeof at, "/answers/%zu/question", i);
            return err_at(e, ERR_INVALID, at, "%s is answered twice", r->answers.v[i].question);
        }
    }
    return ERR_OK;
}

enum err_kind choice_request_check(const struct choice_request *r, struct err *e)
{
    int given = (r->option != NULL) + (r->own != NULL) + (r->more != NULL);
    if (given != 1) return err_at(e, ERR_INVALID, "/option", "give exactly one of option, own and more");
    if (r->own && !r->reason) return err_at(e, ERR_INVALID, "/reason", "an approach of one's own needs its reason");
    return ERR_OK;
}

enum err_kind refine_request_check(const struct refine_request *r, struct err *e)
{
    if (r->instruction || r->comments.n) return ERR_OK;
    return err_at(e, ERR_INVALID, "/instruction", "give an instruction or comments");
}

enum err_kind comment_request_check(const struct comment_request *r, struct err *e)
{
    if (!r->anchor == !r->reply_to)
        return err_at(e, ERR_INVALID, "/anchor", "give the section it is about, or the comment it answers");
    if (r->quote && r->reply_to) return err_at(e, ERR_INVALID, "/quote", "a reply is about what its thread is about");
    return ERR_OK;
}
