/*
 * tensor_file.c - writes raw and npy files of tensors, and chooses their names
 */
#include "cli/tensors/tensor_file.h"

#include "cli/flags/dtypes.h"
#include "cli/tensors/gather.h"

#include <inttypes.h>
#include <string.h>

/* File systems allow 255 bytes.  The final name is shortened so that a longer temporary name fits. */
#define NAME_MAX_BYTES 200

/* numpy.load() expects the size of the head to be a multiple of this. */
#define NPY_ALIGNMENT 64

/* Returns the bytes that dtype and shape require, or UINT64_MAX if they are too many. */
static uint64_t expected_size(const struct znn_tensor *tensor)
{
    uint64_t bits = tensor->bits;
    for (size_t i = 0; i < tensor->rank; i++) {
        if (bits > 0 && tensor->shape[i] > UINT64_MAX / bits)
            return UINT64_MAX;
        bits *= tensor->shape[i];
    }
    return bits % 8 == 0 ? bits / 8 : UINT64_MAX;
}

static bool is_metadata(const struct znn_tensor *tensor)
{
    static const char reserved[] = "__metadata__";
    return tensor->name_size == sizeof reserved - 1 && memcmp(tensor->name, reserved, sizeof reserved - 1) == 0;
}

const char *znn_tensor_obstacle(const struct znn_tensor *tensor, enum form form)
{
    const struct dtype *dtype = znn_dtype_find(tensor->dtype);
    if (form == FORM_NPY && !dtype->npy)
        return "npy has no such type";
    if (form == FORM_SAFETENSORS && dtype->order == 0)
        return "safetensors has no such type";
    if (form == FORM_SAFETENSORS && is_metadata(tensor))
        return "safetensors reserves this name";
    if (form == FORM_RAW)
        return NULL;
    if (tensor->is_strided)
        return znn_gather_obstacle(tensor);
    if (znn_tensor_missing(tensor) > 0)
        return "the file is cut, so part of the tensor is missing";
    return expected_size(tensor) == tensor->size ? NULL : "its size does not match its shape";
}

bool znn_tensor_is_gathered(const struct znn_tensor *tensor)
{
    return tensor->is_strided && !znn_gather_obstacle(tensor);
}

uint64_t znn_tensor_file_size(const struct znn_tensor *tensor)
{
    return znn_tensor_is_gathered(tensor) ? znn_tensor_dense_size(tensor) : tensor->size;
}

void znn_npy_head(struct text *head, const struct znn_tensor *tensor)
{
    struct text dict = {0};
    znn_text_format(&dict, "{'descr': '%s', 'fortran_order': False, 'shape': (", znn_dtype_find(tensor->dtype)->npy);
    for (size_t i = 0; i < tensor->rank; i++)
        znn_text_format(&dict, "%s%" PRIu64 "%s", i > 0 ? " " : "", tensor->shape[i],
                        i + 1 < tensor->rank || tensor->rank == 1 ? "," : "");
    znn_text_format(&dict, "), }");
    bool is_long = dict.size + NPY_ALIGNMENT > UINT16_MAX; /* if so, the length has four bytes, in version 2 */
    size_t before = is_long ? 12 : 10;
    while ((before + dict.size + 1) % NPY_ALIGNMENT != 0 && !dict.failed)
        znn_text_add(&dict, " ", 1);
    znn_text_add(&dict, "\n", 1);
    unsigned char size[4] = {(unsigned char)dict.size, (unsigned char)(dict.size >> 8),
                             (unsigned char)(dict.size >> 16), (unsigned char)(dict.size >> 24)};
    znn_text_add(head, "\x93NUMPY", 6);
    znn_text_add(head, is_long ? "\2\0" : "\1\0", 2);
    znn_text_add(head, size, before - 8);
    znn_text_add(head, dict.data, dict.size);
    head->failed = head->failed || dict.failed;
    znn_text_free(&dict);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Names                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

static void add_escaped(struct text *text, const char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        znn_text_format(text, "%%%02X", (unsigned char)data[i]);
}

/* Adds characters of the name while they fit.  Returns false if one did not fit. */
static bool add_characters(struct text *text, const struct znn_tensor *tensor, size_t limit)
{
    const char *name = tensor->name;
    size_t left = tensor->name_size;
    while (left > 0) {
        char shown[SHOWN_MAX];
        size_t shown_size;
        size_t size = znn_text_show(name, left, shown, &shown_size);
        bool is_plain = shown_size == size && !strchr("/\\%:*?\"<>|", name[0]);
        bool is_hidden = name[0] == '.' && left == tensor->name_size;
        bool is_kept = is_plain && !is_hidden;
        if (text->size + (is_kept ? size : 3 * size) > limit)
            return false;
        if (is_kept)
            znn_text_add(text, name, size);
        else
            add_escaped(text, name, size);
        name += size;
        left -= size;
    }
    return true;
}

void znn_tensor_file_name(struct text *text, const struct znn_tensor *tensor, const char *extension, size_t number,
                          bool is_shared)
{
    size_t start = text->size;
    bool is_whole = add_characters(text, tensor, start + NAME_MAX_BYTES);
    if (!is_whole || is_shared || text->size == start)
        znn_text_format(text, "%%~%zu", number);
    znn_text_format(text, ".%s", extension);
}
