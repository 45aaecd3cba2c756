/*
 * salvage.c - decompress --salvage: writes the intact parts of damaged .znn files
 *
 * The output is kept even though some bytes are lost, because the user asks for that.  Each lost range, and each tensor
 * that lost bytes, gets a line.
 */
#include "cli/commands/salvage.h"

#include "cli/input/zipnn.h"
#include "cli/say/message.h"
#include "cli/say/text.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static void say_ranges(const struct znn_salvage *salvage, const char *name, uint64_t *lost)
{
    *lost = 0;
    for (size_t i = 0; i < znn_salvage_range_count(salvage); i++) {
        uint64_t offset, size;
        znn_salvage_range(salvage, i, &offset, &size);
        znn_say_error(name, "bytes %" PRIu64 " to %" PRIu64 " are lost and replaced by zeros", offset, offset + size);
        *lost += size;
    }
}

static void say_tensor(const char *name, const struct znn_tensor *tensor, uint64_t lost)
{
    struct text shown = {0};
    znn_text_add_shown(&shown, tensor->name, tensor->name_size);
    znn_text_add(&shown, "", 1);
    znn_say_error(name, "tensor '%s' has lost %" PRIu64 " of its %" PRIu64 " bytes", shown.failed ? "" : shown.data,
                  lost, tensor->size);
    znn_text_free(&shown);
}

static size_t say_tensors(const struct znn_salvage *salvage, const char *name)
{
    size_t hit = 0;
    for (size_t i = 0; i < znn_salvage_tensor_count(salvage); i++) {
        struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
        uint64_t lost;
        znn_salvage_tensor(salvage, i, &tensor, &lost);
        if (lost > 0)
            say_tensor(name, &tensor, lost);
        hit += lost > 0;
    }
    return hit;
}

/* Reports the damage.  Returns false unless the file is intact. */
static bool say_losses(const struct znn_salvage *salvage, const char *name)
{
    int size_is_known;
    uint64_t size = znn_salvage_size(salvage, &size_is_known);
    uint64_t lost;
    if (znn_salvage_is_whole(salvage)) {
        znn_say_result("%s: nothing is lost, %" PRIu64 " bytes", name, size);
        return true;
    }
    say_ranges(salvage, name, &lost);
    size_t hit = say_tensors(salvage, name);
    const char *end = size_is_known ? "" : "; the index is not, so there may have been more bytes";
    if (lost > 0)
        znn_say_error(name,
                      "%" PRIu64 " of %" PRIu64 " bytes are lost, in %zu ranges and %zu of %zu tensors; the rest is "
                      "intact%s",
                      lost, size, znn_salvage_range_count(salvage), hit, znn_salvage_tensor_count(salvage), end);
    else
        znn_say_error(name, "is damaged, but the %" PRIu64 " bytes that were found are intact%s: %s", size, end,
                      znn_salvage_damage(salvage));
    return false;
}

static bool salvage_with(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                         struct output_file *output, struct znn_salvage **salvage)
{
    struct znn_input library_input = znn_input_file_stream(input);
    struct znn_output library_output = znn_output_stream_for_library(&output->stream);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options),
        .max_output = batch->settings->limits.max_output,
        .base = znn_base_chain_base(chain),
    };
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    struct znn_error foreign = ZNN_INIT(struct znn_error);
    if (library_input.size == ZNN_SIZE_UNKNOWN)
        return znn_input_file_say_stream(input, "from which nothing can be salvaged");
    batch->status = znn_salvage(&library_input, &library_output, &options, salvage, &error);
    int write_error = atomic_load(&output->stream.write_error);
    if (write_error)
        return znn_say_system_error(output->name, "write", write_error, "");
    if (batch->status == ZNN_ERROR_CORRUPT && znn_input_file_is_foreign(input, &foreign))
        return znn_zipnn_say(input, &foreign);
    if (batch->status == ZNN_ERROR_CORRUPT) {
        const struct failure_words words = {.remedy = "; fetch the file again, or restore it from a backup"};
        return znn_say_failure_with(input->name, &error, &words);
    }
    return batch->status == ZNN_OK || znn_base_chain_say(chain, input, &error);
}

static bool salvage_to(struct batch *batch, const struct base_chain *chain, const struct input_file *input,
                       struct output_file *output, struct znn_salvage **salvage)
{
    output->base = chain;
    if (!znn_output_file_open(output))
        return false;
    if (salvage_with(batch, chain, input, output, salvage))
        return znn_output_file_publish(output);
    znn_output_file_discard(output);
    return false;
}

bool znn_salvage_file(struct batch *batch, const struct input_file *input, const char *output)
{
    struct znn_salvage *salvage = NULL;
    struct output_file file;
    struct base_chain own = {.count = 0};
    const struct base_chain *chain;
    znn_batch_output(batch, input, output, &file);
    bool fine = znn_batch_find_base(batch, input, output, &own, &chain) &&
                salvage_to(batch, chain, input, &file, &salvage) && say_losses(salvage, input->name);
    znn_base_chain_close(&own);
    znn_salvage_free(salvage);
    return fine;
}
