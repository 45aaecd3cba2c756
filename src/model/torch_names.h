/*
 * torch_names.h - from a pickle to a list of tensors
 *
 * A tensor's name is the way to it from the pickle's result: keys of dicts as they are, indices of lists and tuples in
 * decimal, attributes of objects by their name, joined by dots.
 *
 *     {"model": {"conv.weight": tensor}, "optimizer": {"state": {0: {"exp_avg": tensor}}}}
 *       ->  model.conv.weight   optimizer.state.0.exp_avg
 *
 * The dicts in which a torch.nn.Module keeps its parameters, buffers and children add nothing to the name, so that a
 * pickled module gives the names that its state_dict() would have.
 */
#ifndef ZNN_MODEL_TORCH_NAMES_H
#define ZNN_MODEL_TORCH_NAMES_H

#include "model/model.h"
#include "model/torch_pickle.h"

/*
 * Adds to `model` the spans of all placed storages, and the tensors of a pickle that was understood to its end, their
 * names behind `prefix`.  NumPy arrays inside the pickle become both, `pickle_offset` being where it lies in the file.
 * The list is in no order; call znn_model_settle() when all is added.
 *
 * A container that is reachable in several ways is listed by one of them only.  The list takes at most about twice the
 * pickle's size, and a mebibyte.  False only where the system gave no memory.
 */
bool znn_torch_list(struct torch_pickle *torch, struct model *model, uint64_t pickle_offset, const char *prefix);

#endif
