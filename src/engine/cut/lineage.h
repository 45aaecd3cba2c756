/*
 * lineage.h - what of a model is to be coded against which tensor of its base
 *
 * That is settled before the first chunk is written, because the list of the base's tensors comes first: they are
 * matched (base_match.h), compared by samples, chosen and hashed.
 */
#ifndef ZNN_ENGINE_CUT_LINEAGE_H
#define ZNN_ENGINE_CUT_LINEAGE_H

#include "engine/file/bases.h"
#include "model/model.h"

/* Of a tensor of the model. */
struct link {
    uint32_t number; /* of the base's tensor in the record, or NO_LINK */
    uint64_t size;   /* bytes from its start that have a partner */
};

#define NO_LINK UINT32_MAX

/*
 * Finds out what the tensors of `model`, in `source`, have in common with the base of `bases`, and fills that.  *links
 * has an entry for each tensor of the model, to be freed by the caller, or is NULL where there is nothing in common.
 *
 * Where tensors may be rounded, `lossy` says how.  From a stream, samples can be taken of the first tensors only; as
 * they are, the rest is believed to be.
 */
enum znn_status znn_lineage_trace(const struct model *model, struct source *source, const struct znn_lossy *lossy,
                                  unsigned threads, struct bases *bases, struct link **links, struct znn_error *error);

#endif
