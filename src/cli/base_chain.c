/*
 * base_chain.c - the base of a file, and that one's base, and so on
 */
#include "cli/base_chain.h"

#include "cli/message.h"
#include "cli/names.h"
#include "cli/text.h"
#include "cli/zipnn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct search {
    struct base_chain *chain;
    const struct input_file *child; /* where it starts, or NULL */
    const char *directory;          /* --base-dir, or NULL */
};

static bool is_same(const struct input_file *a, const struct input_file *b)
{
    return a->status.st_dev == b->status.st_dev && a->status.st_ino == b->status.st_ino;
}

bool znn_base_chain_has(const struct base_chain *chain, const struct input_file *file)
{
    for (size_t i = 0; i < chain->count; i++)
        if (is_same(&chain->links[i].file, file))
            return true;
    return false;
}

bool znn_base_chain_holds(const struct base_chain *chain, const char *path)
{
    struct input_file file = {.path = NULL};
    return stat(path, &file.status) == 0 && znn_base_chain_has(chain, &file);
}

bool znn_base_chain_has_changed(const struct base_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        if (znn_input_file_has_changed(&chain->links[i].file))
            return true;
    return false;
}

struct base_hint znn_base_hint(const struct input_file *file)
{
    struct base_hint hint = {""};
    struct znn_header header;
    if (znn_input_file_is_plain(file) && znn_input_file_header(file->fd, &header) == ZNN_OK)
        memcpy(hint.name, header.base_name, sizeof header.base_name);
    return hint;
}

/* The library has checked it; but as it becomes part of a path, it is looked at once more here. */
static bool is_plain_name(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && !strchr(name, '/');
}

/* Takes the path, which it frees when it is done, if there is such a file, and a new one. */
static bool try_path(const struct search *search, char *path, char **found)
{
    struct input_file file = {.fd = -1};
    bool good = path && access(path, F_OK) == 0 && stat(path, &file.status) == 0 && S_ISREG(file.status.st_mode) &&
                !znn_base_chain_has(search->chain, &file) && !(search->child && is_same(search->child, &file));
    if (good)
        *found = path;
    else
        free(path);
    return good;
}

/* "base.safetensors", "base.safetensors.znn", "base.znn" */
static bool try_names(const struct search *search, const char *directory, const char *name, char **found)
{
    char *path = znn_names_below(directory, name);
    const char *extension = znn_names_model_extension(name);
    bool good =
        path && (try_path(search, strdup(path), found) || try_path(search, znn_names_compressed(path, NULL), found) ||
                 (extension && try_path(search, znn_names_compressed(path, extension), found)));
    free(path);
    return good;
}

/* The path of the base that `file` remembers, which the caller frees; NULL where there is none. */
static char *find(const struct search *search, const struct input_file *file)
{
    struct base_hint hint = znn_base_hint(file);
    char *found = NULL;
    if (!file->path || !is_plain_name(hint.name))
        return NULL;
    char *directory = znn_names_directory(file->path);
    char *beside = directory ? znn_names_root(directory) : NULL;
    if (!(beside && try_names(search, beside, hint.name, &found)) && search->directory)
        try_names(search, search->directory, hint.name, &found);
    free(directory);
    free(beside);
    return found;
}

static void add_step(struct text *text, const char *path)
{
    static const char before[] = "its base '", after[] = "': ";
    znn_text_add(text, before, sizeof before - 1);
    znn_text_add(text, path, strlen(path));
    znn_text_add(text, after, sizeof after - 1);
}

/*
 * Says what is wrong with file number `level` of a chain, where 0 is the child `name` and 1 the nearest base.  The line
 * starts with the file that the user named, which is that base where `name` is NULL, and follows the chain from there.
 */
static bool say(const struct base_chain *chain, const char *name, size_t level, const struct znn_error *error)
{
    struct text path = {0};
    size_t reached = level < chain->count ? level : chain->count;
    size_t first = name ? 0 : 1;
    for (size_t i = first; i < reached; i++)
        add_step(&path, chain->links[i].path);
    znn_text_add(&path, "", 1);
    struct failure_words words = {
        .path = path.failed ? NULL : path.data,
        .culprit = reached > 0 ? chain->links[reached - 1].path : name,
    };
    /* A base that is not there is one further than the file that lacks it.  --base names the nearest one only. */
    size_t wanted = error->base == 0 ? level + 1 : level;
    if (error->status == ZNN_ERROR_BASE && wanted > 1)
        words.remedy = "; put the right one beside the file that needs it, or name its directory with --base-dir";
    znn_say_failure_with(name ? name : chain->links[0].path, error, &words);
    znn_text_free(&path);
    return false;
}

bool znn_base_chain_say(const struct base_chain *chain, const struct input_file *file, const struct znn_error *error)
{
    if (error->status != ZNN_ERROR_BASE)
        return znn_zipnn_say(file, error);
    return say(chain, file->name, error->base, error);
}

/* Opens the next file of the chain.  What the user names as a base may be standard input. */
static bool open_link(const struct search *search, struct chained *link, char *path)
{
    struct base_chain *chain = search->chain;
    struct input_file *file = &link->file;
    *link = (struct chained){.path = path};
    if (!search->child && chain->count == 0) {
        chain->count += znn_input_file_open(file, path, false);
        return chain->count > 0;
    }
    chain->count++;
    *file = (struct input_file){.path = path, .name = path, .fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)};
    if (file->fd >= 0 && fstat(file->fd, &file->status) == 0)
        return true;
    const struct znn_error error = {
        .status = ZNN_ERROR_IO, .system_error = errno, .offset = UINT64_MAX, .detail = "could not open"};
    return say(chain, search->child ? search->child->name : NULL, chain->count, &error);
}

/* Opens the files, the nearest first, for as long as each remembers a base.  Takes `path`. */
static bool open_files(const struct search *search, char *path)
{
    struct base_chain *chain = search->chain;
    while (path) {
        struct chained *link = &chain->links[chain->count];
        if (chain->count == ZNN_BASE_DEPTH_MAX) {
            znn_say_error(search->child ? search->child->name : chain->links[0].path,
                          "needs a base, which needs one, and so on, for more than %d times, up to '%s'; compress one "
                          "of them anew",
                          ZNN_BASE_DEPTH_MAX, path);
            free(path);
            return false;
        }
        if (!open_link(search, link, path)) {
            if (chain->count == 0)
                free(path);
            return false;
        }
        if (!S_ISREG(link->file.status.st_mode))
            return znn_say_error(path, "is no file that can be read in any order, as a base must be");
        path = find(search, &link->file);
    }
    return true;
}

static bool open_chain(const struct search *search, char *path)
{
    struct base_chain *chain = search->chain;
    if (!open_files(search, path))
        return false;
    for (size_t i = chain->count; i-- > 0;) {
        struct chained *link = &chain->links[i];
        struct znn_base *parent = i + 1 < chain->count ? chain->links[i + 1].base : NULL;
        struct znn_input input = znn_input_fd(link->file.fd);
        struct znn_error error = {.offset = UINT64_MAX};
        if (znn_base_open(&input, parent, &link->base, &error) != ZNN_OK)
            return say(chain, search->child ? search->child->name : NULL, i + 1 + error.base, &error);
    }
    return true;
}

bool znn_base_chain_open(struct base_chain *chain, const char *path, const char *directory)
{
    struct search search = {.chain = chain, .directory = directory};
    char *copy = strdup(path);
    return copy ? open_chain(&search, copy) : znn_say_memory_error(path);
}

bool znn_base_chain_find(struct base_chain *chain, const struct input_file *child, const char *directory)
{
    struct search search = {.chain = chain, .child = child, .directory = directory};
    return open_chain(&search, find(&search, child));
}

struct znn_base *znn_base_chain_base(const struct base_chain *chain)
{
    return chain->count > 0 ? chain->links[0].base : NULL;
}

const char *znn_base_chain_name(const struct base_chain *chain)
{
    return chain->count > 0 ? znn_names_base(chain->links[0].path) : NULL;
}

void znn_base_chain_close(struct base_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++) { /* each is made from the next */
        znn_base_close(chain->links[i].base);
        znn_input_file_close(&chain->links[i].file);
        free(chain->links[i].path);
    }
    *chain = (struct base_chain){.count = 0};
}
