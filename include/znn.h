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

#define ZNN_VERSION_MAJOR 0
#define ZNN_VERSION_MINOR 1
#define ZNN_VERSION_PATCH 0

/* The version as one number that grows with each release: 10203 is 1.2.3. */
#define ZNN_VERSION_NUMBER (ZNN_VERSION_MAJOR * 10000 + ZNN_VERSION_MINOR * 100 + ZNN_VERSION_PATCH)

/* The version of the format that this library writes, and the highest one it reads (see VERSIONS in znn(5)). */
#define ZNN_FORMAT_VERSION 2

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

/*
 * Structs that can grow begin with `struct_size`: the bytes that the caller's struct has.  A newer library adds members
 * at the end.  It reads and writes only the bytes that the caller has; options that the caller does not have are zero,
 * which is their default.  An older library refuses options that it does not know unless they are zero, and sets the
 * parts of a report that it does not know to zero.  A struct_size of 0, or above 4096, is ZNN_ERROR_ARGUMENT.
 *
 *     struct znn_report report = ZNN_INIT(struct znn_report);                                             C and C++
 *     struct znn_compress_options options = {.struct_size = sizeof options, .threads = 4};                C
 *     znn_compress_options options{};  options.threads = 4;                                               C++
 *
 * In C++ the member has its value by default.
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

/*
 * What a call can come to.  The numbers are stable.
 */
enum znn_status {
    ZNN_OK = 0,
    ZNN_ERROR_MEMORY = 1,       /* the system gave no memory */
    ZNN_ERROR_MEMORY_LIMIT = 2, /* the work would need more memory than the caller allows */
    ZNN_ERROR_NOT_ZNN = 3,      /* the input does not start as a .znn file does */
    ZNN_ERROR_TOO_NEW = 4,      /* the input needs a newer libznn */
    ZNN_ERROR_CORRUPT = 5,      /* the input is damaged, or was cut short */
    ZNN_ERROR_BASE = 6,         /* the base model is missing or a different one */
    ZNN_ERROR_ARGUMENT = 7,     /* the caller's argument makes no sense */
    ZNN_ERROR_IO = 8,           /* a read or write failed; system_error may tell the reason */
    ZNN_ERROR_TOO_LARGE = 9,    /* the original is larger than the caller allows */
    ZNN_ERROR_CANCELLED = 10    /* a callback asked to stop */
};

/*
 * The version of the library at run time, as "X.Y.Z" and as ZNN_VERSION_NUMBER.  The string is static.
 */
ZNN_API const char *znn_version(void);
ZNN_API unsigned znn_version_number(void);

/*
 * Frees memory that the library allocated for the caller, such as that of struct znn_memory; NULL does nothing.  Use it
 * rather than free(), because a program and a library may have different allocators.
 */
ZNN_API void znn_free(void *memory);

/*
 * The library's surroundings.
 */
struct znn_platform {
    ZNN_STRUCT_SIZE(struct znn_platform);
    const char *cpu;         /* the vector instructions in use: "portable", "AVX2", ...; static */
    unsigned zstd_version;   /* of libzstd at run time: 10504 is 1.5.4 */
    unsigned xxhash_version; /* of libxxhash, likewise */
};

/*
 * Fills *platform.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT if its struct_size is 0.
 */
ZNN_API enum znn_status znn_platform(struct znn_platform *platform);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Errors                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Where and why a call failed.
 */
struct znn_error {
    ZNN_STRUCT_SIZE(struct znn_error);
    enum znn_status status;
    int system_error; /* errno of the failed call for ZNN_ERROR_IO, or 0 if it is not known; otherwise 0 */
    uint64_t offset;  /* the place in the file that `base` tells, or UINT64_MAX if no place applies */
    /*
     * The bytes of the original that a damaged chunk stands for: their offset, and how many they are, or 0 if their
     * number is not known.  UINT64_MAX and 0 if the reason does not lie in a chunk.
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
 * The identifier of a status as it stands in this header, such as "ZNN_ERROR_CORRUPT".  Static, never NULL.
 */
ZNN_API const char *znn_status_name(enum znn_status status);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where bytes come from and go to                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

#define ZNN_SIZE_UNKNOWN UINT64_MAX

/*
 * What callbacks return.  A callback that reads or writes returns the number of bytes that it moved, and one that only
 * does something returns ZNN_CALLBACK_DONE.  Otherwise a callback returns one of the negative codes.
 *
 * 0 never means success, except from a znn_progress.  In Python and some other languages, a callback that raised an
 * exception returns 0 to C.  So an exception fails the call; it cannot pass for the end of the input.
 */
enum {
    ZNN_CALLBACK_DONE = 1,
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
 * Both callbacks store 1 to `size` bytes and return their number, ZNN_CALLBACK_END at the end, or another negative
 * code. They may store fewer bytes than `size` at any time.
 *
 * znn_input_memory() and znn_input_fd() fill the struct for the usual cases.  Whoever fills it owns the bytes and the
 * context that it points to, which must last as long as the input is used.  The struct never grows; `reserved` must be
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
 * that instead: several worker threads call it at once and in any order, and the thread that made the call calls
 * `set_size` once at the end.  A range that is never written must read as zeros.  `write` and `write_at` take all
 * `size` bytes and return `size`; `set_size` returns ZNN_CALLBACK_DONE.
 *
 * `read_at`, which may be NULL, reads bytes that were written before, as in struct znn_input.  Worker threads may call
 * it while others call write_at, but never during write; bytes that it lacks at the end are zeros that were not written
 * yet.  znn_decompress() uses it for repeated bytes, which are stored once.  `keep`, which may be NULL also, is called
 * before the first write if read_at may be needed.  If it does not return ZNN_CALLBACK_DONE, the library does without
 * read_at.
 *
 * If `memory` is set, the output goes there, up to `capacity` bytes, and no callback is used.  The report has the
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
 * An input over `size` bytes at `data`.  They stay the caller's and must not change while the input is used.
 */
ZNN_API struct znn_input znn_input_memory(const void *data, size_t size);

/*
 * An input over an open file descriptor, which stays the caller's.  A regular file is read with random access, from
 * its first byte; its position does not matter.  Anything else is read as a stream from its position.
 */
ZNN_API struct znn_input znn_input_fd(int fd);

/*
 * A stream over an open file descriptor, from its position, even if it is a regular file.
 */
ZNN_API struct znn_input znn_input_fd_stream(int fd);

/*
 * An output that appends to an open file descriptor, which stays the caller's.
 */
ZNN_API struct znn_output znn_output_fd(int fd);

/*
 * An output over a regular file that is empty, seekable, open for reading and writing, and not for appending.  It is
 * written at several places at once, and all-zero blocks become holes.
 */
ZNN_API struct znn_output znn_output_fd_sparse(int fd);

/*
 * An output that is a block of memory of `capacity` bytes, for an original whose size is known: decompressing into it
 * needs no copy.
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
 * A model that another one was trained from, or that is nearly the same for another reason.  The other is compressed as
 * its differences from this base, tensor by tensor, and needs the base to be decompressed.
 *
 * A base is only read.  Several calls in several threads may use it at once.
 */
struct znn_base;

/*
 * The longest chain of bases, counting the first.
 */
#define ZNN_BASE_DEPTH_MAX 8

/*
 * Opens a base over an input with random access.  The input struct is copied; the bytes and the context that it points
 * to must stay as they are until the base is closed.
 *
 * The file may have any format that is recognised, in any container: tensors are found by name, or by type and shape.
 * If it is a .znn file that has a base itself, `parent` is that base.  The parent must outlive this base.  Otherwise
 * `parent` is ignored and may be NULL.
 *
 * Memory: the tensors' names and shapes and some 70 bytes for each; for a .znn file also the memory that two threads
 * need for decoding.
 *
 * On ZNN_OK, free *base with znn_base_close().  Otherwise *base is NULL, and the status is ZNN_ERROR_BASE (a .znn file
 * that needs another parent, or makes the chain longer than ZNN_BASE_DEPTH_MAX), ZNN_ERROR_ARGUMENT (a stream),
 * ZNN_ERROR_MEMORY, ZNN_ERROR_IO, ZNN_ERROR_CANCELLED, or for a .znn file one of those of znn_reader_open().
 */
ZNN_API enum znn_status znn_base_open(struct znn_input *input, struct znn_base *parent, struct znn_base **base,
                                      struct znn_error *error);

/*
 * Frees a base; NULL does nothing.
 */
ZNN_API void znn_base_close(struct znn_base *base);

/*
 * How a model is related to a base, estimated from samples.
 */
struct znn_relation {
    ZNN_STRUCT_SIZE(struct znn_relation);
    uint64_t tensors; /* tensors of the model that are a range of their own */
    uint64_t matched; /* tensors of these that have a partner in the base */
    uint64_t related; /* tensors of these that become smaller with the base */
    uint64_t size;    /* bytes of the model */
    uint64_t alone;   /* estimated bytes after compressing without the base, not counting headers and the like */
    uint64_t delta;   /* the same with the base */
};

/*
 * Compares `input`, a model with random access, to a base by samples of each tensor, and fills *relation.  This takes
 * little time, however large the model is.  Returns ZNN_OK, ZNN_ERROR_ARGUMENT (a stream), ZNN_ERROR_BASE,
 * ZNN_ERROR_MEMORY, ZNN_ERROR_IO or ZNN_ERROR_CANCELLED.
 */
ZNN_API enum znn_status znn_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                                   struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Compressing and decompressing                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Called now and then with the bytes of the original and of the .znn file that are done.  Worker threads call it, one
 * at a time.  0 goes on; any other value ends the call with ZNN_ERROR_CANCELLED.
 */
typedef int znn_progress(void *context, uint64_t original_bytes, uint64_t compressed_bytes);

enum { ZNN_LEVEL_FASTEST = 1, ZNN_LEVEL_DEFAULT = 5, ZNN_LEVEL_SMALLEST = 9 };

/*
 * How much of a model's numbers is kept.  All zero: every bit.  The struct never grows.
 *
 * ZNN_FIXED_POINT replaces a float x by a multiple of 2^-bits, which is a number of the same type.  To nearest, ties to
 * even, it differs from x by at most 2^-(bits+1); ZNN_ROUND_FLOOR gives the greatest multiple that is not above x, less
 * than 2^-bits below it.  Infinities, NaN and numbers outside the range of an integer of 32 bits (F64: 64 bits) stay as
 * they are, and so does a range of numbers that would not take less space.  Negative zero becomes zero unless
 * exact_zero is not 0.  Rounding again changes nothing.
 */
enum znn_mode { ZNN_LOSSLESS = 0, ZNN_FIXED_POINT = 1 };
enum znn_rounding { ZNN_ROUND_NEAREST = 0, ZNN_ROUND_FLOOR = 1 };

struct znn_lossy {
    enum znn_mode mode;
    unsigned bits; /* 0 to ZNN_BITS_MAX; above ZNN_BITS_MAX_32, tensors of other types than F64 stay as they are */
    enum znn_rounding rounding;
    int exact_zero;
};

#define ZNN_BITS_MAX 61
#define ZNN_BITS_MAX_32 30

/*
 * The fewest bits that keep the error of each number within `max_error`, which is a decimal number such as "0.001" or
 * "1e-7", or a power of two such as "2^-24"; all digits count.  Returns -1 if it is not such a number, or not above 0,
 * and more than ZNN_BITS_MAX if no number of bits suffices.
 */
ZNN_API int znn_bits_for_error(const char *max_error, enum znn_rounding rounding);

/*
 * Decides whether a tensor is rounded.  ZNN_CHOICE_DEFAULT rounds tensors with at least two dimensions and 4096
 * elements.  Only F16, BF16, F32 and F64 are ever rounded, and no bytes that a tensor shares with one that is kept. The
 * thread that made the call calls it, before anything is compressed.  The tensor is valid only during the callback.  If
 * a callback returns another number, such as 0, the call fails with ZNN_ERROR_ARGUMENT.
 */
enum znn_choice { ZNN_CHOICE_DEFAULT = 1, ZNN_CHOICE_KEEP = 2, ZNN_CHOICE_ROUND = 3 };

struct znn_tensor;
typedef enum znn_choice znn_choose(void *context, const struct znn_tensor *tensor);

/*
 * Where the sign bits of floats go if these are not rounded: into the last bit of each number, or to a separate stream.
 */
enum znn_sign { ZNN_SIGN_AUTO = 0, ZNN_SIGN_ROTATE = 1, ZNN_SIGN_SEPARATE = 2 };

/*
 * Options of znn_compress().  Zero means the default for every member but struct_size.
 */
struct znn_compress_options {
    ZNN_STRUCT_SIZE(struct znn_compress_options);
    int level;             /* 1 to 9, of which 1, 5 and 9 differ and others take the nearest; 0: ZNN_LEVEL_DEFAULT */
    unsigned threads;      /* worker threads; 0: one per available processor.  The output does not depend on it. */
    const char *extension; /* the original's extension without its dot, to be stored; NULL or "": none */
    const char *dtype; /* the input is one row of these numbers, as safetensors spells them ("BF16"); NULL: find out */
    znn_progress *progress; /* may be NULL */
    void *progress_context;
    int dedup; /* find tensors that repeat: 0 in inputs with random access; 1 in streams, too; -1 never */
    /*
     * Bytes of memory to keep within, as far as they are known beforehand, with fewer threads if need be; 0: any
     * number. Less than some 40 MiB is of no use, and the header of a model takes three times its size.
     */
    uint64_t memory_limit;
    struct znn_base *base; /* the input is compressed against it if that saves something; NULL: no base */
    const char *base_name; /* name of the base's file, without a path: a hint to be stored; NULL or "": none */
    struct znn_lossy lossy;
    znn_choose *choose; /* NULL: the default for all tensors */
    void *choose_context;
    enum znn_sign sign;
};

/*
 * Options of znn_decompress() and znn_salvage().  Zero means the default for every member but struct_size.
 */
struct znn_decompress_options {
    ZNN_STRUCT_SIZE(struct znn_decompress_options);
    unsigned threads; /* worker threads; 0: one per available processor */
    znn_progress *progress;
    void *progress_context;
    struct znn_base *base; /* the input was compressed against it; NULL: no base */
    uint64_t max_output;   /* a larger original is refused; 0: any size */
    uint64_t memory_limit; /* as that of znn_compress_options; 0: any number of bytes */
};

/*
 * What a call did.
 */
struct znn_report {
    ZNN_STRUCT_SIZE(struct znn_report);
    uint64_t original_size;
    uint64_t compressed_size;
    uint64_t tensors;         /* how many tensors the index lists */
    const char *format;       /* how the original was understood: "safetensors", "bytes", ...; static */
    const char *header_error; /* why its header was not accepted, as the reference reader of safetensors names it;
                                 "Truncated": another format whose file ends too early; NULL if it was accepted */
    uint64_t base_tensors;    /* how many tensors of a base it needs; 0: it has no base */
    struct znn_lossy lossy;   /* what was kept of its numbers; all zero if no tensor was to be rounded */
    /* All but znn_decompress(), which does not look at tensors: */
    uint64_t cut_tensors;    /* tensors that the original, which ends too early, does not have in full */
    uint64_t trailing_bytes; /* of a safetensors file, after its last tensor, where there should be none */
    /* Compressing with options->lossy: */
    uint64_t rounded_tensors;  /* tensors that were chosen to be rounded; those that take no less space are not */
    uint64_t unsuited_tensors; /* tensors that would have been rounded if their type had so many bits, */
    uint64_t shared_tensors;   /* or if they shared no bytes with tensors that are kept, */
    uint64_t small_tensors;    /* or if they had two dimensions and 4096 elements: kept by default */
    uint64_t small_size;       /* bytes of the small tensors */
    uint64_t float_size;       /* bytes of all tensors whose type can be rounded */
    uint64_t nonzero_numbers;  /* numbers that were rounded, and were not zero before */
    uint64_t zeroed_numbers;   /* how many of these are zero now */
};

/*
 * The longest extension that a .znn file stores.
 */
#define ZNN_EXTENSION_MAX 16

/*
 * Compresses all of `input` to `output`.
 *
 * Any input is accepted: bytes that are not understood as a model are compressed as plain bytes.  `options`, `report`
 * and `error` may be NULL.
 *
 * With a `dtype`, the library does not look into the input: it is a raw row of such numbers from its first byte,
 * without tensors, and its format is "bytes".  A wrong dtype, or a last number that is cut short, only costs space,
 * unless options->lossy is set: then these numbers are rounded.
 *
 * A tensor that repeats an earlier one is stored as a reference.  In an input with random access this is verified by
 * comparing all bytes.  If the bytes change afterwards, during compression, the call fails with ZNN_ERROR_IO and a
 * system_error of EIO.  In a stream, where only `dedup` asks for it, equality is that of a 128-bit hash with a random
 * seed.  A file with references cannot be decompressed from a stream into an output that cannot be read.
 *
 * With a `base`, a tensor is written as its differences from one of the base if that saves something; if no tensor has
 * anything in common with the base, the result is as if there was none.  For a stream this needs a header that comes
 * first.  With a dtype, the base is not used.
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
 * Decompresses the .znn file `input` to `output`, checking every checksum, the index and the footer.
 *
 * Repeated bytes, which are stored as references, are read from the output if it has read_at; otherwise they are
 * decoded again from the input if that has random access.
 *
 * A file that was compressed against a base needs that base, or another model that has the same tensors; only those
 * that were used matter.  If `output` takes bytes in order, all of these tensors are verified before the first byte is
 * written.  With any other output, the checksums of the decoded bytes decide, which saves reading the base twice: then
 * a base that differs only where that makes no difference passes, too.  A base that is not needed is not read.
 *
 * `options`, `report` and `error` may be NULL.  Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW,
 * ZNN_ERROR_CORRUPT, ZNN_ERROR_BASE (the base is missing, or a different one), ZNN_ERROR_TOO_LARGE, ZNN_ERROR_MEMORY,
 * ZNN_ERROR_MEMORY_LIMIT, ZNN_ERROR_IO, ZNN_ERROR_CANCELLED, or ZNN_ERROR_ARGUMENT (a struct_size of 0, options that
 * this version does not know, or references when neither input nor output can be read again; then nothing was written).
 * After a failure, do not trust the bytes that were written to `output`: damage may be found only after them.  They are
 * never more than max_output.
 */
ZNN_API enum znn_status znn_decompress(struct znn_input *input, struct znn_output *output,
                                       const struct znn_decompress_options *options, struct znn_report *report,
                                       struct znn_error *error);

/*
 * A size that is enough for the .znn file of any original of `size` bytes: use it as the capacity of
 * znn_compress_buffer().  SIZE_MAX if the result does not fit in a size_t.
 */
ZNN_API size_t znn_compress_bound(size_t size);

/*
 * Compresses `size` bytes at `data` into `capacity` bytes at `target`; *written is the size of the .znn file, or 0
 * after a failure.  With a capacity of at least znn_compress_bound(size) there is always enough room.  To keep that
 * promise, a model whose list of tensors alone would take too much room is compressed as plain bytes.
 *
 * `options` and `error` may be NULL.  Returns the statuses of znn_compress(); if the room is not enough, that is
 * ZNN_ERROR_IO with a system_error of ENOSPC.
 */
ZNN_API enum znn_status znn_compress_buffer(const void *data, size_t size, void *target, size_t capacity,
                                            size_t *written, const struct znn_compress_options *options,
                                            struct znn_error *error);

/*
 * Decompresses the .znn file of `size` bytes at `data` into `capacity` bytes at `target`; *written is the size of the
 * original, or 0 after a failure.  znn_original_size() tells the capacity that is needed.
 *
 * `options` and `error` may be NULL.  Returns the statuses of znn_decompress(); if the room is not enough, that is
 * ZNN_ERROR_IO with a system_error of ENOSPC.
 */
ZNN_API enum znn_status znn_decompress_buffer(const void *data, size_t size, void *target, size_t capacity,
                                              size_t *written, const struct znn_decompress_options *options,
                                              struct znn_error *error);

/*
 * Reads the size of the original from the end of the .znn file `input`, which must be in memory or allow random access.
 * Three short reads are enough.  The chunks are not verified, so a damaged file can tell a wrong size; decompressing
 * notices that.
 *
 * Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW, ZNN_ERROR_CORRUPT, ZNN_ERROR_MEMORY, ZNN_ERROR_IO,
 * ZNN_ERROR_CANCELLED, or ZNN_ERROR_ARGUMENT (a stream).  *size is 0 after a failure.
 */
ZNN_API enum znn_status znn_original_size(struct znn_input *input, uint64_t *size, struct znn_error *error);

/*
 * The longest name of a base's file that a .znn file stores.
 */
#define ZNN_BASE_NAME_MAX 255

/*
 * What the header of a .znn file says.
 */
struct znn_header {
    ZNN_STRUCT_SIZE(struct znn_header);
    unsigned format_version;
    char extension[ZNN_EXTENSION_MAX + 1]; /* of the original, without its dot; "" if none is stored */
    int references;                        /* 1: bytes may be stored as references to earlier ones */
    /*
     * What the file of its base was called, if it has a base and the base had a name; otherwise "".  Printable ASCII;
     * it holds no slash, colon or backslash and does not start with a dot or a dash, so it is a plain file name
     * anywhere.
     */
    char base_name[ZNN_BASE_NAME_MAX + 1];
    struct znn_lossy lossy; /* what was kept of its numbers; all zero: everything */
};

/*
 * Reads the header of a .znn file from its first bytes, of which ZNN_HEADER_MAX always suffice.
 *
 * Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW, ZNN_ERROR_CORRUPT, or ZNN_ERROR_ARGUMENT (a struct_size of 0).
 * If ZNN_ERROR_NOT_ZNN comes without an offset, the detail names the file's format, and a program that opens it.
 */
#define ZNN_HEADER_MAX 4096

ZNN_API enum znn_status znn_read_header(const void *data, size_t size, struct znn_header *header,
                                        struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Which file is this?                                                                                              */
/* ---------------------------------------------------------------------------------------------------------------- */

enum znn_kind {
    ZNN_KIND_OTHER = 0, /* neither of these, or not enough bytes to tell */
    ZNN_KIND_MODEL = 1, /* it starts like a file of weights, though perhaps one whose tensors znn does not find */
    ZNN_KIND_ZNN = 2
};

/*
 * What the first bytes of a file tell about it.
 */
struct znn_probe {
    ZNN_STRUCT_SIZE(struct znn_probe);
    enum znn_kind kind;
    /*
     * Of a model, its format as struct znn_report names it, or "ggml" or "tflite", which are compressed as plain bytes;
     * "znn" for a .znn file; otherwise "".  Static.
     */
    const char *format;
};

/*
 * Tells from the first bytes of a file which kind it is.  ZNN_PROBE_SIZE bytes always suffice; `size` may be less.
 * `file_size` is the size of the whole file, or ZNN_SIZE_UNKNOWN.  Nothing is verified, so a file that only starts like
 * a model passes for one.  A zip counts as a model if its first member is named like a part of one.
 *
 * Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (a struct_size of 0).
 */
#define ZNN_PROBE_SIZE 512

ZNN_API enum znn_status znn_probe_bytes(const void *data, size_t size, uint64_t file_size, struct znn_probe *probe);

/*
 * The same for an input that is in memory or allows random access.  Returns ZNN_OK, ZNN_ERROR_MEMORY, ZNN_ERROR_IO,
 * ZNN_ERROR_CANCELLED, or ZNN_ERROR_ARGUMENT (a stream, or a struct_size of 0).
 */
ZNN_API enum znn_status znn_probe_input(struct znn_input *input, struct znn_probe *probe, struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Random access                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * A tensor of an original.  The pointers belong to the reader or analysis that gave it, and last as long.
 */
struct znn_tensor {
    ZNN_STRUCT_SIZE(struct znn_tensor);
    const char *name;        /* UTF-8, NUL-terminated; a name may hold NUL itself, so name_size is what counts */
    size_t name_size;        /* bytes, without the final NUL */
    const char *dtype;       /* as safetensors spells it: "BF16", or of GGUF's own as llama.cpp does: "Q4_K"; static */
    unsigned bits;           /* of one block */
    unsigned block;          /* elements of a block: 1 but in the types of GGUF */
    size_t rank;             /* number of dimensions */
    const uint64_t *shape;   /* `rank` of them; may be NULL if rank is 0 */
    uint64_t offset;         /* of its first byte in the original */
    uint64_t size;           /* bytes from its first to its last element; fewer if the original ends before that */
    int is_strided;          /* 1: its elements do not follow each other in row-major order, as in a transposed view */
    const uint64_t *strides; /* in elements, `rank` of them; NULL unless is_strided, and in format version 1 */
};

/*
 * The bytes that the tensor's elements take in row-major order, or UINT64_MAX if their number exceeds 64 bits.
 */
ZNN_API uint64_t znn_tensor_dense_size(const struct znn_tensor *tensor);

/*
 * How many bytes of the tensor are missing, because its original was cut: 0 for a whole one.
 */
ZNN_API uint64_t znn_tensor_missing(const struct znn_tensor *tensor);

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
     * The base that the file was compressed against; it must outlive the reader.  With NULL, everything can be read but
     * the chunks that need the base.
     */
    struct znn_base *base;
    /*
     * Bytes of memory that the index may take; 0: 256 MiB and 64 bytes for each byte of the file, which is far more
     * than an honest index needs.
     */
    uint64_t memory_limit;
};

/*
 * Opens the .znn file `input`, which must be in memory or allow random access.  The input struct is copied; the bytes
 * and the context that it points to must outlive the reader.
 *
 * The header, the footer and the whole index are read and verified.  Chunks are read only when they are needed; then
 * each is compared with the index.  The index has a digest of each chunk, except in format version 1: there, a chunk of
 * another file can pass if it has the same place and sizes.
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
 * What znn_decompress() would report.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (a struct_size of 0).
 */
ZNN_API enum znn_status znn_reader_report(const struct znn_reader *reader, struct znn_report *report);

/*
 * The number of tensors, and the tensor with number `i`, counting from 0 by offset in the original.
 * znn_reader_tensor() returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a struct_size of 0).
 */
ZNN_API size_t znn_reader_tensor_count(const struct znn_reader *reader);
ZNN_API enum znn_status znn_reader_tensor(const struct znn_reader *reader, size_t i, struct znn_tensor *tensor);

/*
 * The number of the tensor with this name, the first if there are several, or SIZE_MAX if there is none.
 */
ZNN_API size_t znn_reader_find(const struct znn_reader *reader, const char *name, size_t name_size);

/*
 * Reads `size` bytes of the original from `offset` into `data`; *got is the number of bytes that were read, fewer only
 * at the end.  Only the chunks that hold them are read and decoded, and all checksums of these are verified.  The chunk
 * that was read last is kept, so small reads in a row cost little.
 *
 * Returns ZNN_OK, ZNN_ERROR_CORRUPT (a chunk is damaged, or not the one that the index lists), ZNN_ERROR_TOO_NEW,
 * ZNN_ERROR_BASE, ZNN_ERROR_MEMORY, ZNN_ERROR_IO or ZNN_ERROR_CANCELLED.  After a failure the first *got bytes of
 * `data` are right, the others undefined, and other ranges can still be read.
 */
ZNN_API enum znn_status znn_reader_pread(struct znn_reader *reader, void *data, size_t size, uint64_t offset,
                                         size_t *got, struct znn_error *error);

/*
 * A range of the original, and the caller's memory for its bytes.  The struct never grows.
 */
struct znn_range {
    uint64_t offset;
    size_t size;
    void *target; /* `size` bytes; may be NULL if `size` is 0 */
};

/*
 * Reads `count` ranges with up to `threads` threads, 0 meaning one per available processor.  Each chunk is decoded
 * once, however many ranges need it; if a range covers a whole chunk, the chunk is decoded straight into the caller's
 * memory. Ranges may overlap and come in any order; their targets must not overlap.
 *
 * `error` may be NULL.  Returns ZNN_OK, ZNN_ERROR_ARGUMENT (a range leads beyond the end of the original: nothing was
 * read), or the statuses of znn_reader_pread().  If several chunks fail, the error is that of the first.  After a
 * failure the bytes of all targets are undefined.
 */
ZNN_API enum znn_status znn_reader_read_ranges(struct znn_reader *reader, const struct znn_range *ranges, size_t count,
                                               unsigned threads, struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where the bytes go                                                                                               */
/* ---------------------------------------------------------------------------------------------------------------- */

#define ZNN_GROUPS_MAX 8

/*
 * The space that a tensor takes in the .znn file.  A byte of the original that several tensors view counts only for the
 * first of them, so `size` may be less than the tensor's, down to 0.
 *
 * Group 0 has the most significant byte of each number, after the rotation that compressing may have applied (see
 * znn(5), "Byte groups").  If the bytes were not stored as groups of the tensor's numbers, which happens in very short
 * files, their space is spread evenly over the groups.  Quantized blocks count as one group.  For rounded numbers,
 * group 0 has the top byte of their magnitudes, and the last group also has signs and exceptions.
 */
struct znn_cost {
    ZNN_STRUCT_SIZE(struct znn_cost);
    uint64_t size;                             /* bytes of the original that count; the sum of the groups' */
    uint64_t compressed_size;                  /* bytes of their streams; the sum of the groups' */
    uint64_t delta_size;                       /* bytes of `size` that were coded as a difference from a base */
    uint64_t rounded_size;                     /* bytes of `size` that are stored rounded */
    uint64_t rounded_bytes;                    /* the same among all bytes of the tensor, counted for it or not */
    unsigned groups;                           /* number of groups: the bytes of a number, of which C64 has two */
    uint64_t group_size[ZNN_GROUPS_MAX];       /* bytes of each group before */
    uint64_t group_compressed[ZNN_GROUPS_MAX]; /* and after */
};

/*
 * Where the bytes of an original go.
 */
struct znn_analysis;

/*
 * Options of znn_analyze().  Zero means the default for every member but struct_size.
 */
struct znn_analysis_options {
    ZNN_STRUCT_SIZE(struct znn_analysis_options);
    const struct znn_compress_options *compress; /* how to compress a model; of a .znn file only memory_limit counts;
                                                    NULL: the defaults */
    int quick; /* not 0: compress only a sample of a large model, and estimate the rest */
};

/*
 * Analyses a model by compressing it without keeping the result, or a .znn file from its index and the directories of
 * its chunks alone, which are verified.  The first bytes of `input` decide which of the two it is.  A model may be a
 * stream; a .znn file must be in memory or allow random access.  `input` is not needed any more afterwards.
 *
 * A stream that tensors share is divided among them by the bytes that they put in, so the compressed sizes of all
 * tensors, the opaque bytes' and the container's add up to the size of the file.  A model and the .znn file that
 * znn_compress() makes of it with the same options give the same analysis.
 *
 * With `quick`, if a model allows random access and has 512 MiB or more, some 256 MiB are read and compressed, and
 * stand for the rest.  The estimate is the same for any number of threads, and the sizes still add up.
 *
 * Memory: that of znn_compress() or znn_reader_open(), and some 100 bytes per tensor and 200 per chunk more.
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
 * The sizes of the original and the .znn file, the format and so on.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (a
 * struct_size of 0).
 */
ZNN_API enum znn_status znn_analysis_report(const struct znn_analysis *analysis, struct znn_report *report);

/*
 * The bytes that do not belong to a tensor: those of the original, before and after compressing, and those that the
 * container takes for itself: header, index, footer and the heads of the records.
 */
ZNN_API void znn_analysis_rest(const struct znn_analysis *analysis, uint64_t *opaque_size, uint64_t *opaque_compressed,
                               uint64_t *container_size);

/*
 * The number of tensors, and the tensor with number `i` and the space that it takes, counting from 0 by offset in the
 * original.  `cost` may be NULL.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a struct_size of
 * 0).
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
    uint64_t parameters; /* numbers that are rounded; 0 if the tensor stays as it is, and so are the next three */
    uint64_t zeros;      /* numbers of these that become zero, and were not */
    double max_error;    /* the largest difference, */
    double square_error; /* and the sum of the squares of all */
};

/*
 * A model compressed with several precisions.
 */
struct znn_sweep;

/*
 * Compresses the model `input`, which must be in memory or allow random access, once with each of `count` numbers of
 * `bits`, without keeping the results, and measures the effect on the numbers.  `options` are those of znn_compress();
 * lossy.mode and lossy.bits are ignored.  Progress counts the bytes of all passes: it ends at `count` times the size of
 * the model.
 *
 * Memory: that of znn_analyze(), and 60 bytes for each tensor and precision.
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
 * What znn_compress() would report with precision number `i`, counting from 0, and the sum over all tensors that are
 * rounded with it.  Either may be NULL.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such precision, or a
 * struct_size of 0).
 */
ZNN_API enum znn_status znn_sweep_total(const struct znn_sweep *sweep, size_t i, struct znn_report *report,
                                        struct znn_point *point);

/*
 * The number of tensors, and the effect of precision number `i` on tensor number `k`, counting from 0 by offset in the
 * original.  `tensor` and `point` may be NULL.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor or
 * precision, or a struct_size of 0).
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
 * Every chunk that is written has passed its checksums.  If the index can be read, wherever it is, the index lists each
 * chunk.  If it cannot, the records are found by their markers, and the original ends with the last chunk that was
 * found unless the head of the index is whole.  A .znn file that is stored within this one has chunks, too; the records
 * around them tell them apart.  If these records and the index are damaged, such chunks may be taken for chunks of this
 * file.
 *
 * If nothing is lost, the file is decompressed once more, without writing, to learn whether it is whole.
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
 * 1 if nothing is wrong with the file at all: znn_decompress() gives the same bytes.  If it is 0 although no range is
 * lost, the damage is in a part that the original does not need, and znn_salvage_damage() says why znn_decompress()
 * refuses the file; otherwise that is "".
 */
ZNN_API int znn_salvage_is_whole(const struct znn_salvage *salvage);
ZNN_API const char *znn_salvage_damage(const struct znn_salvage *salvage);

/*
 * The number of bytes that were written.  *is_known is 1 if that is known to be the size of the original, 0 if more may
 * be missing at the end.
 */
ZNN_API uint64_t znn_salvage_size(const struct znn_salvage *salvage, int *is_known);

/*
 * The number of ranges of the original that were lost, and range number `i`, counting from 0 by offset.
 */
ZNN_API size_t znn_salvage_range_count(const struct znn_salvage *salvage);
ZNN_API void znn_salvage_range(const struct znn_salvage *salvage, size_t i, uint64_t *offset, uint64_t *size);

/*
 * The number of tensors of the original, lost or not, or 0 if the index could not be read; and tensor number `i` with
 * the number of its bytes that were lost.  Returns ZNN_OK, or ZNN_ERROR_ARGUMENT (there is no such tensor, or a
 * struct_size of 0).
 */
ZNN_API size_t znn_salvage_tensor_count(const struct znn_salvage *salvage);
ZNN_API enum znn_status znn_salvage_tensor(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor,
                                           uint64_t *lost);

#ifdef __cplusplus
}
#endif

#endif /* ZNN_H */
