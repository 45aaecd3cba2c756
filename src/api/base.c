/*
 * base.c - opens and closes base models
 */
#include "engine/file/base.h"
#include "api/sized.h"
#include "engine/look/relation.h"

enum znn_status znn_base_open(struct znn_input *input, struct znn_base *parent, struct znn_base **base,
                              struct znn_error *error)
{
    struct znn_error reason;
    *base = NULL;
    enum znn_status status = znn_sized_start(NULL, error, &reason);
    if (!status)
        status = znn_streams_check(input, NULL, &reason);
    if (!status)
        status = znn_base_open_file(input, parent, base, &reason);
    return znn_sized_finish(status, &reason, error);
}

enum znn_status znn_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                           struct znn_error *error)
{
    struct znn_error reason;
    struct znn_relation complete;
    enum znn_status status = znn_sized_start(relation, error, &reason);
    if (!status)
        status = znn_streams_check(input, NULL, &reason);
    if (!status)
        status = znn_look_relate(input, base, &complete, &reason);
    if (!status)
        znn_sized_give(relation, &complete, sizeof complete);
    return znn_sized_finish(status, &reason, error);
}
