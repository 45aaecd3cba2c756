/*
 * gather.c - writes the elements of a strided tensor in the order of its shape
 */
#include "cli/tensors/gather.h"

#include "cli/say/message.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of the original per read. */
#define PIECE ((size_t)8 << 20)

const char *znn_gather_obstacle(const struct znn_tensor *tensor)
{
    if (!tensor->strides && tensor->rank > 0)
        return "its elements are not in the order of its shape, and the file does not store their order";
    if (znn_tensor_missing(tensor) > 0)
        return "the file is cut, so part of the tensor is missing";
    if (tensor->bits % 8 != 0 || tensor->block != 1)
        return "its elements are not whole bytes";
    if (znn_tensor_dense_size(tensor) == UINT64_MAX)
        return "it is too large";
    return NULL;
}

/* The most dimensions of size 2 or more whose product fits in 64 bits. */
#define DEPTH_MAX 64

struct loop {
    uint64_t count;
    uint64_t step;     /* in bytes */
    uint64_t elements; /* elements in one turn of the loop, */
    uint64_t extent;   /* and the bytes from the first to the last of them */
    uint64_t turn;     /* turn of the current element; scratch */
};

/*
 * The tensor as nested loops over elements, the outermost first.  Dimensions of size 1 are dropped, and dimensions that
 * continue each other are merged.
 */
struct nest {
    size_t width; /* bytes of an element */
    size_t depth;
    struct loop loops[DEPTH_MAX];
};

static void make_nest(struct nest *nest, const struct znn_tensor *tensor)
{
    *nest = (struct nest){.width = tensor->bits / 8};
    for (size_t i = 0; i < tensor->rank; i++) {
        uint64_t count = tensor->shape[i], step = tensor->strides[i] * nest->width;
        struct loop *last = nest->depth > 0 ? &nest->loops[nest->depth - 1] : NULL;
        if (count == 1)
            continue;
        if (last && last->step == count * step)
            *last = (struct loop){.count = last->count * count, .step = step};
        else
            nest->loops[nest->depth++] = (struct loop){.count = count, .step = step};
    }
    if (nest->depth == 0) /* a single element */
        nest->loops[nest->depth++].count = 1;
    uint64_t elements = 1, extent = nest->width;
    for (size_t i = nest->depth; i-- > 0;) {
        struct loop *loop = &nest->loops[i];
        loop->elements = elements;
        loop->extent = extent;
        elements *= loop->count;
        extent += (loop->count - 1) * loop->step;
    }
}

/* Moves to the element with this number. */
static void go_to(struct nest *nest, uint64_t element)
{
    for (size_t i = 0; i < nest->depth; i++) {
        struct loop *loop = &nest->loops[i];
        loop->turn = element / loop->elements;
        element %= loop->elements;
    }
}

static uint64_t offset_here(const struct nest *nest)
{
    uint64_t offset = 0;
    for (size_t i = 0; i < nest->depth; i++)
        offset += nest->loops[i].turn * nest->loops[i].step;
    return offset;
}

/* Moves on by `count` elements, which must not extend past the end of the innermost loop. */
static void advance(struct nest *nest, uint64_t count)
{
    size_t i = nest->depth - 1;
    nest->loops[i].turn += count;
    for (; i > 0 && nest->loops[i].turn == nest->loops[i].count; i--) {
        nest->loops[i].turn = 0;
        nest->loops[i - 1].turn++;
    }
}

/* A part of the original, relative to the first byte of the tensor. */
struct piece {
    uint64_t start;
    uint64_t end;
    const uint8_t *bytes;
};

/* Returns the range that contains `count` elements from `first` on.  Strides are never negative. */
static struct piece range_of(struct nest *nest, uint64_t first, uint64_t count)
{
    const struct loop *inner = &nest->loops[nest->depth - 1];
    struct piece range = {.start = UINT64_MAX};
    go_to(nest, first);
    for (uint64_t left = count, run; left > 0; left -= run) {
        run = inner->count - inner->turn < left ? inner->count - inner->turn : left;
        uint64_t start = offset_here(nest), end = start + (run - 1) * inner->step + nest->width;
        range.start = start < range.start ? start : range.start;
        range.end = end > range.end ? end : range.end;
        advance(nest, run);
    }
    return range;
}

static void copy_element(uint8_t *to, const uint8_t *from, size_t width)
{
    switch (width) {
    case 1:
        *to = *from;
        break;
    case 2:
        memcpy(to, from, 2);
        break;
    case 4:
        memcpy(to, from, 4);
        break;
    default:
        memcpy(to, from, width);
        break;
    }
}

/* The elements to copy from a piece: from `first` up to `end`, to their places in `block`. */
struct pick {
    const struct nest *nest;
    const struct piece *piece;
    uint64_t first;
    uint64_t end;
    uint8_t *block;
};

/* Limits the turns of a loop to those that may have elements in the piece and in the block: from *from up to *to.  The
 * first element of the loop is at `offset` and has the number `number`. */
static void limit_turns(const struct pick *pick, const struct loop *loop, uint64_t offset, uint64_t number,
                        uint64_t *from, uint64_t *to)
{
    const struct piece *piece = pick->piece;
    uint64_t first = number < pick->first ? (pick->first - number) / loop->elements : 0;
    uint64_t end = number < pick->end ? (pick->end - number - 1) / loop->elements + 1 : 0;
    bool is_before = offset + loop->extent <= piece->start;
    uint64_t last = offset < piece->end ? loop->count : 0;
    uint64_t start = is_before ? loop->count : 0;
    if (loop->step > 0 && last > 0)
        last = (piece->end - 1 - offset) / loop->step + 1;
    if (loop->step > 0 && is_before)
        start = (piece->start - offset - loop->extent) / loop->step + 1;
    *from = first > start ? first : start;
    *to = end < last ? end : last;
    *to = *to < loop->count ? *to : loop->count;
}

static void copy_run(const struct pick *pick, uint64_t offset, uint64_t number, uint64_t count, uint64_t step)
{
    size_t width = pick->nest->width;
    const uint8_t *from = pick->piece->bytes + (offset - pick->piece->start);
    uint8_t *to = pick->block + (number - pick->first) * width;
    if (step == width) {
        memcpy(to, from, count * width);
        return;
    }
    for (uint64_t i = 0; i < count; i++, from += step)
        copy_element(to + i * width, from, width);
}

/* Copies elements of the loop at `depth` and the loops inside it.  Skips turns that have no elements in the piece. */
static void pick_loop(const struct pick *pick, size_t depth, uint64_t offset, uint64_t number)
{
    const struct loop *loop = &pick->nest->loops[depth];
    uint64_t from, to;
    limit_turns(pick, loop, offset, number, &from, &to);
    if (from >= to)
        return;
    if (depth + 1 == pick->nest->depth)
        copy_run(pick, offset + from * loop->step, number + from, to - from, loop->step);
    else
        for (uint64_t i = from; i < to; i++)
            pick_loop(pick, depth + 1, offset + i * loop->step, number + i * loop->elements);
}

struct gathering {
    struct excerpt *excerpt;
    uint64_t offset; /* of the tensor in the original */
    struct nest nest;
    uint8_t *block;
    uint8_t *bytes; /* PIECE bytes, a multiple of the width */
};

static bool fill_block(struct gathering *gathering, uint64_t first, uint64_t count)
{
    struct nest *nest = &gathering->nest;
    struct piece range = range_of(nest, first, count);
    struct piece piece = {.bytes = gathering->bytes};
    struct pick pick = {.nest = nest, .piece = &piece, .first = first, .end = first + count, .block = gathering->block};
    for (piece.start = range.start; piece.start < range.end; piece.start = piece.end) {
        uint64_t left = range.end - piece.start, most = PIECE - PIECE % nest->width;
        size_t size = (size_t)(left < most ? left : most);
        if (!znn_excerpt_read(gathering->excerpt, gathering->offset + piece.start, gathering->bytes, size))
            return false;
        piece.end = piece.start + size;
        pick_loop(&pick, 0, 0, 0);
    }
    return true;
}

static bool copy_blocks(struct gathering *gathering, uint64_t elements, struct output_file *output)
{
    size_t width = gathering->nest.width;
    for (uint64_t first = 0, count; first < elements; first += count) {
        uint64_t most = GATHER_BLOCK / width;
        count = elements - first < most ? elements - first : most;
        if (!fill_block(gathering, first, count) ||
            !znn_output_file_write(output, gathering->block, (size_t)count * width))
            return false;
        znn_excerpt_count(gathering->excerpt, count * width);
    }
    return true;
}

bool znn_gather_copy(struct excerpt *excerpt, const struct znn_tensor *tensor, struct output_file *output)
{
    uint64_t size = znn_tensor_dense_size(tensor);
    struct gathering gathering = {.excerpt = excerpt, .offset = tensor->offset};
    if (size == 0)
        return true;
    make_nest(&gathering.nest, tensor);
    gathering.block = malloc(size < GATHER_BLOCK ? (size_t)size : GATHER_BLOCK);
    gathering.bytes = malloc(tensor->size < PIECE ? (size_t)tensor->size : PIECE);
    bool fine = gathering.block && gathering.bytes ? copy_blocks(&gathering, size / gathering.nest.width, output)
                                                   : znn_say_memory_error(NULL);
    free(gathering.block);
    free(gathering.bytes);
    return fine;
}
