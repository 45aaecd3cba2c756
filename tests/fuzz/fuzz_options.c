/*
 * fuzz_options.c - any bytes, compressed with any options and in any way, make the round trip
 *
 * The first byte chooses level and dtype, the second byte the kinds of input and output, and the rest is the original.
 * For any number of threads and any kind of input and output, the .znn file must be the same, except for facts that a
 * stream cannot know.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/callbacks.h"
#include "guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const dtypes[] = {NULL,  NULL,  NULL,      "F16", "F32", "BF16",
                                     "F64", "C64", "F8_E4M3", "I16", "U8",  "I64"};
static const char *const extensions[] = {NULL, "safetensors", "b", "0123456789abcdef"};

static struct znn_memory compress(const uint8_t *data, size_t size, enum way way,
                                  const struct znn_compress_options *options)
{
    struct feed feed = {.data = data, .size = size};
    struct znn_input input = feed_input(&feed, way);
    struct znn_memory memory = {0};
    struct znn_output output = znn_output_memory(&memory);
    if (znn_compress(&input, &output, options, NULL, NULL) != ZNN_OK)
        abort();
    return memory;
}

static void expect_original(const struct znn_memory *packed, enum way way, bool anywhere, const uint8_t *data,
                            size_t size)
{
    struct feed feed = {.data = packed->data, .size = packed->size};
    struct znn_input input = feed_input(&feed, way);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options),
                                             .threads = anywhere ? 2 : 1};
    struct drain drain;
    drain_open(&drain);
    struct znn_output output = drain_output(&drain, anywhere);
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, NULL);
    if (status == ZNN_ERROR_ARGUMENT && way == WAY_STREAM) { /* there are references, and nothing can be read again */
        drain_close(&drain);
        expect_original(packed, WAY_MEMORY, anywhere, data, size);
        return;
    }
    if (status != ZNN_OK)
        abort();
    if (drain.size != size || (size > 0 && memcmp(drain.data, data, size) != 0))
        abort();
    drain_close(&drain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const int levels[] = {1, 5, 9, 5};
    if (size < 2)
        return 0;
    unsigned choice = data[0], way_choice = data[1];
    size -= 2;
    data = guard_input(data + 2, size);
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options),
        .level = levels[choice & 3],
        .threads = 1 + (way_choice >> 6),
        .dtype = dtypes[(choice >> 2) % (sizeof dtypes / sizeof *dtypes)],
        .extension = extensions[way_choice >> 4 & 3],
    };
    enum way way = (enum way)(way_choice % WAY_COUNT);
    struct znn_memory packed = compress(data, size, way, &options);
    if (way == WAY_RANDOM_ACCESS) {
        options.threads = 1;
        struct znn_memory other = compress(data, size, WAY_MEMORY, &options);
        if (other.size != packed.size || memcmp(other.data, packed.data, other.size) != 0)
            abort();
        free(other.data);
    }
    expect_original(&packed, (enum way)((way_choice >> 2) % WAY_COUNT), way_choice >> 3 & 1, data, size);
    free(packed.data);
    return 0;
}
