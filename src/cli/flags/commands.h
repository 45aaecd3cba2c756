/*
 * commands.h - the table of commands
 *
 * A new command takes a value of enum command_id, a row of the table in commands.c, a file with its function, and its
 * bit in the flags that it takes (flags.c).
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
    COMMAND_HELP,
    COMMAND_COUNT
};

struct command {
    enum command_id id;
    const char *name;
    const char *operands; /* what follows the flags, for the usage line */
    const char *summary;  /* half a line, for the list of commands */
    const char *text;     /* what it does; paragraphs are parted by '\n' */

    /* Does it, having said what failed, and returns the exit code. */
    int (*run)(struct settings *settings);
};

/*
 * The row of a command.
 */
const struct command *znn_command(enum command_id id);

/*
 * The row of the command that is called `name`.  Where there is none, it says so, with the command that was probably
 * meant, and returns NULL.
 */
const struct command *znn_command_find(const char *name);

int znn_command_compress(struct settings *settings);
int znn_command_decompress(struct settings *settings);
int znn_command_stat(struct settings *settings);
int znn_command_list(struct settings *settings);
int znn_command_test(struct settings *settings);
int znn_command_extract(struct settings *settings);
int znn_command_help(struct settings *settings);

#endif
