/*
 * call_filter.c - the system calls that the program may make while it reads untrusted files
 *
 * To allow another call, add a row to the table, with the reason.  tests/unit/test_cli_call_filter.c runs the filter
 * for every number and needs the same row.  tests/faults/forbidden.c really makes the forbidden calls.
 *
 * A filter cannot follow pointers.  So it checks only numeric arguments, never a path; landlock confines paths
 * (sandbox.c).
 */
#define _GNU_SOURCE /* syscall(), CLONE_THREAD and the commands of fcntl() */
#include "cli/system/linux/call_filter.h"

#ifdef ZNN_HAVE_CALL_FILTER

#    include <errno.h>
#    include <fcntl.h>
#    include <linux/audit.h>
#    include <linux/seccomp.h>
#    include <sched.h>
#    include <stddef.h>
#    include <sys/ioctl.h>
#    include <sys/mman.h>
#    include <sys/syscall.h>
#    include <unistd.h>

#    ifdef __x86_64__
#        define ARCHITECTURE AUDIT_ARCH_X86_64
#    else
#        define ARCHITECTURE AUDIT_ARCH_AARCH64
#    endif

/* The newest call when the table was last checked.  The x32 calls of x86-64 have larger numbers, too. */
#    define NEWEST SYS_landlock_restrict_self

enum need {
    ALWAYS,
    WRITING, /* only a command that writes files needs the call */
    LINKING  /* only -r needs the call, to keep symbolic links */
};

enum check {
    ANY,  /* with any arguments */
    BITS, /* if (argument & mask) == value */
    OWN,  /* if the argument is the number of this process */
};

struct rule {
    int call;
    enum need need;
    enum check check;
    unsigned argument;
    uint64_t mask, value;
};

#    define WHOLE UINT32_MAX
#    define NEW_NAMESPACES UINT64_C(0x7e020000)
#    define THREAD (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)
#    define CHANGES (O_ACCMODE | O_CREAT | O_TRUNC)
#    define TERMINAL_SETTINGS 0x802c542a /* TCGETS2, which glibc 2.42 uses to recognise a terminal */

/* Frequent calls come first, because the filter compares one row after the other. */
static const struct rule rules[] = {
    /* Reading and writing open files. */
    {.call = SYS_pread64},
    {.call = SYS_read},
    {.call = SYS_write},
    {.call = SYS_pwrite64},
    {.call = SYS_readv}, /* musl's standard streams */
    {.call = SYS_writev},
    {.call = SYS_lseek},
    {.call = SYS_close},
    {.call = SYS_fadvise64},
    {.call = SYS_ftruncate, .need = WRITING},
    {.call = SYS_fallocate, .need = WRITING},
    {.call = SYS_fsync, .need = WRITING},
    {.call = SYS_fdatasync, .need = WRITING},

    /* Threads and memory.  New mappings cannot be executable. */
    {.call = SYS_futex},
    {.call = SYS_madvise},
    {.call = SYS_mmap, .check = BITS, .argument = 2, .mask = PROT_EXEC},
    {.call = SYS_mprotect, .check = BITS, .argument = 2, .mask = PROT_EXEC},
    {.call = SYS_mremap},
    {.call = SYS_munmap},
    {.call = SYS_brk},
    {.call = SYS_clone,
     .check = BITS,
     .argument = 0,
     .mask = THREAD | NEW_NAMESPACES,
     .value = THREAD}, /* a thread, but no process */
    {.call = SYS_set_robust_list},
    {.call = SYS_rseq},
    {.call = SYS_membarrier},
    {.call = SYS_sched_yield},
    {.call = SYS_sched_getaffinity}, /* the number of processors */
    {.call = SYS_getcpu},
    {.call = SYS_sysinfo}, /* qsort() of glibc */
    {.call = SYS_getrandom},
    {.call = SYS_exit},
    {.call = SYS_exit_group},

    /* Time, and the identity of this process. */
    {.call = SYS_clock_gettime},
    {.call = SYS_clock_getres},
    {.call = SYS_clock_nanosleep},
    {.call = SYS_nanosleep},
    {.call = SYS_gettimeofday},
    {.call = SYS_restart_syscall}, /* after a stop, the kernel makes this call itself */
    {.call = SYS_getpid},
    {.call = SYS_gettid},
    {.call = SYS_getuid},
    {.call = SYS_geteuid},
    {.call = SYS_getgid},
    {.call = SYS_getegid},
    {.call = SYS_getgroups},
    {.call = SYS_umask},

    /* Signals, but only to this process. */
    {.call = SYS_rt_sigaction},
    {.call = SYS_rt_sigprocmask},
    {.call = SYS_rt_sigreturn},
    {.call = SYS_rt_sigpending},
    {.call = SYS_rt_sigtimedwait},
    {.call = SYS_sigaltstack},
    {.call = SYS_kill, .check = OWN},
    {.call = SYS_tgkill, .check = OWN}, /* abort() of glibc */
    {.call = SYS_tkill, .check = OWN},  /* that of musl, in the first thread */

    /* Looking at files and terminals.  Device controls can do much, so only harmless ones pass. */
    {.call = SYS_openat, .check = BITS, .argument = 2, .mask = CHANGES},
    {.call = SYS_fstat},
    {.call = SYS_newfstatat},
    {.call = SYS_statx},
    {.call = SYS_statfs},
    {.call = SYS_fstatfs},
    {.call = SYS_faccessat},
    {.call = SYS_faccessat2},
    {.call = SYS_readlinkat},
    {.call = SYS_getcwd},
    {.call = SYS_getdents64},
    {.call = SYS_fgetxattr},
    {.call = SYS_flistxattr},
    {.call = SYS_ioctl, .check = BITS, .argument = 1, .mask = WHOLE, .value = TCGETS}, /* isatty() */
    {.call = SYS_ioctl, .check = BITS, .argument = 1, .mask = WHOLE, .value = TERMINAL_SETTINGS},
    {.call = SYS_ioctl, .check = BITS, .argument = 1, .mask = WHOLE, .value = TIOCGWINSZ},

    /* Descriptors and locks.  F_SETOWN is missing because it sends signals to other processes. */
    {.call = SYS_dup},
    {.call = SYS_flock},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_DUPFD},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_DUPFD_CLOEXEC},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_GETFD},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_SETFD},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_GETFL},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_SETFL},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_GETLK},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_SETLK},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_SETLKW},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_OFD_GETLK},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_OFD_SETLK},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_OFD_SETLKW},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_GETLEASE},
    {.call = SYS_fcntl, .check = BITS, .argument = 1, .mask = WHOLE, .value = F_SETLEASE},

    /* Outputs.  Mode, owner and times are set only on open files. futimens() is utimensat() without a path. */
    {.call = SYS_openat, .need = WRITING},
    {.call = SYS_mkdirat, .need = WRITING},
    {.call = SYS_unlinkat, .need = WRITING},
    {.call = SYS_linkat, .need = WRITING},
    {.call = SYS_symlinkat, .need = LINKING},
    {.call = SYS_renameat, .need = WRITING},
    {.call = SYS_renameat2, .need = WRITING},
    {.call = SYS_fchmod, .need = WRITING},
    {.call = SYS_fchown, .need = WRITING},
    {.call = SYS_fsetxattr, .need = WRITING},
    {.call = SYS_fremovexattr, .need = WRITING},
    {.call = SYS_utimensat, .need = WRITING, .check = BITS, .argument = 1, .mask = UINT64_MAX},

/* The same under their old numbers, which aarch64 never had. */
#    ifdef SYS_open
    {.call = SYS_open, .check = BITS, .argument = 1, .mask = CHANGES},
    {.call = SYS_open, .need = WRITING},
    {.call = SYS_stat},
    {.call = SYS_lstat},
    {.call = SYS_access},
    {.call = SYS_readlink},
    {.call = SYS_time},
    {.call = SYS_mkdir, .need = WRITING},
    {.call = SYS_rmdir, .need = WRITING},
    {.call = SYS_unlink, .need = WRITING},
    {.call = SYS_link, .need = WRITING},
    {.call = SYS_symlink, .need = LINKING},
    {.call = SYS_rename, .need = WRITING},
#    endif
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* The table as a program                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

static void add(struct call_filter *filter, uint16_t code, uint32_t value, unsigned if_true, unsigned if_false)
{
    if (filter->count < CALL_FILTER_STEPS)
        filter->steps[filter->count] =
            (struct sock_filter){code, (unsigned char)if_true, (unsigned char)if_false, value};
    filter->count++;
}

static void load(struct call_filter *filter, size_t offset)
{
    add(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Continues with the next step if the loaded word is `value`; otherwise skips `skipped` steps. */
static void expect(struct call_filter *filter, uint32_t value, unsigned skipped)
{
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped);
}

static void give(struct call_filter *filter, uint32_t verdict)
{
    add(filter, BPF_RET | BPF_K, verdict, 0, 0);
}

static void load_number(struct call_filter *filter)
{
    load(filter, offsetof(struct seccomp_data, nr));
}

/* Compares half of a 64-bit argument, because a filter works on words of 32 bits. */
static void expect_half(struct call_filter *filter, size_t offset, uint32_t mask, uint32_t value, unsigned skipped)
{
    load(filter, offset);
    add(filter, BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
    expect(filter, value, skipped);
}

/* Checks both halves, the low one first, because both architectures are little-endian.  Each half takes 3 steps, and
 * the verdict 1. */
static void add_checked(struct call_filter *filter, const struct rule *rule, uint64_t mask, uint64_t value)
{
    size_t offset = offsetof(struct seccomp_data, args) + 8 * rule->argument;
    expect(filter, (uint32_t)rule->call, 8);
    expect_half(filter, offset, (uint32_t)mask, (uint32_t)value, 4);
    expect_half(filter, offset + 4, (uint32_t)(mask >> 32), (uint32_t)(value >> 32), 1);
    give(filter, SECCOMP_RET_ALLOW);
    load_number(filter);
}

bool znn_call_filter_build(struct call_filter *filter, uint32_t pid, bool writes, bool links)
{
    filter->count = 0;
    load(filter, offsetof(struct seccomp_data, arch));
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    give(filter, SECCOMP_RET_ERRNO | EPERM); /* 32-bit calls of a 64-bit process */
    load_number(filter);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        const struct rule *rule = &rules[i];
        if ((rule->need == WRITING && !writes) || (rule->need == LINKING && !links))
            continue;
        if (rule->check == BITS)
            add_checked(filter, rule, rule->mask, rule->value);
        else if (rule->check == OWN)
            add_checked(filter, rule, WHOLE, pid);
        else {
            expect(filter, (uint32_t)rule->call, 1);
            give(filter, SECCOMP_RET_ALLOW);
        }
    }
    /* clone3() hides its flags behind a pointer.  Without it, the C library takes clone(). */
    add(filter, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 1, 0);
    add(filter, BPF_JMP | BPF_JGT | BPF_K, NEWEST, 0, 1);
    give(filter, SECCOMP_RET_ERRNO | ENOSYS);
    give(filter, SECCOMP_RET_ERRNO | EPERM);
    return filter->count <= CALL_FILTER_STEPS;
}

#endif

/* ---------------------------------------------------------------------------------------------------------------- */
/* The kernel                                                                                                       */
/* ---------------------------------------------------------------------------------------------------------------- */

#ifdef ZNN_FILTERS_CALLS

bool znn_call_filter_exists(void)
{
    uint32_t action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

void znn_call_filter_enter(bool writes, bool links)
{
    struct call_filter filter;
    if (!znn_call_filter_build(&filter, (uint32_t)getpid(), writes, links))
        return;
    struct sock_fprog program = {.len = filter.count, .filter = filter.steps};
    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}

#else

bool znn_call_filter_exists(void)
{
    return false;
}

void znn_call_filter_enter(bool writes, bool links)
{
    (void)writes;
    (void)links;
}

#endif
