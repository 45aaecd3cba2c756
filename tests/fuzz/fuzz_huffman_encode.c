/*
 * fuzz_huffman_encode.c - libzstd and znn's reader must decode the frames of znn's Huffman writer
 *
 * The data are the input without its first four bytes.  These give the number of bytes, up to 300,000, that the target
 * adds in front.  It draws them at random from the other bytes, so a short input can make frames of several blocks with
 * any distribution.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "codec/huffman_decode.h"
#include "codec/huffman_encode.h"
#include "common/bytes.h"
#include "platform/cpu.h"

#define DRAWS_MAX 300000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *make_data(const uint8_t *input, size_t size, size_t draws, size_t *made)
{
    uint8_t *data = malloc(draws + size + 1);
    uint64_t state = size;
    if (!data)
        abort();
    for (size_t i = 0; i < draws; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        data[i] = input[(state >> 33) % size];
    }
    memcpy(data + draws, input, size);
    *made = draws + size;
    return data;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static struct huffman_encoder encoder;
    static struct huffman_decoder decoder;
    if (size < 5)
        return 0;
    uint32_t choice = load_le32(input);
    size_t made, draws = (choice >> 3) % DRAWS_MAX >> (choice & 7);
    uint8_t *drawn = make_data(input + 4, size - 4, draws, &made);
    uint8_t *data = malloc(made), *frame = malloc(made), *out = malloc(made);
    if (!data || !frame || !out)
        abort();
    memcpy(data, drawn, made);
    size_t frame_size = znn_huffman_frame_encode(&encoder, data, made, frame, made);
    if (frame_size > 0) {
        if (frame_size >= made || ZSTD_decompress(out, made, frame, frame_size) != made || memcmp(out, data, made) != 0)
            abort();
        memset(out, 0, made);
        frame = realloc(frame, frame_size);
        if (!frame || znn_huffman_frame_decode(&decoder, frame, frame_size, out, made, NULL) != HUFFMAN_DECODED ||
            memcmp(out, data, made) != 0)
            abort();
        znn_cpu_limit(CPU_PORTABLE);
        size_t portable_size = znn_huffman_frame_encode(&encoder, data, made, out, made);
        znn_cpu_limit(CPU_BEST);
        if (portable_size != frame_size || memcmp(out, frame, frame_size) != 0)
            abort();
    }
    free(drawn);
    free(data);
    free(frame);
    free(out);
    return 0;
}
