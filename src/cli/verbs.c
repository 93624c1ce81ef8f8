/* The verb table: help, man page and completion are made from it. */
#include "cli/verbs.h"

#define WATCH { .name = "watch", .help = "Follow the plan until it waits or ends" }
#define ASK { .name = "ask", .help = "Follow it and ask its questions on this terminal" }
#define REVISION { .name = "revision", .arg = "N", .help = "The revision meant; the newest otherwise" }
#define PROJECT { .name = "project", .arg = "NAME", .help = "Project; the token's own otherwise" }
#define TICKET_OPTIONS \
    { .name = "repo", .arg = "NAME|DIR", .help = "Codebase: a registered one, or a folder of this machine" }, \
    { .name = "ref", .arg = "REF", .help = "Branch, tag or commit; WORKTREE: the files as they are" }, \
    { .name = "title", .arg = "TEXT", .help = "Title, instead of the ticket's first heading" }, \
    { .name = "ticket-key", .arg = "KEY", .help = "The tracker's name for it, such as acme/api#12" }, \
    { .name = "ticket-url", .arg = "URL", .help = "Where the ticket lives" }, \
    { .name = "constraints", .arg = "TEXT", .help = "Technical requirements and constraints" }, \
    { .name = "timeline", .arg = "TEXT", .help = "Deadline and milestones" }, \
    { .name = "resources", .arg = "TEXT", .help = "Who and what is available" }, \
    { .name = "link", .arg = "URL", .help = "Research to read", .many = true }, \
    { .name = "mention", .arg = "PATH", .help = "File of the codebase that must be read completely", .many = true }, \
    { .name = "yes", .help = "Agree to an upload without being asked" }

static const struct verb_option new_options[] = {
    TICKET_OPTIONS,
    { .name = "no-repo", .help = "Plan without a codebase" },
    { .name = "auto", .help = "Take all defaults up to the approval" },
    { .name = "small", .help = "One or two phases on one page" },
    { .name = "full", .help = "Everything, however small the ticket" },
    { .name = "code", .arg = "none|interfaces|full", .help = "How much code the plan holds and shows (full)" },
    { .name = "label", .arg = "TEXT", .help = "Label of the plan", .many = true },
    { .name = "budget-tokens", .arg = "N", .help = "Tokens to use at most" },
    { .name = "provider", .arg = "NAME", .help = "Who drafts it" },
    { .name = "reuse", .help = "Return the plan there is for the ticket's key" },
    { .name = "key", .arg = "TEXT", .help = "Idempotency key: the same key never makes a second plan" },
    PROJECT, WATCH, ASK,
};
static const struct verb_option ticket_options[] = { TICKET_OPTIONS, WATCH, ASK };
static const struct verb_option list_options[] = {
    { .name = "state", .arg = "STATE", .help = "Only plans in this state" },
    { .name = "activity", .arg = "WHAT", .help = "working, waiting or ended" },
    { .name = "owner", .arg = "NAME", .help = "Only plans of this person" },
    { .name = "ticket", .arg = "KEY", .help = "Only plans for this ticket" },
    { .name = "q", .arg = "TEXT", .help = "Only plans with these words" },
    { .name = "repository", .arg = "NAME", .help = "Only plans for this codebase" },
    { .name = "label", .arg = "TEXT", .help = "Only plans with this label" },
    { .name = "stale", .help = "Only plans whose codebase has moved" },
    { .name = "since", .arg = "TIME", .help = "Only plans changed since, such as 2026-11-23" },
    { .name = "limit", .arg = "N", .help = "At most that many (20)" },
    PROJECT,
};
static const struct verb_option show_options[] = {
    REVISION, { .name = "format", .arg = "md|html|json", .help = "The document alone, in this format" },
    { .name = "no-pager", .help = "Straight to the terminal, however long it is" },
};
static const struct verb_option watch_options[] = { ASK };
static const struct verb_option answer_options[] = {
    { .name = "defaults", .help = "Take the default of every question that is not answered" },
    { .name = "correct", .arg = "TEXT", .help = "Correct the understanding", .many = true },
    WATCH, ASK,
};
static const struct verb_option choose_options[] = {
    { .name = "own", .arg = "TEXT", .help = "An approach of one's own" },
    { .name = "reason", .arg = "TEXT", .help = "Why" },
    { .name = "more", .arg = "REASON", .help = "Ask for other options: what these lack" },
    WATCH, ASK,
};
static const struct verb_option refine_options[] = {
    { .name = "section", .arg = "ID", .help = "Only this section, such as ph2", .many = true },
    { .name = "comment", .arg = "ID", .help = "Work this comment in, where it stands", .many = true },
    { .name = "comments", .help = "Work in all that are open" },
    { .name = "affected", .help = "Work over the sections that use what has changed and were left out of it" },
    REVISION, WATCH,
};
static const struct verb_option comment_options[] = {
    { .name = "quote", .arg = "TEXT", .help = "The text of the section that it is about" },
    { .name = "reply", .arg = "ID", .help = "Answer this comment; the text is the only other argument" },
    { .name = "resolve", .arg = "ID", .help = "Nothing is left to be done about this one" },
    { .name = "reopen", .arg = "ID", .help = "There is" },
    { .name = "all", .help = "List those that are resolved as well" },
    REVISION,
};
static const struct verb_option say_options[] = {
    { .name = "yes", .help = "Do what was understood, without being asked" },
    { .name = "confirm", .arg = "ID", .help = "Do what was understood of this message" }, WATCH,
};
static const struct verb_option import_options[] = {
    { .name = "force", .help = "In place of a newer revision than the file was written from" },
};
static const struct verb_option approve_options[] = {
    REVISION, { .name = "note", .arg = "TEXT", .help = "For the record" },
};
static const struct verb_option reason_options[] = { { .name = "reason", .arg = "TEXT", .help = "Why" } };
static const struct verb_option follow_options[] = { WATCH, ASK };
static const struct verb_option fork_options[] = {
    { .name = "provider", .arg = "NAME", .help = "Who drafts it" },
    { .name = "ref", .arg = "REF", .help = "Another state of the codebase" }, WATCH, ASK,
};
#define OUTPUT { .name = "output", .arg = "FILE", .help = "Write to a file (also -o FILE)" }
#define BRANCH { .name = "branch", .arg = "NAME", .help = "The branch it is implemented on" }
#define CLAIM_OPTIONS \
    { .name = "holder", .arg = "TEXT", .help = "Who works on it; the token's person otherwise" }, \
    { .name = "lease", .arg = "TIME", .help = "How long until others may have it, such as 30m, 4h or 2d" }, \
    { .name = "reason", .arg = "TEXT", .help = "Why before what it depends on" }
static const struct verb_option handoff_options[] = {
    { .name = "format", .arg = "md|json|html|tasks|github|gitlab|mermaid",
      .help = "Markdown unless said otherwise; tasks: a list of tasks; github and gitlab: bodies for their issues; "
              "mermaid: a chart" },
    BRANCH, { .name = "note", .arg = "TEXT", .help = "For whoever implements it" }, OUTPUT,
};
static const struct verb_option claim_options[] = {
    CLAIM_OPTIONS,
    { .name = "renew", .help = "Keep the phase for longer" },
    { .name = "release", .help = "Give the phase back" },
};
static const struct verb_option implement_options[] = {
    CLAIM_OPTIONS, BRANCH,
    { .name = "with", .arg = "COMMAND", .help = "A program that reads the brief on its standard input and does the work" },
    OUTPUT,
};
static const struct verb_option progress_options[] = {
    { .name = "note", .arg = "TEXT", .help = "For the record" },
    { .name = "commit", .arg = "HASH", .help = "The commit that did it" },
    { .name = "passed", .arg = "CRITERION", .help = "A1, M2 … that was shown to hold", .many = true },
    { .name = "failed", .arg = "CRITERION", .help = "One that does not hold", .many = true },
    { .name = "where", .arg = "URL", .help = "Where that can be looked up" },
    { .name = "proof", .arg = "TEXT", .help = "What was printed or seen" },
    { .name = "reason", .arg = "TEXT", .help = "Why out of order, again, or in spite of a failed criterion" },
};
static const struct verb_option link_options[] = {
    { .name = "days", .arg = "N", .help = "Ends after so many days (7)" },
    { .name = "note", .arg = "TEXT", .help = "For whom it is" },
    { .name = "list", .help = "Show the links there are" },
    { .name = "revoke", .arg = "LINK", .help = "End one at once" },
};
static const struct verb_option export_options[] = {
    REVISION,
    { .name = "format", .arg = "md|html|json|gantt|graph|handoff",
      .help = "Markdown unless said otherwise; gantt and graph are Mermaid, handoff the brief of an approved plan" },
    { .name = "code", .arg = "none|interfaces|full",
      .help = "How much code Markdown and HTML show; as the plan was asked for otherwise" },
    OUTPUT,
    { .name = "to", .arg = "DIR", .help = "Keep plans as files of a folder, with front matter for import" },
    { .name = "force", .help = "With --to: over changes of the file that were not imported" },
};
static const struct verb_option diff_options[] = {
    REVISION, { .name = "from", .arg = "N", .help = "Against this revision; the one before otherwise" },
    { .name = "format", .arg = "patch|sections|html|json",
      .help = "Patch unless said otherwise; sections names each that changed, with the reason; html is side by side" },
};
static const struct verb_option revision_options[] = { REVISION };
static const struct verb_option check_options[] = {
    { .name = "repo", .arg = "DIR", .help = "The folder to check against; the current one otherwise" },
    { .name = "ref", .arg = "REF",
      .help = "Branch, tag or commit; the newest commit otherwise; WORKTREE: the files as they are" },
    { .name = "small", .help = "By the shorter contract of small plans" },
    { .name = "format", .arg = "text|json|sarif|github",
      .help = "How findings are told: SARIF 2.1.0 for code scanning, github for annotations of a workflow" },
    { .name = "dry-run", .help = "Say instead whether each command of the plan is there to be run on this machine" },
};
static const struct verb_option rebase_options[] = {
    { .name = "ref", .arg = "REF", .help = "Branch, tag or commit; the newest of the plan's branch otherwise" }, WATCH,
};
static const struct verb_option verify_options[] = {
    { .name = "run", .help = "Run them; otherwise they are only shown" },
    { .name = "before", .help = "Before the phase is begun: what is expected to fail by then has to fail" },
    { .name = "done", .help = "Report the phase as done when all is as planned" },
    { .name = "repo", .arg = "DIR", .help = "The checkout to run them in; the current one otherwise" },
    { .name = "commit", .arg = "REF",
      .help = "Without a phase: the commit or branch to hold against the plan; the branch of the handoff otherwise" },
    { .name = "alias", .arg = "NAME", .help = "Without a phase: which of several codebases; the first otherwise" },
};
static const struct verb_option events_options[] = {
    { .name = "after", .arg = "SEQ", .help = "Only later ones (with --json)" },
};
#define REMOTE \
    { .name = "ref", .arg = "REF", .help = "Branch read by default; WORKTREE: the files as they are" }, \
    { .name = "token-file", .arg = "FILE", .help = "Token for a remote by https" }, \
    { .name = "key-file", .arg = "FILE", .help = "Private key for a remote by ssh, without passphrase" }, \
    { .name = "username", .arg = "NAME", .help = "For the token (x-access-token)" }, \
    { .name = "sync", .arg = "TIME", .help = "How often a remote is fetched: default, never, or such as 15m" }
static const struct verb_option repo_options[] = { REMOTE, PROJECT };
static const struct verb_option repo_set_options[] = {
    { .name = "url", .arg = "URL", .help = "Another address" }, REMOTE,
};
static const struct verb_option repo_correct_options[] = {
    { .name = "exclude",
      .arg = "PATTERN",
      .help = "Leave these files out (legacy, '*.gen.go'); may be given often",
      .many = true },
    { .name = "clear", .help = "Forget what was said before" },
};
#define SOURCE \
    { .name = "repo", .arg = "NAME", .help = "Codebase its tickets are about, where no route says another" }, \
    { .name = "route", .arg = "WHAT=NAME", .help = "Codebase of a project (acme/api=api), label:NAME or component:NAME", .many = true }, \
    { .name = "only", .arg = "PROJECT", .help = "Only tickets of this project", .many = true }, \
    { .name = "label", .arg = "TEXT", .help = "Label that makes a plan of a ticket (plan)" }, \
    { .name = "start", .arg = "WHAT", .help = "What makes a plan: label, created or command" }, \
    { .name = "auto", .help = "Plans take all defaults up to the approval" }, \
    { .name = "role", .arg = "LOGIN=ROLE", .help = "What somebody may do by comments: planner or approver", .many = true }, \
    { .name = "api", .arg = "URL", .help = "Its API, where it is not the public one" }, \
    { .name = "username", .arg = "EMAIL", .help = "Jira Cloud: who the token belongs to" }, \
    { .name = "token-file", .arg = "FILE", .help = "Token for its API, or the private key of a GitHub App" }, \
    { .name = "app", .arg = "ID:INSTALLATION", .help = "GitHub App whose key the token is" }, \
    { .name = "secret-file", .arg = "FILE", .help = "Secret that its webhooks are signed with; made otherwise" }, \
    { .name = "poll", .arg = "TIME", .help = "How often it is asked for changes, such as 1m or never (1h)" }, \
    { .name = "silent", .help = "Write nothing into tickets" }, \
    { .name = "state-labels", .help = "Show the plan's state as a label" }
static const struct verb_option source_add_options[] = { SOURCE, PROJECT };
static const struct verb_option source_set_options[] = { SOURCE, { .name = "name", .arg = "TEXT", .help = "Another name" } };
static const struct verb_option project_options[] = { PROJECT };
static const struct verb_option token_options[] = {
    { .name = "role", .arg = "ROLE", .help = "viewer, planner, approver or admin" }, PROJECT,
    { .name = "name", .arg = "TEXT", .help = "What it is for" },
    { .name = "days", .arg = "N", .help = "Ends after so many days" },
    { .name = "plan", .arg = "ID", .help = "For this plan alone" },
    { .name = "verb", .arg = "NAME", .many = true,
      .help = "All it may do there: plan, briefs, claim, claims, progress … (as behind /plans/ID/ in the API)" },
};

#define OPTIONS(rows) .options = rows, .n_options = countof(rows)
#define ARGS(least, most) .min = least, .max = most
#define IN_PLANS .group = "Plans"
#define IN_DIALOGUE .group = "Dialogue"
#define IN_DECISIONS .group = "Decisions"
#define IN_WORK .group = "Implementation"
#define IN_ADMIN .group = "The daemon"

const struct verb verbs[] = {
    { IN_PLANS, .name = "new", .args = "[FILE|URL|- ...]", ARGS(0, -1), OPTIONS(new_options), .run = run_new,
      .help =
          "Start a plan. The first file is the ticket (its first heading the title), others are sent along; "
          "without a file it asks for one, on a terminal at once. The codebase is the git repository of the current "
          "directory unless --repo says otherwise. Prints the plan's id.",
      .example = "planctl new ticket.md docs/research.md --repo api --watch" },
    { IN_PLANS, .name = "list", .args = "", ARGS(0, 0), OPTIONS(list_options), .run = run_list,
      .help = "List plans, the newest first.", .example = "planctl list --activity waiting --q \"rate limit\"" },
    { IN_PLANS, .name = "show", .args = "ID", ARGS(1, 1), OPTIONS(show_options), .run = run_show,
      .help = "Show a plan: where it stands, what it asks, and its document, laid out for the terminal and through "
              "$PAGER when it is long.",
      .example = "planctl show last --revision 2" },
    { IN_PLANS, .name = "watch", .args = "ID", ARGS(1, 1), OPTIONS(watch_options), .run = run_watch,
      .help = "Follow a plan until it waits for a person (exit code 4), is approved or completed (0), or failed (1).",
      .example = "planctl watch last --timeout 600" },
    { IN_PLANS, .name = "export", .args = "ID ...", ARGS(1, -1), OPTIONS(export_options), .run = run_export,
      .help = "Write the document of a plan, to standard output or into a file. With --to, each into a file of a folder, "
              "which can be edited, kept in git, and imported again.",
      .example = "planctl export last --to docs/plans" },
    { IN_PLANS, .name = "import", .args = "FILE|DIR ...", ARGS(1, -1), OPTIONS(import_options), .run = run_import,
      .help = "Take files that export --to has written, edited, as the next revisions of their plans; what is unchanged "
              "is left alone. Refused when the plan has a newer revision. Afterwards the files hold the new revisions.",
      .example = "planctl import docs/plans" },
    { IN_PLANS, .name = "diff", .args = "ID", ARGS(1, 1), OPTIONS(diff_options), .run = run_diff,
      .help = "Show what a revision changed, so that patch applies it to the Markdown of the one before.",
      .example = "planctl diff last --from 1 --format sections" },
    { IN_PLANS, .name = "checks", .args = "ID", ARGS(1, 1), OPTIONS(revision_options), .run = run_checks,
      .help = "Show what the checks found.", .example = "planctl checks last" },
    { IN_PLANS, .name = "check", .args = "FILE|- ...", ARGS(1, -1), .offline = true, OPTIONS(check_options),
      .run = run_check,
      .help =
          "Check plans against a folder of this machine, without a daemon: those of pland (Markdown or JSON), and "
          "anybody's Markdown. The repository's .pland.yml, as its default branch has it, tunes the rules. Exit code "
          "1: there are errors.",
      .example = "planctl check docs/plan.md --repo ~/src/api --format sarif" },
    { IN_PLANS, .name = "events", .args = "ID", ARGS(1, 1), OPTIONS(events_options), .run = run_events,
      .help = "Show what happened to a plan.", .example = "planctl events last" },
    { IN_PLANS, .name = "delete", .args = "ID", ARGS(1, 1), .run = run_delete, .help = "Delete a plan.",
      .example = "planctl delete plan_01K2Z9" },

    { IN_DIALOGUE, .name = "ticket", .args = "ID FILE|- ...", ARGS(2, -1), OPTIONS(ticket_options), .run = run_ticket,
      .help = "Give a plan its ticket, or another one.", .example = "planctl ticket last ticket.md" },
    { IN_DIALOGUE, .name = "answer", .args = "ID [Q1=TEXT ...]", ARGS(1, -1), OPTIONS(answer_options),
      .run = run_answer, .help = "Answer the questions of a plan; on a terminal and without answers it asks them.",
      .example = "planctl answer last Q1=\"PostgreSQL 15\" --defaults --watch" },
    { IN_DIALOGUE, .name = "choose", .args = "ID [OPTION]", ARGS(1, 2), OPTIONS(choose_options), .run = run_choose,
      .help = "Choose one of the options, or say what to do instead.",
      .example = "planctl choose last A --reason \"smallest change\"" },
    { IN_DIALOGUE, .name = "say", .args = "ID TEXT ...", ARGS(1, -1), OPTIONS(say_options), .run = run_say,
      .help = "Say in plain words, or in a form such as \"choose B\", \"Q2: Postgres 15\", \"refine P3: ...\" or "
              "\"approve r3\", what is to be done. What can be read in more than one way is shown and asked about first.",
      .example = "planctl say last \"B, but keep Redis\" --watch" },
    { IN_DIALOGUE, .name = "comment", .args = "ID [SECTION] [TEXT]", ARGS(1, 3), OPTIONS(comment_options),
      .run = run_comment,
      .help = "Comment on a section of the document, or on a text in it; answer and resolve comments. Without a text: "
              "list those that are open, with where they stand now.",
      .example = "planctl comment last ph2 \"Why not one transaction?\" --quote \"in two steps\"" },
    { IN_DIALOGUE, .name = "refine", .args = "ID [TEXT]", ARGS(1, 2), OPTIONS(refine_options), .run = run_refine,
      .help = "Ask for a change of the document: in words, such as \"split P2 after 2.1\", by comments, or of what a "
              "change left behind.",
      .example = "planctl refine last \"split the migration\" --section ph2 --watch" },
    { IN_DIALOGUE, .name = "edit", .args = "ID", ARGS(1, 1), OPTIONS(follow_options), .run = run_edit,
      .help = "Edit the newest revision as Markdown in $VISUAL or $EDITOR; saved, it is the next revision. Unchanged, "
              "nothing is sent; refused, or with another revision in between, the file is kept.",
      .example = "planctl edit last --watch" },
    { IN_DIALOGUE, .name = "revise", .args = "ID FILE|-", ARGS(2, 2), OPTIONS(follow_options), .run = run_revise,
      .help = "Put one's own edit of the document (Markdown or JSON, as exported) in place of the newest revision.",
      .example = "planctl revise last plan.md" },
    { IN_DIALOGUE, .name = "restore", .args = "ID N", ARGS(2, 2), OPTIONS(follow_options), .run = run_restore,
      .help = "Publish an older revision again, as the next one.", .example = "planctl restore last 2" },
    { IN_DIALOGUE, .name = "retry", .args = "ID", ARGS(1, 1), OPTIONS(follow_options), .run = run_retry,
      .help = "Go on from the step that failed.", .example = "planctl retry last --watch" },
    { IN_DIALOGUE, .name = "fork", .args = "ID", ARGS(1, 1), OPTIONS(fork_options), .run = run_fork,
      .help = "Start a new plan from the ticket, answers and comments of this one.",
      .example = "planctl fork last --ref release-2" },
    { IN_DIALOGUE, .name = "budget", .args = "ID TOKENS|$USD", ARGS(2, 2), OPTIONS(follow_options), .run = run_budget,
      .help = "Set how many tokens, or dollars, a plan may use; 0 sets no limit. The other limit stays.",
      .example = "planctl budget last 400000 --watch" },

    { IN_DECISIONS, .name = "approve", .args = "ID", ARGS(1, 1), OPTIONS(approve_options), .run = run_approve,
      .help = "Approve a revision. It is refused when another one has come in between.",
      .example = "planctl approve last --revision 2" },
    { IN_DECISIONS, .name = "waive", .args = "ID FINDING REASON", ARGS(3, 3), .run = run_waive,
      .help = "Let an error of the checks stand, with the reason, on record and shown in every export.",
      .example = "planctl waive last 5f1c2a9be0d34c77 \"made by the release job\"" },
    { IN_DECISIONS, .name = "rebase", .args = "ID", ARGS(1, 1), OPTIONS(rebase_options), .run = run_rebase,
      .help = "Bind a plan to another commit: the same sections, checked there.",
      .example = "planctl rebase last --ref main --watch" },
    { IN_DECISIONS, .name = "reject", .args = "ID [REASON]", ARGS(1, 2), OPTIONS(reason_options), .run = run_reject,
      .help = "Reject a plan; that ends it.", .example = "planctl reject last \"we buy it instead\"" },
    { IN_DECISIONS, .name = "cancel", .args = "ID [REASON]", ARGS(1, 2), OPTIONS(reason_options), .run = run_cancel,
      .help = "Cancel a plan and what runs for it.", .example = "planctl cancel last" },
    { IN_WORK, .name = "handoff", .args = "ID", ARGS(1, 1), OPTIONS(handoff_options), .run = run_handoff,
      .help = "Hand an approved plan to whoever implements it, and print what is needed for that.",
      .example = "planctl handoff last --branch feature/weights > BRIEF.md" },
    { IN_WORK, .name = "implement", .args = "ID [PHASE]", ARGS(1, 2), OPTIONS(implement_options), .run = run_implement,
      .help = "Take over a phase, the next free one unless named: hand the plan off if nobody has, claim the phase, and "
              "print its brief, or run a program with it. When that fails the phase is given back.",
      .example = "planctl implement last --with \"my-agent --stdin\"" },
    { IN_WORK, .name = "claim", .args = "ID [PHASE]", ARGS(1, 2), OPTIONS(claim_options), .run = run_claim,
      .help = "Claim a phase, the next free one unless named, so that nobody else works on it.",
      .example = "planctl claim last P2 --lease 4h" },
    { IN_WORK, .name = "progress", .args = "ID [PHASE started|done|skipped]", ARGS(1, 3), OPTIONS(progress_options),
      .run = run_progress, .help = "Report on a phase and its criteria; without one, show how far each is.",
      .example = "planctl progress last P2 done --passed A1 --commit 4f2a91c" },
    { IN_WORK, .name = "verify", .args = "ID [PHASE]", ARGS(1, 2), OPTIONS(verify_options), .run = run_verify,
      .help = "Run the automated criteria of a phase on this machine and report exit codes, commit and a hash of what "
              "they printed. Without a phase: hold a commit against the plan. Exit code 1: something is not as planned.",
      .example = "planctl verify last P2 --run" },
    { IN_WORK, .name = "link", .args = "ID", ARGS(1, 1), OPTIONS(link_options), .run = run_link,
      .help = "Make a page of the plan for people without a token, and print its address, which is shown this once.",
      .example = "planctl link last --days 3 --note \"for the customer\"" },

    { IN_ADMIN, .name = "status", .args = "", ARGS(0, 0), .run = run_status,
      .help = "Say which daemon is asked and whether it is ready.", .example = "planctl status" },
    { IN_ADMIN, .name = "repo add", .args = "[NAME] PATH|URL", ARGS(1, 2), OPTIONS(repo_options), .run = run_repo_add,
      .help = "Register a folder of the daemon's machine, below its roots, or a git remote (https or ssh) that the "
              "daemon fetches. The name is what the path or URL ends in unless said otherwise.",
      .example = "planctl repo add https://git.example.com/acme/api.git --token-file ~/.config/forge-token" },
    { IN_ADMIN, .name = "repo show", .args = "NAME|ID", ARGS(1, 1), .run = run_repo_show,
      .help = "Show a codebase: where it comes from, how far its fetch is, what failed.",
      .example = "planctl repo show api" },
    { IN_ADMIN, .name = "repo sync", .args = "NAME|ID", ARGS(1, 1), .run = run_repo_sync,
      .help = "Fetch a codebase from its remote now.", .example = "planctl repo sync api" },
    { IN_ADMIN, .name = "repo set", .args = "NAME|ID", ARGS(1, 1), OPTIONS(repo_set_options), .run = run_repo_set,
      .help = "Change a remote: its address, branch, credential, or how often it is fetched.",
      .example = "planctl repo set api --token-file ~/.config/forge-token" },
    { IN_ADMIN, .name = "repo correct", .args = "NAME|ID [TEXT…]", ARGS(1, -1), OPTIONS(repo_correct_options),
      .run = run_repo_correct,
      .help =
          "Say what is known better than the survey of a codebase finds (\"pnpm, not npm\", \"test: make check\", or "
          "any sentence); it outranks findings in every later plan. Without a text: show what was said.",
      .example = "planctl repo correct api 'pnpm, not npm' --exclude legacy" },
    { IN_ADMIN, .name = "repo list", .args = "", ARGS(0, 0), OPTIONS(project_options), .run = run_repo_list,
      .help = "List registered codebases.", .example = "planctl repo list" },
    { IN_ADMIN, .name = "repo delete", .args = "NAME|ID", ARGS(1, 1), .run = run_repo_delete,
      .help = "Forget a codebase no plan refers to.", .example = "planctl repo delete api" },
    { IN_ADMIN, .name = "source add", .args = "github|gitlab|jira|linear|generic NAME", ARGS(2, 2), OPTIONS(source_add_options),
      .run = run_source_add,
      .help = "Connect a ticket system. Prints the address that it must call, and the secret to sign with.",
      .example = "planctl source add github acme --token-file t --route acme/api=api --role alice=approver" },
    { IN_ADMIN, .name = "source set", .args = "ID", ARGS(1, 1), OPTIONS(source_set_options), .run = run_source_set,
      .help = "Change a ticket system; what is not given stays.", .example = "planctl source set src_01K2Z9 --label ready" },
    { IN_ADMIN, .name = "source show", .args = "ID", ARGS(1, 1), .run = run_source_show,
      .help = "Show a ticket system as it is set, and what its API said last.", .example = "planctl source show src_01K2Z9" },
    { IN_ADMIN, .name = "source list", .args = "", ARGS(0, 0), .run = run_source_list, .help = "List ticket systems.",
      .example = "planctl source list" },
    { IN_ADMIN, .name = "source sync", .args = "ID", ARGS(1, 1), .run = run_source_sync,
      .help = "Ask a ticket system for what has changed.", .example = "planctl source sync src_01K2Z9" },
    { IN_ADMIN, .name = "source log", .args = "ID", ARGS(1, 1), .run = run_source_log,
      .help = "Show what a ticket system has sent, and what has become of it.", .example = "planctl source log src_01K2Z9" },
    { IN_ADMIN, .name = "source delete", .args = "ID", ARGS(1, 1), .run = run_source_delete,
      .help = "Disconnect a ticket system.", .example = "planctl source delete src_01K2Z9" },
    { IN_ADMIN, .name = "token create", .args = "", ARGS(0, 0), OPTIONS(token_options), .run = run_token_create,
      .help = "Make an access token; its secret is printed once.",
      .example = "planctl token create --role planner --name ci --days 90" },
    { IN_ADMIN, .name = "token list", .args = "", ARGS(0, 0), .run = run_token_list,
      .help = "List tokens, without their secrets.", .example = "planctl token list" },
    { IN_ADMIN, .name = "token revoke", .args = "ID", ARGS(1, 1), .run = run_token_revoke,
      .help = "End a token at once.", .example = "planctl token revoke tok_01K2Z9" },
    { IN_ADMIN, .name = "resume", .args = "", ARGS(0, 0), .run = run_resume,
      .help = "Let a daemon that was restored from a backup work again.", .example = "planctl resume" },
    { IN_ADMIN, .name = "completion", .args = "bash|zsh", ARGS(1, 1), .offline = true, .run = run_completion,
      .help = "Print a completion script for a shell.",
      .example = "planctl completion bash > /etc/bash_completion.d/planctl" },
    { IN_ADMIN, .name = "man", .args = "", ARGS(0, 0), .offline = true, .run = run_man,
      .help = "Print the manual page (mdoc).", .example = "planctl man | man -l -" },
};
const size_t n_verbs = countof(verbs);
