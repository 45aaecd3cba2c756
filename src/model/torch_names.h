/*
 * torch_names.h - makes a list of tensors from a pickle
 *
 * A tensor's name is the path to it from the pickle's result, joined by dots: keys of dicts, decimal indices of lists
 * and tuples, and attribute names of objects.
 *
 *     {"model": {"conv.weight": tensor}, "optimizer": {"state": {0: {"exp_avg": tensor}}}}
 *       ->  model.conv.weight   optimizer.state.0.exp_avg
 *
 * The dicts in which a torch.nn.Module keeps its parameters, buffers and children add nothing to the name.  So a
 * pickled module gives the names that its state_dict() would have.
 */
#ifndef ZNN_MODEL_TORCH_NAMES_H
#define ZNN_MODEL_TORCH_NAMES_H

#include "model/model.h"
#include "model/torch_pickle.h"

/*
 * Adds to `model` the spans of all placed storages.  If the pickle was run to its end, also adds its tensors, with
 * `prefix` before their names.  A NumPy array inside the pickle becomes both a span and a tensor; `pickle_offset` is
 * the position of the pickle in the file.  The list is unsorted: call znn_model_settle() when everything is added.
 *
 * A container that can be reached by several paths is listed under one of them.  The list takes at most about twice the
 * size of the pickle plus 1 MiB.  Returns false only if the system ran out of memory.
 */
bool znn_torch_list(struct torch_pickle *torch, struct model *model, uint64_t pickle_offset, const char *prefix);

#endif
