#!/bin/sh
# The examples of znn.1 are run: each display of the section EXAMPLES.
. "$(dirname "$0")/lib.sh"
awk -v blocks="$blocks" '
    $1 == ".Sh" { inside = $2 == "EXAMPLES" }
    inside && $1 == ".Ed" { file = "" }
    file { gsub(/\\e/, "\\"); gsub(/\\&/, ""); print >file }
    inside && $1 == ".Bd" { file = sprintf("%s/%03d.sh", blocks, ++number) }
' "${ZNN_SOURCE:?}/man/znn.1"
run_blocks znn.1
finish
