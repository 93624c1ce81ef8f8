/* A model server for stream_bench: it takes any number of calls and answers each with a stream that never hurries, one
 * token every TOKEN_MS, until it is told to finish. It runs as a process of its own, so that what it costs is not
 * counted; what it has sent, and when a client went away, stands on a board that both processes see. Plain C: it is to
 * be cheaper than what is measured. */
#ifndef BENCH_STREAM_PEER_H
#define BENCH_STREAM_PEER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { STREAMS_MAX = 4096, TOKEN_MS = 20 };

struct board { /* shared memory */
    _Atomic int port;
    _Atomic int streaming;                /* answers under way */
    _Atomic int64_t tokens;               /* sent by all */
    _Atomic bool finish;                  /* ends every stream as it should end */
    _Atomic int64_t gone_at[STREAMS_MAX]; /* monotonic us: the client of this stream closed its side before the end */
};

/* What a dialect's stream consists of: before the tokens, one token, after them. */
struct script {
    const char *begin, *token, *end;
};
extern const struct script script_openai, script_anthropic;

/* Serves until it is killed. cert: PEM file to write a certificate for 127.0.0.1 to, NULL: no TLS. The stream's number
 * is read from the request: "stream 17". */
_Noreturn void peer_serve(struct board *b, const struct script *s, const char *cert);
int64_t now_us(void);

#endif
