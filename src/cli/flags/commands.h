/*
 * commands.h - the table of commands
 *
 * A new command needs a value of enum command_id, a row in commands.c, a file with its function, and its bit in the
 * flags that it takes (flags.c).
 */
#ifndef ZNN_CLI_FLAGS_COMMANDS_H
#define ZNN_CLI_FLAGS_COMMANDS_H

struct settings;

enum command_id {
    COMMAND_COMPRESS,
    COMMAND_DECOMPRESS,
    COMMAND_STAT,
    COMMAND_LIST,
    COMMAND_TEST,
    COMMAND_EXTRACT,
    COMMAND_REBASE,
    COMMAND_MOUNT,
    COMMAND_UMOUNT,
    COMMAND_HELP,
    COMMAND_COUNT
};

struct command {
    enum command_id id;
    const char *name;
    const char *operands; /* the operands in the usage line */
    const char *summary;  /* half a line, for the list of commands */
    const char *text;     /* a description; '\n' separates paragraphs */

    /* Runs the command and returns the exit code.  Failures are reported. */
    int (*run)(struct settings *settings);
};

/*
 * Returns the row of a command.
 */
const struct command *znn_command(enum command_id id);

/*
 * Returns the row of the command `name`.  If there is none, suggests the command that was probably meant and returns
 * NULL.
 */
const struct command *znn_command_find(const char *name);

int znn_command_compress(struct settings *settings);
int znn_command_decompress(struct settings *settings);
int znn_command_stat(struct settings *settings);
int znn_command_list(struct settings *settings);
int znn_command_test(struct settings *settings);
int znn_command_extract(struct settings *settings);
int znn_command_rebase(struct settings *settings);
int znn_command_mount(struct settings *settings);
int znn_command_umount(struct settings *settings);
int znn_command_help(struct settings *settings);

#endif
