/*
 * server.c - the process that answers the kernel
 *
 * Some threads wait for questions.  One that has to decode a block itself is busy for a fraction of a millisecond, and
 * the others answer meanwhile.  The workers of the cache read ahead.
 */
#include "cli/mount/linux/server.h"

#include "cli/mount/linux/questions.h"
#include "cli/say/message.h"
#include "cli/system/sandbox.h"

#include <errno.h>
#include <stdlib.h>

#define CACHE_DEFAULT (UINT64_C(256) << 20) /* bytes, if --memory-limit is not given */
#define ANSWERERS_MIN 4

/* Bytes to read ahead for each worker.  More would leave the processor's cache before they are sent. */
#define AHEAD_FOR_EACH (UINT64_C(4) << 20)

static unsigned thread_count(const struct settings *settings)
{
    return settings->limits.threads > 0 ? settings->limits.threads : znn_cli_thread_processors();
}

/* The mount needs no outputs: the kernel's questions come through an open file, and so do messages go. */
static void give_up_rights(void)
{
    struct sandbox sandbox;
    if (znn_sandbox_open(&sandbox, false))
        znn_sandbox_enter(&sandbox);
}

/* A file that was named must be one that can be read; in a folder, others pass through. */
static bool check_only(struct mounted *mounted)
{
    if (!mounted->view.only)
        return true;
    struct original *original = znn_original_open(&mounted->originals, mounted->view.only);
    if (!original)
        return false;
    znn_original_close(original);
    struct shown shown;
    char *name = znn_view_examine(&mounted->view, ".", mounted->view.only, &shown);
    if (!name)
        return znn_say_error(mounted->view.only, "does not end in .znn, so its original has no name; rename it");
    znn_shown_free(&shown);
    free(name);
    return true;
}

static bool open_originals(struct originals *originals, const struct settings *settings)
{
    unsigned threads = thread_count(settings);
    uint64_t limit = settings->limits.memory_limit > 0 ? settings->limits.memory_limit : CACHE_DEFAULT;
    uint64_t window = threads * AHEAD_FOR_EACH;
    if (window > limit / 2)
        window = limit / 2;
    *originals = (struct originals){.settings = settings, .window = window};
    if (!znn_monitor_open(&originals->messages))
        return false;
    originals->cache = znn_block_cache_open(limit, threads);
    if (originals->cache)
        return true;
    znn_monitor_close(&originals->messages);
    return false;
}

static void close_all(struct mounted *mounted)
{
    znn_nodes_close(&mounted->nodes);
    znn_block_cache_close(mounted->originals.cache);
    znn_monitor_close(&mounted->originals.messages);
}

bool znn_server_prepare(const struct server *server)
{
    struct mounted *mounted = server->mounted;
    give_up_rights();
    if (!open_originals(&mounted->originals, server->settings))
        return znn_say_memory_error(NULL);
    if (!znn_nodes_open(&mounted->nodes)) {
        znn_block_cache_close(mounted->originals.cache);
        znn_monitor_close(&mounted->originals.messages);
        return znn_say_memory_error(NULL);
    }
    if (check_only(mounted))
        return true;
    close_all(mounted);
    return false;
}

bool znn_server_run(const struct server *server)
{
    unsigned count = thread_count(server->settings) * 2;
    bool fine = znn_questions_answer(server->session, count > ANSWERERS_MIN ? count : ANSWERERS_MIN);
    close_all(server->mounted);
    return fine || znn_say_error(NULL, "the system gives no memory or threads to serve a mount");
}
