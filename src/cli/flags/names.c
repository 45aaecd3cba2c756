/*
 * names.c - makes the names of compressed and decompressed files
 */
#include "cli/flags/names.h"

#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

#define SUFFIX ".znn"

static const char *const model_extensions[] = {
    "safetensors", "bin", "pt", "pth", "ckpt", "gguf", "npy", "onnx", "h5", "th", "tar",
};

/* Models have these extensions, too, but .znn is appended to them: there are too many for replacing them all. */
static const char *const kept_extensions[] = {
    "caffemodel", "distcp",   "ggml", "hdf5",      "joblib",    "keras",  "mlmodel",
    "msgpack",    "nemo",     "npz",  "onnx.data", "onnx_data", "params", "pdiparams",
    "pdopt",      "pdparams", "pkl",  "pte",       "ptl",       "tflite", "weights",
};

/* Returns true if the first `size` bytes of `path` end in the extension `extension` with something before it. */
static bool has_extension(const char *path, size_t size, const char *extension)
{
    size_t base_size = size - (size_t)(znn_path_base(path) - path);
    size_t extension_size = strlen(extension);
    return base_size > extension_size + 1 && path[size - extension_size - 1] == '.' &&
           memcmp(path + size - extension_size, extension, extension_size) == 0;
}

bool znn_names_is_znn(const char *path)
{
    return has_extension(path, strlen(path), &SUFFIX[1]);
}

static const char *find_extension(const char *path, size_t size)
{
    for (size_t i = 0; i < sizeof model_extensions / sizeof *model_extensions; i++)
        if (has_extension(path, size, model_extensions[i]))
            return model_extensions[i];
    return NULL;
}

const char *znn_names_model_extension(const char *path)
{
    size_t size = strlen(path);
    const char *extension = find_extension(path, size);
    return extension && has_extension(path, size - strlen(extension) - 1, extension) ? NULL : extension;
}

/* "variables.data-00000-of-00001" */
static bool is_tensorflow_shard(const char *path)
{
    static const char mark[] = ".data-";
    const char *base = znn_path_base(path);
    const char *found = strstr(base, mark);
    if (!found || found == base)
        return false;
    found += sizeof mark - 1;
    size_t digits = strspn(found, "0123456789");
    return digits > 0 && strncmp(found + digits, "-of-", 4) == 0;
}

bool znn_names_is_model(const char *path)
{
    for (size_t i = 0; i < sizeof kept_extensions / sizeof *kept_extensions; i++)
        if (has_extension(path, strlen(path), kept_extensions[i]))
            return true;
    return find_extension(path, strlen(path)) || is_tensorflow_shard(path);
}

const char *znn_names_extension(size_t i)
{
    return i < sizeof model_extensions / sizeof *model_extensions ? model_extensions[i] : NULL;
}

char *znn_names_compressed(const char *path, const char *extension)
{
    size_t size = strlen(path);
    return znn_path_join(path, extension ? size - strlen(extension) - 1 : size, SUFFIX);
}

char *znn_names_decompressed(const char *path, const char *extension)
{
    size_t size = strlen(path) - strlen(SUFFIX);
    if (*extension == '\0' || has_extension(path, size, extension))
        return znn_path_join(path, size, "");
    char *dotted = znn_path_join(path, size, ".");
    char *name = dotted ? znn_path_join(dotted, size + 1, extension) : NULL;
    free(dotted);
    return name;
}
