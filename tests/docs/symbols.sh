#!/bin/sh
# The shared library exports the functions of znn.h, all of them and no others.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/header.sh"
library=${ZNN_LIBRARY:?}
[ -e "$library" ] && command -v nm >/dev/null || exit 77
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-symbols-XXXXXX")
trap 'rm -rf "$work"' EXIT
LC_ALL=C
export LC_ALL
nm -D --defined-only "$library" | sed -n 's/.* \([A-Za-z_][A-Za-z_0-9]*\)$/\1/p' | sort >"$work/exported"
declared_functions "$here/../../include/znn.h" | sort >"$work/declared"
[ -s "$work/declared" ]
diff "$work/declared" "$work/exported"
