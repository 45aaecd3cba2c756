#!/bin/sh
# How outputs are called.
. "$(dirname "$0")/lib.sh"

# pair BEFORE AFTER: compress calls its output so, and decompress finds the way back.
pair() {
    begin "names: $1"
    echo content >"$1"
    echo content >"$logs/original"
    expect 0 "$ZNN" compress -- "$1"
    silent
    [ -f "$2" ] || fail "no $2"
    rm -f -- "$1"
    expect 0 "$ZNN" decompress -- "$2"
    silent
    same "./$1" "$logs/original"
    [ "$(find . -type f -exec echo file \; | wc -l)" -eq 2 ] || fail "more files than two"
}

for extension in safetensors bin pt pth ckpt gguf npy onnx h5 th tar; do
    pair "model.$extension" model.znn
done
pair notes.txt notes.txt.znn
pair README README.znn
pair v1.2 v1.2.znn
pair model.BIN model.BIN.znn
pair model.safetensors.bak model.safetensors.bak.znn
pair .bin .bin.znn
pair .hidden.bin .hidden.znn
pair .pt.bin .pt.znn
pair a.b.c.pt a.b.c.znn
pair model.bin.bin model.bin.bin.znn
pair model.pt.bin model.pt.znn
pair bin bin.znn
pair model. model..znn
pair "with space.bin" "with space.znn"
pair "-dash.bin" "-dash.znn"
pair "$(printf 'latin\351.bin')" "$(printf 'latin\351.znn')"
pair "$(printf 'new\nline.bin')" "$(printf 'new\nline.znn')"
pair modèle.bin modèle.znn
long=$(printf '%0246d' 7)
pair "$long.bin" "$long.znn"

begin "a directory's dot is no extension's"
mkdir x.bin
echo content >x.bin/model
expect 0 "$ZNN" compress x.bin/model
[ -f x.bin/model.znn ] || fail "no x.bin/model.znn"

begin "two inputs that would collide"
echo 1 >a.safetensors
echo 2 >a.bin
echo 3 >b.bin
expect 0 "$ZNN" compress a.safetensors b.bin a.bin
only a.bin a.bin.znn a.safetensors a.safetensors.znn b.bin b.znn
mkdir out
mv -- *.znn out
(cd out && "$ZNN" decompress a.bin.znn a.safetensors.znn b.znn) || fail "decompress"
same a.safetensors out/a.safetensors
same a.bin out/a.bin
same b.bin out/b.bin

begin "a collision is seen through spellings of the directory"
mkdir d
echo 1 >d/a.safetensors
echo 2 >d/a.bin
expect 0 "$ZNN" compress --rm d/a.safetensors "$PWD/d//a.bin"
cd d && only a.bin.znn a.safetensors.znn

begin "the same names in two directories are no collision"
mkdir d e
echo 1 >d/a.bin
echo 2 >e/a.pt
expect 0 "$ZNN" compress d/a.bin e/a.pt
[ -f d/a.znn ] && [ -f e/a.znn ] || fail "not d/a.znn and e/a.znn"

begin "a name made to avoid a collision makes no other"
echo 1 >a.bin
echo 2 >a.pt
echo 3 >a.bin.npy
echo 4 >a
expect 0 "$ZNN" compress a.bin a.pt a.bin.npy a
only a a.bin a.bin.npy a.bin.npy.znn a.bin.znn a.pt a.pt.znn a.znn

begin "the same input twice is no collision, and no overwriting"
echo 1 >a.bin
expect 1 "$ZNN" compress a.bin a.bin
says "was just made"
only a.bin a.znn
expect 1 "$ZNN" compress -f a.bin ./a.bin
says "was just made"
only a.bin a.znn

begin "decompress does not write two files into one"
echo 1 >a.bin
expect 0 "$ZNN" compress a.bin
echo 2 >a.bin
expect 0 "$ZNN" compress -c - <a.bin
cp "$logs/out" a.bin.znn
rm a.bin
expect 1 "$ZNN" decompress -f a.znn a.bin.znn
says "was just made from another input"
[ "$(cat a.bin)" = 1 ] || fail "the first output was replaced"

begin "a .znn file is compressed once more only on demand"
echo content >a.bin
expect 0 "$ZNN" compress a.bin
expect 0 "$ZNN" compress a.znn
says "a.znn: already ends in .znn"
only a.bin a.znn
expect 0 "$ZNN" compress -f a.znn
only a.bin a.znn a.znn.znn
rm a.znn
expect 0 "$ZNN" decompress a.znn.znn
rm a.bin
expect 0 "$ZNN" decompress a.znn
[ "$(cat a.bin)" = content ] || fail "other bytes"
expect 0 "$ZNN" compress a.znn -o twice
expect 0 "$ZNN" decompress twice -o a2.znn
same a.znn a2.znn

begin "-o overrides, and the extension is remembered"
make_model a.safetensors
mkdir d
expect 0 "$ZNN" compress a.safetensors -o d/other.znn
(cd d && "$ZNN" decompress other.znn) || fail "decompress"
same a.safetensors d/other.safetensors
expect 0 "$ZNN" compress a.safetensors -o d/b.safetensors.znn
(cd d && "$ZNN" decompress b.safetensors.znn) || fail "decompress"
same a.safetensors d/b.safetensors
"$ZNN" compress -c a.safetensors >d/c.znn || fail "compress -c"
(cd d && "$ZNN" decompress c.znn) || fail "decompress"
same a.safetensors d/c.safetensors
"$ZNN" compress <a.safetensors >d/e.znn || fail "compress from standard input"
(cd d && "$ZNN" decompress e.znn) || fail "decompress"
same a.safetensors d/e

begin "-o DIR"
mkdir in in/more out
echo 1 >in/a.bin
echo 2 >in/a.pt
echo 3 >in/b.txt
echo 4 >in/more/a.bin
expect 0 "$ZNN" compress in/a.bin in/b.txt -o out
expect 0 "$ZNN" compress in/a.pt -o new/
expect 0 "$ZNN" compress in/a.pt -o new -f
expect 0 "$ZNN" compress in/a.bin in/a.pt -o both/
(cd out && only a.znn b.txt.znn)
(cd new && only a.znn)
(cd both && only a.bin.znn a.pt.znn)
expect 0 "$ZNN" decompress out/a.znn out/b.txt.znn -o back/
same back/a.bin in/a.bin
same back/b.txt in/b.txt
expect 0 "$ZNN" decompress --salvage out/a.znn -o saved/
same saved/a.bin in/a.bin
expect 0 "$ZNN" compress --json --rm back/a.bin back/b.txt -o packed/
[ "$(value output)" = packed/a.znn ] || fail "output"
[ ! -e back/a.bin ] || fail "--rm"
expect 1 "$ZNN" compress in/a.bin in/more/a.bin -o clash/
says "clash/a.znn: was just made from another input"
expect 1 "$ZNN" compress -f in/a.bin in/more/a.bin -o clash/
says "clash/a.znn: was just made from another input"
expect 0 "$ZNN" decompress clash/a.znn -o clash
same clash/a.bin in/a.bin
mkdir e
expect 0 "$ZNN" compress in/more/a.bin -o e/
expect 1 "$ZNN" decompress -f e/a.znn clash/a.znn -o one/
says "one/a.bin: was just made from another input"
expect 1 "$ZNN" compress in/a.bin -o out
says "out/a.znn: exists already"
expect 1 "$ZNN" compress in/a.bin -o no/way/
says "no/way/: could not create this directory: No such file or directory"
expect 1 "$ZNN" compress in/a.bin -o in/b.txt/
says "in/b.txt/a.znn: could not create: Not a directory"
expect 2 "$ZNN" compress - -o out <in/a.bin
says "out: is a directory, and output from standard input has no name"
expect 2 "$ZNN" decompress -o out <out/a.znn
expect 2 "$ZNN" decompress --range 0:1 out/a.znn -o out/
says "out/: is a directory; give the name of a file"

begin "decompress needs a name to work with"
echo content >a.bin
expect 0 "$ZNN" compress a.bin -o b
expect 1 "$ZNN" decompress b
says "b: does not end in .znn"
cp b .znn
expect 1 "$ZNN" decompress .znn
says "does not end in .znn"
expect 0 "$ZNN" decompress b -o c
same a.bin c
"$ZNN" decompress -c b | cmp - a.bin || fail "decompress -c"
only .znn a.bin b c
finish
