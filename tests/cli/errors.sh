#!/bin/sh
# Failures: one line each, exit code 1, and the other files are done.
. "$(dirname "$0")/lib.sh"

begin "one of several"
echo 1 >a.bin
echo 3 >c.bin
expect 1 "$ZNN" compress a.bin missing c.bin
says "znn: missing: could not open: No such file or directory"
only a.bin a.znn c.bin c.znn
rm ./*.bin
echo garbage >b.znn
expect 1 "$ZNN" decompress a.znn b.znn c.znn
says "znn: b.znn: not a .znn file"
only a.bin a.znn b.znn c.bin c.znn
expect 1 "$ZNN" compress ''
says "znn: '': could not open"

begin "what is no .znn file"
: >empty.znn
expect 1 "$ZNN" decompress empty.znn
says "empty.znn: "
echo 'version https://git-lfs.github.com/spec/v1' >lfs.znn
expect 1 "$ZNN" decompress lfs.znn
says "lfs.znn: not a .znn file"
expect 1 "$ZNN" decompress - <lfs.znn
says "(stdin): not a .znn file"
only empty.znn lfs.znn

begin "bytes after the end"
make_model a.safetensors
expect 0 "$ZNN" compress a.safetensors
rm a.safetensors
echo >>a.znn
expect 1 "$ZNN" decompress a.znn
says "a.znn: the file is damaged"
cp a.znn b.znn
cat b.znn >>a.znn
expect 1 "$ZNN" decompress a.znn
says "a.znn: the file is damaged"
expect 1 "$ZNN" decompress <a.znn
says "(stdin): the file is damaged"
only a.znn b.znn

begin "a name stays on its line"
name=$(printf 'a\nznn: b\033[31m\\.\303\251\351\342\200\256.bin')
expect 1 "$ZNN" compress "$name"
says "$(printf '%s\303\251%s' 'znn: a\x0aznn: b\x1b[31m\.' '\xe9\xe2\x80\xae.bin: could not open')"
expect 1 "$ZNN" compress "$(printf '\300\200\355\240\200\364\220\200\200\302\205')"
says 'znn: \xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xc2\x85: could not open'
expect 2 "$ZNN" "$(printf 'a\nb')"
says "unknown command 'a\\x0ab'"
long=$(printf '%05000d' 7)
expect 1 "$ZNN" compress "$long"
says "File name too long"

begin "permissions"
if [ "$(id -u)" -ne 0 ]; then
    echo content >a.bin
    chmod 000 a.bin
    expect 1 "$ZNN" compress a.bin
    says "a.bin: could not open: Permission denied"
    chmod 600 a.bin
    mkdir d
    cp a.bin d
    chmod 500 d
    expect 1 "$ZNN" compress d/a.bin
    says "d/a.znn: could not create: Permission denied"
    expect 0 "$ZNN" compress a.bin
    cp a.znn d 2>/dev/null && fail "the directory can be written"
    chmod 700 d
fi

begin "a limit on the size of files"
make_random a.bin 64
(
    ulimit -f 8
    trap '' XFSZ
    expect 1 "$ZNN" compress a.bin 2>/dev/null
    says "a.znn: could not write: File too large"
    exit "$failures"
) || fail "see above"
only a.bin
finish
