/*
 * output_place.c - examines the name of an output: what has it now, and may the output take it?
 */
#include "cli/output/output_place.h"

#include "cli/flags/names.h"
#include "cli/input/base_chain.h"
#include "cli/output/output_file.h"
#include "cli/say/message.h"
#include "cli/system/descriptor.h"
#include "cli/system/file_status.h"
#include "cli/system/lock.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files that must stay                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Returns true if the input is a .znn file that needs this one. */
static bool is_needed(const struct output_file *file, const struct file_status *status)
{
    struct base_chain needed = {.count = 0};
    znn_base_chain_locate(&needed, file->input, file->base_dir, file->path);
    bool is_found = znn_base_chain_has_status(&needed, status);
    znn_base_chain_close(&needed);
    return is_found;
}

bool znn_output_place_check(const struct output_file *file, const struct file_status *status)
{
    if (file->rewrites_input)
        return znn_file_is_same(status, &file->input->status) || znn_output_place_say_taken(file);
    if (status->kind != FILE_REGULAR)
        return true;
    if (znn_file_is_same(status, &file->input->status))
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
static bool check_kind(const struct output_file *file, const struct file_status *own, const struct file_status *led)
{
    if (own->kind != FILE_REGULAR && own->kind != FILE_LINK)
        return znn_say_error(file->name, "is not a regular file, so even -f does not replace it; write another file");
    if (led && led->kind != FILE_REGULAR)
        return znn_say_error(
            file->name, "leads to something that is not a regular file, so even -f does not replace it; write another "
                        "file");
    return true;
}

static bool check_replaceable(const struct output_file *file, const struct file_status *own,
                              const struct file_status *led)
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
    struct file_status opened;
    if (standing->status.kind != FILE_REGULAR)
        return true;
    standing->fd = znn_file_open(file->path, OPEN_ITSELF);
    if (standing->fd >= 0 &&
        (!znn_file_status_open(standing->fd, &opened) || !znn_file_is_same(&opened, &standing->status)))
        return znn_output_place_say_taken(file);
    return check_extension(file);
}

void znn_output_place_close(struct standing *standing)
{
    if (standing->fd >= 0)
        znn_file_close(standing->fd);
    standing->fd = -1;
}

static enum place examine_own(struct output_file *file, const struct file_status *led)
{
    struct standing *standing = &file->standing;
    if (!znn_file_status_itself(file->path, &standing->status))
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
    struct file_status led;
    file->standing = (struct standing){.fd = -1};
    if (file->is_chosen && znn_descriptor_named(file->path) >= 0)
        return PLACE_DESCRIPTOR;
    bool leads = znn_file_status(file->path, &led);
    if (leads && led.kind == FILE_DIRECTORY) {
        znn_say_error(file->name, "is a directory; give the name of a file");
        return PLACE_BAD;
    }
    if (leads && file->is_chosen && (led.kind == FILE_FIFO || led.kind == FILE_CHARACTER_DEVICE))
        return PLACE_STREAM;
    if (leads && !znn_output_place_check(file, &led))
        return PLACE_BAD;
    return examine_own(file, leads ? &led : NULL);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The second check                                                                                                 */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool is_unchanged(const struct file_status *a, const struct file_status *b)
{
    return znn_file_is_untouched(a, b) && a->kind == b->kind && a->mode == b->mode;
}

bool znn_output_place_confirm(struct output_file *file, bool *is_there)
{
    struct standing *standing = &file->standing;
    struct file_status now;
    *is_there = false;
    if (!standing->is_there)
        return true;
    if (standing->fd >= 0 && znn_lock_exclusive(standing->fd, LOCK_PATIENCE) == LOCK_BUSY)
        return znn_say_error(file->name, "is in use by another znn and is not replaced; try again later");
    if (!znn_file_status_itself(file->path, &now) && file->rewrites_input)
        return znn_output_place_say_taken(file);
    if (!znn_file_status_itself(file->path, &now))
        return errno == ENOENT || znn_say_system_error(file->name, "examine", errno, "");
    *is_there = true;
    return is_unchanged(&now, &standing->status) || znn_output_place_say_taken(file);
}
