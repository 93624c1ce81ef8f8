/* Answers: every header that goes out is set here. On the request's epoll thread. */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "web/request.h"

enum { REPLY_EXTRA = 10 };
struct reply {
    int status;
    const char *type;  /* content type; NULL: no body */
    const char *cache; /* Cache-Control; NULL: no-store */
    bool html;         /* rendered text of strangers: nothing may run, load or be framed */
    struct {
        const char *name, *value;
    } extra[REPLY_EXTRA]; /* borrowed until reply_send() */
    size_t n_extra;
};

void reply_add(struct reply *p, const char *name, const char *value); /* NULL or "": left out */
/* Queues p with the body in r->out, which becomes empty: its bytes go out without being copied. */
enum MHD_Result reply_send(struct request *r, struct reply *p);
/* Queues p with a body that is made as it goes out; consumes response. */
enum MHD_Result reply_stream(struct request *r, struct reply *p, struct MHD_Response *response);
/* Queues the problem document of r->failed and r->err. */
enum MHD_Result reply_problem(struct request *r);
/* Sends the problem before the request has arrived as a whole, and throws the rest away. On TLS, where bytes cannot be
 * put past the library, it is queued if that is still possible, else the rest gets a moment to arrive. */
enum MHD_Result reply_refuse(struct request *r, bool body_begun);

#endif
