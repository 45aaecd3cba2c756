/*
 * descriptor.h - file descriptors of the operating system
 */
#ifndef ZNN_PYTHON_DESCRIPTOR_H
#define ZNN_PYTHON_DESCRIPTOR_H

/*
 * Returns another descriptor for the same open file, which programs that this one starts do not inherit, or -1.
 */
int ext_descriptor_duplicate(int fd);

void ext_descriptor_close(int fd);

#endif
