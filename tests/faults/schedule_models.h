/*
 * schedule_models.h - the models of schedules.c, and the files with them
 *
 * A few models of some KiB.  Each is a good base for any other.  If a function fails, it ends the program.
 */
#ifndef ZNN_TESTS_SCHEDULE_MODELS_H
#define ZNN_TESTS_SCHEDULE_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODELS = 4 };

struct bytes {
    uint8_t *data;
    size_t size;
};

extern const char *const names[MODELS];
extern const char *const stems[MODELS];
extern const char *const extensions[MODELS];
extern struct bytes models[MODELS];

void die(const char *what);

void make_models(void);

bool is_same(const struct bytes *a, const struct bytes *b);

/*
 * Does the path end like this?
 */
bool is_called(const char *path, const char *end);

void write_file(const char *path, const struct bytes *bytes);

/*
 * The caller frees the data.
 */
struct bytes read_file(const char *path);

/*
 * Writes a .znn file of a model, with another one as its base unless that is -1.  `extension` may be NULL.
 */
void write_packed(const char *path, int model, int base_model, const char *extension);

/*
 * Which model does a .znn file give with this base, or without one if that is -1?  -1 for none.
 */
int unpack(const struct bytes *packed, int base_model);

/*
 * Gives the file the time of its model, so that one looks up to date with the other.
 */
void set_time(const char *path, int model);

#endif
