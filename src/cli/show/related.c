/*
 * related.c - 'znn stat A B --related': would a delta help?
 *
 *     child.safetensors on base.safetensors
 *       tensors     53 of 53 have a partner, and 53 gain from it
 *       partners    53 by name
 *       alone       4.20 MiB, 66.2% left
 *       with base   1.87 MiB, 29.5% left
 *       yes: znn compress --base base.safetensors child.safetensors
 *
 * Everything is estimated from samples, so it takes seconds, whatever the size.
 */
#include "cli/show/related.h"

#include "cli/input/base_chain.h"
#include "cli/say/message.h"
#include "cli/say/text.h"
#include "cli/say/units.h"
#include "cli/show/failure.h"
#include "cli/show/partners.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The percentage that a delta must save to be worth keeping a base. */
enum { WORTHWHILE_PERCENT = 5 };

bool znn_relation_is_worthwhile(const struct znn_relation *relation)
{
    return relation->alone - relation->delta > relation->alone / 100 * WORTHWHILE_PERCENT;
}

static void print_estimate(const char *what, uint64_t left, uint64_t size)
{
    printf("  %-10s  %s, %s left\n", what, znn_size_figure(left).text, znn_share_figure(left, size).text);
}

static void print(const char *const *paths, const struct znn_relation *relation)
{
    znn_text_write_shown(stdout, paths[0], strlen(paths[0]));
    fputs(" on ", stdout);
    znn_text_write_shown(stdout, paths[1], strlen(paths[1]));
    printf("\n  tensors     %" PRIu64 " of %" PRIu64 " have a partner, and %" PRIu64 " gain%s from it\n",
           relation->matched, relation->tensors, relation->related, relation->related == 1 ? "s" : "");
    if (relation->matched > 0) {
        const uint64_t counts[] = {0, relation->named, relation->translated, relation->similar, relation->shaped};
        fputs("  partners    ", stdout);
        znn_matches_print(counts, relation->converted);
        putchar('\n');
    }
    print_estimate("alone", relation->alone, relation->size);
    print_estimate("with base", relation->delta, relation->size);
    if (znn_relation_is_worthwhile(relation)) {
        fputs("  yes: znn compress --base ", stdout);
        znn_text_write_shown(stdout, paths[1], strlen(paths[1]));
        putchar(' ');
        znn_text_write_shown(stdout, paths[0], strlen(paths[0]));
        putchar('\n');
    } else {
        puts("  no: it would save next to nothing");
    }
}

static void write_relation(const char *const *paths, const struct znn_relation *relation, struct json *json)
{
    znn_json_begin(json, NULL, '{');
    znn_json_string(json, "path", paths[0], strlen(paths[0]));
    znn_json_bool(json, "ok", true);
    znn_json_string(json, "base", paths[1], strlen(paths[1]));
    znn_json_bool(json, "related", znn_relation_is_worthwhile(relation));
    znn_json_number(json, "tensor_count", relation->tensors);
    znn_json_number(json, "matched_tensors", relation->matched);
    znn_json_number(json, "related_tensors", relation->related);
    znn_json_number(json, "converted_tensors", relation->converted);
    znn_json_number(json, "named_tensors", relation->named);
    znn_json_number(json, "translated_tensors", relation->translated);
    znn_json_number(json, "similar_tensors", relation->similar);
    znn_json_number(json, "shaped_tensors", relation->shaped);
    znn_json_number(json, "tensor_bytes", relation->size);
    znn_json_number(json, "alone_bytes", relation->alone);
    znn_json_number(json, "delta_bytes", relation->delta);
    znn_json_end(json, '}');
}

/* `relation` is NULL after a failure. */
static void write_json(const char *const *paths, const struct znn_relation *relation)
{
    struct json json = {0};
    znn_json_begin(&json, NULL, '[');
    if (relation)
        write_relation(paths, relation, &json);
    else
        znn_failure_write(&json, paths[0]);
    znn_json_end(&json, ']');
}

static bool relate(const struct input_file *file, const struct base_chain *chain, struct znn_relation *relation)
{
    struct znn_input input = znn_input_file_stream(file);
    const char *name = file->name;
    struct znn_error error = {.struct_size = sizeof(struct znn_error), .offset = UINT64_MAX};
    if (znn_input_file_is_empty(file))
        return znn_say_error(name, "is empty; fetch the file again, or restore it from a backup");
    if (input.size == ZNN_SIZE_UNKNOWN)
        return znn_say_error(name, "is a stream, but samples come from all over a file; give a file");
    if (znn_input_file_is_znn(file))
        return znn_say_error(name, "is already compressed; give the decompressed model (only the "
                                   "base may be a .znn file)");
    return znn_relate(&input, znn_base_chain_base(chain), relation, &error) == ZNN_OK ||
           znn_base_chain_say(chain, file, &error);
}

int znn_related_run(struct settings *settings)
{
    const char *const *paths = (const char *const *)settings->operands;
    struct input_file file;
    struct base_chain chain = {.count = 0};
    struct znn_relation relation = ZNN_INIT(struct znn_relation);
    if (settings->operand_count != 2) {
        znn_say_error(NULL, "--related takes two files: znn stat MODEL BASE --related");
        return EXIT_USAGE;
    }
    if (settings->tree.recursive) {
        znn_say_error(NULL, "--related compares two files; leave out -r");
        return EXIT_USAGE;
    }
    bool fine = znn_input_file_open(&file, paths[0], false);
    if (fine) {
        fine = znn_base_chain_open(&chain, paths[1], settings->base.directory) && relate(&file, &chain, &relation);
        znn_base_chain_close(&chain);
        znn_input_file_close(&file);
    }
    if (settings->json)
        write_json(paths, fine ? &relation : NULL);
    else if (fine)
        print(paths, &relation);
    fine = znn_stdout_finish() && fine;
    return fine ? EXIT_DONE : EXIT_FAILED;
}
