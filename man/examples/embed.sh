#!/bin/sh
# Puts the example programs into libznn.3, where a display follows the comment '.\" EXAMPLE NAME'.
#
#     embed.sh            brings the page up to date
#     embed.sh --check    fails if it is not
set -eu
cd "$(dirname "$0")"
page=../libznn.3
new=$(mktemp)
trap 'rm -f "$new"' EXIT
awk '
    function embed(file,    line) {
        while ((getline line <file) > 0) {
            gsub(/\\/, "\\e", line)
            if (line ~ /^[.'\'']/)
                line = "\\&" line
            print line
        }
        close(file)
    }
    /^\.\\" EXAMPLE / { name = $3 }
    /^\.Ed/ { inside = 0 }
    !inside { print }
    /^\.Bd/ && name { embed(name); name = ""; inside = 1 }
' "$page" >"$new"
if [ "${1:-}" != --check ]; then
    cat "$new" >"$page"
elif ! diff "$page" "$new"; then
    echo "libznn.3 does not show the programs as they are; run man/examples/embed.sh" >&2
    exit 1
fi
