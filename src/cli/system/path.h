/*
 * path.h - takes paths apart and puts them together
 *
 *     models/a/x.bin     directory "models/a/", base "x.bin"
 *     x.bin              directory ".",         base "x.bin"
 *     models//           root "models", below which lies "models/x.bin"
 *
 * Paths are bytes.  No encoding is assumed, and upper and lower case differ.
 */
#ifndef ZNN_CLI_SYSTEM_PATH_H
#define ZNN_CLI_SYSTEM_PATH_H

#include <stddef.h>

/*
 * Returns the last component of a path, which may be empty.
 */
const char *znn_path_base(const char *path);

/*
 * Returns the directory of a path, "." if the path has none.  The caller frees it.  Returns NULL if memory ran out.
 */
char *znn_path_directory(const char *path);

/*
 * Returns "directory/name".  The caller frees it.  Returns NULL if memory ran out.
 */
char *znn_path_below(const char *directory, const char *name);

/*
 * Returns the path that `relative` means in `directory`, a path as from znn_path_root().  A ".." at the start of
 * `relative` takes a component off the directory.  So the path does not pass through a directory only to leave it
 * again, where something else may be mounted.  The caller frees it.  Returns NULL if memory ran out.
 */
char *znn_path_resolve(const char *directory, const char *relative);

/*
 * Returns "directory/name" with the last component of `path` as name.  The caller frees it.  Returns NULL if memory ran
 * out.
 */
char *znn_path_within(const char *directory, const char *path);

/*
 * Returns the path of a directory without slashes at its end, so that names can follow; "/." for "/".  The caller frees
 * it.  Returns NULL if memory ran out.
 */
char *znn_path_root(const char *directory);

/*
 * Returns the first `size` bytes of `start`, followed by `end`.  The caller frees it.  Returns NULL if memory ran out.
 */
char *znn_path_join(const char *start, size_t size, const char *end);

#endif
