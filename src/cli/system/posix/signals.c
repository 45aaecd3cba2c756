/*
 * signals.c - removes a half-written file if a signal stops the program
 */
#include "cli/system/signals.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int caught[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXCPU, SIGXFSZ};

static const char *volatile guarded;
static const char *volatile last_words;

static sigset_t mask_before_hold;

/*
 * Uses only async-signal-safe calls.  SA_RESETHAND has restored the default action, so the second signal ends the
 * program: at once in another thread, or when the handler returns.  It uses kill() and not raise(), because the sandbox
 * allows signals to this process, and raise() may name only a thread.
 */
static void handle(int number)
{
    const char *path = guarded;
    const char *words = last_words;
    if (path)
        unlink(path);
    if (words)
        (void)!write(STDERR_FILENO, words, strlen(words));
    kill(getpid(), number);
}

static void fill_set(sigset_t *set)
{
    sigemptyset(set);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaddset(set, caught[i]);
}

/* While lock.c has a lease on a file, any program that opens the file for writing causes SIGIO, which would end znn. */
static void ignore_leases(void)
{
#ifdef SIGIO
    signal(SIGIO, SIG_IGN);
#endif
}

void znn_signals_install(void)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = (int)SA_RESETHAND};
    fill_set(&action.sa_mask);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction old;
        if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
    }
    ignore_leases();
}

void znn_signals_hold(void)
{
    sigset_t set;
    fill_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, &mask_before_hold);
}

void znn_signals_release(void)
{
    pthread_sigmask(SIG_SETMASK, &mask_before_hold, NULL);
}

void znn_signals_guard(const char *path)
{
    guarded = path;
}

void znn_signals_wipe(const char *text)
{
    last_words = text;
}
