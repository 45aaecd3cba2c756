/*
 * fuzz_gguf.c - scans any GGUF file from memory and as a stream
 *
 * The target adds the magic and a version in front, so the fuzzer need not find them.  A stream whose end is not seen
 * may list more tensors than the file has.
 */
#include <stdlib.h>
#include <string.h>

#include "model/gguf.h"
#include "scan.h"
#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t start[] = {'G', 'G', 'U', 'F', 3, 0, 0, 0};
    uint8_t *file = guard_room(0, size + sizeof start);
    memcpy(file, start, sizeof start);
    if (size > 0)
        memcpy(file + sizeof start, data, size);
    struct tape tape = {file, size + sizeof start};
    size_t count = scan_input(znn_input_memory(file, size + sizeof start), size + sizeof start, znn_gguf_scan).count;
    require(scan_input(tape_input(&tape), ZNN_SIZE_UNKNOWN, znn_gguf_scan).count >= count,
            "a stream has fewer tensors");
    return 0;
}
