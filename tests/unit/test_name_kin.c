/*
 * test_name_kin.c - names of tensors in the styles of Hugging Face and llama.cpp
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "engine/cut/name_kin.h"
#include "engine/cut/name_kin_table.h"
#include "support.h"

/* A name, and its spellings.  `second` is NULL if there is only one. */
struct spelled {
    const char *name;
    const char *first;
    const char *second;
};

static const struct spelled names[] = {
    /* Llama, Qwen, Gemma */
    {"model.embed_tokens.weight", "token_embd.weight", NULL},
    {"lm_head.weight", "output.weight", NULL},
    {"model.norm.weight", "output_norm.weight", NULL},
    {"model.layers.0.self_attn.q_proj.weight", "blk.0.attn_q.weight", NULL},
    {"model.layers.31.self_attn.k_proj.bias", "blk.31.attn_k.bias", NULL},
    {"model.layers.7.self_attn.o_proj.weight", "blk.7.attn_output.weight", NULL},
    {"model.layers.7.mlp.gate_proj.weight", "blk.7.ffn_gate.weight", NULL},
    {"model.layers.7.mlp.down_proj.weight_scale_inv", "blk.7.ffn_down.weight_scale_inv", NULL},
    {"model.layers.7.input_layernorm.weight", "blk.7.attn_norm.weight", NULL},
    {"model.layers.7.post_attention_layernorm.weight", "blk.7.post_attention_norm.weight", "blk.7.ffn_norm.weight"},
    {"model.layers.7.pre_feedforward_layernorm.weight", "blk.7.ffn_norm.weight", NULL},
    {"model.layers.7.post_feedforward_layernorm.weight", "blk.7.post_ffw_norm.weight", NULL},
    {"model.layers.7.self_attn.q_norm.weight", "blk.7.attn_q_norm.weight", NULL},
    {"language_model.model.layers.7.self_attn.v_proj.weight", "blk.7.attn_v.weight", NULL},
    {"layers.3.attention.wq.weight", "blk.3.attn_q.weight", NULL},
    {"layers.3.feed_forward.w2.weight", "blk.3.ffn_down.weight", NULL},
    /* Experts */
    {"model.layers.2.block_sparse_moe.gate.weight", "blk.2.ffn_gate_inp.weight", NULL},
    {"model.layers.2.block_sparse_moe.experts.13.w1.weight", "blk.2.ffn_gate.13.weight", NULL},
    {"model.layers.2.mlp.experts.113.down_proj.weight", "blk.2.ffn_down.113.weight", NULL},
    {"model.layers.2.mlp.shared_experts.up_proj.weight", "blk.2.ffn_up_shexp.weight", NULL},
    {"model.layers.2.self_attn.kv_a_proj_with_mqa.weight", "blk.2.attn_kv_a_mqa.weight", NULL},
    /* GPT-2, GPT-NeoX, Phi, Falcon, BERT, T5 */
    {"transformer.wte.weight", "token_embd.weight", NULL},
    {"wpe.weight", "position_embd.weight", NULL},
    {"transformer.h.11.attn.c_attn.weight", "blk.11.attn_qkv.weight", NULL},
    {"h.11.mlp.c_fc.bias", "blk.11.ffn_up.bias", NULL},
    {"transformer.ln_f.bias", "output_norm.bias", NULL},
    {"gpt_neox.embed_in.weight", "token_embd.weight", NULL},
    {"gpt_neox.layers.5.attention.query_key_value.weight", "blk.5.attn_qkv.weight", NULL},
    {"model.layers.5.self_attn.dense.bias", "blk.5.attn_output.bias", NULL},
    {"model.layers.5.mlp.gate_up_proj.weight", "blk.5.ffn_up.weight", NULL},
    {"transformer.h.5.self_attention.query_key_value.weight", "blk.5.attn_qkv.weight", NULL},
    {"bert.encoder.layer.4.attention.output.LayerNorm.weight", "blk.4.attn_output_norm.weight", NULL},
    {"encoder.layer.4.output.dense.bias", "blk.4.ffn_down.bias", NULL},
    {"bert.embeddings.LayerNorm.weight", "token_embd_norm.weight", NULL},
    {"encoder.block.1.layer.0.SelfAttention.q.weight", "enc.blk.1.attn_q.weight", NULL},
    {"decoder.block.1.layer.1.EncDecAttention.k.weight", "dec.blk.1.cross_attn_k.weight", NULL},
    {"backbone.layers.1.mixer.in_proj.weight", "blk.1.ssm_in.weight", NULL},
    /* GGUF names are their own spellings. */
    {"blk.0.attn_q.weight", "blk.0.attn_q.weight", NULL},
    {"blk.0.ffn_norm.weight", "blk.0.ffn_norm.weight", NULL},
    {"enc.blk.0.attn_q.weight", "enc.blk.0.attn_q.weight", NULL},
    {"token_embd.weight", "token_embd.weight", NULL},
    {"output.weight", "output.weight", NULL},
    /* Other names lose only words about classes. */
    {"module.model.vision.patch.weight", "vision.patch.weight", NULL},
    {"model.0.weight", "model.0.weight", NULL},
    {"model", "model", NULL},
    {"model.layers.x.q", "layers.x.q", NULL},
    {"layers.5", "blk.5.", NULL},
    {"..a", "..a", NULL},
    {"\xff\xfe", "\xff\xfe", NULL},
};

static void expect(const char *name, unsigned choice, const char *expected)
{
    char spelling[KIN_NAME_MAX];
    size_t size = znn_name_kin(name, strlen(name), choice, spelling);
    if (size != strlen(expected ? expected : "") || memcmp(spelling, expected ? expected : "", size) != 0)
        fail_msg("spelling %u of %s is '%.*s'", choice, name, (int)size, spelling);
}

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        expect(names[i].name, 0, names[i].first);
        expect(names[i].name, 1, names[i].second);
    }
}

/* Finds each row of a table.  A binary search would miss a row that is out of order. */
static void expect_rows(const struct kin *rows, size_t count, const char *layer, const char *gguf_layer)
{
    for (size_t i = 0; i < count; i++) {
        char name[100], spelling[100];
        const char *mark = strchr(rows[i].gguf, '#');
        int before = mark ? (int)(mark - rows[i].gguf) : (int)strlen(rows[i].gguf);
        snprintf(name, sizeof name, "%s%s.weight", layer, rows[i].name);
        snprintf(spelling, sizeof spelling, "%s%.*s%s.weight", gguf_layer, before, rows[i].gguf, mark ? "5" : "");
        for (char *number = strchr(name, '#'); number; number = strchr(number, '#'))
            *number = '5';
        expect(name, 0, spelling);
    }
}

static void test_rows(void **state)
{
    (void)state;
    expect_rows(kin_in_layer, sizeof kin_in_layer / sizeof *kin_in_layer, "model.layers.3.", "blk.3.");
    expect_rows(kin_outside, sizeof kin_outside / sizeof *kin_outside, "", "");
}

/* Names and spellings are limited. */
static void test_lengths(void **state)
{
    char name[KIN_NAME_MAX + 2], spelling[KIN_NAME_MAX];
    (void)state;
    memset(name, 'a', sizeof name);
    assert_int_equal(znn_name_kin(name, 0, 0, spelling), 0);
    assert_int_equal(znn_name_kin(name, KIN_NAME_MAX, 0, spelling), KIN_NAME_MAX);
    assert_int_equal(znn_name_kin(name, KIN_NAME_MAX + 1, 0, spelling), 0);
    memcpy(name, "layers.7.", 9); /* "blk.7." is shorter */
    assert_int_equal(znn_name_kin(name, KIN_NAME_MAX, 0, spelling), KIN_NAME_MAX - 3);
    memcpy(name, "h.7.", 4); /* "blk.7." is longer */
    assert_int_equal(znn_name_kin(name, KIN_NAME_MAX, 0, spelling), 0);
}

/* Any bytes are a name. */
static void test_anything(void **state)
{
    static const char *const pieces[] = {"model", "layers",    "h",      "0",      "77",  "encoder",
                                         "block", "self_attn", "q_proj", "weight", "",    "experts",
                                         "mlp",   "#",         "blk",    "dec",    "norm"};
    struct random random = random_start(__func__);
    (void)state;
    for (unsigned round = 0; round < 200000; round++) {
        char name[400], spelling[KIN_NAME_MAX];
        size_t size = 0, count = random_below(&random, 40);
        for (size_t i = 0; i < count && size < 300; i++) {
            const char *piece = pieces[random_below(&random, sizeof pieces / sizeof *pieces)];
            memcpy(name + size, piece, strlen(piece));
            size += strlen(piece);
            if (random_below(&random, 8) > 0)
                name[size++] = '.';
        }
        size_t length = znn_name_kin(name, size, (unsigned)random_below(&random, 2), spelling);
        assert_true(length <= KIN_NAME_MAX && (size > 0 || length == 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
