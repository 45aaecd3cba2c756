/*
 * suggest.h - finds the word that was probably meant by a mistyped one
 */
#ifndef ZNN_CLI_SAY_SUGGEST_H
#define ZNN_CLI_SAY_SUGGEST_H

/*
 * The best candidate so far.  Zero it, set `typed`, offer each known word, and read `best`, which stays NULL where
 * none was near enough.  The strings stay the caller's.
 */
struct suggestion {
    const char *typed;
    const char *best;
    unsigned distance;
};

void znn_suggest_offer(struct suggestion *suggestion, const char *word);

#endif
