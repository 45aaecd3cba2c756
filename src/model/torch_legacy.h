/*
 * torch_legacy.h - the scanner for PyTorch files from before 1.6
 *
 * Until 1.6, and on request since, torch.save writes five pickles and then the storages, without any alignment:
 *
 *     | magic number | 1001 | sys_info | object | keys | numel | bytes ... | numel | bytes ... | ...
 *        a pickle      each                               8, LE
 *
 * sys_info is a dict that has "little_endian".  The object holds structure, names and shapes, and a persistent
 * identifier for each storage; a second kind, ("module", class, source file, source), comes with pickled modules.  Keys
 * is the list of the storages' keys in the order in which they follow.
 */
#ifndef ZNN_MODEL_TORCH_LEGACY_H
#define ZNN_MODEL_TORCH_LEGACY_H

#include "model/model.h"

/*
 * As znn_model_scan(), for these files only: anything else leaves `model` as it was.  Works on streams too, where the
 * pickles take up to 64 MiB; the numbers of elements are then those that the object names, unverified.
 */
enum znn_status znn_torch_legacy_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * True if the first pickle is the number 0x1950a86a20f9469cfc6c, in binary or, under protocols 0 and 1, in decimal.
 * Some 64 bytes of the file are enough.
 */
bool znn_torch_legacy_has_magic(const uint8_t *data, size_t size);

#endif
