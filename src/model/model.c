/*
 * model.c - the list of a file's tensors, and the choice of the scanner
 */
#include "model/model.h"

#include <assert.h>

#include "common/array.h"
#include "common/memory.h"
#include "model/gguf.h"
#include "model/npy.h"
#include "model/safetensors.h"
#include "model/torch_legacy.h"
#include "model/torch_zip.h"

bool znn_model_push(struct model *model, const struct tensor *tensor)
{
    struct tensor *tensors = znn_array_grow(model->tensors, model->count, &model->capacity, sizeof *tensors);
    if (!tensors)
        return false;
    model->tensors = tensors;
    model->tensors[model->count++] = *tensor;
    return true;
}

static bool add_numbers(struct model *model, const uint64_t *numbers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!znn_buffer_append_leb128(&model->text, numbers[i]))
            return false;
    return true;
}

bool znn_model_add_view(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape,
                        const uint64_t *strides)
{
    struct tensor added = *tensor;
    added.text = model->text.size;
    return znn_buffer_append(&model->text, name, tensor->name_size) && add_numbers(model, shape, tensor->rank) &&
           (!(tensor->flags & TENSOR_STRIDED) || add_numbers(model, strides, tensor->rank)) &&
           znn_model_push(model, &added);
}

bool znn_model_add(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape)
{
    assert(!(tensor->flags & TENSOR_STRIDED));
    return znn_model_add_view(model, tensor, name, shape, NULL);
}

bool znn_tensor_clip(struct tensor *tensor, uint64_t end)
{
    if (tensor->offset <= end && tensor->size <= end - tensor->offset)
        return false;
    tensor->offset = tensor->offset < end ? tensor->offset : end;
    tensor->size = end - tensor->offset;
    tensor->size -= tensor->size % znn_dtype_info((enum dtype)tensor->dtype)->block_bytes;
    if (tensor->size == 0)
        tensor->flags &= (uint8_t)~TENSOR_SPAN;
    return true;
}

void znn_model_conclude(struct model *model, uint64_t file_size)
{
    if (model->verdict || model->end == 0)
        return;
    if (model->format == FORMAT_SAFETENSORS && file_size != model->end)
        model->verdict = VERDICT_METADATA_INCOMPLETE_BUFFER;
    else if (file_size < model->end)
        model->verdict = VERDICT_TRUNCATED;
}

void znn_model_trim(struct model *model)
{
    /* If there is nothing to keep or znn_reallocate() fails, keep the larger block: it is just as good. */
    struct tensor *tensors = model->count ? znn_reallocate(model->tensors, model->count * sizeof *tensors) : NULL;
    if (tensors) {
        model->tensors = tensors;
        model->capacity = model->count;
    }
    uint8_t *text = model->text.size ? znn_reallocate(model->text.data, model->text.size) : NULL;
    if (text) {
        model->text.data = text;
        model->text.capacity = model->text.size;
    }
}

void znn_model_reject(struct model *model, enum header_verdict verdict)
{
    znn_release(model->tensors);
    znn_buffer_free(&model->text);
    *model = (struct model){.verdict = verdict};
}

void znn_model_free(struct model *model)
{
    znn_model_reject(model, VERDICT_ACCEPTED);
}

enum znn_status znn_model_scan(struct source *source, struct model *model, struct znn_error *error)
{
    static enum znn_status (*const scanners[])(struct source *, struct model *, struct znn_error *) = {
        znn_torch_zip_scan,     znn_torch_legacy_scan, znn_gguf_scan,
        znn_npy_scan,           znn_safetensors_scan, /* late, because it has a verdict on any file */
        znn_torch_zip_scan_end,
    };
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < sizeof scanners / sizeof *scanners && !status && model->format == FORMAT_BYTES; i++)
        status = scanners[i](source, model, error);
    return status;
}

const uint8_t *znn_tensor_text(const struct model *model, const struct tensor *tensor)
{
    static const uint8_t nothing[1];
    return model->text.data ? model->text.data + tensor->text : nothing;
}

static uint64_t next_number(const uint8_t **p)
{
    uint64_t number = 0;
    unsigned shift = 0;
    do {
        number |= (uint64_t)(**p & 0x7f) << shift;
        shift += 7;
    } while (*(*p)++ & 0x80);
    return number;
}

uint64_t znn_tensor_expected_size(enum dtype dtype, const uint8_t *shape, uint32_t rank)
{
    if (dtype >= DTYPE_SIZED)
        return 0;
    uint64_t bits = znn_dtype_info(dtype)->bits;
    for (uint32_t i = 0; i < rank; i++)
        bits = times_dimension(bits, next_number(&shape));
    return bits_to_bytes(dtype, bits);
}

static uint64_t saturated_product(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

uint64_t znn_tensor_extent(const struct tensor *tensor, const uint8_t *text)
{
    enum dtype dtype = (enum dtype)tensor->dtype;
    const uint8_t *shape = text + tensor->name_size, *strides = shape;
    if (dtype == DTYPE_BYTES || dtype >= DTYPE_SIZED || tensor->flags & TENSOR_NO_STRIDES)
        return tensor->size;
    if (!(tensor->flags & TENSOR_STRIDED)) {
        uint64_t size = znn_tensor_expected_size(dtype, shape, tensor->rank);
        return size > 0 ? size : tensor->size; /* no expected size, or too large to compute */
    }
    for (uint32_t i = 0; i < tensor->rank; i++)
        next_number(&strides);
    uint64_t last = 0; /* index of the last element */
    for (uint32_t i = 0; i < tensor->rank; i++) {
        uint64_t dimension = next_number(&shape);
        if (dimension == 0)
            return 0;
        uint64_t step = saturated_product(dimension - 1, next_number(&strides));
        last = step > UINT64_MAX - last ? UINT64_MAX : last + step;
    }
    return last == UINT64_MAX ? last : saturated_product(last + 1, znn_dtype_info(dtype)->block_bytes);
}

uint64_t znn_model_count_cut(const struct model *model, uint64_t file_size)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->count; i++) {
        struct tensor tensor = model->tensors[i];
        if (!(tensor.flags & TENSOR_LISTED))
            continue;
        znn_tensor_clip(&tensor, file_size);
        count += tensor.size < znn_tensor_extent(&tensor, znn_tensor_text(model, &tensor));
    }
    return count;
}

uint64_t znn_trailing_bytes(enum model_format format, enum header_verdict verdict, uint64_t end, uint64_t file_size)
{
    bool is_exact = format == FORMAT_SAFETENSORS && verdict == VERDICT_METADATA_INCOMPLETE_BUFFER;
    return is_exact && end > 0 && file_size > end ? file_size - end : 0;
}

const char *znn_format_name(enum model_format format)
{
    static const char *const names[FORMAT_COUNT] = {
        [FORMAT_BYTES] = "bytes",
        [FORMAT_SAFETENSORS] = "safetensors",
        [FORMAT_TORCH_ZIP] = "torch-zip",
        [FORMAT_TORCH_LEGACY] = "torch-legacy",
        [FORMAT_ZIP] = "zip",
        [FORMAT_TORCHSCRIPT] = "torchscript",
        [FORMAT_GGUF] = "gguf",
        [FORMAT_NPY] = "npy",
        [FORMAT_NPZ] = "npz",
    };
    return (unsigned)format < FORMAT_COUNT ? names[format] : "unknown";
}

const char *znn_verdict_name(enum header_verdict verdict)
{
    static const char *const names[VERDICT_COUNT] = {
        [VERDICT_ACCEPTED] = "accepted",
        [VERDICT_HEADER_TOO_SMALL] = "HeaderTooSmall",
        [VERDICT_HEADER_TOO_LARGE] = "HeaderTooLarge",
        [VERDICT_INVALID_HEADER_LENGTH] = "InvalidHeaderLength",
        [VERDICT_INVALID_HEADER] = "InvalidHeader",
        [VERDICT_INVALID_HEADER_DESERIALIZATION] = "InvalidHeaderDeserialization",
        [VERDICT_INVALID_OFFSET] = "InvalidOffset",
        [VERDICT_VALIDATION_OVERFLOW] = "ValidationOverflow",
        [VERDICT_MISALIGNED_SLICE] = "MisalignedSlice",
        [VERDICT_TENSOR_INVALID_INFO] = "TensorInvalidInfo",
        [VERDICT_METADATA_INCOMPLETE_BUFFER] = "MetadataIncompleteBuffer",
        [VERDICT_TRUNCATED] = "Truncated",
    };
    return (unsigned)verdict < VERDICT_COUNT ? names[verdict] : "unknown";
}
