/*
 * fuzz_torch.c - any file, scanned from memory and as a stream
 *
 * Whatever the bytes are, the scan succeeds and the model keeps its promises.
 */
#include <stdlib.h>
#include <string.h>

#include "scan.h"
#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    data = guard_input(data, size);
    struct tape tape = {data, size};
    scan_input(znn_input_memory(data, size), size, znn_model_scan);
    scan_input(tape_input(&tape), ZNN_SIZE_UNKNOWN, znn_model_scan);
    return 0;
}
