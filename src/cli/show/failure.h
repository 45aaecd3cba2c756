/*
 * failure.h - writes the JSON object of a file that failed
 *
 * It is the same for all commands, and is made from the last error message:
 *
 *     {"path": "a.znn", "ok": false, "error": "ZNN_ERROR_BASE", "message": "...", "file": "base.znn", "offset": 1234}
 *
 * "file" is the file at fault.  It is written only if it differs from the file that the user named.
 */
#ifndef ZNN_CLI_SHOW_FAILURE_H
#define ZNN_CLI_SHOW_FAILURE_H

#include "cli/say/json_writer.h"

/*
 * Begins the object of `path`, a file as the user named it, after an error about it was reported.  The caller ends it.
 */
void znn_failure_begin(struct json *json, const char *path);

/*
 * Writes the whole object.
 */
void znn_failure_write(struct json *json, const char *path);

#endif
