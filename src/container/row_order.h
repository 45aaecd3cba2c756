/*
 * row_order.h - a tensor of a base whose rows are in another order
 *
 * Converters to GGUF move rows of a model's query and key matrices, because llama.cpp rotates neighbouring rows and
 * Hugging Face's code rotates rows from both halves of a head.  In each head, the rows of the two halves take turns:
 *
 *     Hugging Face   0 1 2 3 4 5 6 7 | 8 ...       a head of 8 rows
 *     GGUF           0 4 1 5 2 6 3 7 | 8 ...
 *
 * In other words, a head's rows are a table, which is transposed.  A range of the base (part_delta.h) can say this, so
 * that it need not be split into a range for each row.
 */
#ifndef ZNN_CONTAINER_ROW_ORDER_H
#define ZNN_CONTAINER_ROW_ORDER_H

#include <stdint.h>

#define ROW_BYTES_MIN 16 /* limits the pieces that a range falls into */
#define ROW_HEAD_MAX 1024

struct row_order {
    uint32_t row_bytes; /* in the base, at least ROW_BYTES_MIN; 0: the rows are in the same order */
    uint16_t head;      /* rows, at most ROW_HEAD_MAX */
    uint16_t columns;   /* of the table that the tensor's rows are; 2 in GGUF, and half of `head` the other way */
};

/*
 * Returns the row of the base that belongs to row `row` of the tensor.
 */
static inline uint64_t row_order_source(const struct row_order *order, uint64_t row)
{
    uint64_t place = row % order->head;
    return row - place + place % order->columns * (order->head / order->columns) + place / order->columns;
}

/*
 * Returns the offset in the base's tensor of the byte at `position` of its bytes in the other order.  Reduces
 * *size to the bytes that follow there without a gap.
 */
static inline uint64_t row_order_place(const struct row_order *order, uint64_t position, uint64_t *size)
{
    if (order->row_bytes == 0)
        return position;
    uint64_t start = position % order->row_bytes;
    if (*size > order->row_bytes - start)
        *size = order->row_bytes - start;
    return row_order_source(order, position / order->row_bytes) * order->row_bytes + start;
}

#endif
