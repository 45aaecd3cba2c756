/*
 * fuzz_child.c - compresses any bytes against a base, and with any bytes as a base
 *
 * A child must make the round trip.  Rounding a rounded child again must change nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "delta_base.h"
#include "guard.h"
#include "znn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum znn_choice choose_all(void *context, const struct znn_tensor *tensor)
{
    (void)context;
    (void)tensor;
    return ZNN_CHOICE_ROUND;
}

/* What `size` bytes become as a child of the base. */
static struct znn_memory go_round(const uint8_t *data, size_t size, struct znn_base *base,
                                  const struct znn_lossy *lossy)
{
    struct znn_input input = znn_input_memory(data, size);
    struct znn_memory packed = {0}, decoded = {0};
    struct znn_output output = znn_output_memory(&packed);
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options),
                                           .threads = 1,
                                           .base = base,
                                           .lossy = *lossy,
                                           .choose = choose_all};
    struct znn_decompress_options back = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = base};
    if (znn_compress(&input, &output, &options, NULL, NULL) != ZNN_OK)
        abort();
    input = znn_input_memory(packed.data, packed.size);
    output = znn_output_memory(&decoded);
    if (znn_decompress(&input, &output, &back, NULL, NULL) != ZNN_OK || decoded.size != size)
        abort();
    free(packed.data);
    return decoded;
}

static void round_trip(const uint8_t *data, size_t size, struct znn_base *base)
{
    struct znn_memory decoded = go_round(data, size, base, &(struct znn_lossy){0});
    if (size > 0 && memcmp(decoded.data, data, size) != 0)
        abort();
    free(decoded.data);
}

/* What has been rounded stays as it is. */
static void round_twice(const uint8_t *data, size_t size, struct znn_base *base)
{
    struct znn_lossy lossy = {
        .mode = ZNN_FIXED_POINT,
        .bits = (unsigned)(size % 31),
        .rounding = size & 1 ? ZNN_ROUND_FLOOR : ZNN_ROUND_NEAREST,
        .exact_zero = size & 2,
    };
    struct znn_memory once = go_round(data, size, base, &lossy);
    struct znn_memory twice = go_round(once.data, size, base, &lossy);
    if (size > 0 && memcmp(once.data, twice.data, size) != 0)
        abort();
    free(once.data);
    free(twice.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct znn_base *base = open_vectors_base();
    data = guard_input(data, size);
    round_trip(data, size, base);
    round_twice(data, size, base);
    struct znn_base *other = open_base(data, size, base);
    if (other) {
        round_trip(base_data, base_size, other);
        round_twice(base_data, base_size, other);
        if (size <= 1 << 16) /* a base with a child that is the same */
            round_trip(data, size, other);
    }
    znn_base_close(other);
    znn_base_close(base);
    return 0;
}
