#!/bin/sh
# znn as a filter, without a command: how tar, and people who know gzip, call it.
. "$(dirname "$0")/lib.sh"

begin "a filter"
make_layers m
"$ZNN" <m >m.znn 2>"$logs/err" || fail "znn alone does not compress"
silent
expect 0 "$ZNN" test m.znn
"$ZNN" -d <m.znn >again 2>"$logs/err" || fail "znn -d does not decompress"
silent
same m again
# shellcheck disable=SC2002 # a pipe on both sides
cat m | "$ZNN" -T 2 -9 | "$ZNN" -d -9 | cmp - m || fail "not with a level and pipes"
"$ZNN" --decompress <m.znn | cmp - m || fail "not with the long flag"
"$ZNN" compress - <m | cmp - m.znn || fail "another .znn than with the command"

begin "files"
make_layers m.safetensors
expect 0 "$ZNN" compress m.safetensors
cp m.safetensors original
rm m.safetensors
expect 0 "$ZNN" -d m.znn
same m.safetensors original
expect 0 "$ZNN" -dfo other m.znn
same other original
"$ZNN" -dc m.znn 2>"$logs/err" | cmp - original || fail "znn -dc FILE"
expect 0 "$ZNN" decompress -d -f m.znn

begin "no filter"
expect 2 "$ZNN" </dev/null
grep -q "znn help" "$logs/err" || fail "no pointer to the help"
[ ! -s "$logs/out" ] || fail "output without input"
mkdir folder
expect 2 "$ZNN" <folder
expect 2 "$ZNN" -9 </dev/null
says "no command given"
echo x >x
expect 2 "$ZNN" --json <x
says "--json prints to standard output"
expect 2 "$ZNN" --svg y <x
says "not a flag of 'znn compress'"
expect 1 "$ZNN" -d <x
expect 0 "$ZNN" -d --help
prints "Usage: znn decompress"
expect 0 "$ZNN" --help <x
prints "Usage: znn COMMAND"

begin "tar"
command -v tar >/dev/null && tar --version 2>/dev/null | grep -q GNU || {
    echo "note: there is no GNU tar, so its part was left out"
    finish
}
PATH=$(dirname "$ZNN"):$PATH
mkdir -p models/deep
make_layers models/a.safetensors
make_random models/deep/b 300
ln -s a.safetensors models/link
: >models/empty
expect 0 tar -I znn -cf x.tar.znn models
expect 0 znn test x.tar.znn
expect 0 tar -I 'znn -9 -T 2' -cf y.tar.znn models
tar -I znn -cf - models >z.tar.znn || fail "tar to standard output"
for archive in x y z; do
    expect 0 tar -I znn -tf $archive.tar.znn
    prints "models/deep/b"
    mkdir $archive
    expect 0 tar -I 'znn -9' -xf $archive.tar.znn -C $archive
    diff -r models $archive/models >"$logs/diff" || fail "$archive: $(cat "$logs/diff")"
    [ -L $archive/models/link ] || fail "$archive: the link is none"
done
mkdir piped
# shellcheck disable=SC2002 # a pipe
cat x.tar.znn | tar -I znn -xf - -C piped || fail "tar from a pipe"
diff -r models piped/models >"$logs/diff" || fail "piped: $(cat "$logs/diff")"
flip x.tar.znn 4000
mkdir damaged
expect 2 tar -I znn -xf x.tar.znn -C damaged
finish
