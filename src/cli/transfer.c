/*
 * transfer.c - one file through the library: what compress and decompress share
 */
#include "cli/transfer.h"

#include "cli/message.h"
#include "cli/spool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void znn_batch_start(struct batch *batch, const struct settings *settings, enum direction direction)
{
    *batch = (struct batch){.settings = settings, .direction = direction};
}

/* Some file systems report a failed write only when the file is closed; standard output is closed once, here. */
int znn_batch_end(struct batch *batch)
{
    free(batch->written.files);
    if (batch->uses_stdout && close(STDOUT_FILENO) != 0) {
        znn_say_error(STDOUT_NAME, "could not write: %s", strerror(errno));
        batch->failed = true;
    }
    return batch->failed ? EXIT_FAILED : EXIT_DONE;
}

bool znn_batch_open(const struct batch *batch, const char *path, struct input_file *input)
{
    const struct settings *settings = batch->settings;
    struct stat status;
    if (!znn_operand_is_stdin(path) && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        return znn_say_error(path, "is a directory; use -r to %s what is in it", settings->command->name);
    return znn_input_file_open(input, path, settings->remove_source);
}

static enum znn_status call_library(const struct batch *batch, struct znn_input *input, struct znn_output *output,
                                    const char *extension, struct znn_report *report, struct znn_error *error)
{
    const struct settings *settings = batch->settings;
    if (batch->direction == COMPRESSING) {
        struct znn_compress_options options = {
            .level = settings->level,
            .threads = settings->threads,
            .extension = extension,
            .dtype = settings->dtype,
        };
        return znn_compress(input, output, &options, report, error);
    }
    struct znn_decompress_options options = {.threads = settings->threads};
    return znn_decompress(input, output, &options, report, error);
}

/* The input for the library.  A stream that is to be compressed may have to be spooled; *spool is to be closed. */
static bool open_input(const struct batch *batch, const struct input_file *input, struct spool *spool,
                       struct znn_input *library_input)
{
    const struct settings *settings = batch->settings;
    bool may_spool = batch->direction == COMPRESSING && !settings->dtype && !znn_input_file_is_plain(input);
    *spool = (struct spool){.file = -1};
    if (may_spool && !znn_spool_open(spool, input->fd, input->name, settings->spool_limit))
        return false;
    *library_input = may_spool ? znn_spool_input(spool) : znn_input_file_stream(input);
    return true;
}

/* Moves the bytes.  What can be said about a failure is said here. */
static bool convert_from(const struct batch *batch, const struct input_file *input, struct znn_input library_input,
                         struct output_file *output, const char *extension, struct znn_report *report)
{
    struct znn_output library_output = znn_output_stream_for_library(&output->stream);
    struct znn_error error = {.offset = UINT64_MAX};
    enum znn_status status = call_library(batch, &library_input, &library_output, extension, report, &error);
    int write_error = atomic_load(&output->stream.write_error);
    if (write_error)
        return znn_say_error(output->name, "could not write: %s", strerror(write_error));
    if (status)
        return znn_say_failure(input->name, &error);
    if (batch->direction == COMPRESSING && znn_input_file_has_changed(input))
        return znn_say_error(input->name, "changed while it was read; compress it again when it is complete");
    return true;
}

static bool convert(const struct batch *batch, const struct input_file *input, struct output_file *output,
                    const char *extension, struct znn_report *report)
{
    struct spool spool;
    struct znn_input library_input;
    bool fine = open_input(batch, input, &spool, &library_input) &&
                convert_from(batch, input, library_input, output, extension, report);
    znn_spool_close(&spool);
    return fine;
}

/* A text has no valid safetensors header either, but nobody expects that it had. */
static bool looks_like_safetensors(const struct input_file *input, const struct znn_report *report)
{
    static const char suffix[] = ".safetensors";
    size_t size = strlen(input->name);
    bool named = size >= sizeof suffix - 1 && strcmp(input->name + size - (sizeof suffix - 1), suffix) == 0;
    return named || strcmp(report->format, "bytes") != 0;
}

/* "model.safetensors -> model.znn: 13297848 -> 8823456 bytes, 66.35 %, safetensors, 148 tensors" */
static void say_summary(const struct batch *batch, const struct input_file *input, const struct output_file *output,
                        const struct znn_report *report)
{
    bool compressing = batch->direction == COMPRESSING;
    char share[40] = "";
    char content[80] = "";
    if (report->original_size > 0)
        snprintf(share, sizeof share, ", %.2f %%",
                 100.0 * (double)report->compressed_size / (double)report->original_size);
    if (report->tensors > 0)
        snprintf(content, sizeof content, ", %" PRIu64 " tensor%s", report->tensors, report->tensors == 1 ? "" : "s");
    znn_say_result("%s -> %s: %" PRIu64 " -> %" PRIu64 " bytes%s%s%s%s", input->name, output->name,
                   compressing ? report->original_size : report->compressed_size,
                   compressing ? report->compressed_size : report->original_size, share, report->format ? ", " : "",
                   report->format ? report->format : "", content);
    if (report->header_error && looks_like_safetensors(input, report))
        znn_say_note(input->name, "no valid safetensors header (%s), so compressed as plain bytes",
                     report->header_error);
}

static bool run(struct batch *batch, const struct input_file *input, struct output_file *output, const char *extension)
{
    struct znn_report report = {0};
    if (!znn_output_file_open(output))
        return false;
    if (!convert(batch, input, output, extension, &report)) {
        znn_output_file_discard(output);
        return false;
    }
    if (!znn_output_file_publish(output))
        return false;
    say_summary(batch, input, output, &report);
    if (batch->settings->remove_source && !znn_input_file_remove(input))
        return false;
    batch->totals.files++;
    batch->totals.original_size += report.original_size;
    batch->totals.compressed_size += report.compressed_size;
    return true;
}

/* Makes room for one more file. */
static bool reserve(struct written *written)
{
    if (written->count < written->capacity)
        return true;
    size_t capacity = written->capacity ? 2 * written->capacity : 16;
    struct file_identity *files = realloc(written->files, capacity * sizeof *files);
    if (!files)
        return znn_say_error(NULL, "out of memory");
    written->files = files;
    written->capacity = capacity;
    return true;
}

bool znn_transfer(struct batch *batch, const struct input_file *input, const char *output, const char *extension)
{
    struct output_file file = {
        .path = output,
        .input = input,
        .written = &batch->written,
        .is_chosen = batch->settings->output && !batch->settings->recursive,
        .force = batch->settings->force,
        .is_compressed = batch->direction == COMPRESSING,
        .must_last = batch->settings->remove_source,
    };
    batch->uses_stdout |= !output;
    return reserve(&batch->written) && run(batch, input, &file, extension);
}
