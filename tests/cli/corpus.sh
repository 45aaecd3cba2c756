#!/bin/sh
# Every file below $ZNN_CORPUS makes the round trip, through files and through pipes, with one thread and with two.  None
# gets larger than zstd -3 makes it by more than 0.5 % and 300 bytes, or 0.1 % and 300 bytes where it is mostly numbers.
. "$(dirname "$0")/lib.sh"
need_corpus

begin "corpus"
find "$ZNN_CORPUS" -type f | LC_ALL=C sort >"$logs/files"
[ -s "$logs/files" ] || fail "no files below $ZNN_CORPUS"
count=0
while IFS= read -r file; do
    case_title=$file
    "$ZNN" compress -T1 "$file" -o one.znn && "$ZNN" compress -T2 "$file" -o two.znn || fail "compress"
    same one.znn two.znn
    "$ZNN" decompress -T2 one.znn -o back || fail "decompress"
    same back "$file"
    # shellcheck disable=SC2002
    cat "$file" | "$ZNN" compress - | "$ZNN" decompress - | cmp - "$file" || fail "through pipes"
    if command -v zstd >/dev/null; then
        zstd -q -3 -f "$file" -o back || fail "zstd"
        expect 0 "$ZNN" stat --json one.znn
        if [ $((2 * $(value opaque_bytes))) -lt "$(value original_bytes)" ]; then
            at_most "$(size one.znn)" "$(size back) * 1.001 + 300" "bytes, mostly numbers"
        else
            at_most "$(size one.znn)" "$(size back) * 1.005 + 300" "bytes"
        fi
    fi
    rm -f one.znn two.znn back
    count=$((count + 1))
done <"$logs/files"
echo "$count files"
finish
