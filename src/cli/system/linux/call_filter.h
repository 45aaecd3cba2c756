/*
 * call_filter.h - the system calls that the program may make while it reads untrusted files
 *
 * At each system call, the kernel runs a small program, the filter (seccomp(2)).  The filter has a table of the calls
 * that znn needs, some of them only with certain arguments, and refuses all others with EPERM.  Numbers newer than the
 * table get ENOSYS, so that a newer C library falls back to an older call.  A refused call does not kill the process:
 * the program reports an error, and the user's file stays.
 *
 * The filter exists for x86-64 and little-endian aarch64, where ZNN_HAVE_CALL_FILTER is defined.
 */
#ifndef ZNN_CLI_SYSTEM_LINUX_CALL_FILTER_H
#define ZNN_CLI_SYSTEM_LINUX_CALL_FILTER_H

#include <stdbool.h>

#ifdef ZNN_HAVE_CALL_FILTER

#    include <linux/filter.h>
#    include <stdint.h>

#    define CALL_FILTER_STEPS 1024

struct call_filter {
    struct sock_filter steps[CALL_FILTER_STEPS];
    unsigned short count;
};

/*
 * Writes the filter for the process `pid`, the only process that it may send signals to.  If `writes` is false, the
 * filter also refuses all calls that change a file system.  If `links` is false, it refuses calls that make symbolic
 * links.  Returns false if the table outgrows CALL_FILTER_STEPS.
 */
bool znn_call_filter_build(struct call_filter *filter, uint32_t pid, bool writes, bool links);

#endif

/* Returns true if the kernel supports filters. */
bool znn_call_filter_exists(void);

/*
 * Confines this process for the rest of its life.  Call it before starting threads, after "no new privileges"
 * (prctl(2)).  Does nothing if the kernel does not support filters.
 */
void znn_call_filter_enter(bool writes, bool links);

#endif
