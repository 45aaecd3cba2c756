/*
 * json.h - a scanner for JSON
 *
 * The scanner turns JSON text into a sequence of events, in the order of the text.
 *
 *     {"a": [1, true]}   ->   OBJECT_BEGIN  KEY a  ARRAY_BEGIN  NUMBER 1  TRUE  ARRAY_END  OBJECT_END
 *
 * It builds, allocates and copies nothing, so scanning a header of 93 MB needs no extra memory.  A consumer also sees
 * details that a tree would hide: a repeated key, or -0 where 0 was expected.  There is no recursion: the scanner
 * remembers one bit for each enclosing container.
 *
 * The grammar is exactly RFC 8259, with the limits of serde_json, the parser that other programs use for safetensors
 * headers: at most 127 nested containers, no number beyond the range of a double, no single half of an escaped
 * surrogate pair.
 */
#ifndef ZNN_MODEL_JSON_H
#define ZNN_MODEL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The maximum number of nested containers. */
#define JSON_DEPTH_MAX 127

enum json_kind {
    JSON_OBJECT_BEGIN,
    JSON_OBJECT_END,
    JSON_ARRAY_BEGIN,
    JSON_ARRAY_END,
    JSON_KEY,
    JSON_STRING,
    JSON_NUMBER,
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL
};

/*
 * An event.  `text` points into the scanned text and has `size` bytes: a number as written, or the contents of a key or
 * string between its quotes.  If `escaped` is set, the contents have backslash escapes: see znn_json_unescape().
 */
struct json_event {
    enum json_kind kind;
    bool escaped;
    unsigned depth; /* the number of enclosing containers; the begin and end of a container count as outside */
    const uint8_t *text;
    size_t size;
};

/*
 * Receives an event, which is valid until the function returns.  Return false to stop the scan.
 */
typedef bool json_consumer(void *context, const struct json_event *event);

enum json_result {
    JSON_DONE,      /* the text was one JSON value and nothing else */
    JSON_MALFORMED, /* the text was invalid; the events before the error were delivered */
    JSON_STOPPED    /* the consumer stopped the scan */
};

/*
 * Scans the `size` bytes at `data`, which must be valid UTF-8, and calls `consumer` for every event.
 */
enum json_result znn_json_scan(const void *data, size_t size, json_consumer *consumer, void *context);

/*
 * Writes the string or key of `event` to `out` with its escapes resolved, and returns its size.  `out` must have space
 * for event->size bytes, and the result never needs more.
 */
size_t znn_json_unescape(const struct json_event *event, uint8_t *out);

#endif
