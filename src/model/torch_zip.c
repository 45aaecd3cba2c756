/*
 * torch_zip.c - the scanner for PyTorch's and NumPy's zip files
 */
#include "model/torch_zip.h"

#include <stdio.h>
#include <string.h>

#include "common/memory.h"
#include "model/npy.h"
#include "model/torch_names.h"
#include "model/utf8.h"
#include "model/zip.h"
#include "model/zip_series.h"

#define PICKLE_MAX ((uint64_t)64 << 20)
#define MEMBER_NAME_MAX 255 /* of pickles, keys, arrays and nested zips that are scanned */
#define NUMBER_MAX 21       /* the number of an archive in a series, and a slash */
#define PREFIX_MAX (NUMBER_MAX + MEMBER_NAME_MAX + 1)
#define NAME_MAX (PREFIX_MAX + MEMBER_NAME_MAX + 1)

/* A zip that is being scanned, and the zip around it. */
struct archive {
    struct source *source;
    struct model *model;
    struct zip zip;
    const struct archive *outer;
    bool is_cut;
    char prefix[PREFIX_MAX + 1]; /* of all names: the number, then the path of a nested zip and a slash */
};

static bool has_suffix(const struct zip_member *member, const char *suffix)
{
    size_t size = strlen(suffix);
    return member->name_size >= size && memcmp(member->name + member->name_size - size, suffix, size) == 0;
}

/* Returns true for "suffix" and "any/path/suffix". */
static bool is_file(const struct zip_member *member, const char *suffix)
{
    size_t size = strlen(suffix);
    return has_suffix(member, suffix) &&
           (member->name_size == size || member->name[member->name_size - size - 1] == '/');
}

/* Returns the length of a member's name up to and including its last slash. */
static size_t folder_size(const struct zip_member *member)
{
    size_t size = member->name_size;
    while (size > 0 && member->name[size - 1] != '/')
        size--;
    return size;
}

/* Returns the length of the first member's name up to and including its first slash.  PyTorch uses the same root for
 * all members. */
static size_t root_size(const struct zip *zip)
{
    const uint8_t *slash = zip->first_name_size ? memchr(zip->first_name, '/', zip->first_name_size) : NULL;
    return slash ? (size_t)(slash - zip->first_name) + 1 : 0;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* A pickle and its storages                                                                                          */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Sets *big if a big-endian machine wrote the storages next to the pickle. */
static enum znn_status is_big_endian(struct archive *archive, const struct zip_member *pickle, bool *big,
                                     struct znn_error *error)
{
    struct zip_name name = {{pickle->name, "byteorder"}, {folder_size(pickle), 9}};
    const struct zip_member *member = znn_zip_find(&archive->zip, &name);
    uint8_t order[3];
    size_t got;
    *big = false;
    if (!member || member->method != ZIP_STORED || member->size != sizeof order)
        return ZNN_OK;
    enum znn_status status = znn_source_read(archive->source, member->offset, order, sizeof order, &got, error);
    *big = status == ZNN_OK && got == sizeof order && memcmp(order, "big", sizeof order) == 0;
    return status;
}

/* Returns the storage's key as text: a string in the pickle, or a number written to `digits`. */
static const void *key_text(const struct pickle *pickle, uint32_t key, char digits[20], size_t *size)
{
    const struct pickle_value *value = znn_pickle_value(pickle, key);
    uint64_t number;
    if (value->kind == PICKLE_STRING) {
        *size = value->a;
        return pickle->data + value->b;
    }
    *size = 0;
    if (!znn_pickle_unsigned(pickle, key, &number))
        return NULL;
    char *text = digits + 20;
    do
        *--text = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    *size = (size_t)(digits + 20 - text);
    return text;
}

static const struct zip_member *find_storage(const struct archive *archive, const struct zip_member *pickle,
                                             const void *key, size_t key_size)
{
    static const char extension[] = ".pkl";
    static const char data[] = ".data/";
    struct zip_name beside = {{pickle->name, "/", key}, {pickle->name_size - (sizeof extension - 1), 1, key_size}};
    const struct zip_member *member = znn_zip_find(&archive->zip, &beside);
    char name[sizeof data + MEMBER_NAME_MAX + sizeof ".storage"];
    if (member || key_size > MEMBER_NAME_MAX)
        return member;
    size_t size = sizeof data - 1;
    memcpy(name, data, size);
    memcpy(name + size, key, key_size);
    memcpy(name + size + key_size, ".storage", 8);
    struct zip_name in_package = {{archive->zip.first_name, name}, {root_size(&archive->zip), size + key_size + 8}};
    return znn_zip_find(&archive->zip, &in_package);
}

static void place_storages(const struct archive *archive, const struct zip_member *pickle, struct torch_pickle *torch)
{
    for (size_t i = 0; i < torch->count; i++) {
        char digits[20];
        size_t size;
        const void *key = key_text(&torch->pickle, torch->storages[i].key, digits, &size);
        const struct zip_member *member =
            key && size <= MEMBER_NAME_MAX ? find_storage(archive, pickle, key, size) : NULL;
        if (member && member->method == ZIP_STORED)
            znn_torch_place(&torch->storages[i], member->offset, member->size);
        else if (!member && archive->is_cut)
            znn_torch_place(&torch->storages[i], archive->source->size, 0);
    }
}

/* Writes the prefix of a pickle's tensor names: nothing for the main pickle, otherwise the name of the pickle. */
static void pickle_prefix(const struct archive *archive, const struct zip_member *pickle, char prefix[NAME_MAX + 1])
{
    size_t root = root_size(&archive->zip);
    size_t size = strlen(archive->prefix);
    memcpy(prefix, archive->prefix, size);
    const uint8_t *name = pickle->name;
    size_t name_size = pickle->name_size - (sizeof ".pkl" - 1);
    if (name_size >= root && memcmp(name, archive->zip.first_name, root) == 0) {
        name += root;
        name_size -= root;
    }
    if (name_size != 4 || memcmp(name, "data", 4) != 0) {
        memcpy(prefix + size, name, name_size);
        size += name_size;
        prefix[size++] = '.';
    }
    prefix[size] = '\0';
}

static enum znn_status scan_pickle(struct archive *archive, const struct zip_member *member, struct znn_error *error)
{
    const uint8_t *data;
    size_t available;
    bool big_endian;
    char prefix[NAME_MAX + 1];
    if (member->size > PICKLE_MAX || member->name_size > MEMBER_NAME_MAX)
        return ZNN_OK;
    enum znn_status status = is_big_endian(archive, member, &big_endian, error);
    if (status || big_endian)
        return status;
    status = znn_source_view(archive->source, member->offset, (size_t)member->size, &data, &available, error);
    if (status || available != member->size)
        return status;

    struct torch_pickle torch;
    pickle_prefix(archive, member, prefix);
    bool done = znn_torch_pickle_read(&torch, data, available);
    if (done) {
        place_storages(archive, member, &torch);
        done = znn_torch_list(&torch, archive->model, member->offset, prefix);
    }
    znn_torch_pickle_free(&torch);
    return done ? ZNN_OK : znn_fail_memory(error, available);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* A NumPy array                                                                                                      */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Lists the array of a .npy member under the member's name without the suffix.  Sets *found if there is an array. */
static enum znn_status scan_array(const struct archive *archive, const struct zip_member *member, bool *found,
                                  struct znn_error *error)
{
    char name[NAME_MAX + 1];
    size_t prefix_size = strlen(archive->prefix);
    *found = false;
    if (member->name_size > MEMBER_NAME_MAX || znn_utf8_valid_size(member->name, member->name_size) < member->name_size)
        return ZNN_OK;
    size_t own_size = member->name_size - (sizeof ".npy" - 1);
    memcpy(name, archive->prefix, prefix_size);
    memcpy(name + prefix_size, member->name, own_size);
    return znn_npy_scan_range(archive->source, member->offset, member->size, name, (uint32_t)(prefix_size + own_size),
                              archive->model, found, error);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* A zip                                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

static enum znn_status scan_zip(struct archive *archive, uint64_t offset, uint64_t size, struct znn_error *error);

/* Sets *zip if the bytes at `offset` start like a zip. */
static enum znn_status is_zip(struct source *source, uint64_t offset, bool *zip, struct znn_error *error)
{
    uint8_t magic[4];
    size_t got;
    enum znn_status status = znn_source_read(source, offset, magic, sizeof magic, &got, error);
    *zip = status == ZNN_OK && got == sizeof magic && memcmp(magic, "PK\3\4", sizeof magic) == 0;
    return status;
}

/* Scans a member that may be a zip. */
static enum znn_status scan_nested(const struct archive *outer, const struct zip_member *member,
                                   struct znn_error *error)
{
    struct archive archive = {.source = outer->source, .model = outer->model, .outer = outer};
    bool zip;
    if (outer->outer || member->name_size > MEMBER_NAME_MAX || member->size < 22)
        return ZNN_OK;
    enum znn_status status = is_zip(outer->source, member->offset, &zip, error);
    if (status || !zip)
        return status;
    size_t number_size = strlen(outer->prefix);
    memcpy(archive.prefix, outer->prefix, number_size);
    memcpy(archive.prefix + number_size, member->name, member->name_size);
    archive.prefix[number_size + member->name_size] = '/';
    return scan_zip(&archive, member->offset, member->size, error);
}

static enum model_format format_of(const struct zip *zip)
{
    bool data = false, constants = false;
    for (size_t i = 0; i < zip->count; i++) {
        data = data || is_file(&zip->members[i], "data.pkl") || is_file(&zip->members[i], ".data/extern_modules");
        constants = constants || is_file(&zip->members[i], "constants.pkl");
    }
    return constants ? FORMAT_TORCHSCRIPT : data ? FORMAT_TORCH_ZIP : FORMAT_ZIP;
}

/* If there are several archives, one of PyTorch's decides. */
static void set_format(const struct archive *archive)
{
    struct model *model = archive->model;
    enum model_format format = format_of(&archive->zip);
    if (model->format == FORMAT_BYTES || (format != FORMAT_ZIP && model->format != FORMAT_TORCHSCRIPT))
        model->format = format;
}

static enum znn_status scan_zip(struct archive *archive, uint64_t offset, uint64_t size, struct znn_error *error)
{
    struct zip *zip = &archive->zip;
    enum znn_status status = archive->is_cut ? znn_zip_recover(archive->source, offset, size, zip, error)
                                             : znn_zip_open(archive->source, offset, size, zip, error);
    if (zip->count > 0 && !archive->outer)
        set_format(archive);
    for (size_t i = 0; i < zip->count && status == ZNN_OK; i++) {
        const struct zip_member *member = &zip->members[i];
        bool array = false;
        if (member->method != ZIP_STORED)
            continue;
        if (has_suffix(member, ".pkl"))
            status = scan_pickle(archive, member, error);
        else if (has_suffix(member, ".npy"))
            status = scan_array(archive, member, &array, error);
        else
            status = scan_nested(archive, member, error);
        if (array && !archive->outer && archive->model->format == FORMAT_ZIP)
            archive->model->format = FORMAT_NPZ;
    }
    znn_zip_close(zip);
    return status;
}

/* Scans each archive.  In a series, the number of the archive makes the names unique. */
static enum znn_status scan_series(struct source *source, const struct zip_series *series, struct model *model,
                                   struct znn_error *error)
{
    enum znn_status status = ZNN_OK;
    for (size_t i = 0; i < series->count && !status; i++) {
        const struct zip_range *range = &series->ranges[i];
        struct archive archive = {.source = source, .model = model, .is_cut = range->is_cut};
        if (series->count > 1)
            snprintf(archive.prefix, sizeof archive.prefix, "%zu/", i);
        status = scan_zip(&archive, range->offset, range->size, error);
        if (range->is_cut && model->format != FORMAT_BYTES)
            model->verdict = VERDICT_TRUNCATED;
    }
    model->end = 0; /* arrays have set it, but archives do not say where the file should end */
    if (!status)
        znn_model_settle(model, source->size);
    return status;
}

static enum znn_status scan_archives(struct source *source, struct model *model, struct znn_error *error)
{
    struct zip_series series = {0};
    enum znn_status status = znn_zip_series_find(source, &series, error);
    if (!status)
        status = scan_series(source, &series, model, error);
    znn_release(series.ranges);
    return status;
}

enum znn_status znn_torch_zip_scan(struct source *source, struct model *model, struct znn_error *error)
{
    bool zip;
    if (!znn_source_is_seekable(source))
        return ZNN_OK;
    enum znn_status status = is_zip(source, 0, &zip, error);
    return status || !zip ? status : scan_archives(source, model, error);
}

enum znn_status znn_torch_zip_scan_end(struct source *source, struct model *model, struct znn_error *error)
{
    bool zip;
    if (!znn_source_is_seekable(source) || source->size == 0)
        return ZNN_OK;
    enum header_verdict verdict = model->verdict; /* of the invalid header */
    enum znn_status status = is_zip(source, 0, &zip, error);
    model->verdict = VERDICT_ACCEPTED;
    if (!status && !zip)
        status = scan_archives(source, model, error);
    if (model->format == FORMAT_BYTES)
        model->verdict = verdict;
    return status;
}
