#!/bin/sh
# Directories: what -r finds, where it goes, and the way back.
. "$(dirname "$0")/lib.sh"

# listing DIRECTORY: what is below it, and how it may be used.
listing() {
    (cd "$1" && find . -exec ls -ld {} + | sed 's/ .* / /' | LC_ALL=C sort -k 2)
}

# found DIRECTORY NAME...: there are exactly these files below it.
found() {
    directory=$1
    shift
    files=$(cd "$directory" && find . ! -type d | LC_ALL=C sort)
    wanted=$(printf './%s\n' "$@" | LC_ALL=C sort)
    [ "$files" = "$wanted" ] || fail "$directory holds '$files' instead of '$wanted'"
}

# total TEXT: the last line on standard error is a summary of this content.
total() {
    grep -qxE -e "$1" "$logs/err" || fail "no '$1' in: $(cat "$logs/err")"
    [ "$(tail -n 1 "$logs/err")" = "$(grep -xE -e "$1" "$logs/err")" ] || fail "not in the end: $(cat "$logs/err")"
}

# make_tree DIRECTORY: models, other files and links.
make_tree() {
    mkdir -p "$1/a/b" "$1/c" "$1/empty"
    make_model "$1/model.safetensors"
    make_model "$1/a/model.safetensors"
    echo weights >"$1/a/model.bin"
    echo '{"metadata": {}}' >"$1/a/model.safetensors.index.json"
    make_model "$1/a/b/0123abcd"
    echo text >"$1/c/notes.txt"
    echo '#' >"$1/.hidden"
}

begin "models of other frameworks, by their names"
mkdir m
for name in a.keras b.ptl c.msgpack d.pdparams e.nemo f.onnx.data g.data-00000-of-00001 h.joblib; do
    echo weights >m/$name
done
for name in a.data b.data-of c.txt .data-00000-of-00001 keras; do
    echo text >m/$name
done
expect 0 "$ZNN" compress -r m -o out
found out a.keras.znn b.ptl.znn c.msgpack.znn d.pdparams.znn e.nemo.znn f.onnx.data.znn g.data-00000-of-00001.znn \
    h.joblib.znn
expect 0 "$ZNN" decompress -r out -o back
found back a.keras b.ptl c.msgpack d.pdparams e.nemo f.onnx.data g.data-00000-of-00001 h.joblib

begin "beside the inputs"
make_tree m
expect 0 "$ZNN" compress -r m
says 'm: 4 files, '
total 'm: 4 files, 260 B -> .*, [0-9.]+ %, 3 skipped, 0 failed'
found m .hidden a/b/0123abcd a/b/0123abcd.znn a/model.bin a/model.bin.znn a/model.safetensors \
    a/model.safetensors.index.json a/model.safetensors.znn c/notes.txt model.safetensors model.safetensors.znn
cp -r m original
find m -name '*.znn' | while read -r name; do rm "${name%.znn}"; done
expect 0 "$ZNN" decompress -r m/
total 'm/: 4 files, .* -> 260 B, [0-9.]+ %, 3 skipped, 0 failed'
diff -r m original || fail "the trees differ"
expect 0 "$ZNN" compress -r m
total 'm: 0 files, 0 B -> 0 B, 4 up to date, 7 skipped, 0 failed'
find m -name '*.znn' -exec touch {} +
expect 1 "$ZNN" compress -r m
total 'm: 0 files, 0 B -> 0 B, 7 skipped, 4 failed'
expect 0 "$ZNN" compress -rf m
total 'm: 4 files, .*, 7 skipped, 0 failed'
diff -r m original || fail "-f has changed more than it should"

begin "no extension is stored, so that no name can collide"
mkdir d
make_model d/x.safetensors
for extension in bin pt znn.bin bin.bin; do
    echo "$extension" >d/x.$extension
done
expect 0 "$ZNN" compress -r d
cp -r d original
found d x.safetensors x.safetensors.znn x.bin x.bin.znn x.pt x.pt.znn x.znn.bin x.znn.bin.znn x.bin.bin x.bin.bin.znn
rm d/x.safetensors d/*.bin d/*.pt
expect 0 "$ZNN" decompress -r d
diff -r d original || fail "the trees differ"
mv d/x.pt.znn d/weights.znn
expect 0 "$ZNN" decompress d/weights.znn
same d/weights original/x.pt

begin "the way back also takes files that remember their extension"
mkdir d
make_model d/model.safetensors
cp d/model.safetensors original
expect 0 "$ZNN" compress --rm d/model.safetensors
expect 0 "$ZNN" decompress -r d -o out
found out model.safetensors
same original out/model.safetensors

begin "into another directory"
make_tree m
chmod 750 m/a
chmod 555 m/a/b
chmod 640 m/model.safetensors
expect 0 "$ZNN" compress -r m -o out
total 'm: 4 files, .*, 3 skipped, 0 failed'
found out a/b/0123abcd.znn a/model.bin.znn a/model.safetensors.znn model.safetensors.znn
[ ! -e out/c ] && [ ! -e out/empty ] || fail "directories without models"
expect 0 "$ZNN" decompress -r out -o back
same m/a/b/0123abcd back/a/b/0123abcd
[ -z "$(find m/a -prune -newer back/a)" ] && [ -z "$(find back/a -prune -newer m/a)" ] || fail "other times"
rm -r m/c m/empty m/.hidden m/a/*.json
[ "$(listing m)" = "$(listing back)" ] || fail "other modes: $(listing back)"
chmod -R u+w .

begin "a whole tree, there and back"
make_tree m
touch m/empty.bin
chmod 700 m/empty
expect 0 "$ZNN" compress -r --all m -o out
total 'm: 8 files, .*, 0 skipped, 0 failed'
expect 0 "$ZNN" decompress -r out -o ./back//
diff -r m back || fail "the trees differ"
[ "$(listing m)" = "$(listing back)" ] || fail "other modes: $(listing back)"

begin "an output directory within the input"
make_tree m
for level in -1 -9; do
    expect 0 "$ZNN" compress -rf $level m -o m/out
    total 'm: 4 files, .*, 3 skipped, 0 failed'
    find m/out -name '*.znn' -exec touch {} +
    found m/out a/b/0123abcd.znn a/model.bin.znn a/model.safetensors.znn model.safetensors.znn
done
expect 0 "$ZNN" decompress -r m -o m/out/back
total 'm: 4 files, .*, 7 skipped, 0 failed'
found m/out/back out/a/b/0123abcd out/a/model.bin out/a/model.safetensors out/model.safetensors
cd m && expect 0 "$ZNN" compress -rf --all . -o .
total '.: 11 files, .*, 4 skipped, 0 failed'

begin "files and directories, mixed"
make_tree m
echo text >notes.txt
expect 0 "$ZNN" compress -r notes.txt m/c m/a/model.bin m/a/b
total 'total: 3 files, .*, 1 skipped, 0 failed'
[ -f notes.txt.znn ] && [ -f m/a/model.bin.znn ] && [ -f m/a/b/0123abcd.znn ] || fail "a file is missing"
expect 0 "$ZNN" compress -r m/a/model.bin m/c notes.txt m/a/b/0123abcd -o new/
found new model.bin.znn notes.txt.znn 0123abcd.znn
expect 0 "$ZNN" compress -r notes.txt.znn
grep -q 'notes.txt.znn: already ends in .znn' "$logs/err" || fail "no warning"
expect 1 "$ZNN" compress -r notes.txt m/a/../../notes.txt -o both
total 'total: 1 file, .*, 0 skipped, 1 failed'
expect 1 "$ZNN" decompress -r notes.txt
total 'notes.txt: 0 files, .*, 0 skipped, 1 failed'

begin "links"
make_tree m
mkdir other
make_model other/blob
ln -s ../../other/blob m/a/linked.safetensors
ln -s ../../other/blob m/a/unnamed
ln -s .. m/a/up
ln -s ../../../other m/a/b/other
ln -s nowhere m/c/gone
ln -s m top
mkfifo m/pipe m/pipe.bin
expect 0 "$ZNN" compress -r top -o out
total 'top: 6 files, .*, 8 skipped, 0 failed'
[ "$(grep -c ' is a link to ' "$logs/err")" -eq 1 ] || fail "not one warning: $(cat "$logs/err")"
found out a/b/0123abcd.znn a/linked.safetensors.znn a/model.bin.znn a/model.safetensors.znn a/unnamed.znn \
    model.safetensors.znn
expect 0 "$ZNN" decompress -r out
same out/a/linked.safetensors other/blob

# What a link to nowhere is called, and whether it is wanted, does not matter: each gets one warning, and is skipped.
begin "links that lead nowhere, by one rule for all commands"
make_tree m
ln -s ../gone/x m/a/x.bin
ln -s round m/a/round
ln -s model.bin/x m/a/under
ln -s "$(printf 'new\nline')" m/c/z.safetensors.znn
make_model m/stored
"$ZNN" compress m/stored -o m/stored.znn
rm m/stored
cat >wanted <<'END'
znn: m/a/round: is a link to 'round', which does not exist, and is skipped
znn: m/a/under: is a link to 'model.bin/x', which does not exist, and is skipped
znn: m/a/x.bin: is a link to '../gone/x', which does not exist, and is skipped
znn: m/c/z.safetensors.znn: is a link to 'new\x0aline', which does not exist, and is skipped
END
for command in "compress -n" "compress -n --all" "compress -o out" "compress --all -o all" "compress -f --all -o all" \
    "decompress -n" "decompress -o back" test list stat; do
    # shellcheck disable=SC2086
    expect 0 "$ZNN" $command -r m
    grep ' is a link to ' "$logs/err" >said
    cmp -s said wanted || fail "$command: $(cat "$logs/err")"
    total "m: .* ([4-9]|1[0-9]) skipped, 0 failed"
    # shellcheck disable=SC2086
    expect 0 "$ZNN" $command -rq --exclude 'x.b*' m
    silent
done
[ -z "$(find out all back -type l)" ] || fail "a link was made: $(find out all back -type l)"
expect 0 "$ZNN" compress -r --exclude '[rux]*' --exclude 'z.*' m -o few
grep -q ' is a link to ' "$logs/err" && fail "a warning of what is excluded"
for command in compress decompress test list stat; do
    expect 1 "$ZNN" $command -r m/a/x.bin
    grep -qxF 'znn: m/a/x.bin: could not open: No such file or directory' "$logs/err" || fail "$command: no word"
    expect 1 "$ZNN" $command m/a/x.bin
    says 'znn: m/a/x.bin: could not open: No such file or directory'
done

begin "--rm"
make_tree m
echo weights >other.bin
ln -s ../../other.bin m/a/link.bin
expect 1 "$ZNN" compress -r --rm m
grep -qF 'm/a/link.bin: is a symbolic link' "$logs/err" || fail "no word on the link"
total 'm: 4 files, .*, 3 skipped, 1 failed'
found m .hidden a/b/0123abcd.znn a/link.bin a/model.bin.znn a/model.safetensors.index.json a/model.safetensors.znn \
    c/notes.txt model.safetensors.znn
rm m/a/link.bin
expect 0 "$ZNN" decompress -r --rm m
make_tree original
diff -r m original || fail "the trees differ"
expect 0 "$ZNN" compress -r --rm --all m -o x
expect 0 "$ZNN" decompress -r --rm x -o x
diff -r x original || fail "the trees differ"
[ "$(find m -type f | wc -l)" -eq 0 ] || fail "inputs are left"

begin "what is wrong with one file leaves the others alone"
make_tree m
expect 0 "$ZNN" compress -r m
mkdir m/a.znn
echo garbage >m/a.znn/b.znn
rm m/model.safetensors m/a/model.bin
expect 1 "$ZNN" decompress -rf m
grep -q '^znn: m/a.znn/b.znn: not a .znn file' "$logs/err" || fail "no word on the bad file"
total 'm: 2 files, .*, 2 up to date, 5 skipped, 1 failed'
[ -f m/model.safetensors ] && [ -f m/a/model.bin ] || fail "a file is missing"
mkdir m/a/model.bin.new
rm -r m/a/model.bin.znn
mkdir m/a/model.bin.znn
expect 1 "$ZNN" compress -rf m
grep -q '^znn: m/a/model.bin.znn: is a directory' "$logs/err" || fail "no word on the directory in the way"
total 'm: 0 files, .*, 3 up to date, 7 skipped, 1 failed'
echo >file
expect 1 "$ZNN" compress -r m -o file
grep -q '^znn: file: could not create this directory: File exists' "$logs/err" || fail "no word on the file in the way"

begin "what cannot be read"
if [ "$(id -u)" -ne 0 ]; then
    make_tree m
    chmod 000 m/a m/c/notes.txt
    expect 1 "$ZNN" compress -r m
    grep -q '^znn: m/a: could not open: Permission denied' "$logs/err" || fail "no word on the directory"
    grep -q '^znn: m/c/notes.txt: could not read: Permission denied' "$logs/err" || fail "no word on the file"
    total 'm: 1 file, .*, 1 skipped, 2 failed'
    chmod 700 m/a
fi

begin "content decides where the name does not"
mkdir d
make_model d/safetensors
printf '\11\0\0\0\0\0\0\0{\"a\": 1}' >d/no-room
printf 'GGUF\3\0\0\0' >d/gguf
printf '\223NUMPY\1\0' >d/npy
printf '\200\2\212\12l\374\234F\371 j\250P\31.' >d/legacy
printf '\34\0\0\0TFL3\24\0' >d/tflite
printf 'PK\3\4%022d\20\0\0\0archive/data.pkl' 0 >d/torch
printf 'PK\3\4%022d\12\0\0\0index.html' 0 >d/page
printf 'PK\3\4%022d\377\377\0\0data.pkl' 0 >d/cut
printf 'PK\3' >d/short
: >d/empty
expect 0 "$ZNN" compress -r d -o out
found out safetensors.znn gguf.znn npy.znn legacy.znn tflite.znn torch.znn
total 'd: 6 files, .*, 5 skipped, 0 failed'

begin "the order is that of the names' bytes"
mkdir -p d/b d/B 'd/b c'
for name in d/b.bin d/b/z.bin d/b/a.bin d/B/a.bin 'd/b c/a.bin' d/a.bin d/é.bin; do
    echo >"$name"
done
expect 0 "$ZNN" compress -rv d -o out
order=$(sed -n 's/ -> .*: .* bytes.*//p' "$logs/err")
wanted=$(printf 'd/%s\n' B/a.bin a.bin b/a.bin b/z.bin 'b c/a.bin' b.bin é.bin)
[ "$order" = "$wanted" ] || fail "the order is '$order'"

begin "names of any bytes"
mkdir d
name=$(printf 'new\nline\033[31m\351')
mkdir "d/$name"
echo content >"d/$name/-x .bin"
expect 0 "$ZNN" compress -r "./d/$name" -o out
says "$(printf './d/new\\x0aline\\x1b[31m\\xe9: 1 file, ')"
expect 0 "$ZNN" decompress -r --rm out
same "d/$name/-x .bin" "out/-x .bin"

begin "a tree deeper than any path may be long"
mkdir -p d/z
echo content >d/z/a.bin
(
    name=$(printf '%0200d' 7)
    cd d || exit
    for _ in $(seq 25); do
        mkdir "$name" && cd -P "$name" && echo content >a.bin || exit
    done
) 2>/dev/null
expect 1 "$ZNN" compress -r d
grep -q 'could not open: File name too long$' "$logs/err" || fail "no word on the long name"
[ "$(grep -c '^znn: ' "$logs/err")" -le 3 ] || fail "too many words"
[ -f d/z/a.bin.znn ] || fail "the others are missing"

begin "more files than may be open at once"
mkdir -p d/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21/22/23/24/25/26/27/28/29/30
find d -type d | while read -r directory; do echo content >"$directory/x.bin"; done
(
    # shellcheck disable=SC3045
    ulimit -n 24 2>/dev/null || exit 0
    expect 0 "$ZNN" compress -r -T1 d -o out
    total 'd: 31 files, .*'
    exit "$failures"
) || fail "see above"

begin "quiet and verbose"
make_tree m
expect 0 "$ZNN" compress -rq m -o out
silent
expect 0 "$ZNN" compress -rfv m -o out
grep -q '^m/a/model.bin -> out/a/model.bin.znn: ' "$logs/err" || fail "no line for a file"
grep -qxF 'znn: m/c/notes.txt: is not a model, and is skipped' "$logs/err" || fail "no line for what is skipped"

begin "nothing to do"
mkdir d
expect 0 "$ZNN" compress -r d
says 'd: 0 files, 0 B -> 0 B, 0 skipped, 0 failed'
expect 0 "$ZNN" decompress -r d -o out

begin "wrong usage"
mkdir d e
echo content >d/a.bin
expect 1 "$ZNN" compress d
says "d: is a directory; use -r to compress the files in it"
expect 1 "$ZNN" decompress d -o out
says "d: is a directory; use -r to decompress the files in it"
expect 2 "$ZNN" compress -r
says "no directory given"
expect 2 "$ZNN" compress -r -
says "standard input has no name"
expect 2 "$ZNN" compress -rc d
says "cannot go to standard output"
expect 2 "$ZNN" decompress -r d -o -
says "cannot go to standard output"
expect 2 "$ZNN" compress -r d e -o out
says "-o takes the files of one directory"
expect 2 "$ZNN" compress --all d/a.bin
says "use it with -r"
expect 2 "$ZNN" decompress -r --all d
says "'--all' is not a flag of 'znn decompress'"
expect 2 "$ZNN" decompress -r --range 0:1 d
says "--range"
expect 1 "$ZNN" compress -r missing
grep -qxF 'znn: missing: could not open: No such file or directory' "$logs/err" || fail "no word on the missing file"
only d e
finish
