/*
 * test_torch_names.c - the names of tensors, and the limits on their list
 */
#include "torch_files.h"

/* Scans a file of one pickle, and expects tensors of these names, up to a NULL, and no others. */
static void expect_names(struct torch_zip *torch, const char *const *names)
{
    struct model model = scan_zip(torch);
    size_t count = 0;
    while (names[count])
        count++;
    expect_listed(&model, count);
    for (size_t i = 0; i < count; i++)
        if (!find_tensor(&model, names[i], 0))
            fail_msg("%s is not there", names[i]);
    free_zip(torch, &model);
}

#define EXPECT_NAMES(torch, ...) expect_names(torch, (const char *const[]){__VA_ARGS__, NULL})

static void test_paths(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    struct buffer *out = &torch.pickle;
    pickle_start(out);
    pickle_global(out, "collections", "OrderedDict");
    put_text(out, ")R(");
    pickle_string(out, "a.b");
    put_text(out, "]");
    pickle_vector(out, "0", 1);
    put_text(out, "a(N");
    pickle_vector(out, "1", 1);
    put_text(out, "(");
    pickle_vector(out, "2", 1);
    put_text(out, "te"); /* a list: tensor, None, tensor, (tensor,) */
    pickle_string(out, "state");
    put_text(out, "}J\xff\xff\xff\xff}");
    pickle_string(out, "\xff\xc3\xa4\xc3");
    pickle_vector(out, "3", 1);
    put_text(out, "ssNK\x05u."); /* {-1: {bytes: tensor}}, and None: 5 */
    EXPECT_NAMES(&torch, "a.b.0", "a.b.2", "a.b.3.0", "state.-1.?\xc3\xa4?");
}

static void test_odd_keys(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    struct buffer *out = &torch.pickle;
    PUT_BYTES(out, "G\0\0\0\0\0\0\0\0");
    pickle_vector(out, "0", 1);
    put_text(out, "N}");
    pickle_int(out, INT64_MIN);
    pickle_vector(out, "1", 1);
    put_text(out, "s\x88");
    pickle_vector(out, "2", 1);
    put_text(out, "u.");
    EXPECT_NAMES(&torch, "?", "?.-9223372036854775808", "1");
}

/* A pickled torch.nn.Module, its parameters being wrapped tensors. */
static void test_module(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    struct buffer *out = &torch.pickle;
    pickle_start(out);
    pickle_global(out, "my.models", "Net");
    put_text(out, ")\x81}(");
    pickle_string(out, "training");
    put_text(out, "\x88");
    pickle_string(out, "_modules");
    pickle_global(out, "collections", "OrderedDict");
    put_text(out, ")R");
    pickle_string(out, "conv");
    pickle_global(out, "torch.nn.modules.conv", "Conv2d");
    put_text(out, ")\x81}(");
    pickle_string(out, "_parameters");
    put_text(out, "}(");
    pickle_string(out, "weight");
    pickle_global(out, "torch._utils", "_rebuild_parameter");
    put_text(out, "(");
    pickle_vector(out, "0", 1);
    put_text(out, "\x88}tR");
    pickle_string(out, "bias");
    pickle_global(out, "torch.nn.parameter", "Parameter");
    pickle_vector(out, "1", 1);
    put_text(out, "\x85R\x88\x89N\x87"
                  "bu");
    pickle_string(out, "_buffers");
    put_text(out, "}");
    pickle_string(out, "mean");
    pickle_vector(out, "2", 1);
    put_text(out, "sub"); /* ends buffers, state and module */
    put_text(out, "s");
    pickle_string(out, "cache");
    pickle_vector(out, "3", 1);
    put_text(out, "ub.");
    EXPECT_NAMES(&torch, "conv.weight", "conv.bias", "conv.mean", "cache");
}

/* Subclasses, attributes, a shape of class torch.Size, and scales of a quantized tensor. */
static void test_wrappings(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    struct buffer *out = &torch.pickle;
    pickle_string(out, "subclass");
    pickle_global(out, "torch._tensor", "_rebuild_from_type_v2");
    put_text(out, "(");
    pickle_global(out, "torch._utils", "_rebuild_tensor_v2");
    pickle_global(out, "my", "Tensor");
    put_text(out, "(");
    pickle_storage(out, "torch", "FloatStorage", "0", 1);
    pickle_int(out, 0);
    pickle_global(out, "torch", "Size");
    put_text(out, "K\1\x85\x85RK\1\x85\x89}t}");
    pickle_string(out, "extra");
    pickle_vector(out, "1", 1);
    put_text(out, "stR");
    pickle_string(out, "parameter");
    pickle_global(out, "torch._utils", "_rebuild_parameter_with_state");
    put_text(out, "(");
    pickle_vector(out, "2", 1);
    put_text(out, "\x88}}");
    pickle_string(out, "note");
    pickle_vector(out, "3", 1);
    put_text(out, "stRu.");
    EXPECT_NAMES(&torch, "subclass", "subclass.extra", "parameter", "parameter.note");
}

static void test_quantized(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    struct buffer *out = &torch.pickle;
    pickle_string(out, "q");
    pickle_global(out, "torch._utils", "_rebuild_qtensor");
    put_text(out, "(");
    pickle_storage(out, "torch", "QInt8Storage", "0", 2);
    pickle_int(out, 0);
    put_text(out, "K\2\x85K\1\x85(");
    pickle_global(out, "torch", "per_channel_affine");
    pickle_vector(out, "1", 2);
    pickle_vector(out, "2", 2);
    put_text(out, "K\1t\x89}tRu.");
    EXPECT_NAMES(&torch, "q", "q.1", "q.2");
}

/* Python 2 gives an OrderedDict its items as a list of pairs. */
static void test_pair_list(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    struct buffer *out = &torch.pickle;
    pickle_start(out);
    pickle_global(out, "collections", "OrderedDict");
    put_text(out, "](](U\1ae](U\1b");
    pickle_vector(out, "0", 1);
    put_text(out, "e]U\1ca");
    pickle_vector(out, "1", 1);
    put_text(out, "ae\x85R.");
    EXPECT_NAMES(&torch, "b", "c");
}

/* What is reachable in two ways: a container has one name, a tensor has all of its names. */
static void test_shared(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    struct buffer *out = &torch.pickle;
    pickle_string(out, "dict");
    put_text(out, "}q\1");
    pickle_string(out, "tensor");
    pickle_vector(out, "0", 1);
    put_text(out, "q\2s");
    pickle_string(out, "again");
    put_text(out, "h\1");
    pickle_string(out, "tensor");
    put_text(out, "h\2");
    pickle_string(out, "parameter");
    pickle_global(out, "torch._utils", "_rebuild_parameter");
    put_text(out, "h\2\x88}\x87Rq\3");
    pickle_string(out, "tied");
    put_text(out, "h\3u.");
    EXPECT_NAMES(&torch, "dict.tensor", "tensor", "parameter", "tied");
}

static void test_cycle(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    struct buffer *out = &torch.pickle;
    pickle_start(out);
    put_text(out, "}q\1(");
    pickle_string(out, "self");
    put_text(out, "h\1");
    pickle_string(out, "object");
    pickle_global(out, "a", "B");
    put_text(out, "h\1\x85Rq\2h\2b");
    pickle_string(out, "tensor");
    pickle_vector(out, "0", 1);
    put_text(out, "u.");
    EXPECT_NAMES(&torch, "tensor");
}

/* Parameters of parameters, each with itself as state, two ways down from each: 2^100 ways in all. */
static void test_doubling(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    struct buffer *out = &torch.pickle;
    pickle_start(out);
    pickle_vector(out, "0", 1);
    for (int i = 0; i < 100; i++) {
        put_text(out, "q\1\x30");
        pickle_global(out, "torch._utils", "_rebuild_parameter_with_state");
        put_text(out, "(h\1\x88}h\1tR");
    }
    put_text(out, ".");
    struct model model = scan_zip(&torch);
    assert_true(model.count <= 200);
    free_zip(&torch, &model);
}

/* Lists in lists: what lies very deep has no name, yet the storage is typed. */
static void test_depth(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    pickle_start(&torch.pickle);
    for (int i = 0; i < 100000; i++)
        put_text(&torch.pickle, "](");
    pickle_vector(&torch.pickle, "0", 16);
    for (int i = 0; i < 100000; i++)
        put_text(&torch.pickle, "e");
    put_text(&torch.pickle, ".");
    struct model model = scan_zip(&torch);
    assert_int_equal(model.count, 1);
    expect_tensor(&model, "", SPAN, DTYPE_F32, torch.place[0], 64, "");
    free_zip(&torch, &model);
}

/* A million references to one tensor, and to one long key: the list stays in proportion. */
static void test_many_references(void **state)
{
    (void)state;
    struct torch_zip torch = {0};
    struct buffer *out = &torch.pickle;
    char key[1001] = "";
    memset(key, 'k', sizeof key - 1);
    pickle_start(out);
    pickle_vector(out, "0", 16);
    put_text(out, "q\1\x30");
    pickle_string(out, key);
    put_text(out, "q\2\x30}(");
    for (int i = 0; i < 1000000; i++)
        put_text(out, "h\2h\1");
    put_text(out, "u.");
    struct model model = scan_zip(&torch);
    assert_true(model.count > 1000 && model.count < 20000);
    assert_true(model.text.size < 3 * torch.pickle.size);
    free_zip(&torch, &model);
}

static void test_long_keys(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    char key[2001] = "";
    memset(key, 'k', sizeof key - 1);
    pickle_string(&torch.pickle, key);
    pickle_vector(&torch.pickle, "0", 1);
    key[1000] = '\0';
    pickle_string(&torch.pickle, key);
    pickle_vector(&torch.pickle, "1", 1);
    put_text(&torch.pickle, "u.");
    EXPECT_NAMES(&torch, "?", key);
}

/* Nothing runs, and what stands beside it is found all the same. */
static void test_system(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    pickle_string(&torch.pickle, "evil");
    pickle_global(&torch.pickle, "os", "system");
    pickle_string(&torch.pickle, "touch was-here");
    put_text(&torch.pickle, "\x85R");
    pickle_string(&torch.pickle, "good");
    pickle_vector(&torch.pickle, "0", 1);
    put_text(&torch.pickle, "u.");
    EXPECT_NAMES(&torch, "good");
}

/* A pickle that ends too early, or goes wrong: no names, but the storages that were named are typed. */
static void test_broken(void **state)
{
    (void)state;
    static const char *const ends[] = {"", "u", "u\xff.", "h\x99.", "X\xff\xff\xff\xff.", "}}}u."};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct torch_zip torch = start_dict();
        pickle_string(&torch.pickle, "a");
        pickle_vector(&torch.pickle, "0", 16);
        put_text(&torch.pickle, ends[i]);
        struct model model = scan_zip(&torch);
        assert_int_equal(model.count, 1);
        expect_tensor(&model, "", SPAN, DTYPE_F32, torch.place[0], 64, "");
        free_zip(&torch, &model);
    }
}

/* A NumPy array of two rows and three columns, as protocol 3 writes it. */
static void put_array(struct buffer *out, const char *type, const char *order, const char *fortran, const char *bytes)
{
    pickle_global(out, "numpy.core.multiarray", "_reconstruct");
    pickle_global(out, "numpy", "ndarray");
    put_text(out, "NN\x87R(K\1K\2K\3\x86");
    pickle_global(out, "numpy", "dtype");
    pickle_string(out, type);
    put_text(out, "NN\x87R(K\3");
    pickle_string(out, order);
    put_text(out, "NNNtb"); /* ends the dtype's state */
    put_text(out, fortran);
    char head[] = {'C', (char)strlen(bytes)};
    put(out, head, sizeof head);
    put_text(out, bytes);
    put_text(out, "tb");
}

/* Where `text` is in the file. */
static uint64_t find_bytes(const struct torch_zip *torch, const char *text)
{
    size_t at = 0;
    while (memcmp(torch->pickle.data + at, text, strlen(text)) != 0)
        at++;
    return torch->pickle_place + at;
}

static void test_arrays(void **state)
{
    (void)state;
    struct torch_zip torch = start_dict();
    struct buffer *out = &torch.pickle;
    pickle_string(out, "float");
    put_array(out, "f4", "<", "\x89", "111122223333444455556666");
    pickle_string(out, "fortran");
    put_array(out, "i2", "<", "\x88", "112233445566");
    pickle_string(out, "big");
    put_array(out, "f4", ">", "\x89", "111122223333444455556666");
    pickle_string(out, "short");
    put_array(out, "f4", "<", "\x89", "11112222333344445555666");
    pickle_string(out, "object");
    put_array(out, "O8", "|", "\x89", "11112222333344445555666677778888");
    pickle_string(out, "buffer");
    pickle_global(out, "numpy._core.numeric", "_frombuffer");
    put_text(out, "(C\6abcdef");
    pickle_global(out, "numpy", "dtype");
    pickle_string(out, "u1");
    put_text(out, "NN\x87RK\6\x85");
    pickle_string(out, "C");
    put_text(out, "tRu.");
    struct model model = scan_zip(&torch);
    uint64_t floats = find_bytes(&torch, "111122223333"), shorts = find_bytes(&torch, "112233");
    uint64_t bytes = find_bytes(&torch, "abcdef");
    expect_listed(&model, 3);
    expect_tensor(&model, "float", BOTH, DTYPE_F32, floats, 24, "2x3");
    expect_tensor(&model, "fortran", BOTH | STRIDED, DTYPE_I16, shorts, 12, "2x3");
    expect_tensor(&model, "buffer", BOTH, DTYPE_U8, bytes, 6, "6");
    free_zip(&torch, &model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),     cmocka_unit_test(test_odd_keys),        cmocka_unit_test(test_module),
        cmocka_unit_test(test_wrappings), cmocka_unit_test(test_quantized),       cmocka_unit_test(test_pair_list),
        cmocka_unit_test(test_shared),    cmocka_unit_test(test_cycle),           cmocka_unit_test(test_doubling),
        cmocka_unit_test(test_depth),     cmocka_unit_test(test_many_references), cmocka_unit_test(test_long_keys),
        cmocka_unit_test(test_system),    cmocka_unit_test(test_broken),          cmocka_unit_test(test_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
