/*
 * fuzz_fixed_point.c - the decoder of fixed-point parts
 *
 *     | type | B | form | groups | shift | exceptions | elements | bytes of the streams, repeated as needed ...
 *
 * For any streams, decoding stays within its buffers, which have the exact size, and gives the same result with all
 * instruction sets.  The result is already rounded: casting it changes nothing.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "container/format.h"
#include "container/part_fixed.h"
#include "engine/coding/fixed_type.h"
#include "engine/part/fixed_decoder.h"
#include "platform/cpu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *allocate(size_t size)
{
    uint8_t *block = malloc(size + !size);
    if (!block)
        abort();
    return block;
}

/* A part that a directory can describe; false for one that it cannot. */
static bool make_part(struct part *part, const uint8_t *head)
{
    static const uint8_t types[] = {FIXED_TYPE_F16, FIXED_TYPE_BF16, FIXED_TYPE_F32, FIXED_TYPE_F64};
    *part = (struct part){.transform = TRANSFORM_FIXED};
    part->fixed.type = types[head[0] % 4];
    part->fixed.precision = head[1];
    part->fixed.form = head[2] % FIXED_FORM_COUNT;
    part->fixed.groups = head[3];
    part->fixed.shift = head[4] % 8;
    znn_part_fixed_complete(part);
    uint32_t elements = 1 + head[6] + 256u * (head[7] % 16);
    part->size = elements * part->width;
    part->fixed.exceptions = head[5] % (elements / FIXED_EXCEPTIONS_SHARE + 1);
    znn_part_fixed_complete(part);
    return part->fixed.groups >= 1 && part->fixed.groups <= part->width &&
           part->fixed.precision <= znn_fixed_bits_max(znn_fixed_type(part->fixed.type)) &&
           (part->fixed.shift > 0 || !(part->fixed.form & FIXED_FORM_PACKED));
}

/* What is no exception is a number of the grid. */
static void check_grid(const struct part *part, const uint8_t *decoded)
{
    size_t count = part->size / part->width, changed = 0;
    const struct fixed_point fixed = {.type = znn_fixed_type(part->fixed.type), .bits = part->fixed.precision};
    uint8_t *again = allocate(part->size), *room = allocate(count * 8);
    union fixed_values values = {.of32 = (int32_t *)(void *)room};
    if (fixed.type == FIXED_F64)
        values.of64 = (int64_t *)(void *)room;
    znn_fixed_cast(&fixed, decoded, count, values, again);
    for (size_t i = 0; i < count; i++)
        changed += memcmp(again + i * part->width, decoded + i * part->width, part->width) != 0;
    if (changed > part->fixed.exceptions)
        abort();
    free(again);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { HEAD = 8 };
    struct part part;
    uint8_t *streams[PART_STREAMS_MAX];
    if (size <= HEAD || !make_part(&part, data))
        return 0;
    size_t next = HEAD;
    for (unsigned i = 0; i < part.stream_count; i++) {
        size_t wanted = znn_part_stream_size(&part, i);
        streams[i] = allocate(wanted);
        for (size_t k = 0; k < wanted; k++) {
            streams[i][k] = data[next++];
            next = next < size ? next : HEAD;
        }
    }
    uint8_t *first = allocate(part.size), *other = allocate(part.size);
    bool good = znn_fixed_join(&part, (const uint8_t *const *)streams, first);
    for (int sets = 1; sets < 3; sets++) {
        znn_cpu_limit(sets > 1 ? CPU_PORTABLE : CPU_AVX2);
        if (znn_fixed_join(&part, (const uint8_t *const *)streams, other) != good)
            abort();
        if (good && memcmp(first, other, part.size) != 0)
            abort();
    }
    znn_cpu_limit(CPU_BEST);
    if (good)
        check_grid(&part, first);
    for (unsigned i = 0; i < part.stream_count; i++)
        free(streams[i]);
    free(first);
    free(other);
    return 0;
}
