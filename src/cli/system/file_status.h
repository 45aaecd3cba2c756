/*
 * file_status.h - what the system knows about a file: its identity, kind, size and times
 *
 * Two paths lead to one file if the identities are equal: the number of the device, and the number of the file on it.
 * That is true through links of all kinds.
 *
 * Every change of a file sets its time of change, even if only its mode or a name changes.  A program can set the time
 * of modification back, but not this one.
 */
#ifndef ZNN_CLI_SYSTEM_FILE_STATUS_H
#define ZNN_CLI_SYSTEM_FILE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

enum file_kind {
    FILE_UNKNOWN, /* the status was not read */
    FILE_REGULAR,
    FILE_DIRECTORY,
    FILE_LINK, /* a symbolic link */
    FILE_FIFO, /* a FIFO or pipe */
    FILE_CHARACTER_DEVICE,
    FILE_BLOCK_DEVICE,
    FILE_OTHER
};

struct file_id {
    uint64_t device;
    uint64_t number; /* never 0 */
};

struct file_time {
    int64_t seconds;
    int32_t nanoseconds;
};

/*
 * A zeroed struct is an unknown status.
 */
struct file_status {
    struct file_id id;
    enum file_kind kind;
    unsigned mode; /* permissions and set-id bits */
    uint32_t owner;
    uint32_t group;
    uint64_t size;
    uint64_t space; /* bytes that it takes on the disk */
    uint64_t names; /* hard links */
    struct file_time accessed;
    struct file_time modified;
    struct file_time changed;
};

/*
 * Read the status of the file that `path` leads to, of `path` itself even if it is a symbolic link, or of an open file.
 * Return false with errno set if this fails.
 */
bool znn_file_status(const char *path, struct file_status *status);
bool znn_file_status_itself(const char *path, struct file_status *status);
bool znn_file_status_open(int fd, struct file_status *status);

/*
 * Return true if `path` leads to a file of any kind, to one that may be read, or to a directory.  The first two set
 * errno if not.
 */
bool znn_file_exists(const char *path);
bool znn_file_may_be_read(const char *path);
bool znn_file_is_directory(const char *path);

/*
 * Compares two identities, for sorting: less than 0, 0 if they are equal, or more than 0.
 */
int znn_file_id_compare(const struct file_id *a, const struct file_id *b);

/*
 * Compare two states: are they of the same file, and did its content stay the same, or did everything?
 */
bool znn_file_is_same(const struct file_status *a, const struct file_status *b);
bool znn_file_is_same_content(const struct file_status *a, const struct file_status *b);
bool znn_file_is_untouched(const struct file_status *a, const struct file_status *b);

#endif
