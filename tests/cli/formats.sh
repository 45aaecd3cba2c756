#!/bin/sh
# Model files that are not as their formats have it, or hold their tensors in unusual ways: several archives in one file,
# bytes behind the end, a cut, views with gaps, Fortran order.  What is sound is listed and typed, and the rest is told.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip "python3 is missing"
make() {
    python3 "$ZNN_SOURCE/tests/models/formats.py" "$@" >"$logs/seed" || fail "formats.py $*"
}

# round_trip FILE: it comes back, from a file and through a pipe.
round_trip() {
    expect 0 "$ZNN" compress -q -f "$1" -o m.znn
    "$ZNN" decompress -c m.znn | cmp - "$1" || fail "other bytes: $1"
    "$ZNN" compress -q - <"$1" | "$ZNN" decompress - | cmp - "$1" || fail "other bytes through pipes: $1"
}

# column KEY: what stands behind each KEY of the last command's JSON.
column() {
    sed -n "s/^ *\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$logs/out"
}

begin "several archives in one file"
make series .
round_trip base.distcp
expect 0 "$ZNN" list --names m.znn
[ "$(cat "$logs/out")" = "$(seq 0 7)" ] || fail "names: $(cat "$logs/out")"
expect 0 "$ZNN" compress child.distcp --base base.distcp -o child.znn
at_most "$(size child.znn)" "0.6 * $(size child.distcp)" "a child of eight archives"
expect 0 "$ZNN" stat --json child.znn
[ "$(value base_tensors)" = 8 ] || fail "$(value base_tensors) tensors of the base are used"
{ zeros 1000 && cat base.distcp; } >before.bin
{ cat base.distcp && zeros 100000; } >behind.bin
head -c 500000 base.distcp >cut.bin # seven archives, and the start of one
for file in before behind cut; do
    round_trip $file.bin
    expect 0 "$ZNN" list --json m.znn
    [ "$(column name | wc -l)" -ge 7 ] || fail "$file: $(column name | wc -l) tensors"
done
[ "$(value cut_tensors)" = 1 ] || fail "not one tensor is cut: $(value cut_tensors)"

begin "bytes behind the last tensor, or missing"
make_layers model.safetensors
{ cat model.safetensors && zeros 17; } >longer.safetensors
head -c $(($(size model.safetensors) - 200)) model.safetensors >shorter.safetensors
for file in longer shorter; do
    expect 0 "$ZNN" compress -v $file.safetensors -o $file.znn
    cp "$logs/err" $file.said
    expect 0 "$ZNN" list --json $file.znn
    [ "$(column name | wc -l)" -eq 8 ] || fail "$file: not 8 tensors"
    [ "$(value header_error)" = MetadataIncompleteBuffer ] || fail "$file: no header_error"
    for way in $file.safetensors $file.znn; do
        expect 0 "$ZNN" stat --json "$way"
        [ "$(value header_error)" = MetadataIncompleteBuffer ] || fail "$way: no header_error"
        [ "$(value trailing_bytes)" = "$([ $file = longer ] && echo 17)" ] || fail "$way: trailing_bytes"
        [ "$(value cut_tensors)" = "$([ $file = shorter ] && echo 5)" ] || fail "$way: cut_tensors $(value cut_tensors)"
    done
    round_trip $file.safetensors
    "$ZNN" compress -q - <$file.safetensors >piped.znn
    expect 0 "$ZNN" list --json piped.znn
    sed '/"path"/d; /"compressed_bytes"/d; /"ratio"/d' "$logs/out" >piped
    expect 0 "$ZNN" list --json $file.znn
    sed '/"path"/d; /"compressed_bytes"/d; /"ratio"/d' "$logs/out" | cmp - piped || fail "$file: another list from a pipe"
done
grep -q "17 bytes after the last tensor" longer.said || fail "nothing said: $(cat longer.said)"
grep -q "the file is cut: 3 of 8 tensors are whole" shorter.said || fail "nothing said: $(cat shorter.said)"
expect 0 "$ZNN" list longer.znn
prints "17 bytes after the last tensor"
expect 0 "$ZNN" stat longer.safetensors
prints "17 bytes after the last tensor"
expect 0 "$ZNN" extract longer.znn h.1.mlp.weight -o a
expect 0 "$ZNN" extract longer.znn '*' -o all.safetensors
expect 1 "$ZNN" extract shorter.znn '*' -o cut.safetensors
grep -q "'wte.weight': the file is cut" "$logs/err" || fail "no reason: $(cat "$logs/err")"

begin "cut files"
make series .
mv base.distcp model.pt
for mode in gguf npy npz; do
    "$ZNN_CONVERT" $mode "$ZNN_DATA/tiny-base-bf16.safetensors" >model.$mode || fail "convert_model"
done
for file in model.gguf model.npy model.npz model.pt; do
    for percent in 99 70 30; do
        head -c $(($(size $file) * percent / 100)) $file >cut.model
        expect 0 "$ZNN" compress -f cut.model -o cut.znn
        says "the file is cut: "
        grep -q " of [0-9]* tensors \(is\|are\) whole" "$logs/err" || fail "$file, $percent %: how many?"
        for look in list stat; do
            expect 0 "$ZNN" $look cut.znn
            prints "the file is cut: "
            expect 0 "$ZNN" $look --json cut.znn
            [ "$(value header_error)" = Truncated ] || fail "$look $file, $percent %: $(value header_error)"
            [ "$(value cut_tensors)" -ge 1 ] || fail "$look $file, $percent %: cut_tensors $(value cut_tensors)"
        done
        round_trip cut.model
    done
    expect 0 "$ZNN" compress -f $file -o m.znn
    silent
done

# gathered NAME: it is extracted in row-major order, alone and among others.
gathered() {
    expect 0 "$ZNN" extract -f m.znn "$1" -o one
    same one "$1.expected"
    expect 0 "$ZNN" extract -f all.znn "$1" -o one
    same one "$1.expected"
}

begin "views of all kinds"
make views .
round_trip views.pt
expect 0 "$ZNN" list --names m.znn
sort -u "$logs/out" >names
[ "$(wc -l <names)" -eq 60 ] || fail "$(wc -l <names) of 60 views are listed ($(cat "$logs/seed"))"
expect 0 "$ZNN" extract m.znn '*' -o all.safetensors
silent
expect 0 "$ZNN" compress all.safetensors -o all.znn
while read -r name; do
    gathered "$name"
done <names
[ "$failures" -eq 0 ] || cat "$logs/seed"

begin "a matrix that takes several blocks"
make large .
expect 0 "$ZNN" compress large.pt -o m.znn
expect 0 "$ZNN" extract m.znn '*' -o all.safetensors
expect 0 "$ZNN" compress all.safetensors -o all.znn
gathered turned
gathered slice

begin "Fortran order"
{
    printf '\223NUMPY\001\000v\000'
    printf '%-117s\n' "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }"
    printf 'adbecf'
} >f.npy
expect 0 "$ZNN" compress f.npy -o m.znn
expect 0 "$ZNN" extract m.znn '*' -o c.npy
[ "$(tail -c 6 c.npy)" = abcdef ] || fail "not in row-major order: $(tail -c 6 c.npy)"
grep -q "'fortran_order': False, 'shape': (2, 3)" c.npy || fail "$(head -n 1 c.npy)"

begin "names that say what extract does not write"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors -o m.znn
for name in x.pt x.pth x.gguf x.onnx x.h5 x.npz x.znn; do
    expect 2 "$ZNN" extract m.znn step -o $name
    says "$name: extract cannot write .${name#x.} files; use a name in .safetensors or .npy"
    [ ! -e $name ] || fail "$name was written"
done
expect 0 "$ZNN" extract m.znn step -o x.pt --format raw
expect 0 "$ZNN" extract m.znn step -o x.raw
same x.pt x.raw
finish
