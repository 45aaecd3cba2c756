/*
 * look.h - what the commands share that look at files and print: stat, list and test
 *
 * They go on to the next file when something is wrong with one.  With --json they print one list, which is valid
 * whatever happens, with an object for each file; cli/show/failure.h has that of a file which could not be looked at.
 */
#ifndef ZNN_CLI_SHOW_LOOK_H
#define ZNN_CLI_SHOW_LOOK_H

#include "cli/flags/args.h"
#include "cli/input/base_chain.h"
#include "cli/input/input_file.h"
#include "cli/say/json_writer.h"
#include "cli/say/terminal.h"
#include "cli/show/overall.h"
#include "cli/show/totals.h"

struct look {
    const struct settings *settings;
    struct terminal terminal;
    struct json json;
    struct totals totals;          /* with -r; look->at counts the sizes */
    size_t shown;                  /* files so far */
    struct overall overall;        /* for the progress of several files */
    bool takes_models;             /* with -r, models as well as .znn files */
    const struct base_chain *base; /* that the command has opened, or NULL */

    /* Looks at one open file.  Returns false, having said why, if something is wrong. */
    bool (*at)(struct look *look, const struct input_file *file);
    void *context; /* for that function */
};

/*
 * Calls look->at for each operand, with -r for each .znn file below it, and if it takes models for each model, too.
 * Returns the exit code.
 */
int znn_look_at_all(struct look *look);

/*
 * Adds the sizes of a file that was looked at to the totals.
 */
void znn_look_count(struct look *look, const struct znn_report *report);

/*
 * With --json, writes the object of the file `path`, about which an error was just said.  Returns false.
 */
bool znn_look_note_failure(struct look *look, const char *path);

/*
 * The file as the user named it.
 */
const char *znn_look_path(const struct input_file *file);

/*
 * Says what the library found wrong with a file, and with --json writes its object.  Returns false.
 */
bool znn_look_failed(struct look *look, const struct input_file *file, const struct znn_error *error);

#endif
