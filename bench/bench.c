/*
 * bench.c - the speed of znn inside one process
 *
 *     bench [--json] [--cpu] [--megabytes N] [--rounds N] [--threads N] [--only kernels|codec|whole]
 *           [BF16 | F16 | F32]...
 *
 * Makes models of the given types (by default all three; 540 megabytes each) in memory, and measures the kernels, the
 * entropy coder, and all of znn on each. measure.h explains the figures.  With --cpu, it measures processor time, which
 * is useful for one thread even if others use the machine. compare.sh measures whole processes, files and other
 * programs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "measure.h"
#include "weights.h"

struct request {
    struct bench_options options;
    size_t megabytes;
    const char *only;
    const char *types[8];
    unsigned type_count;
};

static int usage(void)
{
    fprintf(stderr, "usage: bench [--json] [--cpu] [--megabytes N] [--rounds N] [--threads N]\n"
                    "             [--only kernels|codec|whole] [BF16|F16|F32]...\n");
    return 2;
}

static bool parse(int argc, char **argv, struct request *request)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--cpu") == 0) {
            measure_processors();
            continue;
        }
        if (strcmp(argv[i], "--json") == 0) {
            request->options.json = true;
            continue;
        }
        if (weights_have(argv[i]) && request->type_count < 8) {
            request->types[request->type_count++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--only") == 0)
            request->only = value;
        else if (strcmp(argv[i], "--megabytes") == 0)
            request->megabytes = (size_t)strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--rounds") == 0)
            request->options.rounds = (unsigned)strtoul(value, NULL, 10);
        else if (strcmp(argv[i], "--threads") == 0)
            request->options.threads = (unsigned)strtoul(value, NULL, 10);
        else
            return false;
        i++;
    }
    return request->megabytes > 0 && request->options.rounds > 0 && request->options.rounds <= ROUNDS_MAX / 40;
}

static bool append(void *context, const uint8_t *data, size_t size)
{
    struct bench_model *model = context;
    memcpy(model->data + model->size, data, size); /* make_model() has seen to the room */
    model->size += size;
    return true;
}

static bool make_model(struct bench_model *model, const char *type, size_t megabytes)
{
    *model = (struct bench_model){.name = type, .width = strcmp(type, "F32") == 0 ? 4 : 2};
    model->data = malloc(megabytes * 1000000 + ((size_t)32 << 20));
    return model->data && weights_write(type, megabytes, append, model);
}

static bool wanted(const struct request *request, const char *part)
{
    return !request->only || strcmp(request->only, part) == 0;
}

static bool run(const struct request *request, const char *type)
{
    struct bench_model model;
    bool done = make_model(&model, type, request->megabytes);
    if (done && wanted(request, "kernels"))
        done = bench_kernels(&request->options, &model);
    if (done && wanted(request, "codec"))
        done = bench_codec(&request->options, &model);
    if (done && wanted(request, "whole"))
        done = bench_whole(&request->options, &model);
    free(model.data);
    return done;
}

int main(int argc, char **argv)
{
    struct request request = {.options.rounds = 5, .megabytes = 540};
    if (!parse(argc, argv, &request))
        return usage();
    if (request.type_count == 0) {
        request.types[0] = "BF16";
        request.types[1] = "F16";
        request.types[2] = "F32";
        request.type_count = 3;
    }
    for (unsigned i = 0; i < request.type_count; i++)
        if (!run(&request, request.types[i])) {
            fprintf(stderr, "bench: %s: failed, or no memory\n", request.types[i]);
            return 1;
        }
    return 0;
}
