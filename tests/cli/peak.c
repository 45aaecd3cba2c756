/*
 * peak.c - runs a command, and checks how much memory it took
 *
 *     peak KIB COMMAND [ARGUMENT...]
 *
 * Exits as the command does, or, where its resident memory went beyond so many KiB, with 98 and a line on standard
 * error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: peak KIB COMMAND...\n");
        return 2;
    }
    long limit = strtol(argv[1], NULL, 10);
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (child < 0 || waitpid(child, &status, 0) != child || getrusage(RUSAGE_CHILDREN, &usage) != 0) {
        perror("peak");
        return 127;
    }
#ifdef __APPLE__
    long peak = usage.ru_maxrss / 1024; /* bytes there */
#else
    long peak = usage.ru_maxrss;
#endif
    if (peak > limit) {
        fprintf(stderr, "peak: %ld KiB instead of at most %ld: %s\n", peak, limit, argv[2]);
        return 98;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}
