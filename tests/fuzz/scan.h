/*
 * scan.h - runs one scanner on one input: it must succeed, and the model must keep its promises
 */
#ifndef ZNN_FUZZ_SCAN_H
#define ZNN_FUZZ_SCAN_H

#include "../unit/model_check.h"
#include "common/source.h"
#include "guard.h"

/* What was found. */
struct scanned {
    size_t count;
    enum header_verdict verdict;
};

/* `size` is that of the input, also of one that does not tell. */
static inline struct scanned scan_input(struct znn_input input, uint64_t size,
                                        enum znn_status (*scan)(struct source *, struct model *, struct znn_error *))
{
    struct source source;
    struct model model = {0};
    struct znn_error error = ZNN_INIT(struct znn_error);
    znn_source_open(&source, &input);
    enum znn_status status = scan(&source, &model, &error);
    const char *fault = status ? znn_status_name(status) : model_fault(&model, size);
    require(!fault, fault);
    struct scanned scanned = {model.count, model.verdict};
    znn_model_free(&model);
    znn_source_close(&source);
    return scanned;
}

#endif
