/*
 * header.c - the start of a .znn file
 *
 *      0               8               16  18  20      24      28      32
 *     +---------------+---------------+---+---+-------+-------+-------+----
 *     | magic         | checksum      | v | L | must  | may   | zero  | properties, up to L
 *     +---------------+---------------+---+---+-------+-------+-------+----
 *
 * The magic works like PNG's: the first byte is not ASCII, and programs that treat the file as text change CR LF, ^Z or
 * LF.
 */
#include "container/header.h"

#include <assert.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"

static const uint8_t magic[HEADER_MAGIC] = {0x89, 'Z', 'N', 'N', 0x0D, 0x0A, 0x1A, 0x0A};

bool znn_extension_is_valid(const char *extension, size_t size)
{
    if (size == 0 || size > ZNN_EXTENSION_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        char c = extension[i]; /* isalnum() depends on the locale */
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
            return false;
    }
    return true;
}

/* One component of a path. */
static bool is_component(const char *name, size_t size)
{
    if (size == 0 || name[0] == ' ' || name[0] == '-' || name[0] == '.')
        return false;
    for (size_t i = 0; i < size; i++)
        if (name[i] < 0x20 || name[i] > 0x7e || strchr("\"*/:<>?\\|", name[i]))
            return false;
    return true;
}

bool znn_base_name_is_valid(const char *name, size_t size)
{
    size_t start = 0;
    if (size == 0 || size > ZNN_BASE_NAME_MAX)
        return false;
    while (size - start > 3 && memcmp(name + start, "../", 3) == 0)
        start += 3;
    for (size_t i = start; i <= size; i++) {
        if (i < size && name[i] != '/')
            continue;
        if (!is_component(name + start, i - start))
            return false;
        start = i + 1;
    }
    return true;
}

/* Appends a property, unless its value is empty. */
static size_t write_property(uint8_t *bytes, unsigned tag, const char *value)
{
    size_t size = strlen(value);
    if (size == 0)
        return 0;
    bytes[0] = (uint8_t)tag;
    bytes[1] = (uint8_t)size;
    memcpy(bytes + 2, value, size);
    return 2 + size;
}

size_t znn_header_write(const struct znn_header *header, uint8_t bytes[HEADER_MAX])
{
    size_t length = HEADER_FIXED;
    assert(!header->extension[0] || znn_extension_is_valid(header->extension, strlen(header->extension)));
    assert(!header->base_name[0] || znn_base_name_is_valid(header->base_name, strlen(header->base_name)));
    memset(bytes, 0, HEADER_FIXED);
    memcpy(bytes, magic, sizeof magic);
    length += write_property(bytes + length, PROPERTY_EXTENSION, header->extension);
    if (header->lossy.mode == ZNN_FIXED_POINT) {
        bytes[length++] = PROPERTY_LOSSY;
        bytes[length++] = LOSSY_SIZE;
        bytes[length++] = LOSSY_FIXED_POINT;
        bytes[length++] = (uint8_t)header->lossy.bits;
        bytes[length++] = (uint8_t)((header->lossy.rounding == ZNN_ROUND_FLOOR ? LOSSY_FLOOR : 0) |
                                    (header->lossy.exact_zero ? LOSSY_EXACT_ZERO : 0));
    }
    length += write_property(bytes + length, PROPERTY_BASE, header->base_name);
    store_le16(bytes + 16, (uint16_t)header->format_version);
    store_le16(bytes + 18, (uint16_t)length);
    store_le32(bytes + 20, header->references ? FEATURE_REFERENCES : 0);
    store_le64(bytes + 8, XXH3_64bits(bytes + 16, length - 16));
    return length;
}

/* Files that people mistake for .znn files.  ZipNN calls its files .znn, too. */
static const struct {
    size_t place, size;
    const char *bytes, *sentence;
} foreign[] = {
    {0, 2, "ZN", "it is a file of ZipNN, another program; ZipNN's zipnn_decompress_file.py opens it"},
    {0, 4, "\x28\xb5\x2f\xfd", "it is compressed by zstd; 'zstd -d' opens it"},
    {0, 2, "\x1f\x8b", "it is compressed by gzip; 'gzip -d' opens it"},
    {0, 6,
     "\xfd"
     "7zXZ",
     "it is compressed by xz; 'xz -d' opens it"},
    {0, 19, "version https://git", "it is a pointer of Git LFS; 'git lfs pull' fetches the file"},
    {0, 4, "GGUF", "it is a model; 'znn stat' looks into models, 'znn compress' makes .znn files of them"},
    {0, 6, "\x93NUMPY", "it is a model; 'znn stat' looks into models, 'znn compress' makes .znn files of them"},
    {0, 4, "PK\3\4", "it is a zip file; if it is a model, 'znn compress' makes a .znn file of it"},
    {8, 2, "{\"", "it is a model; 'znn stat' looks into models, 'znn compress' makes .znn files of them"},
};

/* HTML may start with blanks, and ignores case. */
static bool is_web_page(const uint8_t *bytes, size_t size)
{
    static const char *const starts[] = {"<!doctype", "<html"};
    size_t blanks = 0;
    while (blanks < size && memchr(" \t\r\n", bytes[blanks], 4))
        blanks++;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t compared = 0;
        while (starts[i][compared] && blanks + compared < size &&
               (bytes[blanks + compared] | ('A' ^ 'a')) == ((uint8_t)starts[i][compared] | ('A' ^ 'a')))
            compared++;
        if (!starts[i][compared])
            return true;
    }
    return false;
}

static enum znn_status fail_foreign(const uint8_t *bytes, size_t size, struct znn_error *error)
{
    if (size == 0)
        return znn_fail(error, ZNN_ERROR_NOT_ZNN, ZNN_NO_OFFSET,
                        "it is empty; fetch the file again, or restore it from a backup");
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (size >= foreign[i].place + foreign[i].size &&
            memcmp(bytes + foreign[i].place, foreign[i].bytes, foreign[i].size) == 0)
            return znn_fail(error, ZNN_ERROR_NOT_ZNN, ZNN_NO_OFFSET, "%s", foreign[i].sentence);
    if (is_web_page(bytes, size))
        return znn_fail(error, ZNN_ERROR_NOT_ZNN, ZNN_NO_OFFSET,
                        "it is a web page; check the address that it was fetched from");
    return znn_fail(error, ZNN_ERROR_NOT_ZNN, 0, "the magic number is not there");
}

/* Returns true also for a file that ends within the magic number, because such a file was cut short. */
static bool agrees_with_magic(const uint8_t *bytes, size_t size)
{
    return size > 0 && memcmp(bytes, magic, size < sizeof magic ? size : sizeof magic) == 0;
}

bool znn_header_is_znn(const uint8_t *bytes, size_t size)
{
    return size >= sizeof magic && agrees_with_magic(bytes, size);
}

enum znn_status znn_header_length(const uint8_t *bytes, size_t size, size_t *length, struct znn_error *error)
{
    if (!agrees_with_magic(bytes, size))
        return fail_foreign(bytes, size, error);
    if (size < HEADER_FIXED)
        return znn_fail(error, ZNN_ERROR_CORRUPT, size, "the file ends within its header");
    *length = load_le16(bytes + 18);
    if (*length < HEADER_FIXED || *length > HEADER_MAX)
        return znn_fail(error, ZNN_ERROR_CORRUPT, 18, "the header states an impossible length");
    return ZNN_OK;
}

static enum znn_status parse_extension(const uint8_t *value, size_t size, struct znn_header *header,
                                       struct znn_error *error)
{
    if (!znn_extension_is_valid((const char *)value, size))
        return znn_fail(error, ZNN_ERROR_CORRUPT, HEADER_FIXED, "the stored extension is not letters and digits");
    memcpy(header->extension, value, size);
    return ZNN_OK;
}

/* Checks the mode first, because other modes may have other sizes. */
static enum znn_status parse_lossy(const uint8_t *value, size_t size, struct znn_header *header,
                                   struct znn_error *error)
{
    if (size > 0 && value[0] != LOSSY_FIXED_POINT)
        return znn_fail(error, ZNN_ERROR_TOO_NEW, HEADER_FIXED, "lossy mode %u is not known", value[0]);
    if (size != LOSSY_SIZE || value[1] > FIXED_PRECISION_MAX)
        return znn_fail(error, ZNN_ERROR_CORRUPT, HEADER_FIXED, "what the header says of rounding is malformed");
    if (value[2] & ~(LOSSY_FLOOR | LOSSY_EXACT_ZERO))
        return znn_fail(error, ZNN_ERROR_TOO_NEW, HEADER_FIXED, "lossy flags 0x%02x are not known", value[2]);
    header->lossy = (struct znn_lossy){
        .mode = ZNN_FIXED_POINT,
        .bits = value[1],
        .rounding = value[2] & LOSSY_FLOOR ? ZNN_ROUND_FLOOR : ZNN_ROUND_NEAREST,
        .exact_zero = value[2] & LOSSY_EXACT_ZERO ? 1 : 0,
    };
    return ZNN_OK;
}

static enum znn_status parse_property(unsigned tag, const uint8_t *value, size_t size, struct znn_header *header,
                                      struct znn_error *error)
{
    if (tag >= PROPERTY_MAY_IGNORE)
        return ZNN_OK;
    switch (tag) {
    case PROPERTY_EXTENSION:
        return parse_extension(value, size, header, error);
    case PROPERTY_LOSSY:
        return parse_lossy(value, size, header, error);
    case PROPERTY_BASE:
        if (!znn_base_name_is_valid((const char *)value, size))
            return znn_fail(error, ZNN_ERROR_CORRUPT, HEADER_FIXED, "the stored name of the base is none of a file");
        memcpy(header->base_name, value, size);
        return ZNN_OK;
    default:
        return znn_fail(error, ZNN_ERROR_TOO_NEW, HEADER_FIXED, "header property %u is not known", tag);
    }
}

static enum znn_status parse_properties(struct byte_reader reader, struct znn_header *header, struct znn_error *error)
{
    int last = -1;
    while (bytes_left(&reader) > 0) {
        unsigned tag = read_u8(&reader);
        size_t size = read_u8(&reader);
        const uint8_t *value = read_bytes(&reader, size);
        if (reader.bad || (int)tag <= last)
            return znn_fail(error, ZNN_ERROR_CORRUPT, HEADER_FIXED, "the header's properties are malformed");
        enum znn_status status = parse_property(tag, value, size, header, error);
        if (status)
            return status;
        last = (int)tag;
    }
    return ZNN_OK;
}

enum znn_status znn_header_parse(const uint8_t *bytes, size_t length, struct znn_header *header,
                                 struct znn_error *error)
{
    if (load_le64(bytes + 8) != XXH3_64bits(bytes + 16, length - 16))
        return znn_fail(error, ZNN_ERROR_CORRUPT, 8, "the header's checksum does not match");
    unsigned version = load_le16(bytes + 16);
    if (version > ZNN_FORMAT_VERSION)
        return znn_fail(error, ZNN_ERROR_TOO_NEW, 16, "it has format version %u, this library reads up to version %u",
                        version, (unsigned)ZNN_FORMAT_VERSION);
    if (version == 0)
        return znn_fail(error, ZNN_ERROR_CORRUPT, 16, "there is no format version 0");
    uint32_t must = load_le32(bytes + 20);
    if ((must & ~FEATURE_REFERENCES) != 0)
        return znn_fail(error, ZNN_ERROR_TOO_NEW, 20, "it needs features 0x%08lx, which are not known",
                        (unsigned long)(must & ~FEATURE_REFERENCES));
    if (load_le32(bytes + 28) != 0)
        return znn_fail(error, ZNN_ERROR_CORRUPT, 28, "a reserved field of the header is not zero");
    *header = (struct znn_header){.format_version = version, .references = (must & FEATURE_REFERENCES) != 0};
    return parse_properties(byte_reader(bytes + HEADER_FIXED, length - HEADER_FIXED), header, error);
}

enum znn_status znn_header_read_start(const void *data, size_t size, struct znn_header *header, struct znn_error *error)
{
    size_t length = 0;
    enum znn_status status = znn_header_length(data, size, &length, error);
    if (status)
        return status;
    if (length > size)
        return znn_fail(error, ZNN_ERROR_CORRUPT, size, "the file ends within its header");
    return znn_header_parse(data, length, header, error);
}
