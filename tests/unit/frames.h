/*
 * frames.h - Zstandard frames that a .znn file must not hold, and one that it may
 *
 * All of them decode to FRAME_CONTENT, or to nothing, with stock tools; a reader of .znn files takes the first only.
 */
#ifndef ZNN_TESTS_FRAMES_H
#define ZNN_TESTS_FRAMES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <zstd.h>

#include "common/buffer.h"

#define FRAME_CONTENT "hello hello hello hello hello hello hello hello hello hello hello hello hello hello hello"
#define FRAME_CONTENT_SIZE (sizeof FRAME_CONTENT - 1)

enum frame_quirk {
    FRAME_GOOD,
    FRAME_WITH_CHECKSUM, /* good as well */
    FRAME_WITHOUT_SIZE,
    FRAME_WITH_DICTIONARY,
    FRAME_AND_BYTES_BEHIND,
    FRAME_TWICE,
    FRAME_BEHIND_SKIPPABLE,
    FRAME_BEFORE_SKIPPABLE,
    FRAME_SKIPPABLE_ONLY,
    FRAME_CUT_SHORT,
    FRAME_OF_VERSION_0_7, /* before RFC 8878; some builds of libzstd still read it */
    FRAME_WITHOUT_MAGIC,
    FRAME_NOTHING,
    FRAME_QUIRKS
};

/* What a frame is to hold. */
struct frame_content {
    const void *data;
    size_t size;
};

static inline void append_frame(struct buffer *out, enum frame_quirk quirk, struct frame_content content)
{
    uint8_t target[1000];
    ZSTD_CCtx *context = ZSTD_createCCtx();
    assert_non_null(context);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, quirk == FRAME_WITH_CHECKSUM);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, quirk != FRAME_WITHOUT_SIZE);
    size_t size = ZSTD_compress2(context, target, sizeof target, content.data, content.size);
    assert_false(ZSTD_isError(size));
    assert_true(znn_buffer_append(out, target, size));
    ZSTD_freeCCtx(context);
}

static inline void append_old_frame(struct buffer *out, struct frame_content content)
{
    const uint8_t head[] = {0x27, 0xB5, 0x2F, 0xFD, 0x20, (uint8_t)content.size, 0x40, 0, (uint8_t)content.size};
    static const uint8_t tail[] = {0xC0, 0, 0};
    assert_true(znn_buffer_append(out, head, sizeof head));
    assert_true(znn_buffer_append(out, content.data, content.size));
    assert_true(znn_buffer_append(out, tail, sizeof tail));
}

/* A dictionary that does nothing but leave its number in the frame's header. */
static inline void append_frame_with_dictionary(struct buffer *out, struct frame_content content)
{
    struct buffer frame = {0};
    append_frame(&frame, FRAME_GOOD, content);
    static const uint8_t number = 7;
    frame.data[4] |= 1; /* the header has the dictionary's number, in one byte, before the content size */
    assert_true(znn_buffer_append(out, frame.data, 5));
    assert_true(znn_buffer_append(out, &number, 1));
    assert_true(znn_buffer_append(out, frame.data + 5, frame.size - 5));
    znn_buffer_free(&frame);
}

/* A frame of up to 255 bytes; it is to be freed. */
static inline struct buffer make_frame_of(enum frame_quirk quirk, const void *data, size_t size)
{
    static const char skippable[] = "\x50\x2a\x4d\x18\x04\x00\x00\x00skip";
    const struct frame_content content = {data, size};
    struct buffer out = {0};
    if (quirk == FRAME_NOTHING)
        return out;
    if (quirk == FRAME_BEHIND_SKIPPABLE || quirk == FRAME_SKIPPABLE_ONLY)
        assert_true(znn_buffer_append(&out, skippable, sizeof skippable - 1));
    if (quirk == FRAME_OF_VERSION_0_7)
        append_old_frame(&out, content);
    else if (quirk == FRAME_WITH_DICTIONARY)
        append_frame_with_dictionary(&out, content);
    else if (quirk != FRAME_SKIPPABLE_ONLY)
        append_frame(&out, quirk, content);
    if (quirk == FRAME_TWICE)
        append_frame(&out, quirk, content);
    if (quirk == FRAME_AND_BYTES_BEHIND)
        assert_true(znn_buffer_append(&out, "", 1));
    if (quirk == FRAME_BEFORE_SKIPPABLE)
        assert_true(znn_buffer_append(&out, skippable, sizeof skippable - 1));
    if (quirk == FRAME_CUT_SHORT)
        out.size--;
    if (quirk == FRAME_WITHOUT_MAGIC)
        memmove(out.data, out.data + 4, out.size -= 4);
    return out;
}

static inline struct buffer make_frame(enum frame_quirk quirk)
{
    return make_frame_of(quirk, FRAME_CONTENT, FRAME_CONTENT_SIZE);
}

#endif
