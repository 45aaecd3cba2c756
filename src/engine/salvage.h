/*
 * salvage.h - what znn_salvage() found, and did not find
 */
#ifndef ZNN_ENGINE_SALVAGE_H
#define ZNN_ENGINE_SALVAGE_H

#include <stdbool.h>

#include "engine/tensor_list.h"
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
    struct tensor_list tensors; /* as the index lists them */
};

#endif
