#!/bin/sh
# One file with several names: symbolic links within a tree, hard links, and the cache of Hugging Face.
. "$(dirname "$0")/lib.sh"

# total TEXT: the summary contains it.
total() {
    tail -n 1 "$logs/err" | grep -qF -e "$1" || fail "no '$1' in: $(cat "$logs/err")"
}

# listing DIRECTORY: names, kinds and what links say.
listing() {
    (cd "$1" && find . -printf '%p %y %l\n' | LC_ALL=C sort)
}

# is_link PATH TEXT
is_link() {
    [ "$(readlink "$1")" = "$2" ] || fail "$1 says '$(readlink "$1")' instead of '$2'"
}

# same_trees DIRECTORY DIRECTORY: the same bytes, and the same links.
same_trees() {
    [ "$(listing "$1")" = "$(listing "$2")" ] || fail "the trees differ: $(listing "$1") and $(listing "$2")"
    diff -r "$1" "$2" >"$logs/diff" || fail "the trees differ: $(cat "$logs/diff")"
}

# make_hub DIRECTORY: as huggingface_hub keeps two revisions of a model.
make_hub() {
    hub=$1/models--org--name
    mkdir -p "$hub/blobs" "$hub/refs" "$hub/snapshots/r1/onnx" "$hub/snapshots/r2" "$1/.locks/models--org--name"
    make_layers "$hub/blobs/0a"
    make_random "$hub/blobs/5f" 20
    printf '{"model_type": "gpt2"}' >"$hub/blobs/e1"
    printf r2 >"$hub/refs/main"
    : >"$1/.locks/models--org--name/0a.lock"
    ln -s ../../blobs/0a "$hub/snapshots/r1/model.safetensors"
    ln -s ../../blobs/0a "$hub/snapshots/r2/model.safetensors"
    ln -s ../../../blobs/5f "$hub/snapshots/r1/onnx/model.onnx"
    ln -s ../../blobs/5f "$hub/snapshots/r2/pytorch_model.bin"
    ln -s ../../blobs/e1 "$hub/snapshots/r1/config.json"
    ln -s ../../blobs/e1 "$hub/snapshots/r2/config.json"
}

begin "a cache, as a whole, in another place"
make_hub hub
expect 0 "$ZNN" compress -r --all hub -o out
total 'hub: 5 files, 6 links, '
is_link out/models--org--name/snapshots/r1/model.safetensors.znn ../../blobs/0a.znn
is_link out/models--org--name/snapshots/r1/onnx/model.onnx.znn ../../../blobs/5f.znn
[ "$(find out -type f | wc -l)" -eq 5 ] || fail "not 5 files: $(find out -type f)"
expect 0 "$ZNN" compress -r --all hub -o out
says 'hub: 0 files, 0 B -> 0 B, 11 up to date, 0 skipped, 0 failed'
expect 0 "$ZNN" test -r out
[ "$(wc -l <"$logs/out")" -eq 5 ] || fail "a file was tested more than once: $(cat "$logs/out")"
total 'out: 5 files, '
expect 0 "$ZNN" test out/models--org--name/snapshots/r1/model.safetensors.znn
expect 0 "$ZNN" decompress -r out -o back
total 'out: 5 files, 6 links, '
same_trees hub back
expect 0 "$ZNN" decompress -r out -o back
says 'out: 0 files, 0 B -> 0 B, 11 up to date, 0 skipped, 0 failed'

begin "its models only: links tell which blobs are some"
make_hub hub
expect 0 "$ZNN" compress -r hub -o out
total 'hub: 2 files, 4 links, '
total ', 5 skipped, 0 failed'
[ "$(find out -type f | LC_ALL=C sort | tr '\n' ' ')" = \
    "out/models--org--name/blobs/0a.znn out/models--org--name/blobs/5f.znn " ] || fail "other files: $(find out -type f)"

begin "in place, with --rm: there and back"
make_hub hub
cp -a hub original
expect 0 "$ZNN" compress -r --rm hub
total 'hub: 2 files, 4 links, '
snapshot=hub/models--org--name/snapshots/r2
is_link $snapshot/model.safetensors.znn ../../blobs/0a.znn
is_link $snapshot/config.json ../../blobs/e1
for name in $snapshot/model.safetensors $snapshot/pytorch_model.bin hub/models--org--name/blobs/0a; do
    [ ! -e "$name" ] && [ ! -L "$name" ] || fail "$name is still there"
done
[ -z "$(find hub -xtype l)" ] || fail "links lead nowhere: $(find hub -xtype l)"
expect 0 "$ZNN" compress -r --rm hub
total 'hub: 0 files, '
expect 0 "$ZNN" decompress -r --rm hub
total 'hub: 2 files, 4 links, '
same_trees hub original

begin "a snapshot alone: its links lead out of it and are followed"
make_hub hub
snapshot=hub/models--org--name/snapshots/r2
expect 0 "$ZNN" compress -r --all "$snapshot" -o packed
expect 0 "$ZNN" decompress -r packed -o model
[ "$(find model -type f | wc -l)" -eq 3 ] && [ -z "$(find model -type l)" ] || fail "no plain files: $(listing model)"
diff -r "$snapshot" model || fail "other bytes"

begin "a damaged blob leaves its links and everything else alone"
make_hub hub
expect 0 "$ZNN" compress -r --rm hub
flip hub/models--org--name/blobs/0a.znn 200
cp -a hub before
expect 1 "$ZNN" decompress -r --rm hub
total ', 7 skipped, 1 failed'
is_link hub/models--org--name/snapshots/r1/model.safetensors.znn ../../blobs/0a.znn
[ -f hub/models--org--name/blobs/0a.znn ] || fail "the damaged file is gone"
[ -z "$(find hub -xtype l)" ] || fail "links lead nowhere"
same hub/models--org--name/blobs/0a.znn before/models--org--name/blobs/0a.znn

begin "links of all kinds"
mkdir -p m/a/b m/c outside
make_random m/a/x.bin 3
make_random outside/y.bin 3
ln -s x.bin m/a/same-directory.bin
ln -s ././../a//x.bin m/a/roundabout.bin
ln -s same-directory.bin m/a/chain.bin
ln -s ../x.bin m/a/b/up.bin
ln -s "$PWD/m/a/x.bin" m/c/absolute.bin
ln -s ../../m/a/x.bin m/c/out-and-in.bin
ln -s ../../outside/y.bin m/c/followed.bin
ln -s a m/directory
expect 0 "$ZNN" compress -r m -o out
total 'm: 2 files, 6 links, '
total ', 1 skipped, 0 failed'
is_link out/a/same-directory.bin.znn x.bin.znn
is_link out/a/roundabout.bin.znn ././../a//x.bin.znn
is_link out/a/chain.bin.znn same-directory.bin.znn
is_link out/a/b/up.bin.znn ../x.bin.znn
is_link out/c/absolute.bin.znn ../a/x.bin.znn
is_link out/c/out-and-in.bin.znn ../a/x.bin.znn
[ -f out/c/followed.bin.znn ] && [ ! -L out/c/followed.bin.znn ] || fail "followed.bin was not followed"
mv m elsewhere
mv outside elsewhere-too
expect 0 "$ZNN" decompress -r out -o back
for name in same-directory roundabout chain b/up; do
    is_link back/a/$name.bin "$(readlink elsewhere/a/$name.bin)"
    same back/a/$name.bin elsewhere/a/x.bin
done
same back/c/absolute.bin elsewhere/a/x.bin
rm elsewhere/c/*
expect 0 "$ZNN" compress -r --exclude x.bin elsewhere -o followed
[ -z "$(find followed -type l)" ] || fail "links to what is left out"
same followed/a/same-directory.bin.znn followed/a/b/up.bin.znn

begin "extensions that .znn files remember pass on to their links"
mkdir m
make_model m/x.safetensors
expect 0 "$ZNN" compress --rm m/x.safetensors
ln -s x.znn m/y.znn
expect 0 "$ZNN" decompress -r --rm m
[ "$(listing m)" = "$(printf '%s\n' '. d ' './x.safetensors f ' './y.safetensors l x.safetensors')" ] ||
    fail "other names: $(listing m)"

begin "what is in the way of a link"
mkdir m
make_random m/x.bin 3
ln -s x.bin m/y.bin
echo precious >m/y.bin.znn
expect 1 "$ZNN" compress -r m
grep -qxF 'znn: m/y.bin.znn: exists already; use -f to replace it, or -o to write another file' "$logs/err" ||
    fail "no word: $(cat "$logs/err")"
[ "$(cat m/y.bin.znn)" = precious ] || fail "replaced without -f"
expect 1 "$ZNN" compress -r --rm m
[ -L m/y.bin ] || fail "the link is gone, though its output was never made"
make_random m/x.bin 3
rm -f m/x.bin.znn
expect 0 "$ZNN" compress -rf m
is_link m/y.bin.znn x.bin.znn
rm m/y.bin.znn && ln -s elsewhere m/y.bin.znn
expect 0 "$ZNN" compress -rf m
is_link m/y.bin.znn x.bin.znn
rm m/y.bin.znn && mkdir m/y.bin.znn
expect 1 "$ZNN" compress -rf m
grep -q '^znn: m/y.bin.znn: exists and is not a regular file' "$logs/err" || fail "no word: $(cat "$logs/err")"
[ -z "$(find m -name '.*')" ] || fail "something is left behind: $(find m)"

# names PATH: how many a file has.
names() {
    stat -c %h "$1"
}

begin "hard links: compressed once"
mkdir -p m/a
make_random m/x.bin 50
ln m/x.bin m/a/y.bin
ln m/x.bin m/z.safetensors
make_random m/alone.bin 3
expect 0 "$ZNN" compress -r m -o out
total 'm: 2 files, 2 links, '
for name in x.bin a/y.bin z.safetensors; do
    [ "$(names out/$name.znn)" -eq 3 ] || fail "out/$name.znn has $(names out/$name.znn) names"
done
expect 0 "$ZNN" compress -r m -o out
says 'm: 0 files, 0 B -> 0 B, 4 up to date, 0 skipped, 0 failed'
expect 0 "$ZNN" test -r out
total 'out: 2 files, '
expect 0 "$ZNN" decompress -r out -o back
same_trees m back
[ "$(names back/a/y.bin)" -eq 3 ] || fail "no hard links came back"
expect 0 "$ZNN" compress -rq --json m -o new
is_json
[ "$(grep -c '"hard_link": "new/a/y.bin.znn"' "$logs/out")" -eq 2 ] || fail "JSON: $(cat "$logs/out")"
expect 0 "$ZNN" compress -r m/x.bin m/z.safetensors
total 'total: 1 file, 1 link, '
[ "$(names m/z.safetensors.znn)" -eq 2 ] || fail "operands that are one file"

begin "hard links and --rm"
mkdir m
make_random m/x.bin 50
ln m/x.bin m/y.bin
cp -a m original
expect 0 "$ZNN" compress -r --rm m
says 'm: 1 file, 1 link, ' # and no warning: both names are gone
expect 0 "$ZNN" decompress -r --rm m
says 'm: 1 file, 1 link, '
same_trees m original
[ "$(names m/x.bin)" -eq 2 ] || fail "no hard links came back"
ln m/x.bin other
expect 0 "$ZNN" compress -r --rm m
grep -qxF "znn: m/y.bin: removed, but the file has another name, so its space is not freed" "$logs/err" ||
    fail "no word on the other name: $(cat "$logs/err")"
[ "$(grep -c '^znn: ' "$logs/err")" -eq 1 ] || fail "more than one warning: $(cat "$logs/err")"
same other original/x.bin
ln other a.bin
ln other b.bin
expect 0 "$ZNN" compress --rm a.bin
says "a.bin: removed, but the file has 2 other names, so its space is not freed"
make_random single.bin 3
expect 0 "$ZNN" compress --rm single.bin
silent

begin "a hard link that cannot be made is a file of its own"
mkdir -p m/d out/d
make_random m/x.bin 50
ln m/x.bin m/y.bin
ln m/x.bin m/d/z.bin
# Needs root, and a system that allows it.
if mount -t tmpfs none out/d 2>/dev/null; then
    expect 0 "$ZNN" compress -r m -o out
    total 'm: 2 files, 1 link, '
    expect 0 "$ZNN" decompress out/d/z.bin.znn -o z.bin
    same z.bin m/x.bin
    umount out/d
else
    echo "not checked: $case_title"
fi

begin "a name that is given twice is not two names"
make_random x.bin 3
expect 1 "$ZNN" compress -r x.bin ./x.bin
total 'total: 1 file, '
ln x.bin y.bin
rm x.bin.znn
expect 1 "$ZNN" compress -rf x.bin y.bin ./x.bin
total 'total: 1 file, '
expect 0 "$ZNN" test x.bin.znn y.bin.znn
finish
