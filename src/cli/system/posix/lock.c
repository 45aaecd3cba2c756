/*
 * lock.c - locks files against other znn processes, and detects other writers
 */
#define _GNU_SOURCE /* F_SETLEASE */
#include "cli/system/lock.h"

#include "cli/system/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

/* Milliseconds between two attempts. */
#define PAUSE 10

static enum lock take(int fd, int operation, unsigned patience)
{
    for (;;) {
        if (flock(fd, operation | LOCK_NB) == 0)
            return LOCK_TAKEN;
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK)
            return LOCK_UNKNOWN;
        if (patience < PAUSE)
            return LOCK_BUSY;
        patience -= PAUSE;
        znn_clock_wait(PAUSE);
    }
}

enum lock znn_lock_exclusive(int fd, unsigned patience)
{
    return take(fd, LOCK_EX, patience);
}

enum lock znn_lock_shared(int fd, unsigned patience)
{
    return take(fd, LOCK_SH, patience);
}

/*
 * The kernel grants a read lease only on a file that nobody can write to.  The lease is returned at once, because it
 * would not keep a later writer away from an unlinked file.
 */
bool znn_lock_has_writer(int fd)
{
#ifdef F_SETLEASE
    if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
        fcntl(fd, F_SETLEASE, F_UNLCK);
        return false;
    }
    return errno == EAGAIN;
#else
    (void)fd;
    return false;
#endif
}
