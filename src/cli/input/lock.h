/*
 * lock.h - several znn processes at once, and other programs that write
 *
 * A program that looks at a file and then acts on what it saw may be wrong by the time it acts.  znn processes keep out
 * of each other's way with flock() on the files themselves:
 *
 *     an output             exclusive, from its creation until the source is removed, if --rm asks for that
 *     a file that -f finds  exclusive, while the output takes its name
 *     a base                shared, for as long as anything is made from it or with it
 *     a source              exclusive, while --rm removes it
 *
 * Who holds a lock checks once more that the name still leads to the locked file.  From then on no other znn takes the
 * name away: that would take the exclusive lock.  The kernel releases the locks of a process that ends, however it
 * ends, and no lock file is left behind.
 *
 * Some file systems know no locks.  Then znn goes on without: every check is still made, but a moment remains between a
 * check and the action.
 */
#ifndef ZNN_CLI_INPUT_LOCK_H
#define ZNN_CLI_INPUT_LOCK_H

#include <stdbool.h>

enum lock {
    LOCK_TAKEN,
    LOCK_BUSY,   /* another process has it */
    LOCK_UNKNOWN /* the file system, or the way in which the file was opened, allows none */
};

/* How long a znn waits for another one that is about to finish, in milliseconds. */
#define LOCK_PATIENCE 5000

/*
 * Takes the lock on the open file `fd`, and waits for it for up to `patience` milliseconds.  Closing the file, and all
 * duplicates of `fd`, releases it.
 */
enum lock znn_lock_exclusive(int fd, unsigned patience);
enum lock znn_lock_shared(int fd, unsigned patience);

/*
 * True if any program has the file open for writing, or has a mapping of it that can be written.  `fd` is open for
 * reading only.  False where the system cannot tell.
 */
bool znn_lock_has_writer(int fd);

#endif
