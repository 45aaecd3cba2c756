/*
 * safetensors_header.h - parses the JSON of a safetensors header
 */
#ifndef ZNN_MODEL_SAFETENSORS_HEADER_H
#define ZNN_MODEL_SAFETENSORS_HEADER_H

#include "model/model.h"

enum header_result {
    HEADER_WELL_FORMED, /* valid JSON of the right shape */
    HEADER_MALFORMED,   /* anything else: VERDICT_INVALID_HEADER_DESERIALIZATION */
    HEADER_NO_MEMORY
};

/*
 * Parses the header's `size` bytes at `json`, which must be valid UTF-8, and appends its tensors to `model` in the
 * order of the header, including repeated names.  Does not check whether the tensors make sense together.  `offset` and
 * `size` of a tensor are its data_offsets as written, that is, where it begins and ENDS in the data after the header.
 * The begin may be above the end.
 */
enum header_result znn_safetensors_read_header(const void *json, size_t size, struct model *model);

#endif
