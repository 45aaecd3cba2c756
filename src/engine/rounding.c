/*
 * rounding.c - which numbers of a model are rounded
 *
 * One walk over the tensors, which are sorted by offset, and of which the spans do not overlap.  Whenever a tensor is
 * to be kept, the span that reaches into it from before loses its mark, and none that starts before its end gets one.
 */
#include "engine/rounding.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "engine/fixed_type.h"

#define ELEMENTS_MIN 4096

/* The walk. */
struct walk {
    struct model *model;
    const struct znn_compress_options *options;
    struct znn_report *report;
    size_t next;         /* tensor that has not been looked at for being a span */
    struct tensor *span; /* the last one that was found, or NULL */
    uint64_t kept_until; /* the furthest end of a tensor that is kept */
    struct buffer name;
    struct buffer shape;
};

enum znn_status znn_rounding_check(const struct znn_compress_options *options, struct znn_error *error)
{
    const struct znn_lossy *lossy = &options->lossy;
    const char *wrong = NULL;
    if ((unsigned)lossy->mode > ZNN_FIXED_POINT)
        wrong = "there is no such lossy mode";
    else if (lossy->bits > ZNN_BITS_MAX)
        wrong = "there are too many bits behind the point";
    else if ((unsigned)lossy->rounding > ZNN_ROUND_FLOOR)
        wrong = "there is no such rounding";
    else if ((unsigned)options->sign > ZNN_SIGN_SEPARATE)
        wrong = "there is no such place for signs";
    return wrong ? znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "%s", wrong) : ZNN_OK;
}

/* Describes a tensor for the caller's eyes.  False where memory ran out. */
static bool describe(struct walk *walk, const struct tensor *tensor, struct znn_tensor *described)
{
    const struct dtype_info *dtype = znn_dtype_info((enum dtype)tensor->dtype);
    const uint8_t *text = znn_tensor_text(walk->model, tensor);
    walk->name.size = walk->shape.size = 0;
    if (!znn_buffer_append(&walk->name, text, tensor->name_size) || !znn_buffer_append_u8(&walk->name, 0) ||
        !znn_buffer_reserve(&walk->shape, tensor->rank * sizeof(uint64_t)))
        return false;
    uint64_t *shape = (uint64_t *)(void *)walk->shape.data;
    struct byte_reader reader = byte_reader(text + tensor->name_size, (size_t)tensor->rank * 10);
    for (uint32_t i = 0; i < tensor->rank; i++)
        shape[i] = read_leb128(&reader);
    *described = (struct znn_tensor){
        .name = (const char *)walk->name.data,
        .name_size = tensor->name_size,
        .dtype = dtype->name,
        .bits = dtype->bits,
        .block = dtype->block_elements,
        .rank = tensor->rank,
        .shape = shape,
        .offset = tensor->offset,
        .size = tensor->size,
        .is_strided = (tensor->flags & TENSOR_STRIDED) != 0,
    };
    return true;
}

/* What was chosen for a tensor; the only one of a file that was said to be a row of numbers has no name. */
static bool ask(struct walk *walk, const struct tensor *tensor, bool *chosen)
{
    const struct znn_compress_options *options = walk->options;
    enum znn_choice choice = ZNN_CHOICE_DEFAULT;
    struct znn_tensor described;
    if (options->choose) {
        if (!describe(walk, tensor, &described))
            return false;
        choice = options->choose(options->choose_context, &described);
    }
    uint64_t elements = tensor->size / znn_dtype_info((enum dtype)tensor->dtype)->block_bytes;
    bool is_matrix = tensor->rank >= 2 && elements >= ELEMENTS_MIN;
    *chosen = choice == ZNN_CHOICE_ROUND || (choice == ZNN_CHOICE_DEFAULT && (is_matrix || options->dtype));
    return true;
}

/* Whether the tensor's numbers may be rounded. */
static bool judge(struct walk *walk, const struct tensor *tensor, bool *rounded)
{
    *rounded = false;
    if (!znn_fixed_suits((enum dtype)tensor->dtype))
        return true;
    if (!ask(walk, tensor, rounded))
        return false;
    if (*rounded && walk->options->lossy.bits > znn_fixed_bits_max(znn_fixed_type(tensor->dtype))) {
        walk->report->unsuited_tensors++;
        *rounded = false;
    }
    walk->report->rounded_tensors += *rounded;
    return true;
}

/* Moves on to the last span that does not start behind `offset`.  In what is kept already, it is not rounded. */
static void find_span(struct walk *walk, uint64_t offset)
{
    struct model *model = walk->model;
    for (; walk->next < model->count && model->tensors[walk->next].offset <= offset; walk->next++) {
        struct tensor *tensor = &model->tensors[walk->next];
        if (!(tensor->flags & TENSOR_SPAN) || tensor->size == 0)
            continue;
        walk->span = tensor;
        if (tensor->offset >= walk->kept_until && znn_fixed_suits((enum dtype)tensor->dtype))
            tensor->flags |= TENSOR_ROUNDED;
    }
}

static bool visit(struct walk *walk, const struct tensor *tensor)
{
    bool rounded;
    find_span(walk, tensor->offset);
    if (tensor->size == 0 || (!(tensor->flags & TENSOR_LISTED) && !walk->options->dtype))
        return true;
    if (!judge(walk, tensor, &rounded))
        return false;
    struct tensor *span = walk->span;
    uint64_t left = span && tensor->offset < span->offset + span->size ? span->offset + span->size - tensor->offset : 0;
    bool is_inside = left >= tensor->size && span->dtype == tensor->dtype;
    if (is_inside && rounded) {
        span->flags |= TENSOR_VIEWED;
        return true;
    }
    uint64_t end = tensor->offset + tensor->size;
    walk->kept_until = end > walk->kept_until ? end : walk->kept_until;
    if (left > 0)
        span->flags &= (uint8_t)~TENSOR_ROUNDED;
    return true;
}

/* A span that no tensor has bytes of is of unknown use, and not touched.  Returns whether any is left. */
static bool drop_unseen(struct model *model)
{
    bool any = false;
    for (size_t i = 0; i < model->count; i++) {
        struct tensor *tensor = &model->tensors[i];
        if (!(tensor->flags & TENSOR_VIEWED))
            tensor->flags &= (uint8_t)~TENSOR_ROUNDED;
        any = any || tensor->flags & TENSOR_ROUNDED;
    }
    return any;
}

enum znn_status znn_rounding_mark(struct model *model, const struct znn_compress_options *options,
                                  struct znn_report *report, struct znn_error *error)
{
    struct walk walk = {.model = model, .options = options, .report = report};
    bool fine = true;
    if (options->lossy.mode == ZNN_LOSSLESS)
        return ZNN_OK;
    for (size_t i = 0; i < model->count && fine; i++)
        fine = visit(&walk, &model->tensors[i]);
    bool any = drop_unseen(model);
    znn_buffer_free(&walk.name);
    znn_buffer_free(&walk.shape);
    if (!fine)
        return znn_fail_memory(error, sizeof walk);
    if (any)
        report->lossy = options->lossy;
    else
        report->rounded_tensors = 0;
    return ZNN_OK;
}
