#!/bin/sh
# Files that are up to no good: each is seen for what it is, makes the round trip as bytes, and takes little memory.
. "$(dirname "$0")/lib.sh"

ZNN_PEAK=${ZNN_PEAK:?set ZNN_PEAK to the path of peak}
ZNN_HOSTILE=${ZNN_HOSTILE:?set ZNN_HOSTILE to the path of hostile.py}
command -v python3 >/dev/null || skip "no python3"

# The bound of the manual, in KiB, for files without a header worth mentioning.  Sanitizers need more for themselves.
limit=131072
[ -z "${ZNN_SANITIZED:-}" ] || limit=100000000

# Nothing that a pickle says is done, wherever it would be.
innocent() {
    traces=$(find "$work" -name 'hostile-was-here')
    [ -z "$traces" ] || fail "a command was run: $traces"
}

# 2^31 marks, one within the other, as no file that is kept anywhere would have them.  This takes long, so that it goes
# with the corpus.
if at_corpus "$@"; then
    [ -z "${ZNN_SANITIZED:-}" ] || skip "it takes too long with sanitizers"
    begin "marks without end"
    {
        printf '\200\2\212\12l\374\234F\371 j\250P\31.\200\2M\351\3.\200\2'
        head -c 2147483648 /dev/zero | tr '\0' '('
    } | "$ZNN_PEAK" "$limit" "$ZNN" compress - >a.znn || fail "compress"
    length=$("$ZNN_PEAK" "$limit" "$ZNN" decompress - <a.znn | wc -c)
    [ "$length" -eq 2147483671 ] || fail "$length bytes came back"
    finish
fi

begin "the files"
python3 "$ZNN_HOSTILE" . >"$logs/files" || fail "hostile.py"
[ "$(wc -l <"$logs/files")" -ge 40 ] || fail "files are missing"
while IFS="$(printf '\t')" read -r file format; do
    case_title=$file
    expect 0 "$ZNN_PEAK" "$limit" "$ZNN" compress -T2 -v "$file" -o a.znn
    grep -q " %, $format\$" "$logs/err" || fail "not '$format': $(cat "$logs/err")"
    expect 0 "$ZNN_PEAK" "$limit" "$ZNN" decompress a.znn -o back
    same back "$file"
    rm -f back
    "$ZNN_PEAK" "$limit" "$ZNN" compress -T2 - <"$file" >pipe.znn || fail "compress from a pipe"
    # shellcheck disable=SC2002
    cat pipe.znn | "$ZNN_PEAK" "$limit" "$ZNN" decompress - | cmp - "$file" || fail "through pipes"
    for command in "list" "stat" "test"; do
        expect 0 "$ZNN_PEAK" "$limit" "$ZNN" $command a.znn
    done
    expect 0 "$ZNN_PEAK" "$limit" "$ZNN" stat --quick "$file"
    rm -f a.znn
done <"$logs/files"
innocent
finish
