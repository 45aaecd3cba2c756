/*
 * free_space.c - is there enough space for the output?
 */
#include "cli/transfer/free_space.h"

#include "cli/say/message.h"
#include "cli/say/units.h"
#include "cli/system/disk.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <stdlib.h>
#include <string.h>

/* If this many times the size of a large .znn file is free, its original's size is not checked. */
#define AMPLE 64
#define LARGE (UINT64_C(1) << 20)

/* The space for an output: the certain part, and the maximum. */
struct demand {
    uint64_t certain;
    uint64_t most;
};

static bool is_ample(uint64_t size, uint64_t room)
{
    return size >= LARGE && room / AMPLE >= size;
}

static struct demand need_of_original(const struct znn_report *report)
{
    bool is_dense = report->compressed_size >= report->original_size / 2 || report->base_tensors > 0;
    return (struct demand){is_dense ? report->original_size : 0, report->original_size};
}

/* Returns the space to decompress an open .znn file.  Without an index, nothing is certain. */
static struct demand need_of_znn(const struct settings *settings, int fd)
{
    struct znn_input input = znn_input_fd(fd);
    struct znn_reader *reader = NULL;
    struct demand need = {0, 0};
    struct znn_reader_options options = {.struct_size = sizeof(struct znn_reader_options),
                                         .memory_limit = settings->limits.memory_limit};
    if (input.size != ZNN_SIZE_UNKNOWN && znn_reader_open(&input, &options, &reader, NULL) == ZNN_OK) {
        struct znn_report report = ZNN_INIT(struct znn_report);
        znn_reader_report(reader, &report);
        need = need_of_original(&report);
    }
    znn_reader_close(reader);
    return need;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* One file                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Warns about too little space, or fails if the demand is certain. */
static bool compare(const char *name, struct demand need, uint64_t room, const char *many)
{
    struct figure most = znn_size_figure(need.most);
    struct figure free_space = znn_size_figure(room);
    if (need.certain > room)
        return znn_say_error(name, "%s %s, but only %s are free there; make space, or use -o for another place", many,
                             znn_size_figure(need.certain).text, free_space.text);
    if (need.most > room)
        znn_say_warning(name, "%s up to %s, but only %s are free there", many, most.text, free_space.text);
    return true;
}

bool znn_free_space_check(const struct batch *batch, const struct input_file *input, const struct output_file *output)
{
    if (!output->is_file || !znn_input_file_is_plain(input))
        return true;
    uint64_t size = input->status.size;
    uint64_t room = znn_disk_free(output->fd);
    if (batch->direction == COMPRESSING)
        return batch->settings->tree.recursive || compare(output->name, (struct demand){0, size}, room, "takes");
    if (is_ample(size, room))
        return true;
    return compare(output->name, need_of_znn(batch->settings, input->fd), room, "takes");
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* All files of -r                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Opens the directory in which a path is or will be: the nearest existing one above it. */
static int open_directory(const char *path)
{
    char *directory = znn_path_directory(path);
    int fd = directory ? znn_file_open(directory, OPEN_DIRECTORY) : -1;
    while (fd < 0 && directory && strchr(directory, '/')) {
        char *root = znn_path_root(directory);
        char *above = root && strcmp(root, "/.") != 0 ? znn_path_directory(root) : NULL;
        free(root);
        free(directory);
        directory = above;
        fd = directory ? znn_file_open(directory, OPEN_DIRECTORY) : -1;
    }
    if (fd < 0)
        fd = znn_file_open(".", OPEN_DIRECTORY);
    free(directory);
    return fd;
}

static bool find_device(const char *path, uint64_t *device, uint64_t *room)
{
    struct file_status status;
    int fd = open_directory(path);
    bool fine = fd >= 0 && znn_file_status_open(fd, &status);
    if (fine) {
        *device = status.id.device;
        *room = znn_disk_free(fd);
    }
    if (fd >= 0)
        znn_file_close(fd);
    return fine;
}

static struct demand need_of_entry(const struct recursive_plan *plan, const struct entry *entry)
{
    struct demand need = {0, entry->status.size};
    if (plan->batch->direction == COMPRESSING)
        return need;
    int fd = znn_file_open(entry->path, OPEN_AT_ONCE);
    if (fd < 0)
        return (struct demand){0, 0};
    need = need_of_znn(plan->batch->settings, fd);
    znn_file_close(fd);
    return need;
}

static uint64_t subtract(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* Returns the space that is free again after a file is finished: a replaced output and, with --rm, the source. */
static uint64_t gain(const struct recursive_plan *plan, size_t number, uint64_t device)
{
    struct file_status status;
    const struct file_status *source = &plan->tree->entries[number].status;
    uint64_t bytes = 0;
    if (znn_file_status_itself(plan->jobs[number].output, &status) && status.kind == FILE_REGULAR && status.names == 1)
        bytes += status.space;
    if (plan->batch->settings->target.remove_source && source->id.device == device)
        bytes += source->space;
    return bytes;
}

/* The maximum demand at any moment. */
struct tally {
    uint64_t device;
    bool has_device;
    uint64_t room;
    struct demand now;
    struct demand peak;
    uint64_t inputs; /* bytes of all inputs */
};

static bool is_counted(struct tally *tally, const struct recursive_plan *plan, size_t number)
{
    uint64_t device;
    uint64_t room;
    const struct job *job = &plan->jobs[number];
    if (job->fate != FATE_DO || !job->output || !find_device(job->output, &device, &room))
        return false;
    if (!tally->has_device) {
        tally->has_device = true;
        tally->device = device;
        tally->room = room;
    }
    return device == tally->device;
}

static void add(struct tally *tally, const struct recursive_plan *plan, size_t number)
{
    struct demand need = need_of_entry(plan, &plan->tree->entries[number]);
    uint64_t gained = gain(plan, number, tally->device);
    tally->now.certain += need.certain;
    tally->now.most += need.most;
    if (tally->now.certain > tally->peak.certain)
        tally->peak.certain = tally->now.certain;
    if (tally->now.most > tally->peak.most)
        tally->peak.most = tally->now.most;
    tally->now.certain = subtract(tally->now.certain, gained);
    tally->now.most = subtract(tally->now.most, gained);
}

bool znn_free_space_check_all(const struct recursive_plan *plan)
{
    const struct settings *settings = plan->batch->settings;
    struct tally tally = {.room = UINT64_MAX};
    for (size_t i = 0; i < plan->tree->count; i++)
        if (is_counted(&tally, plan, i))
            tally.inputs += plan->tree->entries[i].status.size;
    if (plan->batch->direction == DECOMPRESSING && is_ample(tally.inputs, tally.room))
        return true;
    for (size_t i = 0; i < plan->tree->count; i++)
        if (is_counted(&tally, plan, i))
            add(&tally, plan, i);
    const char *name = settings->target.path ? settings->target.path : settings->operands[0];
    return compare(name, tally.peak, tally.room, "all files together take");
}
