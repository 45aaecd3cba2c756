/*
 * probe.c - tells models, .znn files and other files apart
 */
#include "api/call.h"
#include "common/source.h"
#include "container/header.h"
#include "model/sniff.h"

_Static_assert(ZNN_PROBE_SIZE >= SNIFF_SIZE, "the first bytes are enough");

/* A .znn file counts as one even if it is damaged or needs a newer library. */
static struct znn_probe probe(const void *data, size_t size, uint64_t file_size)
{
    if (znn_header_is_znn(data, size))
        return (struct znn_probe){.kind = ZNN_KIND_ZNN, .format = "znn"};
    const char *format = size > 0 ? znn_model_sniff(data, size, file_size) : NULL;
    return (struct znn_probe){.kind = format ? ZNN_KIND_MODEL : ZNN_KIND_OTHER, .format = format ? format : ""};
}

enum znn_status znn_probe_bytes(const void *data, size_t size, uint64_t file_size, struct znn_probe *found)
{
    if (!znn_sized_is_valid(found))
        return ZNN_ERROR_ARGUMENT;
    struct znn_probe complete = probe(data, size, file_size);
    znn_sized_give(found, &complete, sizeof complete);
    return ZNN_OK;
}

enum znn_status znn_probe_input(struct znn_input *input, struct znn_probe *found, struct znn_error *error)
{
    struct call call;
    struct source source;
    uint8_t start[ZNN_PROBE_SIZE];
    size_t size = 0;
    enum znn_status status = znn_call_start(&call, error, found, input, NULL);
    if (status)
        return znn_call_end(&call, status);
    znn_source_open(&source, input);
    status = znn_source_is_seekable(&source) ? znn_source_read(&source, 0, start, sizeof start, &size, &call.reason)
                                             : znn_fail(&call.reason, ZNN_ERROR_ARGUMENT, ZNN_NO_OFFSET,
                                                        "a stream does not give its first bytes twice");
    if (!status) {
        struct znn_probe complete = probe(start, size, source.size);
        znn_sized_give(found, &complete, sizeof complete);
    }
    znn_source_close(&source);
    return znn_call_end(&call, status);
}
