/*
 * server.h - the process that answers the kernel
 */
#ifndef ZNN_CLI_MOUNT_LINUX_SERVER_H
#define ZNN_CLI_MOUNT_LINUX_SERVER_H

#include "cli/mount/linux/operations.h"

struct server {
    const struct settings *settings;
    struct mounted *mounted; /* with its view */
    struct fuse_session *session;
};

/*
 * Makes the files of the mount ready in this process, which gives up its other rights before.  Returns false if this
 * fails, which is reported.
 */
bool znn_server_prepare(const struct server *server);

/*
 * Answers the kernel until the mount ends.  Returns false if this fails, which is reported.
 */
bool znn_server_run(const struct server *server);

#endif
