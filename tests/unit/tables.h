/*
 * tables.h - the index's tables, fed to their parser in pieces
 *
 * A table is fed as a whole, byte by byte and in random pieces; what comes out must be the same, errors too.
 */
#ifndef ZNN_TESTS_TABLES_H
#define ZNN_TESTS_TABLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "container/index.h"
#include "support.h"

static inline bool append(void *context, const void *data, size_t size)
{
    return znn_buffer_append(context, data, size);
}

/* Writes down what a parser says, as a line of text for each entry. */
static inline enum znn_status note_chunk(void *context, const struct chunk_entry *entry)
{
    char line[64];
    int size = snprintf(line, sizeof line, "%u %u %" PRIx64 "\n", (unsigned)entry->decoded_size,
                        (unsigned)entry->record_size, entry->digest);
    return append(context, line, (size_t)size) ? ZNN_OK : ZNN_ERROR_MEMORY;
}

static inline bool note_tensor_line(struct buffer *out, const struct tensor *tensor, const uint8_t *text,
                                    size_t shape_size)
{
    char line[160];
    int size =
        snprintf(line, sizeof line, "%u%s %" PRIu64 "+%" PRIu64 " %u:", (unsigned)tensor->dtype,
                 tensor->flags & TENSOR_STRIDED ? "s" : "", tensor->offset, tensor->size, (unsigned)tensor->rank);
    return append(out, line, (size_t)size) && append(out, text, tensor->name_size + shape_size) && append(out, "\n", 1);
}

static inline enum znn_status note_tensor(void *context, const struct tensor *tensor, const struct buffer *text)
{
    assert_true(tensor->name_size <= text->size);
    bool good = note_tensor_line(context, tensor, text->data, text->size - tensor->name_size);
    return good ? ZNN_OK : ZNN_ERROR_MEMORY;
}

enum cut { CUT_NOWHERE, CUT_EVERYWHERE, CUT_SOMEWHERE };

/* Feeds a table to a parser, in exact copies of its pieces; the notes go to `out` unless that is NULL. */
static inline enum znn_status feed(enum table_kind kind, uint64_t entries, uint64_t original_size, const void *table,
                                   size_t size, enum cut cut, struct random *random, struct buffer *out)
{
    struct table_parser parser = {
        .kind = kind,
        .entries = entries,
        .original_size = original_size,
        .on_chunk = out ? note_chunk : NULL,
        .on_tensor = out ? note_tensor : NULL,
        .context = out,
    };
    struct znn_error error = ZNN_INIT(struct znn_error);
    enum znn_status status = ZNN_OK;
    for (size_t at = 0, piece; at < size && !status; at += piece) {
        piece = cut == CUT_NOWHERE ? size : cut == CUT_EVERYWHERE ? 1 : 1 + random_below(random, 20);
        piece = piece < size - at ? piece : size - at;
        uint8_t *copy = malloc(piece);
        assert_non_null(copy);
        memcpy(copy, (const uint8_t *)table + at, piece);
        status = znn_table_parser_feed(&parser, copy, piece, &error);
        free(copy);
    }
    if (!status)
        status = znn_table_parser_finish(&parser, &error);
    assert_int_equal(error.status, status);
    znn_table_parser_free(&parser);
    return status;
}

/* The result of feeding a table in each way, which must be one; *out has the notes. */
static inline enum znn_status feed_all_ways(enum table_kind kind, uint64_t entries, uint64_t original_size,
                                            const void *table, size_t size, struct random *random, struct buffer *out)
{
    enum znn_status status = feed(kind, entries, original_size, table, size, CUT_NOWHERE, random, out);
    for (enum cut cut = CUT_EVERYWHERE; cut <= CUT_SOMEWHERE; cut++) {
        struct buffer again = {0};
        assert_int_equal(feed(kind, entries, original_size, table, size, cut, random, &again), status);
        assert_int_equal(again.size, out->size);
        if (again.size > 0)
            assert_memory_equal(again.data, out->data, again.size);
        znn_buffer_free(&again);
    }
    assert_int_equal(feed(kind, entries, original_size, table, size, CUT_SOMEWHERE, random, NULL), status);
    return status;
}

struct table_row {
    const char *what;
    uint64_t entries, original_size;
    const char *bytes;
    size_t size;
    bool good;
};

#define ROW(what, entries, original_size, bytes, good)                                                                 \
    {                                                                                                                  \
        what, entries, original_size, bytes, sizeof(bytes) - 1, good                                                   \
    }
#define MAX64 "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

static inline void check_rows(enum table_kind kind, const struct table_row *rows, size_t count)
{
    struct random random = {1};
    for (size_t i = 0; i < count; i++) {
        struct buffer out = {0};
        enum znn_status status =
            feed_all_ways(kind, rows[i].entries, rows[i].original_size, rows[i].bytes, rows[i].size, &random, &out);
        if (status != (rows[i].good ? ZNN_OK : ZNN_ERROR_CORRUPT))
            fail_msg("%s: %s", rows[i].what, znn_status_name(status));
        znn_buffer_free(&out);
    }
}

#endif
