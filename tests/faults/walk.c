/*
 * walk.c - runs a command of znn with a fault at its first system call, then at its second, and so on
 *
 *     walk SHIM PROTOTYPE KIND MODE[=PATH] [-i FILE] -- ZNN ARGUMENT...
 *
 * Before each run, the program makes the directory d in the current one, as a fresh copy of the directory PROTOTYPE.
 * The command first runs without a fault, which gives the expected result.  Then it runs with shim.c loaded and a fault
 * of KIND and MODE (see shim.c) at call 1, 2, 3, ..., until a run has no fault.  With -i it reads FILE from a pipe.
 * After each run:
 *
 *  - the exit code is 0, and there are all files that there are without a fault, and the same standard output; or it
 *    is 1, and there is a line on standard error, which names the lack of memory where that was the fault;
 *  - each file in d is as before or as it is without a fault; a .znn file may be another one of the same original, as
 *    it may have been read as a stream;
 *  - if a file is gone, its .znn file or its original exists;
 *  - nothing else is in d, unless it was unlink() itself that failed;
 *  - the program has ended within a minute, and freed all it allocated.
 *
 * If MODE changes the input, the files may be those of the input before or after the change.  If MODE removes d, d must
 * not come back.  Prints all errors and the number of faults, and exits with 1 if there was an error.
 */
#define _GNU_SOURCE /* pipe2() */
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
#include <unistd.h>

#include "znn.h"

#define FILES_MAX 32
#define SECONDS_MAX 60 /* a run that takes longer hangs */
#define PLACE "d"

struct bytes {
    char *data;
    size_t size;
};

/* All files of a directory. */
struct state {
    struct entry {
        char name[256];
        struct bytes bytes;
        struct timespec modified; /* what is up to date must stay so in a copy */
    } files[FILES_MAX];
    size_t count;
};

static struct walk {
    const char *shim, *prototype, *kind, *mode;
    const char *path;  /* what the mode changes, or NULL */
    const char *input; /* what comes from a pipe, or NULL */
    char **command;
    struct state before, right;
    struct bytes right_output;
    unsigned at, failures;
} walk;

struct outcome {
    int code; /* exit code, or 256 + signal */
    unsigned calls, unlinks;
    int struck, live;
    char victim[40];
    struct state after;
    struct bytes output, errors;
};

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static void fail(const struct outcome *outcome, const char *what, const char *name)
{
    walk.failures++;
    printf("FAILED: %s %s %u (%s): %s%s%s\n", walk.kind, walk.mode, walk.at, outcome->victim, what, name ? ": " : "",
           name ? name : "");
    fwrite(outcome->errors.data, 1, outcome->errors.size, stdout);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct bytes read_file(const char *path)
{
    struct stat status;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &status) != 0)
        die(path);
    struct bytes bytes = {.data = malloc((size_t)status.st_size + 1), .size = (size_t)status.st_size};
    for (size_t done = 0; done < bytes.size;) {
        ssize_t n = read(fd, bytes.data + done, bytes.size - done);
        if (n <= 0)
            die(path);
        done += (size_t)n;
    }
    close(fd);
    return bytes;
}

static void write_file(const char *path, const struct bytes *bytes, struct timespec modified)
{
    const struct timespec times[2] = {modified, modified};
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes->data, 1, bytes->size, file) != bytes->size || fclose(file) != 0 ||
        utimensat(AT_FDCWD, path, times, 0) != 0)
        die(path);
}

static bool same(const struct bytes *a, const struct bytes *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->data, b->data, a->size) == 0);
}

static struct state read_state(const char *path)
{
    struct state state = {.count = 0};
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char inner[600];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (state.count == FILES_MAX)
            die("too many files");
        struct entry *file = &state.files[state.count++];
        snprintf(file->name, sizeof file->name, "%s", entry->d_name);
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        file->bytes = read_file(inner);
        struct stat status;
        if (stat(inner, &status) == 0)
            file->modified = status.st_mtim;
    }
    if (directory)
        closedir(directory);
    return state;
}

static void free_state(struct state *state)
{
    while (state->count > 0)
        free(state->files[--state->count].bytes.data);
}

static const struct bytes *find(const struct state *state, const char *name)
{
    for (size_t i = 0; i < state->count; i++)
        if (strcmp(state->files[i].name, name) == 0)
            return &state->files[i].bytes;
    return NULL;
}

static void clear_place(void)
{
    DIR *directory = opendir(PLACE);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char inner[600];
        snprintf(inner, sizeof inner, PLACE "/%s", entry->d_name);
        unlink(inner);
    }
    if (directory)
        closedir(directory);
}

static void set_up(void)
{
    clear_place();
    if (mkdir(PLACE, 0700) != 0 && errno != EEXIST)
        die(PLACE);
    for (size_t i = 0; i < walk.before.count; i++) {
        char path[600];
        snprintf(path, sizeof path, PLACE "/%s", walk.before.files[i].name);
        write_file(path, &walk.before.files[i].bytes, walk.before.files[i].modified);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* A run                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/* A child that writes the input into a pipe; *fd is the other end. */
static pid_t start_feeder(int *fd)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        die("pipe");
    struct bytes bytes = read_file(walk.input);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        signal(SIGPIPE, SIG_DFL);
        close(ends[0]);
        for (size_t done = 0; done < bytes.size;) {
            ssize_t n = write(ends[1], bytes.data + done, bytes.size - done);
            if (n < 0)
                _exit(1);
            done += (size_t)n;
        }
        _exit(0);
    }
    free(bytes.data);
    close(ends[1]);
    *fd = ends[0];
    return child;
}

static void redirect(const char *path, int fd)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || dup2(file, fd) < 0)
        _exit(126);
    close(file);
}

/* In the child: does not return. */
static void run_command(int input, bool faulty)
{
    char order[400], report[600];
    if (dup2(input, 0) < 0 || !getcwd(report, sizeof report - 20))
        _exit(126);
    redirect("out", 1);
    redirect("err", 2);
    strcat(report, "/report");
    snprintf(order, sizeof order, "%s %s %u %s", walk.kind, walk.mode, walk.at, walk.path ? walk.path : "");
    if (faulty && (setenv("LD_PRELOAD", walk.shim, 1) != 0 || setenv("ZNN_FAULT", order, 1) != 0 ||
                   setenv("ZNN_FAULT_REPORT", report, 1) != 0))
        _exit(126);
    alarm(SECONDS_MAX);
    execv(walk.command[0], walk.command);
    _exit(127);
}

static int wait_for(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            die("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

static void read_report(struct outcome *outcome)
{
    FILE *file = fopen("report", "r");
    if (file && fscanf(file, "%u %d %d %u %39s", &outcome->calls, &outcome->struck, &outcome->live, &outcome->unlinks,
                       outcome->victim) != 5)
        strcpy(outcome->victim, "a report that makes no sense");
    if (file)
        fclose(file);
    unlink("report");
}

static struct outcome run(bool faulty)
{
    struct outcome outcome = {.victim = "no report"};
    int input = -1;
    set_up();
    pid_t feeder = walk.input ? start_feeder(&input) : -1;
    if (!walk.input)
        input = open("/dev/null", O_RDONLY);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0)
        run_command(input, faulty);
    close(input);
    outcome.code = wait_for(child);
    if (feeder > 0)
        wait_for(feeder);
    if (faulty)
        read_report(&outcome);
    outcome.after = read_state(PLACE);
    outcome.output = read_file("out");
    outcome.errors = read_file("err");
    return outcome;
}

static void free_outcome(struct outcome *outcome)
{
    free_state(&outcome->after);
    free(outcome->output.data);
    free(outcome->errors.data);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What must hold                                                                                                   */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Decompressed in this process, which no fault reaches. */
static bool decode_with(const struct bytes *packed, struct znn_base *base, struct bytes *original)
{
    struct znn_memory memory = {0};
    struct znn_input input = znn_input_memory(packed->data, packed->size);
    struct znn_output output = znn_output_memory(&memory);
    struct znn_decompress_options options = {.struct_size = sizeof(struct znn_decompress_options), .base = base};
    enum znn_status status = znn_decompress(&input, &output, &options, NULL, NULL);
    *original = (struct bytes){(char *)memory.data, memory.size};
    return status == ZNN_OK;
}

static bool decode(const struct bytes *packed, struct bytes *original)
{
    return decode_with(packed, NULL, original);
}

static bool decodes_to(const struct bytes *packed, const struct bytes *original)
{
    struct bytes decoded;
    bool good = decode(packed, &decoded) && same(&decoded, original);
    free(decoded.data);
    return good;
}

/* A file that could only be read as a stream may give another .znn file, but the same bytes come out of both. */
static bool is_equivalent(const struct bytes *a, const struct bytes *b)
{
    struct bytes decoded;
    if (same(a, b))
        return true;
    bool good = decode(b, &decoded) && decodes_to(a, &decoded);
    free(decoded.data);
    return good;
}

/* What the mode may have made of the file that it changes. */
static bool is_changed(const char *name)
{
    return walk.path && strchr(walk.path, '/') && strcmp(strrchr(walk.path, '/') + 1, name) == 0;
}

static const struct bytes *changed_version(const char *name, const struct bytes *bytes)
{
    static struct bytes version;
    bool grows = strcmp(walk.mode, "grow") == 0;
    if (!is_changed(name))
        return bytes;
    free(version.data);
    version.size = grows ? bytes->size + 1000 : bytes->size / 2;
    version.data = calloc(1, version.size + 1);
    if (!version.data)
        die("calloc");
    memcpy(version.data, bytes->data, grows ? bytes->size : version.size);
    return &version;
}

/* Is `bytes` the .znn file of what was there, or has become of it? */
static bool is_packed_from_any(const struct bytes *bytes)
{
    for (size_t i = 0; i < walk.before.count; i++) {
        const struct entry *file = &walk.before.files[i];
        if (is_changed(file->name) && decodes_to(bytes, changed_version(file->name, &file->bytes)))
            return true;
    }
    return false;
}

/* A file is as before, or as it should be, or what a change has made of it. */
static bool is_allowed(const char *name, const struct bytes *bytes)
{
    const struct bytes *before = find(&walk.before, name);
    const struct bytes *right = find(&walk.right, name);
    if (before && (same(bytes, before) || same(bytes, changed_version(name, before))))
        return true;
    return right && (is_equivalent(bytes, right) || is_packed_from_any(bytes));
}

static void check_files(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->after.count; i++) {
        const struct entry *file = &outcome->after.files[i];
        bool is_expected = find(&walk.before, file->name) || find(&walk.right, file->name);
        if (!is_expected && outcome->unlinks == 0)
            fail(outcome, "was left behind", file->name);
        if (is_expected && !is_allowed(file->name, &file->bytes))
            fail(outcome, "has wrong bytes", file->name);
    }
}

static bool has_bytes(const struct state *state, const struct bytes *bytes)
{
    for (size_t i = 0; i < state->count; i++)
        if (same(&state->files[i].bytes, bytes))
            return true;
    return false;
}

/* Is there a file that was made of a .znn file with another one that is there as its base? */
static bool lives_on_by_base(const struct outcome *outcome, const struct bytes *packed)
{
    bool is_found = false;
    for (size_t i = 0; i < outcome->after.count && !is_found; i++) {
        struct znn_input input =
            znn_input_memory(outcome->after.files[i].bytes.data, outcome->after.files[i].bytes.size);
        struct znn_base *base = NULL;
        struct bytes decoded = {NULL, 0};
        is_found = znn_base_open(&input, NULL, &base, NULL) == ZNN_OK && decode_with(packed, base, &decoded) &&
                   has_bytes(&outcome->after, &decoded);
        free(decoded.data);
        znn_base_close(base);
    }
    return is_found;
}

/* Is there a file that gives these bytes back, or that was made of them? */
static bool lives_on(const struct outcome *outcome, const struct bytes *bytes)
{
    for (size_t i = 0; i < outcome->after.count; i++) {
        const struct bytes *after = &outcome->after.files[i].bytes;
        if (decodes_to(after, bytes) || decodes_to(bytes, after))
            return true;
    }
    return lives_on_by_base(outcome, bytes);
}

static void check_losses(const struct outcome *outcome)
{
    for (size_t i = 0; i < walk.before.count; i++) {
        const struct entry *file = &walk.before.files[i];
        if (!find(&outcome->after, file->name) && !lives_on(outcome, &file->bytes) &&
            !lives_on(outcome, changed_version(file->name, &file->bytes)))
            fail(outcome, "was lost", file->name);
    }
}

static void check_success(const struct outcome *outcome)
{
    for (size_t i = 0; i < walk.right.count; i++)
        if (!find(&outcome->after, walk.right.files[i].name))
            fail(outcome, "is missing after success", walk.right.files[i].name);
    for (size_t i = 0; i < walk.before.count; i++)
        if (!find(&walk.right, walk.before.files[i].name) && find(&outcome->after, walk.before.files[i].name))
            fail(outcome, "is still there after success", walk.before.files[i].name);
    if (!walk.path && !same(&outcome->output, &walk.right_output))
        fail(outcome, "other output", NULL);
}

static bool says(const struct outcome *outcome, const char *text)
{
    return memmem(outcome->errors.data, outcome->errors.size, text, strlen(text)) != NULL;
}

static void check_message(const struct outcome *outcome)
{
    if (outcome->errors.size < 6 || memcmp(outcome->errors.data, "znn: ", 5) != 0 ||
        outcome->errors.data[outcome->errors.size - 1] != '\n')
        fail(outcome, "no message", NULL);
    else if (strcmp(walk.kind, "alloc") == 0 && !says(outcome, "memory"))
        fail(outcome, "a message that does not speak of memory", NULL);
}

static void check(const struct outcome *outcome)
{
    bool vanished = strcmp(walk.mode, "vanish") == 0;
    if (outcome->code != 0 && outcome->code != 1)
        fail(outcome, outcome->code < 256 ? "exit code" : "killed by a signal", NULL);
    if (outcome->live != 0)
        fail(outcome, "memory was not freed", NULL);
    if (outcome->code == 1)
        check_message(outcome);
    if (vanished && outcome->struck && access(PLACE, F_OK) == 0)
        fail(outcome, "the directory has come back", NULL);
    if (vanished)
        return;
    check_files(outcome);
    if (outcome->code == 0)
        check_success(outcome);
    check_losses(outcome);
    if (outcome->code != 0 && (strcmp(walk.mode, "short") == 0 || strcmp(walk.mode, "interrupt") == 0))
        fail(outcome, "this is no reason to fail", NULL);
}

static void walk_all(void)
{
    unsigned refused = 0;
    for (bool struck = true; struck;) {
        walk.at++;
        struct outcome outcome = run(true);
        check(&outcome);
        struck = outcome.struck || outcome.code > 1;
        refused += outcome.code == 1;
        free_outcome(&outcome);
        if (walk.failures > 20)
            break;
    }
    printf("%5s %-9s %4u points, %4u refused, %u failures:", walk.kind, walk.mode, walk.at - 1, refused, walk.failures);
    for (char **word = walk.command + 1; *word; word++)
        printf(" %s", *word);
    putchar('\n');
    if (walk.at == 1)
        walk.failures++;
}

int main(int argc, char **argv)
{
    int next = 5;
    if (argc > next + 1 && strcmp(argv[next], "-i") == 0) {
        walk.input = argv[next + 1];
        next += 2;
    }
    if (argc < next + 2 || strcmp(argv[next], "--") != 0) {
        fprintf(stderr, "usage: walk SHIM PROTOTYPE KIND MODE[=PATH] [-i FILE] -- ZNN ARGUMENT...\n");
        return 2;
    }
    char *equals = strchr(argv[4], '=');
    walk.path = equals ? equals + 1 : NULL;
    if (equals)
        *equals = '\0';
    walk.shim = argv[1];
    walk.prototype = argv[2];
    walk.kind = argv[3];
    walk.mode = argv[4];
    walk.command = argv + next + 1;
    walk.before = read_state(walk.prototype);
    struct outcome right = run(false);
    if (right.code != 0) {
        fail(&right, "it fails without a fault", NULL);
        return 1;
    }
    walk.right = right.after;
    walk.right_output = right.output;
    walk_all();
    return walk.failures > 0;
}
