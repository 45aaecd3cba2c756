/*
 * absent.c - takes the place of the mount in a build without libfuse
 */
#include "cli/mount/mount.h"

#include "cli/say/message.h"

bool znn_mount_is_built_in(void)
{
    return false;
}

static bool say_absent(void)
{
    return znn_say_error(NULL, "this build of znn cannot mount, because it was built without libfuse 3; install "
                               "libfuse3-dev and build znn again, or 'znn decompress' to a tmpfs such as /dev/shm");
}

int znn_mount_run(const struct settings *settings)
{
    (void)settings;
    say_absent();
    return EXIT_FAILED;
}

bool znn_mount_end(const char *mountpoint)
{
    (void)mountpoint;
    return say_absent();
}
