/* The functions behind the verb table, and what they share. */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/call.h"
#include "cli/cli.h"
#include "pland/plan/request.h"

typedef enum code verb_run(struct ctl *c);
struct asking;

/* plan_new.c */
verb_run run_new, run_ticket;
/* plan_read.c, plan_export.c, plan_list.c */
verb_run run_list, run_show, run_export, run_diff, run_events, run_checks;
/* plan_act.c, plan_decide.c, edit.c */
verb_run run_answer, run_choose, run_refine, run_approve, run_reject, run_cancel, run_retry, run_fork, run_delete,
    run_restore, run_revise, run_budget, run_edit, run_waive, run_rebase;
/* plan_talk.c, plan_files.c */
verb_run run_comment, run_say, run_import;
/* implement.c */
verb_run run_handoff, run_claim, run_implement, run_progress, run_link;
/* watch.c, check.c, verify.c */
verb_run run_watch, run_check, run_verify;
/* admin.c, remote.c */
verb_run run_repo_set, run_repo_correct, run_repo_sync, run_repo_show;
verb_run run_source_add, run_source_set, run_source_show, run_source_list, run_source_sync, run_source_log, run_source_delete;
verb_run run_status, run_resume, run_repo_add, run_repo_list, run_repo_delete, run_token_create, run_token_list,
    run_token_revoke;
/* help.c */
verb_run run_completion, run_man;

/* ---- ticket.c ---- */
/* Files and URLs of the command line into r: the first file is the ticket, the others are sent along. */
enum code ticket_read(struct ctl *c, size_t first, struct plan_request *r);
/* What was written or typed as the ticket: its title and body, and what options say of it. */
enum code ticket_set(struct ctl *c, const char *text, const char *from, struct plan_request *r);
/* A link or a file that is sent along. */
enum code ticket_add_link(struct ctl *c, const char *url, struct plan_request *r);
enum code ticket_add_file(struct ctl *c, const char *path, struct plan_request *r);
bool ticket_is_link(const char *arg);
/* A whole text file, or standard input for "-", into the arena. Says what is wrong. */
enum code text_read(struct ctl *c, const char *path, const char **ret);

/* ---- dry.c ---- */
/* Is each command of the plans there to be run on this machine, in a checkout? Runs nothing. */
enum code check_dry_run(struct ctl *c, const char *dir);

/* ---- check.c ---- */
/* A document from a file: Markdown, or JSON without what `export` puts around it. Says what is wrong. */
enum code document_text(struct ctl *c, const char *path, const char **ret, bool *ret_markdown);

/* ---- codebase.c, upload.c ---- */
/* The codebase meant by --repo or the current directory: sets repositories or snapshot of r, and says which. */
enum code codebase_find(struct ctl *c, struct plan_request *r, struct asking *asking);
/* Packs the folder dir and sends it as a private upload; asks before. With asking, a no plans without it. */
enum code upload_folder(struct ctl *c, const char *dir, struct plan_request *r, struct asking *asking);

/* ---- remote.c ---- */
bool remote_is_url(const char *arg); /* and not a path */
const char *remote_name(struct ctl *c, const char *from); /* what a path or URL ends in; NULL: out of memory */
enum code remote_add(struct ctl *c, const char *name, const char *url);

/* ---- interview.c ---- */
/* new, in words: asks for what was not given with options. CODE_REFUSED: the person left, said so. */
enum code interview(struct ctl *c, struct plan_request *r);
/* Shows all that will be sent, before anything is. codebase: in words. NULL asking: nobody is asked. */
struct asking { const struct plan_request *request; };
enum code interview_confirm(struct ctl *c, struct asking *a, const char *codebase);

/* ---- editor.c ---- */
/* A text in an editor: a file of its own, which is there until draft_remove(). */
struct draft {
    const char *folder, *path;
};
enum code draft_make(struct ctl *c, const char *name, const char *text, size_t n, struct draft *ret);
/* Lets the person edit it in $VISUAL, $EDITOR or vi. *ret_text: what is in it now. Says what went wrong. */
enum code draft_edit(struct ctl *c, const struct draft *d, const char **ret_text);
void draft_remove(const struct draft *d);

/* ---- plan_read.c ---- */
/* A revision in a format's media type; --revision N, else the head. code: none, interfaces, full or NULL. */
enum code document_get(struct ctl *c, const char *id, const char *type, const char *code, struct response *r);

/* ---- plan_export.c, plan_files.c ---- */
/* Under another name first, so that nobody ever finds half of it. */
enum code file_write(struct ctl *c, const char *path, const struct buf *b);
enum code files_export(struct ctl *c); /* export --to DIR */

/* ---- plan_text.c ---- */
void plan_summary(const json_t *plan, struct buf *b); /* the block at the top of show, as plain text */
void plan_message(const struct ctl *c, const json_t *plan);  /* what the plan says it needs, to stderr */
void plan_hints(const struct ctl *c, const json_t *plan);    /* what to type next, to stderr */
enum code plan_code(const json_t *plan); /* exit code for where the plan stands */
/* The words of a working or waiting plan in one line. */
void plan_line(const json_t *plan, struct buf *b);

/* ---- dialogue.c ---- */
/* What the plan says while it waits, in Markdown: understanding and open questions, or options. asking: the questions
 * are put one by one and left out. */
void dialogue_text(struct ctl *c, const json_t *plan, bool asking, struct buf *b);
/* Asks on the terminal what the plan waits for and sends it. CODE_WAITS: nothing that can be asked, or the person
 * ended the input. */
enum code dialogue_ask(struct ctl *c, const json_t *plan);

/* ---- ask.c ---- */
bool ask_possible(const struct ctl *c); /* is there a person at a terminal? */
/* One line from the terminal, without its end, in the arena. NULL: end of input. */
const char *ask_line(struct ctl *c, const char *prompt);
bool ask_yes(struct ctl *c, const char *question);
enum ask_answer { ASK_LEFT, ASK_NO, ASK_YES };
enum ask_answer ask_unless_no(struct ctl *c, const char *question); /* Return means yes */
/* From now on Ctrl-C ends the program with exit code 1 and these words. */
void ask_on_leaving(const char *text);

/* ---- watch.c ---- */
/* Follows a plan until it waits or ends. */
enum code watch_plan(struct ctl *c, const char *id);
/* What a verb does with the plan in an answer: --json, --watch, or one line and what to do next. */
enum code after_verb(struct ctl *c, const struct response *r);
/* Waits until nobody works on the plan. */
enum code await_plan(struct ctl *c, const char *id, struct response *ret);
/* Prints the body as JSON when --json is given, and tells whether it did. */
bool json_wanted(struct ctl *c, const struct response *r);

#endif
