/*
 * bench.h - the parts of the benchmark
 */
#ifndef ZNN_BENCH_BENCH_H
#define ZNN_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bench_options {
    bool json;
    unsigned rounds;  /* for whole models; kernels take many times that */
    unsigned threads; /* "all" of them; 0: one per processor */
};

/* A model in memory. */
struct bench_model {
    const char *name; /* of its type */
    unsigned width;   /* of its numbers, in bytes */
    uint8_t *data;
    size_t size;
};

/*
 * Taking numbers apart, putting them together, hashing them: one chunk, in the cache.
 */
bool bench_kernels(const struct bench_options *options, const struct bench_model *model);

/*
 * Writing and reading Huffman frames, against libzstd, with and without vector instructions: the first group of a
 * chunk.
 */
bool bench_codec(const struct bench_options *options, const struct bench_model *model);

/*
 * All of it, through znn.h, from memory to memory; and the same with libzstd's frames in place of znn's own.
 */
bool bench_whole(const struct bench_options *options, const struct bench_model *model);

#endif
