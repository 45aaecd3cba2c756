#!/bin/sh
# What includes what: the #include lines of the source against the table src/rooms.txt.
#
# The table itself has no circle, as a room may name only those above it.  Files of the folders posix, linux and windows
# are the only ones that include the headers of a system, and only their own room includes their headers.
#
# With an argument it takes that folder for the source; so the check is tried on a tree that breaks the rule.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# check SOURCE: prints every breach; fails if there is one.
# shellcheck disable=SC2016 # the dollars are awk's
check() {
    (cd "$1" && find . -name '*.[ch]' | sed 's|^\./||' | sort | xargs awk '
        function room_of(path) {
            sub(/\/?[^\/]*$/, "", path)
            sub(/\/(x86|arm|posix|linux|windows)$/, "", path) # code for one processor or system belongs to its room
            return path
        }
        function say(text) { print text; breaches++ }
        function list_words(text, list,    words, count, i) {
            count = split(text, words, " ")
            for (i = 1; i <= count; i++)
                list[words[i]] = 1
        }
        BEGIN {
            list_words("assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp " \
                       "stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath " \
                       "time uchar wchar wctype", standard)
            list_words("xxhash zstd zstd_errors", standard)
            list_words("immintrin emmintrin cpuid arm_neon", processor)
            known["<processor>"] = known["<python>"] = known["<system>"] = 1
            FS = "|"
            while ((getline line <"rooms.txt") > 0) {
                if (line ~ /^#/)
                    continue
                split(line, field, "|")
                room = field[1]
                gsub(/ /, "", room)
                count = split(field[3], list, " ")
                for (i = 1; i <= count; i++) {
                    if (!(list[i] in known))
                        say("rooms.txt: " room " names " list[i] ", which is not above it")
                    may[room, list[i]] = 1
                }
                known[room] = 1
            }
        }
        FNR == 1 {
            room = room_of(FILENAME)
            used[room] = 1
            if (!(room in known))
                say(FILENAME ": the room " room " is not in rooms.txt")
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            path = $0
            sub(/^[^"]*"/, "", path)
            sub(/".*/, "", path)
            other = room_of(path)
            is_inner = path ~ /\/(posix|linux|windows)\//
            if (path != "znn.h" && other != room && (is_inner || !((room, other) in may)))
                say(FILENAME ":" FNR ": " room " may not include " path)
            needs[room, other] = 1
        }
        /^[ \t]*#[ \t]*include[ \t]*</ {
            name = $0
            sub(/^[^<]*</, "", name)
            sub(/(\.h)?>.*/, "", name)
            if (name in standard || (name in processor && FILENAME ~ /\/(x86|arm)\//))
                next
            mark = name in processor ? "<processor>" : name == "Python" ? "<python>" : "<system>"
            is_inner = mark != "<system>" || FILENAME ~ /\/(posix|linux|windows)\//
            if (!is_inner || !((room, mark) in may))
                say(FILENAME ":" FNR ": " room " may not include <" name ".h>" (is_inner ? "" : " here"))
            needs[room, mark] = 1
        }
        END {
            for (room in known)
                if (!(room in used) && room !~ /^</)
                    say("rooms.txt: there is no room " room)
            for (pair in may)
                if (!(pair in needs)) {
                    split(pair, part, SUBSEP)
                    say("rooms.txt: " part[1] " includes nothing of " part[2])
                }
            exit breaches > 0
        }')
}

check "${1:-$here/../../src}"
[ $# -eq 0 ] || exit 0

# A check that never fails would hold nothing.
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-rooms-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/low" "$work/low/posix" "$work/high" "$work/high/posix" "$work/odd"
printf '# comment\nlow | below | <system>\nhigh | above | low\n' >"$work/rooms.txt"
printf '#include "high/b.h"\n#include <stdio.h>\n#include <unistd.h>\n' >"$work/low/a.c"
printf '#include "low/posix/a.h"\n#include <fcntl.h>\n' >"$work/low/posix/a.c"
printf '#include "low/a.h"\n#include "low/posix/a.h"\n' >"$work/high/b.c"
echo '#include <sys/stat.h>' >"$work/high/posix/b.c"
echo >"$work/odd/c.c"
found=$(check "$work" || true)
for breach in 'low/a.c:1: low may not include high/b.h' 'low/a.c:3: low may not include <unistd.h>' \
    'high/b.c:2: high may not include low/posix/a.h' 'high/posix/b.c:1: high may not include <sys/stat.h>' \
    'odd/c.c: the room odd is not in rooms.txt'; do
    case $found in
    *"$breach"*) ;;
    *)
        echo "not found: $breach"
        exit 1
        ;;
    esac
done
case $found in
*stdio.h* | *low/posix/a.c* | *fcntl.h*)
    echo "found what is no breach: $found"
    exit 1
    ;;
esac
