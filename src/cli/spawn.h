/* Programs that a person has named: a pager, an editor. Their command line is split on blanks; no shell is involved. */
#ifndef CLI_SPAWN_H
#define CLI_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

enum { WORDS_MAX = 16, WORDS_BYTES = 1024 };
struct words {
    char *v[WORDS_MAX + 2]; /* NULL-terminated; points into text */
    size_t n;
    char text[WORDS_BYTES];
};
bool words_split(struct words *w, const char *command); /* false: empty, or too long */

/* Starts it with a pipe as its standard input; *ret_fd is the other end. While it runs, signals of the terminal are its
 * own, and a pipe that is closed is an error of write(), not a signal; spawn_wait() puts that right again. */
bool spawn_writing(const struct words *w, int *ret_fd, pid_t *ret);
/* Starts it on this terminal, with one more argument. Standard output that goes elsewhere is not for it. */
bool spawn_on_terminal(const struct words *w, const char *argument, pid_t *ret);
int spawn_wait(pid_t pid); /* exit code; -1: killed by a signal */

#endif
