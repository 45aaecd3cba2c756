/*
 * output_file.c - a file to be written, which appears under its name only when it is complete
 */
#include "cli/output_file.h"

#include "cli/message.h"
#include "cli/metadata.h"
#include "cli/names.h"
#include "cli/signals.h"
#include "cli/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* How much of the final name a temporary one shows: the whole stays well within any file system's limit. */
#define SHOWN_MAX 100

static bool fail(const struct output_file *file, const char *what)
{
    return znn_say_system_error(file->name, what, errno, "");
}

/* The system does not tell whether it is the file or its directory that is missing. */
static bool fail_to_create(const struct output_file *file)
{
    const char *remedy = errno == ENOENT         ? "; its directory is not there, make it first"
                         : errno == ENOTDIR      ? "; a part of its path is no directory"
                         : errno == EACCES       ? "; give another place with -o"
                         : errno == EROFS        ? "; give another place with -o"
                         : errno == ENAMETOOLONG ? "; give a shorter one with -o"
                                                 : "";
    return znn_say_system_error(file->name, "create", errno, remedy);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* May it be written?                                                                                               */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return S_ISREG(a->st_mode) && a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool check_not_input(const struct output_file *file, const struct stat *status)
{
    if (!is_same_file(status, &file->input->status))
        return true;
    return znn_say_error(file->name, "is both input and output; give another output with -o");
}

static bool say_exists(const struct output_file *file)
{
    return znn_say_error(file->name, "exists already; use -f to replace it, or -o to write another file");
}

/* May what stands under the final name be replaced?  A symbolic link is replaced itself, not what it leads to. */
static bool check_replaceable(const struct output_file *file, const struct stat *status)
{
    if (!S_ISREG(status->st_mode) && !S_ISLNK(status->st_mode))
        return znn_say_error(file->name, "is no regular file, so that even -f does not replace it; write another file");
    for (size_t i = 0; i < file->written->count; i++)
        if (file->written->files[i].device == status->st_dev && file->written->files[i].inode == status->st_ino)
            return znn_say_error(file->name, "was just made from another input, and is kept; use -o to write another "
                                             "file");
    return file->force || say_exists(file);
}

enum place { PLACE_BAD, PLACE_FREE, PLACE_STREAM };

/* Looks at what stands under the final name: nothing in the way, a FIFO or device to write to, or something else. */
static enum place examine(const struct output_file *file)
{
    struct stat status;
    if (stat(file->path, &status) == 0) {
        if (!check_not_input(file, &status))
            return PLACE_BAD;
        if (S_ISDIR(status.st_mode)) {
            znn_say_error(file->name, "is a directory; give the name of a file");
            return PLACE_BAD;
        }
        if (file->is_chosen && (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)))
            return PLACE_STREAM;
    }
    if (lstat(file->path, &status) == 0)
        return check_replaceable(file, &status) ? PLACE_FREE : PLACE_BAD;
    if (errno == ENOENT)
        return PLACE_FREE;
    fail_to_create(file);
    return PLACE_BAD;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Opening                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool open_stdout(struct output_file *file)
{
    struct stat status;
    if (fstat(STDOUT_FILENO, &status) != 0)
        return fail(file, "open");
    if ((fcntl(STDOUT_FILENO, F_GETFL) & O_ACCMODE) == O_RDONLY) /* as main.c leaves one that was closed */
        return znn_say_error(file->name, "is closed, or not open for writing; redirect standard output, or use -o");
    file->fd = STDOUT_FILENO;
    return check_not_input(file, &status);
}

static bool open_stream(struct output_file *file)
{
    if (file->must_last)
        return znn_say_error(file->name, "is no regular file, so that the input would be lost; leave --rm out");
    file->fd = open(file->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    if (file->fd < 0)
        return fail(file, "open");
    if (!file->is_compressed || !isatty(file->fd))
        return true;
    close(file->fd);
    return znn_say_error(file->name, "is a terminal, where compressed data does not go; give a file");
}

/* "dir/name" -> "dir/.name.tmp-XXXXXX" */
static char *temporary_template(const char *path)
{
    const char *base = znn_names_base(path);
    size_t shown = strlen(base);
    if (shown > SHOWN_MAX)
        for (shown = SHOWN_MAX; shown > 0 && ((unsigned char)base[shown] & 0xc0) == 0x80;)
            shown--; /* some file systems insist on whole characters */
    size_t capacity = strlen(path) + sizeof "..tmp-XXXXXX";
    char *template = malloc(capacity);
    if (template)
        snprintf(template, capacity, "%.*s.%.*s.tmp-XXXXXX", (int)(base - path), path, (int)shown, base);
    return template;
}

static bool open_temporary(struct output_file *file)
{
    if (*znn_names_base(file->path) == '\0')
        return znn_say_error(file->name, "is no file's name; give one with -o");
    file->temporary = temporary_template(file->path);
    if (!file->temporary)
        return znn_say_memory_error(file->name);
    znn_signals_hold();
    file->fd = mkstemp(file->temporary);
    int reason = errno;
    if (file->fd >= 0)
        znn_signals_guard(file->temporary);
    znn_signals_release();
    if (file->fd >= 0)
        return true;
    free(file->temporary);
    errno = reason;
    return fail_to_create(file);
}

bool znn_output_file_check(struct output_file *file)
{
    file->name = file->path ? file->path : STDOUT_NAME;
    return !file->path || examine(file) != PLACE_BAD;
}

bool znn_output_file_open(struct output_file *file)
{
    file->name = file->path ? file->path : STDOUT_NAME;
    file->temporary = NULL;
    bool is_open;
    if (!file->path) {
        is_open = open_stdout(file);
    } else {
        enum place place = examine(file);
        is_open = place == PLACE_FREE ? open_temporary(file) : place == PLACE_STREAM && open_stream(file);
    }
    if (is_open)
        znn_output_stream_start(&file->stream, file->fd, file->temporary != NULL);
    return is_open;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Completing                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

/* What comes from no file is made as the user's mask says. */
static void copy_metadata(const struct output_file *file)
{
    const struct stat *source = &file->input->status;
    if (!file->input->path || !S_ISREG(source->st_mode)) {
        mode_t mask = umask(0);
        umask(mask);
        (void)fchmod(file->fd, 0666 & ~mask);
        return;
    }
    znn_metadata_copy_rights(file->fd, source);
    if (!file->is_part)
        znn_metadata_copy_times(file->fd, source);
}

/* Gives the finished file its final name.  A link cannot replace anything, not even what appeared a moment ago. */
static bool give_name(const struct output_file *file)
{
    if (!file->force) {
        if (link(file->temporary, file->path) == 0) {
            unlink(file->temporary);
            return true;
        }
        struct stat status;
        if (errno == EEXIST || lstat(file->path, &status) == 0)
            return say_exists(file);
        /* The file system knows no hard links: rename, in the hope that nothing appears right now. */
    }
    return rename(file->temporary, file->path) == 0 || fail(file, "rename to this name");
}

bool znn_output_file_write(struct output_file *file, const void *data, size_t size)
{
    struct znn_output output = znn_output_stream_for_library(&file->stream);
    return output.write(output.context, data, size) == 0 || fail(file, "write");
}

static void remember(struct output_file *file, const struct stat *status)
{
    file->written->files[file->written->count++] =
        (struct file_identity){.device = status->st_dev, .inode = status->st_ino};
}

/* Everything up to the moment when the file may appear. */
static bool complete(struct output_file *file, struct stat *status)
{
    copy_metadata(file);
    if (file->must_last && fsync(file->fd) != 0)
        return fail(file, "write to the disk");
    if (fstat(file->fd, status) != 0)
        return fail(file, "examine");
    int fd = file->fd;
    file->fd = -1;
    return close(fd) == 0 || fail(file, "write");
}

bool znn_output_file_publish(struct output_file *file)
{
    if (!file->temporary)
        return file->fd == STDOUT_FILENO || close(file->fd) == 0 || fail(file, "write");
    struct stat status;
    if (!complete(file, &status)) {
        znn_output_file_discard(file);
        return false;
    }
    znn_signals_hold();
    bool is_named = give_name(file);
    if (is_named)
        znn_signals_guard(NULL);
    znn_signals_release();
    if (!is_named) {
        znn_output_file_discard(file);
        return false;
    }
    free(file->temporary);
    remember(file, &status);
    /* Otherwise a power cut could forget the new name and remember that the input was removed. */
    return !file->must_last || znn_sync_name(file->path);
}

void znn_output_file_discard(struct output_file *file)
{
    if (file->fd >= 0 && file->fd != STDOUT_FILENO)
        close(file->fd);
    if (!file->temporary)
        return;
    znn_signals_hold();
    unlink(file->temporary);
    znn_signals_guard(NULL);
    znn_signals_release();
    free(file->temporary);
}
