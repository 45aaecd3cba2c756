/*
 * planner.h - decides where chunks are cut
 *
 * A chunk is decoded as a whole.  It must be large enough for good statistics and for the overhead of a record not to
 * matter, and small enough for the processor's cache and for fine random access.  For numbers, 1 MiB meets these
 * needs.  Chunks of opaque bytes have 4 MiB, because the full compressor finds more matches in more bytes.
 *
 * Chunks of references are as large as the format allows, because such a chunk costs the same at any length.  They may
 * also hold a few opaque bytes between two references.
 *
 * Cuts are between elements, never within one.  If a cut would leave a short tail of a tensor, the chunk includes the
 * tail.
 */
#ifndef ZNN_ENGINE_CUT_PLANNER_H
#define ZNN_ENGINE_CUT_PLANNER_H

#include <stddef.h>
#include <stdint.h>

#include "container/format.h"
#include "engine/chunk/chunk_plan.h"
#include "engine/cut/duplicates.h"
#include "engine/cut/lineage.h"
#include "model/model.h"

#define REFERENCE_GAP 4096u /* the most opaque bytes between two references of a chunk */
#define ALONE (1u << 16)    /* tensors of this size get chunks of their own if the planner is told so */

/*
 * The state of planning.
 */
struct planner {
    const struct model *model;
    const struct references *references; /* or NULL if there are none */
    bool alone;                          /* tensors of ALONE bytes or more share no chunk with others */
    const struct link *links;            /* from the model's tensors to those of a base, or NULL */
    size_t next;                         /* the first tensor that is not planned completely */
    size_t next_reference;
    uint64_t offset;
};

/*
 * Plans the next chunk in `plan`.  Zero `plan` before the first call; later calls reuse its memory.  After the last
 * tensor, the planner returns chunks of opaque bytes without end, and the reader of the bytes finds the end of the
 * file.  Returns false if memory ran out.
 */
bool znn_planner_next(struct planner *planner, struct chunk_plan *plan);

#endif
