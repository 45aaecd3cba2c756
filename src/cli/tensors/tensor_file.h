/*
 * tensor_file.h - writes the files that tensors are extracted to
 *
 *     raw           | bytes |
 *     npy           | magic, version | length | Python dict, spaces, newline | bytes |
 *     safetensors   | length of the header | header, spaces | bytes of a | bytes of b | ...
 *
 * Each form is a head, then the elements in the order of the shape.  Most originals have them in this order.  If not,
 * they are gathered (gather.h).  If the file does not store their order, raw has the bytes unchanged.
 */
#ifndef ZNN_CLI_TENSORS_TENSOR_FILE_H
#define ZNN_CLI_TENSORS_TENSOR_FILE_H

#include "cli/output/output_file.h"
#include "cli/say/text.h"
#include "cli/say/values.h"
#include "cli/show/ordering.h"
#include "znn.h"

/*
 * Returns why `tensor` cannot be written in this form, or NULL if it can.  Static.
 */
const char *znn_tensor_obstacle(const struct znn_tensor *tensor, enum form form);

/*
 * Returns true if the elements must be gathered because they are stored in another order.
 */
bool znn_tensor_is_gathered(const struct znn_tensor *tensor);

/*
 * Returns the number of bytes that are written for `tensor`.
 */
uint64_t znn_tensor_file_size(const struct znn_tensor *tensor);

/*
 * Appends the head of a .npy file to `head`.
 */
void znn_npy_head(struct text *head, const struct znn_tensor *tensor);

/*
 * Sorts `count` tensors of a reader, given in the order of their names, for a safetensors file.  Returns their numbers,
 * to be freed with free(), or NULL if memory ran out, which is reported.
 */
uint32_t *znn_safetensors_order(const struct znn_reader *reader, const struct entry *entries, size_t count);

/*
 * Writes the head of a safetensors file for `count` tensors in this order to `output`.  Returns false if this fails,
 * which is reported.
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
