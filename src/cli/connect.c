/* Finding the daemon and the token. A token is only ever sent to the address it was found beside, or when it was given
 * by PLAND_TOKEN, so that an admin's token cannot end up at some other server. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/say.h"

enum { LINE_MAX_BYTES = 2048 };

/* The first line of a small file, trimmed, in the arena. NULL: no such file, or empty. */
static const char *first_line(struct ctl *c, const char *dir, const char *name)
{
    char text[LINE_MAX_BYTES];
    const char *path = arena_fmt(c->arena, "%s/%s", dir, name);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t n;
    if (fd < 0) {
        if (errno == EACCES) note("planctl: %s cannot be read by this user\n", path ? path : name);
        return NULL;
    }
    n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return NULL;
    text[n] = '\0';
    text[strcspn(text, " \t\r\n")] = '\0';
    return text[0] ? arena_dup(c->arena, text) : NULL;
}

const char *from_environment(const char *name)
{
    const char *s = getenv(name);
    return s && *s ? s : NULL;
}

static const char *config_dir(struct ctl *c)
{
    const char *xdg = from_environment("XDG_CONFIG_HOME"), *home = from_environment("HOME");
    if (xdg) return arena_fmt(c->arena, "%s/pland", xdg);
    return home ? arena_fmt(c->arena, "%s/.config/pland", home) : NULL;
}

/* Where an address and its token may be, in order of precedence. */
struct place { const char *dir, *token_file, *url; };

static bool same_url(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    while (n > 0 && a[n - 1] == '/') n--;
    while (m > 0 && b[m - 1] == '/') m--;
    return n == m && strncasecmp(a, b, n) == 0;
}

/* The first that is there; a folder named on the command line leaves no other choice. */
static void choose_url(struct ctl *c, const struct place places[static 3])
{
    const struct { const char *url, *found; bool last; } order[] = {
        { opt(c, "url"), "--url", false },
        { places[0].url, places[0].dir, places[0].dir != NULL },
        { from_environment("PLAND_URL"), "PLAND_URL", false },
        { places[1].url, places[1].dir, false },
        { places[2].url, places[2].dir, false },
    };
    for (size_t i = 0; i < countof(order) && !c->url; i++) {
        c->url = order[i].url;
        c->found = order[i].found;
        if (order[i].last) return;
    }
}

static void choose_token(struct ctl *c, const struct place *places, size_t n)
{
    c->token = from_environment("PLAND_TOKEN");
    for (size_t i = 0; i < n && !c->token; i++)
        if (places[i].url && same_url(places[i].url, c->url))
            c->token = first_line(c, places[i].dir, places[i].token_file);
}

static enum code open_client(struct ctl *c)
{
    struct http_config config = { .user_agent = "planctl/" PLAND_VERSION, .ca_file = from_environment("PLAND_CA_FILE") };
    struct err e = { 0 };
    if (http_client_new(&config, &c->http, &e) == ERR_OK) return CODE_DONE;
    complain("%s", e.msg);
    return CODE_REFUSED;
}

enum code connect_open(struct ctl *c)
{
    const char *data_dir = opt(c, "data-dir"), *local = from_environment("PLAND_DATA_DIR");
    struct place places[] = {
        { data_dir, "admin.token", NULL },
        { config_dir(c), "token", NULL },
        { local ? local : "./var", "admin.token", NULL },
    };
    size_t n;
    for (size_t i = 0; i < countof(places); i++)
        if (places[i].dir) places[i].url = first_line(c, places[i].dir, "url");
    choose_url(c, places);
    if (!c->url && data_dir) complain("no daemon serves %s: it holds no file named url", data_dir);
    else if (!c->url)
        complain(
            "no daemon is known: set PLAND_URL, or write its address to ~/.config/pland/url, or name its --data-dir");
    if (!c->url) return CODE_UNREACHED;
    if (strncasecmp(c->url, "http://", 7) != 0 && strncasecmp(c->url, "https://", 8) != 0) {
        complain("%s: '%s' is not a URL that begins with http:// or https://", c->found, c->url);
        return CODE_USAGE;
    }
    choose_token(c, places, countof(places));
    n = strlen(c->url);
    while (n > 0 && c->url[n - 1] == '/') n--;
    c->url = arena_dup_n(c->arena, c->url, n);
    return c->url ? open_client(c) : CODE_REFUSED;
}
