/* The functions behind the verb table, and what they share. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/call.h"
#include "cli/cli.h"
#include "pland/plan/request.h"

typedef enum code verb_run(struct ctl *c);

/* plan_new.c */
verb_run run_new, run_ticket;
/* plan_read.c, plan_list.c */
verb_run run_list, run_show, run_export, run_diff, run_events, run_checks;
/* plan_act.c, plan_decide.c */
verb_run run_answer, run_choose, run_refine, run_approve, run_reject, run_cancel, run_retry, run_fork, run_handoff,
    run_progress, run_delete, run_revise, run_budget;
/* watch.c, check.c */
verb_run run_watch, run_check;
/* admin.c */
verb_run run_status, run_resume, run_repo_add, run_repo_list, run_repo_delete, run_token_create, run_token_list,
    run_token_revoke;
/* help.c */
verb_run run_completion, run_man;

/* ---- ticket.c ---- */
/* Files and URLs of the command line into r: the first file is the ticket, the others are sent along. */
enum code ticket_read(struct ctl *c, size_t first, struct plan_request *r);
/* A whole text file, or standard input for "-", into the arena. Says what is wrong. */
enum code text_read(struct ctl *c, const char *path, const char **ret);

/* ---- check.c ---- */
/* A document as JSON from a file, without what `export` puts around it. Says what is wrong. */
enum code document_text(struct ctl *c, const char *path, const char **ret);

/* ---- codebase.c, upload.c ---- */
/* The codebase meant by --repo or the current directory: sets repositories or snapshot of r, and says which. */
enum code codebase_find(struct ctl *c, struct plan_request *r);
/* Packs the folder dir and sends it as a private upload; asks before. */
enum code upload_folder(struct ctl *c, const char *dir, const char **ret_id);

/* ---- plan_text.c ---- */
void plan_summary(const json_t *plan);  /* the block at the top of show */
void plan_hints(const struct ctl *c, const json_t *plan);    /* what to type next, to stderr */
enum code plan_code(const json_t *plan); /* exit code for where the plan stands */
/* The words of a working or waiting plan in one line. */
void plan_line(const json_t *plan, struct buf *b);

/* ---- dialogue.c ---- */
/* Understanding and open questions, or options: to stdout, or with the questions to stderr. */
void dialogue_show(struct ctl *c, const json_t *plan, bool asking);
/* Asks on the terminal what the plan waits for and sends it. CODE_WAITS: nothing that can be asked, or the person
 * ended the input. */
enum code dialogue_ask(struct ctl *c, const json_t *plan);

/* ---- ask.c ---- */
bool ask_possible(const struct ctl *c); /* is there a person at a terminal? */
/* One line from the terminal, without its end, in the arena. NULL: end of input. */
const char *ask_line(struct ctl *c, const char *prompt);
bool ask_yes(struct ctl *c, const char *question);

/* ---- watch.c ---- */
/* Follows a plan until it waits or ends. */
enum code watch_plan(struct ctl *c, const char *id);
/* What a verb does with the plan in an answer: --json, --watch, or one line and what to do next. */
enum code after_verb(struct ctl *c, const struct response *r);
/* Prints the body as JSON when --json is given, and tells whether it did. */
bool json_wanted(struct ctl *c, const struct response *r);

#endif
