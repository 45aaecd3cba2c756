/*
 * gguf.h - the scanner for GGUF files
 *
 * GGUF is the format of llama.cpp and its kin.  Everything that describes the tensors comes first:
 *
 *     | header | metadata: keys and values | tensor infos | padding | data: tensor, padding, tensor, padding ... |
 *
 *     header        "GGUF" | version: u32 | number of tensors: u64 | number of keys: u64 |
 *     string        | size: u64 | bytes |
 *     metadata      | key: string | type: u32 | value |
 *     array value   | type of the elements: u32 | number: u64 | elements |
 *     tensor info   | name: string | rank: u32 | rank dimensions: u64 | type: u32 | offset in the data: u64 |
 *
 * The data and each tensor in it start at a multiple of the alignment, which is 32 unless the key "general.alignment"
 * says otherwise.  Of a tensor's dimensions the first is the one of neighbours, so they are listed the other way round,
 * as everywhere else.
 */
#ifndef ZNN_MODEL_GGUF_H
#define ZNN_MODEL_GGUF_H

#include "model/model.h"

/*
 * As znn_model_scan(), for GGUF of version 2 or 3 only: anything else leaves `model` as it was, and so do files whose
 * numbers are big-endian, or whose description is not in order or longer than 128 MiB.  A tensor that does not lie
 * within the file at a multiple of the alignment, or whose type is not known, is not listed.
 *
 * Of the metadata, nothing is kept: memory is that of a small window, or what a stream must keep, and the tensors'.
 */
enum znn_status znn_gguf_scan(struct source *source, struct model *model, struct znn_error *error);

#endif
