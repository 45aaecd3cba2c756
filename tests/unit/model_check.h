/*
 * model_check.h - what must hold of a model, whatever file it is of
 *
 * Used by the tests of the scanners and by their fuzz targets.
 */
#ifndef ZNN_TESTS_MODEL_CHECK_H
#define ZNN_TESTS_MODEL_CHECK_H

#include "model/model.h"

/* Shape and strides lie in the text, and the tensor is no longer than they call for: it is shorter if it was cut. */
static inline bool shape_fits(const struct model *model, const struct tensor *tensor)
{
    uint64_t numbers = (tensor->flags & TENSOR_STRIDED ? 2 : 1) * (uint64_t)tensor->rank;
    size_t at = (size_t)tensor->text + tensor->name_size;
    for (uint64_t i = 0; i < numbers; i++)
        for (unsigned shift = 0;; shift += 7) {
            if (at >= model->text.size || shift > 63)
                return false;
            if (model->text.data[at++] < 0x80)
                break;
        }
    return tensor->size <= znn_tensor_extent(tensor, znn_tensor_text(model, tensor)) &&
           tensor->size % znn_dtype_info((enum dtype)tensor->dtype)->block_bytes == 0;
}

/*
 * What is wrong with `model`, that of a file of `size` bytes (ZNN_SIZE_UNKNOWN for a stream); NULL if nothing is.
 */
static inline const char *model_fault(const struct model *model, uint64_t size)
{
    uint64_t end = 0;
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        const struct tensor *last = i > 0 ? tensor - 1 : tensor;
        if (tensor->dtype == DTYPE_BYTES || tensor->dtype >= DTYPE_COUNT)
            return "a type that is none";
        if (tensor->offset > size || tensor->size > size - tensor->offset)
            return "a tensor outside the file";
        if (tensor->offset < last->offset || (tensor->offset == last->offset && tensor->size < last->size))
            return "tensors out of order";
        if (tensor->text + tensor->name_size > model->text.size)
            return "a name outside the text";
        if (!(tensor->flags & (TENSOR_SPAN | TENSOR_LISTED)))
            return "a tensor for nothing";
        if (tensor->flags & TENSOR_LISTED && !shape_fits(model, tensor))
            return "a shape that is not the size";
        if (!(tensor->flags & TENSOR_SPAN))
            continue;
        if (tensor->offset < end || tensor->size == 0)
            return "an overlapping or empty span";
        if (tensor->size % znn_dtype_info((enum dtype)tensor->dtype)->word != 0)
            return "a span of broken words";
        end = tensor->offset + tensor->size;
    }
    return NULL;
}

#endif
