/*
 * test_turns.c - many workers take turns in one order
 *
 * Workers note their tickets in turn, with no lock but that of the turns; -fsanitize=thread checks that this is enough.
 * Only the test's own thread asserts; workers only count errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "engine/threads/turns_task.h"
#include "support.h"

#define NEVER UINT64_MAX
#define TICKETS 2000

struct job {
    struct turns turns;
    uint64_t tickets;        /* how many there are */
    uint64_t fail_from;      /* tickets from here on fail, ... */
    bool slow_first;         /* ... the first of them last of all */
    bool dry;                /* the end is known while drawing; otherwise the last turn ends all */
    unsigned leaves;         /* of ten tickets, so many are left to others as soon as they may be */
    uint64_t settled_badly;  /* the ticket that fails in its turn, where it was left */
    uint64_t end_at;         /* the ticket whose turn is the last */
    uint64_t after_fails_at; /* the ticket that fails after its turn; 0: none */
    /* Guarded by the draw lock: */
    uint64_t drawn;
    /* Guarded by the turn: */
    uint64_t done;
    uint64_t order[TICKETS];

    atomic_uint workers;
    atomic_uint failed;    /* workers that ended with an error */
    atomic_uint computing; /* right now */
    atomic_uint most_computing;
    atomic_uint faults;
};

/* Some work whose length depends on the ticket, so that workers overtake each other. */
static void compute(struct job *job, uint64_t ticket)
{
    znn_turns_enter(&job->turns);
    unsigned now = atomic_fetch_add(&job->computing, 1) + 1;
    unsigned most = atomic_load(&job->most_computing);
    while (now > most && !atomic_compare_exchange_weak(&job->most_computing, &most, now))
        ;
    struct random random = {ticket};
    for (size_t i = random_below(&random, 5); i > 0; i--)
        sched_yield();
    atomic_fetch_sub(&job->computing, 1);
    znn_turns_leave(&job->turns);
}

/* In turn. */
static enum znn_status note(void *context, uint64_t ticket, struct znn_error *error)
{
    struct job *job = context;
    if (job->leaves > 0 && ticket == job->settled_badly) {
        *error =
            (struct znn_error){.struct_size = sizeof(struct znn_error), .status = ZNN_ERROR_MEMORY, .offset = ticket};
        return ZNN_ERROR_MEMORY;
    }
    if (job->done < TICKETS)
        job->order[job->done] = ticket;
    job->done++;
    return ZNN_OK;
}

struct worker {
    struct job *job;
    uint64_t ticket;
    struct znn_error error;
};

static enum znn_status fail_with(struct worker *worker, enum znn_status status)
{
    worker->error =
        (struct znn_error){.struct_size = sizeof(struct znn_error), .status = status, .offset = worker->ticket};
    return status;
}

static enum znn_status draw(void *context, bool *end)
{
    struct worker *worker = context;
    worker->ticket = worker->job->drawn++;
    *end = worker->job->dry && worker->ticket == worker->job->tickets;
    return ZNN_OK;
}

static enum znn_status do_work(void *context, uint64_t ticket)
{
    struct worker *worker = context;
    struct job *job = worker->job;
    if (ticket != worker->ticket)
        atomic_fetch_add(&job->faults, 1);
    compute(job, ticket);
    if (ticket < job->fail_from || ticket >= job->end_at)
        return ZNN_OK;
    while (job->slow_first && ticket == job->fail_from && atomic_load(&job->failed) == 0)
        sched_yield(); /* until another one has something to complain of */
    atomic_fetch_add(&job->failed, 1);
    return fail_with(worker, ZNN_ERROR_CORRUPT);
}

static bool leave(void *context, uint64_t ticket)
{
    const struct worker *worker = context;
    return ticket != worker->job->end_at && ticket * 7 % 10 < worker->job->leaves;
}

static enum znn_status finish(void *context, bool *end)
{
    struct worker *worker = context;
    *end = !worker->job->dry && worker->ticket == worker->job->end_at;
    return note(worker->job, worker->ticket, &worker->error);
}

static enum znn_status do_after(void *context)
{
    struct worker *worker = context;
    return worker->ticket > 0 && worker->ticket == worker->job->after_fails_at ? fail_with(worker, ZNN_ERROR_IO)
                                                                               : ZNN_OK;
}

static void do_tickets(struct job *job)
{
    static const struct turns_task task = {
        .draw = draw, .work = do_work, .leave = leave, .finish = finish, .after = do_after};
    struct worker worker = {.job = job};
    while (znn_turns_do_task(&job->turns, &task, &worker, &worker.error))
        ;
}

static void work(void *context)
{
    struct job *job = context;
    atomic_fetch_add(&job->workers, 1);
    do_tickets(job);
}

static enum znn_status run(struct job *job, unsigned threads, bool files, struct znn_error *error)
{
    job->end_at = job->tickets - 1;
    assert_int_equal(znn_turns_open(&job->turns, threads, files, error), ZNN_OK);
    znn_turns_settle_by(&job->turns, note, job);
    enum znn_status status = znn_turns_run(&job->turns, work, job, error);
    znn_turns_close(&job->turns);
    assert_int_equal(job->faults, 0);
    assert_int_equal(job->workers, files ? threads + 1 : threads);
    assert_true(job->most_computing <= threads);
    return status;
}

static void check_order(const struct job *job, uint64_t count)
{
    assert_int_equal(job->done, count);
    for (uint64_t i = 0; i < count; i++)
        assert_int_equal(job->order[i], i);
}

static const unsigned crews[] = {1, 2, 3, 7, 32};

static void test_turns_come_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++)
        for (int files = 0; files < 2; files++)
            for (int dry = 0; dry < 2; dry++) {
                struct job job = {.tickets = TICKETS / 4, .fail_from = NEVER, .dry = dry};
                assert_int_equal(run(&job, crews[i], files, NULL), ZNN_OK);
                check_order(&job, TICKETS / 4);
            }
}

static void test_turns_are_left_to_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++)
        for (unsigned leaves = 1; leaves <= 10; leaves++) {
            struct job job = {.tickets = TICKETS, .fail_from = NEVER, .leaves = leaves, .settled_badly = NEVER};
            assert_int_equal(run(&job, crews[i], true, NULL), ZNN_OK);
            check_order(&job, TICKETS);
        }
}

/* Others get so far ahead of one ticket that they may not leave theirs any more. */
static void test_far_ahead(void **state)
{
    (void)state;
    struct turns turns;
    assert_int_equal(znn_turns_open(&turns, 2, false, NULL), ZNN_OK);
    struct job job = {.leaves = 10, .settled_badly = NEVER};
    znn_turns_settle_by(&turns, note, &job);
    for (uint64_t ticket = 1; ticket < TURNS_AHEAD; ticket++) {
        assert_true(znn_turns_may_leave(&turns, ticket));
        assert_true(znn_turns_leave_to_others(&turns, ticket));
    }
    assert_false(znn_turns_may_leave(&turns, TURNS_AHEAD));
    assert_int_equal(job.done, 0);
    assert_true(znn_turns_leave_to_others(&turns, 0));
    check_order(&job, TURNS_AHEAD);
    assert_true(znn_turns_may_leave(&turns, TURNS_AHEAD));
    znn_turns_close(&turns);
}

static void test_left_turn_fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++)
        for (uint64_t bad = 1; bad < 300; bad += 1 + bad / 2) {
            struct job job = {.tickets = TICKETS, .fail_from = bad + 2, .leaves = 10, .settled_badly = bad};
            struct znn_error error = ZNN_INIT(struct znn_error);
            assert_int_equal(run(&job, crews[i], false, &error), ZNN_ERROR_MEMORY);
            assert_int_equal(error.offset, bad);
            check_order(&job, bad);
        }
}

static void test_one_ticket_for_many_workers(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct job job = {.tickets = 1, .fail_from = NEVER, .dry = round % 2};
        assert_int_equal(run(&job, 8, false, NULL), ZNN_OK);
        check_order(&job, 1);
    }
}

static void test_lowest_error_wins(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++)
        for (uint64_t from = 0; from < 60; from += 1 + from / 3) {
            struct job job = {
                .tickets = TICKETS,
                .fail_from = from,
                .leaves = (unsigned)from % 3 * 5,
                .settled_badly = NEVER,
            };
            struct znn_error error = ZNN_INIT(struct znn_error);
            assert_int_equal(run(&job, crews[i], true, &error), ZNN_ERROR_CORRUPT);
            assert_int_equal(error.status, ZNN_ERROR_CORRUPT);
            assert_int_equal(error.offset, from);
            check_order(&job, from);
        }
}

/* An error after the turn ends all turns.  A few tickets may have had their turns meanwhile. */
static void test_failure_after_the_turn(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++) {
        struct job job = {.tickets = NEVER, .fail_from = NEVER, .after_fails_at = 40};
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(run(&job, crews[i], true, &error), ZNN_ERROR_IO);
        assert_int_equal(error.offset, 40);
        assert_true(job.done > 40);
    }
}

/* A later error that comes first must wait for its turn, and then there is none. */
static void test_lowest_error_wins_though_it_comes_last(void **state)
{
    (void)state;
    for (size_t i = 1; i < sizeof crews / sizeof *crews; i++) {
        struct job job = {.tickets = TICKETS, .fail_from = 40, .slow_first = true};
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(run(&job, crews[i], false, &error), ZNN_ERROR_CORRUPT);
        assert_int_equal(error.offset, 40);
        check_order(&job, 40);
    }
}

static void test_error_may_be_null(void **state)
{
    (void)state;
    struct job job = {.tickets = 10, .fail_from = 5};
    assert_int_equal(run(&job, 3, false, NULL), ZNN_ERROR_CORRUPT);
}

static void fail_to_start(void *context)
{
    struct job *job = context;
    if (atomic_fetch_add(&job->workers, 1) % 2 == 0) {
        struct znn_error error = {.struct_size = sizeof(struct znn_error), .status = ZNN_ERROR_MEMORY};
        znn_turns_fail(&job->turns, ZNN_ERROR_MEMORY, &error);
        return;
    }
    do_tickets(job);
}

/* A worker that cannot start ends all, even where the others could have gone on. */
static void test_failed_start(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof crews / sizeof *crews; i++) {
        struct job job = {.tickets = NEVER, .end_at = NEVER, .fail_from = NEVER};
        struct znn_error error = ZNN_INIT(struct znn_error);
        assert_int_equal(znn_turns_open(&job.turns, crews[i], false, NULL), ZNN_OK);
        assert_int_equal(znn_turns_run(&job.turns, fail_to_start, &job, &error), ZNN_ERROR_MEMORY);
        assert_int_equal(error.status, ZNN_ERROR_MEMORY);
        znn_turns_close(&job.turns);
    }
}

static void test_no_drawing_after_the_end(void **state)
{
    (void)state;
    struct turns turns;
    uint64_t ticket;
    assert_int_equal(znn_turns_open(&turns, 2, false, NULL), ZNN_OK);
    assert_true(znn_turns_draw(&turns, &ticket));
    assert_int_equal(ticket, 0);
    znn_turns_dry(&turns);
    znn_turns_drawn(&turns);
    assert_false(znn_turns_draw(&turns, &ticket));
    assert_true(znn_turns_wait(&turns, 0));
    znn_turns_end(&turns, 0, ZNN_OK, NULL);
    assert_false(znn_turns_wait(&turns, 1));
    assert_false(znn_turns_draw(&turns, &ticket));
    znn_turns_close(&turns);
}

static void test_number_of_threads(void **state)
{
    (void)state;
    assert_true(znn_threads(0) >= 1);
    assert_int_equal(znn_threads(1), 1);
    assert_int_equal(znn_threads(7), 7);
    assert_true(znn_threads(UINT32_MAX) < 5000);
    struct turns turns = {0};
    znn_turns_close(&turns); /* one that was never opened */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_turns_are_left_to_others),
        cmocka_unit_test(test_far_ahead),
        cmocka_unit_test(test_left_turn_fails),
        cmocka_unit_test(test_turns_come_in_order),
        cmocka_unit_test(test_one_ticket_for_many_workers),
        cmocka_unit_test(test_lowest_error_wins),
        cmocka_unit_test(test_lowest_error_wins_though_it_comes_last),
        cmocka_unit_test(test_failure_after_the_turn),
        cmocka_unit_test(test_error_may_be_null),
        cmocka_unit_test(test_failed_start),
        cmocka_unit_test(test_no_drawing_after_the_end),
        cmocka_unit_test(test_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
