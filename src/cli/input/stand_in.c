/*
 * stand_in.c - detects files that have a model's name but are not models
 */
#include "cli/input/stand_in.h"

#include "cli/flags/names.h"
#include "cli/input/zipnn.h"
#include "cli/say/message.h"
#include "cli/system/open_file.h"

#include <stddef.h>
#include <string.h>

/* Within this many bytes, a model has zeros or other control characters. */
#define START_SIZE 64

/* Pointers start with "version", pages with "<" or white space. */
static bool is_prose(const struct input_file *file)
{
    unsigned char start[START_SIZE];
    ptrdiff_t size = znn_file_read_at(file->fd, start, sizeof start, 0);
    if (size <= 0 || !memchr("v< \t\r\n", start[0], 6))
        return false;
    for (ptrdiff_t i = 0; i < size; i++)
        if ((start[i] < ' ' && (start[i] < '\t' || start[i] > '\r')) || start[i] == 0x7f)
            return false;
    return true;
}

/* The library recognises files that people mistake for .znn files.  Those of them that are prose are not models
 * either. */
void znn_stand_in_warn(const struct input_file *file)
{
    struct znn_error error = ZNN_INIT(struct znn_error);
    if (znn_input_file_is_plain(file) && znn_names_is_model(file->name) && is_prose(file) &&
        znn_input_file_is_foreign(file, &error))
        znn_say_warning(file->name, "holds no model: %s", error.detail);
    else
        znn_zipnn_warn(file);
}
