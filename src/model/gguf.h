/*
 * gguf.h - the scanner for GGUF files
 *
 * GGUF is the format of llama.cpp and related programs.  The description of the tensors comes first:
 *
 *     | header | metadata: keys and values | tensor infos | padding | data: tensor, padding, tensor, padding ... |
 *
 *     header        "GGUF" | version: u32 | number of tensors: u64 | number of keys: u64 |
 *     string        | size: u64 | bytes |
 *     metadata      | key: string | type: u32 | value |
 *     array value   | type of the elements: u32 | number: u64 | elements |
 *     tensor info   | name: string | rank: u32 | rank dimensions: u64 | type: u32 | offset in the data: u64 |
 *
 * The data and each tensor in the data start at a multiple of the alignment, which is 32 unless the key
 * "general.alignment" sets another one.  GGUF lists the fastest dimension first, so znn reverses the dimensions to
 * match all other formats.
 */
#ifndef ZNN_MODEL_GGUF_H
#define ZNN_MODEL_GGUF_H

#include "model/model.h"

/*
 * Like znn_model_scan(), but only for GGUF of version 2 or 3.  Leaves `model` unchanged for any other file, for files
 * with big-endian numbers, and for files whose description is invalid or longer than 128 MiB.  Does not list a tensor
 * that lies outside of the file or off the alignment, or whose type is unknown.
 *
 * The metadata is not kept.  So memory is needed only for the tensors and a small window, or for the bytes that a
 * stream must keep.
 */
enum znn_status znn_gguf_scan(struct source *source, struct model *model, struct znn_error *error);

#endif
