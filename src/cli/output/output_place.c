/*
 * output_place.c - examines the name of an output: what has it now, and may the output take it?
 */
#include "cli/output/output_place.h"

#include "cli/flags/descriptor.h"
#include "cli/flags/names.h"
#include "cli/input/base_chain.h"
#include "cli/input/lock.h"
#include "cli/output/output_file.h"
#include "cli/say/message.h"
#include "cli/system/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files that must stay                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns true if the input is a .znn file that needs this one. */
static bool is_needed(const struct output_file *file, const struct stat *status)
{
    struct base_chain needed = {.count = 0};
    znn_base_chain_locate(&needed, file->input, file->base_dir, file->path);
    bool is_found = znn_base_chain_has_status(&needed, status);
    znn_base_chain_close(&needed);
    return is_found;
}

bool znn_output_place_check(const struct output_file *file, const struct stat *status)
{
    if (!S_ISREG(status->st_mode))
        return true;
    if (is_same_file(status, &file->input->status))
        return znn_say_error(file->name, "is both input and output; give another output with -o");
    if (file->inputs && znn_spared_has(file->inputs, status))
        return znn_say_error(file->name, "is another input of this command, or the base of one, and is kept; "
                                         "give another output with -o");
    if ((file->base && znn_base_chain_has_status(file->base, status)) || is_needed(file, status))
        return znn_say_error(file->name, "is the base and is kept; give another output with -o");
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files that may be replaced                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool say_exists(const struct output_file *file)
{
    return znn_say_error(file->name, "exists already; use -f to replace it, or -o to write another file");
}

/*
 * x.pth and x.safetensors would both become x.znn.  Within one command they get other names.  In a second command, even
 * -f must not replace the file from the first, which may be the only copy of that model.
 */
static bool check_extension(const struct output_file *file)
{
    struct znn_header header = ZNN_INIT(struct znn_header);
    if (!file->extension || file->standing.fd < 0 || znn_input_file_header(file->standing.fd, &header) != ZNN_OK ||
        strcmp(header.extension, file->extension) == 0)
        return true;
    char *other = znn_names_is_znn(file->path) ? znn_names_decompressed(file->path, header.extension) : NULL;
    znn_say_error(file->name, "is the compressed '%s' and is kept; use -o to write another file",
                  other ? znn_path_base(other) : header.extension);
    free(other);
    return false;
}

/* `led` is the target of a link, or NULL if there is none. */
static bool check_kind(const struct output_file *file, const struct stat *own, const struct stat *led)
{
    if (!S_ISREG(own->st_mode) && !S_ISLNK(own->st_mode))
        return znn_say_error(file->name, "is not a regular file, so even -f does not replace it; write another file");
    if (led && !S_ISREG(led->st_mode))
        return znn_say_error(
            file->name, "leads to something that is not a regular file, so even -f does not replace it; write another "
                        "file");
    return true;
}

static bool check_replaceable(const struct output_file *file, const struct stat *own, const struct stat *led)
{
    if (!check_kind(file, own, led))
        return false;
    if (znn_spared_has(&file->written->files, own))
        return znn_say_error(file->name, "was just made from another input, and is kept; use -o to write another file");
    return file->force || say_exists(file);
}

bool znn_output_place_say_taken(const struct output_file *file)
{
    if (!file->force)
        return say_exists(file);
    return znn_say_error(file->name, "was made or replaced by another program meanwhile, and is kept");
}

/* A file that cannot be read is replaced without a lock. */
static bool open_standing(struct output_file *file)
{
    struct standing *standing = &file->standing;
    struct stat opened;
    if (!S_ISREG(standing->status.st_mode))
        return true;
    standing->fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (standing->fd >= 0 && (fstat(standing->fd, &opened) != 0 || !is_same_file(&opened, &standing->status)))
        return znn_output_place_say_taken(file);
    return check_extension(file);
}

void znn_output_place_close(struct standing *standing)
{
    if (standing->fd >= 0)
        close(standing->fd);
    standing->fd = -1;
}

static enum place examine_own(struct output_file *file, const struct stat *led)
{
    struct standing *standing = &file->standing;
    if (lstat(file->path, &standing->status) != 0)
        return errno == ENOENT ? PLACE_FILE : PLACE_LOST;
    standing->is_there = true;
    bool fine = check_replaceable(file, &standing->status, led) && open_standing(file);
    if (fine)
        return PLACE_FILE;
    znn_output_place_close(standing);
    return PLACE_BAD;
}

enum place znn_output_place_examine(struct output_file *file)
{
    struct stat led;
    file->standing = (struct standing){.fd = -1};
    if (file->is_chosen && znn_descriptor_named(file->path) >= 0)
        return PLACE_DESCRIPTOR;
    bool leads = stat(file->path, &led) == 0;
    if (leads && S_ISDIR(led.st_mode)) {
        znn_say_error(file->name, "is a directory; give the name of a file");
        return PLACE_BAD;
    }
    if (leads && file->is_chosen && (S_ISFIFO(led.st_mode) || S_ISCHR(led.st_mode)))
        return PLACE_STREAM;
    if (leads && !znn_output_place_check(file, &led))
        return PLACE_BAD;
    return examine_own(file, leads ? &led : NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The second check                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
    return is_same_file(a, b) && a->st_mode == b->st_mode && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

bool znn_output_place_confirm(struct output_file *file, bool *is_there)
{
    struct standing *standing = &file->standing;
    struct stat now;
    *is_there = false;
    if (!standing->is_there)
        return true;
    if (standing->fd >= 0 && znn_lock_exclusive(standing->fd, LOCK_PATIENCE) == LOCK_BUSY)
        return znn_say_error(file->name, "is in use by another znn and is not replaced; try again later");
    if (lstat(file->path, &now) != 0)
        return errno == ENOENT || znn_say_system_error(file->name, "examine", errno, "");
    *is_there = true;
    return is_unchanged(&now, &standing->status) || znn_output_place_say_taken(file);
}
