/*
 * safetensors.h - the scanner for safetensors files
 */
#ifndef ZNN_MODEL_SAFETENSORS_H
#define ZNN_MODEL_SAFETENSORS_H

#include "model/model.h"

/*
 * As znn_model_scan(), for safetensors only: what the reference reader would reject leaves `model` without tensors, the
 * verdict saying why.  The format is FORMAT_SAFETENSORS where the header was accepted, or is plausible enough that a
 * person would call the file a (broken) safetensors file; FORMAT_BYTES otherwise.
 */
enum znn_status znn_safetensors_scan(struct source *source, struct model *model, struct znn_error *error);

#endif
