/*
 * descriptor.h - recognises names of open descriptors: /dev/stdout, /dev/stderr, /dev/fd/3
 *
 * On Linux these are links that lead to whatever the descriptor has open, perhaps to an ordinary file.  Who replaced
 * such a name would replace the link in /dev, for everybody.  The descriptor itself is what is meant.
 */
#ifndef ZNN_CLI_SYSTEM_DESCRIPTOR_H
#define ZNN_CLI_SYSTEM_DESCRIPTOR_H

/*
 * The descriptor of this process that `path` names, however it is spelled and through whatever links, or -1.
 */
int znn_descriptor_named(const char *path);

#endif
