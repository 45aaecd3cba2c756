/*
 * read_ahead.h - notices that a file is read in order, and says which bytes will be needed next
 *
 * Several threads may read different parts of a file in order, so a few streams are followed at once.  A stream starts
 * with any block.  When the block behind it is read, too, the following bytes are wanted:
 *
 *     read      | block | block |
 *     wanted                    | window        |
 *
 * More are wanted only when half of them have been read, so that they come in long runs.
 */
#ifndef ZNN_CLI_MOUNT_READ_AHEAD_H
#define ZNN_CLI_MOUNT_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#define READ_AHEAD_STREAMS 8

struct read_ahead {
    uint64_t window; /* bytes; 0: nothing is wanted */
    struct read_stream {
        uint64_t next;   /* where the stream goes on; 0: no stream */
        uint64_t wanted; /* up to this offset */
        uint64_t used;   /* the number of the last call that it belonged to */
    } streams[READ_AHEAD_STREAMS];
    uint64_t calls;
};

struct wanted {
    uint64_t start;
    uint64_t end; /* `start` if nothing is wanted */
};

/*
 * Notes that the block from `start` to `end` is read.  Returns the range that is wanted now, which may go beyond the
 * end of the file, and whose borders need not be those of blocks.
 */
struct wanted znn_read_ahead_note(struct read_ahead *ahead, uint64_t start, uint64_t end);

#endif
