/* SPDX-License-Identifier: MIT */
/*
 * What a confined process can still do. Each attempt runs in a process of its own,
 * which ends with the error it got, or by SIGSYS.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "layers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- A folder with a file, and one beside it ------------------------------ */

static char root[64], folder[80], file[96], outside[96];
static pid_t parent; /* of every attempt */

static void write_file(const char *path, const char *content)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(content, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static int set_up(void **state)
{
    (void)state;
    const char *below = getenv("TMPDIR");
    parent = getpid();
    snprintf(root, sizeof root, "%.40s/confine.XXXXXX", below ? below : "/tmp");
    if (!mkdtemp(root))
        return -1;
    snprintf(folder, sizeof folder, "%s/data", root);
    snprintf(file, sizeof file, "%s/facts.db", folder);
    snprintf(outside, sizeof outside, "%s/outside", root);
    assert_int_equal(mkdir(folder, 0700), 0);
    write_file(file, "facts");
    write_file(outside, "secret");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", root);
    return system(command);
}

/* --- Attempts ------------------------------------------------------------- */

/* An attempt gives 0 when it succeeded, or the error. */
typedef int attempt(void);

static int outcome(bool ok)
{
    return ok ? 0 : errno;
}

static int outcome_of_fd(int fd)
{
    int result = outcome(fd >= 0);
    if (fd >= 0)
        close(fd);
    return result;
}

static int beside(const char *name, int flags)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return outcome_of_fd(open(path, flags, 0600));
}

static int reads_the_file(void)
{
    return outcome_of_fd(open(file, O_RDONLY));
}

/* As SQLite opens the file of shared memory, and cuts it. */
static int makes_files_beside_it(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s-shm", file);
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return errno;
    void *page = MAP_FAILED;
    bool ok = fchown(fd, geteuid(), getegid()) == 0 && ftruncate(fd, 3) == 0 &&
              pwrite(fd, "", 1, 4095) == 1 &&
              (page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) != MAP_FAILED;
    close(fd);
    return outcome(ok);
}

static int reads_itself(void)
{
    DIR *own = opendir("/proc/self/fd");
    if (!own || !readdir(own) || closedir(own) != 0)
        return errno;
    return outcome_of_fd(open("/proc/self/statm", O_RDONLY));
}

static void *do_nothing(void *unused)
{
    return unused;
}

static int starts_a_thread(void)
{
    pthread_t thread;
    int code = pthread_create(&thread, NULL, do_nothing, NULL);
    return code ? code : pthread_join(thread, NULL);
}

static int reads_elsewhere(void)
{
    return outcome_of_fd(open(outside, O_RDONLY));
}

static int reads_users(void)
{
    return outcome_of_fd(open("/etc/passwd", O_RDONLY));
}

static int reads_other_processes(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", parent);
    return outcome_of_fd(open(path, O_RDONLY));
}

static int lists_the_folder(void)
{
    return outcome_of_fd(open(folder, O_RDONLY | O_DIRECTORY));
}

/* Made before, because it could not be after. */
static int follows_a_link_out(void)
{
    return beside("way-out", O_RDONLY);
}

static int writes_elsewhere(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/new", root);
    return outcome_of_fd(open(path, O_WRONLY | O_CREAT, 0600));
}

/* Without the other layer, which ends the process before. */
static int binds_a_port(void)
{
    const struct sockaddr_in any = {.sin_family = AF_INET,
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return outcome(bind(fd, (const struct sockaddr *)&any, sizeof any) == 0);
}

static int removes_the_file(void)
{
    return outcome(unlink(file) == 0);
}

static int renames_the_file(void)
{
    char path[128];
    snprintf(path, sizeof path, "%s/other", folder);
    return outcome(rename(file, path) == 0);
}

static int changes_its_mode(void)
{
    return outcome(chmod(file, 0777) == 0);
}

static int signals_its_parent(void)
{
    return outcome(syscall(SYS_tgkill, parent, parent, 0) == 0);
}

static int runs_a_program(void)
{
    char name[] = "true";
    char *arguments[] = {name, NULL};
    execve("/bin/true", arguments, arguments + 1);
    return errno;
}

#ifndef TF_SANITIZED /* where another process looks for leaks */
static int makes_a_process(void)
{
    return outcome(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
}
#endif

static int makes_a_socket(void)
{
    return outcome_of_fd(socket(AF_INET, SOCK_STREAM, 0));
}

static int connects(void)
{
    const struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(9)};
    return outcome(connect(0, (const struct sockaddr *)&any, sizeof any) == 0);
}

static int is_traced(void)
{
    return outcome(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
}

static int mounts(void)
{
    return outcome(mount("none", root, "tmpfs", 0, NULL) == 0);
}

static int maps_code(void)
{
    return outcome(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
                   MAP_FAILED);
}

static int makes_data_code(void)
{
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return outcome(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
}

static int reads_memory_of_its_parent(void)
{
    char byte;
    const struct iovec here = {&byte, 1}, there = {&byte, 1};
    return outcome(syscall(SYS_process_vm_readv, parent, &here, 1, &there, 1, 0) == 1);
}

static int asks_for_rings(void)
{
    return outcome(syscall(SYS_io_uring_setup, 1, NULL) >= 0);
}

/* --- In a process of its own ---------------------------------------------- */

enum { KILLED = 1000, UNCONFINED };

static int confined_child(attempt *wanted, bool with_calls)
{
    struct tf_confinement out = {0};
    enum tf_status status =
        with_calls ? tf_confine(file, NULL, &out, NULL) : tf_confine_privileges(NULL);
    if (status == TF_OK && !with_calls)
        status = confine_files(file, NULL, &out.landlock, NULL);
    if (status != TF_OK)
        return 255;
    return wanted();
}

/* What came of the attempt: 0, an error, or KILLED. */
static int run(attempt *wanted, bool with_calls)
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(confined_child(wanted, with_calls));
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? KILLED : UNCONFINED;
    return WEXITSTATUS(status) == 255 ? UNCONFINED : WEXITSTATUS(status);
}

static int landlock_here(void)
{
    struct tf_confine_layer layer = {0};
    return tf_confine_privileges(NULL) == TF_OK && confine_files(file, NULL, &layer, NULL) == TF_OK
               ? (int)layer.version
               : 255;
}

static int seccomp_here(void)
{
    struct tf_confine_layer layer = {0};
    return tf_confine_privileges(NULL) == TF_OK && confine_calls(&layer, NULL) == TF_OK
               ? (int)layer.version
               : 255;
}

/* What the kernel has, asked in a process that is gone after it. */
static int version_here(int (*ask)(void))
{
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(ask());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 255);
    return WEXITSTATUS(status);
}

#define SKIP_WITHOUT(ask, least)                                                                   \
    do {                                                                                           \
        if (version_here(ask) < (least)) {                                                         \
            print_message("skipped: %s is older here than %d\n", #ask, (least));                   \
            skip();                                                                                \
        }                                                                                          \
    } while (0)

struct expected {
    const char *name;
    attempt *attempt;
    int outcome;
};
#define EXPECT(attempt, outcome)                                                                   \
    {                                                                                              \
#attempt, attempt, outcome                                                                 \
    }

static void assert_outcomes(const struct expected *cases, size_t count, bool with_calls)
{
    for (size_t i = 0; i < count; i++) {
        int given = run(cases[i].attempt, with_calls);
        if (given != cases[i].outcome)
            fail_msg("%s: %d instead of %d", cases[i].name, given, cases[i].outcome);
    }
}
#define ASSERT_OUTCOMES(cases, with_calls)                                                         \
    assert_outcomes((cases), sizeof(cases) / sizeof *(cases), (with_calls))

/* --- Tests ----------------------------------------------------------------- */

static void what_serving_needs_goes_on(void **state)
{
    (void)state;
    static const struct expected cases[] = {
        EXPECT(reads_the_file, 0),
        EXPECT(makes_files_beside_it, 0),
        EXPECT(reads_itself, 0),
        EXPECT(starts_a_thread, 0),
    };
    ASSERT_OUTCOMES(cases, true);
}

static void other_files_cannot_be_reached(void **state)
{
    (void)state;
    SKIP_WITHOUT(landlock_here, 1);
    char link[128];
    snprintf(link, sizeof link, "%s/way-out", folder);
    assert_int_equal(symlink(outside, link), 0);
    static const struct expected cases[] = {
        EXPECT(reads_elsewhere, EACCES),       EXPECT(reads_users, EACCES),
        EXPECT(reads_other_processes, EACCES), EXPECT(lists_the_folder, EACCES),
        EXPECT(follows_a_link_out, EACCES),    EXPECT(writes_elsewhere, EACCES),
    };
    ASSERT_OUTCOMES(cases, true);
    static const struct expected without_calls[] = {
        EXPECT(removes_the_file, EACCES),
        EXPECT(renames_the_file, EACCES),
        EXPECT(runs_a_program, EACCES),
    };
    ASSERT_OUTCOMES(without_calls, false);
}

static void ports_cannot_be_bound(void **state)
{
    (void)state;
    SKIP_WITHOUT(landlock_here, 4);
    assert_int_equal(run(binds_a_port, false), EACCES);
}

static void what_only_an_attacker_asks_for_ends_the_process(void **state)
{
    (void)state;
    SKIP_WITHOUT(seccomp_here, 1);
    static const struct expected cases[] = {
        EXPECT(runs_a_program, KILLED),
#ifndef TF_SANITIZED
        EXPECT(makes_a_process, KILLED),
#endif
        EXPECT(makes_a_socket, KILLED),
        EXPECT(connects, KILLED),
        EXPECT(is_traced, KILLED),
        EXPECT(mounts, KILLED),
        EXPECT(maps_code, KILLED),
        EXPECT(makes_data_code, KILLED),
        EXPECT(reads_memory_of_its_parent, KILLED),
        EXPECT(asks_for_rings, KILLED),
    };
    ASSERT_OUTCOMES(cases, true);
}

static void every_other_call_fails(void **state)
{
    (void)state;
    SKIP_WITHOUT(seccomp_here, 1);
    static const struct expected cases[] = {
        EXPECT(removes_the_file, EPERM),
        EXPECT(renames_the_file, EPERM),
        EXPECT(changes_its_mode, EPERM),
        EXPECT(signals_its_parent, EPERM),
    };
    ASSERT_OUTCOMES(cases, true);
}

/* Threads before and after: both stand for a request. */
static atomic_bool go;

static void *attempt_when_told(void *made)
{
    attempt *const *wanted = made;
    while (!atomic_load(&go))
        sched_yield();
    return (void *)(intptr_t)(*wanted)();
}

static int attempt_in_a_thread(attempt *wanted)
{
    pthread_t thread;
    void *result;
    atomic_store(&go, true);
    if (pthread_create(&thread, NULL, attempt_when_told, &wanted) != 0 ||
        pthread_join(thread, &result) != 0)
        return UNCONFINED;
    return (int)(intptr_t)result;
}

static int reads_users_in_a_thread(void)
{
    return attempt_in_a_thread(reads_users);
}

static int changes_mode_in_a_thread(void)
{
    return attempt_in_a_thread(changes_its_mode);
}

static void threads_started_later_are_confined(void **state)
{
    (void)state;
    SKIP_WITHOUT(landlock_here, 1);
    assert_int_equal(run(reads_users_in_a_thread, true), EACCES);
    assert_int_equal(run(changes_mode_in_a_thread, true), EPERM);
}

static int confines_with_a_thread_running(void)
{
    static attempt *const wanted = changes_its_mode;
    pthread_t thread;
    void *result;
    struct tf_confine_layer layer = {0};
    atomic_store(&go, false);
    if (pthread_create(&thread, NULL, attempt_when_told, (void *)&wanted) != 0 ||
        tf_confine_privileges(NULL) != TF_OK || confine_calls(&layer, NULL) != TF_OK)
        return 255;
    atomic_store(&go, true);
    return pthread_join(thread, &result) == 0 ? (int)(intptr_t)result : 255;
}

static void threads_that_run_already_lose_calls_too(void **state)
{
    (void)state;
    SKIP_WITHOUT(seccomp_here, 1);
    assert_int_equal(version_here(confines_with_a_thread_running), EPERM);
}

static void file_may_be_replaced(void **state)
{
    (void)state;
    SKIP_WITHOUT(landlock_here, 1);
    int told[2], status;
    char byte, newer[128];
    snprintf(newer, sizeof newer, "%s/newer", folder);
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct tf_confinement out;
        bool ok = tf_confine(file, NULL, &out, NULL) == TF_OK && read(told[0], &byte, 1) == 1;
        _exit(ok ? reads_the_file() : 255);
    }
    write_file(newer, "more facts");
    assert_int_equal(rename(newer, file), 0);
    assert_int_equal(write(told[1], "x", 1), 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    close(told[0]);
    close(told[1]);
}

/* The file is a link into another folder: both can be used. */
static void file_may_be_a_link(void **state)
{
    (void)state;
    char real[96];
    snprintf(real, sizeof real, "%s/elsewhere", root);
    assert_int_equal(mkdir(real, 0700), 0);
    snprintf(real, sizeof real, "%s/elsewhere/facts.db", root);
    assert_int_equal(rename(file, real), 0);
    assert_int_equal(symlink(real, file), 0);
    assert_int_equal(run(reads_the_file, true), 0);
    memcpy(file, real, sizeof real); /* files beside what it leads to */
    assert_int_equal(run(makes_files_beside_it, true), 0);
}

static int has_no_privileges(void)
{
    struct rlimit core;
    bool ok = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
              prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 && getrlimit(RLIMIT_CORE, &core) == 0 &&
              core.rlim_cur == 0 && core.rlim_max == 0;
    return ok ? 0 : 1;
}

static void privileges_and_core_dumps_are_given_up(void **state)
{
    (void)state;
    assert_int_equal(run(has_no_privileges, false), 0);
}

static int confines_to_nothing(void)
{
    struct tf_confinement out = {0};
    struct tf_error error = {0};
    enum tf_status status = tf_confine("/nowhere/facts.db", NULL, &out, &error);
    return status == TF_INTERNAL && strstr(error.message, "/nowhere/facts.db") &&
                   !out.seccomp.version
               ? 0
               : 1;
}

static int reads_only_what_it_is_given(void)
{
    const char *const reads[] = {outside, NULL};
    struct tf_confinement out = {0};
    char path[128];
    snprintf(path, sizeof path, "%s-other", outside);
    if (tf_confine(file, reads, &out, NULL) != TF_OK)
        return 255;
    return reads_elsewhere() == 0 && outcome_of_fd(open(outside, O_WRONLY)) == EACCES &&
                   outcome_of_fd(open(path, O_RDWR | O_CREAT, 0600)) == EACCES &&
                   reads_users() == EACCES && reads_the_file() == 0
               ? 0
               : 1;
}

static void files_that_are_named_can_be_read_and_nothing_else(void **state)
{
    (void)state;
    SKIP_WITHOUT(landlock_here, 1);
    assert_int_equal(version_here(reads_only_what_it_is_given), 0);
}

static void folder_that_is_not_there_is_a_failure(void **state)
{
    (void)state;
    SKIP_WITHOUT(landlock_here, 1);
    assert_int_equal(version_here(confines_to_nothing), 0);
}

/* --- Kernels that lack a layer --------------------------------------------- */

/* A call fails, as by a container's filter or in an older kernel. By hand, because
 * libseccomp would remember what this kernel can. */
static bool hide(unsigned call, unsigned error)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static int goes_on_without_landlock(void)
{
    struct tf_confinement out = {0};
    if (!hide(SYS_landlock_create_ruleset, ENOSYS) || tf_confine(file, NULL, &out, NULL) != TF_OK)
        return 255;
    return out.landlock.version == 0 && strcmp(out.landlock.reason, strerror(ENOSYS)) == 0 &&
                   out.seccomp.version && changes_its_mode() == EPERM && reads_elsewhere() == 0
               ? 0
               : 1;
}

static int goes_on_without_seccomp(void)
{
    struct tf_confinement out = {0};
    if (!hide(SYS_seccomp, ENOSYS) || tf_confine(file, NULL, &out, NULL) != TF_OK)
        return 255;
    return out.seccomp.version == 0 && strstr(out.seccomp.reason, "level") &&
                   out.landlock.version && reads_elsewhere() == EACCES && changes_its_mode() == 0
               ? 0
               : 1;
}

static void layer_that_the_kernel_lacks_is_off_and_says_why(void **state)
{
    (void)state;
    SKIP_WITHOUT(seccomp_here, 1);
    assert_int_equal(version_here(goes_on_without_landlock), 0);
    SKIP_WITHOUT(landlock_here, 1);
    assert_int_equal(version_here(goes_on_without_seccomp), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_serving_needs_goes_on),
        TEST(other_files_cannot_be_reached),
        TEST(ports_cannot_be_bound),
        TEST(what_only_an_attacker_asks_for_ends_the_process),
        TEST(every_other_call_fails),
        TEST(threads_started_later_are_confined),
        TEST(threads_that_run_already_lose_calls_too),
        TEST(file_may_be_replaced),
        TEST(file_may_be_a_link),
        TEST(privileges_and_core_dumps_are_given_up),
        TEST(files_that_are_named_can_be_read_and_nothing_else),
        TEST(folder_that_is_not_there_is_a_failure),
        TEST(layer_that_the_kernel_lacks_is_off_and_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
