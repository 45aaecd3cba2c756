/*
 * decoded.h - the original of a .znn file as an input of the library, without a copy on the disk
 *
 *     child.znn + its bases  ->  reader  ->  struct znn_input  ->  znn_compress()
 *
 * Each read decodes the chunks that it touches, from any thread.  All checksums are verified, so a read gives the bytes
 * of the original or fails.
 */
#ifndef ZNN_CLI_INPUT_DECODED_H
#define ZNN_CLI_INPUT_DECODED_H

#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "znn.h"

#include <stdatomic.h>
#include <stdbool.h>

struct decoded {
    const struct input_file *file;
    struct base_chain chain; /* the bases of the file, locked */
    struct znn_reader *reader;
    struct znn_report report; /* what the file holds */
    struct znn_header header;
    struct znn_error error; /* why the first read failed */
    atomic_bool has_failed;
};

/*
 * Opens the original of `file`, which must stay open.  Bases are searched as in znn_base_chain_find().  The index takes
 * at most `memory_limit` bytes (0: the default).  Call znn_decoded_close() in any case.  Returns false if this fails,
 * which is reported, and sets *status to the library's status.
 */
bool znn_decoded_open(struct decoded *decoded, const struct input_file *file, const char *base_dir,
                      uint64_t memory_limit, enum znn_status *status);

/*
 * Returns the original as an input with random access.  Valid as long as `decoded` stays in place.
 */
struct znn_input znn_decoded_input(struct decoded *decoded);

/*
 * Returns true if a read has failed.
 */
bool znn_decoded_has_failed(struct decoded *decoded);

/*
 * Reports why the first read failed.  Returns false.
 */
bool znn_decoded_say(const struct decoded *decoded);

void znn_decoded_close(struct decoded *decoded);

#endif
