/*
 * decompress.c - the command decompress
 */
#include "cli/commands/range.h"
#include "cli/commands/salvage.h"
#include "cli/flags/names.h"
#include "cli/input/original_name.h"
#include "cli/input/zipnn.h"
#include "cli/say/message.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"
#include "cli/transfer/recursive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Reads the header of a regular file without moving its position. */
static bool read_header(struct batch *batch, const struct input_file *input, struct znn_header *header)
{
    uint8_t data[ZNN_HEADER_MAX];
    ptrdiff_t size = znn_file_read_at(input->fd, data, sizeof data, 0);
    if (size < 0)
        return znn_say_system_error(input->name, "read", errno, "");
    struct znn_error error = ZNN_INIT(struct znn_error);
    batch->status = znn_read_header(data, (size_t)size, header, &error);
    if (batch->status && batch->status != ZNN_ERROR_TOO_NEW && batch->settings->salvage)
        return znn_say_error(input->name,
                             "the header, which stores the extension, is damaged; name the output with -o");
    return !batch->status || znn_zipnn_say(input, &error);
}

/*
 * Makes the original's name from `target`, which is the path of the input or, with -r, its place in the output.  The
 * caller frees the name.  Returns NULL and reports the reason if there is no name.
 */
static char *choose_name(struct batch *batch, const struct input_file *input, const char *target)
{
    if (input->status.kind != FILE_REGULAR) {
        znn_say_error(input->name, "is not a regular file; name the output with -o, or use -c");
        return NULL;
    }
    struct znn_header header = ZNN_INIT(struct znn_header);
    if (!read_header(batch, input, &header))
        return NULL;
    if (!znn_names_is_znn(target)) {
        znn_say_error(input->name, "does not end in .znn; name the output with -o, or use -c");
        return NULL;
    }
    if (!znn_original_extension_is_harmless(header.extension)) {
        znn_say_error(input->name, "stores an invalid extension; name the output with -o");
        return NULL;
    }
    char *name = znn_names_decompressed(target, header.extension);
    if (!name)
        znn_say_memory_error(input->name);
    return name;
}

static bool decompress_to(struct batch *batch, const struct input_file *input, const char *output)
{
    return batch->settings->salvage ? znn_salvage_file(batch, input, output)
                                    : znn_transfer(batch, input, output, NULL, false);
}

static bool decompress_named(struct batch *batch, const struct input_file *input, const char *target)
{
    char *output = choose_name(batch, input, target);
    bool fine = output && decompress_to(batch, input, output);
    free(output);
    return fine;
}

/*
 * `target` is the path that the output's name is made from, or NULL if the flags or standard input determine the
 * output.  Returns false if it failed.  The failure is reported but not yet counted.
 */
static bool decompress_one(struct batch *batch, const char *path, const char *target)
{
    struct input_file input;
    if (!znn_batch_open(batch, path, &input))
        return false;
    bool fine =
        znn_batch_make_directory(batch) &&
        (target ? decompress_named(batch, &input, target) : decompress_to(batch, &input, batch->settings->target.path));
    znn_input_file_close(&input);
    return fine;
}

/* With -o DIR, the name is made as if the .znn file were in DIR. */
static void decompress_operand(struct batch *batch, const char *operand)
{
    const struct settings *settings = batch->settings;
    bool is_directed = settings->target.path || settings->target.to_stdout || znn_operand_is_stdin(operand);
    char *target = settings->target.directory ? znn_path_within(settings->target.directory, operand) : NULL;
    bool fine = settings->target.directory && !target ? znn_say_memory_error(operand)
                                                      : decompress_one(batch, operand,
                                                                       is_directed ? NULL
                                                                       : target    ? target
                                                                                   : operand);
    free(target);
    if (!fine)
        znn_batch_fail(batch, operand);
}

int znn_command_decompress(struct settings *settings)
{
    static const struct recursive_work work = {DECOMPRESSING, decompress_one, znn_original_name};
    if (settings->range.is_given && !settings->tree.recursive)
        return znn_range_decompress(settings);
    if (!znn_operands_check(settings, DECOMPRESSING))
        return EXIT_USAGE;
    if (settings->tree.recursive)
        return znn_recursive_run(settings, &work);
    struct batch batch;
    znn_batch_start(&batch, settings, DECOMPRESSING);
    for (size_t i = 0; i < settings->operand_count; i++)
        decompress_operand(&batch, settings->operands[i]);
    return znn_batch_end(&batch);
}
