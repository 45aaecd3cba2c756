/*
 * names.c - makes the names of compressed and decompressed files
 */
#include "cli/flags/names.h"

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

const char *znn_names_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Returns the first `size` bytes of `start`, followed by `end`. */
static char *join(const char *start, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    char *path = malloc(size + end_size + 1);
    if (!path)
        return NULL;
    memcpy(path, start, size);
    memcpy(path + size, end, end_size + 1);
    return path;
}

char *znn_names_directory(const char *path)
{
    size_t size = (size_t)(znn_names_base(path) - path);
    return size > 0 ? join(path, size, "") : join("", 0, ".");
}

char *znn_names_below(const char *directory, const char *name)
{
    size_t size = strlen(directory);
    char *slashed = join(directory, size, "/");
    char *path = slashed ? join(slashed, size + 1, name) : NULL;
    free(slashed);
    return path;
}

char *znn_names_root(const char *directory)
{
    size_t size = strlen(directory);
    while (size > 0 && directory[size - 1] == '/')
        size--;
    return size > 0 ? join(directory, size, "") : join("", 0, "/.");
}

char *znn_names_within(const char *directory, const char *path)
{
    char *root = znn_names_root(directory);
    char *joined = root ? znn_names_below(root, znn_names_base(path)) : NULL;
    free(root);
    return joined;
}

/* Returns true if the first `size` bytes of `path` end in the extension `extension` with something before it. */
static bool has_extension(const char *path, size_t size, const char *extension)
{
    size_t base_size = size - (size_t)(znn_names_base(path) - path);
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
    const char *base = znn_names_base(path);
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
    return join(path, extension ? size - strlen(extension) - 1 : size, SUFFIX);
}

char *znn_names_decompressed(const char *path, const char *extension)
{
    size_t size = strlen(path) - strlen(SUFFIX);
    if (*extension == '\0' || has_extension(path, size, extension))
        return join(path, size, "");
    char *dotted = join(path, size, ".");
    char *name = dotted ? join(dotted, size + 1, extension) : NULL;
    free(dotted);
    return name;
}
