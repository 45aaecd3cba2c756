/*
 * call_filter.h - which system calls the program may still make when it reads files of strangers
 *
 * The kernel runs a small program, the filter, at each system call (seccomp(2)).  The filter knows a table of calls
 * that znn needs, some of them only with certain arguments, and refuses all others with EPERM.  Numbers that are newer
 * than the table get ENOSYS, so that a newer C library falls back to the older call.  A refused call kills nobody: the
 * program reports an error, and the user's file stays.
 *
 * The filter exists for x86-64 and little-endian aarch64.  ZNN_HAVE_CALL_FILTER tells whether it does.
 */
#ifndef ZNN_CLI_COMMANDS_CALL_FILTER_H
#define ZNN_CLI_COMMANDS_CALL_FILTER_H

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
 * Writes the filter for the process `pid`, the only one to which it lets signals go.  With `writes` false it also
 * refuses all calls that change a file system, and with `links` false those that make symbolic links.  Returns false if
 * the table outgrows CALL_FILTER_STEPS.
 */
bool znn_call_filter_build(struct call_filter *filter, uint32_t pid, bool writes, bool links);

#endif

/* Whether the kernel takes filters. */
bool znn_call_filter_exists(void);

/*
 * Confines this process for good, before it starts threads.  Needs "no new privileges" (prctl(2)).  Does nothing if the
 * kernel takes no filters.
 */
void znn_call_filter_enter(bool writes, bool links);

#endif
