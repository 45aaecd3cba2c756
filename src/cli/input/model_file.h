/*
 * model_file.h - is this file a model?
 *
 * With -r, the user does not name the files, so znn has to find those that hold weights.  It goes by the extension
 * (names.h).  If that is not a model's, as in a download cache whose files are named by their checksums, it goes by the
 * first bytes:
 *
 *     safetensors        a header length that fits into the file (8 bytes, little-endian), then {" or {}
 *     PyTorch            zip whose first member is data.pkl or version in a folder, or named like a file of tensors
 *     PyTorch, old       a pickle of the number 0x1950a86a20f9469cfc6c
 *     NumPy              \x93NUMPY, or zip whose first member ends in .npy
 *     GGUF, GGML         GGUF, or GGML's earlier words ggml, ggmf, ggjt and ggla, stored backwards
 *     TensorFlow Lite    TFL3, after 4 bytes
 *
 * HDF5 and ONNX are recognised only by extension: HDF5 files hold many other things, and ONNX has no magic number.
 */
#ifndef ZNN_CLI_INPUT_MODEL_FILE_H
#define ZNN_CLI_INPUT_MODEL_FILE_H

enum model_verdict {
    MODEL_NO,
    MODEL_YES,
    MODEL_UNREADABLE /* errno says why */
};

/*
 * Judges the regular file `path` by its name and, if necessary, its first bytes.
 */
enum model_verdict znn_model_file_judge(const char *path);

#endif
