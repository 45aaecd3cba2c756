/*
 * output_stream.h - an output that remembers why writing failed
 *
 * When the library reports that input or output failed, the user wants to know which of the two it was: whether the
 * download is broken or the disk is full.  So what the library writes to is a shell around the real output, which
 * notes the error of the first write that fails.
 */
#ifndef ZNN_CLI_OUTPUT_OUTPUT_STREAM_H
#define ZNN_CLI_OUTPUT_OUTPUT_STREAM_H

#include "znn.h"

#include <stdatomic.h>
#include <stdbool.h>

struct output_stream {
    struct znn_output inner;
    atomic_int write_error; /* errno, or 0; several threads may write */
};

/*
 * Starts a stream over an open file descriptor, which stays the caller's.  `sparse` says that it is an empty regular
 * file in which stretches of zeros are to become holes.
 */
void znn_output_stream_start(struct output_stream *stream, int fd, bool sparse);

/*
 * The output for the library, good as long as `stream` stays where it is.
 */
struct znn_output znn_output_stream_for_library(struct output_stream *stream);

#endif
