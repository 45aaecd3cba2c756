/*
 * sizes.c - what znn's own writer of Huffman frames makes of some data, to the byte
 *
 *     sizes tests/data/tiny-base-bf16.safetensors
 *
 * Prints a table that is kept in bench/results.csv and compared by a test: a change in what is written, for better or
 * worse, then shows in review.  The data are the sample file, taken for a row of BF16 numbers, and numbers that are
 * made of integers alone, so that they are the same everywhere.  They are split as the engine does it at the default
 * level, in chunks of 1 MiB and under the rotation by one.  Nothing here depends on the version of libzstd.
 *
 * The digest is XXH3-64 over all frames; a group that does not shrink has its size and a digest over nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/huffman_encode.h"
#include "common/hash.h"
#include "support.h"
#include "transform/groups.h"

#define CHUNK ((size_t)1 << 20)
#define MADE ((size_t)5 << 20)

struct coder {
    struct huffman_encoder encoder;
    uint8_t room[CHUNK], frame[CHUNK];
    uint64_t sizes[GROUPS_MAX];
    struct hash hashes[GROUPS_MAX];
};

/* About gaussian, with deviation 2^40: the sum of twelve uniform numbers, less their mean. */
static int64_t near_gaussian(struct random *random)
{
    int64_t sum = -6 * ((int64_t)1 << 40);
    for (int i = 0; i < 12; i++)
        sum += (int64_t)(random_u64(random) >> 24);
    return sum;
}

/* The float nearest to x / 2^46, cut off to `bits` bits of mantissa. */
static uint32_t to_float(int64_t x, unsigned bits)
{
    uint64_t magnitude = (uint64_t)(x < 0 ? -x : x);
    unsigned top = 0;
    if (magnitude == 0)
        return 0;
    while (magnitude >> top > 1)
        top++;
    uint32_t mantissa = (uint32_t)(magnitude << (63 - top) << 1 >> (64 - bits));
    return (uint32_t)(x < 0) << (bits + 8) | (127 - 46 + top) << bits | mantissa;
}

/* Numbers of `width` bytes, the exponent being 8 bits wide: BF16 or F32; or all zeros but every hundredth. */
static void make_numbers(uint8_t *data, size_t size, unsigned width, bool sparse)
{
    struct random random = {1};
    for (size_t i = 0; i < size; i += width) {
        int64_t x = near_gaussian(&random);
        uint32_t value = sparse && i / width % 100 ? 0 : to_float(x, width == 2 ? 7 : 23);
        for (unsigned k = 0; k < width; k++)
            data[i + k] = (uint8_t)(value >> 8 * k);
    }
}

static void encode_chunk(struct coder *coder, const uint8_t *data, size_t size, unsigned width)
{
    uint8_t *groups[GROUPS_MAX];
    size_t count = size / width;
    for (unsigned g = 0; g < width; g++)
        groups[g] = coder->room + g * count;
    znn_groups_split(data, count, width, 1, groups);
    for (unsigned g = 0; g < width; g++) {
        size_t written = znn_huffman_frame_encode(&coder->encoder, groups[g], count, coder->frame, count);
        coder->sizes[g] += written ? written : count;
        znn_hash_add(&coder->hashes[g], coder->frame, written);
    }
}

static void print_sizes(struct coder *coder, const char *name, const uint8_t *data, size_t size, unsigned width)
{
    for (unsigned g = 0; g < width; g++) {
        coder->sizes[g] = 0;
        znn_hash_start(&coder->hashes[g]);
    }
    for (size_t i = 0; i < size; i += CHUNK)
        encode_chunk(coder, data + i, size - i < CHUNK ? size - i : CHUNK, width);
    for (unsigned g = 0; g < width; g++)
        printf("%s,%u,%zu,%" PRIu64 ",%016" PRIx64 "\n", name, g, size / width, coder->sizes[g],
               znn_hash_digest(&coder->hashes[g]));
}

static uint8_t *read_sample(const char *path, size_t *size)
{
    uint8_t *data = malloc(8 * CHUNK);
    FILE *file = fopen(path, "rb");
    *size = data && file ? fread(data, 1, 8 * CHUNK, file) & ~(size_t)1 : 0;
    if (file)
        fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    size_t size = 0;
    struct coder *coder = calloc(1, sizeof *coder);
    uint8_t *sample = argc == 2 ? read_sample(argv[1], &size) : NULL, *made = malloc(MADE);
    if (!coder || !made || size == 0)
        return 1;
    znn_huffman_encoder_init(&coder->encoder);
    for (unsigned g = 0; g < GROUPS_MAX; g++)
        if (!znn_hash_open(&coder->hashes[g]))
            return 1;
    printf("data,group,bytes,left,digest\n");
    print_sizes(coder, "tiny-base-bf16", sample, size, 2);
    make_numbers(made, MADE, 2, false);
    print_sizes(coder, "made-bf16", made, MADE, 2);
    make_numbers(made, MADE, 4, false);
    print_sizes(coder, "made-f32", made, MADE, 4);
    make_numbers(made, MADE, 2, true);
    print_sizes(coder, "made-sparse-bf16", made, MADE, 2);
    for (unsigned g = 0; g < GROUPS_MAX; g++)
        znn_hash_close(&coder->hashes[g]);
    free(sample);
    free(made);
    free(coder);
    return 0;
}
