/*
 * json.c - a scanner for JSON
 *
 * At any moment the scanner is either before a value or between the members of a container:
 *
 *     [ "a" , { "k" : 1 } ]
 *      ^     ^          ^ ^
 *
 * scan_value() takes one value, or only the opening bracket of a container.  scan_member() takes the next item in the
 * innermost container: the closing bracket, or a comma, a key and a value.  The scanner calls the two in turn until the
 * outermost container is closed.
 */
#include "model/json.h"

#include <string.h>

#include "model/utf8.h"

struct scanner {
    const uint8_t *next;
    const uint8_t *end;
    json_consumer *consumer;
    void *context;
    enum json_result result;
    unsigned depth;
    bool first;                                /* the innermost container is still empty */
    uint8_t objects[(JSON_DEPTH_MAX + 7) / 8]; /* one bit per open container, outermost first: is it an object? */
};

static bool malformed(struct scanner *scanner)
{
    scanner->result = JSON_MALFORMED;
    return false;
}

static bool emit(struct scanner *scanner, const struct json_event *event)
{
    if (scanner->consumer(scanner->context, event))
        return true;
    scanner->result = JSON_STOPPED;
    return false;
}

/* Skips white space.  Returns the next byte without consuming it, or -1 at the end. */
static int peek(struct scanner *scanner)
{
    while (scanner->next < scanner->end) {
        uint8_t byte = *scanner->next;
        if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r')
            return byte;
        scanner->next++;
    }
    return -1;
}

static bool is_in_object(const struct scanner *scanner)
{
    unsigned level = scanner->depth - 1;
    return scanner->objects[level / 8] >> level % 8 & 1;
}

static bool open_container(struct scanner *scanner, bool is_object)
{
    unsigned level = scanner->depth;
    if (level == JSON_DEPTH_MAX)
        return malformed(scanner);
    struct json_event event = {
        .kind = is_object ? JSON_OBJECT_BEGIN : JSON_ARRAY_BEGIN, .depth = level, .text = scanner->next++, .size = 1};
    unsigned bit = 1U << level % 8;
    unsigned others = scanner->objects[level / 8] & ~bit;
    scanner->objects[level / 8] = (uint8_t)(is_object ? others | bit : others);
    scanner->depth++;
    scanner->first = true;
    return emit(scanner, &event);
}

static bool close_container(struct scanner *scanner)
{
    struct json_event event = {.kind = is_in_object(scanner) ? JSON_OBJECT_END : JSON_ARRAY_END,
                               .depth = --scanner->depth,
                               .text = scanner->next++,
                               .size = 1};
    scanner->first = false;
    return emit(scanner, &event);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Strings                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static int hex_digit(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* Returns the value of the four hexadecimal digits of a \u escape, or -1 if they are missing. */
static int32_t hex_value(const uint8_t *text, size_t left)
{
    if (left < 4)
        return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/*
 * Reads the escape whose backslash is text[0], with `left` bytes of text left, and stores its code point.  A code point
 * above U+FFFF is a pair of escapes, high half first: \ud83d\ude00 is U+1F600.  A single half is an error.  Returns the
 * size of the escape, or 0 if it is invalid.
 */
static size_t read_escape(const uint8_t *text, size_t left, uint32_t *code)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (left < 2)
        return 0;
    if (text[1] != 'u') {
        const char *letter = text[1] ? strchr(letters, text[1]) : NULL;
        if (!letter)
            return 0;
        *code = (uint32_t)meanings[letter - letters];
        return 2;
    }
    int32_t value = hex_value(text + 2, left - 2);
    if (value < 0 || (value >= 0xdc00 && value <= 0xdfff))
        return 0;
    *code = (uint32_t)value;
    if (value < 0xd800 || value > 0xdbff)
        return 6;
    if (left < 12 || text[6] != '\\' || text[7] != 'u')
        return 0;
    int32_t low = hex_value(text + 8, left - 8);
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    *code = 0x10000 + ((uint32_t)(value - 0xd800) << 10 | (uint32_t)(low - 0xdc00));
    return 12;
}

/* Takes the string whose opening quote is the next byte. */
static bool scan_string(struct scanner *scanner, enum json_kind kind)
{
    const uint8_t *start = scanner->next + 1;
    const uint8_t *p = start;
    bool escaped = false;
    for (;;) {
        while (p < scanner->end && *p >= 0x20 && *p != '"' && *p != '\\')
            p++;
        if (p == scanner->end || *p < 0x20)
            return malformed(scanner);
        if (*p == '"')
            break;
        uint32_t code;
        size_t size = read_escape(p, (size_t)(scanner->end - p), &code);
        if (size == 0)
            return malformed(scanner);
        p += size;
        escaped = true;
    }
    scanner->next = p + 1;
    struct json_event event = {kind, escaped, scanner->depth, start, (size_t)(p - start)};
    return emit(scanner, &event);
}

size_t znn_json_unescape(const struct json_event *event, uint8_t *out)
{
    const uint8_t *text = event->text;
    const uint8_t *end = text + event->size;
    size_t size = 0;
    while (text < end) {
        const uint8_t *backslash = memchr(text, '\\', (size_t)(end - text));
        size_t plain = (size_t)((backslash ? backslash : end) - text);
        memcpy(out + size, text, plain);
        size += plain;
        text += plain;
        if (backslash) {
            uint32_t code = 0;
            text += read_escape(text, (size_t)(end - text), &code);
            size += znn_utf8_encode(code, out + size);
        }
    }
    return size;
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Numbers                                                                                                          */
/* ---------------------------------------------------------------------------------------------------------------- */

static const uint8_t *skip_digits(const uint8_t *p, const uint8_t *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/*
 * A number in parts:
 *
 *     -12.5e+3    whole "12", fraction "5", exponent "3", not negative_exponent
 *
 * `next` points behind the last part.
 */
struct number {
    const uint8_t *whole, *whole_end;
    const uint8_t *fraction, *fraction_end;
    const uint8_t *exponent, *exponent_end;
    const uint8_t *next;
    bool negative_exponent;
};

/* Finds the parts of the number at `p`.  Missing parts are empty.  Returns false if the number is malformed. */
static bool split_number(const uint8_t *p, const uint8_t *end, struct number *number)
{
    if (p < end && *p == '-')
        p++;
    number->whole = p;
    p = skip_digits(p, end);
    number->whole_end = number->fraction = number->fraction_end = p;
    if (p == number->whole || (*number->whole == '0' && p - number->whole > 1))
        return false;
    if (p < end && *p == '.') {
        number->fraction = ++p;
        number->fraction_end = p = skip_digits(p, end);
        if (p == number->fraction)
            return false;
    }
    number->exponent = number->exponent_end = p;
    number->negative_exponent = false;
    if (p < end && (*p == 'e' || *p == 'E')) {
        p++;
        number->negative_exponent = p < end && *p == '-';
        if (p < end && (*p == '-' || *p == '+'))
            p++;
        number->exponent = p;
        number->exponent_end = p = skip_digits(p, end);
        if (p == number->exponent)
            return false;
    }
    number->next = p;
    return true;
}

/* Appends decimal digits to `value` while they fit.  Returns the position of the first digit that was not used. */
static const uint8_t *take_digits(const uint8_t *p, const uint8_t *end, uint64_t *value)
{
    for (; p < end; p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (*value > (UINT64_MAX - digit) / 10)
            break;
        *value = *value * 10 + digit;
    }
    return p;
}

/*
 * Returns true if a number fits into a double.  The number is converted to significand * 10^power, with as many leading
 * digits as 64 bits hold, and compared with a table.  Row i is for 10^(289+i).  It holds the largest significand for
 * which a reader gets a finite result if it rounds the significand to a double and multiplies by 10^power in double
 * arithmetic, as serde_json does: about 1.797e308, apart from rounding.  Below 10^289 every significand fits, above
 * 10^308 only zero.
 */
static bool is_in_range(const struct number *number)
{
    static const uint64_t limits[] = {
        UINT64_C(17976931348623156224),
        UINT64_C(1797693134862315648),
        UINT64_C(179769313486231599),
        UINT64_C(17976931348623157),
        UINT64_C(1797693134862315),
        UINT64_C(179769313486231),
        UINT64_C(17976931348623),
        UINT64_C(1797693134862),
        UINT64_C(179769313486),
        UINT64_C(17976931348),
        UINT64_C(1797693134),
        UINT64_C(179769313),
        UINT64_C(17976931),
        UINT64_C(1797693),
        UINT64_C(179769),
        UINT64_C(17976),
        UINT64_C(1797),
        UINT64_C(179),
        UINT64_C(17),
        UINT64_C(1),
    };
    enum { FIRST = 289, LAST = 308 };
    uint64_t significand = 0;
    ptrdiff_t power = number->whole_end - take_digits(number->whole, number->whole_end, &significand);
    power -= take_digits(number->fraction, number->fraction_end, &significand) - number->fraction;

    /* In a text of 10^8 bytes, a ten-digit exponent outweighs any number of digits before it. */
    uint64_t exponent = 0;
    for (const uint8_t *p = number->exponent; p < number->exponent_end && exponent < UINT64_C(1000000000); p++)
        exponent = exponent * 10 + (uint64_t)(*p - '0');
    int64_t scale = (int64_t)power + (number->negative_exponent ? -(int64_t)exponent : (int64_t)exponent);
    if (significand == 0 || scale < FIRST)
        return true;
    return scale <= LAST && significand <= limits[scale - FIRST];
}

static bool scan_number(struct scanner *scanner)
{
    struct number number;
    if (!split_number(scanner->next, scanner->end, &number))
        return malformed(scanner);
    bool is_long = number.whole_end - number.whole > 300;
    if ((is_long || number.exponent < number.exponent_end) && !is_in_range(&number))
        return malformed(scanner);
    struct json_event event = {JSON_NUMBER, false, scanner->depth, scanner->next,
                               (size_t)(number.next - scanner->next)};
    scanner->next = number.next;
    return emit(scanner, &event);
}

/* ---------------------------------------------------------------------------------------------------------------- */
/* Values                                                                                                           */
/* ---------------------------------------------------------------------------------------------------------------- */

static bool scan_word(struct scanner *scanner, const char *word, enum json_kind kind)
{
    size_t size = strlen(word);
    if ((size_t)(scanner->end - scanner->next) < size || memcmp(scanner->next, word, size) != 0)
        return malformed(scanner);
    struct json_event event = {kind, false, scanner->depth, scanner->next, size};
    scanner->next += size;
    return emit(scanner, &event);
}

static bool scan_value(struct scanner *scanner)
{
    int byte = peek(scanner);
    switch (byte) {
    case '{':
    case '[':
        return open_container(scanner, byte == '{');
    case '"':
        return scan_string(scanner, JSON_STRING);
    case 't':
        return scan_word(scanner, "true", JSON_TRUE);
    case 'f':
        return scan_word(scanner, "false", JSON_FALSE);
    case 'n':
        return scan_word(scanner, "null", JSON_NULL);
    default:
        return scan_number(scanner);
    }
}

static bool scan_key(struct scanner *scanner)
{
    if (peek(scanner) != '"')
        return malformed(scanner);
    if (!scan_string(scanner, JSON_KEY))
        return false;
    if (peek(scanner) != ':')
        return malformed(scanner);
    scanner->next++;
    return true;
}

static bool scan_member(struct scanner *scanner)
{
    bool in_object = is_in_object(scanner);
    int byte = peek(scanner);
    if (byte == (in_object ? '}' : ']'))
        return close_container(scanner);
    if (!scanner->first) {
        if (byte != ',')
            return malformed(scanner);
        scanner->next++;
    }
    scanner->first = false;
    return (!in_object || scan_key(scanner)) && scan_value(scanner);
}

enum json_result znn_json_scan(const void *data, size_t size, json_consumer *consumer, void *context)
{
    const uint8_t *text = data;
    struct scanner scanner = {.next = text, .end = text + size, .consumer = consumer, .context = context};
    scanner.result = JSON_DONE;
    bool going_on = scan_value(&scanner);
    while (going_on && scanner.depth > 0)
        going_on = scan_member(&scanner);
    if (going_on && peek(&scanner) >= 0)
        malformed(&scanner);
    return scanner.result;
}
