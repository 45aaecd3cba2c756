/*
 * damage_cases.c - damaged .znn files are refused or decode to the same bytes, and salvaging gives right bytes
 *
 *     damage_cases COUNT FILE.znn|DIRECTORY...
 *
 * The samples are the given files and the good-*.znn in the given directories, so every new vector is also a sample.
 * base.safetensors in such a directory is the base of the samples that have one.  First the program flips every single
 * bit of each small sample, removes every byte, inserts one at every place, and cuts off every end.  Then it makes
 * COUNT random damages of the kinds in mutations.h, one after the other.  If a damaged file decodes, it must give
 * exactly the bytes of the sample.  The same is true for the bytes that the random-access reader gives; if two files
 * were spliced, all of these may also be those of the other file.
 *
 * Each file is also salvaged.  It must be reported as whole if and only if it decodes.  Every byte that is not reported
 * lost must be the sample's.  Salvaging may take chunks of another file only after the kinds of damage that bring them
 * in.  It may take chunks of a file within the file (good-nested-*) only after more than one damage, because they
 * cannot be told apart if both the index and the head of the record around them are gone.
 *
 * Prints for each kind how many cases were refused, how many did no harm, and how much was salvaged.  Exits with 1 if
 * any case decoded to something else.
 */
#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "mutations.h"
#include "znn.h"

#define SAMPLES_MAX 600
#define SMALL 2048          /* a sample of which every bit is tried */
#define SALVAGED_MAX 100000 /* an original that is salvaged every time */

struct sample {
    char name[256];
    struct file_bytes file;
    struct file_bytes original;
};

enum {
    BIT_FLIP,
    TRUNCATION,
    BYTE_LOST,
    BYTE_INSERTED,
    FLIPS,
    OVERWRITE,
    CUT,
    INSERT,
    SPLICE,
    DISORDER,
    TRANSPLANT,
    KINDS
};

static const char *const kinds[KINDS] = {
    "every bit",         "every truncation",     "every byte lost",      "every byte inserted",
    "some bits",         "ranges changed",       "ranges lost",          "bytes inserted or appended",
    "two files spliced", "chunks moved or lost", "chunks of other files"};

static uint8_t base_data[4096];
static struct znn_base *base;

static struct {
    struct sample samples[SAMPLES_MAX];
    size_t count;
    unsigned long refused[KINDS], harmless[KINDS];
    uint64_t bytes[KINDS], salvaged[KINDS]; /* of the samples that were refused */
    unsigned failures;
} cases;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static enum znn_status decode(const uint8_t *data, size_t size, struct znn_memory *decoded)
{
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = znn_output_memory(decoded);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = base};
    return znn_decompress(&input, &output, &options, NULL, NULL);
}

static void add_sample(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (!file || stat(path, &status) != 0 || cases.count == SAMPLES_MAX)
        die(path);
    struct sample *sample = &cases.samples[cases.count++];
    size_t size = (size_t)status.st_size;
    struct znn_memory decoded = {0};
    snprintf(sample->name, sizeof sample->name, "%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    sample->file = (struct file_bytes){malloc(size + 1), size};
    if (!sample->file.data || fread(sample->file.data, 1, size, file) != size)
        die(path);
    fclose(file);
    if (decode(sample->file.data, size, &decoded) != ZNN_OK) {
        printf("%s does not decode even when it is whole\n", path);
        exit(2);
    }
    sample->original = (struct file_bytes){decoded.data, decoded.size};
}

static void open_base(const char *directory)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/base.safetensors", directory);
    FILE *file = fopen(path, "rb");
    if (!file)
        return;
    struct znn_input input = znn_input_memory(base_data, fread(base_data, 1, sizeof base_data, file));
    fclose(file);
    if (base || znn_base_open(&input, NULL, &base, NULL) != ZNN_OK)
        die(path);
}

static void add_samples(const char *path)
{
    DIR *directory = opendir(path);
    if (!directory) {
        add_sample(path);
        return;
    }
    open_base(path);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char inner[4096];
        size_t size = strlen(entry->d_name);
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (strncmp(entry->d_name, "good-", 5) == 0 && strcmp(entry->d_name + size - 4, ".znn") == 0)
            add_sample(inner);
    }
    closedir(directory);
}

static void fail(const struct sample *sample, int kind, const char *what)
{
    if (cases.failures++ < 20)
        printf("FAILED: %s, %s: %s\n", sample->name, kinds[kind], what);
}

/* After damage the file may have become another whole one. */
static bool is_sample(const struct file_bytes *file)
{
    for (size_t i = 0; i < cases.count; i++)
        if (cases.samples[i].file.size == file->size && memcmp(cases.samples[i].file.data, file->data, file->size) == 0)
            return true;
    return false;
}

/* Whether these bytes are in their place. */
static bool is_right(const struct sample *sample, uint64_t at, const uint8_t *range, size_t size)
{
    return at + size <= sample->original.size && memcmp(range, sample->original.data + at, size) == 0;
}

/* In a file of format version 1, the index does not tell chunks of the same place and lengths apart. */
static bool tells_chunks_apart(const uint8_t *data, size_t size)
{
    return size > 16 && data[16] >= 2;
}

/* What can be read through the index. */
static void check_reader(const struct sample *sample, const struct sample *other, int kind, const uint8_t *data,
                         size_t size)
{
    static uint8_t range[5000];
    bool mine = true, theirs = kind == SPLICE;
    struct znn_input input = znn_input_memory(data, size);
    struct znn_reader *reader;
    if (znn_reader_open(&input,
                        &(struct znn_reader_options){.struct_size = sizeof(struct znn_reader_options), .base = base},
                        &reader, NULL) != ZNN_OK)
        return;
    for (uint64_t at = 0; at < znn_reader_size(reader); at += sizeof range) {
        size_t got;
        znn_reader_pread(reader, range, sizeof range, at, &got, NULL);
        mine = mine && (got == 0 || is_right(sample, at, range, got));
        theirs = theirs && (got == 0 || is_right(other, at, range, got));
        if (!mine && !theirs) {
            fail(sample, kind, "the reader gives other bytes");
            break;
        }
        if (sample->original.size > 100000) /* long, and much the same */
            at += sizeof range * 50;
    }
    znn_reader_close(reader);
}

/* Whether all that is not said to be lost is the sample's; *kept is how much that is. */
static bool is_salvage_right(const struct sample *sample, const struct znn_salvage *salvage,
                             const struct znn_memory *salvaged, uint64_t *kept)
{
    int is_known;
    uint64_t end = znn_salvage_size(salvage, &is_known), next = 0;
    size_t count = znn_salvage_range_count(salvage);
    *kept = 0;
    if (salvaged->size != end || (is_known && end != sample->original.size))
        return false;
    for (size_t i = 0; i <= count; i++) {
        uint64_t offset = end, lost = 0;
        if (i < count)
            znn_salvage_range(salvage, i, &offset, &lost);
        if (offset > next && !is_right(sample, next, (const uint8_t *)salvaged->data + next, (size_t)(offset - next)))
            return false;
        *kept += offset - next;
        next = offset + lost;
    }
    return true;
}

/* Whether the damage leaves no chunks but the sample's to be found. */
static bool excludes_others(const struct sample *sample, int kind)
{
    bool single = kind < FLIPS;
    bool nested = strncmp(sample->name, "good-nested", 11) == 0;
    return single || (!nested && kind != INSERT && kind != SPLICE && kind != TRANSPLANT);
}

static void check_salvage(const struct sample *sample, int kind, const uint8_t *data, size_t size, bool refused)
{
    struct znn_memory salvaged = {0};
    struct znn_input input = znn_input_memory(data, size);
    struct znn_output output = znn_output_memory(&salvaged);
    struct znn_decompress_options options = {
        .struct_size = sizeof(struct znn_decompress_options), .threads = 1, .base = base};
    struct znn_salvage *salvage;
    uint64_t kept = 0;
    bool all = znn_salvage(&input, &output, &options, &salvage, NULL) == ZNN_OK && znn_salvage_is_whole(salvage);
    if (all == refused)
        fail(sample, kind, refused ? "is salvaged as a whole file, but refused" : "is not salvaged, but decodes");
    if (salvage && !is_salvage_right(sample, salvage, &salvaged, &kept) && excludes_others(sample, kind))
        fail(sample, kind, "other bytes are salvaged");
    if (refused) {
        cases.bytes[kind] += sample->original.size;
        cases.salvaged[kind] += kept;
    }
    znn_salvage_free(salvage);
    free(salvaged.data);
}

static void check(const struct sample *sample, const struct sample *other, int kind, const struct file_bytes *damaged,
                  bool salvages)
{
    struct znn_memory decoded = {0};
    uint8_t *exact = malloc(damaged->size ? damaged->size : 1);
    if (!exact)
        die("malloc");
    if (damaged->size > 0)
        memcpy(exact, damaged->data, damaged->size);
    bool refused = decode(exact, damaged->size, &decoded) != ZNN_OK;
    if (refused) {
        cases.refused[kind]++;
    } else {
        cases.harmless[kind]++;
        bool same = decoded.size == sample->original.size &&
                    (decoded.size == 0 || memcmp(decoded.data, sample->original.data, decoded.size) == 0);
        if (!same)
            fail(sample, kind, "decodes to other bytes");
    }
    if ((kind != TRANSPLANT && kind != SPLICE) || tells_chunks_apart(exact, damaged->size))
        check_reader(sample, other, kind, exact, damaged->size);
    if (sample->original.size <= SALVAGED_MAX && salvages)
        check_salvage(sample, kind, exact, damaged->size, refused);
    free(decoded.data);
    free(exact);
}

static void try_everything(const struct sample *sample)
{
    struct file_bytes file = sample->file;
    for (size_t bit = 0; bit < 8 * file.size; bit++) {
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        check(sample, NULL, BIT_FLIP, &file, bit % 8 == bit / 8 % 8); /* one bit of each byte */
        file.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    while (file.size-- > 0)
        check(sample, NULL, TRUNCATION, &file, true);
}

/* A byte is lost, and one is inserted, at each place.  What is inserted is the byte before, or another one. */
static void try_every_place(const struct sample *sample)
{
    struct file_bytes file = {malloc(sample->file.size + 1), 0};
    if (!file.data)
        die("malloc");
    for (size_t place = 0; place <= sample->file.size; place++) {
        memcpy(file.data, sample->file.data, sample->file.size);
        file.size = sample->file.size;
        shift(&file, place, place + 1);
        file.data[place] = (uint8_t)(place % 2 && place > 0 ? file.data[place - 1] : place);
        check(sample, NULL, BYTE_INSERTED, &file, true);
        shift(&file, place + 1, place);
        if (place == file.size)
            break;
        shift(&file, place + 1, place);
        check(sample, NULL, BYTE_LOST, &file, true);
    }
    free(file.data);
}

static void try_single_damage(const struct sample *sample)
{
    try_everything(sample);
    try_every_place(sample);
}

static void mutate(struct random *random, int kind, struct file_bytes *file, const struct file_bytes *other)
{
    switch (kind) {
    case FLIPS:
        flip_bits(random, file);
        break;
    case OVERWRITE:
        overwrite(random, file);
        break;
    case CUT:
        cut(random, file);
        break;
    case INSERT:
        insert(random, file, other);
        break;
    case SPLICE:
        splice(random, file, other);
        break;
    case DISORDER:
        disorder(random, file);
        break;
    default:
        transplant(random, file, other);
    }
}

static void try_at_random(struct random *random)
{
    const struct sample *sample = &cases.samples[random_below(random, cases.count)];
    const struct sample *other = &cases.samples[random_below(random, cases.count)];
    int kind = FLIPS + (int)random_below(random, KINDS - FLIPS);
    struct file_bytes file = {malloc(3 * sample->file.size), sample->file.size};
    if (!file.data)
        die("malloc");
    memcpy(file.data, sample->file.data, file.size);
    mutate(random, kind, &file, &other->file);
    if (!is_sample(&file))
        check(sample, other, kind, &file, true);
    free(file.data);
}

static unsigned long count_cases(void)
{
    unsigned long sum = 0;
    for (int i = 0; i < KINDS; i++)
        sum += cases.refused[i] + cases.harmless[i];
    return sum;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: damage_cases COUNT FILE.znn|DIRECTORY...\n");
        return 2;
    }
    for (int i = 2; i < argc; i++)
        add_samples(argv[i]);
    struct random random = random_start("damage_cases");
    for (size_t i = 0; i < cases.count; i++)
        if (cases.samples[i].file.size <= SMALL && cases.samples[i].original.size <= 1 << 20)
            try_single_damage(&cases.samples[i]);
    for (unsigned long left = strtoul(argv[1], NULL, 10), before = count_cases(); count_cases() - before < left;)
        try_at_random(&random);
    for (int i = 0; i < KINDS; i++)
        printf("%-27s %7lu refused, %5lu harmless, %3.0f %% salvaged\n", kinds[i], cases.refused[i], cases.harmless[i],
               100.0 * (double)cases.salvaged[i] / (double)(cases.bytes[i] ? cases.bytes[i] : 1));
    printf("%zu samples, %lu cases, %u decoded to other bytes\n", cases.count, count_cases(), cases.failures);
    for (size_t i = 0; i < cases.count; i++) {
        free(cases.samples[i].file.data);
        free(cases.samples[i].original.data);
    }
    znn_base_close(base);
    return cases.failures > 0;
}
