/*
 * sniff.c - does a file start like a model?
 */
#include "model/sniff.h"

#include <stdbool.h>
#include <string.h>

#include "common/bytes.h"
#include "model/model.h"
#include "model/torch_legacy.h"
#include "model/zip.h"

struct start {
    const uint8_t *bytes;
    size_t size;
    uint64_t file_size;
};

static bool is_safetensors(const struct start *start)
{
    if (start->size < 10 || start->bytes[8] != '{')
        return false;
    uint64_t length = load_le64(start->bytes);
    return length >= 2 && start->file_size >= 8 && length <= start->file_size - 8 &&
           memchr("\"} \t\r\n", start->bytes[9], 6);
}

static bool ends_in(const uint8_t *text, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    return size >= end_size && memcmp(text + size - end_size, end, end_size) == 0;
}

/* A zip's first header is followed by the name of its first member. */
static const char *zip_format(const struct start *start)
{
    static const struct {
        const char *end;
        enum model_format format;
    } members[] = {
        {"/data.pkl", FORMAT_TORCH_ZIP},
        {"/version", FORMAT_TORCHSCRIPT},
        {".npy", FORMAT_NPZ},
        {".pt", FORMAT_ZIP},
        {".pth", FORMAT_ZIP},
        {".safetensors", FORMAT_ZIP},
    };
    if (start->size < ZIP_LOCAL_SIZE || memcmp(start->bytes, "PK\3\4", 4) != 0)
        return NULL;
    size_t size = load_le16(start->bytes + 26);
    if (size > start->size - ZIP_LOCAL_SIZE)
        return NULL;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (ends_in(start->bytes + ZIP_LOCAL_SIZE, size, members[i].end))
            return znn_format_name(members[i].format);
    return NULL;
}

/* Marks at a fixed place. */
static const char *marked_format(const struct start *start)
{
    static const struct {
        size_t offset;
        const char *mark;
        const char *name; /* of what no scanner reads; NULL: the format's */
        enum model_format format;
    } marks[] = {
        {0, "GGUF", NULL, FORMAT_GGUF},      {0, "\x93NUMPY", NULL, FORMAT_NPY}, {0, "lmgg", "ggml", FORMAT_BYTES},
        {0, "fmgg", "ggml", FORMAT_BYTES},   {0, "tjgg", "ggml", FORMAT_BYTES},  {0, "algg", "ggml", FORMAT_BYTES},
        {4, "TFL3", "tflite", FORMAT_BYTES},
    };
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t size = strlen(marks[i].mark);
        if (start->size >= marks[i].offset + size && memcmp(start->bytes + marks[i].offset, marks[i].mark, size) == 0)
            return marks[i].name ? marks[i].name : znn_format_name(marks[i].format);
    }
    return NULL;
}

const char *znn_model_sniff(const void *data, size_t size, uint64_t file_size)
{
    const struct start start = {data, size, file_size};
    const char *format = zip_format(&start);
    if (!format)
        format = marked_format(&start);
    if (!format && znn_torch_legacy_has_magic(start.bytes, size))
        format = znn_format_name(FORMAT_TORCH_LEGACY);
    if (!format && is_safetensors(&start))
        format = znn_format_name(FORMAT_SAFETENSORS);
    return format;
}
