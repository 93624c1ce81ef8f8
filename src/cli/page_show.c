/* Pages on this terminal: how wide, in colours or not, through a pager or not. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/page.h"
#include "cli/say.h"
#include "cli/spawn.h"

enum { LEAST_WIDTH = 40, MOST_WIDTH = 100, USUAL_WIDTH = 80, PAGE_MAX = 64 << 20 };

static size_t within(unsigned long columns)
{
    return columns < LEAST_WIDTH ? LEAST_WIDTH : columns > MOST_WIDTH ? MOST_WIDTH : columns;
}

static size_t width_of(FILE *f)
{
    const char *columns = getenv("COLUMNS");
    struct winsize w;
    char *end;
    unsigned long n = columns && *columns ? strtoul(columns, &end, 10) : 0;
    if (n > 0 && !*end) return within(n);
    if (ioctl(fileno(f), TIOCGWINSZ, &w) == 0 && w.ws_col > 0) return within(w.ws_col);
    return USUAL_WIDTH;
}

struct page_look page_look_of(const struct ctl *c, FILE *f)
{
    const char *plain = getenv("NO_COLOR"), *term = getenv("TERM");
    bool styled = isatty(fileno(f)) == 1 && !(plain && *plain) && !(term && strcmp(term, "dumb") == 0) &&
                  !opt_flag(c, "no-color");
    return (struct page_look){ width_of(f), styled };
}

/* --- the pager ------------------------------------------------------------------------------------------------- */
static bool is_long(const struct buf *page)
{
    struct winsize w;
    size_t lines = 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_row == 0) return true;
    for (size_t i = 0; i < page->n; i++) lines += page->p[i] == '\n';
    return lines >= w.ws_row;
}

/* False: there is no pager, or it could not be started. */
static bool through_pager(const struct buf *page)
{
    const char *named = getenv("PAGER"), *command = named ? named : "less -FRX";
    struct words words;
    pid_t pid;
    int to = -1;
    if (!words_split(&words, command) || strcmp(words.v[0], "cat") == 0) return false;
    if (!getenv("LESS")) (void)setenv("LESS", "FRX", 1); /* so that a PAGER of "less" shows colours, too */
    (void)fflush(stdout);
    if (!spawn_writing(&words, &to, &pid)) return false;
    for (size_t at = 0; at < page->n;) {
        ssize_t n = write(to, page->p + at, page->n - at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break; /* it was left before its end */
        at += (size_t)n;
    }
    (void)close(to);
    (void)spawn_wait(pid);
    return true;
}

bool page_show(const struct ctl *c, const struct buf *page)
{
    if (page->failed != ERR_OK) {
        complain("out of memory");
        return false;
    }
    if (isatty(STDOUT_FILENO) == 1 && !opt_flag(c, "no-pager") && is_long(page) && through_pager(page)) return true;
    if (fwrite(buf_cstr(page), 1, page->n, stdout) == page->n && fflush(stdout) == 0) return true;
    complain("the output could not be written");
    return false;
}

void page_note(const struct ctl *c, const char *md)
{
    auto_buf page = BUF_INIT(PAGE_MAX);
    struct page_look look = page_look_of(c, stderr);
    (void)fflush(stdout);
    say_status("");
    if (!page_markdown(&page, md, strlen(md), &look)) note("%s", md);
    else (void)fwrite(buf_cstr(&page), 1, page.n, stderr);
    (void)fflush(stderr);
}
