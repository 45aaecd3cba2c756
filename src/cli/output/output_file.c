/*
 * output_file.c - an output file that gets its name only when it is complete
 */
#include "cli/output/output_file.h"

#include "cli/output/sync.h"
#include "cli/say/message.h"
#include "cli/system/descriptor.h"
#include "cli/system/disk.h"
#include "cli/system/file_status.h"
#include "cli/system/metadata.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"
#include "cli/system/terminal.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

void znn_written_free(struct written *written)
{
    znn_spared_free(&written->files);
}

static bool fail(const struct output_file *file, const char *what)
{
    return znn_say_system_error(file->name, what, errno, "");
}

/* The system does not tell whether the file or its directory is missing. */
static bool fail_to_create(const struct output_file *file)
{
    const char *remedy = errno == ENOENT         ? "; its directory does not exist, create it first"
                         : errno == ENOTDIR      ? "; a part of its path is not a directory"
                         : errno == EACCES       ? "; give another place with -o"
                         : errno == EROFS        ? "; give another place with -o"
                         : errno == ENAMETOOLONG ? "; give a shorter name with -o"
                                                 : "";
    return znn_say_system_error(file->name, "create", errno, remedy);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Opening                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static void close_stream(struct output_file *file)
{
    if (file->fd >= 0 && file->fd != STANDARD_OUTPUT)
        znn_file_close(file->fd);
    file->fd = -1;
}

static bool open_stdout(struct output_file *file)
{
    struct file_status status;
    if (!znn_file_status_open(STANDARD_OUTPUT, &status))
        return fail(file, "open");
    if (!znn_file_is_writable(STANDARD_OUTPUT))
        return znn_say_error(file->name, "is closed, or not open for writing; redirect standard output, or use -o");
    file->fd = STANDARD_OUTPUT;
    return znn_output_place_check(file, &status);
}

/* Checks the open file, because it may not be the one that was examined. */
static bool check_stream(const struct output_file *file, bool is_regular_fine)
{
    struct file_status status;
    if (!znn_file_status_open(file->fd, &status))
        return fail(file, "examine");
    if (status.kind == FILE_REGULAR && !is_regular_fine)
        return znn_output_place_say_taken(file);
    if (file->is_compressed && znn_terminal_is(file->fd))
        return znn_say_error(file->name, "is a terminal, and compressed data does not go there; give a file");
    return znn_output_place_check(file, &status);
}

static bool open_stream(struct output_file *file, bool is_descriptor)
{
    if (file->must_last)
        return znn_say_error(file->name, "is not a regular file, so the input would be lost; leave out --rm");
    file->fd =
        is_descriptor ? znn_file_duplicate(znn_descriptor_named(file->path)) : znn_file_open(file->path, OPEN_TO_WRITE);
    if (file->fd < 0)
        return fail(file, "open");
    if (check_stream(file, is_descriptor))
        return true;
    close_stream(file);
    return false;
}

static bool open_file(struct output_file *file)
{
    if (*znn_path_base(file->path) == '\0')
        return znn_say_error(file->name, "is not the name of a file; give one with -o");
    if (!znn_spared_reserve(&file->written->files))
        return znn_say_memory_error(file->name);
    znn_temporary_sweep(file->path, &file->written->swept);
    if (!znn_temporary_create(&file->temporary, file->path, !file->standing.is_there))
        return fail_to_create(file);
    file->fd = file->temporary.fd;
    file->is_file = true;
    return true;
}

bool znn_output_file_check(struct output_file *file)
{
    file->name = file->path ? file->path : STDOUT_NAME;
    if (!file->path)
        return true;
    enum place place = znn_output_place_examine(file);
    znn_output_place_close(&file->standing);
    return place == PLACE_LOST ? fail_to_create(file) : place != PLACE_BAD;
}

bool znn_output_file_open(struct output_file *file)
{
    file->name = file->path ? file->path : STDOUT_NAME;
    file->is_file = false;
    file->temporary = (struct temporary){.fd = -1};
    file->standing = (struct standing){.fd = -1};
    bool is_open = false;
    enum place place = file->path ? znn_output_place_examine(file) : PLACE_DESCRIPTOR;
    if (!file->path)
        is_open = open_stdout(file);
    else if (place == PLACE_FILE)
        is_open = open_file(file);
    else if (place == PLACE_STREAM || place == PLACE_DESCRIPTOR)
        is_open = open_stream(file, place == PLACE_DESCRIPTOR);
    if (place == PLACE_LOST)
        fail_to_create(file);
    if (is_open)
        znn_output_stream_start(&file->stream, file->fd, file->is_file);
    else
        znn_output_place_close(&file->standing);
    return is_open;
}

bool znn_output_file_write(struct output_file *file, const void *data, size_t size)
{
    struct znn_output output = znn_output_stream_for_library(&file->stream);
    return output.write(output.context, data, size) == (ptrdiff_t)size || fail(file, "write");
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Completing                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/* If there is no source file, or the output only describes it, the umask determines the mode. */
static void copy_metadata(const struct output_file *file)
{
    const struct file_status *source = &file->input->status;
    if (file->is_derived || !file->input->path || source->kind != FILE_REGULAR) {
        znn_metadata_set_default(file->fd);
        return;
    }
    znn_metadata_copy_rights(file->fd, file->input->fd, source);
    if (!file->is_part)
        znn_metadata_copy_times(file->fd, source);
}

/* Some file systems report a failed write on closing.  The lock stays with the duplicate of the descriptor. */
static bool close_written(struct output_file *file)
{
    file->temporary.fd = znn_file_duplicate(file->fd);
    if (file->temporary.fd < 0)
        return fail(file, "complete");
    int fd = file->fd;
    file->fd = -1;
    return znn_file_close(fd) || fail(file, "write");
}

/* Does everything that comes before the file gets its name. */
static bool complete(struct output_file *file)
{
    copy_metadata(file);
    if (file->must_last && !znn_disk_write_file(file->fd))
        return fail(file, "write to the disk");
    if (!znn_file_status_open(file->fd, &file->status))
        return fail(file, "examine");
    return close_written(file);
}

/* A link cannot replace anything, not even a file that has just appeared. */
static bool link_to_name(struct output_file *file)
{
    if (znn_temporary_link(&file->temporary, file->path))
        return true;
    return errno == EEXIST ? znn_output_place_say_taken(file) : fail(file, "give it this name");
}

static bool give_name(struct output_file *file)
{
    bool is_there;
    if (!znn_output_place_confirm(file, &is_there))
        return false;
    if (!is_there)
        return link_to_name(file);
    return znn_temporary_rename(&file->temporary, file->path) || fail(file, "rename to this name");
}

bool znn_output_file_publish(struct output_file *file)
{
    assert(file->fd >= 0); /* open, and neither published nor discarded yet */
    if (!file->is_file)
        return file->fd == STANDARD_OUTPUT || znn_file_close(file->fd) || fail(file, "write");
    if (!complete(file) || !give_name(file)) {
        znn_output_file_discard(file);
        return false;
    }
    znn_spared_add(&file->written->files, &file->status);
    znn_output_place_close(&file->standing);
    /* Without this, after a power cut the input could be gone and the new name lost. */
    bool fine = !file->must_last || znn_sync_name(file->path);
    if (!file->must_last || !fine)
        znn_output_file_release(file);
    return fine;
}

void znn_output_file_release(struct output_file *file)
{
    if (file->temporary.fd >= 0)
        znn_file_close(file->temporary.fd);
    file->temporary.fd = -1;
}

void znn_output_file_discard(struct output_file *file)
{
    if (file->temporary.fd == file->fd)
        file->temporary.fd = -1;
    close_stream(file);
    znn_temporary_remove(&file->temporary);
    znn_output_file_release(file);
    znn_output_place_close(&file->standing);
}
