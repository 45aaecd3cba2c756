/*
 * znn.h - lossless compression of neural-network weights, with optional error-bounded rounding
 *
 * A .znn file holds one original file.  znn_compress() reads an original and writes a .znn file; znn_decompress() gives
 * the same bytes back, or an error.  With struct znn_lossy, compressing rounds numbers first, and the file with the
 * rounded numbers comes back.  znn(5) specifies the format, znn(1) describes the program.
 *
 * Conventions, for every function here unless its comment says otherwise:
 *
 *  - Sizes and offsets are in bytes.  Offsets into an original are 64-bit everywhere.
 *  - Strings are UTF-8 and NUL-terminated.  The caller keeps ownership of all that it passes in.
 *  - A function that can fail returns an enum znn_status; ZNN_OK is zero.  If the caller passes a struct znn_error, a
 *    failure fills it with the place and the reason.  On ZNN_OK the struct is left alone.
 *  - A struct whose first member is `struct_size` can grow in later versions.  The caller sets that member to the
 *    sizeof the struct that it was compiled with; see ZNN_INIT().
 *  - There is no global state.  Several threads may make calls at the same time if these share no struct znn_input or
 *    struct znn_output.
 *  - Nothing is printed, no signal handler is set, no locale is consulted.
 */
#ifndef ZNN_H
#define ZNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(_WIN32) && defined(ZNN_SHARED)
#    ifdef ZNN_BUILDING
#        define ZNN_API __declspec(dllexport)
#    else
#        define ZNN_API __declspec(dllimport)
#    endif
#elif defined(__GNUC__)
#    define ZNN_API __attribute__((visibility("default")))
#else
#    define ZNN_API
#endif

/* ---------------------------------------------------------------------------------------------------------------- */
/* Structs that can grow                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Structs that can grow begin with `struct_size`, the size of the caller's struct in bytes.  The caller sets it before
 * the call, in C and C++ with ZNN_INIT():
 *
 *     struct znn_report report = ZNN_INIT(struct znn_report);
 *
 * If other members are to be set as well, in C:
 *
 *     struct znn_compress_options options = {
 *         .struct_size = sizeof options, .threads = 4};
 *
 * In C++, struct_size has its value by default:
 *
 *     znn_compress_options options{};
 *     options.threads = 4;
 *
 * A newer library adds members at the end.  It reads and writes only the bytes that the caller has; options that the
 * caller does not have are zero, which is their default.  An older library refuses options that it does not know unless
 * they are zero, and sets the parts of a report that it does not know to zero.  A struct_size of 0, or above 4096, is
 * ZNN_ERROR_ARGUMENT.
 */
#ifdef __cplusplus
#    define ZNN_STRUCT_SIZE(type) size_t struct_size = sizeof(type)
#    define ZNN_INIT(type)                                                                                             \
        {                                                                                                              \
        }
#else
#    define ZNN_STRUCT_SIZE(type) size_t struct_size
#    define ZNN_INIT(type)                                                                                             \
        {                                                                                                              \
            .struct_size = sizeof(type)                                                                                \
        }
#endif

/* ---------------------------------------------------------------------------------------------------------------- */
/* Errors                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * The result of a call.  The numbers are stable.
 */
enum znn_status {
    ZNN_OK = 0,                 /* success */
    ZNN_ERROR_MEMORY = 1,       /* the system gave no memory */
    ZNN_ERROR_MEMORY_LIMIT = 2, /* the work would need more memory than the caller allows */
    ZNN_ERROR_NOT_ZNN = 3,      /* the input does not start as a .znn file does */
    ZNN_ERROR_TOO_NEW = 4,      /* the input needs a newer libznn */
    ZNN_ERROR_CORRUPT = 5,      /* the input is damaged, or was cut short */
    ZNN_ERROR_BASE = 6,         /* the base model is missing or a different one */
    ZNN_ERROR_ARGUMENT = 7,     /* the caller's argument makes no sense */
    ZNN_ERROR_IO = 8,           /* a read or write failed; system_error may have the reason */
    ZNN_ERROR_TOO_LARGE = 9,    /* the original is larger than the caller allows */
    ZNN_ERROR_CANCELLED = 10    /* a callback asked to stop */
};

/*
 * Where and why a call failed.
 */
struct znn_error {
    ZNN_STRUCT_SIZE(struct znn_error);
    enum znn_status status;
    int system_error; /* for ZNN_ERROR_IO the errno of the failed call, or 0 if it is not known; otherwise 0 */
    uint64_t offset;  /* the place in the file that `base` names, or UINT64_MAX if no place applies */
    /*
     * The bytes of the original that a damaged chunk holds: their offset and their number, which is 0 if it is not
     * known.  UINT64_MAX and 0 if the failure is not in a chunk.
     */
    uint64_t original_offset;
    uint64_t original_size;
    unsigned base;    /* the file at fault: 0 is the input, 1 its base, 2 the base of that, and so on */
    char detail[200]; /* one line in plain ASCII without a final full stop; never empty after a failure */
};

/*
 * One sentence for a status, static, in English, without a final full stop.  A number that is no status gives
 * "unknown error".
 */
ZNN_API const char *znn_strerror(enum znn_status status);

/*
 * The identifier of a status in this header, such as "ZNN_ERROR_CORRUPT".  Static, never NULL.
 */
ZNN_API const char *znn_status_name(enum znn_status status);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Versions                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The version of this header. */
#define ZNN_VERSION_MAJOR 0
#define ZNN_VERSION_MINOR 1
#define ZNN_VERSION_PATCH 0

/* That version as one number that grows with each release: 10203 is 1.2.3. */
#define ZNN_VERSION_NUMBER (ZNN_VERSION_MAJOR * 10000 + ZNN_VERSION_MINOR * 100 + ZNN_VERSION_PATCH)

/* The version of the format that this library writes, and the highest one it reads (see VERSIONS in znn(5)). */
#define ZNN_FORMAT_VERSION 2

/*
 * The version of the library at run time, as "X.Y.Z" and as ZNN_VERSION_NUMBER.  The string is static.
 */
ZNN_API const char *znn_version(void);
ZNN_API unsigned znn_version_number(void);

/*
 * The processor and the libraries that this library uses.
 */
struct znn_platform {
    ZNN_STRUCT_SIZE(struct znn_platform);
    const char *cpu;         /* the vector instructions in use: "portable", "AVX2", ...; static */
    unsigned zstd_version;   /* the version of libzstd at run time: 10504 is 1.5.4 */
    unsigned xxhash_version; /* the version of libxxhash, in the same form */
};

/*
 * Fills *platform.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT if its struct_size is 0.
 */
ZNN_API enum znn_status znn_platform(struct znn_platform *platform);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Memory                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Frees memory that the library allocated for the caller, such as that of struct znn_memory; NULL does nothing.  Use it
 * rather than free(), because a program and a library may have different allocators.
 */
ZNN_API void znn_free(void *memory);

/*
 * An allocator that a call uses instead of malloc() and free(), to count memory, to limit it, or to take it from a heap
 * of the caller's.  The members `allocator` of options point to one; NULL means malloc() and free().
 *
 * resize() returns `size` bytes, aligned for any type like those of malloc(), or NULL if there is no memory; then the
 * call fails with ZNN_ERROR_MEMORY.  If `memory` is NULL, the block is new.  Otherwise it holds what the block at
 * `memory` held, as far as it fits, and replaces that block; after a failure the old block is as before.  `size` is
 * never 0.
 *
 * release() frees a block; its `memory` is never NULL.
 *
 * Several threads call both functions at once.
 *
 * Objects keep the pointer: the struct and its context must outlive a reader, base, analysis, sweep or salvage that was
 * made with them.  A base, the bases of this base, and every call or reader that uses the base must have the same
 * pointer; otherwise the call fails with ZNN_ERROR_ARGUMENT.
 *
 * Three things do not use the allocator: znn_output_memory(), the working memory that libzstd and libxxhash keep per
 * thread, and the stacks of threads.  The struct never grows; `reserved` must be NULL.
 */
struct znn_allocator {
    void *context;
    void *(*resize)(void *context, void *memory, size_t size);
    void (*release)(void *context, void *memory);
    void *reserved[2];
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where bytes come from and go to                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The size of a stream. */
#define ZNN_SIZE_UNKNOWN UINT64_MAX

/*
 * What callbacks return.  A callback that reads or writes returns the number of bytes that it moved, and one that only
 * does something returns ZNN_CALLBACK_DONE.  Otherwise a callback returns one of the negative codes.
 *
 * 0 never means success, except from a znn_progress.  In Python and some other languages, a callback that raised an
 * exception returns 0 to C.  So an exception fails the call and is never mistaken for the end of the input.
 */
enum {
    ZNN_CALLBACK_DONE = 1,    /* success */
    ZNN_CALLBACK_FAILED = -1, /* the call fails with ZNN_ERROR_IO; so does any other code that is not named here */
    ZNN_CALLBACK_CANCEL = -2, /* the call fails with ZNN_ERROR_CANCELLED */
    ZNN_CALLBACK_MEMORY = -3, /* the call fails with ZNN_ERROR_MEMORY */
    ZNN_CALLBACK_END = -4     /* reading only: the input has no more bytes */
};

/*
 * The code of a failure whose errno is known: the call fails with ZNN_ERROR_IO and has this number in system_error.
 */
#define ZNN_CALLBACK_ERRNO(number) (-1000 - (number))

/*
 * An input is one of three kinds, depending on the members that are set:
 *
 *  - memory: `memory` is not NULL and holds all `size` bytes; no callback is used.  With `size` 0 and no callback,
 *    `memory` may be NULL.
 *  - random access: `read_at` is set and `size` is known.  Worker threads call it, several of them at once.
 *  - stream: only `read` is set; `size` is ZNN_SIZE_UNKNOWN.  Worker threads call it, one at a time, in order.
 *
 * Both callbacks store 1 to `size` bytes and return their number, or return ZNN_CALLBACK_END at the end, or another
 * negative code.  They may store fewer bytes than `size` at any time.
 *
 * znn_input_memory() and znn_input_fd() fill the struct for the usual cases.  The caller owns the bytes and the context
 * that the struct points to, and keeps them as long as the input is used.  The struct never grows; `reserved` must be
 * NULL.
 */
struct znn_input {
    void *context;
    const void *memory;
    uint64_t size;
    ptrdiff_t (*read)(void *context, void *buffer, size_t size);
    ptrdiff_t (*read_at)(void *context, void *buffer, size_t size, uint64_t offset);
    void *reserved[2];
};

/*
 * An output.  Worker threads call `write`, one at a time, in order; it appends.  If `write_at` is set, the library uses
 * `write_at` instead: several worker threads call it at once and in any order, and the thread that made the call calls
 * `set_size` once at the end.  A range that is never written must read as zeros.  `write` and `write_at` take all
 * `size` bytes and return `size`; `set_size` returns ZNN_CALLBACK_DONE.
 *
 * `read_at` may be NULL.  It reads bytes that were written before, as in struct znn_input.  Worker threads may call it
 * while others call write_at, but never during write.  If it reaches the end early, the missing bytes count as zeros
 * that were not written yet.  znn_decompress() uses read_at for repeated bytes, which are stored once.  `keep` may also
 * be NULL.  The library calls it before the first write if it may need read_at.  If keep does not return
 * ZNN_CALLBACK_DONE, the library does without read_at.
 *
 * If `memory` is set, the output goes there, up to `capacity` bytes, and no callback is used.  The report tells the
 * number of bytes.  If they do not fit, the call fails with ZNN_ERROR_IO and a system_error of ENOSPC.
 *
 * The struct never grows; `reserved` must be NULL.
 */
struct znn_output {
    void *context;
    void *memory;
    uint64_t capacity;
    ptrdiff_t (*write)(void *context, const void *data, size_t size);
    ptrdiff_t (*write_at)(void *context, const void *data, size_t size, uint64_t offset);
    int (*set_size)(void *context, uint64_t size);
    ptrdiff_t (*read_at)(void *context, void *buffer, size_t size, uint64_t offset);
    int (*keep)(void *context);
    void *reserved[2];
};

/*
 * An input over `size` bytes at `data`.  The caller owns them; they must not change while the input is used.
 */
ZNN_API struct znn_input znn_input_memory(const void *data, size_t size);

/*
 * An input over an open file descriptor, which the caller closes.  A regular file is read with random access, from its
 * first byte; its position does not matter.  Anything else is read as a stream from its position.
 */
ZNN_API struct znn_input znn_input_fd(int fd);

/*
 * A stream over an open file descriptor, from its position, even if it is a regular file.
 */
ZNN_API struct znn_input znn_input_fd_stream(int fd);

/*
 * An output that appends to an open file descriptor, which the caller closes.
 */
ZNN_API struct znn_output znn_output_fd(int fd);

/*
 * An output over a regular file.  The file must be empty, seekable, and open for reading and writing, not for
 * appending.  Several threads write it at different places at once, and all-zero blocks become holes.
 */
ZNN_API struct znn_output znn_output_fd_sparse(int fd);

/*
 * An output to a block of memory of `capacity` bytes, for an original whose size is known.  Decompressing into it needs
 * no copy.
 */
ZNN_API struct znn_output znn_output_fixed(void *memory, size_t capacity);

/*
 * A growing block of memory as an output.  Zero the struct, pass it to znn_output_memory(), and pass `data` to
 * znn_free() when done, even if the call that wrote to it failed.
 */
struct znn_memory {
    uint8_t *data;
    size_t size;
    size_t capacity;
};

ZNN_API struct znn_output znn_output_memory(struct znn_memory *memory);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Bases                                                                                                            */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * A model that is nearly the same as another one, usually because the other was trained from it.  The other model, the
 * child, is compressed as its differences from this base, tensor by tensor.  Decompressing the child needs the base.
 *
 * A base is only read.  Several calls in several threads may use it at once.
 */
struct znn_base;

/*
 * The longest chain of bases, counting the first.
 */
#define ZNN_BASE_DEPTH_MAX 8

/*
 * Options of znn_base_open().  Zero means the default for every member but struct_size.
 */
struct znn_base_options {
    ZNN_STRUCT_SIZE(struct znn_base_options);
    /*
     * The base of a .znn file that was itself compressed against a base; it must outlive the base that is opened.  Any
     * other file needs none and ignores it.
     */
    struct znn_base *parent;
    const struct znn_allocator *allocator; /* NULL: malloc() and free() */
};

/*
 * Opens a base over an input with random access.  The input struct is copied; the bytes and the context that it points
 * to must stay as they are until the base is closed.
 *
 * The file may have any format that znn knows, in any container: znn matches tensors by name, content or shape (enum
 * znn_match).  F64, F32, BF16, F16, F8_E4M3 and F8_E5M2 also match each other; then the base's numbers are converted
 * first.  Tensors of GGUF's types Q4_0 to Q8_0, Q2_K to Q6_K, IQ4_NL and IQ4_XS match F32, F16 and BF16 tensors; then
 * the base predicts them.  So do F8_E4M3, F8_E5M2 and I8 tensors with scales in another tensor of their file, such as
 * X.weight with X.weight_scale.
 *
 * Memory: the tensors' names and shapes and about 70 bytes per tensor; for a .znn file also the memory that two threads
 * need for decoding.
 *
 * `options` and `error` may be NULL.  On ZNN_OK, free *base with znn_base_close().  Otherwise *base is NULL, and the
 * status is ZNN_ERROR_BASE (a .znn file that needs another parent, or makes the chain longer than ZNN_BASE_DEPTH_MAX),
 * ZNN_ERROR_ARGUMENT (a stream), ZNN_ERROR_MEMORY, ZNN_ERROR_IO, ZNN_ERROR_CANCELLED, or for a .znn file one of those
 * of znn_reader_open().
 */
ZNN_API enum znn_status znn_base_open(struct znn_input *input, const struct znn_base_options *options,
                                      struct znn_base **base, struct znn_error *error);

/*
 * Frees a base; NULL does nothing.
 */
ZNN_API void znn_base_close(struct znn_base *base);

struct znn_tensor;

/*
 * znn_base_tensor_count() returns the number of tensors of a base.  znn_base_tensor() fills *tensor with tensor number
 * `i`, counting from 0.  It returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a struct_size of 0).
 */
ZNN_API size_t znn_base_tensor_count(const struct znn_base *base);
ZNN_API enum znn_status znn_base_tensor(const struct znn_base *base, size_t i, struct znn_tensor *tensor);

/*
 * How a model is related to a base, estimated from samples.
 */
struct znn_relation {
    ZNN_STRUCT_SIZE(struct znn_relation);
    uint64_t tensors;   /* tensors of the model that have bytes of their own */
    uint64_t matched;   /* of these, the tensors that have a partner in the base */
    uint64_t related;   /* of these, the tensors that become smaller with the base */
    uint64_t converted; /* of the matched tensors, the ones whose partner has another type */
    uint64_t size;      /* bytes of the model */
    uint64_t alone;     /* estimated bytes after compressing without the base, not counting headers and the like */
    uint64_t delta;     /* the same with the base */
    /* Of the matched tensors, the ones that found their partner in each of these ways (enum znn_match). */
    uint64_t named, translated, similar, shaped;
};

/*
 * Compares samples of each tensor of `input`, a model with random access, with a base, and fills *relation.  This takes
 * little time even for a large model.  Returns ZNN_OK, ZNN_ERROR_ARGUMENT (a stream), ZNN_ERROR_BASE, ZNN_ERROR_MEMORY,
 * ZNN_ERROR_IO or ZNN_ERROR_CANCELLED.
 */
ZNN_API enum znn_status znn_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                                   struct znn_error *error);

struct znn_tensor;

/*
 * How a tensor finds its partner in a base.  The first way that finds one counts: the same name; a name that means the
 * same in the styles of Hugging Face and llama.cpp; samples of the numbers that are alike; the same shape.
 */
enum znn_match {
    ZNN_MATCH_NONE = 0,
    ZNN_MATCH_NAME = 1,
    ZNN_MATCH_TRANSLATED = 2,
    ZNN_MATCH_CONTENT = 3,
    ZNN_MATCH_SHAPE = 4
};

/*
 * Called for each tensor of a model that has bytes of its own, by its offset.  `offset` and `size` are its place in the
 * model, `partner` is its partner in the base, or NULL, and `how` is an enum znn_match.  The names and shapes of
 * partners are valid as long as the base is.
 */
typedef void znn_see_match(void *context, uint64_t offset, uint64_t size, const struct znn_tensor *partner, int how);

/*
 * Finds the partners that the tensors of `input`, a model with random access, have in a base, and calls `see` for each
 * tensor.  Whether a difference saves anything is another question: see znn_relate() and znn_analyze().  Returns what
 * znn_relate() returns.
 */
ZNN_API enum znn_status znn_match_tensors(struct znn_input *input, struct znn_base *base, znn_see_match *see,
                                          void *context, struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Rounding                                                                                                         */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * How precisely znn_compress() keeps numbers.  All zero: every bit is kept.  The struct never grows.
 *
 * ZNN_FIXED_POINT replaces a float x by a multiple of 2^-bits, which is a number of the same type.  ZNN_ROUND_NEAREST
 * gives the nearest multiple, ties to even, which differs from x by at most 2^-(bits+1).  ZNN_ROUND_FLOOR gives the
 * greatest multiple that is not above x, less than 2^-bits below it.  Infinities, NaN and numbers outside the range of
 * an integer of 32 bits (F64: 64 bits) stay as they are.  A range of numbers also stays as it is if rounding would not
 * save space.  Negative zero becomes zero unless exact_zero is not 0.  Rounding again changes nothing.
 */
enum znn_mode { ZNN_LOSSLESS = 0, ZNN_FIXED_POINT = 1 };
enum znn_rounding { ZNN_ROUND_NEAREST = 0, ZNN_ROUND_FLOOR = 1 };

struct znn_lossy {
    enum znn_mode mode;
    unsigned bits; /* 0 to ZNN_BITS_MAX; above ZNN_BITS_MAX_32, only F64 tensors are rounded */
    enum znn_rounding rounding;
    int exact_zero;
};

/* The most bits of any tensor, and of a tensor whose type is not F64. */
#define ZNN_BITS_MAX 61
#define ZNN_BITS_MAX_32 30

/*
 * Returns the fewest bits that keep the error of each number within `max_error`: a decimal number such as "0.001" or
 * "1e-7", or a power of two such as "2^-24".  All digits count.  Returns -1 if `max_error` is not such a number, or not
 * above 0.  Returns more than ZNN_BITS_MAX if no number of bits suffices.
 */
ZNN_API int znn_bits_for_error(const char *max_error, enum znn_rounding rounding);

/*
 * Decides whether a tensor is rounded.  ZNN_CHOICE_DEFAULT rounds tensors with at least two dimensions and 4096
 * elements.  Only F16, BF16, F32 and F64 are ever rounded.  Bytes that a tensor shares with a tensor that is kept are
 * not rounded.  The thread that made the call runs the callback, before anything is compressed.  The tensor is valid
 * only during the callback.  If a callback returns another number, such as 0, the call fails with ZNN_ERROR_ARGUMENT.
 */
enum znn_choice { ZNN_CHOICE_DEFAULT = 1, ZNN_CHOICE_KEEP = 2, ZNN_CHOICE_ROUND = 3 };

typedef enum znn_choice znn_choose(void *context, const struct znn_tensor *tensor);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Compressing and decompressing                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Called now and then with the number of bytes done, of the original and of the .znn file.  Worker threads call it, one
 * at a time.  Return 0 to go on; any other value ends the call with ZNN_ERROR_CANCELLED.
 */
typedef int znn_progress(void *context, uint64_t original_bytes, uint64_t compressed_bytes);

/* Levels of znn_compress(): a higher one makes smaller files and takes more time. */
enum { ZNN_LEVEL_FASTEST = 1, ZNN_LEVEL_DEFAULT = 5, ZNN_LEVEL_SMALLEST = 9 };

/*
 * Where the sign bits of floats go if the floats are not rounded: into the last bit of each number, or to a separate
 * stream.
 */
enum znn_sign { ZNN_SIGN_AUTO = 0, ZNN_SIGN_ROTATE = 1, ZNN_SIGN_SEPARATE = 2 };

/*
 * Options of znn_compress().  Zero means the default for every member but struct_size.
 */
struct znn_compress_options {
    ZNN_STRUCT_SIZE(struct znn_compress_options);
    int level;        /* 1 to 9; only 1, 5 and 9 differ, the others use the nearest of these; 0: ZNN_LEVEL_DEFAULT */
    unsigned threads; /* worker threads; 0: one per available processor; the output does not depend on the number */
    const char *extension;  /* the original's extension without its dot, which the file stores; NULL or "": none */
    const char *dtype;      /* the input is one array of this type, as safetensors spells it ("BF16"); NULL: find out */
    znn_progress *progress; /* may be NULL */
    void *progress_context;
    int dedup; /* find repeated tensors: 0 in inputs with random access; 1 also in streams; -1 never */
    /*
     * The most bytes of memory to use, as far as the need is known beforehand; the library starts fewer threads if it
     * must. 0: no limit.  About 40 MiB is the least that is useful.  The header of a model takes three times its size.
     */
    uint64_t memory_limit;
    struct znn_base *base; /* compress the input against this base if that saves space; NULL: no base */
    /*
     * The base's file, stored as a hint: its name, or its path relative to the directory of the .znn file, as in
     * "../a/base.znn".  NULL or "": none.
     */
    const char *base_name;
    struct znn_lossy lossy;
    znn_choose *choose; /* NULL: the default for all tensors */
    void *choose_context;
    enum znn_sign sign;
    const struct znn_allocator *allocator; /* NULL: malloc() and free() */
};

/*
 * Options of znn_decompress() and znn_salvage().  Zero means the default for every member but struct_size.
 */
struct znn_decompress_options {
    ZNN_STRUCT_SIZE(struct znn_decompress_options);
    unsigned threads; /* worker threads; 0: one per available processor */
    znn_progress *progress;
    void *progress_context;
    struct znn_base *base;                 /* the base that the input was compressed against; NULL: no base */
    uint64_t max_output;                   /* refuse a larger original; 0: any size */
    uint64_t memory_limit;                 /* as in znn_compress_options; 0: no limit */
    const struct znn_allocator *allocator; /* NULL: malloc() and free() */
};

/*
 * What a call did.
 */
struct znn_report {
    ZNN_STRUCT_SIZE(struct znn_report);
    uint64_t original_size;
    uint64_t compressed_size;
    uint64_t tensors;         /* number of tensors in the index */
    const char *format;       /* the format that znn found in the original: "safetensors", "bytes", ...; static */
    const char *header_error; /* why znn did not accept its header, in the words of the safetensors reference reader;
                                 "Truncated": a file of another format ends too early; NULL: accepted */
    uint64_t base_tensors;    /* number of tensors of a base that the file needs; 0: it has no base */
    struct znn_lossy lossy;   /* how its numbers were rounded; all zero if no tensor was to be rounded */
    /* Not set by znn_decompress(), which does not look at tensors: */
    uint64_t cut_tensors;    /* tensors that are incomplete because the original ends too early */
    uint64_t trailing_bytes; /* bytes after the last tensor of a safetensors file, where there should be none */
    /* Set only by znn_compress() with options->lossy: */
    uint64_t rounded_tensors;  /* tensors chosen for rounding; a tensor that would take no less space stays as it is */
    uint64_t unsuited_tensors; /* tensors kept because lossy.bits is too large for their type */
    uint64_t shared_tensors;   /* tensors kept because they share bytes with tensors that are kept */
    uint64_t small_tensors;    /* tensors kept by default, with fewer than two dimensions or 4096 elements */
    uint64_t small_size;       /* bytes of the small tensors */
    uint64_t float_size;       /* bytes of all tensors whose type can be rounded */
    uint64_t nonzero_numbers;  /* numbers that were rounded and were not zero before */
    uint64_t zeroed_numbers;   /* of these, the numbers that are zero now */
};

/*
 * The longest extension that a .znn file stores.
 */
#define ZNN_EXTENSION_MAX 16

/*
 * Compresses all of `input` to `output`.
 *
 * Any input is accepted: if znn does not find a model, it compresses plain bytes.  `options`, `report` and `error` may
 * be NULL.
 *
 * With a `dtype`, the library does not look for a model: it takes the input as one array of this type from its first
 * byte, without tensors, and the format is "bytes".  A wrong dtype, or a last number that is cut short, only costs
 * space, unless options->lossy is set: then these numbers are rounded.
 *
 * A tensor that repeats an earlier one is stored as a reference.  In an input with random access, the library compares
 * all bytes first.  If the bytes change afterwards, during compression, the call fails with ZNN_ERROR_IO and a
 * system_error of EIO.  In a stream, the library looks for repeats only if `dedup` is 1, and compares a 128-bit hash
 * with a random seed.  A file with references cannot be decompressed from a stream into an output that cannot be read.
 *
 * With a `base`, a tensor is written as its differences from a tensor of the base if that saves space.  If no tensor
 * has anything in common with the base, the result is the same as without a base.  A stream can use a base only if its
 * header comes first.  With a dtype, the base is not used.
 *
 * Returns ZNN_OK, ZNN_ERROR_MEMORY, ZNN_ERROR_MEMORY_LIMIT (that of the options, or an index beyond 4 GiB),
 * ZNN_ERROR_IO, ZNN_ERROR_CANCELLED, ZNN_ERROR_BASE (the base cannot be read), or ZNN_ERROR_ARGUMENT (a struct_size of
 * 0, options that this version does not know, a level outside 0 to 9, an extension that is longer than
 * ZNN_EXTENSION_MAX or not made of ASCII letters and digits, an unknown dtype, mode, rounding or sign, or too many
 * bits).  After a failure, the bytes that were written to `output` are not a valid .znn file.
 */
ZNN_API enum znn_status znn_compress(struct znn_input *input, struct znn_output *output,
                                     const struct znn_compress_options *options, struct znn_report *report,
                                     struct znn_error *error);

/*
 * Decompresses the .znn file `input` to `output`, and checks every checksum, the index and the footer.
 *
 * Repeated bytes are stored as references.  They are read from the output if it has read_at; otherwise they are decoded
 * again from the input if it has random access.
 *
 * A file that was compressed against a base needs that base, or another model that has the same tensors.  Only the
 * tensors that were used matter.  If `output` takes bytes in order, all of these tensors are verified before the first
 * byte is written.  With any other output, only the checksums of the decoded bytes are verified, which saves reading
 * the base twice; then a different base also passes if its differences do not change the result.  A base that is not
 * needed is not read.
 *
 * `options`, `report` and `error` may be NULL.  Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW,
 * ZNN_ERROR_CORRUPT, ZNN_ERROR_BASE (the base is missing, or a different one), ZNN_ERROR_TOO_LARGE, ZNN_ERROR_MEMORY,
 * ZNN_ERROR_MEMORY_LIMIT, ZNN_ERROR_IO, ZNN_ERROR_CANCELLED, or ZNN_ERROR_ARGUMENT (a struct_size of 0, options that
 * this version does not know, or the file has references and neither input nor output can be read again; then nothing
 * was written).  After a failure, do not trust the bytes that were written to `output`: damage may be found only after
 * them.  They are never more than max_output.
 */
ZNN_API enum znn_status znn_decompress(struct znn_input *input, struct znn_output *output,
                                       const struct znn_decompress_options *options, struct znn_report *report,
                                       struct znn_error *error);

/*
 * Returns a size that is enough for the .znn file of any original of `size` bytes: use it as the capacity of
 * znn_compress_buffer().  Returns SIZE_MAX if the result does not fit in a size_t.
 */
ZNN_API size_t znn_compress_bound(size_t size);

/*
 * Compresses `size` bytes at `data` into `capacity` bytes at `target`; *written is the size of the .znn file, or 0
 * after a failure.  A capacity of znn_compress_bound(size) is always enough.  To keep this promise, a model is
 * compressed as plain bytes if its list of tensors alone would take too much room.
 *
 * `options` and `error` may be NULL.  Returns the statuses of znn_compress().  If `capacity` is too small, that is
 * ZNN_ERROR_IO with a system_error of ENOSPC.
 */
ZNN_API enum znn_status znn_compress_buffer(const void *data, size_t size, void *target, size_t capacity,
                                            size_t *written, const struct znn_compress_options *options,
                                            struct znn_error *error);

/*
 * Decompresses the .znn file of `size` bytes at `data` into `capacity` bytes at `target`; *written is the size of the
 * original, or 0 after a failure.  znn_original_size() tells the capacity that is needed.
 *
 * `options` and `error` may be NULL.  Returns the statuses of znn_decompress().  If `capacity` is too small, that is
 * ZNN_ERROR_IO with a system_error of ENOSPC.
 */
ZNN_API enum znn_status znn_decompress_buffer(const void *data, size_t size, void *target, size_t capacity,
                                              size_t *written, const struct znn_decompress_options *options,
                                              struct znn_error *error);

/*
 * Reads the size of the original from the end of the .znn file `input`, which must be in memory or allow random access.
 * Three short reads are enough.  The chunks are not verified, so a damaged file can give a wrong size; decompressing
 * detects that.
 *
 * Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW, ZNN_ERROR_CORRUPT, ZNN_ERROR_MEMORY, ZNN_ERROR_IO,
 * ZNN_ERROR_CANCELLED, or ZNN_ERROR_ARGUMENT (a stream).  *size is 0 after a failure.
 */
ZNN_API enum znn_status znn_original_size(struct znn_input *input, uint64_t *size, struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Which file is this?                                                                                              */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * The longest name of a base's file that a .znn file stores.
 */
#define ZNN_BASE_NAME_MAX 255

/* This many bytes from the start of a .znn file are always enough for znn_read_header(). */
#define ZNN_HEADER_MAX 4096

/*
 * The header of a .znn file.
 */
struct znn_header {
    ZNN_STRUCT_SIZE(struct znn_header);
    unsigned format_version;               /* of the file */
    char extension[ZNN_EXTENSION_MAX + 1]; /* of the original, without its dot; "" if none is stored */
    int references;                        /* 1: bytes may be stored as references to earlier ones */
    /*
     * The file of its base, or "" if it has no base or the base had no name: a file name or a path relative to the
     * directory of the .znn file.  It is printable ASCII without colon or backslash.  No component starts with a dot or
     * a dash, but some ".." may come before all others.
     */
    char base_name[ZNN_BASE_NAME_MAX + 1];
    struct znn_lossy lossy; /* how its numbers were rounded; all zero: not at all */
};

/*
 * Reads the header of a .znn file from its first bytes.  No more than ZNN_HEADER_MAX are needed.
 *
 * Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW, ZNN_ERROR_CORRUPT, or ZNN_ERROR_ARGUMENT (a struct_size of 0).
 * If ZNN_ERROR_NOT_ZNN has no offset, the detail names the file's format and a program that opens it.
 */
ZNN_API enum znn_status znn_read_header(const void *data, size_t size, struct znn_header *header,
                                        struct znn_error *error);

/*
 * What a file is.
 */
enum znn_kind {
    ZNN_KIND_OTHER = 0, /* neither a model nor a .znn file, or not enough bytes to tell */
    ZNN_KIND_MODEL = 1, /* it starts like a file of weights; znn may still not find its tensors */
    ZNN_KIND_ZNN = 2    /* a .znn file */
};

/*
 * The kind of a file, judged by its first bytes.
 */
struct znn_probe {
    ZNN_STRUCT_SIZE(struct znn_probe);
    enum znn_kind kind;
    /*
     * For a model, its format as in struct znn_report, or "ggml" or "tflite", which are compressed as plain bytes;
     * "znn" for a .znn file; otherwise "".  Static.
     */
    const char *format;
};

/* This many bytes from the start of a file are always enough for znn_probe_bytes(). */
#define ZNN_PROBE_SIZE 512

/*
 * Tells the kind of a file from its first bytes, which may be fewer than ZNN_PROBE_SIZE.  `file_size` is the size of
 * the whole file, or ZNN_SIZE_UNKNOWN.  Nothing is verified, so a file that only starts like a model passes for one.  A
 * zip counts as a model if the name of its first member is that of a part of a model.
 *
 * Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (a struct_size of 0).
 */
ZNN_API enum znn_status znn_probe_bytes(const void *data, size_t size, uint64_t file_size, struct znn_probe *probe);

/*
 * Tells the kind of an input, which must be in memory or allow random access.  Otherwise as znn_probe_bytes().
 *
 * Returns ZNN_OK, ZNN_ERROR_MEMORY, ZNN_ERROR_IO, ZNN_ERROR_CANCELLED, or ZNN_ERROR_ARGUMENT (a stream, or a
 * struct_size of 0).
 */
ZNN_API enum znn_status znn_probe_input(struct znn_input *input, struct znn_probe *probe, struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Random access                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * A tensor of an original.  The pointers belong to the reader or analysis that filled it, and are valid as long as that
 * is.
 */
struct znn_tensor {
    ZNN_STRUCT_SIZE(struct znn_tensor);
    const char *name;        /* UTF-8, NUL-terminated; a name may contain NUL, so use name_size */
    size_t name_size;        /* bytes, without the final NUL */
    const char *dtype;       /* as safetensors spells it: "BF16"; GGUF's own types as llama.cpp does: "Q4_K"; static */
    unsigned bits;           /* bits of one block */
    unsigned block;          /* elements of a block: 1 except for GGUF's types */
    size_t rank;             /* number of dimensions */
    const uint64_t *shape;   /* `rank` sizes; may be NULL if rank is 0 */
    uint64_t offset;         /* offset of its first byte in the original */
    uint64_t size;           /* bytes from its first to its last element; fewer if the original ends before that */
    int is_strided;          /* 1: its elements are not in row-major order, for example in a transposed view */
    const uint64_t *strides; /* `rank` strides, in elements; NULL unless is_strided, and in format version 1 */
};

/*
 * A .znn file opened through its index.  Several threads may call its functions at once, except znn_reader_close().
 */
struct znn_reader;

/*
 * Options of znn_reader_open().  Zero means the default for every member but struct_size.
 */
struct znn_reader_options {
    ZNN_STRUCT_SIZE(struct znn_reader_options);
    /*
     * The base that the file was compressed against; it must outlive the reader.  With NULL, only the chunks that need
     * the base cannot be read.
     */
    struct znn_base *base;
    /*
     * The most bytes of memory that the index may take; 0: 256 MiB plus 64 bytes for each byte of the file, far more
     * than an honest index needs.
     */
    uint64_t memory_limit;
    const struct znn_allocator *allocator; /* NULL: malloc() and free() */
};

/*
 * Opens the .znn file `input`, which must be in memory or allow random access.  The input struct is copied; the bytes
 * and the context that it points to must outlive the reader.
 *
 * The header, the footer and the whole index are read and verified.  A chunk is read only when it is needed, and is
 * then compared with the index.  The index has a digest of each chunk, except in format version 1: there, a chunk of
 * another file passes if it has the same place and sizes.
 *
 * Memory: 64 bytes per tensor and per chunk, the tensors' names and shapes, and the memory for one chunk for each
 * thread that reads at the same time.
 *
 * `options` and `error` may be NULL.  On ZNN_OK, free *reader with znn_reader_close().  Otherwise *reader is NULL, and
 * the status is ZNN_ERROR_ARGUMENT (a stream), or one of those of znn_decompress().
 */
ZNN_API enum znn_status znn_reader_open(struct znn_input *input, const struct znn_reader_options *options,
                                        struct znn_reader **reader, struct znn_error *error);

/*
 * Frees a reader; NULL does nothing.
 */
ZNN_API void znn_reader_close(struct znn_reader *reader);

/*
 * The size of the original.
 */
ZNN_API uint64_t znn_reader_size(const struct znn_reader *reader);

/*
 * Fills *report as znn_decompress() would.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (a struct_size of 0).
 */
ZNN_API enum znn_status znn_reader_report(const struct znn_reader *reader, struct znn_report *report);

/*
 * znn_reader_tensor_count() returns the number of tensors.  znn_reader_tensor() fills *tensor with tensor number `i`,
 * counting from 0 by offset in the original.  It returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a
 * struct_size of 0).
 */
ZNN_API size_t znn_reader_tensor_count(const struct znn_reader *reader);
ZNN_API enum znn_status znn_reader_tensor(const struct znn_reader *reader, size_t i, struct znn_tensor *tensor);

/*
 * Returns the number of the first tensor with this name, or SIZE_MAX if there is none.
 */
ZNN_API size_t znn_reader_find(const struct znn_reader *reader, const char *name, size_t name_size);

/*
 * Reads `size` bytes of the original from `offset` into `data`.  *got is the number of bytes read, fewer than `size`
 * only at the end.  Only the chunks that hold these bytes are read and decoded, and all their checksums are verified.
 * The reader keeps the last chunk, so small reads in a row cost little.
 *
 * Returns ZNN_OK, ZNN_ERROR_CORRUPT (a chunk is damaged, or not the one that the index lists), ZNN_ERROR_TOO_NEW,
 * ZNN_ERROR_BASE, ZNN_ERROR_MEMORY, ZNN_ERROR_IO or ZNN_ERROR_CANCELLED. After a failure the first *got bytes of `data`
 * are right and the rest are undefined.  Other ranges can still be read.
 */
ZNN_API enum znn_status znn_reader_pread(struct znn_reader *reader, void *data, size_t size, uint64_t offset,
                                         size_t *got, struct znn_error *error);

/*
 * Finds the chunk that holds the byte of the original at `offset`: sets *start to the chunk's place in the original,
 * and *size to its bytes.  Chunks are read and decoded as a whole, so a cache of chunks decodes nothing twice.  Reads
 * no file.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such byte; *start and *size are unchanged).
 */
ZNN_API enum znn_status znn_reader_extent(const struct znn_reader *reader, uint64_t offset, uint64_t *start,
                                          size_t *size);

/*
 * A range of the original, and the caller's memory for its bytes.  The struct never grows.
 */
struct znn_range {
    uint64_t offset;
    size_t size;
    void *target; /* `size` bytes; may be NULL if `size` is 0 */
};

/*
 * Reads `count` ranges.  Up to `threads` threads share the work; 0 means one per available processor.  Each chunk is
 * decoded once, even if many ranges need it.  If a range covers a whole chunk, the chunk is decoded straight into the
 * caller's memory.  Ranges may overlap and come in any order; their targets must not overlap.
 *
 * `error` may be NULL.  Returns ZNN_OK, ZNN_ERROR_ARGUMENT (a range goes beyond the end of the original: nothing was
 * read), or the statuses of znn_reader_pread().  If several chunks fail, the error is that of the first.  After a
 * failure the bytes of all targets are undefined.
 */
ZNN_API enum znn_status znn_reader_read_ranges(struct znn_reader *reader, const struct znn_range *ranges, size_t count,
                                               unsigned threads, struct znn_error *error);

/*
 * The bytes that the tensor's elements take in row-major order, or UINT64_MAX if their number exceeds 64 bits.
 */
ZNN_API uint64_t znn_tensor_dense_size(const struct znn_tensor *tensor);

/*
 * The number of bytes that the tensor lacks because the original was cut: 0 for a whole tensor.
 */
ZNN_API uint64_t znn_tensor_missing(const struct znn_tensor *tensor);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where the bytes go                                                                                               */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The most byte groups of a tensor. */
#define ZNN_GROUPS_MAX 8

/*
 * The space that a tensor takes in the .znn file.  If several tensors share a byte of the original, it counts only for
 * the first of them, so `size` may be less than the tensor's, down to 0.
 *
 * Group 0 has the most significant byte of each number, after the rotation that the compressor may have applied (see
 * znn(5), "Byte groups").  If the bytes were not stored as groups of the tensor's numbers, which happens in very short
 * files, their space is spread evenly over the groups.  Quantized blocks count as one group.  For rounded numbers,
 * group 0 has the top byte of their magnitudes, and the last group also has signs and exceptions.
 */
struct znn_cost {
    ZNN_STRUCT_SIZE(struct znn_cost);
    uint64_t size;                             /* bytes of the original that count; the sum over the groups */
    uint64_t compressed_size;                  /* bytes of their streams; the sum over the groups */
    uint64_t delta_size;                       /* bytes of `size` that were coded as a difference from a base */
    uint64_t rounded_size;                     /* bytes of `size` that are stored rounded */
    uint64_t rounded_bytes;                    /* the same over all bytes of the tensor, even those that do not count */
    unsigned groups;                           /* number of groups: the bytes of one number; C64 is two numbers */
    uint64_t group_size[ZNN_GROUPS_MAX];       /* bytes of each group in the original */
    uint64_t group_compressed[ZNN_GROUPS_MAX]; /* bytes of each group in the .znn file */
};

/*
 * The result of znn_analyze(): where the bytes of an original go.
 */
struct znn_analysis;

/*
 * Options of znn_analyze().  Zero means the default for every member but struct_size.
 */
struct znn_analysis_options {
    ZNN_STRUCT_SIZE(struct znn_analysis_options);
    /*
     * How a model is compressed; NULL: by the defaults.  For a .znn file, only memory_limit and allocator count.
     */
    const struct znn_compress_options *compress;
    int quick; /* not 0: compress only a sample of a large model, and estimate the rest */
};

/*
 * Analyses a model or a .znn file; the first bytes of `input` decide.  A model is compressed without keeping the
 * result, and may be a stream.  For a .znn file, only the index and the directories of the chunks are read and
 * verified; it must be in memory or allow random access.  `input` is not needed afterwards.
 *
 * If tensors share a stream, its compressed size is divided among them in proportion to their bytes in it.  So the
 * compressed sizes of all tensors, of the opaque bytes and of the container add up to the size of the file.  A model
 * and the .znn file that znn_compress() makes of it with the same options give the same analysis.
 *
 * With `quick`, if a model allows random access and has 512 MiB or more, about 256 MiB are read and compressed, and the
 * rest is estimated from them.  The estimate is the same for any number of threads, and the sizes still add up.
 *
 * Memory: that of znn_compress() or znn_reader_open(), plus about 100 bytes per tensor and 200 per chunk.
 *
 * `options` and `error` may be NULL.  On ZNN_OK, free *analysis with znn_analysis_free().  Otherwise *analysis is NULL,
 * and the status is one of those of znn_compress() or znn_reader_open().
 */
ZNN_API enum znn_status znn_analyze(struct znn_input *input, const struct znn_analysis_options *options,
                                    struct znn_analysis **analysis, struct znn_error *error);

/*
 * Frees an analysis; NULL does nothing.
 */
ZNN_API void znn_analysis_free(struct znn_analysis *analysis);

/*
 * Fills *report with the sizes of the original and the .znn file, the format and so on.  Returns ZNN_OK, or
 * ZNN_ERROR_ARGUMENT (a struct_size of 0).
 */
ZNN_API enum znn_status znn_analysis_report(const struct znn_analysis *analysis, struct znn_report *report);

/*
 * The bytes that belong to no tensor: opaque bytes of the original, before and after compressing, and the bytes of the
 * container itself: header, index, footer and the heads of the records.
 */
ZNN_API void znn_analysis_rest(const struct znn_analysis *analysis, uint64_t *opaque_size, uint64_t *opaque_compressed,
                               uint64_t *container_size);

/*
 * znn_analysis_tensor_count() returns the number of tensors.  znn_analysis_tensor() fills *tensor with tensor number
 * `i`, counting from 0 by offset in the original, and *cost with the space that it takes; `cost` may be NULL.  It
 * returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a struct_size of 0).
 */
ZNN_API size_t znn_analysis_tensor_count(const struct znn_analysis *analysis);
ZNN_API enum znn_status znn_analysis_tensor(const struct znn_analysis *analysis, size_t i, struct znn_tensor *tensor,
                                            struct znn_cost *cost);

/* ---------------------------------------------------------------------------------------------------------------- */
/* What rounding would do                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * The effect of one precision on a tensor, or on all tensors that are rounded.
 */
struct znn_point {
    ZNN_STRUCT_SIZE(struct znn_point);
    unsigned bits;
    uint64_t size; /* bytes of the original that count, as in struct znn_cost */
    uint64_t compressed_size;
    uint64_t parameters; /* numbers that are rounded; this and the next three are 0 if the tensor stays as it is */
    uint64_t zeros;      /* of these, the numbers that become zero and were not */
    double max_error;    /* the largest difference that rounding makes to a number */
    double square_error; /* the sum of the squares of all these differences */
};

/*
 * The result of znn_sweep_make(): the effects of several precisions on a model.
 */
struct znn_sweep;

/*
 * Compresses the model `input` once with each of the `count` precisions at `bits`, without keeping the results, and
 * measures the effect on the numbers.  `input` must be in memory or allow random access.  `options` are those of
 * znn_compress(); lossy.mode and lossy.bits are ignored.  Progress counts the bytes of all passes: it ends at `count`
 * times the size of the model.
 *
 * Memory: that of znn_analyze(), plus 60 bytes for each tensor and precision.
 *
 * `options` and `error` may be NULL.  On ZNN_OK, free *sweep with znn_sweep_free().  Otherwise *sweep is NULL, and the
 * status is ZNN_ERROR_ARGUMENT (a stream, a .znn file or bits above ZNN_BITS_MAX), or one of those of znn_compress().
 */
ZNN_API enum znn_status znn_sweep_make(struct znn_input *input, const struct znn_compress_options *options,
                                       const unsigned *bits, size_t count, struct znn_sweep **sweep,
                                       struct znn_error *error);

/*
 * Frees a sweep; NULL does nothing.
 */
ZNN_API void znn_sweep_free(struct znn_sweep *sweep);

/*
 * Fills *report as znn_compress() would with precision number `i`, counting from 0, and *point with the sum over all
 * tensors that are rounded with it.  Either may be NULL.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such
 * precision, or a struct_size of 0).
 */
ZNN_API enum znn_status znn_sweep_total(const struct znn_sweep *sweep, size_t i, struct znn_report *report,
                                        struct znn_point *point);

/*
 * znn_sweep_tensor_count() returns the number of tensors.  znn_sweep_tensor() fills *tensor with tensor number `k`,
 * counting from 0 by offset in the original, and *point with the effect of precision number `i` on it.  Either may be
 * NULL.  It returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor or precision, or a struct_size of 0).
 */
ZNN_API size_t znn_sweep_tensor_count(const struct znn_sweep *sweep);
ZNN_API enum znn_status znn_sweep_tensor(const struct znn_sweep *sweep, size_t k, size_t i, struct znn_tensor *tensor,
                                         struct znn_point *point);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Damaged files                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * The result of znn_salvage().
 */
struct znn_salvage;

/*
 * Writes the intact parts of a damaged .znn file to `output`, each chunk at its place, and zeros for the rest.  `input`
 * must be in memory or allow random access.
 *
 * Every chunk that is written has passed its checksums.  If the index can be read, wherever it is, the chunks are those
 * that it lists.  If it cannot be read, the records are found by their markers, and the original ends with the last
 * chunk found unless the head of the index is intact.  A .znn file that is stored inside this one has chunks of its
 * own, which are told apart by the records around them.  If these records and the index are damaged, such chunks may be
 * taken for chunks of this file.
 *
 * If nothing is lost, the file is decompressed once more, without writing, to find out whether it is whole.
 *
 * `options` and `error` may be NULL; progress is not reported.  Returns ZNN_OK whether or not something was lost; then
 * free *salvage with znn_salvage_free().  Otherwise *salvage is NULL, and the status is ZNN_ERROR_ARGUMENT (a stream),
 * ZNN_ERROR_TOO_NEW, ZNN_ERROR_CORRUPT (nothing at all is intact), ZNN_ERROR_BASE, ZNN_ERROR_TOO_LARGE,
 * ZNN_ERROR_MEMORY, ZNN_ERROR_IO or ZNN_ERROR_CANCELLED.
 */
ZNN_API enum znn_status znn_salvage(struct znn_input *input, struct znn_output *output,
                                    const struct znn_decompress_options *options, struct znn_salvage **salvage,
                                    struct znn_error *error);

/*
 * Frees the result; NULL does nothing.
 */
ZNN_API void znn_salvage_free(struct znn_salvage *salvage);

/*
 * znn_salvage_is_whole() returns 1 if nothing is wrong with the file at all: znn_decompress() gives the same bytes.  If
 * it returns 0 and no range is lost, the damage is in a part that the original does not need; then znn_salvage_damage()
 * says why znn_decompress() refuses the file.  Otherwise znn_salvage_damage() returns "".
 */
ZNN_API int znn_salvage_is_whole(const struct znn_salvage *salvage);
ZNN_API const char *znn_salvage_damage(const struct znn_salvage *salvage);

/*
 * The number of bytes that were written.  *is_known is 1 if this is certainly the size of the original, and 0 if more
 * may be missing at the end.
 */
ZNN_API uint64_t znn_salvage_size(const struct znn_salvage *salvage, int *is_known);

/*
 * znn_salvage_range_count() returns the number of ranges of the original that were lost.  znn_salvage_range() stores
 * the offset and the size of range number `i`, counting from 0 by offset.
 */
ZNN_API size_t znn_salvage_range_count(const struct znn_salvage *salvage);
ZNN_API void znn_salvage_range(const struct znn_salvage *salvage, size_t i, uint64_t *offset, uint64_t *size);

/*
 * znn_salvage_tensor_count() returns the number of tensors of the original, lost or not, or 0 if the index could not be
 * read.  znn_salvage_tensor() fills *tensor with tensor number `i`, and stores the number of its bytes that were lost
 * in *lost.  It returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a struct_size of 0).
 */
ZNN_API size_t znn_salvage_tensor_count(const struct znn_salvage *salvage);
ZNN_API enum znn_status znn_salvage_tensor(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor,
                                           uint64_t *lost);

#ifdef __cplusplus
}
#endif

#endif /* ZNN_H */
