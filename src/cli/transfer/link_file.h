/*
 * link_file.h - makes outputs that are links to other outputs
 *
 * Another name of a compressed file becomes another name of its .znn file.  A link is made directly under its final
 * name.  If it replaces a file (-f), it is made next to it and renamed.
 */
#ifndef ZNN_CLI_TRANSFER_LINK_FILE_H
#define ZNN_CLI_TRANSFER_LINK_FILE_H

#include "cli/transfer/transfer.h"

enum link_result {
    LINK_MADE,
    LINK_FAILED,    /* the reason was reported */
    LINK_IMPOSSIBLE /* the file system does not support such a link */
};

/*
 * Makes the symbolic link `path` with the text `text` or, if that is NULL, the hard link `path` to the file `existing`.
 */
enum link_result znn_link_file(struct batch *batch, const char *path, const char *text, const char *existing);

/*
 * Checks whether znn_link_file() may make the link.  Returns false if it may not, which is reported.
 */
bool znn_link_file_may(const struct batch *batch, const char *path);

#endif
