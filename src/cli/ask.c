/* Asking a person at the terminal. Questions go to stderr and answers come from /dev/tty, so that standard input may
 * be the ticket and standard output a pipe. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/verbs.h"

enum { LINE_BYTES = 4096 };

bool ask_possible(const struct ctl *c)
{
    if (isatty(STDERR_FILENO) != 1 || (isatty(STDIN_FILENO) != 1 && !c->stdin_used)) return false;
    return access("/dev/tty", R_OK) == 0;
}

const char *ask_line(struct ctl *c, const char *prompt)
{
    char line[LINE_BYTES];
    FILE *tty = fopen("/dev/tty", "re");
    char *got;
    if (!tty) return NULL;
    note("%s", prompt);
    got = fgets(line, sizeof line, tty);
    (void)fclose(tty);
    if (!got) {
        note("\n");
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return arena_dup(c->arena, line);
}

bool ask_yes(struct ctl *c, const char *question)
{
    const char *prompt = arena_fmt(c->arena, "%s [y/N] ", question), *line = prompt ? ask_line(c, prompt) : NULL;
    return line && (line[0] == 'y' || line[0] == 'Y');
}

enum ask_answer ask_unless_no(struct ctl *c, const char *question)
{
    const char *prompt = arena_fmt(c->arena, "%s [Y/n] ", question), *line = prompt ? ask_line(c, prompt) : NULL;
    if (!line) return ASK_LEFT;
    return line[0] == 'n' || line[0] == 'N' ? ASK_NO : ASK_YES;
}

/* --- leaving --------------------------------------------------------------------------------------------------- */
static char farewell[512]; /* what the signal's handler says; one process, one terminal */

static void leave(int number)
{
    size_t n = strlen(farewell);
    (void)number;
    while (write(STDERR_FILENO, farewell, n) < 0 && errno == EINTR) {}
    _exit(CODE_REFUSED);
}

void ask_on_leaving(const char *text)
{
    struct sigaction act = { .sa_handler = leave };
    (void)sigemptyset(&act.sa_mask);
    (void)snprintf(farewell, sizeof farewell, "\nplanctl: %s\n", text ? text : "left");
    (void)sigaction(SIGINT, &act, NULL);
}
