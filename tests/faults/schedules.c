/*
 * schedules.c - runs several znn at once on the same folders
 *
 *     schedules ZNN [RUNS]
 *
 * Each run, in the current directory, starts with four models in the folders a and b: whole, compressed, or compressed
 * against another one.  Then two to five workers run random commands at the same time, each worker one after another:
 *
 *     compress, decompress, for a file or with -r, with and without -f, --rm, --base, --exclude and -o
 *     rebase, with --base or --no-base, with and without -f and -o
 *
 * and some are killed.  Some runs start with up-to-date outputs of earlier commands, which may have bases of their own,
 * and with files that have more names through hard and symbolic links.  No command replaces the file of one model with
 * another model.  So afterwards
 *
 *  - each model can be restored from the files: there is a whole copy, or a .znn file whose bases can be restored;
 *  - each file with the name of a model has the bytes of that model;
 *  - there are no other files, except temporary files if a process was killed.
 *
 * RUNS defaults to ZNN_SCHEDULES or 40.  Each run has its own seed.  The program prints the seed of the first run, and
 * the seed and the commands of a run that fails.  ZNN_TEST_SEED=SEED and ZNN_SCHEDULES=1 repeat that run, if the system
 * happens to run the processes in the same order.
 */
#define _GNU_SOURCE /* memmem() */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/support.h"
#include "schedule_models.h"

enum { WORKERS = 4, COMMANDS = 2, WORDS = 16, WORD = 48, FILES = 128, PATIENCE = 60 };

static const char *const folders[] = {"a", "b"};

/* Before the name of a model: another name of the same file. */
#define HARD "h-"
#define SYMBOLIC "s-"

struct command {
    char words[WORDS][WORD];
    size_t count;
    unsigned delay;      /* in microseconds, before it starts */
    unsigned kill_after; /* 0: never */
};

struct worker {
    struct command commands[COMMANDS];
    size_t count, next;
    pid_t process; /* 0: none is running */
    uint64_t due;  /* when the next one starts */
    uint64_t end;  /* when the process is killed, or 0 */
};

static struct {
    const char *program;
    struct random random;
    uint64_t seed;
    struct worker workers[WORKERS];
    size_t worker_count;
    unsigned killed; /* in this run */
    bool failed;     /* this run */
    unsigned failures, commands, refused, kills, leftovers;
} test;

static void fail(const char *what, const char *name)
{
    printf("FAILED: seed %llu: %s: %s\n", (unsigned long long)test.seed, what, name);
    test.failed = true;
}

static bool chance(unsigned percent)
{
    return random_below(&test.random, 100) < percent;
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What there is                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

static void clear(void)
{
    for (size_t i = 0; i < 2; i++) {
        DIR *directory = opendir(folders[i]);
        for (struct dirent *entry; directory && (entry = readdir(directory));)
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                unlinkat(dirfd(directory), entry->d_name, 0);
        if (directory)
            closedir(directory);
        if (mkdir(folders[i], 0700) != 0 && errno != EEXIST)
            die(folders[i]);
    }
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* The .znn file that an earlier run has made, perhaps with another model as its base that is, or was, there. */
static void add_output(const char *folder, int model)
{
    char path[WORD];
    snprintf(path, sizeof path, "%s/%s.znn", folder, names[model]);
    if (is_there(path))
        return;
    int base = chance(50) ? (int)random_below(&test.random, MODELS) : -1;
    write_packed(path, model, base == model ? -1 : base, NULL);
    set_time(path, model);
}

/* Other names of a model's file, or of its .znn file. */
static void add_names(const char *folder, int model, const char *end)
{
    char path[WORD], link_path[WORD], text[WORD];
    snprintf(path, sizeof path, "%s/%s%s", folder, names[model], end);
    if (!is_there(path))
        return;
    snprintf(link_path, sizeof link_path, "%s/" HARD "%s%s", folder, names[model], end);
    if (chance(50) && link(path, link_path) != 0)
        die(link_path);
    snprintf(link_path, sizeof link_path, "%s/" SYMBOLIC "%s%s", folder, names[model], end);
    snprintf(text, sizeof text, "%s%s%s", chance(70) ? "" : "../b/", names[model], end);
    if (chance(50) && symlink(text, link_path) != 0)
        die(link_path);
}

/* Each model lies in one folder, or in both.  The first one is whole, so that the others can be based on it. */
static void set_up(void)
{
    bool has_times = chance(60), has_outputs = has_times && chance(70), has_links = chance(40);
    clear();
    for (int model = 0; model < MODELS; model++)
        for (int folder = 0; folder < 2; folder++) {
            if (folder == 1 && !chance(30) && model > 0)
                continue;
            char path[WORD];
            bool is_whole = model == 0 || chance(70);
            bool is_short = model == MODELS - 1 && chance(50);
            snprintf(path, sizeof path, "%s/%s%s", folders[folder], is_short && !is_whole ? stems[model] : names[model],
                     is_whole ? "" : ".znn");
            if (is_whole)
                write_file(path, &models[model]);
            else
                write_packed(path, model, chance(50) ? 0 : -1, is_short ? extensions[model] : NULL);
            if (has_times)
                set_time(path, model);
            if (has_outputs && is_whole && chance(50))
                add_output(folders[folder], model);
            if (has_links)
                add_names(folders[folder], model, chance(70) == is_whole ? "" : ".znn");
        }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Commands                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void add_word(struct command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(command->words[command->count++], WORD, format, arguments);
    va_end(arguments);
}

/* Mostly the same one, so that the commands meet. */
static const char *any_folder(void)
{
    return folders[chance(20)];
}

/* Mostly one of two, for the same reason. */
static int any_model(void)
{
    size_t first = test.seed % MODELS;
    return (int)(chance(20) ? random_below(&test.random, MODELS) : (first + chance(50)) % MODELS);
}

static void add_flags(struct command *command)
{
    add_word(command, "-T1");
    if (chance(60))
        add_word(command, "-f");
    if (chance(80))
        add_word(command, "--rm");
}

static void add_packed(struct command *command, const char *folder, int model)
{
    if (chance(50))
        add_word(command, "%s/%s.znn", folder, names[model]);
    else
        add_word(command, "%s/%s.znn", folder, stems[model]);
}

static void add_base(struct command *command)
{
    int model = any_model();
    if (!chance(60))
        return;
    add_word(command, "--base");
    if (chance(60))
        add_word(command, "%s/%s", any_folder(), names[model]);
    else
        add_packed(command, any_folder(), model);
}

/* One folder, in place or with another place for its outputs, or both. */
static void add_folders(struct command *command)
{
    add_word(command, "-r");
    add_word(command, "%s", any_folder());
    if (chance(40)) {
        add_word(command, "-o");
        add_word(command, "%s", any_folder());
    } else if (chance(20)) {
        add_word(command, "%s", any_folder());
    }
    if (chance(20))
        add_word(command, "--exclude=%s*", names[any_model()]);
}

static void make_compress(struct command *command)
{
    int model = any_model();
    add_word(command, "compress");
    add_word(command, "-1");
    add_flags(command);
    add_base(command);
    if (chance(40)) {
        add_folders(command);
        return;
    }
    add_word(command, "%s/%s", any_folder(), names[model]);
    if (chance(30)) {
        add_word(command, "-o");
        add_word(command, "%s/%s.znn", any_folder(), names[model]);
    }
}

static void make_decompress(struct command *command)
{
    int model = any_model();
    add_word(command, "decompress");
    add_flags(command);
    if (chance(15))
        add_base(command);
    if (chance(40)) {
        add_folders(command);
        return;
    }
    if (chance(30)) {
        add_word(command, "%s/%s.znn", any_folder(), names[model]);
        add_word(command, "-o");
        add_word(command, "%s/%s", any_folder(), names[model]);
        return;
    }
    add_packed(command, any_folder(), model);
}

static void make_rebase(struct command *command)
{
    int model = any_model();
    add_word(command, "rebase");
    add_word(command, "-1");
    add_word(command, "-T1");
    if (chance(60))
        add_word(command, "-f");
    size_t before = command->count;
    add_base(command);
    if (command->count == before)
        add_word(command, "--no-base");
    if (chance(20)) {
        add_word(command, "%s/%s.znn", any_folder(), names[model]);
        add_word(command, "-o");
        add_word(command, "%s/%s.znn", any_folder(), names[model]);
        return;
    }
    add_packed(command, any_folder(), model);
}

static void make_commands(void)
{
    memset(test.workers, 0, sizeof test.workers);
    test.worker_count = 2 + random_below(&test.random, WORKERS - 1);
    for (size_t i = 0; i < test.worker_count; i++) {
        struct worker *worker = &test.workers[i];
        worker->count = 1 + random_below(&test.random, COMMANDS);
        for (size_t j = 0; j < worker->count; j++) {
            struct command *command = &worker->commands[j];
            if (chance(50))
                make_compress(command);
            else if (chance(60))
                make_decompress(command);
            else
                make_rebase(command);
            command->delay = chance(60) ? 0 : (unsigned)random_below(&test.random, 3000);
            command->kill_after = chance(8) ? 1 + (unsigned)random_below(&test.random, 40000) : 0;
        }
    }
}

/* All at once, each with another model of one folder, and perhaps with the next one as its base. */
static void make_meeting(void)
{
    bool has_bases = chance(50);
    memset(test.workers, 0, sizeof test.workers);
    test.worker_count = 2 + random_below(&test.random, WORKERS - 1);
    for (int i = 0; i < (int)test.worker_count; i++) {
        struct command *command = &test.workers[i].commands[0];
        test.workers[i].count = 1;
        add_word(command, "compress");
        add_word(command, "-fqT1");
        add_word(command, "--rm");
        if (has_bases)
            add_word(command, "--base=a/%s", names[(i + 1) % (int)test.worker_count]);
        add_word(command, "a/%s", names[i]);
        if (has_bases)
            add_word(command, "-oa/%s.znn", names[i]);
        command->kill_after = chance(10) ? 1 + (unsigned)random_below(&test.random, 40000) : 0;
    }
    for (int model = 0; model < MODELS; model++) {
        char path[WORD];
        snprintf(path, sizeof path, "a/%s", names[model]);
        write_file(path, &models[model]);
    }
}

static void print_commands(void)
{
    for (size_t i = 0; i < test.worker_count; i++)
        for (size_t j = 0; j < test.workers[i].count; j++) {
            const struct command *command = &test.workers[i].commands[j];
            printf("    worker %zu: %s", i, j < test.workers[i].next ? "" : "(not run) ");
            for (size_t k = 0; k < command->count; k++)
                printf("%s ", command->words[k]);
            printf("(after %u us%s)\n", command->delay, command->kill_after ? ", to be killed" : "");
        }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Running them                                                                                                     */
/* ---------------------------------------------------------------------------------------------------------------- */

static pid_t start(struct command *command)
{
    char *words[WORDS + 2] = {(char *)(uintptr_t)test.program};
    for (size_t i = 0; i < command->count; i++)
        words[i + 1] = command->words[i];
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        int log = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(log, 2) < 0)
            _exit(126);
        execv(test.program, words);
        _exit(127);
    }
    test.commands++;
    return child;
}

static void note_end(struct worker *worker, int status)
{
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        test.killed++;
    else if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
        fail("ended otherwise than with 0 or 1", worker->commands[worker->next - 1].words[0]);
    else
        test.refused += WEXITSTATUS(status) == 1;
    worker->process = 0;
    if (worker->next < worker->count)
        worker->due = now() + worker->commands[worker->next].delay;
}

/* Returns true while the worker has something to do. */
static bool step(struct worker *worker)
{
    int status;
    if (worker->process > 0 && worker->end > 0 && now() >= worker->end) {
        kill(worker->process, SIGKILL);
        worker->end = 0;
    }
    if (worker->process > 0 && waitpid(worker->process, &status, WNOHANG) > 0)
        note_end(worker, status);
    if (worker->process == 0 && worker->next < worker->count && now() >= worker->due) {
        struct command *command = &worker->commands[worker->next++];
        worker->process = start(command);
        worker->end = command->kill_after ? now() + command->kill_after : 0;
    }
    return worker->process > 0 || worker->next < worker->count;
}

static void run_commands(void)
{
    const struct timespec pause = {.tv_nsec = 300000};
    uint64_t limit = now() + PATIENCE * UINT64_C(1000000);
    bool is_busy = true;
    while (is_busy && now() < limit) {
        is_busy = false;
        for (size_t i = 0; i < test.worker_count; i++)
            is_busy = step(&test.workers[i]) || is_busy;
        nanosleep(&pause, NULL);
    }
    for (size_t i = 0; i < test.worker_count && is_busy; i++)
        if (test.workers[i].process > 0) {
            fail("hangs", test.workers[i].commands[test.workers[i].next - 1].words[0]);
            kill(test.workers[i].process, SIGKILL);
            waitpid(test.workers[i].process, NULL, 0);
        }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What must hold                                                                                                   */
/* ---------------------------------------------------------------------------------------------------------------- */

struct packed {
    char path[WORD * 4];
    struct bytes bytes;
    int model; /* -1: not known yet */
};

static struct {
    bool models[MODELS]; /* that can be had */
    struct packed packed[FILES];
    size_t count;
} found;

static void take_file(const char *folder, const char *name)
{
    char path[WORD * 4];
    snprintf(path, sizeof path, "%s/%.100s", folder, name);
    if (name[0] == '.' && strstr(name, "tmp-") && test.killed > 0) {
        test.leftovers++;
        return;
    }
    if (!is_there(path)) /* a link, as nothing else runs */
        return;
    if (is_called(name, ".znn") && name[0] != '.' && found.count < FILES) {
        struct packed *packed = &found.packed[found.count++];
        memcpy(packed->path, path, sizeof path);
        packed->bytes = read_file(path);
        packed->model = -1;
        return;
    }
    const char *whole = name;
    if (strncmp(name, HARD, sizeof HARD - 1) == 0 || strncmp(name, SYMBOLIC, sizeof SYMBOLIC - 1) == 0)
        whole += sizeof HARD - 1;
    for (int model = 0; model < MODELS; model++)
        if (strcmp(whole, names[model]) == 0) {
            struct bytes bytes = read_file(path);
            if (!is_same(&bytes, &models[model]))
                fail("has other bytes", path);
            else
                found.models[model] = true;
            free(bytes.data);
            return;
        }
    fail("should not be there", path);
}

/*
 * Decompresses a file with any base that can be had.  Returns true if that gave a model that was not to be had before.
 */
static bool try_packed(struct packed *packed)
{
    for (int base = -1; base < MODELS && packed->model < 0; base++)
        if (base < 0 || found.models[base])
            packed->model = unpack(&packed->bytes, base);
    if (packed->model < 0 || found.models[packed->model])
        return false;
    found.models[packed->model] = true;
    return true;
}

static void check(void)
{
    memset(&found, 0, sizeof found);
    for (size_t i = 0; i < 2; i++) {
        DIR *directory = opendir(folders[i]);
        for (struct dirent *entry; directory && (entry = readdir(directory));)
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
                take_file(folders[i], entry->d_name);
        if (directory)
            closedir(directory);
    }
    for (bool is_more = true; is_more;) {
        is_more = false;
        for (size_t i = 0; i < found.count; i++)
            is_more = try_packed(&found.packed[i]) || is_more;
    }
    for (int model = 0; model < MODELS; model++)
        if (!found.models[model])
            fail("is lost", names[model]);
    for (size_t i = 0; i < found.count; i++) {
        if (found.packed[i].model < 0)
            fail("cannot be decompressed", found.packed[i].path);
        free(found.packed[i].bytes.data);
    }
}

static void run(uint64_t seed)
{
    test.random = (struct random){seed};
    test.seed = seed;
    test.killed = 0;
    test.failed = false;
    unlink("log");
    set_up();
    if (chance(30))
        make_meeting();
    else
        make_commands();
    run_commands();
    check();
    test.kills += test.killed;
    if (!test.failed)
        return;
    test.failures++;
    print_commands();
    fflush(stdout);
    if (system("sed 's/^/    /' log; ls -l a b | sed 's/^/    /'") != 0)
        die("system");
}

int main(int argc, char **argv)
{
    const char *runs = argc > 2 ? argv[2] : getenv("ZNN_SCHEDULES");
    unsigned long count = runs ? strtoul(runs, NULL, 10) : 40;
    if (argc < 2) {
        fprintf(stderr, "usage: schedules ZNN [RUNS]\n");
        return 2;
    }
    test.program = argv[1];
    uint64_t seed = random_start("schedules").state;
    make_models();
    unsigned long done = 0;
    while (done < count && test.failures < 20)
        run(seed + done++);
    clear();
    printf("%lu schedules, %u commands, of which %u were refused and %u killed; %u temporary files; %u failures\n",
           done, test.commands, test.refused, test.kills, test.leftovers, test.failures);
    return test.failures > 0;
}
