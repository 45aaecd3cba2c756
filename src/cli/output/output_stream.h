/*
 * output_stream.h - an output that records why writing failed
 *
 * If the library reports a failed input or output, the user wants to know which of the two failed: is the download
 * broken, or is the disk full?  So the library writes to a wrapper around the real output, and the wrapper records the
 * error of the first failed write.
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
 * Starts a stream on an open file descriptor, which the caller keeps.  `sparse` says that it is an empty regular file
 * in which runs of zeros may become holes.
 */
void znn_output_stream_start(struct output_stream *stream, int fd, bool sparse);

/*
 * Returns the output for the library.  Valid as long as `stream` stays in place.
 */
struct znn_output znn_output_stream_for_library(struct output_stream *stream);

#endif
