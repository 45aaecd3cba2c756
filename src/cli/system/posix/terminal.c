/*
 * terminal.c - asks the driver of a terminal
 */
#include "cli/system/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

bool znn_terminal_is(int fd)
{
    return isatty(fd);
}

size_t znn_terminal_width(int fd)
{
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
