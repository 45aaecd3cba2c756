#!/bin/sh
# The same command once more: what is up to date is left alone, and what looks so is compared before anything is
# removed.
. "$(dirname "$0")/lib.sh"

# total TEXT: the summary contains it.
total() {
    tail -n 1 "$logs/err" | grep -qF -e "$1" || fail "no '$1' in: $(cat "$logs/err")"
}

# numbers DIRECTORY: inode numbers and times of the files below it, which tell whether they were touched.
numbers() {
    find "$1" ! -type d -exec ls -li --time-style=full-iso {} + | LC_ALL=C sort
}

# make_tree DIRECTORY: three models of different times, an empty one and a text.
make_tree() {
    mkdir -p "$1/a"
    make_model "$1/x.safetensors"
    make_layers "$1/a/y.safetensors"
    make_random "$1/a/z.bin" 9
    : >"$1/empty.bin"
    echo text >"$1/notes.txt"
    touch -d '2021-02-03 04:05:06.123456789' "$1/a/z.bin"
}

begin "beside the inputs"
make_tree m
expect 0 "$ZNN" compress -r m
before=$(numbers m)
expect 0 "$ZNN" compress -r m
says 'm: 0 files, 0 B -> 0 B, 4 up to date, 5 skipped, 0 failed'
expect 0 "$ZNN" compress -rf -9 m
total ', 4 up to date, 5 skipped, 0 failed'
expect 0 "$ZNN" decompress -r m
says 'm: 0 files, 0 B -> 0 B, 4 up to date, 5 skipped, 0 failed'
[ "$before" = "$(numbers m)" ] || fail "a file was touched"
expect 0 "$ZNN" compress -r -v m
grep -qxF 'm/a/z.bin -> m/a/z.bin.znn: up to date' "$logs/err" || fail "-v says nothing: $(cat "$logs/err")"
expect 0 "$ZNN" compress -rq --json m
silent
is_json
[ "$(grep -c '"up_to_date": true' "$logs/out")" -eq 4 ] || fail "JSON: $(cat "$logs/out")"

begin "a model whose time differs by a second"
make_model m.safetensors
touch -d '2021-02-03 04:05:06' m.safetensors
expect 0 "$ZNN" compress -r .
touch -d '2021-02-03 04:05:07' m.safetensors
expect 1 "$ZNN" compress -r .
grep -qF 'm.safetensors.znn: exists already' "$logs/err" || fail "$(cat "$logs/err")"

begin "in another directory, and one file has changed"
make_tree m
expect 0 "$ZNN" compress -r --all m -o out
expect 0 "$ZNN" compress -r --all m -o out
says 'm: 0 files, 0 B -> 0 B, 5 up to date, 0 skipped, 0 failed'
before=$(numbers out)
echo more >>m/notes.txt
make_model m/new.bin
expect 1 "$ZNN" compress -r --all m -o out
grep -qxF 'znn: out/notes.txt.znn: exists already; use -f to replace it, or -o to write another file' "$logs/err" ||
    fail "no word on what is out of date: $(cat "$logs/err")"
total 'm: 1 file, 84 B -> '
total ', 4 up to date, 0 skipped, 1 failed'
expect 0 "$ZNN" compress -rf --all m -o out
total 'm: 1 file, '
total ', 5 up to date, 0 skipped, 0 failed'
[ "$(echo "$before" | grep -v notes.txt)" = "$(numbers out | grep -v -e notes.txt -e new.bin)" ] ||
    fail "-f replaced more than what was out of date"
expect 0 "$ZNN" decompress -r out -o back
diff -r m back || fail "the trees differ"
expect 0 "$ZNN" decompress -r out -o back
says 'out: 0 files, 0 B -> 0 B, 6 up to date, 0 skipped, 0 failed'
echo >>back/notes.txt
expect 1 "$ZNN" decompress -r out -o back
grep -q '^znn: back/notes.txt: exists already' "$logs/err" || fail "no word on notes.txt"
expect 0 "$ZNN" decompress -rf out -o back
diff -r m back || fail "the trees differ"

# not_now WHAT: with the change that was just made, m/z.bin.znn is not up to date.
not_now() {
    expect 1 "$ZNN" compress -r m
    grep -q '^znn: m/z.bin.znn: ' "$logs/err" || fail "$1: no word on m/z.bin.znn: $(cat "$logs/err")"
    total ', 1 failed'
    rm -rf m
    cp -a saved m
}

begin "what makes a file out of date"
mkdir m
make_random m/z.bin 9
expect 0 "$ZNN" compress -r m
cp -a m saved
expect 0 "$ZNN" compress -rf m
total ', 1 up to date, 1 skipped, 0 failed'
touch m/z.bin && not_now "another time"
touch m/z.bin.znn && not_now "another time of the output"
make_random m/z.bin 10 && touch -r saved/z.bin m/z.bin && not_now "another size"
truncate -s -1 m/z.bin.znn && touch -r saved/z.bin m/z.bin.znn && not_now "a .znn file that was cut short"
flip m/z.bin.znn "$(($(size m/z.bin.znn) - 45))" && touch -r saved/z.bin m/z.bin.znn && not_now "a damaged index"
echo garbage >m/z.bin.znn && touch -r saved/z.bin m/z.bin.znn && not_now "no .znn file"
rm m/z.bin.znn && ln -s ../saved/z.bin.znn m/z.bin.znn && not_now "a link in its place"
rm m/z.bin.znn && mkdir m/z.bin.znn && touch -r saved/z.bin m/z.bin.znn && not_now "a directory in its place"
rm m/z.bin.znn && "$ZNN" compress m/z.bin -o m/z.bin.znn && not_now "a .znn file that stores an extension"

begin "a time that the file system has cut off is the same"
mkdir m
make_random m/z.bin 9
for fraction in 123456700 123456000 123000000 0; do
    touch -d '2021-02-03 04:05:06.123456789' m/z.bin
    rm -f m/z.bin.znn
    expect 0 "$ZNN" compress -r m
    touch -d "2021-02-03 04:05:06.$(printf %09d $fraction)" m/z.bin.znn
    expect 0 "$ZNN" compress -r m
    total ', 1 up to date, 1 skipped, 0 failed'
done
touch -d '2021-02-03 04:05:06.123456788' m/z.bin.znn
expect 1 "$ZNN" compress -r m

begin "--rm removes what is up to date, after a comparison"
make_tree m
cp -a m saved
expect 0 "$ZNN" compress -r m
expect 0 "$ZNN" compress -r --rm m
total ', 4 up to date, 5 skipped, 0 failed'
[ "$(find m -type f | LC_ALL=C sort | tr '\n' ' ')" = \
    'm/a/y.safetensors.znn m/a/z.bin.znn m/empty.bin.znn m/notes.txt m/x.safetensors.znn ' ] || fail "left: $(find m)"
expect 0 "$ZNN" decompress -r m
expect 0 "$ZNN" decompress -r --rm m
total ', 4 up to date, 5 skipped, 0 failed'
diff -r m saved || fail "the trees differ"

begin "--rm keeps what has the same size and time, but other bytes"
make_tree m
expect 0 "$ZNN" compress -r m
for name in x.safetensors a/y.safetensors a/z.bin; do
    touch -r m/$name time
    flip m/$name 75
    touch -r time m/$name
done
cp -a m changed
expect 0 "$ZNN" compress -r m
total ', 4 up to date, '
for flags in '-r' '-rf'; do
    cp -a changed/. m
    expect 1 "$ZNN" compress $flags --rm m
    total 'm: 0 files, 0 B -> 0 B, 1 up to date, 5 skipped, 3 failed'
    grep -q '^znn: m/a/z.bin: not removed, because .m/a/z.bin.znn. has the same size and time, but other bytes' "$logs/err" ||
        fail "no word on z.bin: $(cat "$logs/err")"
    rm changed/empty.bin
    diff -r m changed || fail "a file was removed or changed"
    : >changed/empty.bin
    touch -r m/empty.bin.znn changed/empty.bin
done
cp -a changed/. m
expect 1 "$ZNN" decompress -r --rm m
grep -q '^znn: m/a/z.bin.znn: not removed, because .m/a/z.bin. has the same size and time, but other bytes' "$logs/err" ||
    fail "no word on z.bin.znn: $(cat "$logs/err")"

begin "--rm keeps a model of which there is only a rounded copy"
mkdir m
awk 'BEGIN { for (i = 0; i < 16384; i++) printf "%c", i % 4 == 3 ? 61 : 33 + (i * 7919) % 90 }' >data
make_safetensors m/x.safetensors '{"w":{"dtype":"F32","shape":[64,64],"data_offsets":[0,16384]}}' data
expect 0 "$ZNN" compress -r --only '*' --fixed-point 3 m
expect 0 "$ZNN" compress -r m
total ', 1 up to date, '
expect 1 "$ZNN" compress -r --rm m
[ -f m/x.safetensors ] || fail "the only exact copy is gone"

begin "--rm with a base, which the comparison needs"
mkdir m
make_random data 64
make_safetensors base.safetensors '{"w":{"dtype":"F32","shape":[128,128],"data_offsets":[0,65536]}}' data
cp base.safetensors m/x.safetensors
flip m/x.safetensors 4000
expect 0 "$ZNN" compress -r --base base.safetensors m
at_most "$(size m/x.safetensors.znn)" 9000 "the difference"
expect 1 "$ZNN" compress -r --rm m
[ -f m/x.safetensors ] || fail "removed without the base"
expect 0 "$ZNN" compress -r --rm --base-dir . m
total ', 1 up to date, '
[ ! -e m/x.safetensors ] || fail "still there"

begin "--rm with repeats and holes"
mkdir m
make_random data 256
make_safetensors m/x.safetensors '{"a":{"dtype":"U8","shape":[262144],"data_offsets":[0,262144]},'"\
"'"b":{"dtype":"U8","shape":[262144],"data_offsets":[262144,524288]},'"\
"'"c":{"dtype":"U8","shape":[262144],"data_offsets":[524288,786432]}}' data
cat data >>m/x.safetensors
truncate -s +262144 m/x.safetensors
expect 0 "$ZNN" compress -r m
at_most "$(size m/x.safetensors.znn)" 300000 "with a repeat"
for _ in 1 2 3 4 5; do
    expect 0 "$ZNN" compress -r m
    expect 0 "$ZNN" compress -r --rm m
    total ', 1 up to date, '
    expect 0 "$ZNN" decompress -r m
done
finish
