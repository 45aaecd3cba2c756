/*
 * base_chain.c - finds the base of a file, the base of that base, and so on
 */
#include "cli/input/base_chain.h"

#include "cli/flags/names.h"
#include "cli/flags/operands.h"
#include "cli/input/zipnn.h"
#include "cli/say/message.h"
#include "cli/say/text.h"
#include "cli/system/file_status.h"
#include "cli/system/lock.h"
#include "cli/system/name.h"
#include "cli/system/open_file.h"
#include "cli/system/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How often to look again for a base that another znn has just compressed or decompressed. */
#define ATTEMPTS 5

/* How many symbolic links to follow, one after the other. */
#define LINKS_MAX 8

struct search {
    struct base_chain *chain;
    const struct input_file *child;    /* the file whose base is wanted, or NULL */
    const char *given;                 /* the path of --base, if there is no child */
    const char *directory;             /* --base-dir, or NULL */
    const char *output;                /* or NULL */
    bool is_quiet;                     /* looks only, without messages */
    const struct file_status *without; /* a file that is not to be found, or NULL */
};

bool znn_base_chain_has_status(const struct base_chain *chain, const struct file_status *status)
{
    for (size_t i = 0; i < chain->count; i++)
        if (znn_file_is_same(&chain->links[i].file.status, status))
            return true;
    return false;
}

bool znn_base_chain_has(const struct base_chain *chain, const struct input_file *file)
{
    return znn_base_chain_has_status(chain, &file->status);
}

static bool is_there(const struct input_file *file)
{
    struct file_status status;
    return znn_file_status(file->path, &status) && znn_file_is_same(&status, &file->status);
}

bool znn_base_chain_is_there(const struct base_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++)
        if (chain->links[i].file.path && !is_there(&chain->links[i].file))
            return false;
    return true;
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
    struct znn_header header = ZNN_INIT(struct znn_header);
    if (znn_input_file_is_plain(file) && znn_input_file_header(file->fd, &header) == ZNN_OK)
        memcpy(hint.name, header.base_name, sizeof header.base_name);
    return hint;
}

static bool is_component(const char *name, size_t size)
{
    if (size == 0 || strchr(" -.", name[0]))
        return false;
    for (size_t i = 0; i < size; i++)
        if (name[i] < 0x20 || name[i] > 0x7e || strchr("\"*/:<>?\\|", name[i]))
            return false;
    return true;
}

bool znn_base_hint_is_sound(const char *name)
{
    if (strlen(name) > ZNN_BASE_NAME_MAX)
        return false;
    while (strncmp(name, "../", 3) == 0)
        name += 3;
    for (const char *end; (end = strchr(name, '/')); name = end + 1)
        if (!is_component(name, (size_t)(end - name)))
            return false;
    return is_component(name, strlen(name));
}

/* Takes over `path`.  If it is a regular file that is not in the chain yet, sets *found to it, otherwise frees it. */
static bool try_path(const struct search *search, char *path, char **found)
{
    struct file_status status;
    bool good = path && znn_file_exists(path) && znn_file_status(path, &status) && status.kind == FILE_REGULAR &&
                !znn_base_chain_has_status(search->chain, &status) &&
                !(search->child && znn_file_is_same(&search->child->status, &status)) &&
                !(search->without && znn_file_is_same(search->without, &status));
    if (good)
        *found = path;
    else
        free(path);
    return good;
}

/* Tries the names that "base.znn" may have been decompressed to: "base", "base.safetensors", and so on. */
static bool try_decompressed(const struct search *search, const char *path, char **found)
{
    if (!znn_names_is_znn(path))
        return false;
    if (try_path(search, znn_names_decompressed(path, ""), found))
        return true;
    const char *extension;
    for (size_t i = 0; (extension = znn_names_extension(i)); i++)
        if (try_path(search, znn_names_decompressed(path, extension), found))
            return true;
    return false;
}

/* "base.safetensors", "base.safetensors.znn", "base.znn" */
static bool try_names(const struct search *search, const char *directory, const char *name, char **found)
{
    char *path = znn_path_resolve(directory, name);
    const char *extension = znn_names_model_extension(name);
    bool good =
        path && (try_path(search, strdup(path), found) || try_path(search, znn_names_compressed(path, NULL), found) ||
                 (extension && try_path(search, znn_names_compressed(path, extension), found)) ||
                 try_decompressed(search, path, found));
    free(path);
    return good;
}

/*
 * Tries the directory in which the file `neighbour` is or will be.  If the base was in another directory, both may have
 * been put into one since.
 */
static bool try_beside(const struct search *search, const char *neighbour, const char *name, char **found)
{
    char *directory = znn_path_directory(neighbour);
    char *root = directory ? znn_path_root(directory) : NULL;
    bool good = root && (try_names(search, root, name, found) ||
                         (strchr(name, '/') && try_names(search, root, znn_path_base(name), found)));
    free(directory);
    free(root);
    return good;
}

/* Returns the path of the file that the symbolic link `path` leads to, or NULL if it is none. */
static char *follow(const char *path)
{
    struct file_status status;
    bool is_link = znn_file_status_itself(path, &status) && status.kind == FILE_LINK;
    char *text = is_link ? znn_name_link_text(path) : NULL;
    if (!text || text[0] == '/')
        return text;
    char *directory = znn_path_directory(path);
    char *root = directory ? znn_path_root(directory) : NULL;
    char *target = root ? znn_path_resolve(root, text) : NULL;
    free(directory);
    free(root);
    free(text);
    return target;
}

/* If `path` is a symbolic link, tries the directories of the files that it leads to. */
static bool try_beside_targets(const struct search *search, const char *path, const char *name, char **found)
{
    bool good = false;
    char *target = follow(path);
    for (int i = 0; target && !good && i < LINKS_MAX; i++) {
        good = try_beside(search, target, name, found);
        char *next = good ? NULL : follow(target);
        free(target);
        target = next;
    }
    free(target);
    return good;
}

/*
 * Returns the path of the base that `file` names, or NULL if there is none.  The caller frees it.  A base that is being
 * compressed or decompressed always has one name or the other, but the search cannot look at both at once.  So it looks
 * twice.
 */
static char *find(const struct search *search, const struct input_file *file)
{
    struct base_hint hint = znn_base_hint(file);
    char *found = NULL;
    if (!file->path || !znn_base_hint_is_sound(hint.name))
        return NULL;
    for (int i = 0; i < 2 && !found; i++)
        if (!try_beside(search, file->path, hint.name, &found) &&
            !try_beside_targets(search, file->path, hint.name, &found) &&
            !(search->output && try_beside(search, search->output, hint.name, &found)) && search->directory)
            try_names(search, search->directory, znn_path_base(hint.name), &found);
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
 * Reports an error of file number `level` of a chain: 0 is the child `name`, 1 the nearest base.  The line starts with
 * the file that the user named, which is the nearest base if `name` is NULL, and follows the chain from there.
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
    /* A missing base is one step further than the file that needs it. --base names only the nearest one. */
    size_t wanted = error->base == 0 ? level + 1 : level;
    if (error->status == ZNN_ERROR_BASE && wanted > 1)
        words.remedy = "; put the right base next to the file that needs it, or name its directory with --base-dir";
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

/* Returns the path of the next file of the chain.  The caller frees it. */
static char *find_next(const struct search *search)
{
    size_t count = search->chain->count;
    if (count > 0)
        return find(search, &search->chain->links[count - 1].file);
    return search->child ? find(search, search->child) : strdup(search->given);
}

enum attempt { ATTEMPT_DONE, ATTEMPT_GONE, ATTEMPT_FAILED };

static enum attempt fail_to_open(const struct search *search, const struct chained *link)
{
    struct base_chain *chain = search->chain;
    const struct znn_error error = {.struct_size = sizeof(struct znn_error),
                                    .status = ZNN_ERROR_IO,
                                    .system_error = errno,
                                    .offset = UINT64_MAX,
                                    .detail = "could not open"};
    if (search->is_quiet)
        return ATTEMPT_FAILED;
    chain->links[chain->count++] = *link; /* so that the message leads to this file */
    say(chain, search->child ? search->child->name : NULL, chain->count, &error);
    chain->count--;
    return ATTEMPT_FAILED;
}

/* The user may name standard input as a base. */
static enum attempt open_file(const struct search *search, struct chained *link)
{
    struct input_file *file = &link->file;
    if (!search->child && search->chain->count == 0 && !search->is_quiet)
        return znn_input_file_open(file, link->path, false) ? ATTEMPT_DONE : ATTEMPT_FAILED;
    *file = (struct input_file){.path = link->path, .name = link->path, .fd = znn_file_open(link->path, OPEN_TO_READ)};
    if (file->fd >= 0 && znn_file_status_open(file->fd, &file->status))
        return ATTEMPT_DONE;
    return fail_to_open(search, link);
}

/* Opens and locks a file.  The file counts as gone if its name leads to another file once it is locked. */
static enum attempt open_link(const struct search *search, struct chained *link, bool is_last)
{
    struct input_file *file = &link->file;
    if (!is_last && !znn_operand_is_stdin(link->path) && !znn_file_exists(link->path) && errno == ENOENT)
        return ATTEMPT_GONE;
    enum attempt attempt = open_file(search, link);
    if (attempt != ATTEMPT_DONE || search->is_quiet || !file->path)
        return attempt;
    enum lock lock = znn_lock_shared(file->fd, LOCK_PATIENCE);
    if (lock != LOCK_BUSY && is_there(file))
        return ATTEMPT_DONE;
    znn_input_file_close(file);
    if (lock != LOCK_BUSY && !is_last)
        return ATTEMPT_GONE;
    znn_say_error(link->path, "another znn is replacing or removing the base; try again");
    return ATTEMPT_FAILED;
}

/* Takes over `path` and adds its file, or the file that replaced it.  Adds nothing if there is none any more. */
static bool add_link(const struct search *search, char *path)
{
    struct base_chain *chain = search->chain;
    struct chained *link = &chain->links[chain->count];
    enum attempt attempt = ATTEMPT_GONE;
    for (int i = 1; path && attempt == ATTEMPT_GONE; i++) {
        *link = (struct chained){.path = path};
        attempt = open_link(search, link, i == ATTEMPTS);
        if (attempt == ATTEMPT_DONE)
            chain->count++;
        else
            free(path);
        if (attempt == ATTEMPT_GONE)
            path = find_next(search);
    }
    return attempt != ATTEMPT_FAILED;
}

static void say_too_deep(const struct search *search, const char *last)
{
    const char *first = search->child ? search->child->name : search->chain->links[0].path;
    if (!search->is_quiet)
        znn_say_error(first,
                      "needs a chain of more than %d bases, up to '%s'; compress one of them again, without a base",
                      ZNN_BASE_DEPTH_MAX, last);
}

/* Opens the files, nearest first, as long as each one names a base. */
static bool open_files(const struct search *search)
{
    struct base_chain *chain = search->chain;
    char *path;
    while ((path = find_next(search))) {
        if (chain->count == ZNN_BASE_DEPTH_MAX) {
            say_too_deep(search, path);
            free(path);
            return false;
        }
        size_t before = chain->count;
        if (!add_link(search, path))
            return false;
        if (chain->count == before)
            break;
        path = chain->links[before].path;
        if (chain->links[before].file.status.kind != FILE_REGULAR)
            return !search->is_quiet && znn_say_error(path, "is not a regular file, and a base must be one");
    }
    return chain->count > 0 || search->child || (!search->is_quiet && znn_say_memory_error(search->given));
}

static bool open_chain(const struct search *search)
{
    struct base_chain *chain = search->chain;
    if (!open_files(search))
        return false;
    for (size_t i = chain->count; i-- > 0;) {
        struct chained *link = &chain->links[i];
        const struct znn_base_options options = {
            .struct_size = sizeof options,
            .parent = i + 1 < chain->count ? chain->links[i + 1].base : NULL,
        };
        struct znn_input input = znn_input_fd(link->file.fd);
        struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
        if (znn_base_open(&input, &options, &link->base, &error) != ZNN_OK)
            return !search->is_quiet &&
                   say(chain, search->child ? search->child->name : NULL, i + 1 + error.base, &error);
    }
    return true;
}

bool znn_base_chain_open(struct base_chain *chain, const char *path, const char *directory)
{
    struct search search = {.chain = chain, .given = path, .directory = directory};
    return open_chain(&search);
}

bool znn_base_chain_look(struct base_chain *chain, const char *path, const char *directory)
{
    struct search search = {.chain = chain, .given = path, .directory = directory, .is_quiet = true};
    return open_chain(&search);
}

bool znn_base_chain_find(struct base_chain *chain, const struct input_file *child, const char *directory,
                         const char *output)
{
    struct search search = {.chain = chain, .child = child, .directory = directory, .output = output};
    return open_chain(&search);
}

static void locate(const struct search *search)
{
    struct base_chain *chain = search->chain;
    char *path;
    while (chain->count < ZNN_BASE_DEPTH_MAX && (path = find_next(search))) {
        struct chained *link = &chain->links[chain->count];
        *link = (struct chained){.path = path};
        if (!znn_file_may_be_read(path) || open_link(search, link, false) != ATTEMPT_DONE) {
            free(path);
            return;
        }
        chain->count++;
    }
}

void znn_base_chain_locate(struct base_chain *chain, const struct input_file *child, const char *directory,
                           const char *output)
{
    struct search search = {.chain = chain, .child = child, .directory = directory, .output = output, .is_quiet = true};
    locate(&search);
}

void znn_base_chain_locate_without(struct base_chain *chain, const struct input_file *child, const char *directory,
                                   const struct file_status *without)
{
    struct search search = {
        .chain = chain, .child = child, .directory = directory, .is_quiet = true, .without = without};
    locate(&search);
}

struct znn_base *znn_base_chain_base(const struct base_chain *chain)
{
    return chain->count > 0 ? chain->links[0].base : NULL;
}

const char *znn_base_chain_name(const struct base_chain *chain)
{
    return chain->count > 0 ? znn_path_base(chain->links[0].path) : NULL;
}

void znn_base_chain_close(struct base_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++) { /* each base was made from the next */
        znn_base_close(chain->links[i].base);
        znn_input_file_close(&chain->links[i].file);
        free(chain->links[i].path);
    }
    *chain = (struct base_chain){.count = 0};
}
