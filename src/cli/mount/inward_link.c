/*
 * inward_link.c - recognizes a symbolic link that leads into the mount that shows it
 */
#include "cli/mount/inward_link.h"

#include "cli/system/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_SIZE 8192
#define LINKS_MAX 40 /* as in Linux */

struct walk {
    char place[PATH_SIZE]; /* absolute; "" is the root */
    char rest[PATH_SIZE];  /* of the path */
    unsigned links;
};

static bool is_within(const char *place, const char *directory)
{
    size_t size = strlen(directory);
    return strncmp(place, directory, size) == 0 && (place[size] == '/' || place[size] == '\0');
}

/* Moves to the next name of the path.  Returns false if the result would be too long. */
static bool step(struct walk *walk, const char *name, size_t size)
{
    size_t end = strlen(walk->place);
    if (size == 0 || (size == 1 && name[0] == '.'))
        return true;
    if (size == 2 && memcmp(name, "..", 2) == 0) {
        char *slash = strrchr(walk->place, '/');
        if (slash)
            *slash = '\0';
        return true;
    }
    if (end + 1 + size >= PATH_SIZE)
        return false;
    walk->place[end] = '/';
    memcpy(walk->place + end + 1, name, size);
    walk->place[end + 1 + size] = '\0';
    return true;
}

/* If the place is a link, goes back to its directory and puts its text before the rest.  Returns false if it is too
 * long, or one too many. */
static bool follow(struct walk *walk)
{
    char joined[PATH_SIZE];
    char *text = znn_name_link_text(walk->place);
    if (!text)
        return true; /* no link */
    int size = snprintf(joined, sizeof joined, "%s/%s", text, walk->rest);
    if (text[0] == '/')
        walk->place[0] = '\0';
    else
        *strrchr(walk->place, '/') = '\0';
    free(text);
    if (size < 0 || (size_t)size >= sizeof joined || ++walk->links > LINKS_MAX)
        return false;
    memcpy(walk->rest, joined, (size_t)size + 1);
    return true;
}

bool znn_inward_link(const char *folder, const char *path, const char *mountpoint)
{
    struct walk walk = {.links = 0};
    if (strlen(folder) >= PATH_SIZE || strlen(path) >= PATH_SIZE)
        return true;
    strcpy(walk.place, strcmp(folder, "/") == 0 ? "" : folder);
    strcpy(walk.rest, path);
    while (walk.rest[0] != '\0') {
        char name[PATH_SIZE];
        size_t size = strcspn(walk.rest, "/");
        const char *next = walk.rest + size + (walk.rest[size] == '/');
        memcpy(name, walk.rest, size);
        memmove(walk.rest, next, strlen(next) + 1);
        if (!step(&walk, name, size) || is_within(walk.place, mountpoint) || !follow(&walk))
            return true;
    }
    return false;
}
