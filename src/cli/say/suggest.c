/*
 * suggest.c - finds the word that was probably meant by a mistyped one
 *
 * The measure is the edit distance with transpositions: the least number of letters inserted, left out, changed or
 * swapped with their neighbour.  Only the last three rows of the usual table are kept:
 *
 *            ''  f  o  r  c  e
 *        ''   0  1  2  3  4  5
 *        f    1  0  1  2  3  4
 *        r    2  1  1  1  2  3      two rows back serve the swap "ro" -> "or"
 *        o    3  2  1  1  2  3  <-- "fro" is 1 from "for"
 */
#include "cli/say/suggest.h"

#include <string.h>

/* Commands, flags and most names of tensors are shorter. */
#define WORD_MAX 64

static unsigned minimum(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* A word with more wrong letters is not recognised. */
#define FAR 3

/* Returns the distance, or FAR if it is not less.  Among millions of names, most differ within their first letters. */
static unsigned edit_distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    unsigned rows[3][WORD_MAX + 1];
    if (a_size + FAR <= b_size || b_size + FAR <= a_size)
        return FAR;
    for (size_t j = 0; j <= b_size; j++)
        rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a_size; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *two_above = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        unsigned least = row[0];
        for (size_t j = 1; j <= b_size; j++) {
            unsigned change = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = minimum(change, minimum(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = minimum(row[j], two_above[j - 2] + 1);
            least = minimum(least, row[j]);
        }
        if (least > FAR) /* and a swap makes up for at most one of them */
            return FAR;
    }
    return minimum(rows[a_size % 3][b_size], FAR);
}

void znn_suggest_offer(struct suggestion *suggestion, const char *word)
{
    size_t typed_size = strlen(suggestion->typed);
    size_t word_size = strlen(word);
    if (typed_size < 2 || typed_size > WORD_MAX || word_size > WORD_MAX)
        return;
    unsigned distance = edit_distance(suggestion->typed, typed_size, word, word_size);
    if (strncmp(suggestion->typed, word, typed_size) == 0)
        distance = 1; /* an abbreviation */
    if (distance > (typed_size < 5 ? 1 : 2) || (suggestion->best && suggestion->distance <= distance))
        return;
    suggestion->best = word;
    suggestion->distance = distance;
}
