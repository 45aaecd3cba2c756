/*
 * tape.h - bytes in memory as a stream, for fuzz targets
 */
#ifndef ZNN_FUZZ_TAPE_H
#define ZNN_FUZZ_TAPE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "znn.h"

struct tape {
    const uint8_t *next;
    size_t left;
};

static inline ptrdiff_t tape_read(void *context, void *buffer, size_t size)
{
    struct tape *tape = context;
    size_t given = size < tape->left ? size : tape->left;
    if (given > 0)
        memcpy(buffer, tape->next, given);
    tape->next += given;
    tape->left -= given;
    return given > 0 ? (ptrdiff_t)given : ZNN_CALLBACK_END;
}

/* A stream over `tape`, which must outlive it. */
static inline struct znn_input tape_input(struct tape *tape)
{
    return (struct znn_input){.context = tape, .size = ZNN_SIZE_UNKNOWN, .read = tape_read};
}

#endif
