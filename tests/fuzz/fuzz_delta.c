/*
 * fuzz_delta.c - decompresses any bytes with a base
 *
 * If the input decodes, it must decode with a base in memory and with a base that is read, to both kinds of output.
 * With a different base, it must decode to the same bytes or fail.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "delta_base.h"
#include "guard.h"
#include "tape.h"
#include "znn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The base that is built in, or one that has another byte in each of its tensors, as files. */
static ptrdiff_t read_base(void *context, void *buffer, size_t size, uint64_t offset)
{
    const uint8_t *bytes = context;
    size_t left = offset < base_size ? base_size - (size_t)offset : 0;
    size_t given = size < left ? size : left;
    if (given > 0)
        memcpy(buffer, bytes + offset, given);
    return given > 0 ? (ptrdiff_t)given : ZNN_CALLBACK_END;
}

static struct znn_base *open_base_file(bool wrong)
{
    static uint8_t changed[sizeof base_data];
    size_t start = 8 + (size_t)(base_data[0] | base_data[1] << 8);
    memcpy(changed, base_data, base_size);
    for (size_t i = start; i < base_size; i += 16)
        changed[i] ^= 64;
    struct znn_input input = {.context = wrong ? changed : base_data, .size = base_size, .read_at = read_base};
    struct znn_base *base;
    if (znn_base_open(&input, NULL, &base, NULL) != ZNN_OK)
        abort();
    return base;
}

/* An output that takes bytes at any place. */
#define ROOM ((size_t)1 << 20)
static uint8_t room[ROOM];

static ptrdiff_t put_at(void *context, const void *data, size_t size, uint64_t offset)
{
    (void)context;
    if (offset > ROOM || size > ROOM - offset)
        return ZNN_CALLBACK_FAILED;
    memcpy(room + offset, data, size);
    return (ptrdiff_t)size;
}

static int set_size(void *context, uint64_t size)
{
    *(uint64_t *)context = size;
    return ZNN_CALLBACK_DONE;
}

/* Decodes to the room; whatever comes out must be what came out in order. */
static void decode_anywhere(const uint8_t *data, size_t size, bool wrong, const struct znn_memory *right)
{
    uint64_t written = 0;
    struct znn_base *base = open_base_file(wrong);
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = {.context = &written, .write_at = put_at, .set_size = set_size};
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = base, .max_output = ROOM};
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, NULL);
    if (status == ZNN_OK && right)
        require(written == right->size && (written == 0 || memcmp(room, right->data, written) == 0), "other bytes");
    require(status == ZNN_OK || !right || wrong || right->size > ROOM, "in order alone");
    znn_base_close(base);
}

static void decode(const uint8_t *data, size_t size, struct znn_base *base)
{
    struct tape tape = {data, size};
    struct znn_input inputs[] = {znn_input_memory(data, size), tape_input(&tape)};
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = base};
    struct znn_memory decoded[2] = {{0}};
    enum znn_status status[2];
    for (int i = 0; i < 2; i++) {
        struct znn_output output = znn_output_memory(&decoded[i]);
        status[i] = znn_decompress(&inputs[i], &output, &options, NULL, NULL);
    }
    require(status[0] == status[1], "one way alone");
    decode_anywhere(data, size, false, status[0] == ZNN_OK ? &decoded[0] : NULL);
    decode_anywhere(data, size, true, status[0] == ZNN_OK ? &decoded[0] : NULL);
    free(decoded[0].data);
    free(decoded[1].data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct znn_base *base = open_vectors_base();
    data = guard_input(data, size);
    decode(data, size, base);
    znn_base_close(base);
    return 0;
}
