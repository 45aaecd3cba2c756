/*
 * descriptor.c - recognises names of open descriptors: /dev/stdout, /dev/stderr, /dev/fd/3
 */
#include "cli/system/descriptor.h"

#include "cli/system/file_status.h"
#include "cli/system/name.h"
#include "cli/system/path.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* As many links as the kernel follows. */
#define LINKS_MAX 40

/* Returns true for the directory in which the kernel lists the open descriptors of a process: "/proc/123/fd". */
static bool is_list(const char *directory)
{
    struct file_status status, own;
    if (!znn_file_status(directory, &status))
        return false;
    return (znn_file_status("/proc/self/fd", &own) && znn_file_is_same(&own, &status)) ||
           (znn_file_status("/dev/fd", &own) && znn_file_is_same(&own, &status));
}

static int parse(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && digits < 10 && name[digits] == '\0' ? atoi(name) : -1;
}

/* Returns the target of the link `path`, or NULL if it is not a link.  The caller frees it. */
static char *follow(const char *path, const char *directory)
{
    char *text = znn_name_link_text(path);
    if (!text || text[0] == '/')
        return text;
    char *target = znn_path_below(directory, text);
    free(text);
    return target;
}

int znn_descriptor_named(const char *path)
{
    int descriptor = -1;
    char *place = strdup(path);
    for (int i = 0; i < LINKS_MAX && place && descriptor < 0; i++) {
        char *directory = znn_path_directory(place);
        char *next = NULL;
        int number = parse(znn_path_base(place));
        if (directory && number >= 0 && is_list(directory))
            descriptor = number;
        else if (directory)
            next = follow(place, directory);
        free(directory);
        free(place);
        place = next;
    }
    free(place);
    return descriptor;
}
