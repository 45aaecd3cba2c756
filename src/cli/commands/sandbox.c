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
#include "cli/commands/sandbox.h"

#include "cli/commands/call_filter.h"
#include "cli/system/file_status.h"
#include "cli/system/path.h"

#include <stdio.h>

#ifdef ZNN_HAVE_LANDLOCK

#    include "cli/flags/operands.h"

#    include <fcntl.h>
#    include <linux/landlock.h>
#    include <stdint.h>
#    include <stdlib.h>
#    include <string.h>
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

struct sandbox {
    int rules;       /* -1 if the kernel has no landlock */
    uint64_t known;  /* rights that the kernel knows */
    uint64_t wanted; /* rights in directories of outputs */
    bool writes;     /* the command may write files */
};

/* Returns false if the directory does not exist.  Opening the output reports that later. */
static bool allow(struct sandbox *sandbox, const char *directory)
{
    sandbox->writes = true;
    if (sandbox->rules < 0)
        return true;
    struct landlock_path_beneath_attr rule = {.allowed_access = sandbox->wanted & sandbox->known};
    rule.parent_fd = directory ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    if (rule.parent_fd < 0)
        return false;
    syscall(SYS_landlock_add_rule, sandbox->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return true;
}

/* Allows a directory, or the directory of a file that exists or will exist. */
static void allow_for(struct sandbox *sandbox, const char *path)
{
    if (!path || znn_operand_is_stdin(path) || allow(sandbox, path))
        return;
    char *root = znn_path_root(path);
    char *directory = root ? znn_path_directory(root) : NULL;
    allow(sandbox, directory);
    free(directory);
    free(root);
}

/* Input from a pipe may need a temporary file, and so may the output made from it. */
static bool may_spool(const struct settings *settings)
{
    struct file_status status;
    for (size_t i = 0; i < settings->operand_count; i++)
        if (znn_operand_is_stdin(settings->operands[i]) ||
            (znn_file_status(settings->operands[i], &status) && status.kind != FILE_REGULAR &&
             status.kind != FILE_DIRECTORY))
            return true;
    return settings->operand_count == 0;
}

static void allow_outputs(struct sandbox *sandbox, const struct settings *settings)
{
    enum command_id command = settings->command->id;
    if (may_spool(settings)) {
        const char *folder = getenv("TMPDIR");
        allow(sandbox, folder && *folder ? folder : "/tmp");
    }
    allow_for(sandbox, settings->target.path);
    allow_for(sandbox, settings->view.svg);
    bool codes = command == COMMAND_COMPRESS || command == COMMAND_DECOMPRESS;
    bool is_beside = !settings->target.path && !settings->target.to_stdout;
    if (codes && (is_beside || settings->target.remove_source))
        for (size_t i = 0; i < settings->operand_count; i++)
            allow_for(sandbox, settings->operands[i]);
}

/* Returns the version of the kernel's landlock, or less than 1 if there is none. */
static long landlock_version(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static void open_rules(struct sandbox *sandbox)
{
    long version = landlock_version();
    sandbox->rules = -1;
    if (version < 1)
        return;
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
}

void znn_sandbox_enter(const struct settings *settings)
{
    struct sandbox sandbox = {.wanted = settings->tree.recursive ? writing | linking : writing};
    open_rules(&sandbox);
    allow_outputs(&sandbox, settings);
    bool is_bound = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    if (is_bound && sandbox.rules >= 0)
        syscall(SYS_landlock_restrict_self, sandbox.rules, 0);
    if (sandbox.rules >= 0)
        close(sandbox.rules);
    if (is_bound)
        znn_call_filter_enter(sandbox.writes,
                              sandbox.writes && settings->tree.recursive); /* the last step: it refuses those above */
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

void znn_sandbox_enter(const struct settings *settings)
{
    (void)settings;
}

void znn_sandbox_describe(char *text, size_t size)
{
    snprintf(text, size, "not built in");
}

#endif
