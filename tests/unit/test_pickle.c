/*
 * test_pickle.c - the pickle machine, with good and hostile pickles
 *
 * The result of a pickle is shown as text in Python's notation, so a test is a row of bytes and text:
 *
 *     1  'text'  None  ?  (1, 2)  [1]  {'a': 1}  <os.system>  <os.system>(1)  !state  @('storage', ...)
 *
 * ? is an object that the machine does not look into, and @ is a persistent identifier.
 */
#include "pickle_writer.h"

#include <inttypes.h>

#include "model/pickle.h"
#include "model/pickle_op.h"
#include "support.h"

static void show(struct buffer *out, const struct pickle *pickle, uint32_t value, int depth);

static void show_items(struct buffer *out, const struct pickle *pickle, const uint32_t *items, uint32_t count,
                       int depth)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            put_text(out, ", ");
        show(out, pickle, items[i], depth);
    }
}

static void show_batches(struct buffer *out, const struct pickle *pickle, uint32_t first, int depth)
{
    static const char marks[] = {[ROLE_CALL] = '(', [ROLE_STATE] = '!', [ROLE_ITEMS] = '+', [ROLE_PAIRS] = ':'};
    struct pickle_batch batch = {.next = first};
    while (znn_pickle_next_batch(pickle, &batch)) {
        put(out, &marks[batch.role], 1);
        show_items(out, pickle, batch.items, batch.count, depth);
        if (batch.role == ROLE_CALL)
            put_text(out, ")");
    }
}

static void show(struct buffer *out, const struct pickle *pickle, uint32_t value, int depth)
{
    const struct pickle_value *shown = znn_pickle_value(pickle, value);
    char number[32];
    if (depth == 8) {
        put_text(out, "...");
        return;
    }
    switch ((enum pickle_kind)shown->kind) {
    case PICKLE_OTHER:
        put_text(out, "?");
        break;
    case PICKLE_NONE:
        put_text(out, "None");
        break;
    case PICKLE_INT:
        snprintf(number, sizeof number, "%" PRId64, (int64_t)shown->b);
        put_text(out, number);
        break;
    case PICKLE_STRING:
        put_text(out, "'");
        put(out, pickle->data + shown->b, shown->a);
        put_text(out, "'");
        break;
    case PICKLE_GLOBAL:
        put_text(out, "<");
        if (shown->split)
            show_items(out, pickle, (uint32_t[]){shown->a, (uint32_t)shown->b}, 2, depth + 1);
        else
            put(out, pickle->data + shown->b, shown->a);
        put_text(out, ">");
        break;
    case PICKLE_TUPLE:
        put_text(out, "(");
        show_items(out, pickle, shown->a ? &pickle->words[shown->b] : NULL, shown->a, depth + 1);
        put_text(out, ")");
        break;
    case PICKLE_PERSISTENT:
        put_text(out, "@");
        show(out, pickle, shown->a, depth + 1);
        break;
    case PICKLE_LIST:
    case PICKLE_DICT:
    case PICKLE_OBJECT:
        put_text(out, shown->kind == PICKLE_LIST ? "[" : shown->kind == PICKLE_DICT ? "{" : "<");
        show_batches(out, pickle, shown->a, depth + 1);
        put_text(out, shown->kind == PICKLE_LIST ? "]" : shown->kind == PICKLE_DICT ? "}" : ">");
        break;
    }
}

struct row {
    const char *data;
    size_t size;
    const char *shown; /* NULL: the pickle is not to be understood */
};

#define ROW(data, shown)                                                                                               \
    {                                                                                                                  \
        data, sizeof(data) - 1, shown                                                                                  \
    }

static void expect_row(const struct row *row)
{
    struct pickle pickle;
    struct buffer out = {0};
    uint8_t *exact = malloc(row->size + 1); /* so that a sanitizer sees each step beyond the end */
    assert_non_null(exact);
    memcpy(exact, row->data, row->size);
    assert_true(znn_pickle_run(&pickle, exact, row->size, ZNN_PICKLE_BUDGET));
    if (pickle.complete) {
        show(&out, &pickle, pickle.result, 0);
        assert_int_equal(pickle.used, row->size);
    }
    put(&out, "", 1);
    if (!row->shown && pickle.complete)
        fail_msg("%s was understood: %s", row->data, (char *)out.data);
    if (row->shown && strcmp((char *)out.data, row->shown) != 0)
        fail_msg("%s gives %s instead of %s", row->data, (char *)out.data, row->shown);
    znn_buffer_free(&out);
    znn_pickle_free(&pickle);
    free(exact);
}

static void expect_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_row(&rows[i]);
}

#define EXPECT_ROWS(rows) expect_rows(rows, sizeof rows / sizeof *rows)

static void test_values(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW("\x80\x02K\x07.", "7"),
        ROW("\x80\x04\x95\x04\0\0\0\0\0\0\0K\x07\x94.", "7"),
        ROW("M\x34\x12.", "4660"),
        ROW("J\xff\xff\xff\xff.", "-1"),
        ROW("J\0\0\0\x80.", "-2147483648"),
        ROW("\x8a\x00.", "0"),
        ROW("\x8a\x01\xff.", "-1"),
        ROW("\x8a\x02\xff\x00.", "255"),
        ROW("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.", "9223372036854775807"),
        ROW("\x8a\x08\0\0\0\0\0\0\0\x80.", "-9223372036854775808"),
        ROW("\x8a\x09\0\0\0\0\0\0\0\x80\0.", "?"),
        ROW("\x8b\x01\0\0\0\x05.", "5"),
        ROW("I12\n.", "12"),
        ROW("I-12\n.", "-12"),
        ROW("I01\n.", "1"),
        ROW("L12L\n.", "12"),
        ROW("L119547037146038801333356L\n.", "?"),
        ROW("I999999999999999999\n.", "999999999999999999"),
        ROW("I9999999999999999999\n.", "?"), /* 19 digits may be too many for 64 bits */
        ROW("Ix\n.", "?"),
        ROW("I-\n.", "?"),
        ROW("LL\n.", "?"),
        ROW("F1.5\n.", "?"),
        ROW("G\x3f\xf8\0\0\0\0\0\0.", "?"),
        ROW("N.", "None"),
        ROW("\x88.", "1"),
        ROW("\x89.", "0"),
        ROW("S'it\\'s'\n.", "'it\\'s'"),
        ROW("Vtext\n.", "'text'"),
        ROW("V\n.", "''"),
        ROW("T\x02\0\0\0ab.", "'ab'"),
        ROW("U\x02xy.", "'xy'"),
        ROW("X\x03\0\0\0abc.", "'abc'"),
        ROW("\x8c\x03xyz.", "'xyz'"),
        ROW("\x8d\x03\0\0\0\0\0\0\0abc.", "'abc'"),
        ROW("B\x02\0\0\0ab.", "'ab'"),
        ROW("C\x02xy.", "'xy'"),
        ROW("\x8e\x01\0\0\0\0\0\0\0a.", "'a'"),
        ROW("\x96\x01\0\0\0\0\0\0\0a.", "'a'"),
        ROW("cos\nsystem\n.", "<os\nsystem>"),
        ROW("\x8c\x02os\x8c\x06system\x93.", "<'os', 'system'>"),
    };
    EXPECT_ROWS(rows);
}

static void test_containers(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW(").", "()"),
        ROW("(t.", "()"),
        ROW("(K\1K\2t.", "(1, 2)"),
        ROW("K\1\x85.", "(1)"),
        ROW("K\1K\2\x86.", "(1, 2)"),
        ROW("K\1K\2K\3\x87.", "(1, 2, 3)"),
        ROW("].", "[]"),
        ROW("]K\1aK\2a.", "[+1+2]"),
        ROW("](K\1K\2e.", "[+1, 2]"),
        ROW("](e.", "[]"),
        ROW("(K\1K\2l.", "[+1, 2]"),
        ROW("}.", "{}"),
        ROW("}K\1K\2s.", "{:1, 2}"),
        ROW("}(K\1K\2K\3K\4u.", "{:1, 2, 3, 4}"),
        ROW("(K\1K\2d.", "{:1, 2}"),
        ROW("\x8f(K\1K\2\x90.", "[+1, 2]"),
        ROW("(K\1\x91.", "[+1]"),
        ROW("((K\1t(K\2tt.", "((1), (2))"),
        ROW("K\1K\2(K\3\x31\x86.", "(1, 2)"),
        ROW("K\1K\2\x30.", "1"),
        ROW("K\1(\x30.", "1"),
        ROW("K\1\x32\x86.", "(1, 1)"),
        ROW("K\1q\5K\2r\6\0\0\0\x30\x30h\5j\6\0\0\0\x86.", "(1, 2)"),
        ROW("K\1p5\nK\2\x30\x30g5\n.", "1"),
        ROW("K\1\x94K\2\x94\x30\x30h\1h\0\x86.", "(2, 1)"),
        ROW("]q\0h\0a.", "[+[+[+[+[+[+[+[+...]]]]]]]]"), /* a list that contains itself */
    };
    EXPECT_ROWS(rows);
}

/* Nothing is called, built or loaded: what remains is a note of what was wanted. */
static void test_objects(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW("cos\nsystem\nX\x06\0\0\0rm -rf\x85R.", "<(<os\nsystem>, ('rm -rf'))>"),
        ROW("\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R.", "<(<'os', 'system'>, ('true'))>"),
        ROW("(X\x02\0\0\0lsios\nsystem\n.", "<(<os\nsystem>, ('ls'))>"),
        ROW("(cos\nsystem\nX\x02\0\0\0lso.", "<(<os\nsystem>, ('ls'))>"),
        ROW("ca\nB\n)\x81}X\1\0\0\0kK\1sb.", "<(<a\nB>, ())!{:'k', 1}>"),
        ROW("ca\nB\n)}\x92.", "<(<a\nB>, ())>"),
        ROW("ca\nB\n)RK\1K\2s(K\3K\4uK\5a.", "<(<a\nB>, ()):1, 2:3, 4+5>"),
        ROW("(K\1K\2tQ.", "@(1, 2)"),
        ROW("Pkey\n.", "@'key'"),
        ROW("K\1K\2b.", "1"), /* what cannot have a state has none */
        ROW("K\1K\2a.", "1"),
    };
    EXPECT_ROWS(rows);
}

static void test_nonsense(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ROW("", NULL),
        ROW(".", NULL),
        ROW("K\1", NULL),
        ROW("K", NULL),
        ROW("\x80", NULL),
        ROW("(.", NULL),
        ROW("K\1(.", NULL),
        ROW("0.", NULL),
        ROW("1.", NULL),
        ROW("2.", NULL),
        ROW("K\1(2.", NULL), /* what lies below a mark is out of reach */
        ROW("K\1(0000.", NULL),
        ROW("t.", NULL),
        ROW("K\1t.", NULL),
        ROW("\x85.", NULL),
        ROW("K\1(\x85.", NULL),
        ROW("K\1K\2\x87.", NULL),
        ROW("e.", NULL),
        ROW("(K\1e.", NULL),
        ROW("K\1a.", NULL),
        ROW("}K\1s.", NULL),
        ROW("}(K\1u.", NULL),
        ROW("(K\1d.", NULL),
        ROW("R.", NULL),
        ROW(")R.", NULL),
        ROW("K\1b.", NULL),
        ROW("Q.", NULL),
        ROW("(o.", NULL),
        ROW("ia\nb\n.", NULL),
        ROW("\x93.", NULL),
        ROW("K\1\x93.", NULL),
        ROW("\x94.", NULL),
        ROW("q\0.", NULL),
        ROW("h\0.", NULL),
        ROW("K\1q\2h\1.", NULL),
        ROW("K\1q\0j\xff\xff\xff\xff.", NULL),
        ROW("K\1r\xff\xff\xff\xff.", NULL),
        ROW("K\1r\0\0\0\x10.", NULL),
        ROW("K\1p-1\n.", NULL),
        ROW("K\1p1000000000000000000000\n.", NULL),
        ROW("gx\n.", NULL),
        ROW("cos\nsystem", NULL),
        ROW("cos", NULL),
        ROW("S'\n.", NULL),
        ROW("X\xff\xff\xff\xff.", NULL),
        ROW("T\xff\xff\xff\xff.", NULL),
        ROW("\x8b\0\0\0\x80.", NULL),
        ROW("\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", NULL),
        ROW("\x8e\0\0\0\0\0\0\0\x80.", NULL),
        ROW("\x8a\xff.", NULL),
        ROW("\x82\1.", NULL), /* an extension, of which only the reader could know */
        ROW("\x97.", NULL),   /* a buffer from elsewhere */
        ROW("\x98.", NULL),
        ROW("\xff.", NULL),
        ROW("\0.", NULL),
    };
    EXPECT_ROWS(rows);
}

/* Runs `count` times `repeated` behind `front`, and checks what is allocated against the budget. */
static void expect_bounded(const char *front, const char *repeated, size_t count, const char *end, bool complete)
{
    struct buffer data = {0};
    struct pickle pickle;
    put_text(&data, front);
    for (size_t i = 0; i < count; i++)
        put_text(&data, repeated);
    put_text(&data, end);
    assert_true(znn_pickle_run(&pickle, data.data, data.size, ZNN_PICKLE_BUDGET));
    size_t taken = pickle.value_capacity * sizeof *pickle.values +
                   (pickle.word_capacity + pickle.stack_capacity + pickle.mark_capacity + pickle.memo_capacity) * 4;
    assert_int_equal(taken, ZNN_PICKLE_BUDGET - pickle.budget);
    assert_true(taken <= 60 * data.size + 10000);
    assert_int_equal(pickle.complete, complete);
    znn_pickle_free(&pickle);
    znn_buffer_free(&data);
}

static void test_budget(void **state)
{
    (void)state;
    expect_bounded("", "(", 1000, "N.", true);
    expect_bounded("", "(", 1000000, "N.", true);
    expect_bounded("", "(", 20 << 20, "N.", false);
    expect_bounded("", "N", 20 << 20, "N.", false);
    expect_bounded("", "]", 20 << 20, "N.", false);
    expect_bounded("N", "\x85", 1000000, ".", true); /* a million tuples in each other */
    expect_bounded("]", "]a", 1000000, ".", true);
    expect_bounded("N", "\x94", 1000000, ".", true);
    expect_bounded("N", "Nb", 1000000, ".", true);
    expect_bounded("]", "Nb", 100000, ".", true);
    expect_bounded("ca\nb\n", ")R", 100000, ".", true);
    expect_bounded("ca\nb\n", ")R", 4 << 20, ".", false);
}

/* Ten lists, each ten times in the next: ten billion elements, as they say, and ten lists in truth. */
static void test_billion_laughs(void **state)
{
    (void)state;
    struct buffer data = {0};
    struct pickle pickle;
    put_text(&data, "]");
    for (char i = 0; i < 100; i++) {
        char memo[] = {'q', i};
        put(&data, memo, 2);
        put_text(&data, "](");
        for (int k = 0; k < 10; k++) {
            memo[0] = 'h';
            put(&data, memo, 2);
        }
        put_text(&data, "e");
    }
    put_text(&data, ".");
    assert_true(znn_pickle_run(&pickle, data.data, data.size, 1 << 16));
    assert_true(pickle.complete);
    assert_int_equal(pickle.value_count, VALUE_FIRST_FREE + 101);
    znn_pickle_free(&pickle);
    znn_buffer_free(&data);
}

/* Without any budget, and with every other one until the pickle fits. */
static void test_small_budgets(void **state)
{
    (void)state;
    struct buffer data = {0};
    pickle_start(&data);
    put_text(&data, "}(");
    for (uint32_t i = 0; i < 100; i++) {
        char key[] = {'k', (char)('0' + i / 10), (char)('0' + i % 10), 0};
        pickle_string(&data, key);
        put_text(&data, "\x94");
        pickle_vector(&data, key, i);
    }
    put_text(&data, "u.");
    bool complete = false;
    for (size_t budget = 0; !complete; budget += 97) {
        struct pickle pickle;
        assert_true(znn_pickle_run(&pickle, data.data, data.size, budget));
        complete = pickle.complete;
        znn_pickle_free(&pickle);
        assert_true(budget < 100000);
    }
    znn_buffer_free(&data);
}

static void test_skip(void **state)
{
    (void)state;
    static const char data[] = "\x80\x02X\x03\0\0\0a.bq\0.K\1.";
    struct byte_reader reader = byte_reader(data, sizeof data - 1);
    assert_int_equal(znn_pickle_skip(&reader), PICKLE_READ_OK);
    assert_int_equal(bytes_left(&reader), 3);
    assert_int_equal(znn_pickle_skip(&reader), PICKLE_READ_OK);
    assert_int_equal(znn_pickle_skip(&reader), PICKLE_READ_CUT);
    reader = byte_reader("K\1\xff.", 4);
    assert_int_equal(znn_pickle_skip(&reader), PICKLE_READ_UNKNOWN);
}

static void test_mutations(void **state)
{
    (void)state;
    static const char opcodes[] = "(.012BCFGIJKLMNPQRSTUVX]abcdeghijloprqstu})\x80\x81\x85\x86\x87\x88\x89\x8a\x8b\x8c"
                                  "\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96";
    struct random random = random_start("test_mutations");
    for (int i = 0; i < 100000; i++) {
        uint8_t data[64];
        struct pickle pickle;
        size_t size = 1 + random_below(&random, sizeof data);
        for (size_t k = 0; k < size; k++) {
            size_t opcode = random_below(&random, sizeof opcodes - 1);
            data[k] = random_below(&random, 4) ? (uint8_t)opcodes[opcode] : (uint8_t)random_below(&random, 4);
        }
        struct buffer out = {0};
        assert_true(znn_pickle_run(&pickle, data, size, 1 << 16));
        if (pickle.complete)
            show(&out, &pickle, pickle.result, 5);
        znn_buffer_free(&out);
        znn_pickle_free(&pickle);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),        cmocka_unit_test(test_containers), cmocka_unit_test(test_objects),
        cmocka_unit_test(test_nonsense),      cmocka_unit_test(test_budget),     cmocka_unit_test(test_billion_laughs),
        cmocka_unit_test(test_small_budgets), cmocka_unit_test(test_skip),       cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
