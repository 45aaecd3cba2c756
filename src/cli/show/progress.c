/*
 * progress.c - shows the progress of long work on one line of the terminal
 */
#include "cli/show/progress.h"

#include "cli/say/message.h"
#include "cli/say/terminal.h"
#include "cli/say/text.h"
#include "cli/say/units.h"
#include "cli/system/clock.h"
#include "cli/system/open_file.h"
#include "cli/system/signals.h"
#include "cli/system/terminal.h"

#include <stdlib.h>
#include <string.h>

#define MILLISECOND UINT64_C(1000000)
#define FIRST_DRAWING (500 * MILLISECOND)
#define INTERVAL (100 * MILLISECOND)

/* A name in fewer columns is useless. */
#define NAME_LEAST 8

/* Moves to the first column and clears the line.  All terminals but dumb ones know this. */
#define WIPE "\r\033[K"

static bool terminal_is_dumb(void)
{
    const char *term = getenv("TERM");
    return !term || !*term || strcmp(term, "dumb") == 0;
}

bool znn_progress_tells_results(bool to_stdout)
{
    return !to_stdout && !znn_message_is_quiet() && znn_terminal_is(STANDARD_ERROR);
}

static bool may_show(bool to_stdout)
{
    if (to_stdout && (znn_terminal_is(STANDARD_OUTPUT) || !znn_message_is_verbose()))
        return false;
    return !znn_message_is_quiet() && znn_terminal_is(STANDARD_ERROR) && !terminal_is_dumb();
}

void znn_progress_start(struct progress *progress, const char *name, uint64_t total, bool reads_original,
                        bool to_stdout)
{
    *progress = (struct progress){
        .name = name,
        .total = total,
        .reads_original = reads_original,
        .is_shown = may_show(to_stdout),
        .start = znn_clock_now(),
        .next = FIRST_DRAWING,
    };
}

/*
 * ": 4.21 GiB of 12.4 GiB -> 66.2 %", then ", 3.10 GiB/s", then ", ETA 0:02", then ", of all 1:30": the most important
 * piece first.
 */
#define PIECES 4

static bool is_one_of_several(const struct progress *progress)
{
    return progress->overall && progress->overall->count > 1;
}

static void compose_pieces(struct text pieces[PIECES], const struct progress *progress, uint64_t original_size,
                           uint64_t compressed_size, uint64_t nanoseconds)
{
    uint64_t done = progress->reads_original ? original_size : compressed_size;
    unsigned passes = progress->passes > 1 ? progress->passes : 1;
    uint64_t total = progress->total <= UINT64_MAX / passes ? progress->total * passes : progress->total;
    bool knows_total = progress->total != ZNN_SIZE_UNKNOWN && done <= total;
    znn_text_format(&pieces[0], ": %s", znn_size_figure(done).text);
    if (knows_total && passes > 1)
        znn_text_format(&pieces[0], " of %u x %s", passes, znn_size_figure(progress->total).text);
    else if (knows_total)
        znn_text_format(&pieces[0], " of %s", znn_size_figure(progress->total).text);
    if (original_size > 0 && compressed_size != ZNN_SIZE_UNKNOWN)
        znn_text_format(&pieces[0], " -> %.1f %%", 100.0 * (double)compressed_size / (double)original_size);
    if (nanoseconds > 0)
        znn_text_format(&pieces[1], ", %s", znn_rate_figure(original_size, nanoseconds).text);
    if (knows_total && done > progress->lead_done && nanoseconds > progress->lead_time) {
        double pace = (double)(nanoseconds - progress->lead_time) / (double)(done - progress->lead_done);
        double left = pace * (double)(total - done);
        znn_text_format(&pieces[2], ", ETA %s", znn_clock_figure((uint64_t)left).text);
    }
    uint64_t left;
    if (is_one_of_several(progress) && znn_overall_left(progress->overall, done, nanoseconds, &left))
        znn_text_format(&pieces[3], "%s%s", pieces[2].size > 0 ? ", of all " : ", ETA of all ",
                        znn_clock_figure(left).text);
}

void znn_progress_compose(struct text *line, const struct progress *progress, uint64_t original_size,
                          uint64_t compressed_size, uint64_t nanoseconds, size_t width)
{
    struct text pieces[PIECES] = {{0}};
    struct text name = {0};
    struct text number = {0};
    if (is_one_of_several(progress))
        znn_text_format(&number, "%zu/%zu ", progress->overall->number, progress->overall->count);
    compose_pieces(pieces, progress, original_size, compressed_size, nanoseconds);
    znn_text_add_shown(&name, progress->name, strlen(progress->name));
    size_t name_width = znn_text_width(name.data, name.size);
    size_t least = name_width < NAME_LEAST ? name_width : NAME_LEAST;
    size_t used = number.size + least;
    size_t count = 0;
    while (count < PIECES && used + pieces[count].size <= width)
        used += pieces[count++].size;
    if (count > 0) {
        size_t room = width - (used - least);
        znn_text_add(line, number.size > 0 ? number.data : "", number.size);
        znn_text_add_elided(line, name.data, name.size, name_width < room ? name_width : room, "...");
        for (size_t i = 0; i < count; i++)
            znn_text_add(line, pieces[i].data, pieces[i].size);
    } else if (width > 2) { /* too narrow even for this: no name, and as much of the rest as fits */
        znn_text_add(line, pieces[0].data + 2, pieces[0].size - 2 < width ? pieces[0].size - 2 : width);
    }
    znn_text_add(line, "", 1);
    for (size_t i = 0; i < PIECES; i++)
        znn_text_free(&pieces[i]);
    znn_text_free(&name);
    znn_text_free(&number);
}

/* A signal may arrive at any time, so the handler knows how to wipe the line before the line is drawn. */
static void draw(struct progress *progress, uint64_t original_size, uint64_t compressed_size, uint64_t nanoseconds)
{
    struct text line = {0};
    znn_text_add(&line, WIPE, strlen(WIPE));
    size_t columns =
        znn_terminal_columns(STANDARD_ERROR); /* it may have been resized; some terminals wrap after the last column */
    znn_progress_compose(&line, progress, original_size, compressed_size, nanoseconds, columns - 1);
    if (!line.failed) {
        znn_signals_wipe(WIPE);
        znn_message_wipe(WIPE);
        progress->is_drawn = true;
        znn_file_write(STANDARD_ERROR, line.data, line.size - 1);
    }
    znn_text_free(&line);
}

int znn_progress_tick(void *context, uint64_t original_size, uint64_t compressed_size)
{
    struct progress *progress = context;
    if (!progress->is_shown)
        return 0;
    progress->pass.original = original_size;
    progress->pass.compressed = compressed_size;
    original_size += progress->before.original;
    if (compressed_size != ZNN_SIZE_UNKNOWN)
        compressed_size += progress->before.compressed;
    uint64_t nanoseconds = znn_clock_now() - progress->start;
    if (!progress->has_lead) {
        progress->has_lead = true;
        progress->lead_time = nanoseconds;
        progress->lead_done = progress->reads_original ? original_size : compressed_size;
    }
    if (nanoseconds >= progress->next) {
        progress->next = nanoseconds + INTERVAL;
        draw(progress, original_size, compressed_size, nanoseconds);
    }
    return 0;
}

void znn_progress_next_pass(struct progress *progress)
{
    progress->before.original += progress->pass.original;
    progress->before.compressed += progress->pass.compressed;
}

uint64_t znn_progress_end(struct progress *progress)
{
    uint64_t nanoseconds = znn_clock_now() - progress->start;
    if (progress->is_drawn) {
        znn_file_write(STANDARD_ERROR, WIPE, strlen(WIPE));
        znn_signals_wipe(NULL);
        znn_message_wipe(NULL);
        progress->is_drawn = false;
    }
    return nanoseconds;
}
