/*
 * spool.h - copies a stream whose directory is at its end to a temporary file
 *
 * A zip file, such as torch.save() writes, has its directory at the end.  In a pipe the end comes last, so a zip is
 * first copied to an unlinked temporary file, up to a limit, and read from there.  A larger zip is read as a stream,
 * and znn does not see its tensors.
 *
 *     stdin | PK...                              |
 *             spooled, up to the limit | the rest
 *
 * The file is in the directory given by the environment variable TMPDIR, or in /tmp.
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
    uint64_t given; /* bytes of it that the library has read */
    bool has_ended; /* the stream has ended */
    unsigned char start[4];
    unsigned start_size; /* the first bytes of the stream, which decide whether to spool */
};

/*
 * Checks the first bytes of `source`, which must be a stream, and spools it if it is a zip file, up to `limit` bytes
 * (0: never).  `name` is for messages.  Returns false if reading or spooling fails, which is reported.  Close the spool
 * in either case.
 */
bool znn_spool_open(struct spool *spool, int source, const char *name, uint64_t limit);

/*
 * Returns all bytes of the stream, for the library.  Valid until the spool is closed.
 */
struct znn_input znn_spool_input(struct spool *spool);

/*
 * Makes a nameless file in the directory for temporary files.  Returns its descriptor, or -1 with errno set.
 */
int znn_spool_unlinked(void);

void znn_spool_close(struct spool *spool);

#endif
