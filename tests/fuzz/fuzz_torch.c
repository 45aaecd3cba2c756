/*
 * fuzz_torch.c - scans any file from memory, as a stream, and by random access while the file shrinks
 *
 * For any bytes, the scan must succeed and the model must keep its promises.  A file that shrinks after its size was
 * read looks like a file that claims too many bytes; the last byte gives their number.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/callbacks.h"
#include "scan.h"
#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    data = guard_input(data, size);
    struct tape tape = {data, size};
    scan_input(znn_input_memory(data, size), size, znn_model_scan);
    scan_input(tape_input(&tape), ZNN_SIZE_UNKNOWN, znn_model_scan);
    struct feed feed = {.data = data, .size = size, .reported = size + 1 + (size > 0 ? data[size - 1] : 0)};
    scan_input(feed_input(&feed, WAY_RANDOM_ACCESS), feed.reported, znn_model_scan);
    return 0;
}
