#!/bin/sh
# Every fenced command of the README and the other pages is run, unless a comment before it says why not:
#
#     <!-- command: NAME -->     .ci/run runs it: it installs packages, or takes a source tree and minutes
#     <!-- network -->           it needs one, and nothing runs it
#     <!-- needs: rsync -->      it is left out where that program is missing
#     <!-- then: TEST -->        what must be true afterwards
#
# Blocks of `console` show what commands print; those commands are run, too.
. "$(dirname "$0")/lib.sh"
cd "${ZNN_SOURCE:?}" || exit 1
pages="README.md CONTRIBUTING.md SECURITY.md $(echo man/guide/*.md)"

read_blocks() {
    # shellcheck disable=SC2086
    awk -v blocks="$blocks" '
        function path(kind) { return sprintf("%s/%03d.%s", blocks, number, kind) }
        /^<!-- (command|network)/ { is_left_out = 1 }
        /^<!-- needs: / { sub(/^<!-- needs: /, ""); sub(/ -->$/, ""); gsub(/ /, "\n"); needs = $0 }
        /^<!-- then: / { sub(/^<!-- then: /, ""); sub(/ -->$/, ""); then = then $0 "\n" }
        /^```/ && inside { inside = is_left_out = 0; needs = then = ""; next }
        /^```(sh|console)$/ {
            inside = 1
            is_console = $0 ~ /console/
            number++
            if (!is_left_out && needs) print needs >path("needs")
            if (!is_left_out && then) printf "%s", then >path("then")
            if (!is_left_out) print "# " FILENAME >path("sh")
            next
        }
        /^```/ { inside = is_left_out = 1; next }
        !inside || is_left_out { next }
        !is_console { print >path("sh") }
        is_console && sub(/^\$ /, "") { print >path("sh") }
    ' $pages
}

# Each named command is run by .ci/run, and stands on one page only.
check_commands() {
    # shellcheck disable=SC2013,SC2086 # names have no spaces
    for name in $(sed -n 's/^<!-- command: \(.*\) -->$/\1/p' $pages); do
        grep -q "^ *run $name\$" .ci/run || fail ".ci/run does not run the command $name"
        [ "$(cat $pages | grep -c "^<!-- command: $name -->\$")" = 1 ] || fail "the command $name stands twice"
    done
}

# Links within the repository lead to something.
check_links() {
    for page in $pages; do
        sed 's/](/\n](/g' "$page" | sed -n 's/^](\([^):#]*\)[)#].*/\1/p' | while read -r link; do
            [ -z "$link" ] || [ -e "$(dirname "$page")/$link" ] || echo "$page: nothing is at $link"
        done
    done >"$logs/links"
    [ ! -s "$logs/links" ] || fail "$(cat "$logs/links")"
}

read_blocks
check_commands
check_links
run_blocks "the pages"
finish
