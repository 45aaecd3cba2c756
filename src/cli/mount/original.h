/*
 * original.h - an open .znn file of a mount, read as its original
 *
 * Bytes come from the cache of blocks.  The bytes of a block that cannot be decoded are read again without it, which
 * gives the message.
 */
#ifndef ZNN_CLI_MOUNT_ORIGINAL_H
#define ZNN_CLI_MOUNT_ORIGINAL_H

#include "cli/flags/args.h"
#include "cli/input/base_chain.h"
#include "cli/mount/block_cache.h"
#include "cli/mount/read_ahead.h"

/* Damaged places that are remembered, so that each is reported once. */
#define ORIGINAL_REPORTS 32

/* What all originals of a mount share. */
struct originals {
    const struct settings *settings; /* --base, --base-dir, --memory-limit */
    struct block_cache *cache;
    uint64_t window; /* bytes to read ahead */
    struct monitor messages;
};

struct original {
    struct block_source source; /* the first member: fill() gets a pointer to it */
    struct originals *shared;
    char *path;
    struct input_file file;
    struct base_chain base;
    struct znn_reader *reader;
    struct monitor monitor; /* guards `ahead` */
    struct read_ahead ahead;
    uint64_t reports[ORIGINAL_REPORTS]; /* guarded by shared->messages */
    size_t report_count;
};

/*
 * Opens the .znn file `path` and its bases.  Returns NULL if this fails, which is reported.
 */
struct original *znn_original_open(struct originals *shared, const char *path);

/*
 * Closes it.  No bytes may be in use.
 */
void znn_original_close(struct original *original);

#define ORIGINAL_READ_MAX ((size_t)1 << 20)

/* Blocks of a read that are sent as they are.  A read of more, which are small, is put together. */
#define ORIGINAL_PARTS 16

/*
 * Bytes of an original, in one part or several.
 */
struct original_bytes {
    struct {
        const uint8_t *data;
        size_t size;
    } parts[ORIGINAL_PARTS];
    size_t count;
    const struct block *blocks[ORIGINAL_PARTS];
    uint8_t *own; /* NULL if the parts are those of blocks */
};

/*
 * Reads `size` bytes from `offset` on, or fewer at the end.  `size` is at most ORIGINAL_READ_MAX.  Several threads may
 * call this at once.  Returns false if they cannot be decoded, which is reported.  Otherwise call
 * znn_original_give_back() when done.
 */
bool znn_original_read(struct original *original, uint64_t offset, size_t size, struct original_bytes *bytes);

void znn_original_give_back(struct original *original, struct original_bytes *bytes);

#endif
