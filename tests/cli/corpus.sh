#!/bin/sh
# Every file below $ZNN_CORPUS makes the round trip, through files and through pipes, with one thread and with two.
[ -n "${ZNN_CORPUS:-}" ] || {
    echo "skipped: ZNN_CORPUS names no folder of models"
    exit 77
}
ZNN_CORPUS=$(cd "$ZNN_CORPUS" && pwd) || exit 1
. "$(dirname "$0")/lib.sh"

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
    rm -f one.znn two.znn back
    count=$((count + 1))
done <"$logs/files"
echo "$count files"
finish
