/*
 * json.h - a scanner for JSON
 *
 * JSON text goes in, a row of events comes out: what stands there, in order, as one reads along.
 *
 *     {"a": [1, true]}   ->   OBJECT_BEGIN  KEY a  ARRAY_BEGIN  NUMBER 1  TRUE  ARRAY_END  OBJECT_END
 *
 * Nothing is built, allocated or copied, so a header of 93 MB costs no memory beside itself, and a consumer sees what a
 * tree would hide: a key that stands there twice, or -0 where 0 was expected.  There is no recursion either: all that
 * is remembered of the containers around a place is one bit each.
 *
 * The grammar is RFC 8259 to the letter, with the limits of the parser that reads safetensors headers elsewhere
 * (serde_json): 127 containers deep; no number beyond the range of a double; no escaped half of a surrogate pair.
 */
#ifndef ZNN_MODEL_JSON_H
#define ZNN_MODEL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many containers may stand in one another. */
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
 * An event.  `text` points into the scanned text and has `size` bytes: a number as it is spelt, a key or string as it
 * stands between its quotes.  Where `escaped` is set that still holds backslashes: see znn_json_unescape().
 */
struct json_event {
    enum json_kind kind;
    bool escaped;
    unsigned depth; /* how many containers are around it; a container's begin and end count as outside it */
    const uint8_t *text;
    size_t size;
};

/*
 * Takes an event, which lives until the function returns.  False stops the scan.
 */
typedef bool json_consumer(void *context, const struct json_event *event);

enum json_result {
    JSON_DONE,      /* it was one JSON value and nothing else */
    JSON_MALFORMED, /* it was not; the events up to there were delivered */
    JSON_STOPPED    /* the consumer wanted no more */
};

/*
 * Scans the `size` bytes at `data`, which must be valid UTF-8 already, and calls `consumer` with every event.
 */
enum json_result znn_json_scan(const void *data, size_t size, json_consumer *consumer, void *context);

/*
 * Writes the string or key of `event`, its escapes resolved, to `out`, which has room for event->size bytes; returns
 * how many it took, which is never more.
 */
size_t znn_json_unescape(const struct json_event *event, uint8_t *out);

#endif
