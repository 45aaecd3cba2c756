/*
 * fingerprint.c - a sample of a tensor in 32 bytes, which tensors of similar content have in common
 */
#include "engine/cut/fingerprint.h"

#include <stdlib.h>
#include <string.h>

#include "common/bytes.h"
#include "container/part_blocks.h"
#include "container/part_delta.h"
#include "platform/bits.h"
#include "transform/ggml/ggml_values.h"

/* The squares of how far from chance an agreement is, in standard deviations. */
#define SURE 41 /* 6.4 of them */
#define POOR 9  /* 3 of them */

/* Runs start at a multiple of this, which is the size of the largest block. */
#define ALIGNMENT 256

/* Fingerprints with fewer bits of one kind say too little. */
#define RARE 8

/* The bytes of a sample, and where they are. */
struct sample {
    uint8_t bytes[FINGERPRINT_NUMBERS * 8];
    uint64_t offset; /* in the tensor */
    size_t size;
    unsigned count; /* numbers */
};

uint64_t znn_element_count(const struct tensor *tensor)
{
    const struct dtype_info *info = znn_dtype_info((enum dtype)tensor->dtype);
    return tensor->size / info->block_bytes * info->block_elements;
}

/* Returns true if the numbers of a type can be read. */
static bool is_readable(uint8_t dtype)
{
    enum ggml_kind kind;
    const struct dtype_info *info = znn_dtype_info((enum dtype)dtype);
    if (info->block_elements > 1)
        return znn_blocks_kind(dtype, &kind);
    return delta_converts(dtype, dtype) || (info->number == NUMBER_INTEGER && info->bits == 8u * info->word);
}

uint64_t znn_fingerprint_middle(uint64_t elements)
{
    return elements > FINGERPRINT_NUMBERS ? (elements - FINGERPRINT_NUMBERS) / 2 / ALIGNMENT * ALIGNMENT : 0;
}

/* Decides which bytes of a tensor are read.  Returns false if there is no fingerprint. */
static bool place(const struct tensor *tensor, uint64_t start, uint64_t elements, struct sample *sample)
{
    const struct dtype_info *info = znn_dtype_info((enum dtype)tensor->dtype);
    if (elements < FINGERPRINT_LEAST || !is_readable(tensor->dtype))
        return false;
    sample->count = elements < FINGERPRINT_NUMBERS ? (unsigned)elements : FINGERPRINT_NUMBERS;
    sample->count -= sample->count % info->block_elements;
    sample->offset = start / info->block_elements * info->block_bytes;
    sample->size = (size_t)sample->count / info->block_elements * info->block_bytes;
    return sample->count >= FINGERPRINT_LEAST;
}

/* Writes numbers that are in the same order as the floats. */
static void order_floats(enum float_type type, const uint8_t *bytes, unsigned count, int64_t *numbers)
{
    uint8_t converted[FINGERPRINT_NUMBERS * 4];
    znn_float_convert(type, FLOAT_F32, FLOAT_NEAREST, bytes, count, converted);
    for (unsigned i = 0; i < count; i++) {
        uint32_t bits = load_le32(converted + (size_t)4 * i);
        int64_t magnitude = bits & 0x7fffffff;
        numbers[i] = bits >> 31 ? -magnitude : magnitude;
    }
}

static void read_integers(uint8_t dtype, const uint8_t *bytes, unsigned count, int64_t *numbers)
{
    unsigned width = znn_dtype_info((enum dtype)dtype)->word;
    bool is_signed = dtype == DTYPE_I8 || dtype == DTYPE_I16 || dtype == DTYPE_I32 || dtype == DTYPE_I64;
    for (unsigned i = 0; i < count; i++) {
        uint64_t bits = 0;
        for (unsigned k = 0; k < width; k++)
            bits |= (uint64_t)bytes[(size_t)i * width + k] << 8 * k;
        uint64_t sign = is_signed ? (uint64_t)1 << (8 * width - 1) : 0;
        numbers[i] = (int64_t)((bits ^ sign) - sign);
    }
}

static void read_numbers(uint8_t dtype, const struct sample *sample, int64_t *numbers)
{
    enum ggml_kind kind;
    const struct dtype_info *info = znn_dtype_info((enum dtype)dtype);
    if (delta_converts(dtype, dtype))
        order_floats((enum float_type)dtype, sample->bytes, sample->count, numbers);
    else if (znn_blocks_kind(dtype, &kind))
        for (unsigned i = 0; i < sample->count / info->block_elements; i++)
            znn_ggml_values(kind, sample->bytes + (size_t)i * info->block_bytes,
                            numbers + (size_t)i * info->block_elements);
    else
        read_integers(dtype, sample->bytes, sample->count, numbers);
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void mark(uint8_t dtype, const struct sample *sample, struct fingerprint *print)
{
    int64_t numbers[FINGERPRINT_NUMBERS], sorted[FINGERPRINT_NUMBERS];
    read_numbers(dtype, sample, numbers);
    memcpy(sorted, numbers, sample->count * sizeof *sorted);
    qsort(sorted, sample->count, sizeof *sorted, compare_numbers);
    int64_t median = sorted[(sample->count - 1) / 2];
    for (unsigned i = 0; i < sample->count; i++)
        if (numbers[i] > median) {
            print->bits[i / 64] |= (uint64_t)1 << i % 64;
            print->ones++;
        }
    if (print->ones >= RARE && sample->count - print->ones >= RARE)
        print->count = (uint16_t)sample->count;
}

enum znn_status znn_fingerprint_model(struct source *source, const struct tensor *tensor, uint64_t start,
                                      uint64_t elements, struct fingerprint *print, struct znn_error *error)
{
    struct sample sample;
    size_t got;
    *print = (struct fingerprint){.count = 0};
    if (!place(tensor, start, elements, &sample))
        return ZNN_OK;
    enum znn_status status =
        znn_source_read(source, tensor->offset + sample.offset, sample.bytes, sample.size, &got, error);
    if (!status && got == sample.size)
        mark(tensor->dtype, &sample, print);
    return status;
}

enum znn_status znn_fingerprint_base(struct znn_base *base, const struct tensor *tensor, uint64_t start,
                                     uint64_t elements, struct fingerprint *print, struct znn_error *error)
{
    struct sample sample;
    *print = (struct fingerprint){.count = 0};
    if (!place(tensor, start, elements, &sample))
        return ZNN_OK;
    enum znn_status status =
        znn_base_read(base, tensor->offset + sample.offset, sample.bytes, sample.size, NULL, error);
    if (!status)
        mark(tensor->dtype, &sample, print);
    return status;
}

/* The square of the correlation of the bits, times the numbers. */
struct agreement znn_fingerprint_compare(const struct fingerprint *a, const struct fingerprint *b)
{
    uint64_t both = 0, count = a->count;
    if (a->count == 0 || a->count != b->count)
        return (struct agreement){0, 1};
    for (unsigned i = 0; i < FINGERPRINT_NUMBERS / 64; i++)
        both += bit_count(a->bits[i] & b->bits[i]);
    uint64_t expected = (uint64_t)a->ones * b->ones;
    if (both * count <= expected)
        return (struct agreement){0, 1};
    uint64_t difference = both * count - expected;
    return (struct agreement){
        .above = difference * difference * count,
        .below = (uint64_t)a->ones * (count - a->ones) * b->ones * (count - b->ones),
    };
}

bool znn_agreement_is_sure(const struct agreement *agreement)
{
    return agreement->above >= SURE * agreement->below;
}

bool znn_agreement_is_poor(const struct agreement *agreement)
{
    return agreement->above < POOR * agreement->below;
}

/* `above` is at most 2^36 and `below` at most 2^28, so the products need a few bits less. */
int znn_agreement_order(const struct agreement *a, const struct agreement *b)
{
    uint64_t x = (a->above >> 4) * b->below, y = (b->above >> 4) * a->below;
    return (x > y) - (x < y);
}
