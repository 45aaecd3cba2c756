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
    add_tensor(&torch, "slice",
               (struct pickle_tensor){.key = "3", .numel = 16, .offset = 1, .shape = {5}, .strides = {3}, .rank = 1});
    add_tensor(&torch, "gaps",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {2, 4}, .strides = {8, 1}, .rank = 2});
    add_tensor(&torch, "twice",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {2, 4}, .strides = {0, 1}, .rank = 2});
    /* These are not listed: out of range by a little and by a lot. */
    add_tensor(&torch, "gaps beyond",
               (struct pickle_tensor){.key = "0", .numel = 16, .shape = {2, 4}, .strides = {13, 1}, .rank = 2});
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
    expect_tensor(&model, "gaps", LISTED | STRIDED, DTYPE_F32, torch.place[0], 48, "2x4");
    expect_tensor(&model, "twice", LISTED | STRIDED, DTYPE_F32, torch.place[0], 16, "2x4");
    expect_tensor(&model, "slice", LISTED | STRIDED, DTYPE_F32, torch.place[3] + 4, 52, "5");
    const struct tensor *gaps = find_tensor(&model, "gaps", 0);
    assert_memory_equal(znn_tensor_text(&model, gaps), "gaps\2\4\10\1", 8); /* the strides follow the shape */
    assert_int_equal(model.count, 11);
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

/* Members that are shorter or longer than the pickle says, deflated, missing, or not whole elements. */
static void test_members(void **state)
{
    (void)state;
    static const char bytes[64] = "";
    struct torch_zip torch = start_dict();
    struct zip_writer *zip = &torch.zip;
    pickle_string(&torch.pickle, "short");
    pickle_vector(&torch.pickle, "0", 20);
    pickle_string(&torch.pickle, "long");
    pickle_vector(&torch.pickle, "1", 10);
    pickle_string(&torch.pickle, "deflated");
    pickle_vector(&torch.pickle, "2", 16);
    pickle_string(&torch.pickle, "missing");
    pickle_vector(&torch.pickle, "3", 16);
    pickle_string(&torch.pickle, "huge");
    pickle_vector(&torch.pickle, "4", INT64_MAX);
    put_text(&torch.pickle, "u.");
    zip_add(zip, "m/data.pkl", torch.pickle.data, torch.pickle.size);
    uint64_t small = zip_add(zip, "m/data/0", bytes, 63);
    uint64_t large = zip_add(zip, "m/data/1", bytes, 64);
    zip_add_quirk(zip, "m/data/2", bytes, 64, &(struct zip_quirk){.method = 8, .original = 64});
    uint64_t huge = zip_add(zip, "m/data/4", bytes, 9);
    zip_finish(zip);
    struct model model = scan_file(&zip->file, WAY_MEMORY);
    assert_int_equal(model.format, FORMAT_TORCH_ZIP);
    assert_int_equal(model.count, 3);
    expect_tensor(&model, "short", BOTH, DTYPE_F32, small, 60, "20");
    expect_tensor(&model, "long", BOTH, DTYPE_F32, large, 40, "10");
    expect_tensor(&model, "", SPAN, DTYPE_F32, huge, 8, "");
    assert_int_equal(znn_model_count_cut(&model, zip->file.size), 1);
    free_zip(&torch, &model);
}

/* A storage under several names and types is typed once, by the first. */
static void test_two_types(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    add_tensor(&torch, "half",
               (struct pickle_tensor){
                   .storage = "HalfStorage", .key = "0", .numel = 32, .shape = {32}, .strides = {1}, .rank = 1});
    pickle_string(&torch.pickle, "float");
    pickle_vector(&torch.pickle, "0", 16);
    add_tensor(&torch, "byte",
               (struct pickle_tensor){
                   .storage = "ByteStorage", .key = "0", .numel = 64, .shape = {9}, .strides = {1}, .rank = 1});
    put_text(&torch.pickle, "u.");
    struct model model = scan_zip(&torch);
    assert_int_equal(model.count, 3);
    expect_tensor(&model, "half", BOTH, DTYPE_F16, torch.place[0], 64, "32");
    expect_tensor(&model, "float", LISTED, DTYPE_F32, torch.place[0], 64, "16");
    expect_tensor(&model, "byte", LISTED, DTYPE_U8, torch.place[0], 9, "9");
    free_zip(&torch, &model);
}

static void test_byte_order(void **state)
{
    (void)state;
    static const char *const orders[] = {"little", "big", "middle"};
    for (size_t i = 0; i < 3; i++) {
        struct torch_zip torch = start_dict();
        pickle_string(&torch.pickle, "a");
        pickle_vector(&torch.pickle, "0", 16);
        put_text(&torch.pickle, "u.");
        zip_add(&torch.zip, "m/byteorder", orders[i], strlen(orders[i]));
        struct model model = scan_zip(&torch);
        expect_listed(&model, i != 1);
        free_zip(&torch, &model);
    }
}

static void put_tensor(struct zip_writer *zip, const char *pickle, const char *name, const char *key)
{
    struct buffer out = {0};
    pickle_start(&out);
    put_text(&out, "}");
    pickle_string(&out, name);
    pickle_vector(&out, key, 4);
    put_text(&out, "s.");
    zip_add(zip, pickle, out.data, out.size);
    znn_buffer_free(&out);
}

static void test_torchscript(void **state)
{
    (void)state;
    struct zip_writer zip = {0};
    put_tensor(&zip, "net/data.pkl", "a", "0");
    put_tensor(&zip, "net/constants.pkl", "a", "0");
    uint64_t data = zip_add(&zip, "net/data/0", "0123456789abcdef", 16);
    uint64_t constant = zip_add(&zip, "net/constants/0", "0123456789abcdef", 16);
    zip_add_quirk(&zip, "net/code/net.py", "deflated", 8, &(struct zip_quirk){.method = 8, .original = 100});
    zip_finish(&zip);
    struct model model = scan_file(&zip.file, WAY_MEMORY);
    assert_int_equal(model.format, FORMAT_TORCHSCRIPT);
    assert_int_equal(model.count, 2);
    expect_tensor(&model, "a", BOTH, DTYPE_F32, data, 16, "4");
    expect_tensor(&model, "constants.a", BOTH, DTYPE_F32, constant, 16, "4");
    znn_model_free(&model);
    zip_free(&zip);
}

/* torch.package: several pickles share storages, whose keys may be numbers. */
static void test_package(void **state)
{
    (void)state;
    struct zip_writer zip = {0};
    struct buffer out = {0};
    zip_add(&zip, "p/.data/extern_modules", "", 0);
    put_tensor(&zip, "p/model/model.pkl", "a", "12");
    pickle_start(&out);
    pickle_global(&out, "torch._utils", "_rebuild_tensor_v2");
    put_text(&out, "((");
    pickle_string(&out, "storage");
    pickle_global(&out, "torch", "FloatStorage");
    put_text(&out, "K\x0cNK\4tQ"); /* key 12 */
    pickle_int(&out, 0);
    put_text(&out, "K\4\x85K\1\x85\x89NtR.");
    zip_add(&zip, "p/other.pkl", out.data, out.size);
    uint64_t data = zip_add(&zip, "p/.data/12.storage", "0123456789abcdef", 16);
    zip_finish(&zip);
    struct model model = scan_file(&zip.file, WAY_MEMORY);
    assert_int_equal(model.format, FORMAT_TORCH_ZIP);
    assert_int_equal(model.count, 2);
    expect_tensor(&model, "model/model.a", BOTH, DTYPE_F32, data, 16, "4");
    expect_tensor(&model, "other.", LISTED, DTYPE_F32, data, 16, "4");
    znn_model_free(&model);
    znn_buffer_free(&out);
    zip_free(&zip);
}

/* A zip in a zip is looked into, one in that is not. */
static void test_nested(void **state)
{
    (void)state;
    struct zip_writer zips[3] = {{.start = 0}};
    for (int i = 0; i < 3; i++) {
        put_tensor(&zips[i], "m/data.pkl", i == 1 ? "middle" : "other", "0");
        zip_add(&zips[i], "m/data/0", i == 1 ? "middle's storage" : "other's storage.", 16);
        if (i > 0)
            zip_add(&zips[i], "dir/in.pth", zips[i - 1].file.data, zips[i - 1].file.size);
        zip_finish(&zips[i]);
    }
    struct model model = scan_file(&zips[2].file, WAY_MEMORY);
    expect_listed(&model, 2);
    const struct tensor *middle = find_tensor(&model, "dir/in.pth/middle", 0);
    assert_non_null(middle);
    assert_memory_equal(zips[2].file.data + middle->offset, "middle's storage", 16);
    assert_non_null(find_tensor(&model, "other", 0));
    znn_model_free(&model);
    for (int i = 0; i < 3; i++)
        zip_free(&zips[i]);
}

/* Files that are no zip of PyTorch's, and one that cannot be seen to be one. */
static void test_others(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    put_text(&torch.pickle, "u.");
    struct model model = scan_zip(&torch);
    znn_model_free(&model);
    model = scan_file(&torch.zip.file, WAY_STREAM);
    assert_int_equal(model.format, FORMAT_BYTES);
    znn_model_free(&model);
    free_zip(&torch, &model);

    struct zip_writer zip = {0};
    zip_add(&zip, "a.txt", "text", 4);
    zip_finish(&zip);
    model = scan_file(&zip.file, WAY_MEMORY);
    assert_int_equal(model.format, FORMAT_ZIP);
    assert_int_equal(model.count, 0);
    znn_model_free(&model);
    zip_free(&zip);
}

static struct torch_zip mixed_zip(void)
{
    struct torch_zip torch = start_dict();
    pickle_string(&torch.pickle, "vector");
    pickle_vector(&torch.pickle, "0", 16);
    add_tensor(&torch, "view",
               (struct pickle_tensor){.key = "0", .numel = 16, .offset = 2, .shape = {2}, .strides = {1}, .rank = 1});
    add_tensor(
        &torch, "matrix",
        (struct pickle_tensor){
            .storage = "HalfStorage", .key = "1", .numel = 32, .shape = {4, 2, 4}, .strides = {1, 16, 4}, .rank = 3});
    add_tensor(&torch, "bytes",
               (struct pickle_tensor){.module = "torch.storage",
                                      .storage = "UntypedStorage",
                                      .key = "2",
                                      .numel = 64,
                                      .shape = {32},
                                      .strides = {1},
                                      .rank = 1,
                                      .dtype = "uint16"});
    put_text(&torch.pickle, "u.");
    return torch;
}

static void test_mutations(void **state)
{
    (void)state;
    struct random random = random_start("test_mutations");
    struct torch_zip torch = mixed_zip();
    struct model model = scan_zip(&torch);
    struct buffer copy = {0};
    assert_int_equal(model.count, 4);
    for (int i = 0; i < 20000; i++) {
        znn_model_free(&model);
        copy.size = 0;
        put(&copy, torch.zip.file.data, torch.zip.file.size);
        for (size_t n = 1 + random_below(&random, 3); n > 0; n--) {
            bool pickle = random_below(&random, 2); /* most bytes that matter are there */
            size_t at = pickle ? torch.pickle_place + random_below(&random, torch.pickle.size)
                               : random_below(&random, copy.size);
            copy.data[at] = (uint8_t)random_u64(&random);
        }
        model = scan_file(&copy, WAY_MEMORY);
    }
    znn_buffer_free(&copy);
    free_zip(&torch, &model);
}

/* Each read in turn fails: the scan says so. */
static void test_read_errors(void **state)
{
    (void)state;
    struct torch_zip torch = mixed_zip();
    zip_add(&torch.zip, "m/byteorder", "little", 6);
    struct model model = scan_zip(&torch);
    expect_read_errors(&torch.zip.file, WAY_RANDOM_ACCESS);
    free_zip(&torch, &model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_views),     cmocka_unit_test(test_types),       cmocka_unit_test(test_members),
        cmocka_unit_test(test_two_types), cmocka_unit_test(test_byte_order),  cmocka_unit_test(test_torchscript),
        cmocka_unit_test(test_package),   cmocka_unit_test(test_nested),      cmocka_unit_test(test_others),
        cmocka_unit_test(test_mutations), cmocka_unit_test(test_read_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
