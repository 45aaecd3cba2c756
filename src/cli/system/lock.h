/*
 * lock.h - locks files against other znn processes, and detects other writers
 *
 * If a program checks a file and acts later, the file may have changed in between.  znn processes avoid this with
 * flock() on the files themselves:
 *
 *     an output             exclusive, from its creation until --rm has removed the source
 *     a file that -f finds  exclusive, while the output takes its name
 *     a base                shared, as long as it is in use
 *     a source              exclusive, while --rm removes it
 *
 * After locking, a process checks again that the name leads to the locked file.  From then on no other znn takes the
 * name away, because that needs the exclusive lock.  The kernel releases the locks when a process ends, however it
 * ends, and no lock file is left behind.
 *
 * Some file systems have no locks.  znn then works without them: it makes every check, but a moment remains between
 * check and action.
 */
#ifndef ZNN_CLI_SYSTEM_LOCK_H
#define ZNN_CLI_SYSTEM_LOCK_H

#include <stdbool.h>

enum lock {
    LOCK_TAKEN,
    LOCK_BUSY,   /* another process has it */
    LOCK_UNKNOWN /* the file system, or the way the file was opened, does not allow locks */
};

/* Milliseconds to wait for another znn that is about to finish. */
#define LOCK_PATIENCE 5000

/*
 * Locks the open file `fd`, and waits up to `patience` milliseconds for the lock.  Closing the file and all duplicates
 * of `fd` releases it.
 */
enum lock znn_lock_exclusive(int fd, unsigned patience);
enum lock znn_lock_shared(int fd, unsigned patience);

/*
 * Returns true if any program has the file open for writing or has a writable mapping of it.  `fd` must be open for
 * reading only.  Returns false if the system cannot tell.
 */
bool znn_lock_has_writer(int fd);

#endif
