/*
 * test_cli_call_filter.c - what the system call filter answers to every call
 *
 * Normally the kernel runs the filter.  Here a small interpreter runs it, which knows the few instructions that the
 * filter uses.  So the test can try calls that no test should really make, and calls of other processors.
 */
#define _GNU_SOURCE /* CLONE_THREAD and the commands of fcntl() */
#include "cli/system/linux/call_filter.h"

#include <stdio.h>

#ifdef ZNN_HAVE_CALL_FILTER

#    include <setjmp.h>
#    include <stdarg.h>
#    include <stddef.h>
#    include <stdint.h>

#    include <cmocka.h>

#    include <errno.h>
#    include <fcntl.h>
#    include <linux/audit.h>
#    include <linux/seccomp.h>
#    include <linux/sockios.h>
#    include <sched.h>
#    include <string.h>
#    include <sys/ioctl.h>
#    include <sys/mman.h>
#    include <sys/syscall.h>

#    define PID 4711
#    define ALLOWED SECCOMP_RET_ALLOW
#    define REFUSED (SECCOMP_RET_ERRNO | EPERM)
#    define UNKNOWN (SECCOMP_RET_ERRNO | ENOSYS)

#    ifdef __x86_64__
static const uint32_t own = AUDIT_ARCH_X86_64;
#    else
static const uint32_t own = AUDIT_ARCH_AARCH64;
#    endif

static uint32_t interpret(const struct call_filter *filter, const struct seccomp_data *data)
{
    uint32_t word = 0;
    for (size_t at = 0; at < filter->count; at++) {
        const struct sock_filter *step = &filter->steps[at];
        switch (step->code) {
        case BPF_LD | BPF_W | BPF_ABS:
            assert_true(step->k % 4 == 0 && step->k + 4 <= sizeof *data);
            memcpy(&word, (const char *)data + step->k, 4);
            break;
        case BPF_ALU | BPF_AND | BPF_K:
            word &= step->k;
            break;
        case BPF_JMP | BPF_JEQ | BPF_K:
            at += word == step->k ? step->jt : step->jf;
            break;
        case BPF_JMP | BPF_JGT | BPF_K:
            at += word > step->k ? step->jt : step->jf;
            break;
        case BPF_RET | BPF_K:
            return step->k;
        default:
            fail_msg("step %zu has the unknown code %#x", at, step->code);
        }
    }
    fail_msg("the filter ends without a verdict");
    return 0;
}

static struct call_filter filters[2]; /* of a command that only reads, of one that writes */

static int build(void **state)
{
    (void)state;
    for (int writes = 0; writes < 2; writes++)
        assert_true(znn_call_filter_build(&filters[writes], PID, writes, writes));
    return 0;
}

/* The verdict on a call whose argument `index` is `value`, the others being `rest`. */
static uint32_t ask_among(bool writes, long call, unsigned index, uint64_t value, uint64_t rest)
{
    struct seccomp_data data = {.nr = (int)call, .arch = own};
    for (size_t i = 0; i < 6; i++)
        data.args[i] = i == index ? value : rest;
    return interpret(&filters[writes], &data);
}

/* Only that argument may matter. */
static uint32_t ask(bool writes, long call, unsigned index, uint64_t value)
{
    uint32_t verdict = ask_among(writes, call, index, value, 0);
    assert_int_equal(ask_among(writes, call, index, value, UINT64_MAX), verdict);
    return verdict;
}

/* What every command may do with any arguments. */
static const long always[] = {
    SYS_pread64,
    SYS_read,
    SYS_write,
    SYS_pwrite64,
    SYS_readv,
    SYS_writev,
    SYS_lseek,
    SYS_close,
    SYS_fadvise64,
    SYS_futex,
    SYS_madvise,
    SYS_mremap,
    SYS_munmap,
    SYS_brk,
    SYS_set_robust_list,
    SYS_rseq,
    SYS_membarrier,
    SYS_sched_yield,
    SYS_sched_getaffinity,
    SYS_getcpu,
    SYS_sysinfo,
    SYS_getrandom,
    SYS_exit,
    SYS_exit_group,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_clock_nanosleep,
    SYS_nanosleep,
    SYS_gettimeofday,
    SYS_restart_syscall,
    SYS_getpid,
    SYS_gettid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getgroups,
    SYS_umask,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_rt_sigpending,
    SYS_rt_sigtimedwait,
    SYS_sigaltstack,
    SYS_fstat,
    SYS_newfstatat,
    SYS_statx,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_readlinkat,
    SYS_getcwd,
    SYS_getdents64,
    SYS_fgetxattr,
    SYS_flistxattr,
    SYS_dup,
    SYS_flock,
#    ifdef SYS_open
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_time,
#    endif
};

/* What commands with outputs may do besides. */
static const long writing[] = {
    SYS_ftruncate, SYS_fallocate, SYS_fsync,     SYS_fdatasync, SYS_openat, SYS_mkdirat,   SYS_unlinkat,     SYS_linkat,
    SYS_symlinkat, SYS_renameat,  SYS_renameat2, SYS_fchmod,    SYS_fchown, SYS_fsetxattr, SYS_fremovexattr,
#    ifdef SYS_open
    SYS_open,      SYS_mkdir,     SYS_rmdir,     SYS_unlink,    SYS_link,   SYS_symlink,   SYS_rename,
#    endif
};

/* What the arguments decide on; the tests below look at them. */
static const long checked[] = {
    SYS_mmap, SYS_mprotect, SYS_clone, SYS_kill, SYS_tgkill, SYS_tkill, SYS_ioctl, SYS_fcntl, SYS_openat, SYS_utimensat,
#    ifdef SYS_open
    SYS_open,
#    endif
};

static bool holds(const long *calls, size_t count, long call)
{
    for (size_t i = 0; i < count; i++)
        if (calls[i] == call)
            return true;
    return false;
}

#    define HOLDS(calls, call) holds(calls, sizeof calls / sizeof *calls, call)

/* Every number, those of x32 included, is allowed only if it is in the lists above. */
static void every_call(void **state)
{
    (void)state;
    for (long flag = 0; flag <= 0x40000000; flag += 0x40000000)
        for (long call = flag; call < flag + 4096; call++) {
            uint32_t denial = call > SYS_landlock_restrict_self || call == SYS_clone3 ? UNKNOWN : REFUSED;
            bool is_always = HOLDS(always, call);
            if (!HOLDS(checked, call))
                assert_int_equal(ask(false, call, 0, 1), is_always ? ALLOWED : denial);
            if (!HOLDS(checked, call) || HOLDS(writing, call))
                assert_int_equal(ask(true, call, 0, 1), is_always || HOLDS(writing, call) ? ALLOWED : denial);
        }
}

/* The numbers of another architecture mean other calls. */
static void other_architectures(void **state)
{
    (void)state;
    static const uint32_t others[] = {AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_RISCV64, AUDIT_ARCH_S390X, 0};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        for (int call = 0; call < 512; call++) {
            struct seccomp_data data = {.nr = call, .arch = others[i]};
            assert_int_equal(interpret(&filters[true], &data), REFUSED);
        }
}

static void threads_and_no_processes(void **state)
{
    (void)state;
    const uint64_t glibc = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM |
                           CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    assert_int_equal(ask(false, SYS_clone, 0, glibc), ALLOWED);
    assert_int_equal(ask(false, SYS_clone, 0, glibc | 0x400000), ALLOWED); /* musl: CLONE_DETACHED */
    assert_int_equal(ask(true, SYS_clone, 0, 17), REFUSED);                /* fork: SIGCHLD */
    assert_int_equal(ask(true, SYS_clone, 0, CLONE_VM | CLONE_VFORK | 17), REFUSED);
    static const uint64_t spaces[] = {CLONE_NEWNS,  CLONE_NEWUTS, CLONE_NEWIPC,   CLONE_NEWUSER,
                                      CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        assert_int_equal(ask(true, SYS_clone, 0, glibc | spaces[i]), REFUSED);
}

static void no_new_code(void **state)
{
    (void)state;
    static const long calls[] = {SYS_mmap, SYS_mprotect};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(ask(false, calls[i], 2, PROT_NONE), ALLOWED);
        assert_int_equal(ask(false, calls[i], 2, PROT_READ | PROT_WRITE), ALLOWED);
        assert_int_equal(ask(true, calls[i], 2, PROT_READ | PROT_EXEC), REFUSED);
        assert_int_equal(ask(true, calls[i], 2, PROT_EXEC), REFUSED);
    }
}

/* 0, -1 and negative numbers mean groups of processes.  The kernel takes the low word alone. */
static void signals_to_itself(void **state)
{
    (void)state;
    static const long calls[] = {SYS_kill, SYS_tgkill, SYS_tkill};
    static const int64_t others[] = {0, 1, -1, -PID, PID - 1, PID + 1, PID << 8, (int64_t)PID << 32};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ask(false, calls[i], 0, PID), ALLOWED);
        assert_int_equal(ask(false, calls[i], 0, PID | UINT64_C(1) << 40), ALLOWED);
        for (size_t k = 0; k < sizeof others / sizeof *others; k++)
            assert_int_equal(ask(true, calls[i], 0, (uint64_t)others[k]), REFUSED);
    }
}

static void opening(void **state)
{
    (void)state;
    static const int harmless[] = {0, O_CLOEXEC, O_DIRECTORY | O_NONBLOCK | O_CLOEXEC, O_NOFOLLOW, O_NOCTTY, O_PATH};
    static const int changing[] = {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_CREAT | O_EXCL, O_TMPFILE | O_RDWR, O_ACCMODE};
    struct {
        long call;
        unsigned flags;
    } calls[] = {
        {SYS_openat, 2},
#    ifdef SYS_open
        {SYS_open, 1},
#    endif
    };
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        for (size_t k = 0; k < sizeof harmless / sizeof *harmless; k++)
            for (int writes = 0; writes < 2; writes++)
                assert_int_equal(ask(writes, calls[i].call, calls[i].flags, (uint64_t)harmless[k]), ALLOWED);
        for (size_t k = 0; k < sizeof changing / sizeof *changing; k++) {
            assert_int_equal(ask(false, calls[i].call, calls[i].flags, (uint64_t)changing[k]), REFUSED);
            assert_int_equal(ask(true, calls[i].call, calls[i].flags, (uint64_t)changing[k]), ALLOWED);
        }
    }
}

/* A path would be a pointer; half a pointer of zeros is one, too. */
static void times_of_open_files(void **state)
{
    (void)state;
    assert_int_equal(ask(true, SYS_utimensat, 1, 0), ALLOWED);
    assert_int_equal(ask(false, SYS_utimensat, 1, 0), REFUSED);
    assert_int_equal(ask(true, SYS_utimensat, 1, UINT64_C(0x700000000000)), REFUSED);
    assert_int_equal(ask(true, SYS_utimensat, 1, 0x10000), REFUSED);
}

/* All commands of ioctl() and fcntl() up to 16 bits, and some of the others. */
static void controls(void **state)
{
    (void)state;
    static const uint64_t terminals[] = {TCGETS, TIOCGWINSZ, 0x802c542a};
    static const uint64_t files[] = {F_DUPFD,     F_DUPFD_CLOEXEC, F_GETFD,    F_SETFD,   F_GETFL,
                                     F_SETFL,     F_GETLK,         F_SETLK,    F_SETLKW,  F_OFD_GETLK,
                                     F_OFD_SETLK, F_OFD_SETLKW,    F_GETLEASE, F_SETLEASE};
    size_t terminals_found = 0, files_found = 0;
    for (uint64_t command = 0; command < 65536; command++) {
        terminals_found += ask(true, SYS_ioctl, 1, command) == ALLOWED;
        files_found += ask(true, SYS_fcntl, 1, command) == ALLOWED;
    }
    assert_int_equal(terminals_found, 2);
    assert_int_equal(files_found, sizeof files / sizeof *files);
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++)
        assert_int_equal(ask(false, SYS_ioctl, 1, terminals[i]), ALLOWED);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        assert_int_equal(ask(false, SYS_fcntl, 1, files[i]), ALLOWED);
    static const uint64_t refused[] = {TIOCSTI, TIOCSCTTY, TIOCSPGRP, FIOSETOWN, SIOCSPGRP, FIOASYNC, TCGETS + 0x10000};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_int_equal(ask(true, SYS_ioctl, 1, refused[i]), REFUSED);
}

/* The filter was made with the process's own number, or another one. */
static void other_process(void **state)
{
    (void)state;
    struct call_filter filter;
    assert_true(znn_call_filter_build(&filter, PID + 1, true, true));
    struct seccomp_data data = {.nr = SYS_kill, .arch = own, .args = {PID}};
    assert_int_equal(interpret(&filter, &data), REFUSED);
    data.args[0] = PID + 1;
    assert_int_equal(interpret(&filter, &data), ALLOWED);
}

/* A command that writes makes symbolic links only with -r. */
static void symbolic_links(void **state)
{
    (void)state;
    struct call_filter filter;
    struct seccomp_data data = {.nr = SYS_symlinkat, .arch = own};
    assert_true(znn_call_filter_build(&filter, PID, true, false));
    assert_int_equal(interpret(&filter, &data), REFUSED);
    assert_true(znn_call_filter_build(&filter, PID, true, true));
    assert_int_equal(interpret(&filter, &data), ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call),
        cmocka_unit_test(other_architectures),
        cmocka_unit_test(threads_and_no_processes),
        cmocka_unit_test(no_new_code),
        cmocka_unit_test(signals_to_itself),
        cmocka_unit_test(opening),
        cmocka_unit_test(times_of_open_files),
        cmocka_unit_test(controls),
        cmocka_unit_test(other_process),
        cmocka_unit_test(symbolic_links),
    };
    return cmocka_run_group_tests(tests, build, NULL);
}

#else

int main(void)
{
    puts("skipped: this build has no filter of system calls");
    return 77;
}

#endif
