/*
 * safetensors.h - the scanner for safetensors files
 */
#ifndef ZNN_MODEL_SAFETENSORS_H
#define ZNN_MODEL_SAFETENSORS_H

#include "model/model.h"

/*
 * Like znn_model_scan(), but only for safetensors.  If the reference reader would reject the file, `model` has no
 * tensors and the verdict says why.  The format is FORMAT_SAFETENSORS if the header was accepted or is so plausible
 * that a person would call the file a (broken) safetensors file.  Otherwise it is FORMAT_BYTES.
 */
enum znn_status znn_safetensors_scan(struct source *source, struct model *model, struct znn_error *error);

#endif
