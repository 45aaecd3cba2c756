/*
 * message.h - prints messages to standard error
 *
 * Each error, warning and note is one line, whatever the names in it contain:
 *
 *     znn: model.safetensors: what happened; what to do next
 *
 * Control characters, invalid UTF-8 and characters that reorder or break a line are written as \xNN, so that the name
 * of a file can neither forge a second line nor control the terminal.  The locale does not matter.
 */
#ifndef ZNN_CLI_SAY_MESSAGE_H
#define ZNN_CLI_SAY_MESSAGE_H

#include "znn.h"

#include <stdbool.h>

#if defined(__GNUC__)
#    define ZNN_CLI_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#    define ZNN_CLI_PRINTF(string, first)
#endif

/* The exit codes. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* The names of the standard streams in messages. */
#define STDIN_NAME "(stdin)"
#define STDOUT_NAME "(stdout)"

/*
 * Makes each message reach standard error in one piece.  Call it once, before the first message.
 */
void znn_message_start(void);

/*
 * By default errors and warnings are printed.  Each -q removes one kind, warnings first.  Each -v adds one kind: notes.
 */
void znn_message_quieter(void);
void znn_message_louder(void);

/*
 * Return true if warnings are not printed, and if notes are printed.
 */
bool znn_message_is_quiet(void);
bool znn_message_is_verbose(void);

/*
 * Print one line about the file `name`, or about no file if it is NULL.  They return false, so that a function that
 * fails can end with `return znn_say_error(...)`.
 */
bool znn_say_error(const char *name, const char *format, ...) ZNN_CLI_PRINTF(2, 3);
bool znn_say_warning(const char *name, const char *format, ...) ZNN_CLI_PRINTF(2, 3);
bool znn_say_note(const char *name, const char *format, ...) ZNN_CLI_PRINTF(2, 3);

/*
 * Prints a system error: "NAME: could not WHAT: REASON".  `reason` is an errno.  `remedy` starts with "; ", or is "".
 */
bool znn_say_system_error(const char *name, const char *what, int reason, const char *remedy);

/*
 * Reports that memory ran out.
 */
bool znn_say_memory_error(const char *name);

/*
 * Prints a result as a line without the program's name, if notes are printed.
 */
void znn_say_result(const char *format, ...) ZNN_CLI_PRINTF(1, 2);

/*
 * Prints a summary as such a line, if warnings are printed.
 */
void znn_say_summary(const char *format, ...) ZNN_CLI_PRINTF(1, 2);

/*
 * Prints `sequence` before every message, to clear the current line; NULL: nothing.  The string must stay valid.
 */
void znn_message_wipe(const char *sequence);

/*
 * The last error.  It is valid until the next error.
 */
struct said {
    const char *name;   /* the file at fault, by its name in messages, or "" */
    const char *text;   /* the line without the names of program and file */
    const char *status; /* as returned by znn_status_name(), or "REFUSED" if the program refuses to do something */
    uint64_t offset;    /* the position in the file, or UINT64_MAX */
};

struct said znn_message_last_error(void);

/*
 * Flushes standard output.  Returns false if any output was lost, also because of a full disk or a closed pipe.  This
 * is reported.
 */
bool znn_stdout_finish(void);

/*
 * Prints an error that the library reported about the file `name`, with advice if there is any.
 */
bool znn_say_failure(const char *name, const struct znn_error *error);

/*
 * Like znn_say_failure(), with additional words, for example about a file that another file led to.  Unused members are
 * NULL.
 */
struct failure_words {
    const char *culprit; /* the file at fault, if it is not `name` */
    const char *path;    /* the path from `name` to it: "its base './a.znn': " */
    const char *where;   /* the place of the error, such as ", in tensor 'a'" */
    const char *remedy;  /* replaces the usual advice: "; ..." */
};

bool znn_say_failure_with(const char *name, const struct znn_error *error, const struct failure_words *words);

#endif
