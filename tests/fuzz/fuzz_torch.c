/*
 * fuzz_torch.c - any file, scanned from memory, as a stream, and by random access while it becomes shorter
 *
 * Whatever the bytes are, the scan succeeds and the model keeps its promises.  A file that becomes shorter after its
 * size was asked reads like one that claims too many bytes; the last byte says how many.
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
