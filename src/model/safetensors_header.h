/*
 * safetensors_header.h - from a safetensors header's JSON to tensors
 */
#ifndef ZNN_MODEL_SAFETENSORS_HEADER_H
#define ZNN_MODEL_SAFETENSORS_HEADER_H

#include "model/model.h"

enum header_result {
    HEADER_WELL_FORMED, /* JSON, and of the right shape */
    HEADER_MALFORMED,   /* not so: VERDICT_INVALID_HEADER_DESERIALIZATION */
    HEADER_NO_MEMORY
};

/*
 * Reads the header's `size` bytes at `json`, which must be valid UTF-8, and appends its tensors to `model` in the order
 * in which they stand there, a name as often as it does.  Whether they make sense together is not looked at: `offset`
 * and `size` of a tensor are its data_offsets as written, that is where it begins and ENDS in the data behind the
 * header; nothing says that the one is below the other.
 */
enum header_result znn_safetensors_read_header(const void *json, size_t size, struct model *model);

#endif
