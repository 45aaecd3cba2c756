/*
 * rounding.c - chooses which numbers of a model are rounded
 *
 *     span      | s s s s s s s s s s |
 *     views     | r r r r |   | k k k |        ask: is it to be rounded, or kept?
 *                       | k |
 *     ranges    | r r r |                      only in views that are to be rounded
 *     spans     | s s s | s s s s s s s |      cut there, so that a span is rounded, or not
 *
 * Tensors are sorted by offset.  So both sets of ranges are produced in order and are merged on the fly.
 */
#include "engine/cut/rounding.h"

#include "common/array.h"
#include "common/bytes.h"
#include "common/memory.h"
#include "engine/coding/fixed_type.h"

#define ELEMENTS_MIN 4096

/* The bytes from `start` to `end`. */
struct range {
    uint64_t start, end;
};

/* Ranges in order, which do not overlap. */
struct ranges {
    struct range *items;
    size_t count;
    size_t capacity;
};

/* The state of the walk through the tensors. */
struct walk {
    struct model *model;
    const struct znn_compress_options *options;
    struct znn_report *report;
    size_t next;               /* the first tensor that was not checked for being a span */
    const struct tensor *span; /* the last span found, or NULL */
    struct ranges rounded;     /* bytes of tensors that are to be rounded */
    struct ranges kept;        /* bytes of all other tensors */
    struct buffer name;
    struct buffer shape;
    bool is_misled; /* the caller's callback returned an invalid choice */
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

/* Describes a tensor for the caller's callback.  Returns false if memory ran out. */
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
        .struct_size = sizeof *described,
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

/* Asks the caller's callback, if there is one, whether to round a tensor.  If the whole file is a row of numbers of a
 * given dtype, its only tensor has no name. */
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
    walk->is_misled = choice != ZNN_CHOICE_DEFAULT && choice != ZNN_CHOICE_KEEP && choice != ZNN_CHOICE_ROUND;
    if (walk->is_misled)
        return false;
    *chosen = choice == ZNN_CHOICE_ROUND || (choice == ZNN_CHOICE_DEFAULT && (is_matrix || options->dtype));
    if (choice == ZNN_CHOICE_DEFAULT && !*chosen) {
        walk->report->small_tensors++;
        walk->report->small_size += tensor->size;
    }
    return true;
}

/* Decides whether the tensor's numbers may be rounded. */
static bool judge(struct walk *walk, const struct tensor *tensor, bool *rounded)
{
    *rounded = false;
    if (!znn_fixed_suits((enum dtype)tensor->dtype))
        return true;
    walk->report->float_size += tensor->size;
    if (!ask(walk, tensor, rounded))
        return false;
    if (*rounded && walk->options->lossy.bits > znn_fixed_bits_max(znn_fixed_type(tensor->dtype))) {
        walk->report->unsuited_tensors++;
        *rounded = false;
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Ranges                                                                                                             */
/* ------------------------------------------------------------------------------------------------------------------ */

/* Adds a range that starts after the start of the last one, or touches it.  Returns false if memory ran out. */
static bool add_range(struct ranges *ranges, uint64_t start, uint64_t end)
{
    struct range *last = ranges->count > 0 ? &ranges->items[ranges->count - 1] : NULL;
    if (last && start <= last->end) {
        last->start = start < last->start ? start : last->start;
        last->end = end > last->end ? end : last->end;
        return true;
    }
    struct range *items = znn_array_grow(ranges->items, ranges->count, &ranges->capacity, sizeof *items);
    if (!items)
        return false;
    ranges->items = items;
    items[ranges->count++] = (struct range){start, end};
    return true;
}

/* Sets `rest` to the parts of `from` that are not in `without`. */
static bool subtract(const struct ranges *from, const struct ranges *without, struct ranges *rest)
{
    size_t k = 0;
    for (size_t i = 0; i < from->count; i++) {
        uint64_t at = from->items[i].start, end = from->items[i].end;
        while (k < without->count && without->items[k].end <= at)
            k++;
        for (; k < without->count && without->items[k].start < end; k++) {
            const struct range *hole = &without->items[k];
            if (hole->start > at && !add_range(rest, at, hole->start))
                return false;
            at = hole->end;
            if (at >= end)
                break;
        }
        if (at < end && !add_range(rest, at, end))
            return false;
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Tensors                                                                                                            */
/* ------------------------------------------------------------------------------------------------------------------ */

static uint64_t end_of(const struct tensor *tensor)
{
    return tensor->offset + tensor->size;
}

static unsigned width_of(const struct tensor *span)
{
    return znn_dtype_info((enum dtype)span->dtype)->block_bytes;
}

/* Moves on to the last span that starts at or before `offset`. */
static void find_span(struct walk *walk, uint64_t offset)
{
    const struct model *model = walk->model;
    for (; walk->next < model->count && model->tensors[walk->next].offset <= offset; walk->next++) {
        const struct tensor *tensor = &model->tensors[walk->next];
        if (tensor->flags & TENSOR_SPAN && tensor->size > 0)
            walk->span = tensor;
    }
}

static bool visit(struct walk *walk, struct tensor *tensor)
{
    bool rounded;
    find_span(walk, tensor->offset);
    if (tensor->size == 0 || (!(tensor->flags & TENSOR_LISTED) && !walk->options->dtype))
        return true;
    if (!judge(walk, tensor, &rounded))
        return false;
    if (rounded)
        tensor->flags |= TENSOR_CHOSEN;
    const struct tensor *span = walk->span;
    bool is_inside = span && end_of(tensor) <= end_of(span) && span->dtype == tensor->dtype &&
                     (tensor->offset - span->offset) % width_of(span) == 0;
    return add_range(rounded && is_inside ? &walk->rounded : &walk->kept, tensor->offset, end_of(tensor));
}

/* ------------------------------------------------------------------------------------------------------------------ */
/* Spans                                                                                                              */
/* ------------------------------------------------------------------------------------------------------------------ */

static bool add_span(struct model *model, uint64_t start, uint64_t end, uint8_t dtype)
{
    const struct tensor span = {.offset = start, .size = end - start, .dtype = dtype, .flags = TENSOR_SPAN};
    return start == end || znn_model_add(model, &span, "", NULL);
}

/* Returns the part of a range that consists of whole numbers of a span, which may be empty. */
static struct range numbers_in(const struct range *range, const struct tensor *span)
{
    const uint64_t width = width_of(span);
    uint64_t start = range->start > span->offset ? range->start - span->offset : 0;
    uint64_t end = (range->end < end_of(span) ? range->end : end_of(span)) - span->offset;
    start = span->offset + (start + width - 1) / width * width;
    end = span->offset + end / width * width;
    return (struct range){start, end > start ? end : start};
}

/* Cuts span `i` where ranges start and end.  Sets *first to the first range that does not end before the span. */
static bool cut_span(struct model *model, size_t i, const struct ranges *ranges, size_t *first, bool *cut)
{
    const struct tensor span = model->tensors[i];
    uint64_t at = span.offset;
    while (*first < ranges->count && ranges->items[*first].end <= span.offset)
        ++*first;
    for (size_t k = *first; k < ranges->count && ranges->items[k].start < end_of(&span); k++) {
        struct range part = numbers_in(&ranges->items[k], &span);
        if (part.start == part.end || (part.start == span.offset && part.end == end_of(&span)))
            continue;
        if (!add_span(model, at, part.start, span.dtype) || !add_span(model, part.start, part.end, span.dtype))
            return false;
        at = part.end;
    }
    if (at == span.offset)
        return true;
    *cut = true;
    model->tensors[i].flags &= (uint8_t)~TENSOR_SPAN;
    return add_span(model, at, end_of(&span), span.dtype);
}

/* Cuts spans that are selected only in part. */
static bool cut_spans(struct model *model, const struct ranges *ranges)
{
    size_t first = 0, count = model->count;
    bool cut = false;
    for (size_t i = 0; i < count; i++) {
        const struct tensor *span = &model->tensors[i];
        if (span->flags & TENSOR_SPAN && span->size > 0 && znn_fixed_suits((enum dtype)span->dtype) &&
            !cut_span(model, i, ranges, &first, &cut))
            return false;
    }
    if (cut)
        znn_model_settle(model, UINT64_MAX);
    return true;
}

/* Marks the spans that lie in a range.  For the report, counts chosen tensors that are rounded, and those that are not
 * because they share bytes with a kept tensor. */
static bool mark(struct model *model, const struct ranges *ranges, struct znn_report *report)
{
    size_t k = 0;
    bool any = false;
    for (size_t i = 0; i < model->count; i++) {
        struct tensor *tensor = &model->tensors[i];
        while (k < ranges->count && ranges->items[k].end <= tensor->offset)
            k++;
        bool is_inside = k < ranges->count && ranges->items[k].start <= tensor->offset && tensor->size > 0 &&
                         end_of(tensor) <= ranges->items[k].end;
        if (is_inside && tensor->flags & TENSOR_SPAN && znn_fixed_suits((enum dtype)tensor->dtype)) {
            tensor->flags |= TENSOR_ROUNDED;
            any = true;
        }
        if (tensor->flags & TENSOR_CHOSEN)
            ++*(is_inside ? &report->rounded_tensors : &report->shared_tensors);
    }
    return any;
}

enum znn_status znn_rounding_mark(struct model *model, const struct znn_compress_options *options,
                                  struct znn_report *report, struct znn_error *error)
{
    struct walk walk = {.model = model, .options = options, .report = report};
    struct ranges ranges = {0};
    bool fine = true;
    if (options->lossy.mode == ZNN_LOSSLESS)
        return ZNN_OK;
    for (size_t i = 0; i < model->count && fine; i++)
        fine = visit(&walk, &model->tensors[i]);
    fine = fine && subtract(&walk.rounded, &walk.kept, &ranges) && cut_spans(model, &ranges);
    if (fine && mark(model, &ranges, report))
        report->lossy = options->lossy;
    znn_release(walk.rounded.items);
    znn_release(walk.kept.items);
    znn_release(ranges.items);
    znn_buffer_free(&walk.name);
    znn_buffer_free(&walk.shape);
    if (walk.is_misled)
        return znn_fail(error, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET, "the callback that chooses tensors gave no choice");
    return fine ? ZNN_OK : znn_fail_memory(error, SIZE_NOT_KNOWN);
}
