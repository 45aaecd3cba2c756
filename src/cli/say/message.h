/*
 * message.h - what the program says on standard error
 *
 * An error, a warning and a note are one line each, whatever the names in it contain:
 *
 *     znn: model.safetensors: what happened; what to do next
 *
 * Control characters, bytes that are no UTF-8 and characters that reorder or break a line are written as \xNN, so that
 * a file's name can neither forge a second line nor steer the terminal.  No locale is consulted.
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

/* How messages call the standard streams. */
#define STDIN_NAME "(stdin)"
#define STDOUT_NAME "(stdout)"

/*
 * Lets each message reach standard error as one piece.  Called once, before the first message.
 */
void znn_message_start(void);

/*
 * By default errors and warnings are printed.  Each -q takes one kind away, warnings first; each -v adds one, notes.
 */
void znn_message_quieter(void);
void znn_message_louder(void);

/*
 * Whether warnings are left out, and whether notes are printed.
 */
bool znn_message_is_quiet(void);
bool znn_message_is_verbose(void);

/*
 * One line about the file `name`, or about none where it is NULL.  They return false, so that a function that fails
 * can end in `return znn_say_error(...)`.
 */
bool znn_say_error(const char *name, const char *format, ...) ZNN_CLI_PRINTF(2, 3);
bool znn_say_warning(const char *name, const char *format, ...) ZNN_CLI_PRINTF(2, 3);
bool znn_say_note(const char *name, const char *format, ...) ZNN_CLI_PRINTF(2, 3);

/*
 * An error that the system reported with `reason`, an errno: "NAME: could not WHAT: REASON".  `remedy` starts with
 * "; ", or is "".
 */
bool znn_say_system_error(const char *name, const char *what, int reason, const char *remedy);

/*
 * Memory ran out.
 */
bool znn_say_memory_error(const char *name);

/*
 * What was done, as a line without the program's name.  It is printed where notes are.
 */
void znn_say_result(const char *format, ...) ZNN_CLI_PRINTF(1, 2);

/*
 * What was done in all, as such a line.  It is printed where warnings are.
 */
void znn_say_summary(const char *format, ...) ZNN_CLI_PRINTF(1, 2);

/*
 * Prints `sequence` before every message, to clear the line that the cursor is in; NULL: nothing.  It must stay.
 */
void znn_message_wipe(const char *sequence);

/*
 * The last error.  It stays until the next one.
 */
struct said {
    const char *name;   /* the file that is at fault, as messages call it, or "" */
    const char *text;   /* the line without the names of program and file */
    const char *status; /* as znn_status_name() tells it, or "REFUSED": the program does not do that */
    uint64_t offset;    /* the place in the file, or UINT64_MAX */
};

struct said znn_message_last_error(void);

/*
 * Flushes standard output.  Returns false, having said why, if anything that was printed there is lost: full disks and
 * closed pipes count, too.
 */
bool znn_stdout_finish(void);

/*
 * An error that the library reported about the file `name`, in words, with a remedy where one is known.
 */
bool znn_say_failure(const char *name, const struct znn_error *error);

/*
 * The same of a file that another one led to, or with more to be said.  Unused members are NULL.
 */
struct failure_words {
    const char *culprit; /* the file that is at fault, if it is not `name` */
    const char *path;    /* how `name` led to it: "its base './a.znn': " */
    const char *where;   /* where it is, such as ", in tensor 'a'" */
    const char *remedy;  /* what to do, in place of the usual remedy: "; ..." */
};

bool znn_say_failure_with(const char *name, const struct znn_error *error, const struct failure_words *words);

#endif
