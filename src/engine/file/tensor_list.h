/*
 * tensor_list.h - the tensors of a .znn file, as its index lists them
 *
 * The list is filled while the index is read, and does not change afterwards.  A million tensors are not unusual.  So a
 * tensor takes only 40 bytes, plus its dimensions, strides and name, plus 16 bytes for the lookup by name.
 */
#ifndef ZNN_ENGINE_FILE_TENSOR_LIST_H
#define ZNN_ENGINE_FILE_TENSOR_LIST_H

#include "common/buffer.h"
#include "model/model.h"

/* Bytes that the lookup by name needs for each tensor. */
#define TENSOR_NAME_ENTRY 16u

/*
 * A zeroed struct is an empty list.  Call znn_tensor_list_free() when done.
 */
struct tensor_list {
    struct tensor *tensors; /* `text` is the offset of the dimensions in the list's text */
    size_t count;
    size_t capacity;
    size_t cut_count; /* tensors that are incomplete because the original ends too early */
    struct buffer text;
    struct name_index *names;
};

/*
 * Appends a tensor.  `text` holds its name and shape in the form that a table parser returns.  Returns false if memory
 * ran out.
 */
bool znn_tensor_list_add(struct tensor_list *list, const struct tensor *tensor, const struct buffer *text);

/*
 * Call this after adding the last tensor and before looking up names.  Returns false if memory ran out.
 */
bool znn_tensor_list_finish(struct tensor_list *list);

/*
 * Describes tensor `i`.  The pointers in the description lead into the list.
 */
void znn_tensor_list_get(const struct tensor_list *list, size_t i, struct znn_tensor *tensor);

/*
 * Returns the number of the first tensor with this name, or SIZE_MAX if there is none.  Several threads may call this
 * at once.
 */
size_t znn_tensor_list_find(const struct tensor_list *list, const char *name, size_t name_size);

void znn_tensor_list_free(struct tensor_list *list);

#endif
