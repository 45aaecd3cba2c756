/*
 * kernel_ahead.c - lets the kernel ask for more bytes of a mount at a time
 *
 * A line of /proc/self/mountinfo, in proc(5):
 *
 *     36 35 0:42 / /the/mountpoint ro,nosuid ...        0:42 names /sys/class/bdi/0:42/read_ahead_kb
 *
 * Space, tab, newline and backslash of a path are written as three octal digits.
 */
#define _GNU_SOURCE /* getline() */
#include "cli/mount/linux/kernel_ahead.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AHEAD_KIB "1024"

static bool is_octal(const char *text)
{
    for (int i = 0; i < 3; i++)
        if (text[i] < '0' || text[i] > '7')
            return false;
    return true;
}

/* Returns true if `field`, up to the next space, means `path`. */
static bool is_path(const char *field, const char *path)
{
    while (*field != ' ' && *field != '\0') {
        char c = *field++;
        if (c == '\\' && is_octal(field)) {
            c = (char)((field[0] - '0') << 6 | (field[1] - '0') << 3 | (field[2] - '0'));
            field += 3;
        }
        if (c != *path++)
            return false;
    }
    return *path == '\0';
}

/* Finds the device of the last mount at `path`, which hides the others.  Returns false if there is none. */
static bool find_device(const char *path, unsigned *major, unsigned *minor)
{
    FILE *list = fopen("/proc/self/mountinfo", "re");
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    while (list && getline(&line, &room, list) > 0) {
        unsigned first, second;
        int place = 0;
        if (sscanf(line, "%*u %*u %u:%u %*s %n", &first, &second, &place) < 2 || place == 0 ||
            !is_path(line + place, path))
            continue;
        *major = first;
        *minor = second;
        found = true;
    }
    free(line);
    if (list)
        fclose(list);
    return found;
}

void znn_kernel_ahead_raise(const char *mountpoint)
{
    unsigned major, minor;
    char path[80];
    if (!find_device(mountpoint, &major, &minor))
        return;
    snprintf(path, sizeof path, "/sys/class/bdi/%u:%u/read_ahead_kb", major, minor);
    FILE *file = fopen(path, "we");
    if (!file)
        return; /* only root may */
    fputs(AHEAD_KIB, file);
    fclose(file);
}
