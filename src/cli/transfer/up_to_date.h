/*
 * up_to_date.h - did an earlier run already make this output?
 *
 * An output gets the modification time of its source, and a .znn file stores the size of its original.  So an output is
 * up to date if
 *
 *     source  model.bin        9,437,184 bytes, of 12:00:05.123456789
 *     output  model.bin.znn    the same time, and its index says 9,437,184 bytes
 *
 * and decompressing uses the same rule.  Nothing is decompressed for this check, so it does not notice a change that
 * keeps size and time.  Before a source is removed, its bytes are compared.
 */
#ifndef ZNN_CLI_TRANSFER_UP_TO_DATE_H
#define ZNN_CLI_TRANSFER_UP_TO_DATE_H

#include "cli/system/file_status.h"
#include "cli/transfer/transfer.h"

enum age {
    AGE_DIFFERS,
    AGE_UP_TO_DATE,
    AGE_UNKNOWN /* memory ran out */
};

/*
 * Checks whether `output` is a regular file made from `source`, by size and time.  `source` leads to a regular file,
 * perhaps through a link.  Prints nothing.
 */
enum age znn_up_to_date(const struct settings *settings, enum direction direction, const char *source,
                        const char *output);

/*
 * Removes `source`, whose output `output` is up to date, after comparing all bytes and writing `output` to the disk.
 * If other files of the batch need it, it is removed after them.  `known` is NULL, or the status of the file from which
 * this run has made `output` by rounding, so that bytes cannot be compared; `source` must then be that file.  Returns
 * false if the source stays, which is reported.
 */
bool znn_up_to_date_remove(struct batch *batch, const char *source, const char *output,
                           const struct file_status *known);

#endif
