/*
 * torch_legacy.h - the scanner for PyTorch files from before version 1.6
 *
 * Until 1.6, and on request since, torch.save writes five pickles and then the storages, without any alignment:
 *
 *     | magic number | 1001 | sys_info | object | keys | numel | bytes ... | numel | bytes ... | ...
 *        a pickle      each                               8, LE
 *
 * sys_info is a dict that has "little_endian".  The object holds structure, names and shapes, and a persistent
 * identifier for each storage.  Pickled modules also have identifiers of a second kind, ("module", class, source file,
 * source).  Keys lists the keys of the storages in file order.
 */
#ifndef ZNN_MODEL_TORCH_LEGACY_H
#define ZNN_MODEL_TORCH_LEGACY_H

#include "model/model.h"

/*
 * Like znn_model_scan(), but only for these files.  Leaves `model` unchanged for any other file.  Also works on
 * streams, with at most 64 MiB of pickles.  In a stream, the element counts come from the object and are not verified.
 */
enum znn_status znn_torch_legacy_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * True if the first pickle is the number 0x1950a86a20f9469cfc6c, in binary or, under protocols 0 and 1, in decimal.
 * Some 64 bytes of the file are enough.
 */
bool znn_torch_legacy_has_magic(const uint8_t *data, size_t size);

#endif
