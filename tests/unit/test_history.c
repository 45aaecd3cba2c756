/*
 * test_history.c - a worker's earlier chunks do not affect its results
 *
 * A .znn file must not depend on which thread got which chunk.  So one worker encodes every kind of chunk after every
 * other kind, and the test compares the result with that of a fresh worker.  It does the same for decoding.
 *
 *     used     | text | noise | ... | references | ...      the same record, for all pairs
 *     fresh                         | references |
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "common/hash.h"
#include "engine/chunk/chunk_decoder.h"
#include "engine/chunk/chunk_encoder.h"
#include "engine/file/bases.h"
#include "models.h"
#include "support.h"

#define KINDS_MAX 80

/* A chunk, as a worker gets it, and what a fresh worker makes of it. */
struct kind {
    const char *name;
    struct chunk_plan plan;
    struct buffer data;
    struct buffer gaps; /* of a chunk of references */
    struct buffer record;
};

struct kinds {
    struct random random;
    struct kind list[KINDS_MAX];
    size_t count;
};

/* How the chunks of a file are encoded. */
struct setting {
    const char *name;
    int level;
    bool lossy, based;
    enum znn_rounding rounding;
    enum znn_sign sign;
    size_t scale;  /* bytes of a chunk, about */
    size_t one_in; /* of all pairs, so many are tried: what is slow is tried in part, and in another one each time */
};

/* ------------------------------------------------------------------------------------------------------------------ */
/* Kinds of chunks                                                                                                    */
/* ------------------------------------------------------------------------------------------------------------------ */

static struct kind *start(struct kinds *kinds, const char *name)
{
    assert_true(kinds->count < KINDS_MAX);
    struct kind *kind = &kinds->list[kinds->count];
    *kind = (struct kind){.name = name, .plan = {.offset = (uint64_t)kinds->count << 24}};
    kinds->count++;
    return kind;
}

typedef void filler(struct random *random, struct buffer *buffer, size_t size, size_t word);

static void text(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    (void)word;
    put_text_like(random, buffer, size);
}

static void noise(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    (void)word;
    put_noise(random, buffer, size);
}

static void zeros(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    (void)random, (void)word;
    for (; size > 0; size--)
        assert_true(znn_buffer_append_u8(buffer, 0));
}

static void counter(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    (void)random;
    put_counter(buffer, size, word);
}

/* One weight in four, and zeros. */
static void sparse(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    for (size_t i = 0; i < size; i += word) {
        if (random_below(random, 4) == 0)
            put_weights(random, buffer, word, word);
        else
            zeros(random, buffer, word, word);
    }
}

/* Floats of all magnitudes from far below to a little above 1; one in 64 is infinite, or NaN, or a negative zero. */
static void floats(struct random *random, struct buffer *buffer, size_t size, size_t word)
{
    for (size_t i = 0; i < size; i += word) {
        uint8_t bytes[8];
        store_le64(bytes, random_u64(random));
        uint8_t *top = bytes + word - 1;
        *top = (uint8_t)((*top & 0x80) + 0x20 + (random_u64(random) & 0x1f));
        if (random_below(random, 64) == 0)
            memset(bytes, random_below(random, 2) ? 0xff : 0, word - 1), *top = random_below(random, 2) ? 0xff : 0x80;
        put_bytes(buffer, bytes, word);
    }
}

static struct piece *add(struct kinds *kinds, struct kind *kind, enum dtype dtype, size_t size, enum sharing sharing,
                         filler *fill)
{
    const struct dtype_info *info = znn_dtype_info(dtype);
    size -= size % info->block_bytes;
    fill(&kinds->random, &kind->data, size, info->word);
    assert_true(znn_chunk_plan_add(&kind->plan, (uint32_t)size, (uint8_t)dtype, sharing));
    return &kind->plan.pieces[kind->plan.count - 1];
}

static void add_plain_kinds(struct kinds *kinds, size_t scale)
{
    static const struct {
        const char *name;
        enum dtype dtype;
        filler *fill;
    } plain[] = {
        {"text", DTYPE_BYTES, text},
        {"noise", DTYPE_BYTES, noise},
        {"zeros", DTYPE_BYTES, zeros},
        {"few values", DTYPE_BYTES, put_few},
        {"integers", DTYPE_I32, counter},
        {"palette of 16 bits", DTYPE_F16, put_few},
        {"palette of 32", DTYPE_F32, put_few},
        {"palette of 64", DTYPE_I64, put_few},
        {"sparse BF16", DTYPE_BF16, sparse},
        {"sparse F32", DTYPE_F32, sparse},
        {"sparse F64", DTYPE_F64, sparse},
        {"blocks", DTYPE_Q4_K, put_weights},
        {"blocks of noise", DTYPE_Q8_0, noise},
        {"floats that repeat", DTYPE_F32, text},
        {"guessed F16", DTYPE_BYTES, put_weights},
        {"F8", DTYPE_F8_E4M3, put_weights},
        {"BF16", DTYPE_BF16, put_weights},
        {"F16", DTYPE_F16, put_weights},
        {"F32", DTYPE_F32, put_weights},
        {"F64", DTYPE_F64, put_weights},
        {"C64", DTYPE_C64, put_weights},
        {"all magnitudes", DTYPE_F32, floats},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        add(kinds, start(kinds, plain[i].name), plain[i].dtype, scale, SHARING_NONE, plain[i].fill);
        if (i % 3 == 0)
            add(kinds, start(kinds, "the same, short"), plain[i].dtype, 40 + i * 100, SHARING_NONE, plain[i].fill);
    }
}

/* Opaque bytes that are numbers, between others. */
static void add_guesses(struct kinds *kinds, size_t scale)
{
    struct kind *kind = start(kinds, "guessed F32 in text");
    put_text_like(&kinds->random, &kind->data, scale / 2 + 3);
    put_weights(&kinds->random, &kind->data, scale + 20000, 4);
    put_weights(&kinds->random, &kind->data, scale + 20000, 2);
    put_text_like(&kinds->random, &kind->data, 1001);
    assert_true(znn_chunk_plan_add(&kind->plan, (uint32_t)kind->data.size, DTYPE_BYTES, SHARING_NONE));
}

/* Many small pieces: short streams, and a layout. */
static void add_motley(struct kinds *kinds, const char *name, size_t size)
{
    struct kind *kind = start(kinds, name);
    while (kind->data.size < size) {
        enum dtype dtype = (enum dtype)random_below(&kinds->random, DTYPE_COUNT);
        add(kinds, kind, dtype, znn_dtype_info(dtype)->block_bytes * (1 + random_below(&kinds->random, 40)),
            (enum sharing)random_below(&kinds->random, 4), random_below(&kinds->random, 2) ? put_weights : text);
    }
}

#define REFERENCE 70000u

/* The bytes that references name. */
static void fill_earlier(uint64_t offset, uint8_t *target, size_t size)
{
    for (size_t i = 0; i < size; i++)
        target[i] = (uint8_t)((offset + i) * (offset + i) >> 9);
}

static enum znn_status read_earlier(void *context, const struct nested *nested, const struct range *ranges,
                                    size_t count, struct znn_error *error)
{
    (void)context, (void)nested, (void)error;
    for (size_t i = 0; i < count; i++)
        fill_earlier(ranges[i].offset, ranges[i].target, ranges[i].size);
    return ZNN_OK;
}

/*
 * Two references with opaque bytes before, between and behind them, all of them short: what such streams become depends
 * on how much effort they are worth.
 */
static void add_references(struct kinds *kinds, const char *name, size_t gap)
{
    struct kind *kind = start(kinds, name);
    znn_chunk_plan_clear(&kind->plan, kind->plan.offset);
    kind->plan.has_references = true;
    for (unsigned i = 0; i < 3; i++) {
        if (gap > 0) {
            put_text_like(&kinds->random, &kind->gaps, gap);
            put_something(&kinds->random, &kind->gaps, gap, 4);
            put_bytes(&kind->data, kind->gaps.data + kind->gaps.size - 2 * gap, 2 * gap);
            assert_true(znn_chunk_plan_add(&kind->plan, 2 * (uint32_t)gap, DTYPE_BYTES, SHARING_NONE));
        }
        if (i == 2)
            break;
        assert_true(znn_buffer_reserve(&kind->data, REFERENCE));
        fill_earlier(1000 + i, kind->data.data + kind->data.size, REFERENCE);
        kind->data.size += REFERENCE;
        assert_true(znn_chunk_plan_refer(&kind->plan, REFERENCE, 1000 + i));
    }
}

/* Pieces that may be rounded: alone, and among others. */
static void add_rounded(struct kinds *kinds, size_t scale)
{
    static const enum dtype dtypes[] = {DTYPE_F16, DTYPE_BF16, DTYPE_F32, DTYPE_F64};
    for (size_t i = 0; i < 4; i++) {
        add(kinds, start(kinds, "rounded"), dtypes[i], scale, SHARING_NONE, put_weights)->rounded = 1;
        add(kinds, start(kinds, "rounded, all magnitudes"), dtypes[i], scale / 2, SHARING_NONE, floats)->rounded = 1;
    }
    struct kind *kind = start(kinds, "rounded among others");
    for (size_t i = 0; i < 12; i++) {
        add(kinds, kind, dtypes[i % 4], 2000 + 800 * i, SHARING_SMALL, put_weights)->rounded = i % 3 > 0;
        add(kinds, kind, DTYPE_BYTES, 33, SHARING_NONE, text);
    }
    add(kinds, start(kinds, "rounded zeros"), DTYPE_F32, scale, SHARING_NONE, zeros)->rounded = 1;
    add(kinds, start(kinds, "rounded, few values"), DTYPE_F32, scale, SHARING_NONE, put_few)->rounded = 1;
}

#define BASE_TENSORS 4
#define BASE_SIZE ((size_t)100000)

static const enum dtype base_dtypes[BASE_TENSORS] = {DTYPE_BF16, DTYPE_F32, DTYPE_F16, DTYPE_I8};

/* Bytes of a tensor of the base, of which one in `one_in` is another one; 0: none. */
static void put_relative(struct kinds *kinds, struct kind *kind, const uint8_t *base, size_t size, size_t one_in)
{
    put_bytes(&kind->data, base, size);
    uint8_t *data = kind->data.data + kind->data.size - size;
    for (size_t i = 0; one_in > 0 && i < size; i += 1 + random_below(&kinds->random, one_in))
        data[i] = (uint8_t)(data[i] + random_u64(&kinds->random) % 5);
}

static void add_related(struct kinds *kinds, const struct buffer *base, size_t scale)
{
    static const struct {
        const char *name;
        size_t one_in;
    } ways[] = {{"equal to its base", 0}, {"near its base", 40}, {"far from its base", 1}};
    for (uint32_t i = 0; i < 3 * BASE_TENSORS; i++) {
        struct kind *kind = start(kinds, ways[i / BASE_TENSORS].name);
        uint32_t tensor = i % BASE_TENSORS, pieces = 1 + i % 2;
        for (uint32_t k = 0; k < pieces; k++) {
            struct piece piece = {.size = (uint32_t)scale / pieces / 8 * 8 - 80 * k,
                                  .dtype = (uint8_t)base_dtypes[tensor],
                                  .related = 1,
                                  .rounded = i % 3 == 0 && tensor < 3,
                                  .base = tensor,
                                  .base_offset = k * 8000};
            put_relative(kinds, kind, base->data + tensor * BASE_SIZE + piece.base_offset, piece.size,
                         ways[i / BASE_TENSORS].one_in);
            assert_true(znn_chunk_plan_add_piece(&kind->plan, &piece));
            kind->plan.pieces[kind->plan.count - 1].rounded = piece.rounded;
        }
    }
}

static struct kinds make_kinds(const struct random *random, size_t scale, bool lossy, const struct buffer *base)
{
    struct kinds kinds = {.random = *random};
    add_plain_kinds(&kinds, scale);
    add_guesses(&kinds, scale);
    add_motley(&kinds, "many pieces", 80000); /* enough to hurry */
    add_motley(&kinds, "many pieces, short", 9000);
    add_references(&kinds, "references", 700);
    add_references(&kinds, "references and hardly anything else", 20);
    add_references(&kinds, "references alone", 0);
    if (lossy)
        add_rounded(&kinds, scale);
    if (base->size > 0)
        add_related(&kinds, base, scale);
    return kinds;
}

static void free_kinds(struct kinds *kinds)
{
    for (size_t i = 0; i < kinds->count; i++) {
        znn_chunk_plan_free(&kinds->list[i].plan);
        znn_buffer_free(&kinds->list[i].data);
        znn_buffer_free(&kinds->list[i].gaps);
        znn_buffer_free(&kinds->list[i].record);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* The base                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

/* A safetensors file of tensors of BASE_SIZE bytes each; `data` has their bytes. */
static struct buffer make_base(struct random *random, struct buffer *data)
{
    struct buffer file = {0}, header = {0};
    uint8_t length[8];
    for (size_t i = 0; i < BASE_TENSORS; i++) {
        const struct dtype_info *info = znn_dtype_info(base_dtypes[i]);
        char line[200];
        int size = snprintf(
            line, sizeof line, "%s\"t%zu\":{\"dtype\":\"%s\",\"shape\":[%zu],\"data_offsets\":[%zu,%zu]}",
            i > 0 ? "," : "{", i, info->name, BASE_SIZE / info->block_bytes, data->size, data->size + BASE_SIZE);
        put_bytes(&header, line, (size_t)size);
        put_weights(random, data, BASE_SIZE, info->word);
    }
    put_bytes(&header, "}", 1);
    store_le64(length, header.size);
    put_bytes(&file, length, 8);
    put_bytes(&file, header.data, header.size);
    put_bytes(&file, data->data, data->size);
    znn_buffer_free(&header);
    return file;
}

/* What all workers of a file share. */
struct shop {
    struct buffer base_file, base_data;
    struct feed feed;
    struct znn_input input;
    struct znn_base *base;
    struct bases bases;
    struct znn_lossy lossy;
};

static void open_shop(struct shop *shop, struct random *random, const struct setting *setting)
{
    *shop = (struct shop){.lossy = {.mode = setting->lossy ? ZNN_FIXED_POINT : ZNN_LOSSLESS, .bits = 12}};
    shop->lossy.rounding = setting->rounding;
    shop->lossy.exact_zero = setting->rounding == ZNN_ROUND_FLOOR;
    if (!setting->lossy)
        shop->lossy = (struct znn_lossy){0};
    if (setting->based) {
        shop->base_file = make_base(random, &shop->base_data);
        shop->feed = (struct feed){.data = shop->base_file.data, .size = shop->base_file.size};
        shop->input = feed_input(&shop->feed, WAY_RANDOM_ACCESS);
        assert_int_equal(znn_base_open(&shop->input, NULL, &shop->base, NULL), ZNN_OK);
    }
    znn_bases_open(&shop->bases, shop->base, "");
    for (size_t i = 0; setting->based && i < BASE_TENSORS; i++)
        assert_true(znn_bases_add(&shop->bases, i));
    assert_int_equal(znn_bases_hash(&shop->bases, 1, false, NULL), ZNN_OK);
}

static void close_shop(struct shop *shop)
{
    znn_bases_close(&shop->bases);
    znn_base_close(shop->base);
    znn_buffer_free(&shop->base_file);
    znn_buffer_free(&shop->base_data);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Encoding                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

static struct chunk_encoder *new_encoder(struct shop *shop, const struct setting *setting)
{
    const struct chunk_coding coding = {setting->level, shop->lossy, setting->sign, znn_bases_source(&shop->bases),
                                        NULL};
    struct chunk_encoder *encoder = znn_chunk_encoder_new(&coding);
    assert_non_null(encoder);
    return encoder;
}

/* Encodes a chunk, whose bytes lie in a block of their own; the record is to be freed. */
static struct buffer encode(struct chunk_encoder *encoder, const struct kind *kind)
{
    struct encoded_chunk chunk;
    struct buffer record = {0};
    bool refers = kind->plan.has_references;
    const struct buffer *data = refers ? &kind->gaps : &kind->data;
    uint64_t digest = znn_hash(kind->data.data, kind->data.size);
    uint8_t *copy = malloc(data->size + 1);
    assert_non_null(copy);
    if (data->size > 0)
        memcpy(copy, data->data, data->size);
    assert_int_equal(refers ? znn_chunk_encode_references(encoder, &kind->plan, copy, digest, &chunk, NULL)
                            : znn_chunk_encode(encoder, &kind->plan, copy, &chunk, NULL),
                     ZNN_OK);
    memset(copy, 0x5a, data->size + 1);
    struct chunk_piece pieces[CHUNK_PIECES_MAX];
    for (unsigned i = 0, count = znn_chunk_pieces(&chunk, pieces); i < count; i++)
        if (pieces[i].size > 0)
            put_bytes(&record, pieces[i].data, pieces[i].size);
    free(copy);
    return record;
}

static void expect_record(struct chunk_encoder *encoder, const struct kind *kind, const char *before)
{
    struct buffer record = encode(encoder, kind);
    if (record.size != kind->record.size || memcmp(record.data, kind->record.data, record.size) != 0)
        fail_msg("'%s' is encoded differently after '%s': %zu bytes, and not %zu", kind->name, before, record.size,
                 kind->record.size);
    znn_buffer_free(&record);
}

static const struct setting settings[] = {
    {"default", 5, false, false, ZNN_ROUND_NEAREST, ZNN_SIGN_AUTO, 30000, 1},
    {"default, long", 5, false, false, ZNN_ROUND_NEAREST, ZNN_SIGN_AUTO, 140000, 1},
    {"fastest", 1, false, false, ZNN_ROUND_NEAREST, ZNN_SIGN_SEPARATE, 30000, 2},
    {"smallest", 9, false, false, ZNN_ROUND_NEAREST, ZNN_SIGN_AUTO, 6000, 6},
    {"rounded", 5, true, false, ZNN_ROUND_NEAREST, ZNN_SIGN_AUTO, 30000, 2},
    {"rounded down", 1, true, false, ZNN_ROUND_FLOOR, ZNN_SIGN_ROTATE, 90000, 2},
    {"with a base", 5, false, true, ZNN_ROUND_NEAREST, ZNN_SIGN_AUTO, 30000, 2},
    {"with a base, rounded", 5, true, true, ZNN_ROUND_NEAREST, ZNN_SIGN_AUTO, 24000, 2},
    {"with a base, smallest, rounded down", 9, true, true, ZNN_ROUND_FLOOR, ZNN_SIGN_SEPARATE, 6000, 6},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static void encode_fresh(struct shop *shop, const struct setting *setting, struct kinds *kinds)
{
    for (size_t i = 0; i < kinds->count; i++) {
        struct chunk_encoder *fresh = new_encoder(shop, setting);
        kinds->list[i].record = encode(fresh, &kinds->list[i]);
        znn_chunk_encoder_free(fresh);
    }
}

static void test_encoders_forget(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t s = 0; s < SETTINGS; s++) {
        const struct setting *setting = &settings[s];
        struct shop shop;
        open_shop(&shop, &random, setting);
        struct kinds kinds = make_kinds(&random, setting->scale, setting->lossy, &shop.base_data);
        encode_fresh(&shop, setting, &kinds);
        struct chunk_encoder *used = new_encoder(&shop, setting);
        const char *before = "nothing";
        for (size_t a = 0; a < kinds.count; a++)
            for (size_t b = 0; b <= a; b++) { /* a a | b a, a b */
                if (random_below(&random, setting->one_in) > 0)
                    continue;
                expect_record(used, &kinds.list[b], before);
                expect_record(used, &kinds.list[a], kinds.list[b].name);
                before = kinds.list[a].name;
            }
        znn_chunk_encoder_free(used);
        free_kinds(&kinds);
        close_shop(&shop);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Decoding                                                                                                           */
/* ------------------------------------------------------------------------------------------------------------------ */

static struct chunk_decoder *new_decoder(struct shop *shop)
{
    struct chunk_decoder *decoder = znn_chunk_decoder_new();
    assert_non_null(decoder);
    znn_chunk_decoder_use(decoder, znn_bases_source(&shop->bases), &shop->bases.allowance);
    znn_chunk_decoder_set_lossy(decoder, &shop->lossy);
    znn_chunk_decoder_refer(decoder, (struct reference_source){.read = read_earlier});
    return decoder;
}

/* The ways in which a chunk is decoded. */
enum decode_way { DECODE_HERE, DECODE_THERE, DECODE_FAR, DECODE_AHEAD, DECODE_WAYS };

/* Decodes a record, which may be damaged and lies anywhere in a file, and gives its digest; or 0 if it is refused. */
static enum znn_status decode(struct chunk_decoder *decoder, const struct buffer *bytes, enum decode_way way,
                              uint64_t *hash)
{
    struct record record;
    const uint8_t *decoded;
    enum znn_status status = znn_record_parse(bytes->data, 0, &record, NULL);
    *hash = 0;
    if (status)
        return status;
    const uint64_t place = record.offset; /* one of its own */
    if (way == DECODE_AHEAD)
        znn_chunk_fetch_ahead(decoder, &record, bytes->data, place);
    uint8_t *target = malloc(record.decoded_size);
    assert_non_null(target);
    const struct decode_order order = {.record = &record,
                                       .bytes = bytes->data,
                                       .place = place,
                                       .target = way == DECODE_HERE ? NULL : target,
                                       .far = way == DECODE_FAR};
    status = znn_chunk_decode(decoder, &order, &decoded, NULL);
    if (!status)
        *hash = znn_hash(decoded, record.decoded_size);
    free(target);
    return status;
}

static void decode_well(struct chunk_decoder *decoder, const struct kind *kind, enum decode_way way, const char *before)
{
    struct record record;
    uint64_t hash;
    assert_int_equal(znn_record_parse(kind->record.data, 0, &record, NULL), ZNN_OK);
    enum znn_status status = decode(decoder, &kind->record, way, &hash);
    if (status || hash != record.digest)
        fail_msg("'%s' is decoded in way %d to something else after '%s': %s", kind->name, (int)way, before,
                 znn_status_name(status));
}

/* Decodes the record with a byte that is wrong, sealed again, and only reads ahead, or not: what becomes of it may be
 * anything. */
static void decode_badly(struct random *random, struct chunk_decoder *decoder, const struct kind *kind)
{
    struct record record;
    struct buffer damaged = {0};
    uint64_t hash;
    put_bytes(&damaged, kind->record.data, kind->record.size);
    assert_int_equal(znn_record_parse(damaged.data, 0, &record, NULL), ZNN_OK);
    damaged.data[RECORD_PREFIX + random_below(random, damaged.size - RECORD_PREFIX)] ^=
        (uint8_t)(1 + random_below(random, 255));
    znn_record_write(&record, damaged.data);
    if (random_below(random, 4) == 0)
        znn_chunk_fetch_ahead(decoder, &record, damaged.data, record.offset + 1); /* it lies elsewhere */
    else
        (void)decode(decoder, &damaged, (enum decode_way)random_below(random, DECODE_WAYS), &hash);
    znn_buffer_free(&damaged);
}

static void test_decoders_forget(void **state)
{
    (void)state;
    struct random random = random_start(__func__);
    for (size_t s = 0; s < SETTINGS; s++) {
        const struct setting *setting = &settings[s];
        struct shop shop;
        open_shop(&shop, &random, setting);
        struct kinds kinds = make_kinds(&random, setting->scale, setting->lossy, &shop.base_data);
        encode_fresh(&shop, setting, &kinds);
        struct chunk_decoder *used = new_decoder(&shop);
        for (size_t a = 0; a < kinds.count; a++)
            for (size_t b = 0; b < kinds.count; b++) {
                decode_well(used, &kinds.list[a], (enum decode_way)random_below(&random, DECODE_WAYS), "something");
                if (random_below(&random, 2))
                    decode_badly(&random, used, &kinds.list[random_below(&random, kinds.count)]);
                decode_well(used, &kinds.list[b], (enum decode_way)random_below(&random, DECODE_WAYS),
                            kinds.list[a].name);
            }
        znn_chunk_decoder_free(used);
        free_kinds(&kinds);
        close_shop(&shop);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoders_forget),
        cmocka_unit_test(test_decoders_forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
