/*
 * pickle_op.c - reads a pickle opcode by opcode
 */
#include "model/pickle_op.h"

/* The kinds of arguments.  Zero is for bytes that are not opcodes. */
enum argument {
    ARGUMENT_UNKNOWN,
    ARGUMENT_NONE,
    ARGUMENT_U8,
    ARGUMENT_U16,
    ARGUMENT_I32,
    ARGUMENT_U32,
    ARGUMENT_8_BYTES, /* a big-endian double or the length of a frame: not needed here */
    ARGUMENT_LINE,
    ARGUMENT_TWO_LINES,
    ARGUMENT_BYTES_U8, /* a one-byte length, then the bytes */
    ARGUMENT_BYTES_U32,
    ARGUMENT_BYTES_I32, /* a length that should not be negative */
    ARGUMENT_BYTES_U64
};

static const uint8_t arguments[256] = {
    [OP_MARK] = ARGUMENT_NONE,
    [OP_STOP] = ARGUMENT_NONE,
    [OP_POP] = ARGUMENT_NONE,
    [OP_POP_MARK] = ARGUMENT_NONE,
    [OP_DUP] = ARGUMENT_NONE,
    [OP_BINBYTES] = ARGUMENT_BYTES_U32,
    [OP_SHORT_BINBYTES] = ARGUMENT_BYTES_U8,
    [OP_FLOAT] = ARGUMENT_LINE,
    [OP_BINFLOAT] = ARGUMENT_8_BYTES,
    [OP_INT] = ARGUMENT_LINE,
    [OP_BININT] = ARGUMENT_I32,
    [OP_BININT1] = ARGUMENT_U8,
    [OP_LONG] = ARGUMENT_LINE,
    [OP_BININT2] = ARGUMENT_U16,
    [OP_NONE] = ARGUMENT_NONE,
    [OP_PERSID] = ARGUMENT_LINE,
    [OP_BINPERSID] = ARGUMENT_NONE,
    [OP_REDUCE] = ARGUMENT_NONE,
    [OP_STRING] = ARGUMENT_LINE,
    [OP_BINSTRING] = ARGUMENT_BYTES_I32,
    [OP_SHORT_BINSTRING] = ARGUMENT_BYTES_U8,
    [OP_UNICODE] = ARGUMENT_LINE,
    [OP_BINUNICODE] = ARGUMENT_BYTES_U32,
    [OP_EMPTY_LIST] = ARGUMENT_NONE,
    [OP_APPEND] = ARGUMENT_NONE,
    [OP_BUILD] = ARGUMENT_NONE,
    [OP_GLOBAL] = ARGUMENT_TWO_LINES,
    [OP_DICT] = ARGUMENT_NONE,
    [OP_APPENDS] = ARGUMENT_NONE,
    [OP_GET] = ARGUMENT_LINE,
    [OP_BINGET] = ARGUMENT_U8,
    [OP_INST] = ARGUMENT_TWO_LINES,
    [OP_LONG_BINGET] = ARGUMENT_U32,
    [OP_LIST] = ARGUMENT_NONE,
    [OP_OBJ] = ARGUMENT_NONE,
    [OP_PUT] = ARGUMENT_LINE,
    [OP_BINPUT] = ARGUMENT_U8,
    [OP_LONG_BINPUT] = ARGUMENT_U32,
    [OP_SETITEM] = ARGUMENT_NONE,
    [OP_TUPLE] = ARGUMENT_NONE,
    [OP_SETITEMS] = ARGUMENT_NONE,
    [OP_EMPTY_DICT] = ARGUMENT_NONE,
    [OP_EMPTY_TUPLE] = ARGUMENT_NONE,
    [OP_PROTO] = ARGUMENT_U8,
    [OP_NEWOBJ] = ARGUMENT_NONE,
    [OP_TUPLE1] = ARGUMENT_NONE,
    [OP_TUPLE2] = ARGUMENT_NONE,
    [OP_TUPLE3] = ARGUMENT_NONE,
    [OP_NEWTRUE] = ARGUMENT_NONE,
    [OP_NEWFALSE] = ARGUMENT_NONE,
    [OP_LONG1] = ARGUMENT_BYTES_U8,
    [OP_LONG4] = ARGUMENT_BYTES_I32,
    [OP_SHORT_BINUNICODE] = ARGUMENT_BYTES_U8,
    [OP_BINUNICODE8] = ARGUMENT_BYTES_U64,
    [OP_BINBYTES8] = ARGUMENT_BYTES_U64,
    [OP_EMPTY_SET] = ARGUMENT_NONE,
    [OP_ADDITEMS] = ARGUMENT_NONE,
    [OP_FROZENSET] = ARGUMENT_NONE,
    [OP_NEWOBJ_EX] = ARGUMENT_NONE,
    [OP_STACK_GLOBAL] = ARGUMENT_NONE,
    [OP_MEMOIZE] = ARGUMENT_NONE,
    [OP_FRAME] = ARGUMENT_8_BYTES,
    [OP_BYTEARRAY8] = ARGUMENT_BYTES_U64,
};

static uint64_t read_number(struct byte_reader *reader, size_t width)
{
    const uint8_t *p = read_bytes(reader, width);
    if (!p)
        return 0;
    switch (width) {
    case 1:
        return *p;
    case 2:
        return load_le16(p);
    case 4:
        return load_le32(p);
    default:
        return load_le64(p);
    }
}

/* Sign extension without undefined behaviour. */
static int64_t as_signed_32(uint64_t number)
{
    return number < 0x80000000 ? (int64_t)number : (int64_t)number - 0x100000000;
}

static void read_sized(struct byte_reader *reader, struct pickle_op *op, size_t width)
{
    uint64_t size = read_number(reader, width);
    op->data = read_bytes(reader, size);
    op->size = op->data ? (size_t)size : 0;
}

static void read_lines(struct byte_reader *reader, struct pickle_op *op, int lines)
{
    op->data = reader->next;
    for (int i = 0; i < lines; i++) {
        const uint8_t *end = bytes_left(reader) ? memchr(reader->next, '\n', bytes_left(reader)) : NULL;
        if (!end) {
            reader->bad = true;
            return;
        }
        op->size = (size_t)(end - op->data);
        reader->next = end + 1;
    }
}

enum pickle_read znn_pickle_read_op(struct byte_reader *reader, struct pickle_op *op)
{
    *op = (struct pickle_op){.code = read_u8(reader)};
    if (reader->bad)
        return PICKLE_READ_CUT;
    switch ((enum argument)arguments[op->code]) {
    case ARGUMENT_UNKNOWN:
        return PICKLE_READ_UNKNOWN;
    case ARGUMENT_NONE:
        break;
    case ARGUMENT_U8:
        op->number = (int64_t)read_number(reader, 1);
        break;
    case ARGUMENT_U16:
        op->number = (int64_t)read_number(reader, 2);
        break;
    case ARGUMENT_I32:
        op->number = as_signed_32(read_number(reader, 4));
        break;
    case ARGUMENT_U32:
        op->number = (int64_t)read_number(reader, 4);
        break;
    case ARGUMENT_8_BYTES:
        read_bytes(reader, 8);
        break;
    case ARGUMENT_LINE:
        read_lines(reader, op, 1);
        break;
    case ARGUMENT_TWO_LINES:
        read_lines(reader, op, 2);
        break;
    case ARGUMENT_BYTES_U8:
        read_sized(reader, op, 1);
        break;
    case ARGUMENT_BYTES_U32:
    case ARGUMENT_BYTES_I32: /* as an unsigned number, a negative length is longer than any pickle */
        read_sized(reader, op, 4);
        break;
    case ARGUMENT_BYTES_U64:
        read_sized(reader, op, 8);
        break;
    }
    return reader->bad ? PICKLE_READ_CUT : PICKLE_READ_OK;
}

enum pickle_read znn_pickle_skip(struct byte_reader *reader)
{
    struct pickle_op op;
    enum pickle_read status;
    do
        status = znn_pickle_read_op(reader, &op);
    while (status == PICKLE_READ_OK && op.code != OP_STOP);
    return status;
}
