/*
 * removal.c - removes a source for --rm
 */
#include "cli/output/removal.h"

#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/lock.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool fail(const char *path)
{
    return znn_say_system_error(path, "remove", errno, "");
}

/* Checks for writers first: a writer that has already gone has changed the file's times. */
static bool check_source(int fd, const char *path, const struct file_status *before)
{
    struct file_status now;
    if (znn_lock_exclusive(fd, 0) == LOCK_BUSY)
        return znn_say_error(path, "not removed, because another znn uses it, perhaps as a base");
    if (znn_lock_has_writer(fd))
        return znn_say_error(path, "not removed, because another program has it open for writing");
    if (!znn_file_status_itself(path, &now))
        return fail(path);
    return znn_file_is_untouched(before, &now) ||
           znn_say_error(path, "not removed, because it is no longer the file that was read");
}

static bool check_output(const char *path, const char *output, const struct file_status *complete)
{
    struct file_status now;
    return (znn_file_status_itself(output, &now) && znn_file_is_same_content(complete, &now)) ||
           znn_say_error(path, "not removed, because '%s' is no longer the file that was written", output);
}

static bool remove_file(const char *path)
{
    return znn_name_remove(path) || fail(path);
}

/* Two models may each be the base of the other's .znn file, as long as one of the models still exists. */
bool znn_removal_check_base(const struct input_file *source, const struct output_file *output,
                            const struct base_chain *base)
{
    if (base && znn_base_chain_has(base, source))
        return znn_say_error(source->path,
                             "not removed, because '%s' needs it as a base; remove that file to make it "
                             "anew",
                             output->path);
    if (base && (znn_base_chain_has_changed(base) || !znn_base_chain_is_there(base)))
        return znn_say_error(source->path, "not removed, because the base of '%s' is no longer there", output->path);
    return true;
}

bool znn_removal_now(const struct input_file *source, const struct output_file *output, const struct base_chain *base)
{
    return check_source(source->fd, source->path, &source->status) &&
           check_output(source->path, output->path, &output->status) && znn_removal_check_base(source, output, base) &&
           remove_file(source->path);
}

bool znn_removal_note(struct removal *removal, const struct input_file *source, const struct output_file *output)
{
    *removal = (struct removal){
        .path = strdup(source->path),
        .output = strdup(output->path),
        .source = source->status,
        .result = output->status,
    };
    if (removal->path && removal->output)
        return true;
    znn_removal_free(removal);
    return znn_say_error(source->path, "not removed, because memory ran out");
}

/* The file may have other names that are to be removed, too. */
static void note_times(struct removal *removal, int source)
{
    struct file_status now;
    if (znn_file_status_open(source, &now) && znn_file_is_same_content(&removal->source, &now))
        removal->source = now;
}

/* Removes the source while the output is open and locked, so that it stays. */
static bool remove_with(struct removal *removal, int output)
{
    if (znn_lock_shared(output, LOCK_PATIENCE) == LOCK_BUSY)
        return znn_say_error(removal->path, "not removed, because another znn is replacing or removing '%s'",
                             removal->output);
    int source = znn_file_open(removal->path, OPEN_ITSELF);
    if (source < 0)
        return fail(removal->path);
    bool fine = check_source(source, removal->path, &removal->source) &&
                check_output(removal->path, removal->output, &removal->result) && remove_file(removal->path);
    if (fine)
        note_times(removal, source);
    znn_file_close(source);
    return fine;
}

void znn_removal_follow(struct removal *other, const struct removal *removed)
{
    if (znn_file_is_same_content(&other->source, &removed->source))
        other->source = removed->source;
}

bool znn_removal_later(struct removal *removal)
{
    int output = znn_file_open(removal->output, OPEN_ITSELF);
    if (output < 0)
        return znn_say_error(removal->path, "not removed, because '%s' could not be opened: %s", removal->output,
                             strerror(errno));
    bool fine = remove_with(removal, output);
    znn_file_close(output);
    return fine;
}

void znn_removal_free(struct removal *removal)
{
    free(removal->path);
    free(removal->output);
    *removal = (struct removal){.path = NULL};
}
