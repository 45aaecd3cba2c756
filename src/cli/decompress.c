/*
 * decompress.c - the command decompress
 */
#include "cli/message.h"
#include "cli/names.h"
#include "cli/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads the header of a regular file, whose position stays where it is. */
static bool read_header(const struct input_file *input, struct znn_header *header)
{
    static const size_t capacity = ZNN_HEADER_MAX;
    uint8_t data[ZNN_HEADER_MAX];
    size_t size = 0;
    ssize_t got = 1;
    while (got > 0 && size < capacity) {
        got = pread(input->fd, data + size, capacity - size, (off_t)size);
        if (got < 0)
            return znn_say_error(input->name, "could not read: %s", strerror(errno));
        size += (size_t)got;
    }
    struct znn_error error;
    return znn_read_header(data, size, header, &error) == ZNN_OK || znn_say_failure(input->name, &error);
}

/*
 * The extension comes from the file, which may come from anywhere.  The library has checked it; but as it becomes part
 * of a path, it is looked at once more here.
 */
static bool is_harmless(const char *extension)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return extension[strspn(extension, allowed)] == '\0';
}

/* The original's name, which the caller frees, or NULL, having said why there is none. */
static char *choose_name(const struct input_file *input)
{
    if (!znn_names_is_znn(input->path)) {
        znn_say_error(input->name, "is not called .znn; name the output with -o, or use -c");
        return NULL;
    }
    if (!S_ISREG(input->status.st_mode)) {
        znn_say_error(input->name, "is no regular file; name the output with -o, or use -c");
        return NULL;
    }
    struct znn_header header;
    if (!read_header(input, &header))
        return NULL;
    if (!is_harmless(header.extension)) {
        znn_say_error(input->name, "stores an unfit extension; name the output with -o");
        return NULL;
    }
    char *name = znn_names_decompressed(input->path, header.extension);
    if (!name)
        znn_say_error(input->name, "out of memory");
    return name;
}

static bool decompress_open(struct batch *batch, const struct input_file *input)
{
    const struct settings *settings = batch->settings;
    if (settings->output || settings->to_stdout || !input->path)
        return znn_transfer(batch, input, settings->output, NULL);
    char *output = choose_name(input);
    bool fine = output && znn_transfer(batch, input, output, NULL);
    free(output);
    return fine;
}

static bool decompress_one(struct batch *batch, const char *path)
{
    struct input_file input;
    if (!znn_input_file_open(&input, path, batch->settings->remove_source))
        return false;
    bool fine = decompress_open(batch, &input);
    znn_input_file_close(&input);
    return fine;
}

int znn_command_decompress(struct settings *settings)
{
    if (!znn_operands_check(settings, DECOMPRESSING))
        return EXIT_USAGE;
    struct batch batch;
    if (!znn_batch_start(&batch, settings, DECOMPRESSING))
        return EXIT_FAILED;
    for (size_t i = 0; i < settings->operand_count; i++)
        if (!decompress_one(&batch, settings->operands[i]))
            batch.failed = true;
    return znn_batch_end(&batch);
}
