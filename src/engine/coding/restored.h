/*
 * restored.h - the bytes that a rounded part decodes to
 *
 * These bytes differ from the input.  The digest of the chunk covers the decoded bytes, so the encoder computes them,
 * too.
 */
#ifndef ZNN_ENGINE_CODING_RESTORED_H
#define ZNN_ENGINE_CODING_RESTORED_H

#include "common/hash.h"
#include "engine/coding/zeroed.h"

/*
 * Where the decoded bytes go: the encoder writes them, hashes them or both, and counts new zeros.
 */
struct part_restored {
    uint8_t *bytes;        /* room for part->size bytes, or NULL */
    struct hash *hash;     /* or NULL */
    struct zeroed *zeroed; /* counts the numbers that rounding made zero, if the part was rounded; or NULL */
};

#endif
