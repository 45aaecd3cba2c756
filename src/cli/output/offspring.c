/*
 * offspring.c - would a new base make the chains of other files too long?
 */
#include "cli/output/offspring.h"

#include "cli/say/message.h"
#include "cli/system/file_status.h"
#include "cli/system/open_file.h"

/* Returns true if the .znn file `path` has the file `base` as its base.  Sets *status to that of the .znn file. */
static bool has_base(const struct orphans *orphans, const char *path, const struct file_status *base,
                     struct file_status *status)
{
    struct base_chain chain = {.count = 0};
    struct input_file file;
    if (!znn_orphans_open(path, &file))
        return false;
    znn_base_chain_locate(&chain, &file, orphans->base_dir, NULL);
    bool has = chain.count > 0 && znn_file_is_same(&chain.links[0].file.status, base);
    *status = file.status;
    znn_base_chain_close(&chain);
    znn_file_close(file.fd);
    return has;
}

/* Returns a file that needs more than `limit` files, one after the other, down to `base`; NULL if there is none. */
static const char *find_farther(struct orphans *orphans, const char *path, const struct file_status *base, size_t limit)
{
    size_t count;
    const struct child *children = znn_orphans_children(orphans, path, &count);
    for (size_t i = 0; i < count; i++) {
        struct file_status status;
        if (!has_base(orphans, children[i].path, base, &status))
            continue;
        const char *found = limit == 0 ? children[i].path : find_farther(orphans, children[i].path, &status, limit - 1);
        if (found)
            return found;
    }
    return NULL;
}

bool znn_offspring_check(struct orphans *orphans, const struct base_chain *chain, const struct input_file *input,
                         const struct output_file *output)
{
    if (chain->count == 0 || !output->path)
        return true;
    struct file_status standing;
    size_t limit = ZNN_BASE_DEPTH_MAX - chain->count;
    const char *child = NULL;
    if (znn_file_status(output->path, &standing))
        child = find_farther(orphans, output->path, &standing, limit);
    if (!child && output->must_last && !output->rewrites_input)
        child = find_farther(orphans, output->path, &input->status, limit);
    return !child || znn_say_error(output->path,
                                   "with this base, '%s', which needs this file, would have a chain of more than %d "
                                   "bases; choose a base that needs fewer",
                                   child, ZNN_BASE_DEPTH_MAX);
}
