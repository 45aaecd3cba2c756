/*
 * bases.c - the record that lists the tensors of a base that a file needs
 */
#include "container/bases.h"

#include "container/stream_entry.h"

bool znn_bases_head_write(const struct bases_head *head, struct buffer *out)
{
    return znn_buffer_append_leb128(out, head->base_size) && znn_buffer_append_leb128(out, head->tensors) &&
           znn_buffer_append_leb128(out, head->table_size) && znn_stream_write(&head->stream, out);
}

bool znn_bases_row_write(const struct bases_row *row, struct buffer *out)
{
    uint8_t hash[16];
    store_le64(hash, row->hash[0]);
    store_le64(hash + 8, row->hash[1]);
    return znn_buffer_append_leb128(out, row->name_size) && znn_buffer_append(out, row->name, row->name_size) &&
           znn_buffer_append_leb128(out, row->dtype) && znn_buffer_append_leb128(out, row->size) &&
           znn_buffer_append(out, hash, sizeof hash);
}

static enum znn_status fail_malformed(uint64_t place, struct znn_error *error)
{
    return znn_fail(error, ZNN_ERROR_CORRUPT, place, "the list of the base's tensors is malformed");
}

enum znn_status znn_bases_head_parse(struct bases_head *head, const struct record *record, const uint8_t *bytes,
                                     uint64_t place, struct znn_error *error)
{
    struct byte_reader reader = byte_reader(bytes, record->directory_size);
    *head = (struct bases_head){.base_size = read_leb128(&reader)};
    uint64_t tensors = read_leb128(&reader);
    uint64_t size = read_leb128(&reader);
    if (reader.bad || record->offset != 0 || tensors == 0 || tensors > BASE_TENSORS_MAX || size == 0 ||
        size > BASES_TABLE_MAX)
        return fail_malformed(place, error);
    head->tensors = (uint32_t)tensors;
    head->table_size = (uint32_t)size;
    enum znn_status status = znn_stream_parse(&reader, size, record->payload_size, &head->stream, place, error);
    if (status)
        return status;
    if (head->stream.kind == STREAM_CONSTANT || head->stream.size != record->payload_size || bytes_left(&reader) > 0)
        return fail_malformed(place, error);
    return ZNN_OK;
}

bool znn_bases_row_parse(struct byte_reader *table, struct bases_row *row)
{
    uint64_t name_size = read_leb128(table);
    row->name = read_bytes(table, name_size);
    row->name_size = (uint32_t)name_size;
    row->dtype = read_leb128(table);
    row->size = read_leb128(table);
    const uint8_t *hash = read_bytes(table, 16);
    if (table->bad || name_size > BASE_NAME_MAX || row->size == 0)
        return false;
    row->hash[0] = load_le64(hash);
    row->hash[1] = load_le64(hash + 8);
    return true;
}
