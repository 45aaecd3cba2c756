/*
 * questions.c - threads that answer the kernel
 */
#define _GNU_SOURCE /* syscall() */
#include "cli/mount/linux/questions.h"

#include "cli/system/thread.h"

#include <errno.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A question that was put aside. */
struct aside {
    struct fuse_buf question;
    struct aside *next;
};

struct answerers {
    struct fuse_session *session;
    struct monitor monitor; /* guards the members below */
    unsigned free;          /* threads that hear, or are about to */
    struct aside *first, *last;
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Refusing                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Answers without libfuse. */
static void refuse(const struct answerers *answerers, const struct fuse_buf *question, int reason)
{
    struct fuse_in_header asked;
    memcpy(&asked, question->mem, sizeof asked);
    struct fuse_out_header answer = {.len = sizeof answer, .error = -reason, .unique = asked.unique};
    (void)!write(fuse_session_fd(answerers->session), &answer, sizeof answer);
}

/* Returns true if a thread of this process asks, and waits for the answer. */
static bool is_own(const struct fuse_buf *question)
{
    struct fuse_in_header asked;
    if (question->size < sizeof asked)
        return false;
    memcpy(&asked, question->mem, sizeof asked);
    bool is_awaited = asked.opcode != FUSE_FORGET && asked.opcode != FUSE_BATCH_FORGET &&
                      asked.opcode != FUSE_INTERRUPT && asked.opcode != FUSE_RELEASE && asked.opcode != FUSE_RELEASEDIR;
    return is_awaited && asked.pid > 0 && syscall(SYS_tgkill, getpid(), (pid_t)asked.pid, 0) == 0;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Putting aside.  These functions run inside the monitor.                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Takes over the memory of the question.  Returns false if memory ran out. */
static bool put_aside(struct answerers *answerers, struct fuse_buf *question)
{
    struct aside *aside = malloc(sizeof *aside);
    if (!aside)
        return false;
    *aside = (struct aside){.question = *question};
    *question = (struct fuse_buf){.mem = NULL};
    if (answerers->last)
        answerers->last->next = aside;
    else
        answerers->first = aside;
    answerers->last = aside;
    return true;
}

static struct aside *take_aside(struct answerers *answerers)
{
    struct aside *aside = answerers->first;
    if (aside)
        answerers->first = aside->next;
    if (!answerers->first)
        answerers->last = NULL;
    return aside;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Answering                                                                                                        */
/* ---------------------------------------------------------------------------------------------------------------- */

/* Answers what was put aside, while no thread was free for it. */
static void answer_aside(struct answerers *answerers)
{
    struct aside *aside;
    while ((aside = take_aside(answerers))) {
        znn_monitor_leave(&answerers->monitor);
        fuse_session_process_buf(answerers->session, &aside->question);
        free(aside->question.mem);
        free(aside);
        znn_monitor_enter(&answerers->monitor);
    }
}

static void take(struct answerers *answerers, struct fuse_buf *question)
{
    if (is_own(question)) {
        refuse(answerers, question, ELOOP);
        return;
    }
    znn_monitor_enter(&answerers->monitor);
    if (answerers->free > 1) {
        answerers->free--;
        znn_monitor_leave(&answerers->monitor);
        fuse_session_process_buf(answerers->session, question);
        znn_monitor_enter(&answerers->monitor);
        answer_aside(answerers);
        answerers->free++;
    } else if (!put_aside(answerers, question)) {
        refuse(answerers, question, ENOMEM);
    }
    znn_monitor_leave(&answerers->monitor);
}

static void answer(void *context)
{
    struct answerers *answerers = context;
    struct fuse_buf question = {.mem = NULL};
    while (!fuse_session_exited(answerers->session)) {
        int size = fuse_session_receive_buf(answerers->session, &question);
        if (size > 0)
            take(answerers, &question);
        else if (size != -EINTR)
            break; /* 0: unmounted */
    }
    free(question.mem);
}

bool znn_questions_answer(struct fuse_session *session, unsigned count)
{
    struct answerers answerers = {.session = session, .free = count};
    struct thread *threads = calloc(count, sizeof *threads);
    unsigned started = 0;
    if (!threads || !znn_monitor_open(&answerers.monitor)) {
        free(threads);
        return false;
    }
    while (started + 1 < count && znn_cli_thread_start(&threads[started], answer, &answerers))
        started++;
    bool fine = started > 0;
    if (started + 1 < count) {
        znn_monitor_enter(&answerers.monitor);
        answerers.free -= count - 1 - started;
        znn_monitor_leave(&answerers.monitor);
    }
    if (fine)
        answer(&answerers);
    for (unsigned i = 0; i < started; i++)
        znn_cli_thread_join(&threads[i]);
    free(threads);
    znn_monitor_close(&answerers.monitor);
    return fine;
}
