#!/bin/sh
# The manual pages of the functions, which the build writes from znn.h: each function has one, and all are sound mdoc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/header.sh"
man=$here/../../man
header=$here/../../include/znn.h
pages=${ZNN_PAGES:?}
if [ ! -d "$pages" ]; then
    echo "skipped: the pages were not built, because there is no awk"
    exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-functions-XXXXXX")
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "$1"
    failures=$((failures + 1))
}

# Each function stands in the three sections of a page.  A page of one line, `.so man3/NAME.3`, leads to another.
declared_functions "$header" >"$work/names"
[ -s "$work/names" ] || fail "the header declares nothing"
(cd "$pages" && awk '
    FNR == 1 { page = FILENAME; exists[page] = 1 }
    /^\.so man3\// { leads_to[page] = "./" substr($2, 6) }
    /^\.Nm / { has[page, "NAME", $2] = 1 }
    /^\.Fo / { has[page, "SYNOPSIS", $2] = 1 }
    /^\.Ss / { for (i = 2; i <= NF; i++) if (sub(/\(\),?$/, "", $i)) has[page, "DESCRIPTION", $i] = 1 }
    FILENAME == "-" { names[$1] }
    END {
        for (page in leads_to)
            if (!(leads_to[page] in exists))
                print page " leads nowhere"
        split("NAME SYNOPSIS DESCRIPTION", sections)
        for (name in names) {
            page = "./" name ".3"
            if (!(page in exists))
                print name " has no page"
            if (page in leads_to)
                page = leads_to[page]
            for (i = 1; i <= 3; i++)
                if (!((page, sections[i], name) in has))
                    print name " is not in the section " sections[i] " of " page
        }
    }' ./*.3 - <"$work/names") >"$work/missing"
[ ! -s "$work/missing" ] || fail "$(cat "$work/missing")"

# What of the header must not remain.
if grep -n '`\|/\*\|\*/\|ZNN_API\|ZNN_STRUCT_SIZE' "$pages"/*.3; then fail "that is for the header alone"; fi
if command -v mandoc >/dev/null; then
    # shellcheck disable=SC2046 # names have no spaces
    (cd "$pages" && mandoc -T lint -W warning $(grep -L '^\.so ' ./*.3)) || fail "pages are not sound mdoc"
fi

# Another section, one page less: both must be noticed.
rule='/* ---- */'
printf '%s\n/* Odds and ends */\n%s\n' "$rule" "$rule" | cat "$header" - >"$work/znn.h"
mkdir "$work/pages"
write_pages() {
    awk -v folder="$work/pages" -f "$man/mdoc.awk" -f "$man/functions.awk" "$1" "$man/libznn.3" "$2" 2>"$work/err"
}
if write_pages "$man/functions.txt" "$work/znn.h"; then fail "a section without a page was not noticed"; fi
grep -q "Odds and ends" "$work/err" || fail "$(cat "$work/err")"
{
    cat "$man/functions.txt"
    echo "Odds and ends | znn_odds | do nothing"
} >"$work/functions.txt"
if write_pages "$work/functions.txt" "$header"; then fail "a page without a section was not noticed"; fi
grep -q "Odds and ends" "$work/err" || fail "$(cat "$work/err")"

[ "$failures" = 0 ]
