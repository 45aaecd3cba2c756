/*
 * extract.c - the command extract: writes some tensors of a .znn file
 *
 *     names                      form          -o             written
 *     one tensor                 raw, npy      none           standard output
 *                                              FILE           FILE
 *     one or more                raw, npy      DIR            a file for each in DIR, which is made if need be
 *     one or more                safetensors   none or FILE   one file with all of them
 */
#include "cli/flags/args.h"
#include "cli/flags/operands.h"
#include "cli/flags/selection.h"
#include "cli/say/message.h"
#include "cli/show/ordering.h"
#include "cli/system/file_status.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"
#include "cli/system/terminal.h"
#include "cli/tensors/excerpt.h"
#include "cli/tensors/gather.h"
#include "cli/tensors/tensor_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* There may be millions of tensors, so entries are small.  The reader knows everything else about a tensor. */
struct extraction {
    const struct settings *settings;
    struct excerpt source;
    enum form form;
    struct entry *entries; /* by name */
    size_t count;
    struct written written;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* What to extract                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct znn_tensor tensor_at(const struct extraction *extraction, size_t i)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(extraction->source.reader, extraction->entries[i].number, &tensor);
    return tensor;
}

/* Returns true if another tensor has the same name. */
static bool is_shared(const struct extraction *extraction, size_t i)
{
    const struct entry *entry = &extraction->entries[i];
    return (i > 0 && znn_entry_has_name_of(entry - 1, entry)) ||
           (i + 1 < extraction->count && znn_entry_has_name_of(entry, entry + 1));
}

static bool load(struct extraction *extraction, const struct selection *selection)
{
    const struct znn_reader *reader = extraction->source.reader;
    struct entry *entries = znn_entries_new(selection->count);
    extraction->entries = entries;
    if (!entries)
        return false;
    for (size_t i = 0; i < znn_reader_tensor_count(reader); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        if (!selection->chosen[i])
            continue;
        znn_reader_tensor(reader, i, &tensor);
        entries[extraction->count++] = (struct entry){
            .key.name = tensor.name, .more.name_size = (uint32_t)tensor.name_size, .number = (uint32_t)i};
    }
    return znn_entries_sort(entries, extraction->count, znn_entry_by_bytes);
}

static uint64_t total_size(const struct extraction *extraction)
{
    uint64_t size = 0; /* below 2^64 unless tensors overlap a lot, because they come from one original */
    for (size_t i = 0; i < extraction->count; i++) {
        struct znn_tensor tensor = tensor_at(extraction, i);
        size += znn_tensor_file_size(&tensor);
    }
    return size;
}

static bool say_about(const struct extraction *extraction, const struct znn_tensor *tensor, const char *what,
                      bool is_error)
{
    struct text name = {0};
    znn_text_add_shown(&name, tensor->name, tensor->name_size);
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
        struct znn_tensor tensor = tensor_at(extraction, i);
        uint64_t size = znn_tensor_file_size(&tensor);
        uint64_t surplus = size > tensor.size ? size - tensor.size : 0;
        if (surplus > left)
            return say_about(extraction, &tensor, "repeats elements, and would take over 1 GiB more than they do",
                             true);
        left -= surplus;
    }
    return true;
}

static bool check(const struct extraction *extraction)
{
    bool fine = true;
    for (size_t i = 0; i < extraction->count; i++) {
        struct znn_tensor tensor = tensor_at(extraction, i);
        const char *obstacle = znn_tensor_obstacle(&tensor, extraction->form);
        if (obstacle)
            fine = say_about(extraction, &tensor, obstacle, true);
        else if (extraction->form == FORM_SAFETENSORS && is_shared(extraction, i))
            fine = say_about(extraction, &tensor, "two tensors have this name, which safetensors does not allow", true);
        else if (znn_tensor_missing(&tensor) > 0)
            say_about(extraction, &tensor, "the file is cut, so part of the tensor is missing", false);
        else if (tensor.is_strided && !znn_tensor_is_gathered(&tensor))
            say_about(extraction, &tensor, "its elements are not in the order of its shape", false);
    }
    return fine ? check_surplus(extraction) : znn_say_error(NULL, "nothing is extracted; try --format raw");
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where to                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_directory(const char *path)
{
    return path[0] && (path[strlen(path) - 1] == '/' || znn_file_is_directory(path));
}

static bool write_head(const struct extraction *extraction, const uint32_t *numbers, size_t count,
                       struct output_file *output)
{
    if (extraction->form == FORM_SAFETENSORS)
        return znn_safetensors_write_head(output, extraction->source.reader, numbers, count);
    if (extraction->form != FORM_NPY)
        return true;
    struct text head = {0};
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(extraction->source.reader, numbers[0], &tensor);
    znn_npy_head(&head, &tensor);
    bool fine = head.failed ? znn_say_memory_error(NULL) : znn_output_file_write(output, head.data, head.size);
    znn_text_free(&head);
    return fine;
}

static bool write_bytes(struct extraction *extraction, size_t number, struct output_file *output)
{
    struct excerpt *source = &extraction->source;
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(source->reader, number, &tensor);
    return znn_tensor_is_gathered(&tensor) ? znn_gather_copy(source, &tensor, output)
                                           : znn_excerpt_copy(source, tensor.offset, tensor.size, output);
}

/* Writes the head and the bytes of the `count` tensors with these numbers to `path`, or to standard output if it is
 * NULL. */
static bool write_file(struct extraction *extraction, const char *path, const uint32_t *numbers, size_t count)
{
    struct output_file output = {
        .path = path,
        .input = &extraction->source.file,
        .base = &extraction->source.base,
        .base_dir = extraction->settings->base.directory,
        .written = &extraction->written,
        .is_chosen = true,
        .force = extraction->settings->target.force,
        .is_part = true,
    };
    struct znn_tensor first = ZNN_INIT(struct znn_tensor);
    znn_reader_tensor(extraction->source.reader, numbers[0], &first);
    if (first.size > 0 && !znn_excerpt_try(&extraction->source, first.offset))
        return false; /* before even a head is written */
    if (!znn_output_file_open(&output))
        return false;
    bool fine = write_head(extraction, numbers, count, &output);
    for (size_t i = 0; i < count && fine; i++)
        fine = write_bytes(extraction, numbers[i], &output);
    if (fine)
        return znn_output_file_publish(&output);
    znn_output_file_discard(&output);
    return false;
}

static bool write_single(struct extraction *extraction, const char *path, size_t i)
{
    struct znn_tensor tensor = tensor_at(extraction, i);
    bool fine = write_file(extraction, path, &extraction->entries[i].number, 1);
    if (fine && path)
        znn_say_result("%s: %llu bytes", path, (unsigned long long)znn_tensor_file_size(&tensor));
    return fine;
}

static bool write_to_directory(struct extraction *extraction, const char *directory)
{
    bool fine = true;
    size_t size = strlen(directory);
    if (!znn_name_make_directory(directory, false) && errno != EEXIST)
        return znn_say_system_error(directory, "create", errno, "");
    for (size_t i = 0; i < extraction->count; i++) {
        struct znn_tensor tensor = tensor_at(extraction, i);
        struct text path = {0};
        znn_text_add(&path, directory, size);
        if (directory[size - 1] != '/')
            znn_text_add(&path, "/", 1);
        znn_tensor_file_name(&path, &tensor, extraction->form == FORM_NPY ? "npy" : "raw",
                             extraction->entries[i].number, is_shared(extraction, i));
        znn_text_add(&path, "", 1);
        bool written = path.failed ? znn_say_memory_error(NULL) : write_single(extraction, path.data, i);
        fine = written && fine;
        znn_text_free(&path);
    }
    return fine;
}

static bool write_safetensors(struct extraction *extraction, const char *path)
{
    size_t count = extraction->count;
    uint32_t *numbers = znn_safetensors_order(extraction->source.reader, extraction->entries, count);
    bool fine = numbers && write_file(extraction, path, numbers, count);
    free(numbers);
    if (fine && path)
        znn_say_result("%s: %zu tensor%s, %llu bytes", path, count, count == 1 ? "" : "s",
                       (unsigned long long)total_size(extraction));
    return fine;
}

static bool write_all(struct extraction *extraction)
{
    const char *output = extraction->settings->target.path;
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
    return write_single(extraction, output, 0);
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
    free(extraction->entries);
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

/* If the user does not give a form, the name of the output decides. */
static enum form choose_form(const struct settings *settings)
{
    if (settings->form != FORM_ANY)
        return settings->form;
    if (settings->target.path && has_extension(settings->target.path, ".safetensors"))
        return FORM_SAFETENSORS;
    return settings->target.path && has_extension(settings->target.path, ".npy") ? FORM_NPY : FORM_RAW;
}

/* Extensions of formats that extract cannot write.  Without this check, only a loader would notice. */
static bool check_name(const struct settings *settings)
{
    static const char *const others[] = {".pt",  ".pth",     ".ckpt",     ".distcp", ".gguf",   ".ggml",   ".onnx",
                                         ".h5",  ".hdf5",    ".keras",    ".npz",    ".pkl",    ".tflite", ".zip",
                                         ".tar", ".msgpack", ".pdparams", ".znn",    ".mlmodel"};
    const char *output = settings->target.path;
    bool is_raw = settings->form == FORM_RAW;
    for (size_t i = 0; output && !is_raw && i < sizeof others / sizeof *others; i++)
        if (has_extension(output, others[i]) && !is_directory(output))
            return znn_say_error(output,
                                 "extract cannot write %s files; use a name in .safetensors or .npy, or write the "
                                 "bytes only with --format raw",
                                 others[i]);
    return true;
}

static bool check_usage(struct settings *settings)
{
    if (settings->operand_count < 2)
        return znn_say_error(NULL, "name a .znn file and the tensors to extract, such as: znn extract model.znn "
                                   "lm_head.weight");
    if (settings->target.path && znn_operand_is_stdout(settings->target.path))
        settings->target.path = NULL;
    if (!settings->target.path && znn_terminal_is(STANDARD_OUTPUT))
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
    if (!settings->target.path && !znn_file_close(STANDARD_OUTPUT))
        fine = znn_say_system_error(STDOUT_NAME, "write", errno, "");
    return fine ? EXIT_DONE : EXIT_FAILED;
}
