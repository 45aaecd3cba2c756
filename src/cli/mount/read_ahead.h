/*
 * read_ahead.h - notices that a file is read in order, and says which blocks will be needed next
 *
 * Several threads may read different parts of a file in order, so a few streams are followed at once.  A stream starts
 * with any block.  When the next block is read, too, the following ones are wanted:
 *
 *     read       3  4
 *     wanted           5 ... 4 + window
 *
 * More are wanted only when half of them have been read, so that they come in long runs.
 */
#ifndef ZNN_CLI_MOUNT_READ_AHEAD_H
#define ZNN_CLI_MOUNT_READ_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#define READ_AHEAD_STREAMS 8

struct read_ahead {
    size_t window; /* blocks; 0: nothing is wanted */
    struct read_stream {
        uint64_t next;   /* the block that continues the stream; 0: no stream */
        uint64_t wanted; /* up to this block */
        uint64_t used;   /* the number of the last call that it belonged to */
    } streams[READ_AHEAD_STREAMS];
    uint64_t calls;
};

struct wanted {
    uint64_t first;
    size_t count;
};

/*
 * Notes that a block is read.  Returns the blocks that are wanted now, which may be beyond the end of the file.
 */
struct wanted znn_read_ahead_note(struct read_ahead *ahead, uint64_t block);

#endif
