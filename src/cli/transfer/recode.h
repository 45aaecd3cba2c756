/*
 * recode.h - compresses the original of a .znn file again, and compares the result with the original
 *
 * Nothing is decompressed to the disk: the compressor reads through a decoder (cli/input/decoded.h).  Afterwards the
 * new file is decompressed, which verifies its checksums, its index and its bases, and each byte is compared with what
 * the old file gives.
 */
#ifndef ZNN_CLI_TRANSFER_RECODE_H
#define ZNN_CLI_TRANSFER_RECODE_H

#include "cli/flags/args.h"
#include "cli/input/base_chain.h"
#include "cli/input/decoded.h"
#include "cli/output/output_file.h"
#include "cli/show/progress.h"

enum recoded {
    RECODED,
    RECODED_OTHERWISE, /* the new file gives other bytes; nothing is reported */
    RECODED_NOT        /* failed, which is reported */
};

struct recode {
    const struct settings *settings; /* level, threads and memory */
    struct decoded *from;
    const struct base_chain *chain; /* the new bases; empty for none */
    const char *base_name;          /* the name or path of the nearest one to be stored */
    bool keeps_rounding;            /* numbers that the old file stores as rounded are stored as rounded again */
    struct progress *progress;      /* started, for two passes */
    enum znn_status status;         /* the library's, after a failure */
};

/*
 * Writes the new file to `output`, which is open, and checks it.  Fills in *report.
 */
enum recoded znn_recode(struct recode *recode, struct output_file *output, struct znn_report *report);

#endif
