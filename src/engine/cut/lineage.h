/*
 * lineage.h - chooses which tensors of a model are coded against which tensors of its base
 *
 * The choice is made before the first chunk is written, because the list of the base's tensors comes first in the
 * file.  Tensors are matched (base_match.h), compared by samples, chosen and hashed.
 */
#ifndef ZNN_ENGINE_CUT_LINEAGE_H
#define ZNN_ENGINE_CUT_LINEAGE_H

#include "container/row_order.h"
#include "engine/coding/scale_tensor.h"
#include "engine/file/bases.h"
#include "model/model.h"

/* The partner of a tensor of the model. */
struct link {
    uint32_t number;                   /* of the base's tensor in the record, or NO_LINK */
    uint64_t size;                     /* bytes from its start that have a partner */
    uint8_t dtype;                     /* the partner's type if it is another type, else DTYPE_BYTES */
    const struct scale_tensor *scales; /* by which the partner is divided; NULL: it is not */
    struct row_order order;
    bool rare; /* few numbers seem to differ from the partner */
};

#define NO_LINK UINT32_MAX

/*
 * Compares the tensors of `model`, which are in `source`, with the base of `bases`, and adds the useful ones to
 * `bases`.  Sets *links to an array with an entry for each tensor of the model; the caller frees it, and the scales
 * with it.  Sets *links to NULL if the base is of no use.
 *
 * `lossy` sets how rounded tensors are rounded.  In a stream, only the first tensors can be sampled; the others are
 * assumed to be like these.
 */
enum znn_status znn_lineage_trace(const struct model *model, struct source *source, const struct znn_lossy *lossy,
                                  unsigned threads, struct bases *bases, struct link **links, struct znn_error *error);

#endif
