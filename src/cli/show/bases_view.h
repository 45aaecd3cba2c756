/*
 * bases_view.h - shows which .znn file needs which file as its base
 *
 *     file               size  base             depth  needed by  lost with it
 *     m/a.znn        4.20 MiB  -                    0          1             2
 *       m/b.znn      1.89 MiB  a.safetensors        1          1             1
 *         m/c.znn    1.75 MiB  b.znn                2          0             0
 *     m/e.znn        1.10 MiB  x.bin MISSING        0          0             0
 *
 * Each file stands below its base.  "base" is the name that the file stores.  "needed by" counts the files that have it
 * as their base, "lost with it" also the files that need these.
 */
#ifndef ZNN_CLI_SHOW_BASES_VIEW_H
#define ZNN_CLI_SHOW_BASES_VIEW_H

#include "cli/flags/args.h"

/*
 * Lists the files of all operands, and of all directories among them.  Returns the exit code.
 */
int znn_bases_show(const struct settings *settings);

#endif
