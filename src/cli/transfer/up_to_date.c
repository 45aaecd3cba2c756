/*
 * up_to_date.c - did an earlier run already make this output?
 */
#include "cli/transfer/up_to_date.h"

#include "cli/input/base_chain.h"
#include "cli/output/sync.h"
#include "cli/say/message.h"
#include "cli/system/disk.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"

#include <errno.h>
#include <string.h>

/* Bytes per comparison. */
enum { PIECE = 1 << 16 };

/* ---------------------------------------------------------------------------------------------------------------- */
/* By size and time                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Some file systems store times in units of 100 ns, 1 us or 1 s, and cut off the rest. */
static bool is_time_of(const struct file_time *source, const struct file_time *output)
{
    bool is_same = false;
    for (int64_t unit = 1; unit <= 1000000000 && !is_same; unit *= 10)
        is_same = source->nanoseconds - source->nanoseconds % unit == output->nanoseconds;
    return source->seconds == output->seconds && is_same;
}

/* Reads and verifies the index, so that a cut .znn file does not count as up to date. */
static enum age judge_znn(const char *path, const struct settings *settings, bool has_extension, uint64_t size)
{
    enum age age = AGE_DIFFERS;
    struct input_file file = {.path = path, .fd = znn_file_open(path, OPEN_AT_ONCE)};
    struct znn_header header = ZNN_INIT(struct znn_header);
    struct znn_reader *reader = NULL;
    bool fine = file.fd >= 0 && znn_file_status_open(file.fd, &file.status) && file.status.kind == FILE_REGULAR &&
                znn_input_file_header(file.fd, &header) == ZNN_OK && (has_extension || !header.extension[0]);
    if (fine) {
        struct znn_input input = znn_input_fd(file.fd);
        struct znn_reader_options options = {.struct_size = sizeof(struct znn_reader_options),
                                             .memory_limit = settings->limits.memory_limit};
        enum znn_status status = znn_reader_open(&input, &options, &reader, NULL);
        if (!status && znn_reader_size(reader) == size)
            age = AGE_UP_TO_DATE;
        if (status == ZNN_ERROR_MEMORY)
            age = AGE_UNKNOWN;
        znn_reader_close(reader);
    }
    if (file.fd >= 0)
        znn_file_close(file.fd);
    return age;
}

enum age znn_up_to_date(const struct settings *settings, enum direction direction, const char *source,
                        const char *output)
{
    struct file_status from;
    struct file_status to;
    if (!znn_file_status(source, &from) || !znn_file_status_itself(output, &to) || from.kind != FILE_REGULAR ||
        to.kind != FILE_REGULAR)
        return AGE_DIFFERS;
    if (znn_file_is_same(&from, &to) || !is_time_of(&from.modified, &to.modified))
        return AGE_DIFFERS;
    /* With -r, no extension is stored. */
    return direction == COMPRESSING ? judge_znn(output, settings, false, from.size)
                                    : judge_znn(source, settings, true, to.size);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* By contents                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

/* An output for the library that compares the bytes with an original. */
struct comparison {
    int fd;
    uint64_t offset;
    bool differs;
};

static ptrdiff_t read_original(void *context, void *buffer, size_t size, uint64_t offset)
{
    const struct comparison *comparison = context;
    ptrdiff_t got = znn_file_read_at(comparison->fd, buffer, size, offset);
    return got > 0 ? got : got == 0 ? ZNN_CALLBACK_END : ZNN_CALLBACK_ERRNO(errno);
}

static ptrdiff_t compare(void *context, const void *data, size_t size)
{
    struct comparison *comparison = context;
    char buffer[PIECE];
    for (size_t done = 0; done < size;) {
        size_t part = size - done < PIECE ? size - done : PIECE;
        ptrdiff_t got = read_original(comparison, buffer, part, comparison->offset);
        if (got < 0 && got != ZNN_CALLBACK_END)
            return got;
        if (got != (ptrdiff_t)part || memcmp(buffer, (const char *)data + done, part) != 0) {
            comparison->differs = true;
            return ZNN_CALLBACK_CANCEL;
        }
        comparison->offset += part;
        done += part;
    }
    return (ptrdiff_t)size;
}

/* Every byte before the current offset is equal, so repeats can be read from the original. */
static bool compare_with(const struct settings *settings, const struct input_file *znn,
                         const struct input_file *original, const struct base_chain *chain, const char *source)
{
    struct znn_base *base = znn_base_chain_base(chain);
    struct comparison comparison = {.fd = original->fd};
    struct znn_input input = znn_input_fd(znn->fd);
    struct znn_output output = {.context = &comparison, .write = compare, .read_at = read_original};
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options),
                                             .threads = settings->limits.threads,
                                             .base = base,
                                             .memory_limit = settings->limits.memory_limit};
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, &error);
    bool differs = comparison.differs || (!status && comparison.offset != original->status.size);
    if (differs)
        return znn_say_error(
            source,
            "not removed, because '%s' has the same size and time, but other bytes; remove that file to "
            "make it anew",
            source == znn->name ? original->name : znn->name);
    return !status || znn_base_chain_say(chain, znn, &error);
}

/* The base of --base is open with the others.  A file that is part of it has its own base, or none. */
static bool find_base(struct batch *batch, const struct input_file *source, const struct input_file *znn,
                      const struct input_file *original, struct base_chain *own, const struct base_chain **chain)
{
    const struct settings *settings = batch->settings;
    *chain = own;
    if (!znn_batch_open_base(batch))
        return false;
    if (!settings->base.path || znn_base_chain_has(&batch->base, source))
        return znn_base_chain_find(own, znn, settings->base.directory, original->path);
    *chain = &batch->base;
    return true;
}

static bool is_known(const struct file_status *known, const struct input_file *source)
{
    return znn_file_is_same_content(known, &source->status) ||
           znn_say_error(source->name, "not removed, because it is no longer the file that was read");
}

static bool write_to_disk(const struct input_file *file)
{
    if (!znn_disk_write_file(file->fd))
        return znn_say_system_error(file->name, "write to the disk", errno, "");
    return znn_sync_name(file->path);
}

static bool remove_compared(struct batch *batch, const struct base_chain *chain, const struct input_file *from,
                            const struct input_file *to, const struct file_status *known)
{
    bool compressing = batch->direction == COMPRESSING;
    if (known ? !is_known(known, from)
              : !compare_with(batch->settings, compressing ? to : from, compressing ? from : to, chain, from->name))
        return false;
    if (!write_to_disk(to))
        return false;
    if (znn_input_file_has_changed(to))
        return znn_say_error(from->name, "not removed, because '%s' has changed", to->name);
    const struct output_file output = {.path = to->path, .status = to->status};
    return znn_batch_remove_source(batch, chain, from, &output, false);
}

/* The base stays locked until the source is removed. */
static bool remove_with_base(struct batch *batch, const struct input_file *from, const struct input_file *to,
                             const struct file_status *known)
{
    bool compressing = batch->direction == COMPRESSING;
    struct base_chain own = {.count = 0};
    const struct base_chain *chain;
    bool fine = find_base(batch, from, compressing ? to : from, compressing ? from : to, &own, &chain) &&
                remove_compared(batch, chain, from, to, known);
    znn_base_chain_close(&own);
    return fine;
}

bool znn_up_to_date_remove(struct batch *batch, const char *source, const char *output, const struct file_status *known)
{
    struct input_file from;
    struct input_file to;
    if (!znn_input_file_open(&from, source, true))
        return false;
    bool fine = znn_input_file_open(&to, output, false);
    if (fine) {
        fine = remove_with_base(batch, &from, &to, known);
        znn_input_file_close(&to);
    }
    znn_input_file_close(&from);
    return fine;
}
