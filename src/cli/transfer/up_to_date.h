/*
 * up_to_date.h - was this file done by an earlier run?
 *
 * An output gets the modification time of its source, and a .znn file knows the size of its original.  So an output is
 * up to date if
 *
 *     source  model.bin        9,437,184 bytes, of 12:00:05.123456789
 *     output  model.bin.znn    the same time, and its index says 9,437,184 bytes
 *
 * and the same holds on the way back.  Nothing is decompressed for that, so a change that keeps size and time goes
 * unnoticed.  Before a source is removed its bytes are compared.
 */
#ifndef ZNN_CLI_TRANSFER_UP_TO_DATE_H
#define ZNN_CLI_TRANSFER_UP_TO_DATE_H

#include "cli/transfer/transfer.h"

enum age {
    AGE_DIFFERS,
    AGE_UP_TO_DATE,
    AGE_UNKNOWN /* memory ran out */
};

/*
 * Says whether `output` is a regular file that was made of `source`, as far as size and time tell.  `source` leads to a
 * regular file, perhaps through a link.  Nothing is printed.
 */
enum age znn_up_to_date(const struct settings *settings, enum direction direction, const char *source,
                        const char *output);

/*
 * Removes `source`, which `output` is up to date with, after comparing all bytes and writing `output` to the disk.
 * If others of the batch need it, it goes when they are done.  `known` is NULL, or the status of the file from which
 * this run has made `output`, rounded so that there is nothing to compare: then `source` has to be that file.  Returns
 * false, having said why, if it stays.
 */
bool znn_up_to_date_remove(struct batch *batch, const char *source, const char *output, const struct stat *known);

#endif
