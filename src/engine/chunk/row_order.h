/*
 * row_order.h - a partner whose rows are in another order
 *
 * Converters to GGUF move rows of a model's query and key matrices, because llama.cpp rotates neighbouring rows and
 * Hugging Face's code rotates rows from both halves of a head.  In each head, the rows of the two halves take turns:
 *
 *     Hugging Face   0 1 2 3 4 5 6 7 | 8 ...       a head of 8 rows
 *     GGUF           0 4 1 5 2 6 3 7 | 8 ...
 *
 * In other words, a head's rows are a table, which is transposed.  The part of the tensor gets a range of the base for
 * each row, so a reader does not need to know any of this.
 */
#ifndef ZNN_ENGINE_CHUNK_ROW_ORDER_H
#define ZNN_ENGINE_CHUNK_ROW_ORDER_H

#include <stdint.h>

struct row_order {
    uint32_t row_bytes; /* of the partner; 0: the rows are in the same order */
    uint16_t head;      /* rows */
    uint16_t columns;   /* of the table that the tensor's rows are; 2 in GGUF, and half of `head` the other way */
};

/*
 * Returns the row of the partner that belongs to row `row` of the tensor.
 */
static inline uint64_t row_order_source(const struct row_order *order, uint64_t row)
{
    uint64_t place = row % order->head;
    return row - place + place % order->columns * (order->head / order->columns) + place / order->columns;
}

/*
 * Returns the offset in the partner of the byte at `position` of the partner's bytes in the tensor's order.  Reduces
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
