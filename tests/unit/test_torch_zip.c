/*
 * test_torch_zip.c - tensors in PyTorch's zips
 */
#include "torch_files.h"

static void test_views(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    add_tensor(&torch, "whole",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {4, 4}, .strides = {4, 1}, .rank = 2});
    add_tensor(&torch, "tied",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {16}, .strides = {1}, .rank = 1});
    add_tensor(
        &torch, "part",
        (struct pickle_tensor){.key = "0", .numel = 16, .offset = 3, .shape = {1, 5}, .strides = {9, 1}, .rank = 2});
    add_tensor(&torch, "scalar", (struct pickle_tensor){.key = "1", .numel = 1});
    add_tensor(&torch, "turned",
               (struct pickle_tensor){.key = "2", .numel = 16, .shape = {2, 8}, .strides = {1, 2}, .rank = 2});
    add_tensor(
        &torch, "none",
        (struct pickle_tensor){.key = "2", .numel = 16, .offset = 16, .shape = {3, 0}, .strides = {1, 1}, .rank = 2});
    add_tensor(&torch, "half",
               (struct pickle_tensor){.key = "3", .numel = 16, .shape = {8}, .strides = {1}, .rank = 1});
    /* These are not listed: gaps, elements twice, out of range by a little and by a lot. */
    add_tensor(&torch, "gaps",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {2, 4}, .strides = {8, 1}, .rank = 2});
    add_tensor(&torch, "twice",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {2, 4}, .strides = {0, 1}, .rank = 2});
    add_tensor(&torch, "beyond",
               (struct pickle_tensor){.key = "0", .numel = 16, .offset = 1, .shape = {16}, .strides = {1}, .rank = 1});
    add_tensor(
        &torch, "far",
        (struct pickle_tensor){.key = "0", .numel = 16, .offset = INT64_MAX, .shape = {1}, .strides = {1}, .rank = 1});
    add_tensor(
        &torch, "large",
        (struct pickle_tensor){.key = "0", .numel = 16, .shape = {INT64_MAX, 8, 4}, .strides = {32, 4, 1}, .rank = 3});
    put_text(&torch.pickle, "u.");
    struct model model = scan_zip(&torch);
    expect_tensor(&model, "whole", BOTH, DTYPE_F32, torch.place[0], 64, "4x4");
    expect_tensor(&model, "tied", LISTED, DTYPE_F32, torch.place[0], 64, "16");
    expect_tensor(&model, "part", LISTED, DTYPE_F32, torch.place[0] + 12, 20, "1x5");
    expect_tensor(&model, "scalar", BOTH, DTYPE_F32, torch.place[1], 4, "");
    expect_tensor(&model, "turned", BOTH | STRIDED, DTYPE_F32, torch.place[2], 64, "2x8");
    expect_tensor(&model, "none", LISTED, DTYPE_F32, torch.place[2] + 64, 0, "3x0");
    expect_tensor(&model, "half", LISTED, DTYPE_F32, torch.place[3], 32, "8");
    expect_tensor(&model, "", SPAN, DTYPE_F32, torch.place[3], 64, "");
    assert_int_equal(model.count, 8);
    free_zip(&torch, &model);
}

static void test_types(void **state)
{
    (void)state;
    static const struct {
        const char *module, *storage, *dtype; /* a dtype only for untyped storages */
        unsigned size;
        enum dtype expected;
        const char *shape;
    } rows[] = {
        {"torch", "DoubleStorage", NULL, 8, DTYPE_F64, "2"},
        {"torch", "HalfStorage", NULL, 2, DTYPE_F16, "2"},
        {"torch", "BFloat16Storage", NULL, 2, DTYPE_BF16, "2"},
        {"torch", "LongStorage", NULL, 8, DTYPE_I64, "2"},
        {"torch", "IntStorage", NULL, 4, DTYPE_I32, "2"},
        {"torch", "ShortStorage", NULL, 2, DTYPE_I16, "2"},
        {"torch", "CharStorage", NULL, 1, DTYPE_I8, "2"},
        {"torch", "ByteStorage", NULL, 1, DTYPE_U8, "2"},
        {"torch", "BoolStorage", NULL, 1, DTYPE_BOOL, "2"},
        {"torch", "ComplexFloatStorage", NULL, 8, DTYPE_C64, "2"},
        {"torch", "ComplexDoubleStorage", NULL, 16, DTYPE_F64, "2x2"},
        {"torch", "QInt8Storage", NULL, 1, DTYPE_I8, "2"},
        {"torch", "QUInt8Storage", NULL, 1, DTYPE_U8, "2"},
        {"torch", "QInt32Storage", NULL, 4, DTYPE_I32, "2"},
        {"torch", "QUInt4x2Storage", NULL, 1, DTYPE_U8, NULL},
        {"torch", "UnheardOfStorage", NULL, 1, DTYPE_BYTES, NULL},
        {"os", "FloatStorage", NULL, 4, DTYPE_BYTES, NULL},
        {"torch.storage", "UntypedStorage", "uint16", 2, DTYPE_U16, "2"},
        {"torch.storage", "UntypedStorage", "uint32", 4, DTYPE_U32, "2"},
        {"torch", "UntypedStorage", "uint64", 8, DTYPE_U64, "2"},
        {"torch.storage", "UntypedStorage", "float8_e4m3fn", 1, DTYPE_F8_E4M3, "2"},
        {"torch.storage", "UntypedStorage", "float8_e5m2", 1, DTYPE_F8_E5M2, "2"},
        {"torch.storage", "UntypedStorage", "float8_e8m0fnu", 1, DTYPE_F8_E8M0, "2"},
        {"torch.storage", "UntypedStorage", "complex128", 16, DTYPE_F64, "2x2"},
        {"torch.storage", "UntypedStorage", "unheard_of", 1, DTYPE_BYTES, NULL},
        {"torch.storage", "UntypedStorage", NULL, 1, DTYPE_BYTES, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct torch_zip torch = start_dict();
        add_tensor(&torch, "t",
                   (struct pickle_tensor){rows[i].module,
                                          rows[i].storage,
                                          "1",
                                          rows[i].dtype ? 2 * rows[i].size : 2,
                                          0,
                                          {2},
                                          {1},
                                          1,
                                          rows[i].dtype});
        put_text(&torch.pickle, "u.");
        struct model model = scan_zip(&torch);
        assert_int_equal(model.count, rows[i].expected != DTYPE_BYTES);
        if (rows[i].shape)
            expect_tensor(&model, "t", BOTH, rows[i].expected, torch.place[1], 2 * rows[i].size, rows[i].shape);
        free_zip(&torch, &model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
