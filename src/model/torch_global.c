/*
 * torch_global.c - the names in PyTorch's pickles that have a meaning here
 */
#include "model/torch_global.h"

#include <string.h>

/* A name that moved between modules is listed once for each module. */
static const struct torch_global entries[] = {
    {"", MEANS_NOTHING, {DTYPE_BYTES, 1}}, /* the answer for every other name */
    {"torch.FloatStorage", MEANS_STORAGE, {DTYPE_F32, 1}},
    {"torch.HalfStorage", MEANS_STORAGE, {DTYPE_F16, 1}},
    {"torch.BFloat16Storage", MEANS_STORAGE, {DTYPE_BF16, 1}},
    {"torch.DoubleStorage", MEANS_STORAGE, {DTYPE_F64, 1}},
    {"torch.LongStorage", MEANS_STORAGE, {DTYPE_I64, 1}},
    {"torch.IntStorage", MEANS_STORAGE, {DTYPE_I32, 1}},
    {"torch.ShortStorage", MEANS_STORAGE, {DTYPE_I16, 1}},
    {"torch.CharStorage", MEANS_STORAGE, {DTYPE_I8, 1}},
    {"torch.ByteStorage", MEANS_STORAGE, {DTYPE_U8, 1}},
    {"torch.BoolStorage", MEANS_STORAGE, {DTYPE_BOOL, 1}},
    {"torch.UInt16Storage", MEANS_STORAGE, {DTYPE_U16, 1}},
    {"torch.UInt32Storage", MEANS_STORAGE, {DTYPE_U32, 1}},
    {"torch.UInt64Storage", MEANS_STORAGE, {DTYPE_U64, 1}},
    {"torch.ComplexHalfStorage", MEANS_STORAGE, {DTYPE_F16, 2}},
    {"torch.ComplexFloatStorage", MEANS_STORAGE, {DTYPE_C64, 1}},
    {"torch.ComplexDoubleStorage", MEANS_STORAGE, {DTYPE_F64, 2}},
    {"torch.QInt8Storage", MEANS_STORAGE, {DTYPE_I8, 1}},
    {"torch.QUInt8Storage", MEANS_STORAGE, {DTYPE_U8, 1}},
    {"torch.QInt32Storage", MEANS_STORAGE, {DTYPE_I32, 1}},
    {"torch.QUInt4x2Storage", MEANS_STORAGE, {DTYPE_U8, 0}},
    {"torch.QUInt2x4Storage", MEANS_STORAGE, {DTYPE_U8, 0}},
    {"torch.Float8_e4m3fnStorage", MEANS_STORAGE, {DTYPE_F8_E4M3, 1}},
    {"torch.Float8_e5m2Storage", MEANS_STORAGE, {DTYPE_F8_E5M2, 1}},
    {"torch.Float8_e4m3fnuzStorage", MEANS_STORAGE, {DTYPE_F8_E4M3FNUZ, 1}},
    {"torch.Float8_e5m2fnuzStorage", MEANS_STORAGE, {DTYPE_F8_E5M2FNUZ, 1}},
    {"torch.Float8_e8m0fnuStorage", MEANS_STORAGE, {DTYPE_F8_E8M0, 1}},
    {"torch.UntypedStorage", MEANS_STORAGE, {DTYPE_BYTES, 1}},
    {"torch.storage.UntypedStorage", MEANS_STORAGE, {DTYPE_BYTES, 1}},
    {"torch.storage._UntypedStorage", MEANS_STORAGE, {DTYPE_BYTES, 1}},
    {"torch.float32", MEANS_DTYPE, {DTYPE_F32, 1}},
    {"torch.float16", MEANS_DTYPE, {DTYPE_F16, 1}},
    {"torch.bfloat16", MEANS_DTYPE, {DTYPE_BF16, 1}},
    {"torch.float64", MEANS_DTYPE, {DTYPE_F64, 1}},
    {"torch.int64", MEANS_DTYPE, {DTYPE_I64, 1}},
    {"torch.int32", MEANS_DTYPE, {DTYPE_I32, 1}},
    {"torch.int16", MEANS_DTYPE, {DTYPE_I16, 1}},
    {"torch.int8", MEANS_DTYPE, {DTYPE_I8, 1}},
    {"torch.uint8", MEANS_DTYPE, {DTYPE_U8, 1}},
    {"torch.uint16", MEANS_DTYPE, {DTYPE_U16, 1}},
    {"torch.uint32", MEANS_DTYPE, {DTYPE_U32, 1}},
    {"torch.uint64", MEANS_DTYPE, {DTYPE_U64, 1}},
    {"torch.bool", MEANS_DTYPE, {DTYPE_BOOL, 1}},
    {"torch.complex32", MEANS_DTYPE, {DTYPE_F16, 2}},
    {"torch.complex64", MEANS_DTYPE, {DTYPE_C64, 1}},
    {"torch.complex128", MEANS_DTYPE, {DTYPE_F64, 2}},
    {"torch.float8_e4m3fn", MEANS_DTYPE, {DTYPE_F8_E4M3, 1}},
    {"torch.float8_e5m2", MEANS_DTYPE, {DTYPE_F8_E5M2, 1}},
    {"torch.float8_e4m3fnuz", MEANS_DTYPE, {DTYPE_F8_E4M3FNUZ, 1}},
    {"torch.float8_e5m2fnuz", MEANS_DTYPE, {DTYPE_F8_E5M2FNUZ, 1}},
    {"torch.float8_e8m0fnu", MEANS_DTYPE, {DTYPE_F8_E8M0, 1}},
    {"torch.float4_e2m1fn_x2", MEANS_DTYPE, {DTYPE_U8, 1}}, /* its shape counts bytes */
    {"torch.qint8", MEANS_DTYPE, {DTYPE_I8, 1}},
    {"torch.quint8", MEANS_DTYPE, {DTYPE_U8, 1}},
    {"torch.qint32", MEANS_DTYPE, {DTYPE_I32, 1}},
    {"torch.quint4x2", MEANS_DTYPE, {DTYPE_U8, 0}},
    {"torch.quint2x4", MEANS_DTYPE, {DTYPE_U8, 0}},
    {"torch._utils._rebuild_tensor", MEANS_TENSOR, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_tensor_v2", MEANS_TENSOR, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_tensor_v3", MEANS_TENSOR_WITH_DTYPE, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_qtensor", MEANS_QUANTIZED, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_parameter", MEANS_PARAMETER, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_parameter_with_state", MEANS_PARAMETER_AND_DICT, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_device_tensor_from_cpu_tensor", MEANS_PARAMETER, {DTYPE_BYTES, 1}},
    {"torch._utils._rebuild_device_tensor_from_numpy", MEANS_PARAMETER, {DTYPE_BYTES, 1}},
    {"torch.nn.parameter.Parameter", MEANS_PARAMETER, {DTYPE_BYTES, 1}},
    {"torch._tensor._rebuild_from_type", MEANS_SUBCLASS, {DTYPE_BYTES, 1}},
    {"torch._tensor._rebuild_from_type_v2", MEANS_SUBCLASS, {DTYPE_BYTES, 1}},
    {"torch.tensor._rebuild_from_type", MEANS_SUBCLASS, {DTYPE_BYTES, 1}},
    {"torch.Size", MEANS_SIZE, {DTYPE_BYTES, 1}},
    {"collections.OrderedDict", MEANS_ORDERED_DICT, {DTYPE_BYTES, 1}},
    {"numpy.core.multiarray._reconstruct", MEANS_NDARRAY, {DTYPE_BYTES, 1}},
    {"numpy._core.multiarray._reconstruct", MEANS_NDARRAY, {DTYPE_BYTES, 1}},
    {"numpy.core.numeric._frombuffer", MEANS_FROM_BUFFER, {DTYPE_BYTES, 1}},
    {"numpy._core.numeric._frombuffer", MEANS_FROM_BUFFER, {DTYPE_BYTES, 1}},
    {"numpy.dtype", MEANS_NUMPY_DTYPE, {DTYPE_BYTES, 1}},
};

enum { ENTRY_COUNT = sizeof entries / sizeof *entries };

_Static_assert(ENTRY_COUNT < UINT8_MAX, "struct pickle_value remembers an entry in a byte");

/* "module\nname", or module and name apart. */
struct global_name {
    const uint8_t *module, *name;
    size_t module_size, name_size;
};

static bool split_name(const struct pickle *pickle, const struct pickle_value *global, struct global_name *split)
{
    if (global->split) {
        const struct pickle_value *module = znn_pickle_value(pickle, global->a);
        const struct pickle_value *name = znn_pickle_value(pickle, (uint32_t)global->b);
        if (module->kind != PICKLE_STRING || name->kind != PICKLE_STRING)
            return false;
        *split = (struct global_name){pickle->data + module->b, pickle->data + name->b, module->a, name->a};
        return true;
    }
    const uint8_t *text = pickle->data + global->b;
    const uint8_t *newline = memchr(text, '\n', global->a);
    if (!newline)
        return false;
    split->module = text;
    split->module_size = (size_t)(newline - text);
    split->name = newline + 1;
    split->name_size = global->a - split->module_size - 1;
    return true;
}

static bool is_entry(const struct torch_global *entry, const struct global_name *name)
{
    const char *path = entry->path;
    return strlen(path) == name->module_size + 1 + name->name_size && path[name->module_size] == '.' &&
           memcmp(path, name->module, name->module_size) == 0 &&
           memcmp(path + name->module_size + 1, name->name, name->name_size) == 0;
}

static uint8_t find_entry(const struct pickle *pickle, const struct pickle_value *global)
{
    struct global_name name;
    if (split_name(pickle, global, &name))
        for (uint8_t i = 1; i < ENTRY_COUNT; i++)
            if (is_entry(&entries[i], &name))
                return i;
    return 0;
}

const struct torch_global *znn_torch_global(struct pickle *pickle, uint32_t value)
{
    if (znn_pickle_value(pickle, value)->kind != PICKLE_GLOBAL)
        return &entries[0];
    struct pickle_value *global = &pickle->values[value];
    if (global->known == 0)
        global->known = (uint8_t)(find_entry(pickle, global) + 1);
    return &entries[global->known - 1];
}

unsigned znn_torch_element_size(struct torch_type type)
{
    unsigned size = znn_dtype_info((enum dtype)type.dtype)->bits / 8u;
    return type.parts > 1 ? size * type.parts : size;
}
