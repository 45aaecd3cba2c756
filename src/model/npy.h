/*
 * npy.h - the scanner for NumPy's .npy files
 *
 * A .npy file is one array:
 *
 *     | 93 "NUMPY" | major | minor | header size: u16, from version 2 on u32 | header | data |
 *      6             1       1                                                 text     elements
 *
 * The header is a Python dictionary as text, such as
 *
 *     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
 *
 * padded with spaces and ended by a newline.  A type is a byte order (< little, > big, | none), a kind (float, integer,
 * unsigned, boolean, complex) and a width in bytes.  bfloat16 is not among NumPy's own types and comes out as V2, two
 * bytes of no known kind.  Arrays of records, objects and text, or of big-endian numbers, are opaque here.
 *
 * A .npz file is a zip of .npy files; see torch_zip.h.
 */
#ifndef ZNN_MODEL_NPY_H
#define ZNN_MODEL_NPY_H

#include "model/model.h"

/*
 * As znn_model_scan(), for .npy only: anything else leaves `model` as it was, as does an array that is opaque.  The
 * array's name is "array".  If several follow each other, as np.save() leaves them in a file that it is given open,
 * they are "0", "1" and so on; a stream is asked for its first only.
 */
enum znn_status znn_npy_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * The same for a .npy file that takes up the `size` bytes from `offset` on of `source`.  The array gets the `name_size`
 * bytes at `name` as its name, which must be outside of views of the source; *found tells whether there was one.  The
 * model's format stays, and its tensors are left unsorted.
 */
enum znn_status znn_npy_scan_range(struct source *source, uint64_t offset, uint64_t size, const void *name,
                                   uint32_t name_size, struct model *model, bool *found, struct znn_error *error);

#endif
