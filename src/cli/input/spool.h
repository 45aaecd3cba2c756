/*
 * spool.h - a stream whose directory is at its end
 *
 * A zip file, such as torch.save() writes, says at its end what is where.  From a pipe the end comes last, so a zip is
 * first copied to an unlinked temporary file, up to a limit, and read from there.  What passes the limit is read on as
 * a stream: nothing is lost but the knowledge of its tensors.
 *
 *     stdin | PK...                              |
 *             spooled, up to the limit | the rest
 *
 * The file lies in the directory that the environment variable TMPDIR names, or in /tmp.
 */
#ifndef ZNN_CLI_INPUT_SPOOL_H
#define ZNN_CLI_INPUT_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "znn.h"

struct spool {
    int source;     /* the stream */
    int file;       /* the temporary file, or -1 */
    uint64_t size;  /* bytes in it */
    uint64_t given; /* bytes taken from the stream that were handed out again */
    bool has_ended; /* the stream */
    unsigned char start[4];
    unsigned start_size; /* the first bytes of the stream, which decide whether to spool */
};

/*
 * Looks at the first bytes of `source`, which must be a stream, and spools it if it is a zip file, up to `limit` bytes
 * (0: not at all).  `name` is for messages.  Returns false, having said why, where reading or spooling fails.  Whatever
 * it returns, the spool is to be closed.
 */
bool znn_spool_open(struct spool *spool, int source, const char *name, uint64_t limit);

/*
 * All bytes of the stream, for the library.  Good until the spool is closed.
 */
struct znn_input znn_spool_input(struct spool *spool);

/*
 * A file without a name, where temporary files belong; -1 with errno set where there can be none.
 */
int znn_spool_unlinked(void);

void znn_spool_close(struct spool *spool);

#endif
