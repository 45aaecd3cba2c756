/*
 * totals.c - prints the summary of all files of a command
 */
#include "cli/show/totals.h"

#include "cli/say/message.h"
#include "cli/say/units.h"

#include <stdio.h>

void znn_totals_say(const struct totals *totals, const struct settings *settings, enum direction direction)
{
    struct figure original = znn_size_figure(totals->original_size);
    struct figure compressed = znn_size_figure(totals->compressed_size);
    const char *name = settings->operand_count == 1 ? settings->operands[0] : "total";
    bool compressing = direction == COMPRESSING;
    char share[40] = "";
    char differences[40] = "";
    char links[40] = "";
    char up_to_date[40] = "";
    if (totals->original_size > 0)
        snprintf(share, sizeof share, ", %.1f %%",
                 100.0 * (double)totals->compressed_size / (double)totals->original_size);
    if (totals->differences > 0)
        snprintf(differences, sizeof differences, " (%zu difference%s)", totals->differences,
                 totals->differences == 1 ? "" : "s");
    if (totals->links > 0)
        snprintf(links, sizeof links, ", %zu link%s", totals->links, totals->links == 1 ? "" : "s");
    if (totals->up_to_date > 0)
        snprintf(up_to_date, sizeof up_to_date, ", %zu up to date", totals->up_to_date);
    if (settings->target.dry_run) {
        bool has_sizes = !compressing;
        znn_say_summary("%s: would %s %zu file%s%s, %s%s%s%s, %zu skipped, %zu failed", name, settings->command->name,
                        totals->files, totals->files == 1 ? "" : "s", links, has_sizes ? compressed.text : "",
                        has_sizes ? " -> " : "", original.text, up_to_date, totals->skipped, totals->failed);
        return;
    }
    znn_say_summary("%s: %zu file%s%s%s, %s -> %s%s%s, %zu skipped, %zu failed", name, totals->files,
                    totals->files == 1 ? "" : "s", differences, links, compressing ? original.text : compressed.text,
                    compressing ? compressed.text : original.text, share, up_to_date, totals->skipped, totals->failed);
}
