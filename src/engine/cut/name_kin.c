/*
 * name_kin.c - names of tensors that mean the same
 *
 * A name is a path of pieces.  The start, the layer and the end are translated one after the other:
 *
 *     model. | layers.0. | self_attn.q_proj | .weight
 *            | blk.0.    | attn_q           | .weight
 *
 * The tables in name_kin_table.h list the middle of names in Hugging Face's style.
 */
#include "engine/cut/name_kin.h"

#include <stdbool.h>
#include <string.h>

#include "engine/cut/name_kin_table.h"

/* Words that say which class or wrapper saved the model. */
static const char *const wrappers[] = {"_orig_mod",  "backbone", "base_model",     "bert",
                                       "distilbert", "gpt_neox", "language_model", "model",
                                       "module",     "roberta",  "text_model",     "transformer"};

/* Pieces that a number of a layer follows. */
static const char *const layers[] = {"blk", "block", "blocks", "h", "layer", "layers"};

struct text {
    const char *at;
    size_t size;
};

struct spelling {
    char *text;
    size_t size;
    bool is_full;
};

static void append(struct spelling *spelling, const char *text, size_t size)
{
    spelling->is_full = spelling->is_full || size > KIN_NAME_MAX - spelling->size;
    if (spelling->is_full)
        return;
    memcpy(spelling->text + spelling->size, text, size);
    spelling->size += size;
}

static struct text first_piece(struct text path)
{
    const char *dot = path.size > 0 ? memchr(path.at, '.', path.size) : NULL;
    return (struct text){path.at, dot ? (size_t)(dot - path.at) : path.size};
}

/* Returns the path after its first piece. */
static struct text rest_of(struct text path)
{
    size_t size = first_piece(path).size;
    size += size < path.size; /* the dot */
    return (struct text){path.at + size, path.size - size};
}

static bool is_number(struct text piece)
{
    for (size_t i = 0; i < piece.size; i++)
        if (piece.at[i] < '0' || piece.at[i] > '9')
            return false;
    return piece.size > 0;
}

static bool is_word(struct text piece, const char *word)
{
    return strlen(word) == piece.size && memcmp(piece.at, word, piece.size) == 0;
}

static bool is_among(struct text piece, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_word(piece, words[i]))
            return true;
    return false;
}

static bool starts_layer(struct text path)
{
    return is_among(first_piece(path), layers, sizeof layers / sizeof *layers) && is_number(first_piece(rest_of(path)));
}

/* An encoder or decoder often is the only one of a model.  Only T5, whose layers are called "block", has both. */
static bool is_lone_coder(struct text path)
{
    struct text next = rest_of(path);
    bool is_coder = is_word(first_piece(path), "encoder") || is_word(first_piece(path), "decoder");
    return is_coder && (is_word(first_piece(next), "embed_tokens") || is_word(first_piece(next), "embed_positions") ||
                        (starts_layer(next) && !is_word(first_piece(next), "block")));
}

static struct text skip_wrappers(struct text path)
{
    while (rest_of(path).size > 0 && !is_number(first_piece(rest_of(path))) &&
           (is_among(first_piece(path), wrappers, sizeof wrappers / sizeof *wrappers) || is_lone_coder(path)))
        path = rest_of(path);
    return path;
}

/* Translates the layer at the start of the path, if there is one.  Returns the path after it. */
static struct text take_layer(struct text path, struct spelling *spelling)
{
    struct text start = first_piece(path), next = rest_of(path);
    bool is_coder =
        is_word(start, "encoder") || is_word(start, "decoder") || is_word(start, "enc") || is_word(start, "dec");
    if (is_coder && starts_layer(next)) {
        append(spelling, start.at, 3);
        append(spelling, ".", 1);
        path = next;
    }
    if (!starts_layer(path))
        return path;
    struct text number = first_piece(rest_of(path));
    append(spelling, "blk.", 4);
    append(spelling, number.at, number.size);
    append(spelling, ".", 1);
    return rest_of(rest_of(path));
}

/* Copies the path with '#' for each number.  Sets `number` to the last one.  Returns false if there is no room. */
static bool hide_numbers(struct text path, char hidden[KIN_NAME_MAX + 1], struct text *number)
{
    struct spelling copy = {.text = hidden};
    *number = (struct text){"", 0};
    for (; path.size > 0; path = rest_of(path)) {
        struct text piece = first_piece(path);
        if (copy.size > 0)
            append(&copy, ".", 1);
        if (is_number(piece))
            *number = piece;
        append(&copy, is_number(piece) ? "#" : piece.at, is_number(piece) ? 1 : piece.size);
    }
    hidden[copy.size] = '\0';
    return !copy.is_full;
}

static const struct kin *find(const struct kin *table, size_t count, const char *name)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(table[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && strcmp(table[low].name, name) == 0 ? &table[low] : NULL;
}

/* Finds the middle of a name.  It may be the whole path or, usually, the path without its last piece. */
static const struct kin *find_middle(struct text path, bool is_layer, size_t *middle, struct text *number)
{
    const struct kin *table = is_layer ? kin_in_layer : kin_outside;
    size_t count = is_layer ? sizeof kin_in_layer / sizeof *kin_in_layer : sizeof kin_outside / sizeof *kin_outside;
    char hidden[KIN_NAME_MAX + 1];
    *middle = path.size;
    const struct kin *kin = hide_numbers(path, hidden, number) ? find(table, count, hidden) : NULL;
    if (kin)
        return kin;
    while (*middle > 0 && path.at[*middle - 1] != '.')
        (*middle)--;
    if (*middle == 0)
        return NULL;
    (*middle)--; /* the dot */
    return hide_numbers((struct text){path.at, *middle}, hidden, number) ? find(table, count, hidden) : NULL;
}

/* Appends a middle in llama.cpp's style, with the number for its '#'. */
static void append_middle(struct spelling *spelling, const char *gguf, struct text number)
{
    const char *mark = strchr(gguf, '#');
    append(spelling, gguf, mark ? (size_t)(mark - gguf) : strlen(gguf));
    if (mark)
        append(spelling, number.at, number.size);
}

size_t znn_name_kin(const char *name, size_t size, unsigned choice, char spelling[KIN_NAME_MAX])
{
    struct spelling result = {.text = spelling};
    struct text number, path = {name, size};
    size_t middle;
    if (size == 0 || size > KIN_NAME_MAX)
        return 0;
    path = take_layer(skip_wrappers(path), &result);
    const struct kin *kin = find_middle(path, result.size > 0, &middle, &number);
    if (choice > 0 && (!kin || !kin->other))
        return 0;
    if (kin) {
        append_middle(&result, choice == 0 ? kin->gguf : kin->other, number);
        path = (struct text){path.at + middle, path.size - middle};
    }
    append(&result, path.at, path.size);
    return result.is_full ? 0 : result.size;
}
