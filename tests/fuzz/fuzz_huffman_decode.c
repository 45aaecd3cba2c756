/*
 * fuzz_huffman_decode.c - compares the reader of Huffman frames with libzstd
 *
 * If the reader decodes a frame, libzstd must decode it to the same bytes.  All buffers end at a guard.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "codec/huffman_decode.h"
#include "guard.h"

#define SIZE_MAX_TRIED (1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct huffman_decoder decoder;
    unsigned long long declared = ZSTD_getFrameContentSize(data, size);
    size_t out_size = declared <= SIZE_MAX_TRIED ? (size_t)declared : size;
    const uint8_t *frame = guard_input(data, size);
    uint8_t *out = guard_room(1, out_size), *expected = guard_room(2, out_size);
    if (znn_huffman_frame_decode(&decoder, frame, size, out, out_size, NULL) == HUFFMAN_DECODED) {
        if (ZSTD_decompress(expected, out_size, frame, size) != out_size || memcmp(out, expected, out_size) != 0)
            abort();
    }
    return 0;
}
