/*
 * name.h - gives names to files, and takes names away
 *
 * A file can have several names, called hard links, and exists until the last one is removed.  A symbolic link is a
 * file of its own, whose text is a path.
 *
 * If a function fails, errno has the reason.
 */
#ifndef ZNN_CLI_SYSTEM_NAME_H
#define ZNN_CLI_SYSTEM_NAME_H

#include <stdbool.h>

/*
 * Removes a name that is not that of a directory.
 */
bool znn_name_remove(const char *path);

/*
 * Gives the file `from` the name `path` instead, and replaces the file that has this name.
 */
bool znn_name_replace(const char *from, const char *path);

/*
 * Gives the file `from` the name `path` instead.  Fails with EEXIST if the name is taken.
 */
bool znn_name_move(const char *from, const char *path);

/*
 * Gives the file `existing` the further name `path`.  Fails with EEXIST if the name is taken.
 */
bool znn_name_add(const char *existing, const char *path);

/*
 * Makes the symbolic link `path` with the text `text`.  Fails with EEXIST if the name is taken.
 */
bool znn_name_make_link(const char *text, const char *path);

/*
 * Returns the text of the symbolic link `path`.  The caller frees it.  Returns NULL if it cannot be read.
 */
char *znn_name_link_text(const char *path);

/*
 * Makes a directory.  If it `is_private`, only the user can access it; if not, the umask decides.  Fails with EEXIST if
 * the name is taken.
 */
bool znn_name_make_directory(const char *path, bool is_private);

#endif
