/*
 * original_name.c - the name that the original of a .znn file gets, from the header of the file
 */
#include "cli/input/original_name.h"

#include "cli/flags/names.h"
#include "cli/input/input_file.h"
#include "cli/system/open_file.h"

#include <string.h>

bool znn_original_extension_is_harmless(const char *extension)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    return extension[strspn(extension, allowed)] == '\0';
}

char *znn_original_name(const char *path, const char *target)
{
    struct znn_header header = ZNN_INIT(struct znn_header);
    int file = znn_names_is_znn(target) ? znn_file_open(path, OPEN_AT_ONCE) : -1;
    bool fine = file >= 0 && znn_input_file_header(file, &header) == ZNN_OK &&
                znn_original_extension_is_harmless(header.extension);
    if (file >= 0)
        znn_file_close(file);
    return fine ? znn_names_decompressed(target, header.extension) : NULL;
}
