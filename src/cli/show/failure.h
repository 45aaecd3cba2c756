/*
 * failure.h - the JSON object of a file that something went wrong with
 *
 * It is the same for all commands, and is made from the last error message:
 *
 *     {"path": "a.znn", "ok": false, "error": "ZNN_ERROR_BASE", "message": "...", "file": "base.znn", "offset": 1234}
 *
 * The file is the one at fault.  It is told only if it is another than the one that the user named.
 */
#ifndef ZNN_CLI_SHOW_FAILURE_H
#define ZNN_CLI_SHOW_FAILURE_H

#include "cli/say/json_writer.h"

/*
 * Begins the object of `path`, a file as the user named it, about which an error was just said.  The caller ends it.
 */
void znn_failure_begin(struct json *json, const char *path);

/*
 * The whole object.
 */
void znn_failure_write(struct json *json, const char *path);

#endif
