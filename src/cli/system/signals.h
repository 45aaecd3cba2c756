/*
 * signals.h - removes a half-written file if a signal stops the program
 *
 * At most one temporary file is guarded at a time.  When SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXCPU or SIGXFSZ arrives,
 * the handler removes the file and then lets the signal take effect, so that the parent process sees which signal
 * killed the program.
 *
 * A temporary file must never exist unguarded, and a finished output must never be guarded.  So signals are held back
 * while a file is created and guarded, and while it gets its final name and the guard is removed:
 *
 *     znn_signals_hold(); create the file; znn_signals_guard(path); znn_signals_release();
 *     ...
 *     znn_signals_hold(); rename the file; znn_signals_guard(NULL); znn_signals_release();
 *
 * Holding affects only the calling thread.  This is enough because the library's worker threads live only within
 * znn_compress() and znn_decompress(), where the guard does not change.
 */
#ifndef ZNN_CLI_SYSTEM_SIGNALS_H
#define ZNN_CLI_SYSTEM_SIGNALS_H

/*
 * Sets the handlers.  A signal that was ignored when the program started, as under nohup, stays ignored.
 */
void znn_signals_install(void);

/*
 * Hold the signals back, and let them through again.  The calls do not nest.
 */
void znn_signals_hold(void);
void znn_signals_release(void);

/*
 * Sets the file to remove, or none if `path` is NULL.  The string must stay valid until the next call.
 */
void znn_signals_guard(const char *path);

/*
 * Sets a text to write to standard error before a signal takes effect, so that no half-written line stays on the
 * terminal.  NULL means none.  The text must be static.
 */
void znn_signals_wipe(const char *text);

#endif
