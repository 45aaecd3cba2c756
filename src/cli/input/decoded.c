/*
 * decoded.c - the original of a .znn file as an input of the library, without a copy on the disk
 */
#include "cli/input/decoded.h"

static bool open_reader(struct decoded *decoded, uint64_t memory_limit)
{
    struct znn_input input = znn_input_file_stream(decoded->file);
    const struct znn_reader_options options = {
        .struct_size = sizeof options,
        .base = znn_base_chain_base(&decoded->chain),
        .memory_limit = memory_limit,
    };
    if (input.size == ZNN_SIZE_UNKNOWN)
        return znn_input_file_say_stream(decoded->file, "and a .znn file must be read from its end");
    if (znn_reader_open(&input, &options, &decoded->reader, &decoded->error) != ZNN_OK)
        return znn_decoded_say(decoded);
    return znn_reader_report(decoded->reader, &decoded->report) == ZNN_OK &&
           znn_input_file_header(decoded->file->fd, &decoded->header) == ZNN_OK;
}

bool znn_decoded_open(struct decoded *decoded, const struct input_file *file, const char *base_dir,
                      uint64_t memory_limit, enum znn_status *status)
{
    *decoded = (struct decoded){
        .file = file,
        .report = ZNN_INIT(struct znn_report),
        .header = ZNN_INIT(struct znn_header),
        .error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX},
    };
    atomic_init(&decoded->has_failed, false);
    bool fine = znn_base_chain_find(&decoded->chain, file, base_dir, NULL) && open_reader(decoded, memory_limit);
    *status = decoded->error.status;
    return fine;
}

/* Several threads may fail at once.  The first one keeps its error. */
static ptrdiff_t note(struct decoded *decoded, const struct znn_error *error)
{
    if (!atomic_exchange(&decoded->has_failed, true))
        decoded->error = *error;
    return error->status == ZNN_ERROR_MEMORY ? ZNN_CALLBACK_MEMORY : ZNN_CALLBACK_FAILED;
}

static ptrdiff_t read_at(void *context, void *buffer, size_t size, uint64_t offset)
{
    struct decoded *decoded = context;
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    size_t got;
    if (znn_reader_pread(decoded->reader, buffer, size, offset, &got, &error) != ZNN_OK)
        return note(decoded, &error);
    return got > 0 ? (ptrdiff_t)got : ZNN_CALLBACK_END;
}

struct znn_input znn_decoded_input(struct decoded *decoded)
{
    return (struct znn_input){.context = decoded, .size = znn_reader_size(decoded->reader), .read_at = read_at};
}

bool znn_decoded_has_failed(struct decoded *decoded)
{
    return atomic_load(&decoded->has_failed);
}

bool znn_decoded_say(const struct decoded *decoded)
{
    return znn_base_chain_say(&decoded->chain, decoded->file, &decoded->error);
}

void znn_decoded_close(struct decoded *decoded)
{
    znn_reader_close(decoded->reader);
    decoded->reader = NULL;
    znn_base_chain_close(&decoded->chain);
}
