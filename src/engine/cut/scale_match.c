/*
 * scale_match.c - finds the scales of a quantized tensor among the tensors of a model
 */
#include "engine/cut/scale_match.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "common/bytes.h"
#include "common/memory.h"

/* Longer names are not looked for. */
#define NAME_MAX_SIZE 1024

/* The scales of smaller tiles take more room than they save. */
#define TILE_MIN 8

/* The most tiles beside each other.  A part has the scales of all of them, even if it needs few. */
#define TILES_MAX 16384

/* The tensors by the hashes of their names. */
struct entry {
    uint64_t hash;
    size_t tensor;
};

struct scale_matcher {
    const struct model *model;
    struct entry *entries;
    size_t count;
};

/* What a name ends with if the tensor is quantized, and what the name of the scales has in its place. */
static const struct ending {
    const char *own, *scales;
    uint16_t divisor;
} endings[] = {
    {"", "_scale_inv", 1},
    {"", "_scale", 1},
    {"weight", "SCB", 127},
    {"weight", "scale", 1},
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->tensor < y->tensor ? -1 : x->tensor > y->tensor;
}

/* Returns true if tensors of this type may have scales of their own. */
static bool is_quantized(const struct tensor *tensor)
{
    return znn_scaled_to(tensor->dtype) && (tensor->flags & TENSOR_SPAN) && !(tensor->flags & TENSOR_STRIDED) &&
           tensor->size >= SCALED_TENSOR_MIN;
}

static bool may_be_scales(const struct tensor *tensor)
{
    return znn_scaled_from(tensor->dtype) && !(tensor->flags & TENSOR_STRIDED) && tensor->size > 0 &&
           tensor->name_size > 0;
}

static void collect(struct scale_matcher *matcher)
{
    const struct model *model = matcher->model;
    for (size_t i = 0; i < model->count; i++) {
        const struct tensor *tensor = &model->tensors[i];
        if (may_be_scales(tensor))
            matcher->entries[matcher->count++] = (struct entry){
                .hash = XXH3_64bits(znn_tensor_text(model, tensor), tensor->name_size),
                .tensor = i,
            };
    }
    if (matcher->count > 0)
        qsort(matcher->entries, matcher->count, sizeof *matcher->entries, compare_entries);
}

size_t znn_scale_most(const struct model *model)
{
    size_t quantized = 0;
    for (size_t i = 0; i < model->count; i++)
        quantized += is_quantized(&model->tensors[i]);
    return quantized;
}

struct scale_matcher *znn_scale_matcher_new(const struct model *model)
{
    struct scale_matcher *matcher = znn_allocate_zeroed(1, sizeof *matcher);
    if (!matcher)
        return NULL;
    matcher->model = model;
    if (znn_scale_most(model) == 0)
        return matcher;
    matcher->entries = znn_allocate(model->count * sizeof *matcher->entries);
    if (!matcher->entries) {
        znn_release(matcher);
        return NULL;
    }
    collect(matcher);
    return matcher;
}

void znn_scale_matcher_free(struct scale_matcher *matcher)
{
    if (!matcher)
        return;
    znn_release(matcher->entries);
    znn_release(matcher);
}

/* Returns the first tensor of this name that can be scales, or NULL. */
static const struct tensor *find_name(const struct scale_matcher *matcher, const char *name, size_t size)
{
    const struct entry wanted = {.hash = XXH3_64bits(name, size)};
    size_t low = 0;
    for (size_t high = matcher->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (compare_entries(&matcher->entries[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < matcher->count && matcher->entries[low].hash == wanted.hash; low++) {
        const struct tensor *tensor = &matcher->model->tensors[matcher->entries[low].tensor];
        if (tensor->name_size == size && memcmp(znn_tensor_text(matcher->model, tensor), name, size) == 0)
            return tensor;
    }
    return NULL;
}

/* A shape, seen as a stack of matrices. */
struct matrix {
    uint64_t stack, rows, columns;
    uint32_t rank;
};

/* Returns false if the tensor is empty, or not complete, or too large. */
static bool see_matrix(const struct model *model, const struct tensor *tensor, struct matrix *matrix)
{
    const uint8_t *shape = znn_tensor_text(model, tensor) + tensor->name_size;
    struct byte_reader reader = byte_reader(shape, (size_t)(model->text.data + model->text.size - shape));
    uint64_t elements = tensor->size / znn_dtype_info((enum dtype)tensor->dtype)->word;
    *matrix = (struct matrix){.rows = 1, .columns = 1, .rank = tensor->rank};
    for (uint32_t d = 0; d < tensor->rank; d++) {
        matrix->rows = matrix->columns;
        matrix->columns = read_leb128(&reader);
    }
    if (elements == 0 || znn_tensor_expected_size((enum dtype)tensor->dtype, shape, tensor->rank) != tensor->size)
        return false;
    matrix->stack = elements / matrix->columns / matrix->rows;
    return elements / matrix->columns <= UINT32_MAX && matrix->columns <= UINT32_MAX;
}

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return a / b + (a % b != 0);
}

/*
 * Returns the length of the tiles if `tiles` of them make up `length`, or 0 if nothing fits.  A power of two is
 * likelier than any other length.
 */
static uint64_t tile_length(uint64_t length, uint64_t tiles)
{
    for (uint64_t tile = 1; tile < length; tile *= 2)
        if (divide_up(length, tile) == tiles)
            return tile;
    return length % tiles == 0 ? length / tiles : 0;
}

/* Returns the rows of a tile, or 0.  Tiles must not reach from one matrix to the next, unless there is only one tile.
 */
static uint64_t tile_height(const struct matrix *codes, const struct matrix *scales)
{
    uint64_t rows = scales->stack * scales->rows;
    if (rows == 1)
        return codes->stack * codes->rows;
    uint64_t height = rows % codes->stack == 0 ? tile_length(codes->rows, rows / codes->stack) : 0;
    return codes->stack == 1 || (height > 0 && codes->rows % height == 0) ? height : 0;
}

/* The list of a matrix's scales has one for each row, or else one for each column. */
static void turn_list(const struct matrix *codes, struct matrix *scales)
{
    if (scales->rank != 1 || codes->rank == 1 || (scales->columns == codes->columns && scales->columns != codes->rows))
        return;
    scales->rows = scales->columns;
    scales->columns = 1;
}

/* Groups of a row are rows of their own, if they fill it.  So a part needs only the scales of its groups. */
static void cut_rows(struct scale_grid *grid)
{
    if (grid->height == 1 && grid->columns % grid->width == 0)
        grid->columns = grid->width;
}

static bool find_grid(const struct matrix *codes, struct matrix *scales, struct scale_grid *grid)
{
    turn_list(codes, scales);
    uint64_t height = tile_height(codes, scales), width = tile_length(codes->columns, scales->columns);
    *grid =
        (struct scale_grid){.columns = (uint32_t)codes->columns, .height = (uint32_t)height, .width = (uint32_t)width};
    if (height == 0 || width == 0 || height * width < TILE_MIN)
        return false;
    cut_rows(grid);
    return scale_grid_tiles(grid) <= TILES_MAX;
}

bool znn_scale_match(const struct scale_matcher *matcher, const struct tensor *tensor, unsigned partner,
                     struct scale_tensor *scales)
{
    const char *own = (const char *)znn_tensor_text(matcher->model, tensor);
    struct matrix codes, numbers;
    if (matcher->count == 0 || !znn_scaled_from(partner) || !is_quantized(tensor) ||
        !see_matrix(matcher->model, tensor, &codes))
        return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const struct ending *ending = &endings[i];
        const size_t cut = strlen(ending->own), added = strlen(ending->scales);
        char name[NAME_MAX_SIZE];
        if (tensor->name_size < cut || tensor->name_size - cut + added > sizeof name ||
            memcmp(own + tensor->name_size - cut, ending->own, cut) != 0)
            continue;
        memcpy(name, own, tensor->name_size - cut);
        memcpy(name + tensor->name_size - cut, ending->scales, added);
        const struct tensor *found = find_name(matcher, name, tensor->name_size - cut + added);
        if (!found || !see_matrix(matcher->model, found, &numbers) || !find_grid(&codes, &numbers, &scales->grid))
            continue;
        scales->offset = found->offset;
        scales->divisor = ending->divisor;
        scales->type = found->dtype;
        return true;
    }
    return false;
}
