/*
 * restored.h - the bytes that a decoder will give for a part that is rounded
 *
 * They differ from the bytes that were read.  The digest of the chunk is over the former, so the encoder makes them,
 * too.
 */
#ifndef ZNN_ENGINE_CODING_RESTORED_H
#define ZNN_ENGINE_CODING_RESTORED_H

#include "common/hash.h"
#include "engine/coding/zeroed.h"

/*
 * Where they go: they are written, or hashed, or both, and looked at for zeros.
 */
struct part_restored {
    uint8_t *bytes;        /* room for part->size of them, or NULL */
    struct hash *hash;     /* or NULL */
    struct zeroed *zeroed; /* or NULL; gets the numbers that rounding made zero, if the part was rounded */
};

#endif
