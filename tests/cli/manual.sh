#!/bin/sh
# The manual and the table of flags say the same: which command takes which flags (SYNOPSIS), how they are spelled and
# whether they take an argument (OPTIONS).
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
"${ZNN_TABLES:?}" --flags >"$logs/flags"
page=${ZNN_SOURCE:?}/man/znn.1

# same_lists WHAT FILE FILE: the lines of two sorted files are the same.
same_lists() {
    [ -s "$2" ] || fail "$1: nothing was found"
    diff "$2" "$3" >"$logs/diff" || fail "$1: the manual (<) and the table of flags (>) differ: $(cat "$logs/diff")"
}

begin "the flags of each command"
# ".Op Fl cfkqrv", ".Op Fl -rm", ".Op Fl T Ar n" behind ".Cm compress" become "compress -c" and so on.  -h and -V are
# everywhere, and -1 ... -9 one flag.
awk '
    $1 == ".Sh" { inside = $2 == "SYNOPSIS" }
    !inside { next }
    $1 == ".Cm" { command = $2 }
    $1 == ".Op" && $2 == "Fl" && $3 ~ /^-/ { print command, "-" $3 }
    $1 == ".Op" && $2 == "Fl" && $3 !~ /^-/ { for (i = 1; i <= length($3); i++) print command, "-" substr($3, i, 1) }
' "$page" | sort >"$logs/manual"
awk '$3 != "--help" && $3 != "--version" { print $1, $2 != "." ? $2 : $3 }' "$logs/flags" | sort >"$logs/table"
same_lists "SYNOPSIS" "$logs/manual" "$logs/table"

begin "the spelling of each flag"
# ".It Fl o , Fl -output Ar file" becomes "-o --output 1", ".It Fl -rm" becomes ". --rm 0".
awk '
    $1 == ".Sh" { inside = $2 == "OPTIONS" }
    inside && $1 == ".It" {
        short = long = "."
        argument = 0
        for (i = 2; i <= NF; i++) {
            if ($i == "Fl" && $(i + 1) ~ /^-/) long = "-" $(i + 1)
            if ($i == "Fl" && $(i + 1) !~ /^-/ && short == ".") short = "-" $(i + 1)
            if ($i == "Ar") argument = 1
        }
        print short, long, argument
    }
' "$page" | sort >"$logs/manual"
awk '{ print $2, $3, $4 != "." }' "$logs/flags" | sort -u >"$logs/table"
same_lists "OPTIONS" "$logs/manual" "$logs/table"

begin "each command is explained"
cut -d ' ' -f 1 "$logs/flags" | sort -u >"$logs/commands"
while read -r command; do
    grep -q "^\.Ss $command\$" "$page" || fail "there is no section on '$command'"
done <"$logs/commands"
finish
