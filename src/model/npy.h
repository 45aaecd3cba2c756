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
 * unsigned, boolean, complex) and a width in bytes.  NumPy has no type for bfloat16 and writes V2, two bytes of unknown
 * kind.  Arrays of records, objects and text, and arrays of big-endian numbers, are opaque to znn.
 *
 * A .npz file is a zip of .npy files: see torch_zip.h.
 */
#ifndef ZNN_MODEL_NPY_H
#define ZNN_MODEL_NPY_H

#include "model/model.h"

/*
 * Like znn_model_scan(), but only for .npy.  Leaves `model` unchanged for any other file and for an opaque array.  The
 * array's name is "array".  np.save() can append several arrays to an open file; their names are "0", "1" and so on.
 * In a stream, only the first array is listed.
 */
enum znn_status znn_npy_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * Like znn_npy_scan(), for a .npy file in the `size` bytes from `offset` on of `source`.  The array gets the name
 * name[0..name_size), which must not lie in a view of the source.  Sets *found if there is an array.  Does not set the
 * model's format and does not sort its tensors.
 */
enum znn_status znn_npy_scan_range(struct source *source, uint64_t offset, uint64_t size, const void *name,
                                   uint32_t name_size, struct model *model, bool *found, struct znn_error *error);

#endif
