/*
 * shim.c - makes the system fail on demand
 *
 * This library is loaded before the C library (LD_PRELOAD).  It intercepts the calls below, counts them, and makes one
 * of them fail.  The environment variable ZNN_FAULT describes the fault:
 *
 *     KIND MODE N [PATH]
 *
 *     alloc once 7        the 7th request for memory or a thread is refused
 *     alloc on 7          and all after it
 *     io once 7           the 7th call that concerns files fails, with an error that it is likely to have
 *     io on 7             and all after it
 *     io short 7          all reads and writes from the 7th call on move about half of what was asked for
 *     io interrupt 7      every other read and write from the 7th call on fails with EINTR
 *     io shrink 7 PATH    before the 7th call the file PATH loses half of its bytes
 *     io grow 7 PATH      it gets some more
 *     io vanish 7 PATH    the directory PATH is removed with the files in it
 *     io escape 7 PATH    an attempt is made to create the file PATH
 *     io unlocked 0       no file can be locked, as on some file systems
 *
 * The program's sandbox would also restrict this library, so the library makes the kernel claim to have none, except
 * for "escape".
 *
 * When the program ends, the library writes one line to the file that ZNN_FAULT_REPORT names: the number of calls,
 * whether the fault happened, the number of blocks that the program did not free, the number of unlink() calls that
 * were made to fail, and the first call that failed.  Blocks that shared libraries allocate can be refused, but do not
 * count as not freed.
 */
#define _GNU_SOURCE /* RTLD_NEXT and dl_iterate_phdr() */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind { KIND_NONE, KIND_ALLOC, KIND_IO };
enum mode {
    MODE_ONCE,
    MODE_ON,
    MODE_SHORT,
    MODE_INTERRUPT,
    MODE_SHRINK,
    MODE_GROW,
    MODE_VANISH,
    MODE_ESCAPE,
    MODE_UNLOCKED
};

static struct {
    enum kind kind;
    enum mode mode;
    unsigned at;
    char path[256];
    int report;           /* open from the start, or -1 */
    uintptr_t start, end; /* the program's own code */
    atomic_uint calls;    /* of the kind */
    atomic_bool struck;
    atomic_int live;
    atomic_uint unlinks; /* that were let fail */
    atomic_uint moves;   /* reads and writes since the fault */
    const char *_Atomic victim;
} shim;

/* The function that the program would have got. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

static bool is_own(const void *caller)
{
    return (uintptr_t)caller >= shim.start && (uintptr_t)caller < shim.end;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* What to do, and when                                                                                             */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The first object is the program. */
static int find_code(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type == PT_LOAD && segment->p_flags & PF_X) {
            shim.start = info->dlpi_addr + segment->p_vaddr;
            shim.end = shim.start + segment->p_memsz;
        }
    }
    return 1;
}

__attribute__((constructor)) static void start(void)
{
    static const char *const modes[] = {"once", "on",     "short",  "interrupt", "shrink",
                                        "grow", "vanish", "escape", "unlocked"};
    char kind[16], mode[16];
    unsigned at;
    const char *order = getenv("ZNN_FAULT");
    const char *report = getenv("ZNN_FAULT_REPORT");
    shim.report = report ? REAL(open)(report, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
    dl_iterate_phdr(find_code, NULL);
    if (!order || sscanf(order, "%15s %15s %u %255s", kind, mode, &at, shim.path) < 3)
        return;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(mode, modes[i]) == 0)
            shim.mode = (enum mode)i;
    shim.at = at;
    shim.kind = strcmp(kind, "alloc") == 0 ? KIND_ALLOC : KIND_IO;
}

__attribute__((destructor)) static void end(void)
{
    shim.kind = KIND_NONE;
    int live = atomic_load(&shim.live);
    if (shim.report < 0)
        return;
    char line[200];
    const char *victim = atomic_load(&shim.victim);
    int size = snprintf(line, sizeof line, "%u %d %d %u %s\n", atomic_load(&shim.calls), atomic_load(&shim.struck),
                        live, atomic_load(&shim.unlinks), victim ? victim : "nothing");
    if (REAL(write)(shim.report, line, (size_t)size) != size)
        abort();
}

static void resize(const char *path, bool grows)
{
    struct stat status;
    if (REAL(stat)(path, &status) != 0)
        return;
    off_t size = grows ? status.st_size + 1000 : status.st_size / 2;
    if (truncate(path, size) != 0)
        abort();
}

static void remove_all(const char *path)
{
    DIR *directory = opendir(path);
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        char inner[600];
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        REAL(unlink)(inner);
    }
    if (directory)
        closedir(directory);
    rmdir(path);
}

static void note_victim(const char *name)
{
    const char *none = NULL;
    atomic_store(&shim.struck, true);
    atomic_compare_exchange_strong(&shim.victim, &none, name);
}

/* Counts a call of `kind`.  True if it is the one, or with `lasting` one behind it. */
static bool is_due(enum kind kind, bool lasting)
{
    unsigned call = atomic_fetch_add(&shim.calls, 1) + 1;
    return shim.kind == kind && (call == shim.at || (lasting && call > shim.at));
}

static bool refuse_memory(const char *name)
{
    if (shim.kind != KIND_ALLOC || !is_due(KIND_ALLOC, shim.mode == MODE_ON))
        return false;
    note_victim(name);
    errno = ENOMEM;
    return true;
}

/* Does what is to happen at a call that concerns files.  True, with errno set, if the call is to fail. */
static bool fail_call(const char *name, int reason)
{
    if (shim.kind != KIND_IO || !is_due(KIND_IO, shim.mode == MODE_ON))
        return false;
    if (shim.mode == MODE_SHORT || shim.mode == MODE_INTERRUPT)
        return false;
    note_victim(name);
    if (shim.mode == MODE_SHRINK || shim.mode == MODE_GROW)
        resize(shim.path, shim.mode == MODE_GROW);
    if (shim.mode == MODE_VANISH)
        remove_all(shim.path);
    if (shim.mode == MODE_ESCAPE)
        REAL(close)(REAL(open)(shim.path, O_WRONLY | O_CREAT, 0600));
    errno = reason;
    return shim.mode == MODE_ONCE || shim.mode == MODE_ON;
}

/* The same for a call that moves `*size` bytes, which may become fewer. */
static bool fail_move(const char *name, int reason, size_t *size)
{
    if (fail_call(name, reason))
        return true;
    if (shim.kind != KIND_IO || atomic_load(&shim.calls) < shim.at)
        return false;
    if (shim.mode == MODE_SHORT && *size > 1) {
        note_victim(name);
        *size -= *size / 2;
    }
    if (shim.mode != MODE_INTERRUPT || atomic_fetch_add(&shim.moves, 1) % 2 != 0)
        return false;
    note_victim(name);
    errno = EINTR;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Memory and threads                                                                                               */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * dlsym() may itself ask for memory, when it looks for calloc() the first time.  Such requests are few, small and never
 * freed in earnest.
 */
static _Alignas(16) char early[8192];
static size_t early_used;

static void *early_block(size_t size)
{
    size_t start = early_used;
    early_used += (size + 15) & ~(size_t)15;
    return early_used <= sizeof early ? early + start : NULL;
}

static bool is_early(const void *block)
{
    return (const char *)block >= early && (const char *)block < early + sizeof early;
}

static void count_block(bool is_given, const void *caller)
{
    if (is_given && is_own(caller))
        atomic_fetch_add(&shim.live, 1);
}

void *malloc(size_t size)
{
    static void *(*real)(size_t);
    if (!real && !(real = REAL(malloc)))
        return NULL;
    void *block = refuse_memory("malloc") ? NULL : real(size);
    count_block(block != NULL, __builtin_return_address(0));
    return block;
}

void *calloc(size_t count, size_t size)
{
    static void *(*real)(size_t, size_t);
    static bool is_looking;
    if (!real && is_looking)
        return early_block(count * size);
    if (!real) {
        is_looking = true;
        real = REAL(calloc);
    }
    void *block = refuse_memory("calloc") ? NULL : real(count, size);
    count_block(block != NULL, __builtin_return_address(0));
    return block;
}

void *realloc(void *block, size_t size)
{
    static void *(*real)(void *, size_t);
    if (!real && !(real = REAL(realloc)))
        return NULL;
    if (refuse_memory("realloc"))
        return NULL;
    void *moved = real(block, size);
    if (!block)
        count_block(moved != NULL, __builtin_return_address(0));
    return moved;
}

void free(void *block)
{
    static void (*real)(void *);
    if (!real && !(real = REAL(free)))
        return;
    if (!block || is_early(block))
        return;
    if (is_own(__builtin_return_address(0)))
        atomic_fetch_sub(&shim.live, 1);
    real(block);
}

char *strdup(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    count_block(copy != NULL, __builtin_return_address(0));
    return copy ? strcpy(copy, text) : NULL;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
    return refuse_memory("pthread_create") ? EAGAIN : REAL(pthread_create)(thread, attributes, run, argument);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Files                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fail_call("open", EMFILE) ? -1 : REAL(open)(path, flags, mode);
}

int mkstemp(char *template)
{
    return fail_call("mkstemp", ENOSPC) ? -1 : REAL(mkstemp)(template);
}

ssize_t read(int fd, void *buffer, size_t size)
{
    return fail_move("read", EIO, &size) ? -1 : REAL(read)(fd, buffer, size);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
    return fail_move("pread", EIO, &size) ? -1 : REAL(pread)(fd, buffer, size, offset);
}

ssize_t write(int fd, const void *buffer, size_t size)
{
    return fail_move("write", ENOSPC, &size) ? -1 : REAL(write)(fd, buffer, size);
}

ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset)
{
    return fail_move("pwrite", ENOSPC, &size) ? -1 : REAL(pwrite)(fd, buffer, size, offset);
}

/* A file is closed even where that fails. */
int close(int fd)
{
    bool failed = fail_call("close", EIO);
    int result = REAL(close)(fd);
    if (failed)
        errno = EIO;
    return failed ? -1 : result;
}

int fsync(int fd)
{
    return fail_call("fsync", EIO) ? -1 : REAL(fsync)(fd);
}

int ftruncate(int fd, off_t size)
{
    return fail_call("ftruncate", ENOSPC) ? -1 : REAL(ftruncate)(fd, size);
}

off_t lseek(int fd, off_t offset, int origin)
{
    return fail_call("lseek", ESPIPE) ? -1 : REAL(lseek)(fd, offset, origin);
}

int stat(const char *restrict path, struct stat *restrict status)
{
    return fail_call("stat", EACCES) ? -1 : REAL(stat)(path, status);
}

int lstat(const char *restrict path, struct stat *restrict status)
{
    return fail_call("lstat", EACCES) ? -1 : REAL(lstat)(path, status);
}

int fstat(int fd, struct stat *status)
{
    return fail_call("fstat", EIO) ? -1 : REAL(fstat)(fd, status);
}

int link(const char *from, const char *to)
{
    return fail_call("link", EPERM) ? -1 : REAL(link)(from, to);
}

int linkat(int from_directory, const char *from, int directory, const char *to, int flags)
{
    return fail_call("linkat", EPERM) ? -1 : REAL(linkat)(from_directory, from, directory, to, flags);
}

int flock(int fd, int operation)
{
    bool failed = fail_call("flock", ENOLCK);
    if (shim.mode == MODE_UNLOCKED)
        errno = ENOLCK;
    return failed || shim.mode == MODE_UNLOCKED ? -1 : REAL(flock)(fd, operation);
}

/* Only what asks whether a file is written to elsewhere, and what keeps a lock. */
int fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    if (command == F_SETLEASE && fail_call("fcntl(F_SETLEASE)", EACCES))
        return -1;
    if (command == F_DUPFD_CLOEXEC && fail_call("fcntl(F_DUPFD_CLOEXEC)", EMFILE))
        return -1;
    return REAL(fcntl)(fd, command, argument);
}

int rename(const char *from, const char *to)
{
    return fail_call("rename", EIO) ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path)
{
    bool failed = fail_call("unlink", EACCES);
    if (failed)
        atomic_fetch_add(&shim.unlinks, 1);
    return failed ? -1 : REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode)
{
    return fail_call("mkdir", EACCES) ? -1 : REAL(mkdir)(path, mode);
}

int fchmod(int fd, mode_t mode)
{
    return fail_call("fchmod", EPERM) ? -1 : REAL(fchmod)(fd, mode);
}

int fchown(int fd, uid_t owner, gid_t group)
{
    return fail_call("fchown", EPERM) ? -1 : REAL(fchown)(fd, owner, group);
}

int futimens(int fd, const struct timespec times[2])
{
    return fail_call("futimens", EPERM) ? -1 : REAL(futimens)(fd, times);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The sandbox                                                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

long syscall(long number, ...)
{
    long words[4];
    va_list arguments;
    va_start(arguments, number);
    for (int i = 0; i < 4; i++)
        words[i] = va_arg(arguments, long);
    va_end(arguments);
    bool confines = number == SYS_landlock_create_ruleset || number == SYS_seccomp;
    if (confines && shim.mode != MODE_ESCAPE) {
        errno = ENOSYS;
        return -1;
    }
    return REAL(syscall)(number, words[0], words[1], words[2], words[3]);
}
