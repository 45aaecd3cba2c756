/*
 * sandbox.c - a program that reads files from strangers gives up what it does not need
 *
 * The C library has no functions for landlock yet, so the calls are made by number.  Rights that came with later
 * kernels are asked for where the kernel knows them; the numbers are the kernel's, for older headers.
 */
#define _GNU_SOURCE /* syscall() and O_PATH */
#include "cli/sandbox.h"

#ifdef ZNN_HAVE_LANDLOCK

#    include "cli/names.h"
#    include "cli/operands.h"

#    include <fcntl.h>
#    include <linux/landlock.h>
#    include <stdint.h>
#    include <stdlib.h>
#    include <string.h>
#    include <sys/prctl.h>
#    include <sys/stat.h>
#    include <sys/syscall.h>
#    include <unistd.h>

#    define ACCESS_REFER (UINT64_C(1) << 13)    /* version 2 */
#    define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* version 3 */
#    define NET_TCP UINT64_C(3)                 /* bind and connect, version 4 */

/* As struct landlock_ruleset_attr is from version 4 on; older kernels take it as long as what they do not know is 0. */
struct ruleset {
    uint64_t files;
    uint64_t network;
};

/* All that changes something, or starts it. */
static const uint64_t changes =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
    LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM | ACCESS_REFER | ACCESS_TRUNCATE;

/* What outputs take. */
static const uint64_t writing = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | ACCESS_TRUNCATE;

struct sandbox {
    int rules;
    uint64_t known; /* rights that the kernel knows */
};

/* False where there is no such directory; whoever wants to write to it will be told. */
static bool allow(const struct sandbox *sandbox, const char *directory)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = writing & sandbox->known};
    rule.parent_fd = directory ? open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
    if (rule.parent_fd < 0)
        return false;
    syscall(SYS_landlock_add_rule, sandbox->rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
    return true;
}

/* A directory itself, or that in which a file stands or will. */
static void allow_for(const struct sandbox *sandbox, const char *path)
{
    if (!path || znn_operand_is_stdin(path) || allow(sandbox, path))
        return;
    char *root = znn_names_root(path);
    char *directory = root ? znn_names_directory(root) : NULL;
    allow(sandbox, directory);
    free(directory);
    free(root);
}

/* What comes from a pipe may have to be kept in a temporary file, and so may what goes to one then. */
static bool may_spool(const struct settings *settings)
{
    struct stat status;
    for (size_t i = 0; i < settings->operand_count; i++)
        if (znn_operand_is_stdin(settings->operands[i]) ||
            (stat(settings->operands[i], &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)))
            return true;
    return settings->operand_count == 0;
}

static void allow_outputs(const struct sandbox *sandbox, const struct settings *settings)
{
    enum command_id command = settings->command->id;
    if (may_spool(settings)) {
        const char *folder = getenv("TMPDIR");
        allow(sandbox, folder && *folder ? folder : "/tmp");
    }
    allow_for(sandbox, settings->output);
    allow_for(sandbox, settings->svg);
    bool codes = command == COMMAND_COMPRESS || command == COMMAND_DECOMPRESS;
    bool is_beside = !settings->output && !settings->to_stdout;
    if (codes && (is_beside || settings->remove_source))
        for (size_t i = 0; i < settings->operand_count; i++)
            allow_for(sandbox, settings->operands[i]);
}

void znn_sandbox_enter(const struct settings *settings)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return;
    struct sandbox sandbox = {.known = changes};
    if (version < 2)
        sandbox.known &= ~ACCESS_REFER;
    if (version < 3)
        sandbox.known &= ~ACCESS_TRUNCATE;
    struct ruleset ruleset = {.files = sandbox.known, .network = version >= 4 ? NET_TCP : 0};
    sandbox.rules = (int)syscall(SYS_landlock_create_ruleset, &ruleset, sizeof ruleset, 0);
    if (sandbox.rules < 0)
        return;
    allow_outputs(&sandbox, settings);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        syscall(SYS_landlock_restrict_self, sandbox.rules, 0);
    close(sandbox.rules);
}

#else

void znn_sandbox_enter(const struct settings *settings)
{
    (void)settings;
}

#endif
