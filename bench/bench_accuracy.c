/*
 * bench_accuracy.c - the effect of rounded weights on the loss of a model
 *
 *     bench_accuracy MODEL.safetensors TEXT [HEADS]
 *
 * The model is a small GPT that predicts the next byte, like those in tests/data and bench/data: wte, wpe, h.N.(ln1,
 * qkv, proj, ln2, fc, out), lnf, head.  It reads the text in pieces of its context size.  The program prints its loss,
 * the mean of -ln(p) for the actual next byte, for the model as it is and after `znn compress --fixed-point B`.
 *
 *     x = wte[byte] + wpe[place]
 *     for each layer:   x += proj(attention(qkv(ln1(x))));   x += out(gelu(fc(ln2(x))))
 *     p = softmax(head(lnf(x)))
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "znn.h"

enum { CONTEXT_MAX = 1024 };

struct matrix {
    size_t rows, columns;
    float *values;
};

struct layer {
    struct matrix ln1, ln1_bias, qkv, qkv_bias, proj, proj_bias, ln2, ln2_bias, fc, fc_bias, out, out_bias;
};

struct gpt {
    size_t width, context, heads, layers;
    struct matrix wte, wpe, lnf, lnf_bias, head;
    struct layer layer[64];
};

static void die(const char *text)
{
    fprintf(stderr, "bench_accuracy: %s\n", text);
    exit(1);
}

static void *allocate(size_t size)
{
    void *block = malloc(size + 1);
    if (!block)
        die("out of memory");
    return block;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Reading a model                                                                                                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static struct znn_memory read_file(const char *path)
{
    struct znn_memory memory = {0};
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        die("a file cannot be read");
    memory.size = (size_t)ftell(file);
    memory.data = allocate(memory.size);
    rewind(file);
    if (fread(memory.data, 1, memory.size, file) != memory.size)
        die("a file cannot be read");
    fclose(file);
    return memory;
}

static float float_at(const uint8_t *p, const char *dtype)
{
    uint32_t bits = strcmp(dtype, "BF16") == 0
                        ? (uint32_t)p[0] << 16 | (uint32_t)p[1] << 24
                        : (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static struct matrix load(struct znn_reader *reader, const char *name)
{
    struct znn_tensor tensor = ZNN_INIT(struct znn_tensor);
    size_t number = znn_reader_find(reader, name, strlen(name)), got;
    if (number == SIZE_MAX)
        die("the model is none of those that this program knows");
    znn_reader_tensor(reader, number, &tensor);
    if ((strcmp(tensor.dtype, "F32") != 0 && strcmp(tensor.dtype, "BF16") != 0) || tensor.rank < 1 || tensor.rank > 2)
        die("the model is neither F32 nor BF16");
    size_t width = tensor.bits / 8, count = (size_t)tensor.size / width;
    uint8_t *bytes = allocate((size_t)tensor.size + 4);
    if (znn_reader_pread(reader, bytes, (size_t)tensor.size, tensor.offset, &got, NULL))
        die("the model cannot be read");
    struct matrix matrix = {.rows = (size_t)tensor.shape[0], .values = allocate(count * sizeof(float))};
    matrix.columns = count / matrix.rows;
    for (size_t i = 0; i < count; i++)
        matrix.values[i] = float_at(bytes + i * width, tensor.dtype);
    free(bytes);
    return matrix;
}

static struct matrix load_of_layer(struct znn_reader *reader, size_t layer, const char *name)
{
    char whole[64];
    snprintf(whole, sizeof whole, "h.%zu.%s", layer, name);
    return load(reader, whole);
}

static void load_layer(struct znn_reader *reader, size_t i, struct layer *layer)
{
    const struct {
        const char *name;
        struct matrix *matrix;
    } all[] = {
        {"ln1.weight", &layer->ln1},    {"ln1.bias", &layer->ln1_bias}, {"qkv.weight", &layer->qkv},
        {"qkv.bias", &layer->qkv_bias}, {"proj.weight", &layer->proj},  {"proj.bias", &layer->proj_bias},
        {"ln2.weight", &layer->ln2},    {"ln2.bias", &layer->ln2_bias}, {"fc.weight", &layer->fc},
        {"fc.bias", &layer->fc_bias},   {"out.weight", &layer->out},    {"out.bias", &layer->out_bias},
    };
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        *all[k].matrix = load_of_layer(reader, i, all[k].name);
}

static void load_gpt(const struct znn_memory *compressed, struct gpt *gpt)
{
    struct znn_reader *reader;
    struct znn_input input = znn_input_memory(compressed->data, compressed->size);
    if (znn_reader_open(&input, NULL, &reader, NULL))
        die("the compressed model cannot be read");
    gpt->wte = load(reader, "wte.weight");
    gpt->wpe = load(reader, "wpe.weight");
    gpt->lnf = load(reader, "lnf.weight");
    gpt->lnf_bias = load(reader, "lnf.bias");
    gpt->head = load(reader, "head.weight");
    gpt->width = gpt->wte.columns;
    gpt->context = gpt->wpe.rows;
    for (gpt->layers = 0; gpt->layers < 64; gpt->layers++) {
        char name[64];
        snprintf(name, sizeof name, "h.%zu.qkv.weight", gpt->layers);
        if (znn_reader_find(reader, name, strlen(name)) == SIZE_MAX)
            break;
        load_layer(reader, gpt->layers, &gpt->layer[gpt->layers]);
    }
    znn_reader_close(reader);
    if (gpt->context > CONTEXT_MAX)
        die("the model's context is too long");
}

static void free_gpt(struct gpt *gpt)
{
    free(gpt->wte.values);
    free(gpt->wpe.values);
    free(gpt->lnf.values);
    free(gpt->lnf_bias.values);
    free(gpt->head.values);
    for (size_t i = 0; i < gpt->layers; i++) {
        struct matrix *matrices = &gpt->layer[i].ln1;
        for (size_t k = 0; k < sizeof gpt->layer[i] / sizeof *matrices; k++)
            free(matrices[k].values);
    }
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* The forward pass, of `count` places at once                                                                      */
/* ---------------------------------------------------------------------------------------------------------------- */

static void normalize(const struct matrix *weight, const struct matrix *bias, const float *x, size_t count, float *y)
{
    size_t width = weight->rows;
    for (size_t t = 0; t < count; t++, x += width, y += width) {
        double mean = 0, variance = 0;
        for (size_t i = 0; i < width; i++)
            mean += (double)x[i];
        mean /= (double)width;
        for (size_t i = 0; i < width; i++)
            variance += ((double)x[i] - mean) * ((double)x[i] - mean);
        double scale = 1 / sqrt(variance / (double)width + 1e-5);
        for (size_t i = 0; i < width; i++)
            y[i] = (float)(((double)x[i] - mean) * scale) * weight->values[i] + bias->values[i];
    }
}

/* y = W x + b, or without b. */
static void multiply(const struct matrix *weight, const struct matrix *bias, const float *x, size_t count, float *y)
{
    for (size_t t = 0; t < count; t++)
        for (size_t r = 0; r < weight->rows; r++) {
            const float *row = weight->values + r * weight->columns, *in = x + t * weight->columns;
            float sum[8] = {0};
            size_t i = 0;
            for (; i + 8 <= weight->columns; i += 8)
                for (size_t k = 0; k < 8; k++)
                    sum[k] += row[i + k] * in[i + k];
            for (; i < weight->columns; i++)
                sum[0] += row[i] * in[i];
            y[t * weight->rows + r] =
                sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7] + (bias ? bias->values[r] : 0);
        }
}

/* One head at one place: it looks at all places up to its own. */
static void attend(const float *qkv, size_t t, size_t width, size_t offset, size_t size, float *y)
{
    double scores[CONTEXT_MAX], most = -INFINITY, sum = 0;
    const float *query = qkv + t * 3 * width + offset;
    for (size_t s = 0; s <= t; s++) {
        const float *key = qkv + s * 3 * width + width + offset;
        double score = 0;
        for (size_t i = 0; i < size; i++)
            score += (double)query[i] * (double)key[i];
        scores[s] = score / sqrt((double)size);
        most = scores[s] > most ? scores[s] : most;
    }
    for (size_t s = 0; s <= t; s++)
        sum += scores[s] = exp(scores[s] - most);
    for (size_t i = 0; i < size; i++) {
        double value = 0;
        for (size_t s = 0; s <= t; s++)
            value += scores[s] * (double)qkv[s * 3 * width + 2 * width + offset + i];
        y[t * width + offset + i] = (float)(value / sum);
    }
}

static void run_layer(const struct gpt *gpt, const struct layer *layer, float *x, size_t count, float *a, float *b)
{
    size_t width = gpt->width, size = width / gpt->heads;
    normalize(&layer->ln1, &layer->ln1_bias, x, count, a);
    multiply(&layer->qkv, &layer->qkv_bias, a, count, b);
    for (size_t t = 0; t < count; t++)
        for (size_t h = 0; h < gpt->heads; h++)
            attend(b, t, width, h * size, size, a);
    multiply(&layer->proj, &layer->proj_bias, a, count, b);
    for (size_t i = 0; i < count * width; i++)
        x[i] += b[i];
    normalize(&layer->ln2, &layer->ln2_bias, x, count, a);
    multiply(&layer->fc, &layer->fc_bias, a, count, b);
    for (size_t i = 0; i < count * layer->fc.rows; i++)
        b[i] = (float)(0.5 * (double)b[i] * (1 + erf((double)b[i] / sqrt(2))));
    multiply(&layer->out, &layer->out_bias, b, count, a);
    for (size_t i = 0; i < count * width; i++)
        x[i] += a[i];
}

/* -ln(p) of all bytes of a piece but the first, which nothing predicts. */
static double loss_of_piece(const struct gpt *gpt, const uint8_t *text, size_t count, float *room)
{
    size_t width = gpt->width, values = gpt->head.rows;
    float *x = room, *a = x + count * width, *b = a + count * 4 * width;
    double loss = 0;
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < width; i++)
            x[t * width + i] = gpt->wte.values[text[t] * width + i] + gpt->wpe.values[t * width + i];
    for (size_t i = 0; i < gpt->layers; i++)
        run_layer(gpt, &gpt->layer[i], x, count, a, b);
    normalize(&gpt->lnf, &gpt->lnf_bias, x, count, a);
    multiply(&gpt->head, NULL, a, count, b);
    for (size_t t = 0; t < count; t++) {
        double sum = 0, most = -INFINITY;
        for (size_t v = 0; v < values; v++)
            most = (double)b[t * values + v] > most ? (double)b[t * values + v] : most;
        for (size_t v = 0; v < values; v++)
            sum += exp((double)b[t * values + v] - most);
        loss += log(sum) + most - (double)b[t * values + text[t + 1]];
    }
    return loss;
}

static double loss_of(const struct znn_memory *compressed, const struct znn_memory *text, size_t heads)
{
    static struct gpt gpt;
    memset(&gpt, 0, sizeof gpt);
    load_gpt(compressed, &gpt);
    gpt.heads = heads ? heads : gpt.width == 96 ? 6 : 8;
    float *room = allocate((gpt.context * gpt.width * 9 + gpt.context * gpt.head.rows) * sizeof *room);
    double sum = 0;
    size_t bytes = 0;
    for (size_t at = 0; at + gpt.context < text->size; at += gpt.context, bytes += gpt.context)
        sum += loss_of_piece(&gpt, text->data + at, gpt.context, room);
    free(room);
    free_gpt(&gpt);
    return bytes ? sum / (double)bytes : 0;
}

static struct znn_memory compress(const struct znn_memory *model, struct znn_lossy lossy)
{
    struct znn_memory compressed = {0};
    struct znn_input input = znn_input_memory(model->data, model->size);
    struct znn_output output = znn_output_memory(&compressed);
    struct znn_compress_options options = {.struct_size = sizeof(struct znn_compress_options), .lossy = lossy};
    if (znn_compress(&input, &output, &options, NULL, NULL))
        die("the model cannot be compressed");
    return compressed;
}

int main(int argc, char **argv)
{
    static const unsigned precisions[] = {23, 19, 15, 12, 10, 8, 6};
    if (argc < 3) {
        fprintf(stderr, "usage: bench_accuracy MODEL.safetensors TEXT [HEADS]\n");
        return 2;
    }
    struct znn_memory model = read_file(argv[1]), text = read_file(argv[2]);
    size_t heads = argc > 3 ? (size_t)strtoul(argv[3], NULL, 10) : 0;
    double exact = 0;
    printf("precision  left      loss    change\n");
    for (size_t i = 0; i <= sizeof precisions / sizeof *precisions; i++) {
        struct znn_lossy lossy = {.mode = ZNN_LOSSLESS};
        if (i > 0)
            lossy = (struct znn_lossy){.mode = ZNN_FIXED_POINT, .bits = precisions[i - 1]};
        struct znn_memory compressed = compress(&model, lossy);
        double loss = loss_of(&compressed, &text, heads);
        double left = 100.0 * (double)compressed.size / (double)model.size;
        exact = i == 0 ? loss : exact;
        if (i == 0)
            printf("lossless  %5.1f%%  %.6f\n", left, loss);
        else
            printf("B = %-5u %5.1f%%  %.6f  %+.6f\n", lossy.bits, left, loss, loss - exact);
        free(compressed.data);
    }
    free(model.data);
    free(text.data);
    return 0;
}
