/*
 * spared.c - a set of files that an output must not replace
 */
#include "cli/output/spared.h"

#include "cli/system/file_status.h"

#include <stdint.h>
#include <stdlib.h>

#define FIRST_CAPACITY 64

/* Returns the slot of the file, or the free slot where it belongs. */
static struct file_id *find(const struct spared *spared, struct file_id file)
{
    uint64_t hash = (file.number + file.device * 31) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash >> 32);
    for (;; at++) {
        struct file_id *slot = &spared->slots[at & (spared->capacity - 1)];
        if (slot->number == 0 || znn_file_id_compare(slot, &file) == 0)
            return slot;
    }
}

static bool grow(struct spared *spared)
{
    struct spared larger = {.count = spared->count,
                            .capacity = spared->capacity ? 2 * spared->capacity : FIRST_CAPACITY};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < spared->capacity; i++)
        if (spared->slots[i].number != 0)
            *find(&larger, spared->slots[i]) = spared->slots[i];
    free(spared->slots);
    *spared = larger;
    return true;
}

bool znn_spared_reserve(struct spared *spared)
{
    return 2 * (spared->count + 1) <= spared->capacity || grow(spared);
}

bool znn_spared_add(struct spared *spared, const struct file_status *status)
{
    if (!znn_spared_reserve(spared))
        return false;
    struct file_id *slot = find(spared, status->id);
    spared->count += slot->number == 0;
    *slot = status->id;
    return true;
}

bool znn_spared_add_path(struct spared *spared, const char *path)
{
    struct file_status status;
    return !znn_file_status(path, &status) || znn_spared_add(spared, &status);
}

bool znn_spared_has(const struct spared *spared, const struct file_status *status)
{
    return spared->count > 0 && find(spared, status->id)->number != 0;
}

void znn_spared_free(struct spared *spared)
{
    free(spared->slots);
    *spared = (struct spared){.count = 0};
}
