/*
 * tensor_list.h - the tensors of a .znn file, as its index lists them
 *
 * Filled while the index is read, then only looked at.  A million tensors are nothing unusual, so each takes 40 bytes
 * here, its dimensions, strides and name, and 16 bytes more by which its name is found.
 */
#ifndef ZNN_ENGINE_FILE_TENSOR_LIST_H
#define ZNN_ENGINE_FILE_TENSOR_LIST_H

#include "common/buffer.h"
#include "model/model.h"

/* By which a name is found. */
#define TENSOR_NAME_ENTRY 16u

/*
 * Zeroed, it is empty.  Free with znn_tensor_list_free().
 */
struct tensor_list {
    struct tensor *tensors; /* `text` is where the dimensions start in ours */
    size_t count;
    size_t capacity;
    size_t cut_count; /* of tensors that the original, which ends too early, does not have in full */
    struct buffer text;
    struct name_index *names;
};

/*
 * Appends a tensor, whose name and shape are in `text` as a table parser gives them.  False where memory ran out.
 */
bool znn_tensor_list_add(struct tensor_list *list, const struct tensor *tensor, const struct buffer *text);

/*
 * To be called behind the last tensor and before any is looked for.  False where memory ran out.
 */
bool znn_tensor_list_finish(struct tensor_list *list);

/*
 * Describes tensor `i`, with pointers into the list.
 */
void znn_tensor_list_get(const struct tensor_list *list, size_t i, struct znn_tensor *tensor);

/*
 * The number of the first tensor with this name, SIZE_MAX where there is none.  Safe from several threads at once.
 */
size_t znn_tensor_list_find(const struct tensor_list *list, const char *name, size_t name_size);

void znn_tensor_list_free(struct tensor_list *list);

#endif
