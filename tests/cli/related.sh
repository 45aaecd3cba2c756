#!/bin/sh
# compress -r --related: relatives become differences, and come back wherever their folder is.
. "$(dirname "$0")/lib.sh"

data=${ZNN_DATA:?set ZNN_DATA to the folder of the sample models}
convert=${ZNN_CONVERT:?set ZNN_CONVERT to the program convert_model}

size_of() {
    wc -c <"$1" | tr -d ' '
}

# total DIRECTORY: bytes of the .znn files below it.
total() {
    find "$1" -name '*.znn' -exec cat {} + | wc -c | tr -d ' '
}

# make_family DIRECTORY: a model, two checkpoints that follow it, a quantization, and a model that is no relative.  Their
# copies are in `kept`.
make_family() {
    mkdir -p "$1/step-500" "$1/step-1000" "$1/gguf"
    cp "$data/tiny-base-bf16.safetensors" "$1/step-500/model.safetensors"
    cp "$data/tiny-child-bf16.safetensors" "$1/step-1000/model.safetensors"
    "$convert" gguf "$data/tiny-base-bf16.safetensors" >"$1/gguf/model.gguf"
    make_layers "$1/other.safetensors"
    chmod -R u+w "$1"
    rm -rf kept
    cp -R "$1" kept
}

# gives_all DIRECTORY: its .znn files decompress to the models in `kept`, each by itself and all at once.
gives_all() {
    find "$1" -name '*.znn' >"$logs/list"
    while read -r file; do
        name=${file#"$1"/}
        expect 0 "$ZNN" decompress -cq "$file"
        cmp -s "$logs/out" "kept/${name%.znn}" || fail "$file does not give kept/${name%.znn}"
    done <"$logs/list"
    rm -rf out
    expect 0 "$ZNN" decompress -rq "$1" -o out
    diff -r out kept || fail "$1 does not give kept"
}

begin "the folder shrinks, and can be moved"
make_family d
cp -R d alone
expect 0 "$ZNN" compress -rq --rm alone
expect 0 "$ZNN" compress -r --rm --related d
says "d: 4 files (2 differences)"
[ $((3 * $(total d))) -lt $((2 * $(total alone))) ] || fail "$(total d) bytes, and $(total alone) without --related"
gives_all d
mkdir far
mv d far/moved
gives_all far/moved

begin "the files of one folder, too, in any order, and with the base moved away first"
make_family d
mkdir flat
for file in step-500/model.safetensors step-1000/model.safetensors gguf/model.gguf; do
    mv "d/$file" "flat/$(echo "$file" | tr / -)"
done
rm -rf kept
cp -R flat kept
expect 0 "$ZNN" compress -rq --rm --related flat
expect 0 "$ZNN" list --json flat/*.znn
for first in flat/*.znn; do
    rm -rf copy out
    cp -R flat copy
    mkdir out
    expect 0 "$ZNN" decompress -q "copy/${first#flat/}" -o out/
    expect 0 "$ZNN" decompress -rq --rm copy -o out
    diff -r out kept || fail "not all came back after $first"
    [ -z "$(find copy -name '*.znn')" ] || fail "sources are left"
done

begin "the same with the originals, without them, from several threads, and with OUTDIR"
make_family d
expect 0 "$ZNN" compress -rq --related d -o one
expect 0 "$ZNN" compress -rq -T1 --related d -o two
expect 0 "$ZNN" compress -rq -T7 --related --rm d
find d -name '*.znn' >"$logs/list"
while read -r file; do
    same "$file" "one/${file#d/}"
    same "$file" "two/${file#d/}"
done <"$logs/list"
gives_all one

begin "files that are added later use what is there, which does not change"
make_family d
mv d/step-1000 later
expect 0 "$ZNN" compress -rq --rm --related d
mv later d/step-1000
cp -R d before
expect 0 "$ZNN" compress -r --related d
says "d: 1 file (1 difference)"
rm d/step-1000/model.safetensors
for file in step-500/model.safetensors gguf/model.gguf other.safetensors; do
    same "d/$file.znn" "before/$file.znn"
done
gives_all d
touch -r d/step-500/model.safetensors.znn kept/step-500/model.safetensors
cp -p kept/step-500/model.safetensors d/step-500
expect 0 "$ZNN" compress -r --rm --related d
says "1 up to date"
gives_all d

begin "in OUTDIR, too"
make_family d
mkdir step
mv d/step-1000 step
expect 0 "$ZNN" compress -rq --rm --related d -o packed
cp -R packed before
mv step/step-1000 d
expect 0 "$ZNN" compress -r --rm --related d -o packed
says "d: 1 file (1 difference)"
same packed/gguf/model.gguf.znn before/gguf/model.gguf.znn
gives_all packed

begin "--depth: by default, bases are whole files"
mkdir d
cp "$data/tiny-base-bf16.safetensors" d/1.safetensors
chmod u+w d/1.safetensors
for i in 2 3 4 5; do
    cp d/$((i - 1)).safetensors d/$i.safetensors
    for place in 1 2 3 4 5 6 7 8 9; do
        flip d/$i.safetensors $((8000 + 400 * place + i))
    done
done
rm -rf kept
cp -R d kept
expect 0 "$ZNN" compress -rq --related d -o flat
expect 0 "$ZNN" compress -rq --related --depth 8 d -o deep
gives_all flat
gives_all deep
[ "$(total deep)" -le "$(total flat)" ] || fail "more depth made more bytes"
mkdir whole
for i in 1 2 3 4 5; do
    [ "$(size_of flat/$i.safetensors.znn)" -lt 100000 ] || cp flat/$i.safetensors.znn whole
done
for i in 1 2 3 4 5; do # with no more than whole files beside it, each comes back
    rm -rf two
    cp -R whole two
    cp flat/$i.safetensors.znn two
    expect 0 "$ZNN" decompress -cq two/$i.safetensors.znn
    cmp -s "$logs/out" kept/$i.safetensors || fail "$i needs more than whole files"
done

begin "-f replaces no base that others need by another model"
make_family d
expect 0 "$ZNN" compress -rq --related d
cp -R d before
touch d/*/model.* # the same bytes
expect 0 "$ZNN" compress -rq -f -9 --related d
gives_all d
for file in step-500/model.safetensors step-1000/model.safetensors gguf/model.gguf; do
    for way in -r '-r --related' '-r --fixed-point 9'; do
        rm -rf d
        cp -Rp before d
        flip "d/$file" 9000
        # shellcheck disable=SC2086
        "$ZNN" compress -fq $way d 2>"$logs/err"
        for other in step-500/model.safetensors step-1000/model.safetensors gguf/model.gguf; do
            [ "$other" != "$file" ] || continue
            expect 0 "$ZNN" decompress -cq "d/$other.znn"
            [ "${way#*--fixed}" != "$way" ] || cmp -s "$logs/out" "kept/$other" || fail "$way: $other is lost with $file"
        done
    done
done
rm -rf d
cp -Rp before d
for file in d/*/model.*[sf]; do
    flip "$file" 9000
done
rm -rf kept
cp -R d kept
find kept -name '*.znn' -exec rm {} +
expect 0 "$ZNN" compress -rqf --related d # all of them
gives_all d

begin "nor does the command for one file, if the others are beside it"
mkdir d
cp "$data/tiny-base-bf16.safetensors" d/a.safetensors
cp "$data/tiny-child-bf16.safetensors" d/b.safetensors
chmod u+w d/*
cp d/b.safetensors original
expect 0 "$ZNN" compress -q --base d/a.safetensors d/b.safetensors
expect 0 "$ZNN" compress -q --rm d/b.safetensors -f --base d/a.safetensors
expect 0 "$ZNN" compress -qf -1 d/a.safetensors
mv d/a.safetensors a.safetensors
expect 0 "$ZNN" compress -qf -9 a.safetensors -o d/a.znn # the same model
flip a.safetensors 9000
expect 1 "$ZNN" compress -qf a.safetensors -o d/a.znn
says "d/a.znn: not replaced, because 'd/b.znn' needs it as a base"
expect 1 "$ZNN" compress -f -o d/a.znn - <a.safetensors
says "d/a.znn: not replaced, because 'd/b.znn' needs it as a base"
expect 0 "$ZNN" decompress -cq d/b.znn
cmp -s "$logs/out" original || fail "b.znn is lost"
expect 0 "$ZNN" rebase -q --no-base d/b.znn
expect 0 "$ZNN" compress -qf a.safetensors -o d/a.znn

begin "one base serves all of a series"
mkdir d
cp "$data/tiny-base-bf16.safetensors" d/1.safetensors
chmod u+w d/1.safetensors
for i in 2 3 4 5 6 7; do
    cp d/$((i - 1)).safetensors d/$i.safetensors
    flip d/$i.safetensors $((8000 + 400 * i))
done
rm -rf kept
cp -R d kept
expect 0 "$ZNN" compress -r --related d -o packed
says "d: 7 files (6 differences)"
gives_all packed

# make_two: d/1.safetensors and d/4.safetensors, each a good base for the other; and copies in `kept`.
make_two() {
    mkdir d
    cp "$data/tiny-base-bf16.safetensors" d/1.safetensors
    cp "$data/tiny-child-bf16.safetensors" d/4.safetensors
    chmod u+w d/*
    rm -rf kept
    cp -R d kept
}

begin "a base that comes back after it was lost gets no base that needs it"
for depth in 1 8; do
    rm -rf d
    make_two
    expect 0 "$ZNN" compress -rq --related --rm d
    for lost in 1 4; do # the whole one
        [ "$(size_of d/$lost.safetensors.znn)" -gt 400000 ] || continue
        rm d/$lost.safetensors.znn
        cp kept/$lost.safetensors d
    done
    expect 0 "$ZNN" compress -rq --related --depth $depth --rm d
    (cd d && only 1.safetensors.znn 4.safetensors.znn)
    gives_all d
done

begin "nor does a base that the user gave"
for depth in 1 8; do
    rm -rf d
    make_two
    expect 0 "$ZNN" compress -q --rm --base d/1.safetensors d/4.safetensors -o d/4.safetensors.znn
    expect 0 "$ZNN" compress -rq --related --depth $depth --rm d
    (cd d && only 1.safetensors.znn 4.safetensors.znn)
    gives_all d
done

begin "nor in OUTDIR"
make_two
mkdir packed
expect 0 "$ZNN" compress -q --base d/1.safetensors d/4.safetensors -o packed/4.safetensors.znn
expect 0 "$ZNN" compress -rq --related --depth 8 --base-dir d d --exclude 4.safetensors -o packed
gives_all packed

begin "links and other names of a file"
make_family d
ln d/step-1000/model.safetensors d/twin.safetensors # from there, a relative path leads elsewhere
mkdir d/snapshots
ln -s ../gguf/model.gguf d/snapshots/latest.gguf
expect 0 "$ZNN" compress -r --rm --related d
says "2 links"
says "(2 differences)"
[ -L d/snapshots/latest.gguf.znn ] || fail "the link is gone"
for file in d/twin.safetensors.znn d/step-1000/model.safetensors.znn; do
    expect 0 "$ZNN" decompress -cq $file
    cmp -s "$logs/out" kept/step-1000/model.safetensors || fail "$file does not come back"
done
expect 0 "$ZNN" decompress -cq d/snapshots/latest.gguf.znn
cmp -s "$logs/out" kept/gguf/model.gguf || fail "the link does not come back"

begin "what would be done"
make_family d
expect 0 "$ZNN" compress -rn --related d
prints "as a difference from d/"
[ -z "$(find d -name '*.znn')" ] || fail "something was done"
expect 0 "$ZNN" compress -rn --json --related d
is_json
prints '"base": "d/'
expect 0 "$ZNN" compress -rq --json --related d
is_json
prints '"base": "d/'

begin "rounded models are the bases of rounded models"
make_family d
expect 0 "$ZNN" compress -rq --related --fixed-point 12 d -o rounded
expect 0 "$ZNN" compress -rq --fixed-point 12 d -o alone
expect 0 "$ZNN" decompress -rq rounded -o out
expect 0 "$ZNN" decompress -rq alone -o wanted
diff -r out wanted || fail "rounded in another way"

begin "a model whose base fails stays whole"
make_family d
if [ "$(id -u)" -ne 0 ]; then
    chmod 0 d/step-500/model.safetensors
    expect 1 "$ZNN" compress -r --related d
    expect 0 "$ZNN" decompress -cq d/step-1000/model.safetensors.znn
    chmod 600 d/step-500/model.safetensors
fi
mkdir -p blocked/step-500/model.safetensors.znn blocked/step-1000/model.safetensors.znn
expect 1 "$ZNN" compress -rq --related d -o blocked
expect 0 "$ZNN" decompress -cq blocked/gguf/model.gguf.znn
cmp -s "$logs/out" kept/gguf/model.gguf || fail "the quantization does not come back"

begin "names that a .znn file cannot store are of no base"
mkdir -p d/.hidden "d/a:b"
cp "$data/tiny-base-bf16.safetensors" d/.hidden/base.safetensors
cp "$data/tiny-base-bf16.safetensors" "d/a:b/base.safetensors"
cp "$data/tiny-child-bf16.safetensors" d/child.safetensors
chmod -R u+w d
rm -rf kept
cp -R d kept
expect 0 "$ZNN" compress -rq --rm --related d
gives_all d

begin "wrong usage"
make_model m.bin
expect 2 "$ZNN" compress --related m.bin
says "--related looks for relatives below directories; give -r, too"
expect 2 "$ZNN" compress -r --related --base m.bin .
says "use only one of them"
expect 2 "$ZNN" compress -r --depth 2 .
says "give --related, too"
for depth in 0 9 x ''; do
    expect 2 "$ZNN" compress -r --related --depth "$depth" .
done
expect 2 "$ZNN" compress -r --related --dtype F32 .
says "use only one of them"

finish
