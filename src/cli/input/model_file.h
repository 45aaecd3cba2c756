/*
 * model_file.h - is this file a model's?
 *
 * With -r nobody has named the files, so those that hold weights have to be told from the rest.  The extension decides
 * (names.h).  Where it is none of a model's, as in a download cache whose files are called by their checksums, the
 * first bytes do:
 *
 *     safetensors        the header's length (8 bytes, little-endian), which the file has room for, then {" or {}
 *     PyTorch            zip whose first member is called data.pkl or version, in a folder, or as a file of tensors is
 *     PyTorch, old       a pickle of the number 0x1950a86a20f9469cfc6c
 *     NumPy              \x93NUMPY, or zip whose first member is called .npy
 *     GGUF, GGML         GGUF, or GGML's earlier words ggml, ggmf, ggjt and ggla, which stand there backwards
 *     TensorFlow Lite    TFL3, behind 4 bytes
 *
 * HDF5 and ONNX are known by their extensions only: the former holds many other things, the latter has no such mark.
 */
#ifndef ZNN_CLI_INPUT_MODEL_FILE_H
#define ZNN_CLI_INPUT_MODEL_FILE_H

enum model_verdict {
    MODEL_NO,
    MODEL_YES,
    MODEL_UNREADABLE /* errno says why */
};

/*
 * Judges the regular file `path` by its name and, if need be, by its first bytes.
 */
enum model_verdict znn_model_file_judge(const char *path);

#endif
