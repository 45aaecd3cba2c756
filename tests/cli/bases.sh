#!/bin/sh
# What --rm must leave in place, because a .znn file of this run or of an earlier one needs it as its base.
. "$(dirname "$0")/lib.sh"

# make_pair DIRECTORY: a.bin and b.bin, each a good base for the other; and copies in `kept`.
make_pair() {
    mkdir -p "$1" kept
    make_layers "$1/a.bin"
    cp "$1/a.bin" "$1/b.bin"
    flip "$1/b.bin" 1500
    touch -d '2021-02-03 04:05:06' "$1/a.bin"
    touch -d '2021-02-03 04:05:07' "$1/b.bin"
    cp "$1/a.bin" "$1/b.bin" kept
}

# gives PACKED MODEL: the .znn file can be decompressed, and gives the model.
gives() {
    expect 0 "$ZNN" decompress -cq "$1"
    cmp -s "$logs/out" "$2" || fail "$1 does not give $2"
}

# word TEXT: it was said, among other things.
word() {
    grep -qF -e "$1" "$logs/err" || fail "no '$1' in: $(cat "$logs/err")"
}

begin "two models, each up to date with a .znn file that needs the other one"
for way in rounds base; do
    rm -rf d
    make_pair d
    expect 0 "$ZNN" compress -r --base d/b.bin d --exclude b.bin
    expect 0 "$ZNN" compress -r --base d/a.bin d --exclude a.bin
    if [ $way = base ]; then
        expect 1 "$ZNN" compress -r --rm --base d/b.bin d
        word "d/b.bin: not removed, because it is the base, and 'd/b.bin.znn' needs a base itself"
    else
        expect 1 "$ZNN" compress -r --rm d
        word "d/b.bin: not removed, because 'd/b.bin.znn' needs it as a base"
        expect 1 "$ZNN" compress -r --rm d # nor in another round
    fi
    gives d/a.bin.znn kept/a.bin
    gives d/b.bin.znn kept/b.bin
    (cd d && only a.bin.znn b.bin b.bin.znn)
done

begin "the base of an output that is up to date is not replaced in the same run, once the source is removed"
make_pair d
expect 0 "$ZNN" compress -r d --exclude a.bin
expect 0 "$ZNN" compress -r --base d/b.bin.znn d --exclude b.bin
flip d/b.bin 1600
expect 1 "$ZNN" compress -r -f --rm d
word "d/b.bin.znn: is another input of this command, or the base of one, and is kept"
gives d/a.bin.znn kept/a.bin

begin "nor is it rounded"
mkdir d
cp "$ZNN_DATA/tiny-base-bf16.safetensors" d/a.bin
cp d/a.bin d/b.bin
cp d/a.bin original
expect 0 "$ZNN" compress -r --base d/b.bin d --exclude b.bin
expect 1 "$ZNN" compress -r --rm --fixed-point 8 --force-lossy-rm d
word "d/b.bin: not removed, because another file needs it as an exact base, but 'd/b.bin.znn' is rounded"
gives d/a.bin.znn original

begin "all names of a file that is rounded go"
mkdir d
cp "$ZNN_DATA/tiny-base-bf16.safetensors" d/a.bin
ln d/a.bin d/b.bin
expect 0 "$ZNN" compress -r --rm --fixed-point 8 --force-lossy-rm d
(cd d && only a.bin.znn b.bin.znn)

begin "a base that is up to date goes after the files that are not"
make_pair d
cp d/b.bin d/c.bin
expect 0 "$ZNN" compress -q -r --base d/a.bin d --exclude c.bin
expect 0 "$ZNN" compress -q -r --rm --base d/a.bin d
(cd d && only a.bin.znn b.bin.znn c.bin.znn)
gives d/a.bin.znn kept/a.bin
gives d/c.bin.znn kept/b.bin

begin "a base that has two names, of which both are compressed"
make_pair d
ln d/a.bin d/z.bin
expect 0 "$ZNN" compress -q -r --rm --base d/a.bin d
(cd d && only a.bin.znn b.bin.znn z.bin.znn)
gives d/b.bin.znn kept/b.bin

# make_named COMMAND...: a model in d/x that is the base of one in d/y, where it has another name, made by COMMAND.
make_named() {
    rm -rf d out
    make_pair d/x
    mkdir d/y
    mv d/x/b.bin d/y
    expect 0 "$ZNN" compress --rm d/x/a.bin -o d/x/a.bin.znn
    "$@" d/y/q.znn
    expect 0 "$ZNN" compress --rm --base d/y/q.znn d/y/b.bin -o d/y/r.bin.znn
    ln -s r.bin.znn d/y/s.bin.znn
}

# the models are in DIRECTORY, and d holds nothing else.
done_in() {
    [ "$(find d ! -type d -name '*.znn')" = '' ] || fail "is still there: $(find d -name '*.znn')"
    same "$1/x/a.bin" kept/a.bin
    same "$1/y/q.bin" kept/a.bin
    same "$1/y/r.bin" kept/b.bin
    [ "$(readlink "$1/y/s.bin")" = r.bin ] || fail "s.bin says '$(readlink "$1/y/s.bin")'"
}

begin "all names of a base wait for what needs it, and go then"
for output in d out; do
    make_named ln d/x/a.bin.znn
    expect 0 "$ZNN" decompress -r --rm d -o $output
    done_in $output
    make_named ln -s ../x/a.bin.znn
    expect 0 "$ZNN" decompress -r --rm d -o $output
    done_in $output
done

begin "and all stay, if that fails"
make_named ln d/x/a.bin.znn
mkdir -p out/y
echo other >out/y/r.bin
expect 1 "$ZNN" decompress -r --rm d -o out
for kept in d/x/a.bin.znn d/y/q.znn; do
    word "$kept: not removed, because 'd/y/r.bin.znn' needs it and was not decompressed"
done
gives d/y/r.bin.znn kept/b.bin
rm out/y/r.bin
expect 0 "$ZNN" decompress -r --rm d -o out
done_in out

# make_chain FIRST SECOND THIRD: three .znn files in d, each of which needs the one before.
make_chain() {
    mkdir d
    make_layers "$1.safetensors"
    for model in "$2" "$3"; do
        cp "$1.safetensors" "$model.safetensors"
        flip "$model.safetensors" 700
    done
    flip "$3.safetensors" 900
    expect 0 "$ZNN" compress "$1.safetensors" -o "d/$1.znn"
    expect 0 "$ZNN" compress --base "d/$1.znn" "$2.safetensors" -o "d/$2.znn"
    expect 0 "$ZNN" compress --base "d/$2.znn" "$3.safetensors" -o "d/$3.znn"
}

if command -v flock >/dev/null; then
    for names in "a b c" "z m n"; do
        begin "if a file of a chain stays because another program uses it, so do all names of its base: $names"
        # shellcheck disable=SC2086
        make_chain $names
        first=${names%% *}
        second=${names#* }
        second=${second% *}
        ln "d/$first.znn" "d/$first-1.znn"
        ln "d/$first.znn" "d/$first-2.znn"
        exec 5<"d/$second.znn"
        flock -s 5
        expect 1 "$ZNN" decompress -r --rm d -o out
        word "d/$second.znn: not removed, because another znn uses it, perhaps as a base"
        for kept in "$first" "$first-1" "$first-2"; do
            word "d/$kept.znn: not removed, because another file that still exists needs it"
        done
        tail -n 1 "$logs/err" | grep -qF ', 4 failed' || fail "$(tail -n 1 "$logs/err")"
        exec 5<&-
        for model in $names; do
            same "$model.safetensors" "out/$model.safetensors"
        done
        [ ! -e "d/${names##* }.znn" ] || fail "nothing was removed"
    done
fi

begin "a rehearsal touches nothing"
make_pair d
cp d/b.bin d/c.bin
ln d/c.bin d/e.bin
ln -s c.bin d/l.bin
expect 0 "$ZNN" compress -q -r --base d/a.bin d --exclude c.bin --exclude e.bin --exclude l.bin
before=$(find d -printf '%p %i %n %s %T@ %C@ %l\n' | LC_ALL=C sort)
expect 0 "$ZNN" compress -n -r --rm --base d/a.bin d
expect 0 "$ZNN" decompress -n -r --rm -f d
[ "$before" = "$(find d -printf '%p %i %n %s %T@ %C@ %l\n' | LC_ALL=C sort)" ] || fail "something was touched"
finish
