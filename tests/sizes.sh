#!/bin/sh
# sizes.sh - what the own writer of Huffman frames makes of some data is what bench/results.csv says, to the byte
#
# After a change that is meant, look at the difference, and write the new table:
#
#     sizes tests/data/tiny-base-bf16.safetensors > bench/results.csv
set -eu

here=$(dirname "$0")
"$ZNN_SIZES" "$here/data/tiny-base-bf16.safetensors" | diff "$here/../bench/results.csv" -
