/*
 * bases.h - the tensors of a base that one file needs
 *
 * When a file is written, its base tensors are chosen (base_match.h), hashed and listed in a record of their own.  When
 * the file is read, the list is used to find them in the base that the caller gives:
 *
 *     child.znn   | header | bases: "a" F32 4096 h, "b" ... | chunk | ...
 *                              |
 *     base        | ... "b" .. "a" ...|       by name, dtype and size, else by dtype, size and hash
 *
 * Hashing a base takes about as long as reading it.  So the base is hashed beforehand only if the output cannot be
 * taken back once written (znn_bases_hash()).  Otherwise the digest of each chunk, which must be checked anyway, shows
 * whether the base was right.  If the digest of a chunk is wrong, hashes tell whether the base or the file is to blame
 * (`blame` in base_source.h).  Tensors of the base that are not listed do not matter: they may differ or be gone.
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
    size_t tensor; /* in the base's list, if there is a base */
};

/*
 * Start from a zeroed struct and call znn_bases_open(), which leaves the list empty.  Call znn_bases_close() when done.
 */
struct bases {
    struct znn_base *base; /* NULL if none was given */
    struct base_tensor *tensors;
    size_t count;
    size_t capacity;
    uint64_t base_size;
    char name[ZNN_BASE_NAME_MAX + 1]; /* of the base's file, as a hint, or "" */
    char first[80];                   /* the first tensor, described in words for messages */
    struct turns *turns;              /* their compute gate is left while a base is read from a file; may be NULL */
    struct allowance allowance;       /* of the file that needs them */
    struct mutex blame;               /* held while one thread finds out for all threads whether the base is to blame */
};

void znn_bases_open(struct bases *bases, struct znn_base *base, const char *name);

void znn_bases_close(struct bases *bases);

/*
 * Appends tensor `tensor` of the base.  Returns false if memory ran out.
 */
bool znn_bases_add(struct bases *bases, size_t tensor);

/*
 * Hashes all tensors with `threads` threads.  Stores the hashes or, if `verify` is set, compares them.
 */
enum znn_status znn_bases_hash(struct bases *bases, unsigned threads, bool verify, struct znn_error *error);

/*
 * Writes the record, if there are tensors to list.
 */
enum znn_status znn_bases_write(const struct bases *bases, int level, struct sink *sink, struct znn_error *error);

/*
 * Reads the record at *position, directly after the header, and moves *position past it.  Does nothing if there is no
 * such record.  If a base is given, finds every listed tensor in it, but does not verify the tensors.
 */
enum znn_status znn_bases_read(struct bases *bases, struct source *source, uint64_t *position, struct znn_error *error);

/*
 * Reports that a base is needed.
 */
enum znn_status znn_bases_fail_missing(const struct bases *bases, struct znn_error *error);

/*
 * Returns the tensors as a source for parts.  `bases` must outlive the source.  The source is zeroed if there are no
 * tensors.  It leaves the compute gate of bases->turns before it reads a base from a file.
 */
struct base_source znn_bases_source(struct bases *bases);

#endif
