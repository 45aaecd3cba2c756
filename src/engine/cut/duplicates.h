/*
 * duplicates.h - which tensors repeat earlier ones
 *
 * Tied embeddings, repeated experts and storages that were saved twice need to be stored once only.  Where the input
 * can be read at any place, they are looked for before anything is compressed:
 *
 *     tensors of equal size          most have none, and then nothing is read
 *     with the same sample bytes     a few hundred bytes of each
 *     that really are the same       all bytes are compared
 *
 * What follows from that is a list of references: ranges that lie elsewhere, too, and earlier.  Chunks are cut so that
 * a reference never shares one with bytes that another one refers to (znn(5), "References").
 */
#ifndef ZNN_ENGINE_CUT_DUPLICATES_H
#define ZNN_ENGINE_CUT_DUPLICATES_H

#include "common/source.h"
#include "model/model.h"

struct reference {
    uint64_t offset;
    uint64_t size;
    uint64_t source;
    uint32_t gap; /* opaque bytes before it that belong into its chunk */
    bool joins;   /* it goes into one chunk with the reference before it, if there is room */
};

/*
 * By offset.  Zeroed, it is empty; free with znn_references_free().
 */
struct references {
    struct reference *items;
    size_t count;
    size_t capacity;
};

/*
 * Fills `references` from the tensors of `model`, which are those of `source`.  Fails where reading fails or memory
 * runs out.
 */
enum znn_status znn_duplicates_find(struct source *source, const struct model *model, struct references *references,
                                    struct znn_error *error);

void znn_references_free(struct references *references);

#endif
