/*
 * mount.c - mounts, waits for the end, and unmounts
 *
 *     in the foreground      watcher -> server
 *     in the background      the program that was started -> watcher -> server
 *
 * Each process tells the one before it that the mount is ready by one byte in a pipe.  If it ends without that byte,
 * the mount has failed.
 */
#define _GNU_SOURCE /* pipe2() */
#include "cli/mount/mount.h"

#include "cli/mount/linux/kernel_ahead.h"
#include "cli/mount/linux/place.h"
#include "cli/mount/linux/server.h"
#include "cli/say/message.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEVICE "/dev/fuse"
#define WITHOUT "; without it, 'znn decompress' to a tmpfs such as /dev/shm, or load the .znn file from Python"

bool znn_mount_is_built_in(void)
{
    return true;
}

struct watch {
    struct settings settings; /* with absolute paths, because the process changes its directory */
    struct place place;
    struct fuse_session *session;
    struct mounted *mounted;
    int log;       /* an open file, or -1 */
    int nothing;   /* /dev/null */
    int announces; /* where to say that the mount is ready, or -1 */
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Processes                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

static volatile sig_atomic_t server_process;
static volatile sig_atomic_t was_asked_to_stop;

static void stop(int number)
{
    (void)number;
    was_asked_to_stop = 1;
    if (server_process > 0)
        kill((pid_t)server_process, SIGTERM);
}

static void set_handlers(void (*handler)(int number))
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction old;
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN); /* a log that nobody reads must not end the mount */
}

/* Returns true if the process at the other end says that the mount is ready. */
static bool hear(int from)
{
    char byte;
    ssize_t got;
    do
        got = read(from, &byte, 1);
    while (got < 0 && errno == EINTR && !was_asked_to_stop);
    close(from);
    return got == 1;
}

static void announce(int to)
{
    if (to >= 0) {
        (void)!write(to, "", 1);
        close(to);
    }
}

/* A new descriptor is the smallest free number.  The sandbox knows dup(), but not dup2(). */
static void replace(int stream, int by)
{
    close(stream);
    (void)!dup(by);
}

/* In the background, messages go to the log, or nowhere. */
static void leave_terminal(const struct watch *watch)
{
    replace(STDIN_FILENO, watch->nothing);
    replace(STDOUT_FILENO, watch->nothing);
    replace(STDERR_FILENO, watch->log >= 0 ? watch->log : watch->nothing);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The server                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

static int serve(const struct watch *watch, int announces)
{
    struct server server = {.settings = &watch->settings, .mounted = watch->mounted, .session = watch->session};
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (!znn_server_prepare(&server))
        return EXIT_FAILED;
    if (!watch->settings.mount.foreground)
        leave_terminal(watch);
    announce(announces);
    return znn_server_run(&server) ? EXIT_DONE : EXIT_FAILED;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The watcher                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

/* libfuse's own messages are for programmers. */
static void say_nothing(enum fuse_log_level level, const char *format, va_list arguments)
{
    (void)level;
    (void)format;
    (void)arguments;
}

static bool make_session(struct watch *watch)
{
    char options[64];
    snprintf(options, sizeof options, "-oro,nosuid,nodev,subtype=znn,fsname=znn,max_read=%zu", ORIGINAL_READ_MAX);
    char name[] = "znn";
    char *words[] = {name, options};
    struct fuse_args arguments = FUSE_ARGS_INIT(2, words);
    fuse_set_log_func(say_nothing);
    watch->session = fuse_session_new(&arguments, &znn_mount_operations, sizeof znn_mount_operations, watch->mounted);
    fuse_opt_free_args(&arguments);
    return watch->session ||
           znn_say_error(NULL, "libfuse refuses its options; this is an error in znn, please report it");
}

static bool check_device(void)
{
    int device = open(DEVICE, O_RDWR | O_CLOEXEC);
    if (device < 0)
        return znn_say_system_error(DEVICE, "open", errno, WITHOUT);
    close(device);
    return true;
}

static bool mount_session(struct watch *watch)
{
    if (fuse_session_mount(watch->session, watch->place.mountpoint) == 0)
        return true;
    return znn_say_error(watch->place.mountpoint, "could not mount there; install fuse3, or, in a container, allow "
                                                  "mounts" WITHOUT);
}

/* Waits for the end of the server.  Returns the exit code. */
static int wait_for(pid_t process)
{
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    if (was_asked_to_stop)
        return EXIT_DONE;
    int number = WTERMSIG(status);
    if (number != SIGTERM && number != SIGINT && number != SIGHUP)
        znn_say_error(NULL, "the process that serves the mount was killed: %s", strsignal(number));
    return number == SIGTERM || number == SIGINT || number == SIGHUP ? EXIT_DONE : EXIT_FAILED;
}

/* Starts the server, and waits for it.  Signals that arrive in between are held back, so that none is lost. */
static int watch_server(struct watch *watch)
{
    int ends[2];
    sigset_t all, before;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        znn_say_system_error(NULL, "make a pipe", errno, "");
        return EXIT_FAILED;
    }
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    set_handlers(stop);
    pid_t process = fork();
    server_process = process > 0 ? process : 0;
    if (process == 0) {
        set_handlers(SIG_DFL); /* first: a signal that was held back ends this process */
        sigprocmask(SIG_SETMASK, &before, NULL);
        close(ends[0]);
        exit(serve(watch, ends[1]));
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        znn_say_system_error(NULL, "start a process", errno, "");
        return EXIT_FAILED;
    }
    bool is_ready = hear(ends[0]);
    if (is_ready)
        znn_kernel_ahead_raise(watch->place.mountpoint);
    if (is_ready && watch->announces >= 0) {
        leave_terminal(watch);
        announce(watch->announces);
    }
    return wait_for(process);
}

static int watch(struct watch *watch)
{
    struct mounted mounted = {
        .view = {.only = watch->place.only, .folder = watch->place.folder, .mountpoint = watch->place.mountpoint}};
    int code = EXIT_FAILED;
    watch->mounted = &mounted;
    if (chdir(watch->place.folder) != 0)
        znn_say_system_error(watch->place.folder, "open", errno, "");
    else if (make_session(watch)) {
        if (check_device() && mount_session(watch)) {
            code = watch_server(watch);
            fuse_session_unmount(watch->session);
        }
        fuse_session_destroy(watch->session);
    }
    return code;
}

/* Runs the watcher in another process, and returns as soon as the mount is ready. */
static int watch_in_background(struct watch *background)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        znn_say_system_error(NULL, "make a pipe", errno, "");
        return EXIT_FAILED;
    }
    pid_t process = fork();
    if (process == 0) {
        close(ends[0]);
        setsid();
        background->announces = ends[1];
        return watch(background);
    }
    close(ends[1]);
    if (process > 0 && hear(ends[0]))
        return EXIT_DONE;
    if (process < 0)
        znn_say_system_error(NULL, "start a process", errno, "");
    return EXIT_FAILED;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The command                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool open_log(struct watch *watch)
{
    const char *path = watch->settings.mount.log;
    if (!path)
        return true;
    watch->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666);
    if (watch->log < 0)
        return znn_say_system_error(path, "open", errno, "");
    return !watch->settings.mount.foreground || dup2(watch->log, STDERR_FILENO) >= 0;
}

/* Makes a path absolute.  The caller frees *memory, which may be NULL. */
static bool settle_path(const char **path, char **memory)
{
    if (!*path)
        return true;
    *memory = realpath(*path, NULL);
    if (!*memory)
        return znn_say_system_error(*path, "open", errno, "");
    *path = *memory;
    return true;
}

int znn_mount_run(const struct settings *settings)
{
    struct watch order = {.settings = *settings, .log = -1, .announces = -1};
    order.nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int code = EXIT_FAILED;
    char *base = NULL, *directory = NULL;
    if (znn_place_find(&order.place, settings->operands[0], settings->operands[1]) &&
        settle_path(&order.settings.base.path, &base) && settle_path(&order.settings.base.directory, &directory) &&
        znn_place_check_base(&order.place, order.settings.base.path) &&
        znn_place_check_base(&order.place, order.settings.base.directory) && open_log(&order))
        code = settings->mount.foreground ? watch(&order) : watch_in_background(&order);
    znn_place_free(&order.place);
    free(base);
    free(directory);
    if (order.log >= 0)
        close(order.log);
    return code;
}
