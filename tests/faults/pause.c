/*
 * pause.c - makes a program pause at a call until it may continue
 *
 * This library is loaded before the C library (LD_PRELOAD).  ZNN_PAUSE_AT tells where the program pauses:
 *
 *     CALL or CALL:N   at the Nth call of open, linkat, link, rename, unlink or fsync that the program makes
 *     base             when it has locked a file to share it
 *     exit             at its end
 *
 * Then the library makes the file ZNN_PAUSE_REACHED and waits until the file ZNN_PAUSE_GO exists, for at most half a
 * minute.  The program's sandbox would also restrict this library, so the library makes the kernel claim to have none.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static char place[32];
static unsigned left;

/* The function that the program would have got. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void start(void)
{
    const char *at = getenv("ZNN_PAUSE_AT");
    left = 1;
    if (at)
        sscanf(at, "%31[^:]:%u", place, &left);
}

/* By system calls, as the functions are those below. */
static void wait_here(void)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    const char *go = getenv("ZNN_PAUSE_GO");
    long fd = REAL(syscall)(SYS_openat, AT_FDCWD, getenv("ZNN_PAUSE_REACHED"), O_WRONLY | O_CREAT, 0600);
    if (fd < 0)
        abort();
    close((int)fd);
    for (int i = 0; i < 3000 && access(go, F_OK) != 0; i++)
        nanosleep(&pause, NULL);
}

static void pass(const char *name)
{
    if (strcmp(name, place) == 0 && left > 0 && --left == 0)
        wait_here();
}

__attribute__((destructor)) static void end(void)
{
    pass("exit");
}

long syscall(long number, ...)
{
    long words[4];
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 4; i++)
        words[i] = va_arg(arguments, long);
    va_end(arguments);
    if (number == SYS_landlock_create_ruleset || number == SYS_seccomp) {
        errno = ENOSYS;
        return -1;
    }
    return REAL(syscall)(number, words[0], words[1], words[2], words[3]);
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (path[0] != '/')
        pass("open");
    return REAL(open)(path, flags, mode);
}

int flock(int fd, int operation)
{
    int result = REAL(flock)(fd, operation);
    if (result == 0 && operation & LOCK_SH)
        pass("base");
    return result;
}

int fsync(int fd)
{
    pass("fsync");
    return REAL(fsync)(fd);
}

int linkat(int from_directory, const char *from, int directory, const char *path, int flags)
{
    pass("linkat");
    return REAL(linkat)(from_directory, from, directory, path, flags);
}

int link(const char *from, const char *path)
{
    pass("link");
    return REAL(link)(from, path);
}

int rename(const char *from, const char *path)
{
    pass("rename");
    return REAL(rename)(from, path);
}

int unlink(const char *path)
{
    pass("unlink");
    return REAL(unlink)(path);
}
