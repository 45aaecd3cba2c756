/*
 * znn.h - lossless compression of neural-network weight files, and tunable lossy compression for who asks for it
 *
 * A .znn file holds one original file.  znn_compress() reads an original from a struct znn_input and writes a .znn
 * file to a struct znn_output; znn_decompress() does the reverse and gives back the same bytes, or an error.  With
 * struct znn_lossy, compressing rounds numbers first; what comes back then is the file with rounded numbers.  The
 * format is specified in znn(5), the program in znn(1).
 *
 * Conventions, for every function here unless it says otherwise:
 *
 *  - Sizes and offsets are in bytes.  Offsets into an original are 64-bit everywhere.
 *  - Strings are UTF-8 and NUL-terminated; a caller keeps ownership of what it passes in.
 *  - A function that can fail returns an enum znn_status, ZNN_OK being zero, and, when the caller passes a non-NULL
 *    struct znn_error, fills it with the place and the reason.  On ZNN_OK the struct is left alone.
 *  - There is no global state.  Distinct calls may run in distinct threads at once, as long as they share no
 *    struct znn_input or struct znn_output.
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
 * The version of the library at run time, as "X.Y.Z".  The string is static.
 */
ZNN_API const char *znn_version(void);

/*
 * What the library runs on.
 */
struct znn_platform {
    const char *cpu;         /* the instructions that it chose: "portable", or better ones by name; static */
    unsigned zstd_version;   /* of the libraries beneath it at run time: 10504 is 1.5.4 */
    unsigned xxhash_version; /* likewise */
};

ZNN_API void znn_platform(struct znn_platform *platform);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Errors                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * What can go wrong.  The numbers are stable.
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
    ZNN_ERROR_IO = 8,           /* a read or write failed; system_error has errno */
    ZNN_ERROR_TOO_LARGE = 9     /* the original is larger than the caller allows */
};

/*
 * Where and why a call failed.
 */
struct znn_error {
    enum znn_status status;
    int system_error; /* errno of the failed call for ZNN_ERROR_IO, otherwise 0 */
    uint64_t offset;  /* the place in the file that `base` tells, or UINT64_MAX where no place applies */
    /*
     * The bytes of the original that a damaged chunk stands for: from which one on, and how many, or 0 where that is
     * not known.  UINT64_MAX and 0 where the reason does not lie in a chunk.
     */
    uint64_t original_offset;
    uint64_t original_size;
    unsigned base;    /* the file that is at fault: 0 is the input, 1 its base, 2 the base of that, and so on */
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
 * An input.  One of three kinds, by the members that are set:
 *
 *  - memory: `memory` is not NULL and holds all `size` bytes; no callback is used.  With `size` 0 and no callback,
 *    `memory` may be NULL.
 *  - random access: `read_at` is set and `size` is known.  read_at must be safe to call from several threads at once.
 *  - stream: only `read` is set; `size` is ZNN_SIZE_UNKNOWN.
 *
 * The callbacks return the number of bytes stored (less than `size` only at the end, then 0), or -1 with errno set.
 * znn_input_memory() and znn_input_fd() fill the struct for the usual cases; whoever fills it owns what it points to.
 */
struct znn_input {
    void *context;
    const void *memory;
    uint64_t size;
    ptrdiff_t (*read)(void *context, void *buffer, size_t size);
    ptrdiff_t (*read_at)(void *context, void *buffer, size_t size, uint64_t offset);
};

/*
 * An output.  `write` appends; it is called in order, by one thread at a time.  When `write_at` is set, the library
 * uses it instead, from several threads at once and in any order, and calls `set_size` once at the end; a range that it
 * never writes is to read as zeros.  All return 0, or -1 with errno set.
 *
 * `read_at`, which may be NULL, reads what was written before: as in struct znn_input, except that it may also be
 * called while write_at is, though never while write is; and what it lacks at the end are zeros that were not written.
 * znn_decompress() uses it for repeated bytes, which are stored once.  `keep`, which may be NULL also, is called before
 * the first write where read_at may be needed, and not otherwise; it returns 0, or -1 with errno set, which is as if
 * there were no read_at.
 *
 * When `memory` is set, it is where the output goes, up to `capacity` bytes, and no callback is used.  How many were
 * written is in the report.  What does not fit fails with ENOSPC.
 */
struct znn_output {
    void *context;
    void *memory;
    uint64_t capacity;
    int (*write)(void *context, const void *data, size_t size);
    int (*write_at)(void *context, const void *data, size_t size, uint64_t offset);
    int (*set_size)(void *context, uint64_t size);
    ptrdiff_t (*read_at)(void *context, void *buffer, size_t size, uint64_t offset);
    int (*keep)(void *context);
};

/*
 * An input over `size` bytes at `data`, which stay the caller's and unchanged while the input is used.
 */
ZNN_API struct znn_input znn_input_memory(const void *data, size_t size);

/*
 * An input over an open file descriptor, which stays the caller's.  A regular file is read with random access, from
 * its first byte whatever its position; anything else as a stream from where it stands.
 */
ZNN_API struct znn_input znn_input_fd(int fd);

/*
 * A stream over an open file descriptor, from where it stands, even if it is a regular file.
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
 * An output that is a block of memory of `capacity` bytes, as for an original whose size is known: decompressing into
 * it takes no copy.
 */
ZNN_API struct znn_output znn_output_fixed(void *memory, size_t capacity);

/*
 * A growing block of memory as an output.  Zero the struct, pass it to znn_output_memory(), and free(data) in the end,
 * whether or not the call that wrote to it succeeded.
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
 * A model that another one was trained on from, or that is otherwise nearly the same: the other is compressed as what
 * it differs in from this, its base, tensor by tensor, and needs it to be decompressed.
 *
 * A base is only read, and may be used by several calls in several threads at once.
 */
struct znn_base;

/*
 * A base that needs a base, that needs one, and so on: of so many at the most, the first counted.
 */
#define ZNN_BASE_DEPTH_MAX 8

/*
 * Opens a base over an input with random access, which must stay as it is, as must what it refers to, until the base is
 * closed.  It may be a file of any format that is recognised, in any container: tensors are found by name, or by type
 * and shape.  It may be a .znn file, and where that has a base itself, that is `parent`, which must outlive it and is
 * otherwise ignored; it may be NULL.
 *
 * Memory: the tensors' names and shapes and some 70 bytes for each, and of a .znn file what decoding takes for two
 * threads.
 *
 * On ZNN_OK, *base is to be freed with znn_base_close().  Otherwise it is NULL, and the status ZNN_ERROR_BASE (a .znn
 * file that needs another parent, or is one too many in a row), ZNN_ERROR_ARGUMENT for a stream, ZNN_ERROR_MEMORY,
 * ZNN_ERROR_IO, or for a .znn file one of those of znn_reader_open().
 */
ZNN_API enum znn_status znn_base_open(struct znn_input *input, struct znn_base *parent, struct znn_base **base,
                                      struct znn_error *error);

/*
 * Frees a base; NULL does nothing.
 */
ZNN_API void znn_base_close(struct znn_base *base);

/*
 * What samples say of how a model is related to a base.
 */
struct znn_relation {
    uint64_t tensors; /* of the model, that are a range of their own */
    uint64_t matched; /* of them, that have a partner in the base */
    uint64_t related; /* of them, that gain from it */
    uint64_t size;    /* bytes of the model */
    uint64_t alone;   /* about what of these would be left without the base, but for headers and the like, */
    uint64_t delta;   /* and with it */
};

/*
 * Compares `input`, a model with random access, to a base by samples of each tensor, which takes little time whatever
 * the size is, and fills *relation.  Returns ZNN_OK, ZNN_ERROR_ARGUMENT for a stream, ZNN_ERROR_BASE, ZNN_ERROR_MEMORY
 * or ZNN_ERROR_IO.
 */
ZNN_API enum znn_status znn_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                                   struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Compressing and decompressing                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * Called now and then, by one thread at a time, with the bytes of the original and of the .znn file that are done.
 */
typedef void znn_progress(void *context, uint64_t original_bytes, uint64_t compressed_bytes);

enum { ZNN_LEVEL_FASTEST = 1, ZNN_LEVEL_DEFAULT = 5, ZNN_LEVEL_SMALLEST = 9 };

/*
 * What of the numbers of a model is to be kept, or was.  All zero: every bit.
 *
 * ZNN_FIXED_POINT replaces a float x by a multiple of 2^-bits, which is a number of the same type.  To nearest, ties to
 * even, it differs from x by at most 2^-(bits+1); ZNN_ROUND_FLOOR gives the greatest multiple that is not above x, less
 * than 2^-bits below it.  Infinities, NaN and what is out of the range of an integer of 32 bits (F64: 64 bits) stay as
 * they are, and so does a range of numbers that would not become smaller.  Negative zero becomes zero, unless
 * exact_zero is not 0.  Doing it again changes nothing.
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
 * "1e-7", or a power of two such as "2^-24"; all digits count.  -1 where it is no such number, or not above 0; more
 * than ZNN_BITS_MAX where no number of bits suffices.
 */
ZNN_API int znn_bits_for_error(const char *max_error, enum znn_rounding rounding);

/*
 * Says of a tensor whether it is to be rounded.  ZNN_CHOICE_DEFAULT means: if it has two dimensions or more, and at
 * least 4096 elements.  In no case are numbers rounded that are not F16, BF16, F32 or F64, nor bytes that a tensor has
 * in common with one that is not to be rounded.  Called by one thread, before anything is compressed.
 */
enum znn_choice { ZNN_CHOICE_DEFAULT = 0, ZNN_CHOICE_KEEP = 1, ZNN_CHOICE_ROUND = 2 };

struct znn_tensor;
typedef enum znn_choice znn_choose(void *context, const struct znn_tensor *tensor);

/*
 * Where the sign bits of floats go that are not rounded: into the last bit of each number, or to a stream of their own.
 */
enum znn_sign { ZNN_SIGN_AUTO = 0, ZNN_SIGN_ROTATE = 1, ZNN_SIGN_SEPARATE = 2 };

/*
 * Options of znn_compress().  All zero means the defaults.
 */
struct znn_compress_options {
    int level;              /* 1 to 9, of which 1, 5 and 9 differ and others take the nearest; 0: ZNN_LEVEL_DEFAULT */
    unsigned threads;       /* worker threads; 0: one per available processor.  The output does not depend on it. */
    const char *extension;  /* the original's extension without its dot, to be stored; NULL or "": none */
    const char *dtype;      /* what all of the input is a row of, as safetensors spells it ("BF16"); NULL: find out */
    znn_progress *progress; /* may be NULL */
    void *progress_context;
    int dedup; /* find tensors that repeat: 0 in inputs with random access; 1 in streams, too; -1 never */
    /*
     * Bytes of memory to keep within, as far as they are known beforehand, by fewer threads if need be; 0: any number.
     * Some 40 MiB are the least that is of use, and the header of a model takes three times its size.
     */
    uint64_t memory_limit;
    int quick; /* for znn_analyze() alone: not 0 to compress only a sample of a large model, and estimate the rest */
    struct znn_base *base; /* what the input is compressed against where that saves something; NULL: nothing */
    const char *base_name; /* what its file is called, without a path: a hint to be stored; NULL or "": none */
    struct znn_lossy lossy;
    znn_choose *choose; /* NULL: the default for all tensors */
    void *choose_context;
    enum znn_sign sign;
};

/*
 * Options of znn_decompress().  All zero means the defaults.
 */
struct znn_decompress_options {
    unsigned threads; /* worker threads; 0: one per available processor */
    znn_progress *progress;
    void *progress_context;
    struct znn_base *base; /* what the input was compressed against; NULL: nothing */
    uint64_t max_output;   /* an original of more bytes is refused; 0: any size */
    uint64_t memory_limit; /* as that of znn_compress_options; 0: any number of bytes */
};

/*
 * What a call did.
 */
struct znn_report {
    uint64_t original_size;
    uint64_t compressed_size;
    uint64_t tensors;         /* how many tensors the index lists */
    const char *format;       /* how the original was understood: "safetensors", "bytes", ...; static */
    const char *header_error; /* why its header was not accepted, as the reference reader of safetensors names it;
                                 "Truncated": another format whose file ends too early; NULL if it was accepted */
    uint64_t base_tensors;    /* how many tensors of a base it needs; 0: it has no base */
    struct znn_lossy lossy;   /* what was kept of its numbers; all zero where no tensor was to be rounded */
    /* All but znn_decompress(), which does not look at tensors: */
    uint64_t cut_tensors;    /* tensors that the original, which ends too early, does not have in full */
    uint64_t trailing_bytes; /* of a safetensors file, behind its last tensor, where there should be none */
    /* Compressing with options->lossy: */
    uint64_t rounded_tensors;  /* tensors that were chosen to be rounded, and are, but for what would not get smaller */
    uint64_t unsuited_tensors; /* others that would have been, if their type had so many bits; */
    uint64_t shared_tensors;   /* or if they had no bytes in common with tensors that are kept; */
    uint64_t small_tensors;    /* or if they had two dimensions and 4096 elements: kept by default */
    uint64_t small_size;       /* bytes of these */
    uint64_t float_size;       /* bytes of all tensors whose type can be rounded */
    uint64_t nonzero_numbers;  /* numbers that were rounded, and were not zero before */
    uint64_t zeroed_numbers;   /* how many of them are zero now */
};

/*
 * The longest extension that a .znn file stores.
 */
#define ZNN_EXTENSION_MAX 16

/*
 * Compresses all of `input` to `output`.
 *
 * Any input is accepted: what is not understood as a model is compressed as plain bytes.  `options`, `report` and
 * `error` may be NULL.
 *
 * With a `dtype`, the input is not looked into: it is a raw row of such numbers from its first byte on, without
 * tensors, and its format is "bytes".  A wrong dtype, or a last number that is cut short, costs nothing but size,
 * unless options->lossy is set: then these numbers are rounded.
 *
 * A tensor that repeats an earlier one is stored as a reference.  In an input with random access this is verified by
 * comparing all bytes; where these change afterwards, while they are compressed, the call fails with ZNN_ERROR_IO and
 * a system_error of EIO.  In a stream, which only `dedup` asks for, equality is that of a 128-bit hash with a random
 * seed.  A file with references cannot be decompressed from a stream into an output that cannot be read.
 *
 * With a `base`, tensors are written as what they differ in from those of the base, as far as they have something in
 * common with it; where they have not, the result is as if there was no base.  Of a stream, that is possible where its
 * header comes first.  A dtype and a base do not go together: then the base is not used.
 *
 * Returns ZNN_OK, ZNN_ERROR_MEMORY, ZNN_ERROR_MEMORY_LIMIT (that of the options, or an index beyond 4 GiB),
 * ZNN_ERROR_IO, ZNN_ERROR_BASE (the base cannot be read), or ZNN_ERROR_ARGUMENT (a level outside 0 to 9, an extension
 * that is longer than ZNN_EXTENSION_MAX or not made of ASCII letters and digits, an unknown dtype, or a mode, number of
 * bits, rounding or sign that there is not).  After a failure, what was written to `output` is no valid .znn file.
 */
ZNN_API enum znn_status znn_compress(struct znn_input *input, struct znn_output *output,
                                     const struct znn_compress_options *options, struct znn_report *report,
                                     struct znn_error *error);

/*
 * Decompresses the .znn file `input` to `output`, checking every checksum, the index and the footer.
 *
 * Repeated bytes, which are stored as references, are read from the output where it has read_at, else decoded again
 * from the input where that has random access.
 *
 * A file that was compressed against a base needs it, or another model that has the same tensors, as far as they were
 * used; the rest of it does not matter.  Every one of these is verified before the first byte goes to an `output` that
 * takes bytes in order; with any other, the checksums of what comes out say whether the base was right, which saves
 * reading it twice: a base that differs where it happens not to matter will do then.  A base that is not needed is not
 * looked at.
 *
 * `options`, `report` and `error` may be NULL.  Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW,
 * ZNN_ERROR_CORRUPT, ZNN_ERROR_BASE (there is none, or it is not the one), ZNN_ERROR_TOO_LARGE, ZNN_ERROR_MEMORY,
 * ZNN_ERROR_MEMORY_LIMIT, ZNN_ERROR_IO, or ZNN_ERROR_ARGUMENT where there are references and neither input nor output
 * can be read again; nothing was written then.  After a failure, what was written to `output` is not to be trusted: the
 * damage may lie behind it.  It is never more than max_output bytes.
 */
ZNN_API enum znn_status znn_decompress(struct znn_input *input, struct znn_output *output,
                                       const struct znn_decompress_options *options, struct znn_report *report,
                                       struct znn_error *error);

/*
 * The longest name of a base's file that a .znn file stores.
 */
#define ZNN_BASE_NAME_MAX 255

/*
 * What the header of a .znn file says.
 */
struct znn_header {
    unsigned format_version;
    char extension[ZNN_EXTENSION_MAX + 1]; /* of the original, without its dot; "" where none is stored */
    int references;                        /* 1: bytes may be stored as references to earlier ones */
    /*
     * What the file of its base was called, where it has a base that had a name, or "".  Printable ASCII; it holds no
     * slash, colon or backslash and does not start with a dot or a dash, so it is a plain file name on any system.
     */
    char base_name[ZNN_BASE_NAME_MAX + 1];
    struct znn_lossy lossy; /* what was kept of its numbers; all zero: everything */
};

/*
 * Reads the header of a .znn file from its first bytes, of which ZNN_HEADER_MAX always suffice.
 *
 * Returns ZNN_OK, ZNN_ERROR_NOT_ZNN, ZNN_ERROR_TOO_NEW or ZNN_ERROR_CORRUPT.  If ZNN_ERROR_NOT_ZNN comes without an
 * offset, the detail says what the file is, and what opens it.
 */
#define ZNN_HEADER_MAX 4096

ZNN_API enum znn_status znn_read_header(const void *data, size_t size, struct znn_header *header,
                                        struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Random access                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * A tensor of an original.  The pointers belong to the reader or analysis that gave it, and last as long.
 */
struct znn_tensor {
    const char *name;        /* UTF-8, NUL-terminated; a name may hold NUL itself, so name_size is what counts */
    size_t name_size;        /* bytes, without the final NUL */
    const char *dtype;       /* as safetensors spells it: "BF16", or of GGUF's own as llama.cpp does: "Q4_K"; static */
    unsigned bits;           /* of one block */
    unsigned block;          /* elements of a block: 1 but in the types of GGUF */
    size_t rank;             /* number of dimensions */
    const uint64_t *shape;   /* `rank` of them; may be NULL where rank is 0 */
    uint64_t offset;         /* of its first byte in the original */
    uint64_t size;           /* bytes from its first to its last element; fewer if the original ends before that */
    int is_strided;          /* 1: its elements do not follow each other in row-major order, as in a transposed view */
    const uint64_t *strides; /* in elements, `rank` of them; NULL unless is_strided, and in format version 1 */
};

/*
 * The bytes that the tensor's elements take in row-major order, UINT64_MAX if they are more than 64 bits can say.
 */
ZNN_API uint64_t znn_tensor_dense_size(const struct znn_tensor *tensor);

/*
 * How many bytes of the tensor are missing, because its original was cut: 0 for a whole one.
 */
ZNN_API uint64_t znn_tensor_missing(const struct znn_tensor *tensor);

/*
 * A .znn file opened through its index.  Its functions, but for znn_reader_close(), may be called from several threads
 * at once.
 */
struct znn_reader;

/*
 * Opens the .znn file `input`, which must be in memory or allow random access.  The struct is copied; what it points to
 * must outlive the reader.  The header, the footer and the whole index are read and verified; of the chunks, nothing is
 * read yet.  Each is compared with what the index says of it when it is read: with its digest, too, but for files of
 * format version 1, in which a chunk of another file can pass that has the same place and lengths.
 *
 * Memory: 64 bytes per tensor and per chunk, the tensors' names and shapes, and what one chunk takes for each thread
 * that reads at the same time.
 *
 * On ZNN_OK, *reader is to be freed with znn_reader_close().  Otherwise it is NULL, and the status is
 * ZNN_ERROR_ARGUMENT for a stream, or one of those of znn_decompress().
 */
ZNN_API enum znn_status znn_reader_open(struct znn_input *input, struct znn_reader **reader, struct znn_error *error);

/*
 * The same, for a file that may have a base; `base` must outlive the reader.  Its tensors are looked for at once, and
 * those that do not lead to the right bytes are ZNN_ERROR_BASE when they are used.  Without a base (NULL), all can be
 * read but what needs it, which is ZNN_ERROR_BASE, too.
 */
ZNN_API enum znn_status znn_reader_open_with(struct znn_input *input, struct znn_base *base, struct znn_reader **reader,
                                             struct znn_error *error);

/*
 * The same, where what the index lists may take `memory_limit` bytes at the most, which is ZNN_ERROR_MEMORY_LIMIT
 * otherwise.  0 means what the others do: 256 MiB and 64 bytes for each byte of the file, which no honest index comes
 * near to.
 */
ZNN_API enum znn_status znn_reader_open_within(struct znn_input *input, struct znn_base *base, uint64_t memory_limit,
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
 * What znn_decompress() would report.
 */
ZNN_API void znn_reader_report(const struct znn_reader *reader, struct znn_report *report);

/*
 * The number of tensors, and the tensor with number `i` (below that), by offset in the original.
 */
ZNN_API size_t znn_reader_tensor_count(const struct znn_reader *reader);
ZNN_API void znn_reader_tensor(const struct znn_reader *reader, size_t i, struct znn_tensor *tensor);

/*
 * The number of the tensor with this name, or SIZE_MAX where there is none; of several, the first.
 */
ZNN_API size_t znn_reader_find(const struct znn_reader *reader, const char *name, size_t name_size);

/*
 * Reads `size` bytes of the original from `offset` on into `data`; *got is how many, fewer only at the end.  Only the
 * chunks that hold them are read and decoded, and all of each chunk's checksums verified.  The chunk that was read last
 * is kept, so that small reads in a row cost little.
 *
 * Returns ZNN_OK, ZNN_ERROR_CORRUPT (a chunk is damaged, or not the one that the index lists), ZNN_ERROR_TOO_NEW,
 * ZNN_ERROR_BASE, ZNN_ERROR_MEMORY or ZNN_ERROR_IO.  After a failure the first *got bytes of `data` are right all the
 * same, those behind them anything, and other ranges can still be read.
 */
ZNN_API enum znn_status znn_reader_pread(struct znn_reader *reader, void *data, size_t size, uint64_t offset,
                                         size_t *got, struct znn_error *error);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Where the bytes go                                                                                               */
/* ---------------------------------------------------------------------------------------------------------------- */

#define ZNN_GROUPS_MAX 8

/*
 * What a tensor takes in the .znn file.  A byte of the original that several tensors view counts for the first of them
 * only, so `size` may be less than the tensor's, down to 0.
 *
 * Group 0 has the most significant byte of each number, after the rotation that compressing may have applied (see
 * znn(5), "Byte groups").  Where the bytes were not stored as groups of the tensor's numbers, as those of a very short
 * file may not be, its share is spread evenly over the groups.  Quantized blocks count as one group.
 * Of rounded numbers, group 0 has the top byte of their magnitudes, and the last one also signs and exceptions.
 */
struct znn_cost {
    uint64_t size;                             /* bytes of the original that count; the sum of the groups' */
    uint64_t compressed_size;                  /* bytes of streams that they take; the sum of the groups' */
    uint64_t delta_size;                       /* of `size`, what was coded as a difference from a base */
    uint64_t rounded_size;                     /* of `size`, what is stored rounded */
    uint64_t rounded_bytes;                    /* of all bytes of the tensor, whichever they count for */
    unsigned groups;                           /* how many there are: the bytes of a number, of which C64 has two */
    uint64_t group_size[ZNN_GROUPS_MAX];       /* bytes of each group before */
    uint64_t group_compressed[ZNN_GROUPS_MAX]; /* and after */
};

/*
 * Where the bytes of an original go, or went.
 */
struct znn_analysis;

/*
 * Analyses a model, by compressing it into nothing with `options`, or a .znn file, from its index and the directories
 * of its chunks alone, which are verified.  Which of the two `input` is, is seen from its first bytes.  A model may be
 * a stream; a .znn file must be in memory or allow random access.  `input` is not needed any more afterwards.
 *
 * A stream that tensors share is divided among them by the bytes they put in, so that the compressed sizes of all
 * tensors, the opaque bytes' and the container's add up to the file to the byte.  A model and the .znn file that
 * znn_compress() makes of it with the same options give the same analysis.
 *
 * With `quick`, of a model that allows random access and has 512 MiB or more, some 256 MiB are read and compressed, and
 * stand for the rest.  The estimate is the same for any number of threads, and still adds up.
 *
 * Memory: that of znn_compress() or znn_reader_open(), and some 100 bytes per tensor and 200 per chunk more.
 *
 * On ZNN_OK, *analysis is to be freed with znn_analysis_free(); otherwise it is NULL, and the status one of those of
 * znn_compress() or znn_reader_open().
 */
ZNN_API enum znn_status znn_analyze(struct znn_input *input, const struct znn_compress_options *options,
                                    struct znn_analysis **analysis, struct znn_error *error);

ZNN_API void znn_analysis_free(struct znn_analysis *analysis);

/*
 * The sizes of original and .znn file, the format and so on.
 */
ZNN_API void znn_analysis_report(const struct znn_analysis *analysis, struct znn_report *report);

/*
 * What of the .znn file is not tensors: the bytes of the original that belong to none, before and after, and what the
 * container takes for itself: header, index, footer and the heads of the records.
 */
ZNN_API void znn_analysis_rest(const struct znn_analysis *analysis, uint64_t *opaque_size, uint64_t *opaque_compressed,
                               uint64_t *container_size);

/*
 * The number of tensors, and the tensor with number `i` (below that), by offset in the original, with what it takes.
 */
ZNN_API size_t znn_analysis_tensor_count(const struct znn_analysis *analysis);
ZNN_API void znn_analysis_tensor(const struct znn_analysis *analysis, size_t i, struct znn_tensor *tensor,
                                 struct znn_cost *cost);

/* ---------------------------------------------------------------------------------------------------------------- */
/* What rounding would do                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * What one precision makes of a tensor, or of all that are rounded.
 */
struct znn_point {
    unsigned bits;
    uint64_t size; /* bytes of the original that count, as in struct znn_cost */
    uint64_t compressed_size;
    uint64_t parameters; /* that are rounded; 0 where the tensor stays as it is, and so do the next three */
    uint64_t zeros;      /* how many of them become zero, and were not */
    double max_error;    /* the largest difference, */
    double square_error; /* and the sum of the squares of all */
};

/*
 * A model compressed with several precisions.
 */
struct znn_sweep;

/*
 * Compresses the model `input`, which must be in memory or allow random access, into nothing, once with each of `count`
 * numbers of `bits`, and measures what that does to the numbers.  `options` are those of znn_compress(), of which
 * lossy.mode and lossy.bits are not looked at.  Progress counts the bytes of all passes: it ends at `count` times the
 * size of the model.
 *
 * Memory: that of znn_analyze(), and 60 bytes for each tensor and precision.
 *
 * On ZNN_OK, *sweep is to be freed with znn_sweep_free(); otherwise it is NULL, and the status ZNN_ERROR_ARGUMENT for a
 * stream, a .znn file or bits above ZNN_BITS_MAX, or one of those of znn_compress().
 */
ZNN_API enum znn_status znn_sweep_make(struct znn_input *input, const struct znn_compress_options *options,
                                       const unsigned *bits, size_t count, struct znn_sweep **sweep,
                                       struct znn_error *error);

ZNN_API void znn_sweep_free(struct znn_sweep *sweep);

/*
 * What znn_compress() would report with precision number `i`, and the sum over all tensors that are rounded with it.
 */
ZNN_API void znn_sweep_total(const struct znn_sweep *sweep, size_t i, struct znn_report *report,
                             struct znn_point *point);

/*
 * The number of tensors, and what precision number `i` makes of tensor number `k` (below that), by offset in the
 * original.
 */
ZNN_API size_t znn_sweep_tensor_count(const struct znn_sweep *sweep);
ZNN_API void znn_sweep_tensor(const struct znn_sweep *sweep, size_t k, size_t i, struct znn_tensor *tensor,
                              struct znn_point *point);

/* ---------------------------------------------------------------------------------------------------------------- */
/* Damaged files                                                                                                    */
/* ---------------------------------------------------------------------------------------------------------------- */

/*
 * What znn_salvage() found out.
 */
struct znn_salvage;

/*
 * Writes what is intact in a damaged .znn file to `output`, each chunk at its place, and zeros for the rest.  `input`
 * must be in memory or allow random access.
 *
 * Every chunk that is written has proved itself by its checksums.  If the index can be read, wherever it is, the chunk
 * is one that the index lists.  If it cannot, the records are found by their markers, and the original ends with the
 * last chunk that was found unless the head of the index is whole.  Chunks of a .znn file that is stored within this
 * one are told from its own by the records around them; if these are damaged as well as the index, they may be taken
 * for its own.
 *
 * Returns ZNN_OK whether or not something was lost; *salvage, which tells what, is to be freed with znn_salvage_free().
 * Otherwise *salvage is NULL, and the status ZNN_ERROR_ARGUMENT for a stream, ZNN_ERROR_TOO_NEW, ZNN_ERROR_CORRUPT
 * (nothing at all is intact), ZNN_ERROR_BASE, ZNN_ERROR_TOO_LARGE, ZNN_ERROR_MEMORY or ZNN_ERROR_IO.  `options` and
 * `error` may be NULL; progress is not reported.
 *
 * If nothing is lost, the file is decompressed once more, to nowhere, to learn whether it is whole.
 */
ZNN_API enum znn_status znn_salvage(struct znn_input *input, struct znn_output *output,
                                    const struct znn_decompress_options *options, struct znn_salvage **salvage,
                                    struct znn_error *error);

ZNN_API void znn_salvage_free(struct znn_salvage *salvage);

/*
 * 1 if nothing is wrong with the file at all: znn_decompress() gives the same bytes.  0 may mean that only something is
 * damaged that is not needed for the original.  Then no range is lost, and znn_salvage_damage() says why
 * znn_decompress() refuses the file; otherwise it is "".
 */
ZNN_API int znn_salvage_is_whole(const struct znn_salvage *salvage);
ZNN_API const char *znn_salvage_damage(const struct znn_salvage *salvage);

/*
 * The bytes that were written.  *is_known is 1 where that is known to be the size of the original, 0 where more may be
 * missing at the end.
 */
ZNN_API uint64_t znn_salvage_size(const struct znn_salvage *salvage, int *is_known);

/*
 * The ranges of the original that were lost, in order.
 */
ZNN_API size_t znn_salvage_range_count(const struct znn_salvage *salvage);
ZNN_API void znn_salvage_range(const struct znn_salvage *salvage, size_t i, uint64_t *offset, uint64_t *size);

/*
 * The tensors of the original, lost or not, if the index could be read, and how many bytes of each were lost.
 */
ZNN_API size_t znn_salvage_tensor_count(const struct znn_salvage *salvage);
ZNN_API void znn_salvage_tensor(const struct znn_salvage *salvage, size_t i, struct znn_tensor *tensor, uint64_t *lost);

#ifdef __cplusplus
}
#endif

#endif /* ZNN_H */
