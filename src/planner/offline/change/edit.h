/* Changing a document: finding phases, adding and removing, walking its texts. Works on a copy that document_copy()
 * made, whose lists arena_push() may go on with. */
#ifndef PLANNER_OFFLINE_EDIT_H
#define PLANNER_OFFLINE_EDIT_H

#include "planner/offline/drafts.h"

#define REMOVE(list, i) edit_remove((list).v, &(list).n, sizeof *(list).v, (i))
void edit_remove(void *v, size_t *n, size_t size, size_t i);

struct phase *edit_phase(struct document *d, const char *anchor); /* "ph2", "ph2.s1" or "P2"; NULL: no phase */
struct step *edit_add_step(struct document *d, struct phase *p, struct arena *a, const char *title, const char *text);
void edit_cover(struct document *d, struct phase *p, struct arena *a, const char *requirement);
void edit_drop_phase(struct document *d, struct arena *a, const char *id);
/* The phase whose words are closest to the text, never NULL when there is one. */
struct phase *edit_closest(struct document *d, struct arena *a, const char *text);
void edit_ensure_criteria(struct document *d, struct phase *p, struct arena *a);

/* Calls fn for every string of a record, nested ones included; what it returns takes the string's place. */
typedef const char *edit_text_fn(const char *s, const char *key, void *arg);
void edit_texts(const struct record *r, void *p, edit_text_fn *fn, void *arg);
/* The same below one anchor: a phase id, a step id or a section of the closing part; anything else: everywhere. */
void edit_texts_at(struct document *d, const char *anchor, edit_text_fn *fn, void *arg);
/* An edit_text_fn: takes the sentences out that hold the text of struct needle; where nothing would be left, the text
 * becomes `instead`. */
struct needle {
    struct arena *a;
    const char *text, *instead;
};
const char *edit_without_sentence(const char *s, const char *key, void *needle);
/* Every occurrence of a word replaced. */
char *edit_replaced(struct arena *a, const char *s, const char *from, const char *to);

#endif
