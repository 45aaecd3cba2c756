/*
 * moved_rows.c - finds out whether the rows of a tensor are in another order than its partner's
 *
 * If row 1 is like the partner's row 1, the order is the same.  Otherwise the rows of two halves of a head may take
 * turns, in the tensor or in the partner.  Then row 1 of the one is the middle row of the first head of the other, and
 * that shows the size of a head (row_order.h).  A few more rows must agree as well.
 */
#include "engine/cut/moved_rows.h"

#include "container/part_delta.h"
#include "engine/cut/fingerprint.h"

/* The rows of half a head. */
#define HALF_MIN 2
#define HALF_MAX (ROW_HEAD_MAX / 2)

/* In smaller tensors there is nothing to gain. */
#define SMALL_TENSOR 8192

struct search {
    struct source *source;
    const struct tensor *tensor;
    struct znn_base *base;
    const struct tensor *partner;
    uint64_t row; /* elements */
    uint64_t rows;
};

static enum znn_status own_row(const struct search *search, uint64_t number, struct fingerprint *print,
                               struct znn_error *error)
{
    return znn_fingerprint_model(search->source, search->tensor, number * search->row, search->row, print, error);
}

static enum znn_status partner_row(const struct search *search, uint64_t number, struct fingerprint *print,
                                   struct znn_error *error)
{
    return znn_fingerprint_base(search->base, search->partner, number * search->row, search->row, print, error);
}

static bool is_sure(const struct fingerprint *a, const struct fingerprint *b)
{
    struct agreement agreement = znn_fingerprint_compare(a, b);
    return znn_agreement_is_sure(&agreement);
}

/* Compares rows of the first head, of the middle and of the last head.  A wrong order may get some of them right. */
static enum znn_status confirm(const struct search *search, const struct row_order *order, bool *good,
                               struct znn_error *error)
{
    const uint64_t numbers[] = {2, 3, search->rows / 2 + 1, search->rows - 3, search->rows - 2};
    enum znn_status status = ZNN_OK;
    *good = true;
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers && !status && *good; i++) {
        struct fingerprint own, other;
        status = own_row(search, numbers[i], &own, error);
        if (!status)
            status = partner_row(search, row_order_source(order, numbers[i]), &other, error);
        *good = !status && is_sure(&own, &other);
    }
    return status;
}

/* Tries heads of twice `half` rows.  `own` and `other` are the fingerprints of rows 1. */
static enum znn_status try_half(const struct search *search, uint16_t half, const struct fingerprint *own,
                                const struct fingerprint *other, struct row_order *order, bool *good,
                                struct znn_error *error)
{
    struct fingerprint middle;
    order->head = (uint16_t)(2 * half);
    order->columns = 2;
    enum znn_status status = partner_row(search, half, &middle, error);
    if (!status && is_sure(own, &middle))
        return confirm(search, order, good, error);
    if (!status)
        status = own_row(search, half, &middle, error);
    order->columns = half;
    return !status && is_sure(&middle, other) ? confirm(search, order, good, error) : status;
}

static enum znn_status find(const struct search *search, struct row_order *order, bool *good, struct znn_error *error)
{
    struct fingerprint own, other;
    enum znn_status status = own_row(search, 1, &own, error);
    if (!status && own.count > 0)
        status = partner_row(search, 1, &other, error);
    if (status || own.count == 0 || other.count == 0 || is_sure(&own, &other))
        return status;
    for (uint16_t half = HALF_MIN; half <= HALF_MAX && half <= search->rows / 2 && !status && !*good; half++)
        if (search->rows % (2u * half) == 0)
            status = try_half(search, half, &own, &other, order, good, error);
    return status;
}

/* Returns the bytes of a row of this type, or 0 if a row is not a number of whole blocks. */
static uint64_t row_bytes(const struct tensor *tensor, uint64_t row)
{
    const struct dtype_info *info = znn_dtype_info((enum dtype)tensor->dtype);
    return row % info->block_elements == 0 ? row / info->block_elements * info->block_bytes : 0;
}

enum znn_status znn_find_row_order(struct source *source, const struct tensor *tensor, struct znn_base *base,
                                   const struct tensor *partner, uint64_t row, struct row_order *order,
                                   struct znn_error *error)
{
    struct search search = {.source = source, .tensor = tensor, .base = base, .partner = partner, .row = row};
    uint64_t bytes = row_bytes(partner, row);
    bool good = false;
    *order = (struct row_order){.row_bytes = 0};
    if (row < FINGERPRINT_LEAST || tensor->size < SMALL_TENSOR || row_bytes(tensor, row) == 0 ||
        bytes < ROW_BYTES_MIN || bytes > DELTA_PART_MAX || znn_element_count(tensor) != znn_element_count(partner))
        return ZNN_OK;
    search.rows = znn_element_count(tensor) / row;
    enum znn_status status = find(&search, order, &good, error);
    order->row_bytes = good ? (uint32_t)bytes : 0;
    return status;
}
