/* One ranking of the files of a tree for one ticket, while it is being made. Each signal fills a member of its own; the
 * scores are added up in relevance.c, by one table of weights. */
#ifndef SURVEY_RANKING_H
#define SURVEY_RANKING_H

#include "survey/query.h"

#define RANKED_FILE_MAX ((size_t)512 << 10)

/* Per word, how often a file has it, up to 255. */
struct word_counts { uint8_t in_text[QUERY_MAX], in_names[QUERY_MAX]; }; /* names: of what a line defines */
enum signal {
    SIGNAL_WORDS,    /* the ticket's words in text, names and path */
    SIGNAL_PAST,     /* changed by commits whose messages are like the ticket */
    SIGNAL_OFTEN,    /* changes often */
    SIGNAL_TOGETHER, /* changes together with the best */
    SIGNAL_N_
};
struct candidate {
    const struct tree_file *file;
    uint8_t in_path[QUERY_MAX]; /* 1: a folder's name has it, 3: the file's own name */
    struct word_counts *count;  /* NULL: not read */
    double signal[SIGNAL_N_];   /* each scaled so that the best file has 1, the past less when there is little of it */
    double factor;              /* what kind of file it is */
    double score;
    uint32_t line_at;           /* where in the file its best word is */
    int line_weight;
    int64_t line;
    const char *near;           /* the better file that lifted it, and how */
    const char *near_how;
    bool mentioned, newest, unread, is_read; /* unread: never; is_read: it was */
};
struct ranking {
    struct tree *t;
    struct arena *scratch; /* goes when the ranking is done */
    struct err *e;
    struct query query;
    struct { struct candidate *v; size_t n; } files; /* in the order of the tree */
    double past_counts; /* the most that SIGNAL_PAST can be, below 1: the less history, the less it says */
    int64_t max_bytes;
    bool partial;
};
double ranking_ln(double x);
/* What a word is worth that df of n have. */
double ranking_gain(double n, double df, int weight);
void ranking_scale(struct ranking *r, enum signal which);
struct candidate *ranking_find(const struct ranking *r, const char *path); /* NULL: no candidate */

/* Reads the candidates and counts: fills count, in_path, line. */
_must_check_ enum err_kind ranking_read(struct ranking *r);
/* BM25 over text, names and path, each with its weight: fills SIGNAL_WORDS. */
void ranking_words(struct ranking *r);
/* Messages of past commits that are like the ticket, and what changes often: fills SIGNAL_PAST and
 * SIGNAL_OFTEN; then, by the scores so far, SIGNAL_TOGETHER. */
struct past;
_must_check_ enum err_kind past_open(struct ranking *r, struct past **ret);
void past_like(struct ranking *r, struct past *p);
void past_together(struct ranking *r, struct past *p, const size_t *best, size_t n);

#endif
