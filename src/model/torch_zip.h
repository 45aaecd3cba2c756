/*
 * torch_zip.h - the scanner for PyTorch's and NumPy's zip files
 *
 * Since 1.6, torch.save writes a zip whose members are stored, not deflated, so that they can be mapped into memory:
 *
 *     name/data.pkl     the pickle: structure, names, shapes
 *     name/data/0       a storage, as its bytes; so on for 1, 2, ...
 *     name/byteorder    "little" or "big", since 2.1
 *     name/version
 *
 * TorchScript adds name/constants.pkl with its storages in name/constants/, and name/code/.  torch.package keeps
 * storages in name/.data/0.storage.  In general, the storages of a pickle X.pkl lie in X/ or in .data/.
 *
 * NumPy's .npz files are zips, too, with one .npy file for each array (see npy.h).  np.savez stores them uncompressed.
 *
 * Several zips may follow each other in one file, as in PyTorch's distributed checkpoints (.distcp).  The names in each
 * of them then get its number as a prefix, from 0 on: "0/weight", or "0" for a zip of one tensor.
 *
 * All other members of a zip, and all compressed members, are opaque bytes.  A member that is itself a zip is scanned
 * (stable-baselines3 wraps its .pth files this way), but a zip within that one is not.
 */
#ifndef ZNN_MODEL_TORCH_ZIP_H
#define ZNN_MODEL_TORCH_ZIP_H

#include "model/model.h"

/*
 * Like znn_model_scan(), but only for zips.  Leaves `model` unchanged for any other file.  Does not scan a stream,
 * because a zip's directory is at its end.
 */
enum znn_status znn_torch_zip_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * Like znn_torch_zip_scan(), for zips with other data in front.  Call it after all other scanners, with the `model` of
 * a file of unknown format.
 */
enum znn_status znn_torch_zip_scan_end(struct source *source, struct model *model, struct znn_error *error);

#endif
