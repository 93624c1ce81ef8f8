/* What the two files of the hub share. Everything here is guarded by hub.lock. */
#ifndef WEB_HUB_INNER_H
#define WEB_HUB_INNER_H

#include "web/hub.h"

enum {
    BUCKETS = 1024,
    RING = 64,              /* events that a topic keeps for those who follow it */
    RING_BYTES = 256 * 1024,
    LIVE = 8,               /* passing news kept */
    BATCH = 64,             /* streams served before others may take the lock */
    CHECK_TOKENS_S = 30,    /* tokens expire without a notice */
    INBOX = 256,            /* notices that may wait */
};

struct topic {
    int64_t plan;           /* 0: the feed */
    struct topic *next;     /* in its bucket */
    struct topic *dirty_next;
    struct stream *first;
    struct stream *wait_first, *wait_last;
    int64_t floor, head;    /* the ring has all events behind floor up to head */
    int64_t known;          /* newest event that the bus told of */
    struct chunk *ring[RING];
    unsigned at, n;         /* oldest, how many */
    size_t bytes;
    struct chunk *live[LIVE];
    uint64_t n_live;        /* told so far */
    bool dirty, busy;       /* in the list of those to look at; the thread works on it */
    bool ended;
    const char *state;
};

struct client { /* streams of one token */
    int64_t token;
    size_t n;
    struct client *next;
};

struct told {
    int64_t plan, seq;
    struct chunk *live; /* of something passing, or NULL */
};

struct hub {
    struct hub_config config;
    pthread_t thread;
    uint64_t subscription;
    _Atomic size_t followed; /* streams, for those who only want to know whether there is one */
    _Atomic int impatient;   /* threads that want the lock */

    struct lock inbox_lock; /* guards what follows: those who tell never wait for streams to be served */
    struct cond news;
    struct told inbox[INBOX];
    size_t n_inbox;
    bool missed, tokens_changed, poked, stopping;

    struct lock lock; /* taken before inbox_lock; guards everything below, and what struct stream says */
    struct topic *topics[BUCKETS];
    struct client *clients[BUCKETS];
    struct topic *dirty;
    struct stream **slots; /* by the second of the heartbeat */
    struct hub_stats stats;
    size_t n;
    uint64_t token_round;
    bool tokens_dirty, closing, started;
};

void hub_close_stream(struct stream *s);
struct topic *hub_topic(const struct hub *h, int64_t plan);
void hub_look_at(struct hub *h, struct topic *t);    /* soon, by the thread */
void hub_poke(struct hub *h);                        /* the thread has something to do */
struct chunk *hub_take(struct stream *s);            /* what comes next of what is in memory; NULL: nothing. A reference */
void hub_queue(struct stream *s);                    /* to the end of those that wait */
void hub_unqueue(struct stream *s);
void hub_drop_unused(struct hub *h, struct topic *t); /* unless somebody follows it or works on it */
void hub_push(struct topic *t, struct chunk *c);     /* takes the reference */
void hub_wake(struct stream *s);
bool hub_over(const struct topic *t);
void hub_told(void *arg, const struct notice *n);    /* bus_fn; arg: the hub */
void *hub_run(void *arg);

#endif
