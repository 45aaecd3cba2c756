/*
 * model.c - the list of a file's tensors, and which scanner makes it
 */
#include "model/model.h"

#include <stdlib.h>

#include "base/array.h"
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

bool znn_model_add(struct model *model, const struct tensor *tensor, const void *name, const uint64_t *shape)
{
    struct tensor added = *tensor;
    added.text = model->text.size;
    if (!znn_buffer_append(&model->text, name, tensor->name_size))
        return false;
    for (uint32_t i = 0; i < tensor->rank; i++)
        if (!znn_buffer_append_leb128(&model->text, shape[i]))
            return false;
    return znn_model_push(model, &added);
}

void znn_model_trim(struct model *model)
{
    /* Where there is nothing to keep, or realloc() fails, the larger block stays: as good, only larger. */
    struct tensor *tensors = model->count ? realloc(model->tensors, model->count * sizeof *tensors) : NULL;
    if (tensors) {
        model->tensors = tensors;
        model->capacity = model->count;
    }
    uint8_t *text = model->text.size ? realloc(model->text.data, model->text.size) : NULL;
    if (text) {
        model->text.data = text;
        model->text.capacity = model->text.size;
    }
}

void znn_model_reject(struct model *model, enum header_verdict verdict)
{
    free(model->tensors);
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
        znn_torch_zip_scan, znn_torch_legacy_scan, znn_gguf_scan,
        znn_npy_scan,       znn_safetensors_scan, /* has something to say of any file, so it comes last */
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

uint64_t znn_tensor_expected_size(enum dtype dtype, const uint8_t *shape, uint32_t rank)
{
    if (dtype >= DTYPE_SIZED)
        return 0;
    uint64_t bits = znn_dtype_info(dtype)->bits;
    for (uint32_t i = 0; i < rank; i++) {
        uint64_t dimension = 0;
        unsigned shift = 0;
        do {
            dimension |= (uint64_t)(*shape & 0x7f) << shift;
            shift += 7;
        } while (*shape++ & 0x80);
        bits = times_dimension(bits, dimension);
    }
    return bits_to_bytes(dtype, bits);
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
    };
    return (unsigned)verdict < VERDICT_COUNT ? names[verdict] : "unknown";
}
