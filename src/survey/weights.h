/* How much each signal counts in the relevance of a file. Chosen by tests/bench/relevance_bench.c on the histories of
 * public repositories; around these values recall changes little. */
#ifndef SURVEY_WEIGHTS_H
#define SURVEY_WEIGHTS_H

/* BM25 over the words of the ticket: its two constants, and what one occurrence in a name or in a path is worth. */
#define WEIGHT_K1 1.5
#define WEIGHT_B 0.5
#define WEIGHT_NAMES 2.0
#define WEIGHT_PATH 2.0
/* What kind of file it is. */
#define WEIGHT_FIXTURE 0.3
#define WEIGHT_CODE 1.0
#define WEIGHT_OTHER 0.85
/* The best file by words has 1; past commits like the ticket add, and all is worth more where changes are frequent. */
#define WEIGHT_PAST 1.5
#define WEIGHT_OFTEN 0.15
/* Then what stands beside the best: changed together with them, their tests, the same name, the same folder. */
#define WEIGHT_TOGETHER 0.4
#define WEIGHT_TESTS 0.15
#define WEIGHT_TWIN 0.15
#define WEIGHT_FOLDER 0.01
#define WEIGHT_MIGRATION 0.3
/* A commit AGE commits back counts half; one that changes FEW files more counts half; fewer than SOME commits say little. */
#define PAST_AGE 80.0
#define PAST_FEW 2.0
#define PAST_SOME 500.0
#define TOGETHER_SOME 3.0

#endif
