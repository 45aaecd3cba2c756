/*
 * compress.c - the command compress
 */
#include "cli/flags/lossy.h"
#include "cli/flags/names.h"
#include "cli/flags/output_names.h"
#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/transfer/recursive.h"

#include <stdlib.h>
#include <string.h>

/* Returns false if it failed.  The failure is reported but not yet counted. */
static bool compress_one(struct batch *batch, const char *path, const char *output, const char *extension,
                         bool is_planned)
{
    struct input_file input;
    if (!znn_batch_open(batch, path, &input))
        return false;
    bool fine = znn_batch_make_directory(batch) && znn_transfer(batch, &input, output, extension, is_planned);
    znn_input_file_close(&input);
    return fine;
}

/* Handles -o and -c, where the user names the output.  The file still stores the extension. */
static void compress_to(struct batch *batch)
{
    const struct settings *settings = batch->settings;
    const char *input = settings->operands[0];
    if (!compress_one(batch, input, settings->target.path, znn_names_model_extension(input), false))
        znn_batch_fail(batch, input);
}

/* Whether the output may have this name. */
static bool is_sound(const struct output_name *name)
{
    struct file_status status;
    if (!name->output) /* standard output */
        return true;
    bool is_beside = strcmp(name->input, name->target) == 0;
    if (is_beside && znn_file_status(name->input, &status) &&
        (status.kind == FILE_CHARACTER_DEVICE || status.kind == FILE_BLOCK_DEVICE))
        return znn_say_error(name->input, "is a device, so znn writes no file next to it; name the output with -o, "
                                          "or use -c");
    return true;
}

static void compress_named(struct batch *batch, const struct output_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct output_name *file = &names->files[i];
        if (!file->output && !znn_operand_is_stdin(file->input)) {
            znn_say_warning(file->input, "already ends in .znn and is skipped; use -f to compress it again");
            batch->totals.skipped++;
            continue;
        }
        if (!is_sound(file) || !compress_one(batch, file->input, file->output, file->extension, true))
            znn_batch_fail(batch, file->input);
    }
}

/* With -r, .znn is appended to every name. */
static char *name_appending(const char *path, const char *target)
{
    (void)path;
    return znn_names_compressed(target, NULL);
}

static bool compress_appending(struct batch *batch, const char *path, const char *target)
{
    char *output = znn_names_compressed(target, NULL);
    bool fine = output ? compress_one(batch, path, output, NULL, false) : znn_say_memory_error(path);
    free(output);
    return fine;
}

static int compress(struct settings *settings)
{
    static const struct recursive_work work = {COMPRESSING, compress_appending, name_appending};
    if (settings->tree.recursive)
        return znn_recursive_run(settings, &work);
    struct batch batch;
    znn_batch_start(&batch, settings, COMPRESSING);
    if (settings->target.path || settings->target.to_stdout) {
        compress_to(&batch);
        return znn_batch_end(&batch);
    }
    struct output_names names;
    if (znn_output_names_make(&names, settings->target.directory, settings->operands, settings->operand_count,
                              !settings->target.force))
        compress_named(&batch, &names);
    else
        batch.failed = !znn_say_memory_error(NULL);
    znn_output_names_free(&names);
    return znn_batch_end(&batch);
}

static bool check_relatives(struct settings *settings)
{
    struct base_settings *base = &settings->base;
    if (base->depth > 0 && !base->related)
        return znn_say_error(NULL, "--depth says how --related chooses bases; give --related, too");
    if (base->related && !settings->tree.recursive)
        return znn_say_error(NULL, "--related looks for relatives below directories; give -r, too");
    if (base->related && base->path)
        return znn_say_error(NULL, "--related chooses the bases, and --base gives one; use only one of them");
    if (base->related && settings->dtype)
        return znn_say_error(NULL,
                             "--related compares tensors, and with --dtype files have none; use only one of them");
    if (base->depth == 0)
        base->depth = 1;
    return true;
}

int znn_command_compress(struct settings *settings)
{
    if (!znn_lossy_check(settings) || !check_relatives(settings) || !znn_operands_check(settings, COMPRESSING))
        return EXIT_USAGE;
    int code = compress(settings);
    if (code == EXIT_DONE && !settings->target.dry_run)
        znn_lossy_say_unmatched(settings);
    return code;
}
