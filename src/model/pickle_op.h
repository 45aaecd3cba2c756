/*
 * pickle_op.h - reads a pickle opcode by opcode
 *
 * A pickle is a program for a small stack machine.  Each instruction is one byte.  Some have an argument: a
 * little-endian number of fixed width, text up to a newline, or a length and that many bytes.
 *
 *     | 0x80 | 2 |   | '}' |   | 'X' | 6 0 0 0 | w e i g h t |   | 'K' | 7 |   | 's' |   | '.' |
 *      PROTO          dict      text                              int           set       stop
 *
 * Nothing else is needed to find the end of an instruction.  So this file serves both the machine that reads the
 * contents of a pickle (pickle.h) and callers that only look for the end of a pickle.
 */
#ifndef ZNN_MODEL_PICKLE_OP_H
#define ZNN_MODEL_PICKLE_OP_H

#include "common/bytes.h"

/* The opcodes of protocols 0 to 5. */
enum {
    OP_MARK = '(',
    OP_STOP = '.',
    OP_POP = '0',
    OP_POP_MARK = '1',
    OP_DUP = '2',
    OP_BINBYTES = 'B',
    OP_SHORT_BINBYTES = 'C',
    OP_FLOAT = 'F',
    OP_BINFLOAT = 'G',
    OP_INT = 'I',
    OP_BININT = 'J',
    OP_BININT1 = 'K',
    OP_LONG = 'L',
    OP_BININT2 = 'M',
    OP_NONE = 'N',
    OP_PERSID = 'P',
    OP_BINPERSID = 'Q',
    OP_REDUCE = 'R',
    OP_STRING = 'S',
    OP_BINSTRING = 'T',
    OP_SHORT_BINSTRING = 'U',
    OP_UNICODE = 'V',
    OP_BINUNICODE = 'X',
    OP_EMPTY_LIST = ']',
    OP_APPEND = 'a',
    OP_BUILD = 'b',
    OP_GLOBAL = 'c',
    OP_DICT = 'd',
    OP_APPENDS = 'e',
    OP_GET = 'g',
    OP_BINGET = 'h',
    OP_INST = 'i',
    OP_LONG_BINGET = 'j',
    OP_LIST = 'l',
    OP_OBJ = 'o',
    OP_PUT = 'p',
    OP_BINPUT = 'q',
    OP_LONG_BINPUT = 'r',
    OP_SETITEM = 's',
    OP_TUPLE = 't',
    OP_SETITEMS = 'u',
    OP_EMPTY_DICT = '}',
    OP_EMPTY_TUPLE = ')',
    OP_PROTO = 0x80,
    OP_NEWOBJ = 0x81,
    OP_TUPLE1 = 0x85,
    OP_TUPLE2 = 0x86,
    OP_TUPLE3 = 0x87,
    OP_NEWTRUE = 0x88,
    OP_NEWFALSE = 0x89,
    OP_LONG1 = 0x8a,
    OP_LONG4 = 0x8b,
    OP_SHORT_BINUNICODE = 0x8c,
    OP_BINUNICODE8 = 0x8d,
    OP_BINBYTES8 = 0x8e,
    OP_EMPTY_SET = 0x8f,
    OP_ADDITEMS = 0x90,
    OP_FROZENSET = 0x91,
    OP_NEWOBJ_EX = 0x92,
    OP_STACK_GLOBAL = 0x93,
    OP_MEMOIZE = 0x94,
    OP_FRAME = 0x95,
    OP_BYTEARRAY8 = 0x96
};

enum pickle_read {
    PICKLE_READ_OK,
    PICKLE_READ_CUT,    /* the bytes end within the instruction */
    PICKLE_READ_UNKNOWN /* not an opcode of protocols 0 to 5, or one that needs something from outside the pickle */
};

/*
 * One instruction.  `number` is a numeric argument (sign-extended if it is signed).  `data` is a text or bytes
 * argument, inside the input, without length or newline.  For OP_GLOBAL and OP_INST, `data` has two lines of text with
 * the newline between them.
 */
struct pickle_op {
    uint8_t code;
    int64_t number;
    const uint8_t *data;
    size_t size;
};

/*
 * Reads one instruction and moves `reader` behind it.  If this fails, the position of `reader` is undefined.
 */
enum pickle_read znn_pickle_read_op(struct byte_reader *reader, struct pickle_op *op);

/*
 * Skips to the end of the pickle that starts at reader->next.  Needs no memory.
 */
enum pickle_read znn_pickle_skip(struct byte_reader *reader);

#endif
