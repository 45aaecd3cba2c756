#!/bin/sh
# Failures: one line each, exit code 1, and the other files are done.
here=$(cd "$(dirname "$0")" && pwd)
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

# Each command with each bad input: the line names the file at fault and says what it is and what helps.
#
# table STATUS < lines of: the file that the line starts with | words in the line | the arguments
table() {
    while IFS='|' read -r named words arguments; do
        rm -f made
        # shellcheck disable=SC2086
        expect "$1" "$ZNN" $arguments </dev/null
        says "$words"
        says "znn: $named: "
        case " $arguments" in
        *" compress "* | *" decompress "* | *" test "* | *" list "* | *" stat "*) ;;
        *) continue ;;
        esac
        case $arguments in *--range* | *--salvage* | *" -c"*) continue ;; esac
        # shellcheck disable=SC2086
        expect "$1" "$ZNN" $arguments --json </dev/null
        is_json
        prints '"ok": false'
        prints '"error": "'
    done
}

begin "the right file, the place, the remedy"
make_layers model.safetensors
expect 0 "$ZNN" compress model.safetensors -o m.znn
: >empty.znn
printf 'ZN\0\1 and what ZipNN writes' >zipnn.znn
make_safetensors z.znn.safetensors '{"__metadata__":{"znn_compressed_vectors":"{}"},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}' empty.znn
printf 'ZN\0\1' >>z.znn.safetensors
cp model.safetensors model.znn
printf 'version https://git-lfs.github.com/spec/v1\n' >lfs.znn
printf '<!DOCTYPE html>' >html.znn
gzip -c m.znn >gz.znn
mkdir d
head -c 300 m.znn >cut.znn
{
    for command in "decompress -o made" test list "extract -o made" "decompress --range 0:1" "decompress --salvage -o made"; do
        tensor=
        [ "${command#extract}" = "$command" ] || tensor=x
        for row in "empty.znn|not a .znn file: it is empty; fetch the file again" \
            "zipnn.znn|not a .znn file: it is a file of ZipNN, another program; ZipNN's zipnn_decompress_file.py opens" \
            "z.znn.safetensors|it is a file of ZipNN, another program; ZipNN's zipnn_decompress_safetensors.py opens it" \
            "model.znn|it is a model; 'znn stat' looks into models" \
            "lfs.znn|it is a pointer of Git LFS; 'git lfs pull' fetches" \
            "html.znn|it is a web page; check the address" \
            "gz.znn|it is compressed by gzip; 'gzip -d' opens it" \
            "missing|could not open: No such file or directory" \
            "d|is a directory; "; do
            echo "$row|$command ${row%%|*} $tensor"
        done
    done
    echo "cut.znn|(at offset 300)|decompress cut.znn -o made"
    echo "missing/x|could not create: No such file or directory; its directory does not exist|compress model.safetensors -o missing/x"
    echo "m.znn/x|could not create: Not a directory; a part of its path is not a directory|compress model.safetensors -o m.znn/x"
    echo "missing|could not open|stat model.safetensors --base missing"
    echo "missing|could not open|compress model.safetensors --base missing -o made"
} >rows
table 1 <rows
[ "$(wc -l <rows)" -ge 58 ] || fail "rows are missing"
# shellcheck disable=SC2002
cat zipnn.znn | "$ZNN" decompress - -o made 2>"$logs/err" && fail "a stream of ZipNN's"
says "(stdin): not a .znn file: it is a file of ZipNN"
expect 0 "$ZNN" stat zipnn.znn
says "zipnn.znn: is compressed by ZipNN, another program"
expect 0 "$ZNN" compress z.znn.safetensors -o made
says "z.znn.safetensors: is compressed by ZipNN, another program"

begin "what stands where a model should be"
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n' >lfs.safetensors
printf '<!DOCTYPE html>\n<title>404</title>\n' >page.bin
printf '<!doctype html>\n<p>' >page.gguf
printf '\n  <HTML lang="en"><p>' >page.pt
printf '<!DOCTYPE html>\n' >index.html
cp lfs.safetensors notes.txt
printf '<p' >other.bin
printf 'version https://git-lfs.github.com/spec/v1\0' >binary.bin
gzip -c lfs.safetensors >gz.bin
: >empty.bin
make_layers model.safetensors
lfs="it is a pointer of Git LFS; 'git lfs pull' fetches the file"
page="it is a web page; check the address that it was fetched from"
for row in "lfs.safetensors $lfs" "page.bin $page" "page.gguf $page" "page.pt $page"; do
    file=${row%% *}
    for command in "compress -f -o made" "compress -f -q -v -o made" "compress -n" "compress -f -r -o folder" stat; do
        # shellcheck disable=SC2086
        expect 0 "$ZNN" $command "$file"
        grep -qxF "znn: $file: holds no model: ${row#* }" "$logs/err" || fail "$command: $(cat "$logs/err")"
    done
    expect 0 "$ZNN" compress -f "$file" -o made
    says "$file: holds no model: "
    expect 0 "$ZNN" compress -f -q "$file" -o made
    silent
    expect 0 "$ZNN" decompress -f made -o back
    silent
    same back "$file"
done
for file in index.html notes.txt other.bin binary.bin gz.bin empty.bin model.safetensors; do
    expect 0 "$ZNN" compress -f "$file" -o made
    silent
done
cp page.gguf page.znn
expect 1 "$ZNN" list page.znn
says "page.znn: not a .znn file: $page"
cp page.pt page.znn
expect 1 "$ZNN" list page.znn
says "page.znn: not a .znn file: $page"

# Otherwise --json would say REFUSED.
begin "one function says that memory has run out"
found=$(grep -rl '_error(.*"out of memory"' "$here/../../src/cli" | sort)
[ "${found##*/}" = message.c ] || fail "also in: $found"

begin "devices are not replaced, and -f is not offered"
block=
for device in /dev/loop0 /dev/sda /dev/vda /dev/nvme0n1; do
    [ ! -b $device ] || block=$device
done
mkfifo a.bin.znn
mkfifo b
make_model a.bin
mv a.bin.znn a.znn
expect 1 "$ZNN" compress a.bin
says "a.znn: is not a regular file, so even -f does not replace it"
[ -z "$block" ] || {
    expect 1 "$ZNN" compress a.bin -o $block
    says "$block: is not a regular file, so even -f does not replace it"
}

begin "closed descriptors are no streams"
make_model a.bin
"$ZNN" compress a.bin
for command in "list -" "test -" "stat -" "extract - x" "compress -" "decompress -" "decompress --range 0:1 -"; do
    # shellcheck disable=SC2086
    "$ZNN" $command <&- >out 2>"$logs/err" && fail "$command: no failure"
    says "(stdin): is closed, or not open for reading; name a file"
    # shellcheck disable=SC2086
    "$ZNN" $command 0>other >out 2>"$logs/err" && fail "$command: no failure"
    says "(stdin): is closed, or not open for reading"
done
for command in "compress -c a.bin" "decompress -c a.znn" "extract a.znn weight" "decompress --range 0:1 a.znn"; do
    # shellcheck disable=SC2086
    "$ZNN" $command >&- 2>"$logs/err" && fail "$command: no failure"
    grep -q '^znn: (stdout): is closed, or not open for writing; redirect\|^znn: a.znn: ' "$logs/err" || fail "$command: $(cat "$logs/err")"
done
for command in "list a.znn" "test a.znn" "stat a.znn" help --version; do
    # shellcheck disable=SC2086
    "$ZNN" $command >&- 2>"$logs/err" && fail "$command: no failure"
    says "(stdout): could not write"
done

begin "words that undo"
while read -r word meant; do
    expect 2 "$ZNN" "$word"
    says "unknown command '$word'; did you mean 'znn $meant'?"
done <<'X'
uncompress decompress
uncompres decompress
un-compress decompress
unpak decompress
gunzip decompress
unzstd decompress
salvage decompress --salvage
version --version
compres compress
X

# chain NAME: c.znn needs b.znn, which needs a.znn, in a directory of its own.
chain() {
    begin "a chain of bases: $1"
    make_random noise 64
    python3 - <<'Y'
import json, struct
noise = open("noise", "rb").read()
for name in "abc":
    part = bytearray(noise)
    for i in range(0, len(part), 64):
        part[i] ^= ord(name)
    head = json.dumps({"w": {"dtype": "F32", "shape": [128, 128], "data_offsets": [0, 65536]}}).encode()
    open(name + ".safetensors", "wb").write(struct.pack("<Q", len(head)) + head + bytes(part))
Y
    expect 0 "$ZNN" compress a.safetensors
    expect 0 "$ZNN" compress --base a.safetensors b.safetensors
    expect 0 "$ZNN" compress --base b.safetensors c.safetensors
    mkdir kept
    mv ./*.safetensors kept
}

# at_fault FILE PATH WORDS: each command that needs the chain goes from file to file, and JSON has the last one.
at_fault() {
    for command in "decompress c.znn -o made" "test c.znn" "extract c.znn w -o made" "decompress --range 200:900 c.znn" \
        "decompress --salvage c.znn -o made"; do
        # shellcheck disable=SC2086
        expect 1 "$ZNN" $command
        says "znn: c.znn: $2"
        says "$3"
        [ ! -e made ] || fail "$command made something"
    done
    for command in "decompress c.znn -o made" "test c.znn"; do
        # shellcheck disable=SC2086
        expect 1 "$ZNN" $command --json
        is_json
        prints '"ok": false'
        prints '"error": "ZNN_ERROR_'
        [ -z "$1" ] || [ "$(value file)" = "$1" ] || fail "file is $(value file), not $1"
    done
}

if command -v python3 >/dev/null; then
    beside="put the right base next to the file that needs it"
    chain "the nearest is missing"
    rm b.znn
    at_fault "" "the base model is missing or a different one: it needs its base, called 'b.safetensors'" "name the right base with --base"
    chain "the last is missing"
    rm a.znn
    at_fault ./b.znn "its base './b.znn': the base model is missing or a different one: it needs its base, called 'a.s" "$beside"
    chain "the nearest is wrong"
    cp a.znn b.znn
    at_fault ./b.znn "its base './b.znn': its tensor 'w' has" "name the right base with --base"
    chain "the last is wrong"
    rm a.znn
    expect 0 "$ZNN" compress kept/c.safetensors -o a.znn
    at_fault ./a.znn "its base './b.znn': its base './a.znn': its tensor 'w' has" "$beside"
    chain "the nearest is damaged"
    flip b.znn $(($(size b.znn) - 30))
    at_fault ./b.znn "its base './b.znn': the file is damaged" "restore it from a backup"
    chain "the last is damaged"
    flip a.znn 30000
    at_fault ./a.znn "its base './b.znn': its base './a.znn': the base cannot be read: " "$beside"
    chain "the last is cut"
    head -c 30000 a.znn >a && mv a a.znn
    at_fault ./a.znn "its base './b.znn': its base './a.znn': the file is damaged" "(at offset 29960)"
    chain "the last cannot be read"
    if [ "$(id -u)" -ne 0 ]; then
        chmod 000 a.znn
        at_fault ./a.znn "its base './b.znn': its base './a.znn': could not open: Permission denied" ""
    fi
fi
finish
