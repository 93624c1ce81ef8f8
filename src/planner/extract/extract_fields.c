/* What surrounds a ticket's text: fields of trackers and mails, greetings, closings. */
#include "planner/extract/inner.h"

#include <string.h>

static const char *const field_keys[] = {
    "priority", "assignee", "reporter", "type", "issue type", "status", "component", "components", "labels", "label",
    "tags", "epic", "sprint", "story points", "points", "estimate", "fix version", "fix version/s", "affects version",
    "affects version/s", "affected version", "from", "to", "cc", "bcc", "date", "sent", "subject", "severity",
    "reported by", "created", "updated", "milestone", "reply-to", "owner", "prio", "summary", "x-mailer",
    "message-id", "in-reply-to", "mime-version", "content-type", "list-id", "affects",
    NULL};

/* "Priority: high": what a tracker or a mail program puts above the text. */
bool extract_field(struct reader *r, struct span t)
{
    const char *colon = t.n < 300 ? memchr(t.p, ':', t.n) : NULL;
    struct span key, value;
    if (!colon) return false;
    key = span_trim((struct span){t.p, (size_t)(colon - t.p)});
    while (key.n > 0 && strchr("*_", key.p[0])) key = span_rest(key, 1);
    while (key.n > 0 && strchr("*_", key.p[key.n - 1])) key.n--;
    value = span_trim(span_rest(t, (size_t)(colon - t.p) + 1));
    while (value.n > 0 && strchr("*_ ", value.p[0])) value = span_rest(value, 1);
    for (const char *const *k = field_keys; *k; k++) {
        if (!span_is(key, *k)) continue;
        if (value.n == 0) return false; /* then it is a heading */
        while ((span_is(key, "labels") || span_is(key, "tags") || span_is(key, "label")) && value.n > 0 &&
               r->x->labels.n < 20) {
            const char *comma = memchr(value.p, ',', value.n);
            struct span one = span_trim((struct span){value.p, comma ? (size_t)(comma - value.p) : value.n});
            if (one.n > 0) prose_list_add(r->a, &r->x->labels, prose_clean(r->a, one, 60));
            value = comma ? span_rest(value, (size_t)(comma - value.p) + 1) : (struct span){"", 0};
        }
        if (span_is(key, "estimate")) extract_schedule(r, t, 0, false);
        if (span_is(key, "type") || span_is(key, "issue type"))
            prose_list_add(r->a, &r->x->labels, prose_clean(r->a, value, 60));
        return true;
    }
    return false;
}

/* Ends of letters; what follows is a signature. */
static const char *const closings[] = {
    "--", "best regards", "kind regards", "regards", "warm regards", "cheers", "best", "many thanks", "thanks",
    "thank you", "yours", "sincerely", "yours sincerely", "all the best", "greetings", "saludos", "un saludo",
    "grazie", "grazie mille", "cordiali saluti", "med venlig hilsen", "hilsen", "mvh", "ahoj", "s pozdravem",
    "pozdrawiam", "mit freundlichen grüßen", "viele grüße", "gruß", "grüße", "cordialement", "bien cordialement",
    "merci", "tack", "danke", "med vänliga hälsningar", "hälsningar", "met vriendelijke groet", "groeten", "thx",
    "yours truly", "see you", "take care", "ciao", "br", "obrigado", "terveisin", "thanks in advance",
    "thanks a lot", "thank you very much", "sent from my", "thanks and regards", "dziękuję", "pozdrav", "kiitos",
    "best wishes", "warmly", "gracias", "muchas gracias", "üdvözlettel", "saygılarımla", "teşekkürler", "tak"};

bool extract_is_closing(struct span t)
{
    struct span bare = t;
    while (bare.n > 0 && strchr(",.!", bare.p[bare.n - 1])) bare.n--;
    for (size_t i = 0; i < countof(closings); i++)
        if (span_is(bare, closings[i])) return true;
    return span_starts(t, "sent from my ");
}

/* alone: a blank line follows. */
bool extract_is_greeting(struct span t, bool alone)
{
    static const char *const words[] = {"hi", "hello", "dear", "hey", "good morning", "good afternoon"};
    if (span_words(t) > 4 || t.n < 3 || !strchr(",!:", t.p[t.n - 1])) return false;
    for (size_t i = 0; i < countof(words); i++)
        if (span_starts(t, words[i])) return true;
    return alone && t.p[t.n - 1] == ',';
}
