/*
 * torch_zip.h - the scanner for PyTorch's zip files, and for NumPy's
 *
 * Since 1.6 torch.save writes a zip whose members are stored, not deflated, so that they can be mapped into memory:
 *
 *     name/data.pkl     the pickle: structure, names, shapes
 *     name/data/0       a storage, as its bytes; so on for 1, 2, ...
 *     name/byteorder    "little" or "big", since 2.1
 *     name/version
 *
 * TorchScript adds name/constants.pkl with its storages in name/constants/, and name/code/.  torch.package keeps
 * storages in name/.data/0.storage.  In general, the storages of a pickle X.pkl lie in X/ or in .data/.
 *
 * NumPy's .npz files are zips, too, of one .npy file for each array (see npy.h), which np.savez stores as they are.
 *
 * Several zips may follow each other in one file, as in PyTorch's distributed checkpoints (.distcp); then the names in
 * each of them have its number before them, from 0 on: "0/weight", or "0" for a zip of one tensor.
 *
 * Whatever else is in a zip, and all that is compressed in it, are opaque bytes.  A member that is itself a zip is
 * looked into (stable-baselines3 wraps its .pth files so); one within that is not.
 */
#ifndef ZNN_MODEL_TORCH_ZIP_H
#define ZNN_MODEL_TORCH_ZIP_H

#include "model/model.h"

/*
 * As znn_model_scan(), for zips only: anything else leaves `model` as it was.  A stream is not looked at, since a zip's
 * directory is at its end.
 */
enum znn_status znn_torch_zip_scan(struct source *source, struct model *model, struct znn_error *error);

/*
 * The same for zips that have something else before them, to be asked after all others: `model` is that of a file of no
 * known format.
 */
enum znn_status znn_torch_zip_scan_end(struct source *source, struct model *model, struct znn_error *error);

#endif
