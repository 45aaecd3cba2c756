/*
 * sandbox.c - gives up rights that the program does not need to read untrusted files
 *
 * Two parts of the kernel do this.  Landlock confines access to files by their paths.  A filter of system calls
 * (call_filter.h) refuses the calls that landlock does not cover.  Each works without the other.
 *
 * The C library has no functions for landlock yet, so this file makes the calls by number.  It asks for the rights of
 * newer kernels if the kernel knows them, and defines their numbers for older headers.
 */
#define _GNU_SOURCE /* syscall() and O_PATH */
#include "cli/system/sandbox.h"

#include "cli/system/linux/call_filter.h"

#include <stdio.h>

#ifdef ZNN_HAVE_LANDLOCK

#    include <fcntl.h>
#    include <linux/landlock.h>
#    include <stdint.h>
#    include <sys/prctl.h>
#    include <sys/syscall.h>
#    include <unistd.h>

#    define ACCESS_REFER (UINT64_C(1) << 13)    /* version 2 */
#    define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* version 3 */
#    define NET_TCP UINT64_C(3)                 /* bind and connect, version 4 */
#    define SCOPES UINT64_C(3)                  /* abstract Unix sockets and signals of others, version 6 */

/* The layout of struct landlock_ruleset_attr from version 6 on.  Older kernels accept it if the members that they do
 * not know are 0. */
struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
};

/* All rights to change or start something. */
static const uint64_t changes =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM | ACCESS_REFER | ACCESS_TRUNCATE;

/* The rights that outputs need. */
static const uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | ACCESS_TRUNCATE;

/* The rights for outputs that are links to other outputs.  Hard links in another directory need ACCESS_REFER. */
static const uint64_t linking = LANDLOCK_ACCESS_FS_MAKE_SYM | ACCESS_REFER;

/* Returns the version of the kernel's landlock, or less than 1 if there is none. */
static long landlock_version(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

bool znn_sandbox_open(struct sandbox *sandbox, bool links)
{
    long version = landlock_version();
    *sandbox = (struct sandbox){.rules = -1, .links = links};
    if (version < 1)
        return true;
    sandbox->known = changes;
    if (version < 2)
        sandbox->known &= ~ACCESS_REFER;
    if (version < 3)
        sandbox->known &= ~ACCESS_TRUNCATE;
    struct ruleset ruleset = {
        .files = sandbox->known,
        .network = version >= 4 ? NET_TCP : 0,
        .scopes = version >= 6 ? SCOPES : 0,
    };
    sandbox->rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0);
    return true;
}

bool znn_sandbox_allow(struct sandbox *sandbox, const char *directory)
{
    sandbox->writes = true;
    if (sandbox->rules < 0)
        return true;
    struct landlock_path_beneath_attr rule = {
        .allowed_access = (sandbox->links ? writing | linking : writing) & sandbox->known,
        .parent_fd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC),
    };
    if (rule.parent_fd < 0)
        return false;
    syscall(SYS_landlock_add_rule, sandbox->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return true;
}

void znn_sandbox_enter(struct sandbox *sandbox)
{
    bool is_bound = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (is_bound && sandbox->rules >= 0)
        syscall(SYS_landlock_restrict_self, sandbox->rules, 0);
    if (sandbox->rules >= 0)
        close(sandbox->rules);
    sandbox->rules = -1;
    if (is_bound) /* the last step: it refuses those above */
        znn_call_filter_enter(sandbox->writes, sandbox->writes && sandbox->links);
}

void znn_sandbox_describe(char *text, size_t size)
{
    long version = landlock_version();
    char files[40] = "";
    if (version >= 1)
        snprintf(files, sizeof files, "landlock %ld", version);
    bool filters = znn_call_filter_exists();
    if (version < 1 && !filters)
        snprintf(text, size, "none in this kernel");
    else
        snprintf(text, size, "%s%s%s", files, *files && filters ? ", " : "", filters ? "system calls" : "");
}

#else

bool znn_sandbox_open(struct sandbox *sandbox, bool links)
{
    (void)links;
    *sandbox = (struct sandbox){.rules = -1};
    return false;
}

bool znn_sandbox_allow(struct sandbox *sandbox, const char *directory)
{
    (void)sandbox;
    (void)directory;
    return true;
}

void znn_sandbox_enter(struct sandbox *sandbox)
{
    (void)sandbox;
}

void znn_sandbox_describe(char *text, size_t size)
{
    snprintf(text, size, "not built in");
}

#endif
