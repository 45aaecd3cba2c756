/*
 * safetensors_header.c - from a safetensors header's JSON to tensors
 *
 * The header is an object of tensors by name, with room for notes:
 *
 *     {"__metadata__": {"format": "pt"},
 *      "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}
 *
 * This parser accepts the same headers as the reference reader, whose parser is derived from two struct declarations.
 * So it accepts some forms beyond the specification:
 *
 *  - a tensor may have other fields, which are ignored, but each of the three only once;
 *  - a tensor may be an array of the three values, ["F32", [2, 3], [0, 24]];
 *  - a dtype may be an object, {"F32": null};
 *  - numbers consist of decimal digits only and are below 2^64;
 *  - __metadata__ may be null and occurs at most once; its values are strings.
 *
 * The events of the JSON scanner drive a small state machine.  This is its usual path; [ ] are the states:
 *
 *     [ROOT] { [NAMES] key [TENSOR] { [FIELDS] key [DTYPE]   "F32"
 *                                              key [SHAPE]   [ [DIMENSIONS] 2 3 ]
 *                                              key [OFFSETS] [ [RANGE] 0 24 ] } } [DONE]
 */
#include "model/safetensors_header.h"

#include <string.h>

#include "model/json.h"

enum state {
    STATE_ROOT,           /* before the header's { */
    STATE_NAMES,          /* in it, before a key or its } */
    STATE_METADATA,       /* before the value of __metadata__ */
    STATE_METADATA_PAIRS, /* in it */
    STATE_TENSOR,         /* before the value of a tensor */
    STATE_FIELDS,         /* in a tensor, before a key or its end */
    STATE_DTYPE,          /* before the value of a dtype */
    STATE_DTYPE_OBJECT,   /* in a dtype that is spelt as an object */
    STATE_SHAPE,          /* before the value of a shape */
    STATE_DIMENSIONS,     /* in it */
    STATE_OFFSETS,        /* before the value of data_offsets */
    STATE_RANGE,          /* in it */
    STATE_IGNORED,        /* in or before the value of an unknown field */
    STATE_DONE            /* after the header's } */
};

enum { FIELD_DTYPE = 1, FIELD_SHAPE = 2, FIELD_OFFSETS = 4, FIELDS_ALL = 7 };

struct parser {
    struct model *model;
    enum state state;
    bool no_memory;
    bool has_metadata;
    bool is_array;          /* the current tensor is written as an array */
    unsigned fields;        /* the FIELD_ values that the current tensor has had */
    unsigned range_count;   /* the number of offsets read */
    unsigned ignored_depth; /* of the ignored value */
    struct tensor tensor;   /* the current tensor; its name and shape grow at the end of the model's text */
};

/* ---------------------------------------------------------------------------------------------------------------- */
/* Words and numbers                                                                                                */
/* ---------------------------------------------------------------------------------------------------------------- */

/* The longest known word ("data_offsets"), and its longest spelling with every letter as an escape (\u0064). */
enum { WORD_MAX = 12, WORD_SPELT_MAX = 6 * WORD_MAX };

struct word {
    const uint8_t *text;
    size_t size;
    uint8_t unescaped[WORD_SPELT_MAX];
};

/* Makes the string or key of `event` comparable.  If it is too long for any known word, it keeps its escapes. */
static void read_word(const struct json_event *event, struct word *word)
{
    word->text = event->text;
    word->size = event->size;
    if (event->escaped && event->size <= sizeof word->unescaped) {
        word->size = znn_json_unescape(event, word->unescaped);
        word->text = word->unescaped;
    }
}

static bool is_word(const struct word *word, const char *meant)
{
    return word->size == strlen(meant) && memcmp(word->text, meant, word->size) == 0;
}

/* Reads a number written as an unsigned integer below 2^64.  Returns false for any other, such as -0 or 4.0. */
static bool read_integer(const struct json_event *event, uint64_t *value)
{
    if (event->kind != JSON_NUMBER)
        return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < event->size; i++) {
        uint8_t byte = event->text[i];
        if (byte < '0' || byte > '9')
            return false;
        uint64_t digit = (uint64_t)(byte - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Steps: each handles an event in a certain state, and returns whether the event is allowed there                  */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool go_to(struct parser *parser, enum state state)
{
    parser->state = state;
    return true;
}

static bool begin_tensor(struct parser *parser, const struct json_event *name)
{
    struct buffer *text = &parser->model->text;
    if (!znn_buffer_reserve(text, name->size + 1)) { /* empty names need a text, too */
        parser->no_memory = true;
        return false;
    }
    size_t size = name->size;
    if (name->escaped)
        size = znn_json_unescape(name, text->data + text->size);
    else if (size > 0)
        memcpy(text->data + text->size, name->text, size);
    parser->tensor = (struct tensor){.text = text->size, .name_size = (uint32_t)size};
    parser->fields = 0;
    parser->range_count = 0;
    text->size += size;
    return go_to(parser, STATE_TENSOR);
}

static bool end_tensor(struct parser *parser)
{
    if (parser->fields != FIELDS_ALL)
        return false;
    if (!znn_model_push(parser->model, &parser->tensor)) {
        parser->no_memory = true;
        return false;
    }
    return go_to(parser, STATE_NAMES);
}

static bool step_names(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_OBJECT_END)
        return go_to(parser, STATE_DONE);
    struct word word;
    read_word(event, &word);
    if (!is_word(&word, "__metadata__"))
        return begin_tensor(parser, event);
    if (parser->has_metadata)
        return false;
    parser->has_metadata = true;
    return go_to(parser, STATE_METADATA);
}

static bool step_metadata(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_NULL)
        return go_to(parser, STATE_NAMES);
    return event->kind == JSON_OBJECT_BEGIN && go_to(parser, STATE_METADATA_PAIRS);
}

static bool step_metadata_pairs(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_OBJECT_END)
        return go_to(parser, STATE_NAMES);
    return event->kind == JSON_KEY || event->kind == JSON_STRING;
}

static bool step_tensor(struct parser *parser, const struct json_event *event)
{
    parser->is_array = event->kind == JSON_ARRAY_BEGIN;
    if (parser->is_array)
        return go_to(parser, STATE_DTYPE);
    return event->kind == JSON_OBJECT_BEGIN && go_to(parser, STATE_FIELDS);
}

static bool begin_field(struct parser *parser, const struct json_event *key)
{
    static const struct {
        const char *name;
        unsigned field;
        enum state state;
    } fields[] = {
        {"dtype", FIELD_DTYPE, STATE_DTYPE},
        {"shape", FIELD_SHAPE, STATE_SHAPE},
        {"data_offsets", FIELD_OFFSETS, STATE_OFFSETS},
    };
    struct word word;
    read_word(key, &word);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (is_word(&word, fields[i].name))
            return !(parser->fields & fields[i].field) && go_to(parser, fields[i].state);
    parser->ignored_depth = key->depth;
    return go_to(parser, STATE_IGNORED);
}

/* An array has no keys, so the next field follows directly. */
static bool end_field(struct parser *parser, unsigned field, enum state next_in_array)
{
    parser->fields |= field;
    return go_to(parser, parser->is_array ? next_in_array : STATE_FIELDS);
}

static bool step_fields(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_KEY)
        return begin_field(parser, event);
    return (event->kind == JSON_OBJECT_END || event->kind == JSON_ARRAY_END) && end_tensor(parser);
}

static bool set_dtype(struct parser *parser, const struct json_event *event)
{
    struct word word;
    read_word(event, &word);
    parser->tensor.dtype = (uint8_t)znn_dtype_from_name(word.text, word.size);
    return parser->tensor.dtype != DTYPE_BYTES;
}

static bool step_dtype(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_STRING)
        return set_dtype(parser, event) && end_field(parser, FIELD_DTYPE, STATE_SHAPE);
    return event->kind == JSON_OBJECT_BEGIN && go_to(parser, STATE_DTYPE_OBJECT);
}

/* Accepts exactly one key.  A tensor starts with DTYPE_BYTES, which no key gives. */
static bool step_dtype_object(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_KEY)
        return parser->tensor.dtype == DTYPE_BYTES && set_dtype(parser, event);
    if (event->kind == JSON_OBJECT_END)
        return parser->tensor.dtype != DTYPE_BYTES && end_field(parser, FIELD_DTYPE, STATE_SHAPE);
    return event->kind == JSON_NULL;
}

static bool step_dimensions(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_ARRAY_END)
        return end_field(parser, FIELD_SHAPE, STATE_OFFSETS);
    uint64_t dimension;
    if (!read_integer(event, &dimension))
        return false;
    parser->no_memory = !znn_buffer_append_leb128(&parser->model->text, dimension);
    parser->tensor.rank++;
    return !parser->no_memory;
}

static bool step_range(struct parser *parser, const struct json_event *event)
{
    if (event->kind == JSON_ARRAY_END)
        return parser->range_count == 2 && end_field(parser, FIELD_OFFSETS, STATE_FIELDS);
    if (parser->range_count == 2)
        return false;
    return read_integer(event, parser->range_count++ == 0 ? &parser->tensor.offset : &parser->tensor.size);
}

static bool step_ignored(struct parser *parser, const struct json_event *event)
{
    bool is_open = event->kind == JSON_OBJECT_BEGIN || event->kind == JSON_ARRAY_BEGIN;
    if (!is_open && event->depth == parser->ignored_depth)
        parser->state = STATE_FIELDS;
    return true;
}

static bool step(void *context, const struct json_event *event)
{
    struct parser *parser = context;
    switch (parser->state) {
    case STATE_ROOT:
        return event->kind == JSON_OBJECT_BEGIN && go_to(parser, STATE_NAMES);
    case STATE_NAMES:
        return step_names(parser, event);
    case STATE_METADATA:
        return step_metadata(parser, event);
    case STATE_METADATA_PAIRS:
        return step_metadata_pairs(parser, event);
    case STATE_TENSOR:
        return step_tensor(parser, event);
    case STATE_FIELDS:
        return step_fields(parser, event);
    case STATE_DTYPE:
        return step_dtype(parser, event);
    case STATE_DTYPE_OBJECT:
        return step_dtype_object(parser, event);
    case STATE_SHAPE:
        return event->kind == JSON_ARRAY_BEGIN && go_to(parser, STATE_DIMENSIONS);
    case STATE_DIMENSIONS:
        return step_dimensions(parser, event);
    case STATE_OFFSETS:
        return event->kind == JSON_ARRAY_BEGIN && go_to(parser, STATE_RANGE);
    case STATE_RANGE:
        return step_range(parser, event);
    case STATE_IGNORED:
        return step_ignored(parser, event);
    case STATE_DONE:
        break;
    }
    return false;
}

enum header_result znn_safetensors_read_header(const void *json, size_t size, struct model *model)
{
    struct parser parser = {.model = model};
    enum json_result result = znn_json_scan(json, size, step, &parser);
    if (parser.no_memory)
        return HEADER_NO_MEMORY;
    return result == JSON_DONE ? HEADER_WELL_FORMED : HEADER_MALFORMED;
}
