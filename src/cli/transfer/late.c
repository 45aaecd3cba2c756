/*
 * late.c - removes sources after all files of a command
 */
#include "cli/transfer/late.h"

#include "cli/flags/lossy.h"
#include "cli/output/orphans.h"
#include "cli/say/message.h"

#include <stdlib.h>

bool znn_late_note(struct batch *batch, const struct input_file *input, const struct output_file *output, bool is_base)
{
    struct late *late = realloc(batch->late, (batch->late_count + 1) * sizeof *late);
    if (!late)
        return znn_say_error(input->name, "not removed, because memory ran out");
    batch->late = late;
    late[batch->late_count] = (struct late){.is_base = is_base};
    if (!znn_removal_note(&late[batch->late_count].removal, input, output))
        return false;
    batch->late_count++;
    return true;
}

/* A file that is part of the base is removed last, and never if anything failed, because the user may try again. */
static bool remove_late(const struct batch *batch, struct late *late)
{
    struct removal *removal = &late->removal;
    if (!late->is_base)
        return znn_removal_later(removal);
    if (batch->failed)
        return znn_say_error(removal->path, "not removed, because it is the base, and some files failed");
    if (batch->direction == COMPRESSING && znn_lossy_is_asked(batch->settings))
        return znn_say_error(removal->path,
                             "not removed, because it is the base and must stay exact, but '%s' is "
                             "rounded",
                             removal->output);
    return znn_removal_later(removal);
}

const char *znn_late_orphan(struct batch *batch, const char *source, const char *output)
{
    const struct target_settings *target = &batch->settings->target;
    return target->path || target->directory ? znn_orphans_find(&batch->orphans, source, output) : NULL;
}

/* Removes a late source unless a .znn file beside it needs it still.  Returns true if that changed anything. */
static bool settle_one(struct batch *batch, struct late *late, size_t *failures)
{
    if (late->is_done || znn_late_orphan(batch, late->removal.path, late->removal.output))
        return false;
    bool fine = remove_late(batch, late);
    for (size_t i = 0; fine && i < batch->late_count; i++)
        if (!batch->late[i].is_done && &batch->late[i] != late)
            znn_removal_follow(&batch->late[i].removal, &late->removal);
    *failures += !fine;
    late->is_done = true;
    return fine;
}

/* In a chain, each source that goes sets the next one free. */
size_t znn_late_settle(struct batch *batch)
{
    size_t failures = 0;
    bool is_progress = true;
    while (is_progress) {
        is_progress = false;
        for (size_t i = 0; i < batch->late_count; i++)
            is_progress = settle_one(batch, &batch->late[i], &failures) || is_progress;
    }
    for (size_t i = 0; i < batch->late_count; i++) {
        struct removal *removal = &batch->late[i].removal;
        const char *child = batch->late[i].is_done ? NULL : znn_late_orphan(batch, removal->path, removal->output);
        failures += child && !znn_orphans_say(removal->path, child);
        znn_removal_free(removal);
    }
    free(batch->late);
    batch->late = NULL;
    batch->late_count = 0;
    return failures;
}
