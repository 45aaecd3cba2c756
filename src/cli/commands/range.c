/*
 * range.c - decompress --range: writes some bytes of the original
 *
 * Either the whole range is written, or there is an error and no file: a script that asks for the first 4096 bytes of a
 * file relies on getting 4096 bytes.
 */
#include "cli/commands/range.h"

#include "cli/flags/operands.h"
#include "cli/say/message.h"
#include "cli/system/open_file.h"
#include "cli/tensors/excerpt.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static bool copy_range(const struct settings *settings, struct excerpt *excerpt, const struct range *range)
{
    struct written written = {.swept = {.is_known = false}};
    struct output_file output = {
        .path = settings->target.path,
        .input = &excerpt->file,
        .base = &excerpt->base,
        .base_dir = settings->base.directory,
        .written = &written,
        .is_chosen = true,
        .force = settings->target.force,
        .is_part = true,
    };
    bool fine = znn_output_file_open(&output);
    if (fine) {
        znn_excerpt_show_progress(excerpt, range->end - range->start, !output.path);
        fine = znn_excerpt_copy(excerpt, range->start, range->end - range->start, &output);
        if (fine)
            fine = znn_output_file_publish(&output);
        else
            znn_output_file_discard(&output);
    }
    znn_written_free(&written);
    return fine;
}

static bool decompress_range(const struct settings *settings, const char *path)
{
    struct excerpt excerpt;
    if (!znn_excerpt_open(&excerpt, settings, path))
        return false;
    uint64_t size = znn_reader_size(excerpt.reader);
    struct range range = settings->range;
    range.end = range.end == UINT64_MAX ? size : range.end;
    bool fine = range.start <= range.end && range.end <= size;
    if (fine)
        fine = copy_range(settings, &excerpt, &range);
    else
        znn_say_error(excerpt.file.name, "the range extends beyond the original, which has %" PRIu64 " bytes", size);
    znn_excerpt_close(&excerpt);
    return fine;
}

int znn_range_decompress(struct settings *settings)
{
    settings->target.to_stdout = settings->target.to_stdout || !settings->target.path;
    if (settings->json) {
        znn_say_error(NULL, "--json reports on whole files, but --range writes part of one; use one of them");
        return EXIT_USAGE;
    }
    if (settings->target.dry_run) {
        znn_say_error(NULL, "--dry-run is for whole files; leave out --range");
        return EXIT_USAGE;
    }
    if (!znn_operands_check(settings, DECOMPRESSING))
        return EXIT_USAGE;
    if (settings->target.remove_source) {
        znn_say_error(NULL, "--rm would remove a file after --range wrote part of it; leave out --rm");
        return EXIT_USAGE;
    }
    bool fine = true;
    for (size_t i = 0; i < settings->operand_count; i++)
        fine = decompress_range(settings, settings->operands[i]) && fine;
    if (settings->target.to_stdout && !znn_file_close(STANDARD_OUTPUT))
        fine = znn_say_system_error(STDOUT_NAME, "write", errno, "");
    return fine ? EXIT_DONE : EXIT_FAILED;
}
