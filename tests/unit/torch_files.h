/*
 * torch_files.h - small PyTorch files to scan, and what to expect of them
 *
 * A file is scanned in three ways, from memory, by random access and as a stream that comes a thousand bytes at a time.
 */
#ifndef ZNN_TESTS_TORCH_FILES_H
#define ZNN_TESTS_TORCH_FILES_H

#include "zip_writer.h"

#include "callbacks.h"
#include "model/model.h"
#include "model_check.h"
#include "support.h"

/* Scans `input`, whose tensors must lie in `size` bytes; free the model with znn_model_free(). */
static inline struct model scan_input(struct znn_input *input, uint64_t size)
{
    struct source source;
    struct model model = {0};
    struct znn_error error = ZNN_INIT(struct znn_error);
    znn_source_open(&source, input);
    assert_int_equal(znn_model_scan(&source, &model, &error), ZNN_OK);
    znn_source_close(&source);
    const char *fault = model_fault(&model, size);
    if (fault)
        fail_msg("%s", fault);
    return model;
}

/* Scans `file`; free the model with znn_model_free(). */
static inline struct model scan_file(const struct buffer *file, enum way way)
{
    struct feed feed = {.data = file->data, .size = file->size, .step = way == WAY_STREAM ? 1000 : 0};
    struct znn_input input = feed_input(&feed, way);
    return scan_input(&input, way == WAY_STREAM ? ZNN_SIZE_UNKNOWN : file->size);
}

/* Scans `file` with each read failing in turn, until none does. */
static inline void expect_read_errors(const struct buffer *file, enum way way)
{
    enum znn_status status = ZNN_ERROR_IO;
    for (unsigned call = 1; status != ZNN_OK; call++) {
        struct faults faults = {.fail_at = call, .reason = EIO};
        struct feed feed = {.data = file->data, .size = file->size, .faults = &faults};
        struct znn_input input = feed_input(&feed, way);
        struct source source;
        struct model model = {0};
        struct znn_error error = ZNN_INIT(struct znn_error);
        znn_source_open(&source, &input);
        status = znn_model_scan(&source, &model, &error);
        assert_int_equal(status, atomic_load(&faults.calls) < call ? ZNN_OK : ZNN_ERROR_IO);
        assert_int_equal(error.status, status);
        znn_model_free(&model);
        znn_source_close(&source);
    }
}

/* The tensor of that name, or with "" the span without a name at `offset`. */
static inline const struct tensor *find_tensor(const struct model *model, const char *name, uint64_t offset)
{
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        if (tensor->name_size != strlen(name))
            continue;
        if (*name ? memcmp(model->text.data + tensor->text, name, tensor->name_size) == 0 : tensor->offset == offset)
            return tensor;
    }
    return NULL;
}

/* `shape` is written as in "2x3", "" for a scalar. */
static inline void expect_tensor(const struct model *model, const char *name, unsigned flags, enum dtype dtype,
                                 uint64_t offset, uint64_t size, const char *shape)
{
    const struct tensor *tensor = find_tensor(model, name, offset);
    char shown[100] = "";
    if (!tensor)
        fail_msg("%s is not there", name);
    const uint8_t *text = tensor->rank ? model->text.data + tensor->text + tensor->name_size : NULL;
    for (uint32_t i = 0; i < tensor->rank; i++) /* of dimensions below 128 */
        snprintf(shown + strlen(shown), sizeof shown - strlen(shown), i ? "x%d" : "%d", text[i]);
    if (tensor->flags != flags || tensor->dtype != dtype || tensor->offset != offset || tensor->size != size ||
        strcmp(shown, shape) != 0)
        fail_msg("%s: %d %s %" PRIu64 "+%" PRIu64 " %s instead of %u %s %" PRIu64 "+%" PRIu64 " %s", name,
                 tensor->flags, znn_dtype_info((enum dtype)tensor->dtype)->name, tensor->offset, tensor->size, shown,
                 flags, znn_dtype_info(dtype)->name, offset, size, shape);
}

static inline void expect_listed(const struct model *model, size_t count)
{
    size_t listed = 0;
    for (size_t i = 0; i < model->count; i++)
        listed += (model->tensors[i].flags & TENSOR_LISTED) != 0;
    assert_int_equal(listed, count);
}

enum { SPAN = TENSOR_SPAN, LISTED = TENSOR_LISTED, BOTH = TENSOR_SPAN | TENSOR_LISTED, STRIDED = TENSOR_STRIDED };

/* A zip with a pickle "m/data.pkl", and storages "m/data/0" and so on of 64 bytes each. */
struct torch_zip {
    struct zip_writer zip;
    struct buffer pickle;
    uint64_t place[4];
    uint64_t pickle_place;
};

static inline void put_storages(struct torch_zip *torch, const char *folder)
{
    static const char bytes[64] = "storage";
    for (char i = 0; i < 4; i++) {
        char name[50];
        snprintf(name, sizeof name, "%s%c", folder, '0' + i);
        torch->place[(int)i] = zip_add(&torch->zip, name, bytes, sizeof bytes);
    }
}

static inline struct model scan_zip(struct torch_zip *torch)
{
    torch->pickle_place = zip_add(&torch->zip, "m/data.pkl", torch->pickle.data, torch->pickle.size);
    put_storages(torch, "m/data/");
    zip_finish(&torch->zip);
    struct model model = scan_file(&torch->zip.file, WAY_RANDOM_ACCESS);
    assert_int_equal(model.format, FORMAT_TORCH_ZIP);
    return model;
}

static inline void free_zip(struct torch_zip *torch, struct model *model)
{
    znn_model_free(model);
    zip_free(&torch->zip);
    znn_buffer_free(&torch->pickle);
}

/* Starts a dict; keys and values follow, then "u." */
static inline struct torch_zip start_dict(void)
{
    struct torch_zip torch = {0};
    pickle_start(&torch.pickle);
    put_text(&torch.pickle, "}(");
    return torch;
}

static inline void add_tensor(struct torch_zip *torch, const char *name, struct pickle_tensor tensor)
{
    pickle_string(&torch->pickle, name);
    pickle_tensor(&torch->pickle, &tensor);
}

#endif
