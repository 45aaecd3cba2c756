/*
 * salvage.h - the result of znn_salvage(): which bytes were found, and which were lost
 */
#ifndef ZNN_ENGINE_RUN_SALVAGE_H
#define ZNN_ENGINE_RUN_SALVAGE_H

#include <stdbool.h>

#include "engine/file/tensor_list.h"
#include "znn.h"

struct span {
    uint64_t start;
    uint64_t end;
};

struct znn_salvage {
    const struct znn_allocator *allocator;
    struct span *ranges; /* sorted by offset; first the ranges found, at the end the ranges lost */
    size_t count;
    size_t capacity;
    uint64_t size;      /* of the original, as far as known */
    bool size_is_known; /* the index gave the size */
    bool is_whole;
    struct znn_error damage;    /* set if nothing is lost but decompressing reports an error: that error */
    struct tensor_list tensors; /* from the index */
    /* Amount of work, for tests: */
    uint64_t hashed;  /* bytes of record heads and indexes */
    uint64_t decoded; /* bytes of decoded records, before and after decoding */
};

/*
 * Like znn_salvage(); `error` may be NULL.
 */
enum znn_status znn_run_salvage(struct znn_input *input, struct znn_output *output,
                                const struct znn_decompress_options *options, struct znn_salvage **salvage,
                                struct znn_error *error);

/*
 * Describes tensor `i`, which must exist, and sets *lost to the number of its bytes that were lost.
 */
void znn_salvage_get(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor, uint64_t *lost);

#endif
