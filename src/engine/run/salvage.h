/*
 * salvage.h - what znn_salvage() found, and did not find
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
    struct span *ranges; /* first what was found, in the end what was not, by offset */
    size_t count;
    size_t capacity;
    uint64_t size;      /* of the original, or as far as it is known */
    bool size_is_known; /* the index says so */
    bool is_whole;
    struct znn_error damage;    /* if nothing is lost and yet not all is right: what decompressing says */
    struct tensor_list tensors; /* as the index lists them */
    /* Work, for tests: */
    uint64_t hashed;  /* bytes of heads and of indexes */
    uint64_t decoded; /* bytes of records that were decoded, and of what they decode to */
};

/*
 * As znn_salvage(); `error` may be NULL.
 */
enum znn_status znn_run_salvage(struct znn_input *input, struct znn_output *output,
                                const struct znn_decompress_options *options, struct znn_salvage **salvage,
                                struct znn_error *error);

/*
 * Tensor number `i`, which there is, and how many bytes of it were lost.
 */
void znn_salvage_get(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor, uint64_t *lost);

#endif
