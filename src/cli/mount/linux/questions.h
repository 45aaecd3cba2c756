/*
 * questions.h - threads that answer the kernel
 *
 * A link in the folder may lead into the mount, and to follow it the server would have to answer itself.  Such a
 * question gets the error ELOOP.  The kernel tells which thread asks.  So that this answer never fails to come, one
 * thread is always free to hear the next question:
 *
 *     free thread     hears a question; answers it, if another thread is free; otherwise puts it aside
 *     other threads   answer, which may take until a question of their own is refused; then take what was put aside
 */
#ifndef ZNN_CLI_MOUNT_LINUX_QUESTIONS_H
#define ZNN_CLI_MOUNT_LINUX_QUESTIONS_H

#include "cli/mount/linux/operations.h"

/*
 * Answers the kernel with `threads` threads, at least 2, until the mount ends.  Returns false if memory or threads ran
 * out before.
 */
bool znn_questions_answer(struct fuse_session *session, unsigned threads);

#endif
