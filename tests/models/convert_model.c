/*
 * convert_model.c - converts the weights of a safetensors file to other formats and number types, for tests
 *
 *     convert_model MODE model.safetensors > FILE
 *
 *     gguf   GGUF: matrices by turns as F16, Q8_0 and Q4_K, vectors as F32
 *     npy    .npy: the largest tensor as F32
 *     npz    .npz: tensors by turns as F32, F16 and F64
 *     gptq   safetensors as GPTQ tools write it: matrices in 4 bits, eight in an I32, with scales for each 128 rows
 *     f8     safetensors: all tensors as F8_E4M3
 *     c64    safetensors: all tensors as C64, two neighbours being the parts of a complex number
 *     int8, int8-rows, int4, int4-bf16, nf4, nf4-bf16, mask, half-zero, pruned
 *            safetensors: few values, or many zeros (dequantized.h); F32 where the name does not say otherwise
 *     tied   safetensors: as F32, and the largest tensor once more behind all others
 *     neox, gguf-names, reversed
 *            safetensors: as F32, with names as GPT-NeoX or llama.cpp gives them, or in reverse order and called t0, t1
 *            and so on
 *     twice  .npz: every tensor as F32, and then every tensor again
 *
 * The results look like files that real tools write.  So the tests can measure compression on formats for which there
 * is no small real file.
 */
#include "blocks.h"
#include "dequantized.h"
#include "file_writer.h"
#include "renamed.h"

static void put_f32(struct buffer *out, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_number(out, float_to_bits(values[i]), 4);
}

static void put_f16(struct buffer *out, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        put_number(out, to_f16(values[i]), 2);
}

static void put_f64(struct buffer *out, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double value = values[i];
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        put_number(out, bits, 8);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* GGUF                                                                                                               */
/* ------------------------------------------------------------------------------------------------------------------ */

enum { TYPE_F32 = 0, TYPE_F16 = 1, TYPE_Q8_0 = 8, TYPE_Q4_K = 12 };

static void put_q8_0(struct buffer *out, const float *values, size_t count)
{
    uint8_t block[Q8_0_BYTES];
    for (size_t i = 0; i + Q8_0_ELEMENTS <= count; i += Q8_0_ELEMENTS) {
        quantize_q8_0(values + i, block);
        put_bytes(out, block, sizeof block);
    }
}

static void put_q4_k(struct buffer *out, const float *values, size_t count)
{
    uint8_t block[Q4_K_BYTES];
    for (size_t i = 0; i + Q4_K_ELEMENTS <= count; i += Q4_K_ELEMENTS) {
        quantize_q4_k(values + i, block);
        put_bytes(out, block, sizeof block);
    }
}

/* Rows must be whole blocks.  Those that are not, as in small models, are laid out anew as rows of one block. */
static void fit_rows(struct array *array, size_t count, uint64_t elements)
{
    if (array->shape[array->rank - 1] % elements != 0)
        set_shape(array, (uint64_t[]){count / elements, elements}, 2);
}

static void make_gguf(const struct weights *weights, struct arrays *arrays)
{
    static const uint32_t turns[] = {TYPE_F16, TYPE_Q8_0, TYPE_Q4_K};
    unsigned matrices = 0;
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        struct array *array = add_array(arrays, weight->name, "", NULL);
        bool matrix = weight->rank == 2 && weight->count % Q4_K_ELEMENTS == 0;
        array->type = matrix ? turns[matrices++ % 3] : TYPE_F32;
        set_shape(array, weight->shape, weight->rank);
        if (array->type == TYPE_F32)
            put_f32(&array->data, weight->values, weight->count);
        if (array->type == TYPE_F16)
            put_f16(&array->data, weight->values, weight->count);
        if (array->type == TYPE_Q8_0) {
            fit_rows(array, weight->count, Q8_0_ELEMENTS);
            put_q8_0(&array->data, weight->values, weight->count);
        }
        if (array->type == TYPE_Q4_K) {
            fit_rows(array, weight->count, Q4_K_ELEMENTS);
            put_q4_k(&array->data, weight->values, weight->count);
        }
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* NumPy                                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

static void make_npz(const struct weights *weights, struct arrays *arrays)
{
    static const char *const dtypes[] = {"<f4", "<f2", "<f8"};
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        struct array *array = add_array(arrays, weight->name, "", dtypes[i % 3]);
        set_shape(array, weight->shape, weight->rank);
        if (i % 3 == 0)
            put_f32(&array->data, weight->values, weight->count);
        else if (i % 3 == 1)
            put_f16(&array->data, weight->values, weight->count);
        else
            put_f64(&array->data, weight->values, weight->count);
    }
}

static void make_npy(const struct weights *weights, struct arrays *arrays)
{
    const struct weight *largest = &weights->items[0];
    for (size_t i = 1; i < weights->count; i++)
        if (weights->items[i].count > largest->count)
            largest = &weights->items[i];
    struct array *array = add_array(arrays, largest->name, "", "<f4");
    set_shape(array, largest->shape, largest->rank);
    put_f32(&array->data, largest->values, largest->count);
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* safetensors                                                                                                        */
/* ------------------------------------------------------------------------------------------------------------------ */

enum { GROUP = 128 };

/* The inputs of one output within a group: x = scale (q - zero), q from 0 to 15. */
struct column {
    float scale;
    uint32_t zero;
    uint8_t q[GROUP];
};

static struct column quantize_column(const float *values, size_t size)
{
    struct column column = {0};
    float least = 0, most = 0;
    for (size_t i = 0; i < size; i++) {
        least = fminf(least, values[i]);
        most = fmaxf(most, values[i]);
    }
    column.scale = most > least ? (most - least) / 15 : 1;
    column.zero = (uint32_t)lrintf(-least / column.scale);
    for (size_t i = 0; i < size; i++) {
        long q = lrintf(values[i] / column.scale) + (long)column.zero;
        column.q[i] = (uint8_t)(q < 0 ? 0 : q > 15 ? 15 : q);
    }
    return column;
}

/* Adds 4 bits to the I32 number `index`, as element `place` of its eight. */
static void pack_four_bits(struct buffer *packed, size_t index, size_t place, uint32_t value)
{
    uint8_t *p = packed->data + 4 * index;
    store_le32(p, load_le32(p) | value << 4 * place);
}

static void put_zeros(struct buffer *out, size_t size)
{
    for (size_t i = 0; i < size; i++)
        put_number(out, 0, 1);
}

/*
 * A weight of `out` rows and `in` columns becomes, with G = in / 128 groups:
 *
 *     qweight  I32 in/8 x out     eight inputs of one output in a number, the first lowest
 *     qzeros   I32 G x out/8      eight outputs' zero points, less one
 *     scales   F16 G x out
 *     g_idx    I32 in             the group of each input
 */
static void add_gptq(struct arrays *arrays, const struct weight *weight)
{
    size_t rows = (size_t)weight->shape[0], columns = (size_t)weight->shape[1], groups = columns / GROUP;
    char *suffix = strstr(weight->name, ".weight");
    if (suffix)
        *suffix = '\0';
    add_array(arrays, weight->name, ".g_idx", "I32");
    add_array(arrays, weight->name, ".qweight", "I32");
    add_array(arrays, weight->name, ".qzeros", "I32");
    add_array(arrays, weight->name, ".scales", "F16");
    struct array *part = &arrays->items[arrays->count - 4];
    struct buffer *index = &part[0].data, *qweight = &part[1].data, *qzeros = &part[2].data, *scales = &part[3].data;
    set_shape(&part[0], (uint64_t[]){columns}, 1);
    set_shape(&part[1], (uint64_t[]){columns / 8, rows}, 2);
    set_shape(&part[2], (uint64_t[]){groups, rows / 8}, 2);
    set_shape(&part[3], (uint64_t[]){groups, rows}, 2);
    for (size_t i = 0; i < columns; i++)
        put_number(index, i / GROUP, 4);
    put_zeros(qweight, columns / 8 * rows * 4);
    put_zeros(qzeros, groups * (rows / 8) * 4);
    for (size_t group = 0; group < groups; group++)
        for (size_t row = 0; row < rows; row++) {
            struct column column = quantize_column(weight->values + row * columns + group * GROUP, GROUP);
            put_f16(scales, &column.scale, 1);
            pack_four_bits(qzeros, group * (rows / 8) + row / 8, row % 8, (column.zero - 1) & 15);
            for (size_t i = 0; i < GROUP; i++)
                pack_four_bits(qweight, (group * GROUP + i) / 8 * rows + row, i % 8, column.q[i]);
        }
}

static void make_gptq(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        bool embedding = strncmp(weight->name, "h.", 2) != 0;
        if (weight->rank == 2 && !embedding && weight->shape[0] % 8 == 0 && weight->shape[1] % GROUP == 0) {
            add_gptq(arrays, weight);
            continue;
        }
        struct array *array = add_array(arrays, weight->name, "", "F16");
        set_shape(array, weight->shape, weight->rank);
        put_f16(&array->data, weight->values, weight->count);
    }
}

static void make_f8(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        struct array *array = add_array(arrays, weight->name, "", "F8_E4M3");
        set_shape(array, weight->shape, weight->rank);
        for (size_t k = 0; k < weight->count; k++)
            put_number(&array->data, to_f8_e4m3(weight->values[k]), 1);
    }
}

static void make_c64(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < weights->count; i++) {
        const struct weight *weight = &weights->items[i];
        if (weight->rank == 0 || weight->shape[weight->rank - 1] % 2 != 0)
            continue;
        struct array *array = add_array(arrays, weight->name, "", "C64");
        set_shape(array, weight->shape, weight->rank);
        array->shape[weight->rank - 1] /= 2;
        put_f32(&array->data, weight->values, weight->count);
    }
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Repeats                                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

static void add_f32(struct arrays *arrays, const struct weight *weight, const char *suffix, const char *dtype)
{
    struct array *array = add_array(arrays, weight->name, suffix, dtype);
    set_shape(array, weight->shape, weight->rank);
    put_f32(&array->data, weight->values, weight->count);
}

static void make_tied(const struct weights *weights, struct arrays *arrays)
{
    const struct weight *largest = &weights->items[0];
    for (size_t i = 0; i < weights->count; i++) {
        largest = weights->items[i].count > largest->count ? &weights->items[i] : largest;
        add_f32(arrays, &weights->items[i], "", "F32");
    }
    add_f32(arrays, largest, ".tied", "F32");
}

static void make_twice(const struct weights *weights, struct arrays *arrays)
{
    for (size_t i = 0; i < 2 * weights->count; i++)
        add_f32(arrays, &weights->items[i % weights->count], i < weights->count ? "" : ".again", "<f4");
}

/* ------------------------------------------------------------------------------------------------------------------ */

static void write_first_npy(const struct arrays *arrays, struct buffer *out)
{
    write_npy(&arrays->items[0], out);
}

static const struct mode {
    const char *name;
    void (*make)(const struct weights *weights, struct arrays *arrays);
    void (*write)(const struct arrays *arrays, struct buffer *out);
} modes[] = {
    {"gguf", make_gguf, write_gguf},
    {"npy", make_npy, write_first_npy},
    {"npz", make_npz, write_npz},
    {"gptq", make_gptq, write_safetensors},
    {"f8", make_f8, write_safetensors},
    {"c64", make_c64, write_safetensors},
    {"int8", make_int8, write_safetensors},
    {"int8-rows", make_int8_rows, write_safetensors},
    {"int4", make_int4, write_safetensors},
    {"int4-bf16", make_int4_bf16, write_safetensors},
    {"nf4", make_nf4, write_safetensors},
    {"nf4-bf16", make_nf4_bf16, write_safetensors},
    {"mask", make_mask, write_safetensors},
    {"tied", make_tied, write_safetensors},
    {"neox", make_neox, write_safetensors},
    {"gguf-names", make_gguf_names, write_safetensors},
    {"reversed", make_reversed, write_safetensors},
    {"twice", make_twice, write_npz},
    {"half-zero", make_half_zero, write_safetensors},
    {"pruned", make_pruned, write_safetensors},
};

int main(int argc, char **argv)
{
    const struct mode *mode = modes;
    const struct mode *end = modes + sizeof modes / sizeof *modes;
    while (argc == 3 && mode < end && strcmp(mode->name, argv[1]) != 0)
        mode++;
    if (argc != 3 || mode == end) {
        fprintf(stderr, "usage: convert_model MODE FILE.safetensors > FILE\n");
        return 2;
    }
    struct weights weights = read_weights(argv[2]);
    struct arrays arrays = {0};
    struct buffer out = {0};
    mode->make(&weights, &arrays);
    mode->write(&arrays, &out);
    bool written = fwrite(out.data, 1, out.size, stdout) == out.size && fflush(stdout) == 0;
    znn_buffer_free(&out);
    free_arrays(&arrays);
    free_weights(&weights);
    return written ? 0 : 1;
}
