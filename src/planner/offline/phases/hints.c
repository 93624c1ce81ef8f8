/* What experience adds: rows of words in a requirement and the sentence they call for. */
#include "planner/offline/writing.h"

#include <string.h>

static const struct {
    const char *words[8];
    const char *hint;
} rows[] = {
    {{"retry", "retries", "retried"},
     "Wait longer after each attempt and spread the waits at random; try again only after connection errors and "
     "answers 408, 429 and 5xx, and give every delivery an id that the receiver can recognise."},
    {{"paginat*", "per page", "pages of", "page size"},
     "Order by a key that is unique, so that no row appears on two pages or on none, and refuse page sizes above the "
     "limit."},
    {{"password*", "passphrase"}, "Compare in constant time, keep only the hash, and never write the value to a log."},
    {{"token", "tokens", "api key", "secret*"},
     "Generate it from the system's random source, store only its hash and leave it out of logs and error messages."},
    {{"expire*", "expiry", "ttl", "lifetime", "minutes ago", "hours ago", "live longer", "valid for"},
     "Take the time from a clock that is passed in, the server's alone; test one moment before, at and after the "
     "border."},
    {{"csv"},
     "Write rows as they are read instead of holding the whole file in memory, quote fields that hold separators or "
     "line breaks, and put an apostrophe before cells that begin with `=`, `+`, `-` or `@`, because spreadsheets run "
     "them."},
    {{"upload*", "import*"},
     "Limit size and type before reading, read in pieces, and report every bad row with its number instead of stopping "
     "at the first."},
    {{"by e-mail", "by email", "an e-mail", "an email", "e-mails", "emails", "a mail"},
     "Send after the data is committed, and record that it was sent, so that a restart neither loses it nor sends it "
     "twice."},
    {{"webhook*"}, "Sign the body, limit the time a receiver may take, and treat every delivery as possibly repeated."},
    {{"rate limit*", "rate-limit*", "throttl*", "too many requests"},
     "Count per caller, answer 429 with `Retry-After`, and let the count expire by itself."},
    {{"search", "filter*"}, "Bind every value as a parameter and allow-list the fields that may be named."},
    {{"delete*", "remove account", "erase*"},
     "Say what happens to rows that refer to the deleted one, and make a second call harmless."},
    {{"cache*", "cached"},
     "Name what makes an entry invalid, and drop it in the same transaction that changes the data."},
    {{"role", "roles", "permission*", "admin", "admins", "authorization", "authorized"},
     "Check the right where the data is read, not only in the interface; test that somebody without it is refused."},
    {{"total", "price", "prices", "invoice*", "currency"},
     "Compute with whole minor units or decimals, never with binary floating point."},
    {{"timezone*", "time zone*", "midnight", "calendar"},
     "Store moments in UTC, convert at the edge, and test a day on which the clock changes."},
    {{"in the background", "queue*", "worker", "workers", "background job*"},
     "Every job may run twice: give it an id and make its effect the same the second time."},
    {{"concurren*", "at the same time", "race", "simultaneous*"},
     "Let the database decide (a unique key, a row lock or a compare-and-set) and test it with two writers at once."},
    {{"index", "slow", "p95", "95th percentile"},
     "Look at the query plan before and after with realistic numbers of rows."},
    {{"log", "logs", "is logged", "are logged"},
     "Log once, where the error is handled, with the ids needed to find the request and nothing personal."},
    {{"metric", "metrics"},
     "Count outcomes by kind (succeeded, tried again, given up) and keep labels to a few fixed values."},
    {{"percent sign", "escaped", "escaping", "encod*", "unicode", "utf-8"},
     "Test the characters that have a meaning to the formats on the way: percent sign, quotes, backslash, and letters "
     "beyond ASCII."},
};
/* Words of a page or a command line ("form", "switch", "option") say other things elsewhere. */
static const struct {
    const char *words[8];
    const char *hint;
    enum layer layer;
} layer_rows[] = {
    {{"contrast", "dark", "theme"},
     "Keep colours in variables, so that both themes are one list of values, and check the contrast of text, icons and "
     "focus marks.",
     LAYER_FRONTEND},
    {{"button", "switch", "form", "dialog", "toggle*"},
     "Make it work by keyboard, give it a name that screen readers speak, and show what is going on while waiting.",
     LAYER_FRONTEND},
    {{"flag", "flags", "--", "option", "options"},
     "Reject contradictory options with a message that names both, and keep the exit status non-zero for every "
     "failure.",
     LAYER_CLI},
    {{"rename", "split", "move", "separate"},
     "Keep the old name forwarding to the new one until the last caller has moved.",
     LAYER_LOGIC},
};

/* The same for what runs it: rules of code about logs, mail or deleted rows would be wrong there. */
static const struct {
    const char *words[8];
    const char *hint;
} operated[] = {
    {{"retention", "logs are deleted", "kept for", "deleted after"},
     "A shorter retention also deletes what is there already: find out first who needs the old logs, and export "
     "those."},
    {{"alarm*", "alert*"},
     "Every alarm names what somebody has to do; let each fire once on a test system, and see it end by itself."},
    {{"metric", "metrics"},
     "Count outcomes by kind (succeeded, tried again, given up) and keep labels to a few fixed values."},
    {{"dashboard*", "graph*"}, "Show what is waiting and for how long, not only how much went through."},
    {{"environment variable*", "secret*"}, "Values that are secret come from the secret store, never from the file."},
    {{"replica*", "scale*", "autoscal*"}, "Two copies at once have to be harmless before there are two."},
};

static bool asked(const struct scene *s, const struct need *const *needs, size_t n, const char *const *words,
                  bool operations)
{
    for (size_t i = 0; i < n; i++)
        if ((needs[i]->layer == LAYER_OPERATIONS) == operations &&
            prose_has_any(without_code(s, needs[i]->r.text), words))
            return true;
    return false;
}

void hints_for(const struct scene *s, const struct need *const *needs, size_t n, size_t most, text_list *ret)
{
    for (size_t r = 0; r < countof(operated) && ret->n < most; r++)
        if (asked(s, needs, n, operated[r].words, true)) prose_list_add(s->a, ret, operated[r].hint);
    for (size_t r = 0; r < countof(rows) && ret->n < most; r++)
        if (asked(s, needs, n, rows[r].words, false)) prose_list_add(s->a, ret, rows[r].hint);
    for (size_t r = 0; r < countof(layer_rows) && ret->n < most && !scene_is(s, KIND_BUG); r++) /* what is built anew */
        for (size_t i = 0; i < n; i++)
            if (needs[i]->layer == layer_rows[r].layer && prose_has_any(needs[i]->r.text, layer_rows[r].words)) {
                prose_list_add(s->a, ret, layer_rows[r].hint);
                break;
            }
}
