/*
 * link_file.h - outputs that are links to other outputs
 *
 * Another name of a file that was compressed becomes another name of its .znn file.  A link is made under its final
 * name at once; if it replaces something (-f), it is made beside it and renamed.
 */
#ifndef ZNN_CLI_TRANSFER_LINK_FILE_H
#define ZNN_CLI_TRANSFER_LINK_FILE_H

#include "cli/transfer/transfer.h"

enum link_result {
    LINK_MADE,
    LINK_FAILED,    /* the reason was said */
    LINK_IMPOSSIBLE /* the file system has no such links, or not between these places */
};

/*
 * Makes the symbolic link `path` with the text `text`, or if that is NULL, the hard link `path` of the file `existing`.
 */
enum link_result znn_link_file(struct batch *batch, const char *path, const char *text, const char *existing);

/*
 * The part of znn_link_file() that asks whether the link may be made.  Returns false, having said why, if it may not.
 */
bool znn_link_file_may(const struct batch *batch, const char *path);

#endif
