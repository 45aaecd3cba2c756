/*
 * signals.h - a program that is stopped leaves no half-written file behind
 *
 * At any time at most one temporary file is guarded.  When SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXCPU or SIGXFSZ
 * arrives, the handler removes it and lets the signal do what it would have done, so that whoever waits for the
 * program sees that it was killed, and by what.
 *
 * A file must never exist unguarded, nor be guarded when it has become the finished output.  So the signals are held
 * back while a file is created and its guard set, and while it takes its final name and the guard is lifted:
 *
 *     znn_signals_hold(); create the file; znn_signals_guard(path); znn_signals_release();
 *     ...
 *     znn_signals_hold(); rename the file; znn_signals_guard(NULL); znn_signals_release();
 *
 * Holding covers the calling thread alone.  It suffices because the library's worker threads live only within
 * znn_compress() and znn_decompress(), where the guard does not change.
 */
#ifndef ZNN_CLI_INPUT_SIGNALS_H
#define ZNN_CLI_INPUT_SIGNALS_H

/*
 * Sets the handlers.  A signal that was ignored when the program started, as under nohup, stays ignored.
 */
void znn_signals_install(void);

/*
 * Holds the signals back, and lets them through again.  They do not nest.
 */
void znn_signals_hold(void);
void znn_signals_release(void);

/*
 * Names the file to remove, or none where `path` is NULL.  The string must stay until the next call.
 */
void znn_signals_guard(const char *path);

/*
 * What to write to standard error before the signal strikes, so that the shell does not find a half-written line there;
 * NULL for nothing.  Static.
 */
void znn_signals_wipe(const char *text);

#endif
