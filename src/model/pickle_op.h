/*
 * pickle_op.h - reading a pickle opcode by opcode
 *
 * A pickle is a program for a small stack machine.  Each instruction is one byte, for some of them followed by an
 * argument: a fixed-width little-endian number, text up to a newline, or a length and that many bytes.
 *
 *     | 0x80 | 2 |   | '}' |   | 'X' | 6 0 0 0 | w e i g h t |   | 'K' | 7 |   | 's' |   | '.' |
 *      PROTO          dict      text                              int           set       stop
 *
 * To find where an instruction ends nothing else needs to be known, so this file serves both those who want to know
 * what a pickle says (pickle.h) and those who only want to know where it ends.
 */
#ifndef ZNN_MODEL_PICKLE_OP_H
#define ZNN_MODEL_PICKLE_OP_H

#include "common/bytes.h"

/* The opcodes by their byte, of protocols 0 to 5. */
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
    PICKLE_READ_UNKNOWN /* no opcode of protocols 0 to 5, or one that needs something from outside the pickle */
};

/*
 * One instruction.  An argument that is a number stands in `number` (sign-extended where it is signed); one that is
 * text or bytes in `data`, inside what is being read, without length or newline.  OP_GLOBAL and OP_INST have two lines
 * of text, which `data` holds with the newline between them.
 */
struct pickle_op {
    uint8_t code;
    int64_t number;
    const uint8_t *data;
    size_t size;
};

/*
 * Reads one instruction and moves `reader` behind it; where it fails, `reader` is left anywhere.
 */
enum pickle_read znn_pickle_read_op(struct byte_reader *reader, struct pickle_op *op);

/*
 * Reads on to the end of the pickle that starts at reader->next.  Costs no memory.
 */
enum pickle_read znn_pickle_skip(struct byte_reader *reader);

#endif
