/*
 * bases.h - the tensors of a base that one file needs
 *
 * To write a file they are chosen (base_match.h), hashed and listed in a record of their own; to read it they are found
 * in whatever base is given, by that list:
 *
 *     child.znn   | header | bases: "a" F32 4096 h, "b" ... | chunk | ...
 *                              |
 *     base        | ... "b" .. "a" ...|       by name, dtype and size, else by dtype, size and hash
 *
 * Hashing a base takes about as long as reading it.  So it is hashed beforehand only where nothing that is written can
 * be taken back (znn_bases_hash()).  Else the digest of each chunk, which has to be checked anyway, tells that the base
 * was right; and where a chunk does not come out right, hashes tell whose fault that is (`blame` of base_source.h).
 * What is not listed of a base does not matter: it may differ, or be gone.
 */
#ifndef ZNN_ENGINE_FILE_BASES_H
#define ZNN_ENGINE_FILE_BASES_H

#include "container/bases.h"
#include "container/part_delta.h"
#include "engine/coding/allowance.h"
#include "engine/coding/base_source.h"
#include "engine/file/base.h"
#include "engine/file/sink.h"
#include "platform/threads.h"

struct turns;

/* A tensor of the base, in the order of the record. */
struct base_tensor {
    uint64_t size;
    uint64_t hash[2];
    size_t tensor; /* in the base's list, where there is a base */
};

/*
 * Zeroed, and opened, there are none.  Close in the end.
 */
struct bases {
    struct znn_base *base; /* NULL: none was given */
    struct base_tensor *tensors;
    size_t count;
    size_t capacity;
    uint64_t base_size;
    char name[ZNN_BASE_NAME_MAX + 1]; /* of the base's file, or "": a hint */
    char first[80];                   /* the first tensor, in words */
    struct turns *turns;              /* NULL, or whose compute gate is left while the base is read from a file */
    struct allowance allowance;       /* of the file that needs them */
    struct mutex blame;               /* one thread finds out what the base is to blame for, for all */
};

void znn_bases_open(struct bases *bases, struct znn_base *base, const char *name);

void znn_bases_close(struct bases *bases);

/*
 * Appends tensor `tensor` of the base.  False where memory ran out.
 */
bool znn_bases_add(struct bases *bases, size_t tensor);

/*
 * Hashes all tensors, with `threads` threads: to learn the hashes, or where `verify` says so, to compare them.
 */
enum znn_status znn_bases_hash(struct bases *bases, unsigned threads, bool verify, struct znn_error *error);

/*
 * Writes the record, if there is a tensor to be listed.
 */
enum znn_status znn_bases_write(const struct bases *bases, int level, struct sink *sink, struct znn_error *error);

/*
 * Reads the record at *position, right behind the header, where there is one, and moves *position behind it.  Where a
 * base is given, every tensor has been found in it then, but not verified.
 */
enum znn_status znn_bases_read(struct bases *bases, struct source *source, uint64_t *position, struct znn_error *error);

/*
 * Says that a base is needed.
 */
enum znn_status znn_bases_fail_missing(const struct bases *bases, struct znn_error *error);

/*
 * The tensors as a source for parts; `bases` must outlive it.  Without any tensor it is all zero.  Before it reads a
 * base from a file the compute gate of bases->turns is left.
 */
struct base_source znn_bases_source(struct bases *bases);

#endif
