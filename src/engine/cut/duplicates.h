/*
 * duplicates.h - finds tensors that repeat earlier ones
 *
 * Tied embeddings, repeated experts and storages that were saved twice need to be stored only once.  If the input can
 * be read at any position, znn looks for them before it compresses anything:
 *
 *     tensors of equal size          most have none, and then nothing is read
 *     with the same sample bytes     a few hundred bytes of each
 *     that really are the same       all bytes are compared
 *
 * The result is a list of references: ranges whose bytes also occur earlier in the input.  Chunks are cut so that no
 * chunk holds both a reference and bytes that another reference names (znn(5), "References").
 */
#ifndef ZNN_ENGINE_CUT_DUPLICATES_H
#define ZNN_ENGINE_CUT_DUPLICATES_H

#include "common/source.h"
#include "model/model.h"

struct reference {
    uint64_t offset;
    uint64_t size;
    uint64_t source;
    uint32_t gap; /* opaque bytes before the reference that belong to its chunk */
    bool joins;   /* the reference shares a chunk with the one before it, if there is room */
};

/*
 * References, sorted by offset.  A zeroed struct is an empty list.  Call znn_references_free() when done.
 */
struct references {
    struct reference *items;
    size_t count;
    size_t capacity;
};

/*
 * Fills `references` with the repeats among the tensors of `model`, which describes `source`.  Fails if reading fails
 * or memory runs out.
 */
enum znn_status znn_duplicates_find(struct source *source, const struct model *model, struct references *references,
                                    struct znn_error *error);

void znn_references_free(struct references *references);

#endif
