/* The embedded prompts: a header that no model sees, and a text with placeholders.
 *
 *     ---
 *     prompt: phase
 *     version: 3          raised with every change of the file, so that calls on record say what they were made with
 *     purpose: …
 *     inputs: size, code  the placeholders of the text, {{size}} and {{code}}; "none"
 *     schema: phase       the record that the answer is decoded by; "changes" for repair and refine; "none"
 *     ---
 */
#ifndef PLANNER_PROMPT_FILE_H
#define PLANNER_PROMPT_FILE_H

#include "embedded/prompts.h"
#include "planner/prose.h"

struct prompt_file {
    const char *name;            /* "phase" */
    int version;                 /* 0: the header is not one */
    struct span purpose, inputs, schema;
    const char *text;            /* what is behind the header */
};
struct prompt_file prompt_file(const char *name); /* text is "" when there is no such prompt */

/* Writes what stands for a placeholder; false: it knows none of this name. */
typedef bool prompt_input_fn(void *arg, struct span name, struct buf *out);
/* Appends the text. A placeholder that is alone on its line takes the line's end with it. What is put in is not looked
 * at again. false: there is a placeholder without an input. */
bool prompt_fill(const struct prompt_file *f, prompt_input_fn *fn, void *arg, struct buf *out);

#endif
