/*
 * planner.h - where chunks are cut
 *
 * A chunk is what is decoded at once: large enough that statistics settle and a record's own cost vanishes, small
 * enough to stay in a processor's cache and to give fine random access.  One MiB does that for numbers.  Opaque bytes
 * go by four, because the full compressor finds more matches in more.
 *
 * Bytes that are stored as references go by as much as the format allows: a chunk of them costs the same whatever its
 * length.  Only a few opaque bytes between two references may be in it besides.
 *
 * Cuts lie between elements, never within one, and where a tensor would leave a short tail, the chunk takes it along.
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

#define REFERENCE_GAP 4096u /* opaque bytes that a chunk of references takes along */
#define ALONE (1u << 16)    /* tensors of this size have chunks of their own where the planner is told so */

/*
 * Where planning has got to.
 */
struct planner {
    const struct model *model;
    const struct references *references; /* NULL where there are none */
    bool alone;                          /* tensors of some size share no chunk */
    const struct link *links;            /* of its tensors to those of a base, or NULL */
    size_t next;                         /* tensor that has not been passed yet */
    size_t next_reference;
    uint64_t offset;
};

/*
 * Plans the next chunk into `plan`, which is zeroed before the first use and keeps its memory.  Behind the last tensor
 * the plan goes on with opaque bytes for ever: whoever reads them finds out where the file ends.  False where memory
 * ran out.
 */
bool znn_planner_next(struct planner *planner, struct chunk_plan *plan);

#endif
