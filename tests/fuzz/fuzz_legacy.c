/*
 * fuzz_legacy.c - scans any PyTorch file from before 1.6 from memory and as a stream
 *
 * The target adds the magic and the protocol in front, so the fuzzer need not find them.
 */
#include <stdlib.h>
#include <string.h>

#include "model/torch_legacy.h"
#include "scan.h"
#include "tape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char start[] = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02";
    size_t before = sizeof start - 1;
    uint8_t *file = guard_room(0, before + size);
    memcpy(file, start, before);
    if (size > 0)
        memcpy(file + before, data, size);
    struct tape tape = {file, before + size};
    scan_input(znn_input_memory(file, before + size), before + size, znn_torch_legacy_scan);
    scan_input(tape_input(&tape), ZNN_SIZE_UNKNOWN, znn_torch_legacy_scan);
    return 0;
}
