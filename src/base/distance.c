/* Edit distance of names, and nearness of paths: for "did you mean". */
#include "pland/base/distance.h"

#include <string.h>

/* What both begin and end with is left out; of the rest only the cells near the diagonal can count. */
size_t name_distance(const char *a, size_t na, const char *b, size_t nb, size_t limit)
{
    size_t row[DISTANCE_NAME_MAX + 2];
    if (na > DISTANCE_NAME_MAX || nb > DISTANCE_NAME_MAX || (na > nb ? na - nb : nb - na) > limit) return limit + 1;
    while (na && nb && *a == *b) a++, b++, na--, nb--;
    while (na && nb && a[na - 1] == b[nb - 1]) na--, nb--;
    for (size_t j = 0; j <= nb; j++) row[j] = j;
    for (size_t i = 1; i <= na; i++) {
        size_t from = i > limit ? i - limit : 1, to = i + limit < nb ? i + limit : nb, least;
        size_t diagonal = row[from - 1];
        row[from - 1] = least = from == 1 ? i : limit + 1;
        for (size_t j = from; j <= to; j++) {
            size_t up = j < i + limit ? row[j] : limit + 1, cost = diagonal + (a[i - 1] != b[j - 1]);
            if (up + 1 < cost) cost = up + 1;
            if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
            diagonal = up;
            row[j] = cost;
            if (cost < least) least = cost;
        }
        if (least > limit) return limit + 1;
    }
    return row[nb] > limit ? limit + 1 : row[nb];
}

size_t path_shared(const char *a, const char *b)
{
    size_t n = 0, i = 0, la = strlen(a), lb = strlen(b);
    for (; a[i] && a[i] == b[i]; i++) n += a[i] == '/';
    for (i = 1; i <= la && i <= lb && a[la - i] == b[lb - i]; i++) n += a[la - i] == '/';
    return n < 99 ? n : 99;
}
