/*
 * look.h - the common part of the commands that read files and print: stat, list and test
 *
 * They continue with the next file if one fails.  With --json they print one list, which is valid in any case, with an
 * object for each file; cli/show/failure.h writes the object of a file that failed.
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
    struct totals totals;          /* with -r; look->at adds the sizes */
    size_t shown;                  /* number of files shown until now */
    struct overall overall;        /* for the progress of several files */
    bool takes_models;             /* with -r, models as well as .znn files */
    const struct base_chain *base; /* the bases that the command has opened, or NULL */

    /* Shows one open file.  Returns false if it fails, which is reported. */
    bool (*at)(struct look *look, const struct input_file *file);
    void *context; /* for that function */
};

/*
 * Calls look->at for each operand.  With -r, calls it for each .znn file below an operand and, with takes_models, for
 * each model.  Returns the exit code.
 */
int znn_look_at_all(struct look *look);

/*
 * Adds the sizes of a file to the totals.
 */
void znn_look_count(struct look *look, const struct znn_report *report);

/*
 * With --json, writes the object of the file `path`, after an error about it was reported.  Returns false.
 */
bool znn_look_note_failure(struct look *look, const char *path);

/*
 * Returns the file as the user named it.
 */
const char *znn_look_path(const struct input_file *file);

/*
 * Reports an error of the library about a file, and with --json writes its object.  Returns false.
 */
bool znn_look_failed(struct look *look, const struct input_file *file, const struct znn_error *error);

#endif
