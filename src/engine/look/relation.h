/*
 * relation.h - which tensors a model and a base have in common, and whether a delta would help
 */
#ifndef ZNN_ENGINE_LOOK_RELATION_H
#define ZNN_ENGINE_LOOK_RELATION_H

#include "znn.h"

/*
 * Like znn_relate(); `error` may be NULL.
 */
enum znn_status znn_look_relate(struct znn_input *input, struct znn_base *base, struct znn_relation *relation,
                                struct znn_error *error);

/*
 * Like znn_match_tensors(); `error` may be NULL.
 */
enum znn_status znn_look_match(struct znn_input *input, struct znn_base *base, znn_see_match *see, void *context,
                               struct znn_error *error);

#endif
