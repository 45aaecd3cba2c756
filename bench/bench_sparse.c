/*
 * bench_sparse.c - measures sparse updates: models of which few numbers differ from their base
 *
 *     bench_sparse BASE PERCENT...          the speed in memory, with one thread, beside memcpy
 *     bench_sparse -w CHILD BASE PERCENT    writes the changed model to CHILD
 *
 * BASE is a safetensors file of 16-bit numbers.  The child is BASE with PERCENT of its numbers, at random, moved by one
 * up or down as integers.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "znn.h"

#define ROUNDS 15

struct pair {
    struct znn_memory base, child, compressed, back;
    struct znn_base *opened;
};

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Makes the child.  The header of a safetensors file is 8 bytes and the length that they hold. */
static void make_child(struct pair *pair, double percent)
{
    uint8_t *data = pair->child.data;
    uint64_t state = 88172645463325252u;
    const uint64_t limit = (uint64_t)(percent / 100 * 4294967296.0);
    size_t start = 8;
    memcpy(data, pair->base.data, pair->base.size);
    for (unsigned i = 0; i < 4; i++)
        start += (size_t)data[i] << 8 * i;
    for (size_t i = start; i + 2 <= pair->base.size; i += 2) {
        uint64_t random = next_random(&state);
        if (random >> 32 >= limit)
            continue;
        unsigned number = (unsigned)data[i] | (unsigned)data[i + 1] << 8;
        number += random & 1 ? 1u : 0xffffu;
        data[i] = (uint8_t)number;
        data[i + 1] = (uint8_t)(number >> 8);
    }
}

static bool run_memcpy(void *context)
{
    struct pair *pair = context;
    copy_memory(pair->back.data, pair->child.data, pair->child.size);
    return true;
}

/* Opens the base for each run, because its hashes are part of the work. */
static bool open_base(struct pair *pair)
{
    static struct znn_input input;
    input = znn_input_memory(pair->base.data, pair->base.size);
    return znn_base_open(&input, NULL, &pair->opened, NULL) == ZNN_OK;
}

static bool run_compress(void *context)
{
    struct pair *pair = context;
    struct znn_input input = znn_input_memory(pair->child.data, pair->child.size);
    struct znn_output output = znn_output_memory(&pair->compressed);
    pair->compressed.size = 0;
    if (!open_base(pair))
        return false;
    struct znn_compress_options options = {
        .struct_size = sizeof(struct znn_compress_options), .threads = 1, .base = pair->opened};
    bool done = znn_compress(&input, &output, &options, NULL, NULL) == ZNN_OK;
    znn_base_close(pair->opened);
    return done;
}

static bool run_decompress(void *context)
{
    struct pair *pair = context;
    struct znn_input input = znn_input_memory(pair->compressed.data, pair->compressed.size);
    struct znn_output output = znn_output_fixed(pair->back.data, pair->child.size);
    if (!open_base(pair))
        return false;
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = pair->opened};
    bool done = znn_decompress(&input, &output, &options, NULL, NULL) == ZNN_OK;
    znn_base_close(pair->opened);
    return done;
}

static bool measure(struct pair *pair, double percent)
{
    struct contest *contest = calloc(1, sizeof *contest);
    char title[80];
    make_child(pair, percent);
    if (!contest || !run_compress(pair) || !run_decompress(pair) ||
        memcmp(pair->back.data, pair->child.data, pair->child.size) != 0)
        return false;
    snprintf(title, sizeof title, "%g %% changed, %.3f %% left (%zu bytes)", percent,
             100.0 * (double)pair->compressed.size / (double)pair->child.size, pair->compressed.size);
    *contest = (struct contest){.title = title, .bytes = pair->child.size, .rounds = ROUNDS, .context = pair};
    contest_add(contest, "memcpy", run_memcpy);
    contest_add(contest, "compress, -T1", run_compress);
    contest_add(contest, "decompress, -T1", run_decompress);
    bool done = contest_run(contest);
    if (done)
        contest_print(contest, false);
    free(contest);
    return done;
}

static bool read_file(const char *path, struct pair *pair)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return false;
    size_t size = pair->base.size = pair->child.size = (size_t)ftell(file);
    pair->base.data = malloc(size + 8);
    pair->child.data = malloc(size + 8);
    pair->back.data = malloc(size + 8);
    rewind(file);
    bool done = pair->base.data && pair->child.data && pair->back.data && fread(pair->base.data, 1, size, file) == size;
    fclose(file);
    return done && size > 8;
}

static bool write_child(struct pair *pair, const char *path, double percent)
{
    FILE *file = fopen(path, "wb");
    make_child(pair, percent);
    bool done = file && fwrite(pair->child.data, 1, pair->child.size, file) == pair->child.size;
    return file && fclose(file) == 0 && done;
}

int main(int argc, char **argv)
{
    struct pair pair = {.opened = NULL};
    bool writes = argc == 5 && strcmp(argv[1], "-w") == 0;
    if (argc < 3 || !read_file(argv[writes ? 3 : 1], &pair)) {
        fprintf(stderr, "usage: bench_sparse [-w CHILD] BASE PERCENT...\n");
        return 2;
    }
    if (writes)
        return write_child(&pair, argv[2], atof(argv[4])) ? 0 : 1;
    for (int i = 2; i < argc; i++)
        if (!measure(&pair, atof(argv[i]))) {
            fprintf(stderr, "bench_sparse: %s %% failed\n", argv[i]);
            return 1;
        }
    return 0;
}
