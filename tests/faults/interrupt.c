/*
 * interrupt.c - stops znn at random times
 *
 *     interrupt ZNN MODEL RUNS
 *
 * In the current directory, each run compresses or decompresses a copy of MODEL, with or without --rm.  After a random
 * time, up to twice the time that the work takes, the run sends a signal: INT, TERM, HUP, PIPE, XFSZ or KILL.  Then:
 *
 *  - the output is missing or complete;
 *  - nothing else has appeared; after KILL there may be one temporary file;
 *  - the signal killed the program, or the program had finished successfully;
 *  - the input or the output exists.
 *
 * Prints how often each signal came before and after the end, and exits with 1 if anything was wrong.  Leaves out
 * signals that are ignored, for example under nohup.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/support.h"

struct bytes {
    uint8_t *data;
    size_t size;
};

static const struct {
    int number;
    const char *name;
} signals[] = {{SIGINT, "INT"},   {SIGTERM, "TERM"}, {SIGHUP, "HUP"},
               {SIGPIPE, "PIPE"}, {SIGXFSZ, "XFSZ"}, {SIGKILL, "KILL"}};

enum { SIGNALS = sizeof signals / sizeof *signals };

static struct {
    const char *program;
    struct bytes original, packed;
    struct random random;
    uint64_t usual[2]; /* nanoseconds that compressing and decompressing take */
    unsigned killed[SIGNALS], ended[SIGNALS], complete[SIGNALS], strays, failures;
} test;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static struct bytes read_file(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (!file || stat(path, &status) != 0)
        die(path);
    struct bytes bytes = {.data = malloc((size_t)status.st_size + 1), .size = (size_t)status.st_size};
    if (!bytes.data || fread(bytes.data, 1, bytes.size, file) != bytes.size)
        die(path);
    fclose(file);
    return bytes;
}

static void write_file(const char *path, const struct bytes *bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes->data, 1, bytes->size, file) != bytes->size || fclose(file) != 0)
        die(path);
}

static bool holds(const char *path, const struct bytes *bytes)
{
    struct bytes found = read_file(path);
    bool same = found.size == bytes->size && memcmp(found.data, bytes->data, found.size) == 0;
    free(found.data);
    return same;
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* One way to call the program. */
struct order {
    bool decompresses, removes;
    const char *input, *output;
};

static struct order order_of(bool decompresses, bool removes)
{
    return (struct order){decompresses, removes, decompresses ? "m.znn" : "m.bin", decompresses ? "m.bin" : "m.znn"};
}

static pid_t start(const struct order *order)
{
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
            _exit(126);
        execl(test.program, test.program, order->decompresses ? "decompress" : "compress",
              order->removes ? "--rm" : "-k", order->input, (char *)NULL);
        _exit(127);
    }
    return child;
}

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            die("waitpid");
    return status;
}

static void fail(const struct order *order, size_t signal, const char *what)
{
    test.failures++;
    printf("FAILED: %s of %s%s: %s\n", signals[signal].name, order->input, order->removes ? " with --rm" : "", what);
}

/* Removes all temporary files, and returns how many there were. */
static unsigned clear_strays(void)
{
    unsigned count = 0;
    DIR *directory = opendir(".");
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            strcmp(entry->d_name, "m.bin") != 0 && strcmp(entry->d_name, "m.znn") != 0) {
            count++;
            unlink(entry->d_name);
        }
    if (directory)
        closedir(directory);
    return count;
}

static void check(const struct order *order, size_t signal, int status)
{
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == signals[signal].number;
    bool has_output = access(order->output, F_OK) == 0;
    bool has_input = access(order->input, F_OK) == 0;
    unsigned strays = clear_strays();
    if (!killed && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        fail(order, signal, "another end");
    if (!killed && !has_output)
        fail(order, signal, "no output after success");
    if (has_output && !holds(order->output, order->decompresses ? &test.original : &test.packed))
        fail(order, signal, "wrong or partial output");
    if (has_input && !holds(order->input, order->decompresses ? &test.packed : &test.original))
        fail(order, signal, "the input was changed");
    if (!has_input && (!has_output || !order->removes))
        fail(order, signal, "the input is lost");
    if (strays > (signals[signal].number == SIGKILL))
        fail(order, signal, "something was left behind");
    test.strays += strays;
    test.killed[signal] += killed;
    test.ended[signal] += !killed;
    test.complete[signal] += killed && has_output;
}

static void prepare(const struct order *order)
{
    unlink("m.bin");
    unlink("m.znn");
    write_file(order->input, order->decompresses ? &test.packed : &test.original);
}

static void run(size_t signal)
{
    struct order order = order_of(random_below(&test.random, 2), random_below(&test.random, 2));
    prepare(&order);
    uint64_t delay = random_u64(&test.random) % (2 * test.usual[order.decompresses]);
    struct timespec time = {.tv_sec = (time_t)(delay / 1000000000), .tv_nsec = (long)(delay % 1000000000)};
    pid_t child = start(&order);
    nanosleep(&time, NULL);
    kill(child, signals[signal].number);
    check(&order, signal, wait_for(child));
}

/* Nothing is sent: what comes out, and how long it takes. */
static void measure(bool decompresses)
{
    struct order order = order_of(decompresses, false);
    prepare(&order);
    uint64_t from = now();
    if (wait_for(start(&order)) != 0)
        die("the program fails without a signal");
    test.usual[decompresses] = now() - from;
    if (!decompresses)
        test.packed = read_file("m.znn");
}

static bool is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: interrupt ZNN MODEL RUNS\n");
        return 2;
    }
    test.program = argv[1];
    test.original = read_file(argv[2]);
    test.random = random_start("interrupt");
    measure(false);
    measure(true);
    unsigned runs = (unsigned)strtoul(argv[3], NULL, 10);
    for (unsigned i = 0; i < runs; i++)
        if (!is_ignored(signals[i % SIGNALS].number))
            run(i % SIGNALS);
    for (size_t i = 0; i < SIGNALS; i++)
        printf("%-4s %3u runs: killed %3u, of which %u behind the last step; had ended %u\n", signals[i].name,
               test.killed[i] + test.ended[i], test.killed[i], test.complete[i], test.ended[i]);
    printf("%u runs, %u temporary files after KILL, %u failures\n", runs, test.strays, test.failures);
    free(test.original.data);
    free(test.packed.data);
    return test.failures > 0;
}
