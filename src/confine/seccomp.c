/* SPDX-License-Identifier: MIT */
/*
 * System calls (seccomp(2), libseccomp). Two answers to a call that serving does not
 * need: what only an attacker asks for ends the process, before a second try;
 * everything else fails with EPERM, so that a library that asks for something new
 * on another machine does not take the service down.
 *
 * Rules with an argument are slower than those without, which the kernel (5.11)
 * keeps as one bit a call. So the calls of every request have none.
 */
#include "layers.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

/* Seen with strace over all tests of the service, and what other versions of the
 * libraries and other processors have in their place. A name that this libseccomp
 * or this processor does not know is left out. */
static const char *const allowed[] = {
    /* connections */
    "accept4",
    "recvfrom",
    "recvmsg",
    "sendto",
    "sendmsg",
    "writev",
    "shutdown",
    "dup3",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "eventfd2",
    "poll",
    "ppoll",
    /* files: which ones is up to Landlock */
    "openat",
    "open",
    "close",
    "read",
    "write",
    "pread64",
    "pwrite64",
    "lseek",
    "fstat",
    "newfstatat",
    "stat",
    "lstat",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "fcntl",
    "ftruncate",
    "fchmod",
    "fchown",
    "getdents64",
    /* memory; more of it below */
    "brk",
    "munmap",
    "mremap",
    "madvise",
    /* threads and signals; more below */
    "exit",
    "exit_group",
    "futex",
    "gettid",
    "getpid",
    "sched_yield",
    "sched_getaffinity",
    "set_robust_list",
    "rseq",
    "restart_syscall",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait",
    "sigaltstack",
    /* time and what else one may ask */
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "getrandom",
    "getrusage",
    "sysinfo",
    "uname",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
#ifdef TF_SANITIZED
    /* looking for leaks at the end, from another process that stops this one */
    "clone",
    "wait4",
    "prctl",
    "kill",
    "getppid",
    "getdents",
#endif
};

static const char *const deadly[] = {
    /* programs and processes */
    "execve",
    "execveat",
    "fork",
    "vfork",
    "setns",
    "unshare",
    "chroot",
    "pivot_root",
    /* the network */
    "socket",
    "socketpair",
    "bind",
    "listen",
    "connect",
    /* other processes */
    "process_vm_readv",
    "process_vm_writev",
    "pidfd_open",
    "pidfd_getfd",
    "process_madvise",
    "kcmp",
    /* the machine */
    "mount",
    "umount2",
    "move_mount",
    "open_tree",
    "fsopen",
    "open_by_handle_at",
    "swapon",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "reboot",
    "settimeofday",
    "clock_settime",
    "iopl",
    "ioperm",
    "acct",
    "syslog",
    "quotactl",
    /* large parts of the kernel that faults have been found in */
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "io_uring_setup",
    "keyctl",
    "add_key",
    "request_key",
    "memfd_create",
    "memfd_secret",
    "seccomp",
    /* who one is */
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "setgroups",
    "capset",
    "personality",
};

/* Calls that depend on one argument. */
struct conditional {
    const char *call;
    uint32_t action;
    unsigned argument;
    enum scmp_compare compare;
    scmp_datum_t a, b; /* of SCMP_CMP_MASKED_EQ the mask and the value */
};

/* The C library takes ENOSYS for an older kernel and falls back to clone, whose
 * flags can be seen. */
static const struct conditional conditionals[] = {
    {"mmap", SCMP_ACT_ALLOW, 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
    {"mmap", SCMP_ACT_KILL_PROCESS, 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC},
    {"mprotect", SCMP_ACT_ALLOW, 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
    {"mprotect", SCMP_ACT_KILL_PROCESS, 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC},
    {"pkey_mprotect", SCMP_ACT_KILL_PROCESS, 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC},
    {"prlimit64", SCMP_ACT_ALLOW, 2, SCMP_CMP_EQ, 0, 0}, /* only asking */
#ifdef TF_SANITIZED
    {"ptrace", SCMP_ACT_ALLOW, 0, SCMP_CMP_NE, PTRACE_TRACEME, 0},
    {"ptrace", SCMP_ACT_KILL_PROCESS, 0, SCMP_CMP_EQ, PTRACE_TRACEME, 0},
#else
    {"clone", SCMP_ACT_ALLOW, 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD},
    {"clone", SCMP_ACT_KILL_PROCESS, 0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0},
    {"prctl", SCMP_ACT_ALLOW, 0, SCMP_CMP_EQ, PR_SET_NAME, 0},
    {"ptrace", SCMP_ACT_KILL_PROCESS, 0, SCMP_CMP_GE, 0, 0},
#endif
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int add_names(scmp_filter_ctx filter, uint32_t action, const char *const *names,
                     size_t count)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        int call = seccomp_syscall_resolve_name(names[i]);
        if (call != __NR_SCMP_ERROR)
            code = seccomp_rule_add(filter, action, call, 0);
    }
    return code;
}

static int add_conditional(scmp_filter_ctx filter, const struct conditional *rule)
{
    int call = seccomp_syscall_resolve_name(rule->call);
    const struct scmp_arg_cmp condition = {rule->argument, rule->compare, rule->a, rule->b};
    return call == __NR_SCMP_ERROR
               ? 0
               : seccomp_rule_add_array(filter, rule->action, call, 1, &condition);
}

static int add_rules(scmp_filter_ctx filter)
{
    int code = add_names(filter, SCMP_ACT_ALLOW, allowed, COUNT(allowed));
    if (code == 0)
        code = add_names(filter, SCMP_ACT_KILL_PROCESS, deadly, COUNT(deadly));
    for (size_t i = 0; code == 0 && i < COUNT(conditionals); i++)
        code = add_conditional(filter, &conditionals[i]);
    /* abort() signals the process itself */
    const struct conditional own = {"tgkill",    SCMP_ACT_ALLOW,         0,
                                    SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0};
    if (code == 0)
        code = add_conditional(filter, &own);
    if (code == 0)
        code = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return code;
}

static int set_attributes(scmp_filter_ctx filter)
{
    static const struct {
        enum scmp_filter_attr attribute;
        uint32_t value;
    } attributes[] = {
        {SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS}, /* calls of 32-bit programs */
        {SCMP_FLTATR_CTL_TSYNC, 1},                       /* of all threads */
        {SCMP_FLTATR_CTL_LOG, 1},
        {SCMP_FLTATR_CTL_OPTIMIZE, 2}, /* a tree, not a chain */
        {SCMP_FLTATR_API_SYSRAWRC, 1},
    };
    int code = 0;
    for (size_t i = 0; code == 0 && i < COUNT(attributes); i++)
        code = seccomp_attr_set(filter, attributes[i].attribute, attributes[i].value);
    return code;
}

/* 3: of all threads at once, ending the process, with a log (Linux 4.14). */
static const unsigned least_level = 3;

enum tf_status confine_calls(struct tf_confine_layer *out, struct tf_error *error)
{
    unsigned level = seccomp_api_get();
    if (level < least_level) {
        snprintf(out->reason, sizeof out->reason, "the kernel's filters are of level %u of %u",
                 level, least_level);
        return TF_OK;
    }
    int code = -ENOMEM;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (filter) {
        code = set_attributes(filter);
        if (code == 0)
            code = add_rules(filter);
        if (code == 0)
            code = seccomp_load(filter);
        seccomp_release(filter);
    }
    if (code != 0)
        return tf_error_set(error, TF_INTERNAL, "system calls could not be confined: %s",
                            strerror(code < 0 ? -code : ESRCH)); /* a thread that has its own */
    out->version = level;
    return TF_OK;
}
