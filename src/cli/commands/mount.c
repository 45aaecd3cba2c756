/*
 * mount.c - the commands mount and umount
 */
#include "cli/mount/mount.h"

#include "cli/say/message.h"

int znn_command_mount(struct settings *settings)
{
    if (settings->operand_count != 2) {
        znn_say_error(NULL, "'znn mount' takes a .znn file or a folder, and a directory to mount it at");
        return EXIT_USAGE;
    }
    return znn_mount_run(settings);
}

int znn_command_umount(struct settings *settings)
{
    if (settings->operand_count == 0) {
        znn_say_error(NULL, "no directory given; name those where 'znn mount' has mounted something");
        return EXIT_USAGE;
    }
    bool fine = true;
    for (size_t i = 0; i < settings->operand_count; i++)
        fine = znn_mount_end(settings->operands[i]) && fine;
    return fine ? EXIT_DONE : EXIT_FAILED;
}
