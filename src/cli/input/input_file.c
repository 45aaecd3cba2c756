/*
 * input_file.c - opens an input file, which may be removed afterwards
 */
#include "cli/input/input_file.h"

#include "cli/flags/operands.h"
#include "cli/say/message.h"
#include "cli/system/clock.h"
#include "cli/system/file_status.h"
#include "cli/system/lock.h"
#include "cli/system/open_file.h"

#include <errno.h>
#include <stdint.h>

/*
 * File times advance in steps of up to 10 ms, and two changes in one step look alike.  So if a file changed less than
 * STEP milliseconds ago, znn waits, at most STEPS_MAX times.
 */
#define STEP 20
#define STEPS_MAX 50

static bool check_removable(const char *path)
{
    struct file_status status;
    if (!znn_file_status_itself(path, &status))
        return true; /* opening it fails and reports why */
    if (status.kind == FILE_LINK)
        return znn_say_error(path, "is a symbolic link, which --rm does not remove; leave out --rm, or name the file "
                                   "that it leads to");
    if (status.kind != FILE_REGULAR && status.kind != FILE_DIRECTORY)
        return znn_say_error(path, "is not a regular file, and --rm removes only those; leave out --rm");
    return true;
}

static bool is_recent(const struct file_time *time)
{
    int64_t age = znn_clock_age(time);
    return age >= 0 && age < STEP; /* a time in the future never gets old */
}

/* Waits until every further change would show in the file's times. */
static bool settle(struct input_file *file)
{
    for (int i = 0; i < STEPS_MAX && is_recent(&file->status.changed); i++) {
        znn_clock_wait(STEP);
        if (!znn_file_status_open(file->fd, &file->status))
            return znn_say_system_error(file->name, "examine", errno, "");
    }
    return true;
}

/* Checks for writers first: a program that has stopped writing by then cannot change the file after its status is
 * read. */
static bool prepare_removal(struct input_file *file)
{
    if (file->status.kind != FILE_REGULAR)
        return true;
    if (znn_lock_has_writer(file->fd))
        return znn_say_error(file->name, "is open for writing in another program, and --rm would lose its changes; "
                                         "wait for it, or leave out --rm");
    return settle(file);
}

static bool check_kind(const struct input_file *file)
{
    if (file->status.kind == FILE_DIRECTORY)
        return znn_say_error(file->name, "is a directory; name the files in it");
    if (!file->path && !znn_file_is_readable(file->fd))
        return znn_say_error(file->name, "is closed, or not open for reading; name a file, or redirect standard input");
    return true;
}

bool znn_input_file_open(struct input_file *file, const char *path, bool removable)
{
    bool is_stdin = znn_operand_is_stdin(path);
    *file = (struct input_file){.path = is_stdin ? NULL : path, .name = is_stdin ? STDIN_NAME : path};
    file->is_removable = !is_stdin && removable;
    if (!is_stdin && removable && !check_removable(path))
        return false;
    file->fd = is_stdin ? STANDARD_INPUT : znn_file_open(path, OPEN_TO_READ);
    if (file->fd < 0 || !znn_file_status_open(file->fd, &file->status)) {
        int reason = errno;
        znn_input_file_close(file);
        return znn_say_system_error(file->name, "open", reason, "");
    }
    if (check_kind(file) && (!file->is_removable || prepare_removal(file)))
        return true;
    znn_input_file_close(file);
    return false;
}

void znn_input_file_close(struct input_file *file)
{
    if (file->path && file->fd >= 0)
        znn_file_close(file->fd);
    file->fd = -1;
}

/*
 * Only files that state their size are read at any position.  Files in /proc claim to be empty.  If the shell has
 * opened a file and an earlier command has read part of it, znn reads only the rest.
 */
bool znn_input_file_is_plain(const struct input_file *file)
{
    return file->status.kind == FILE_REGULAR && file->status.size > 0 && znn_file_is_at_start(file->fd);
}

bool znn_input_file_is_empty(const struct input_file *file)
{
    char byte;
    return file->status.kind == FILE_REGULAR && file->status.size == 0 && znn_file_read_at(file->fd, &byte, 1, 0) == 0;
}

bool znn_input_file_say_stream(const struct input_file *file, const char *why)
{
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    if (!znn_input_file_is_empty(file))
        return znn_say_error(file->name, "is a %s, %s; give a file",
                             file->status.kind == FILE_BLOCK_DEVICE ? "device" : "stream", why);
    znn_read_header(NULL, 0, NULL, &error);
    return znn_say_failure(file->name, &error);
}

struct znn_input znn_input_file_stream(const struct input_file *file)
{
    return znn_input_file_is_plain(file) ? znn_input_fd(file->fd) : znn_input_fd_stream(file->fd);
}

enum znn_status znn_input_file_header(int fd, struct znn_header *header)
{
    uint8_t data[ZNN_HEADER_MAX];
    ptrdiff_t size = znn_file_read_at(fd, data, sizeof data, 0);
    return size < 0 ? ZNN_ERROR_IO : znn_read_header(data, (size_t)size, header, NULL);
}

bool znn_input_file_is_foreign(const struct input_file *file, struct znn_error *error)
{
    uint8_t data[ZNN_HEADER_MAX];
    struct znn_header header = ZNN_INIT(struct znn_header);
    ptrdiff_t size = znn_input_file_is_plain(file) ? znn_file_read_at(file->fd, data, sizeof data, 0) : -1;
    return size >= 0 && znn_read_header(data, (size_t)size, &header, error) == ZNN_ERROR_NOT_ZNN &&
           error->offset == UINT64_MAX;
}

bool znn_input_file_is_znn(const struct input_file *file)
{
    struct znn_header header = ZNN_INIT(struct znn_header);
    if (!znn_input_file_is_plain(file))
        return false;
    enum znn_status status = znn_input_file_header(file->fd, &header);
    return status != ZNN_ERROR_NOT_ZNN && status != ZNN_ERROR_IO;
}

bool znn_input_file_has_changed(const struct input_file *file)
{
    struct file_status now;
    if (file->status.kind != FILE_REGULAR)
        return false;
    if (!znn_file_status_open(file->fd, &now))
        return true;
    return !(file->is_removable ? znn_file_is_untouched(&file->status, &now)
                                : znn_file_is_same_content(&file->status, &now));
}

void znn_input_file_say_names(const struct input_file *file)
{
    struct file_status now;
    if (!znn_file_status_open(file->fd, &now) || now.names == 0)
        return;
    if (now.names == 1)
        znn_say_warning(file->name, "removed, but the file has another name, so its space is not freed");
    else
        znn_say_warning(file->name, "removed, but the file has %ju other names, so its space is not freed",
                        (uintmax_t)now.names);
}
