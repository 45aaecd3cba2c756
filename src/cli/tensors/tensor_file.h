/*
 * tensor_file.h - the files that tensors are extracted to
 *
 *     raw           | bytes |
 *     npy           | magic, version | length | Python dict, spaces, newline | bytes |
 *     safetensors   | length of the header | header, spaces | bytes of a | bytes of b | ...
 *
 * Each form is a head and then the elements, in the order of the shape.  Mostly they lie so in the original; where not,
 * they are gathered (gather.h), unless the file does not say how: then raw has the bytes as they are.
 */
#ifndef ZNN_CLI_TENSORS_TENSOR_FILE_H
#define ZNN_CLI_TENSORS_TENSOR_FILE_H

#include "cli/output/output_file.h"
#include "cli/say/text.h"
#include "cli/say/values.h"
#include "cli/show/ordering.h"
#include "znn.h"

/*
 * Says why `tensor` cannot be written in this form, or returns NULL where it can.  Static.
 */
const char *znn_tensor_obstacle(const struct znn_tensor *tensor, enum form form);

/*
 * Whether the elements lie in another order than they are written in.
 */
bool znn_tensor_is_gathered(const struct znn_tensor *tensor);

/*
 * The bytes that are written of `tensor`.
 */
uint64_t znn_tensor_file_size(const struct znn_tensor *tensor);

/*
 * Appends the head of a .npy file.
 */
void znn_npy_head(struct text *head, const struct znn_tensor *tensor);

/*
 * Brings `count` tensors of a reader, which are in the order of their names, into that of a safetensors file.  The
 * result has their numbers, and is to be freed with free().  NULL, having said so, if memory ran out.
 */
uint32_t *znn_safetensors_order(const struct znn_reader *reader, const struct entry *entries, size_t count);

/*
 * Writes the head of a safetensors file to `output`, for `count` tensors in this order.  Returns false, having said
 * why, if that fails.
 */
bool znn_safetensors_write_head(struct output_file *output, const struct znn_reader *reader, const uint32_t *numbers,
                                size_t count);

/*
 * The name of a tensor's file, a single component of a path whatever the tensor is called: what could lead elsewhere,
 * hide the file, steer a terminal or trouble a file system is written as %NN, as in addresses, and so is %.
 *
 *     h.0/attn.weight, "npy"   ->   h.0%2Fattn.weight.npy
 *     ../x                     ->   %2E.%2Fx.raw
 *
 * A name that is too long for a file is cut, and `number`, which must be unlike that of any other tensor, appended;
 * `is_shared` asks for the same where another tensor has the same name.
 */
void znn_tensor_file_name(struct text *text, const struct znn_tensor *tensor, const char *extension, size_t number,
                          bool is_shared);

#endif
