/*
 * extract.c - the command extract: some tensors of a .znn file
 *
 *     names                      form          -o             written
 *     one tensor                 raw, npy      none           standard output
 *                                              FILE           FILE
 *     one or more                raw, npy      DIR            a file for each in DIR, which is made if need be
 *     one or more                safetensors   none or FILE   one file with all of them
 */
#include "cli/args.h"
#include "cli/excerpt.h"
#include "cli/gather.h"
#include "cli/message.h"
#include "cli/names.h"
#include "cli/operands.h"
#include "cli/selection.h"
#include "cli/tensor_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct item {
    struct znn_tensor tensor;
    size_t number;
    bool is_shared; /* another one has the same name */
};

struct extraction {
    const struct settings *settings;
    struct excerpt source;
    enum form form;
    struct item *items; /* by name */
    size_t count;
    struct written written;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* What to extract                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct item *x = a;
    const struct item *y = b;
    int order = znn_tensor_compare_names(&x->tensor, &y->tensor);
    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static bool load(struct extraction *extraction, const struct selection *selection)
{
    size_t count = selection->count;
    struct item *items = calloc(count + 1, sizeof *items);
    extraction->items = items;
    if (!items)
        return znn_say_memory_error(NULL);
    for (size_t i = 0; i < count; i++) {
        items[i].number = selection->tensors[i];
        znn_reader_tensor(extraction->source.reader, items[i].number, &items[i].tensor);
    }
    qsort(items, count, sizeof *items, compare);
    for (size_t i = 1; i < count; i++)
        if (znn_tensor_compare_names(&items[i - 1].tensor, &items[i].tensor) == 0)
            items[i].is_shared = items[i - 1].is_shared = true;
    extraction->count = count;
    return true;
}

static uint64_t total_size(const struct extraction *extraction)
{
    uint64_t size = 0; /* of an original, so that the sum stands below 2^64 unless tensors overlap a lot */
    for (size_t i = 0; i < extraction->count; i++)
        size += znn_tensor_file_size(&extraction->items[i].tensor);
    return size;
}

static bool say_about(const struct extraction *extraction, const struct item *item, const char *what, bool is_error)
{
    struct text name = {0};
    znn_text_add_shown(&name, item->tensor.name, item->tensor.name_size);
    znn_text_add(&name, "", 1);
    const char *file = extraction->source.file.name;
    const char *shown = name.failed ? "" : name.data;
    if (is_error)
        znn_say_error(file, "tensor '%s': %s", shown, what);
    else
        znn_say_warning(file, "tensor '%s': %s", shown, what);
    znn_text_free(&name);
    return false;
}

static bool check_surplus(const struct extraction *extraction)
{
    uint64_t left = GATHER_SURPLUS;
    for (size_t i = 0; i < extraction->count; i++) {
        const struct item *item = &extraction->items[i];
        uint64_t size = znn_tensor_file_size(&item->tensor);
        uint64_t surplus = size > item->tensor.size ? size - item->tensor.size : 0;
        if (surplus > left)
            return say_about(extraction, item, "repeats its elements, and would take over 1 GiB more than they do",
                             true);
        left -= surplus;
    }
    return true;
}

static bool check(const struct extraction *extraction)
{
    bool fine = true;
    for (size_t i = 0; i < extraction->count; i++) {
        const struct item *item = &extraction->items[i];
        const char *obstacle = znn_tensor_obstacle(&item->tensor, extraction->form);
        if (obstacle)
            fine = say_about(extraction, item, obstacle, true);
        else if (extraction->form == FORM_SAFETENSORS && item->is_shared)
            fine = say_about(extraction, item, "two have this name, which safetensors does not allow", true);
        else if (znn_tensor_missing(&item->tensor) > 0)
            say_about(extraction, item, "the file is cut, and does not have all of it", false);
        else if (item->tensor.is_strided && !znn_tensor_is_gathered(&item->tensor))
            say_about(extraction, item, "its elements do not lie in the order of its shape", false);
    }
    return fine ? check_surplus(extraction) : znn_say_error(NULL, "nothing is extracted; try --format raw");
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where to                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_directory(const char *path)
{
    struct stat status;
    return path[0] && (path[strlen(path) - 1] == '/' || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)));
}

/* Writes the head and the bytes of `count` tensors to `path`, or to standard output where that is NULL. */
static bool write_file(struct extraction *extraction, const char *path, const struct text *head,
                       const struct znn_tensor *tensors, size_t count)
{
    struct output_file output = {
        .path = path,
        .input = &extraction->source.file,
        .base = &extraction->source.base,
        .base_dir = extraction->settings->base_dir,
        .written = &extraction->written,
        .is_chosen = true,
        .force = extraction->settings->force,
        .is_part = true,
    };
    if (head->failed)
        return znn_say_memory_error(NULL);
    if (count > 0 && tensors[0].size > 0 && !znn_excerpt_try(&extraction->source, tensors[0].offset))
        return false; /* and not even a head has been written */
    if (!znn_output_file_open(&output))
        return false;
    bool fine = znn_output_file_write(&output, head->data, head->size);
    for (size_t i = 0; i < count && fine; i++)
        fine = znn_tensor_is_gathered(&tensors[i])
                   ? znn_gather_copy(&extraction->source, &tensors[i], &output)
                   : znn_excerpt_copy(&extraction->source, tensors[i].offset, tensors[i].size, &output);
    if (fine)
        return znn_output_file_publish(&output);
    znn_output_file_discard(&output);
    return false;
}

static bool write_single(struct extraction *extraction, const char *path, const struct item *item)
{
    struct text head = {0};
    if (extraction->form == FORM_NPY)
        znn_npy_head(&head, &item->tensor);
    bool fine = write_file(extraction, path, &head, &item->tensor, 1);
    znn_text_free(&head);
    if (fine && path)
        znn_say_result("%s: %llu bytes", path, (unsigned long long)znn_tensor_file_size(&item->tensor));
    return fine;
}

static bool write_to_directory(struct extraction *extraction, const char *directory)
{
    bool fine = true;
    size_t size = strlen(directory);
    if (mkdir(directory, 0777) != 0 && errno != EEXIST)
        return znn_say_system_error(directory, "create", errno, "");
    for (size_t i = 0; i < extraction->count; i++) {
        const struct item *item = &extraction->items[i];
        struct text path = {0};
        znn_text_add(&path, directory, size);
        if (directory[size - 1] != '/')
            znn_text_add(&path, "/", 1);
        znn_tensor_file_name(&path, &item->tensor, extraction->form == FORM_NPY ? "npy" : "raw", item->number,
                             item->is_shared);
        znn_text_add(&path, "", 1);
        bool written = path.failed ? znn_say_memory_error(NULL) : write_single(extraction, path.data, item);
        fine = written && fine;
        znn_text_free(&path);
    }
    return fine;
}

static bool write_safetensors(struct extraction *extraction, const char *path)
{
    struct text head = {0};
    struct znn_tensor *tensors = calloc(extraction->count + 1, sizeof *tensors);
    if (!tensors)
        return znn_say_memory_error(NULL);
    for (size_t i = 0; i < extraction->count; i++)
        tensors[i] = extraction->items[i].tensor;
    znn_safetensors_head(&head, tensors, extraction->count);
    bool fine = write_file(extraction, path, &head, tensors, extraction->count);
    znn_text_free(&head);
    if (fine && path)
        znn_say_result("%s: %zu tensor%s, %llu bytes", path, extraction->count, extraction->count == 1 ? "" : "s",
                       (unsigned long long)total_size(extraction));
    free(tensors);
    return fine;
}

static bool write_all(struct extraction *extraction)
{
    const char *output = extraction->settings->output;
    if (!check(extraction))
        return false;
    znn_excerpt_show_progress(&extraction->source, total_size(extraction), !output);
    if (extraction->form == FORM_SAFETENSORS)
        return write_safetensors(extraction, output);
    if (output && (extraction->count > 1 || is_directory(output)))
        return write_to_directory(extraction, output);
    if (extraction->count > 1)
        return znn_say_error(NULL, "%zu tensors are selected; give a directory with -o, or use --format safetensors",
                             extraction->count);
    return write_single(extraction, output, &extraction->items[0]);
}

static bool extract(struct extraction *extraction)
{
    const struct settings *settings = extraction->settings;
    struct selection selection;
    bool fine = znn_selection_make(&selection, extraction->source.reader, extraction->source.file.name,
                                   settings->operands + 1, settings->operand_count - 1);
    fine = fine && load(extraction, &selection);
    znn_selection_free(&selection);
    fine = fine && write_all(extraction);
    free(extraction->items);
    znn_written_free(&extraction->written);
    return fine;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The command                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool has_extension(const char *path, const char *extension)
{
    size_t size = strlen(path);
    size_t extension_size = strlen(extension);
    return size > extension_size && strcmp(path + size - extension_size, extension) == 0;
}

/* Where the user does not say, the name of the output does. */
static enum form choose_form(const struct settings *settings)
{
    if (settings->form != FORM_ANY)
        return settings->form;
    if (settings->output && has_extension(settings->output, ".safetensors"))
        return FORM_SAFETENSORS;
    return settings->output && has_extension(settings->output, ".npy") ? FORM_NPY : FORM_RAW;
}

/* Names of files that hold more than bytes, in forms that are not written here: a loader would only find out later. */
static bool check_name(const struct settings *settings)
{
    static const char *const others[] = {".pt",  ".pth",     ".ckpt",     ".distcp", ".gguf",   ".ggml",   ".onnx",
                                         ".h5",  ".hdf5",    ".keras",    ".npz",    ".pkl",    ".tflite", ".zip",
                                         ".tar", ".msgpack", ".pdparams", ".znn",    ".mlmodel"};
    const char *output = settings->output;
    bool is_raw = settings->form == FORM_RAW;
    for (size_t i = 0; output && !is_raw && i < sizeof others / sizeof *others; i++)
        if (has_extension(output, others[i]) && !is_directory(output))
            return znn_say_error(output,
                                 "extract writes no %s files; give a name in .safetensors or .npy, or take the "
                                 "bytes alone with --format raw",
                                 others[i]);
    return true;
}

static bool check_usage(struct settings *settings)
{
    if (settings->operand_count < 2)
        return znn_say_error(NULL, "name a .znn file and the tensors to extract, such as: znn extract model.znn "
                                   "lm_head.weight");
    if (settings->output && znn_operand_is_stdout(settings->output))
        settings->output = NULL;
    if (!settings->output && isatty(STDOUT_FILENO))
        return znn_say_error(NULL, "tensors do not go to a terminal; use -o, or redirect standard output");
    return check_name(settings);
}

int znn_command_extract(struct settings *settings)
{
    if (!check_usage(settings))
        return EXIT_USAGE;
    struct extraction extraction = {.settings = settings, .form = choose_form(settings)};
    if (!znn_excerpt_open(&extraction.source, settings, settings->operands[0]))
        return EXIT_FAILED;
    bool fine = extract(&extraction);
    znn_excerpt_close(&extraction.source);
    if (!settings->output && close(STDOUT_FILENO) != 0)
        fine = znn_say_system_error(STDOUT_NAME, "write", errno, "");
    return fine ? EXIT_DONE : EXIT_FAILED;
}
