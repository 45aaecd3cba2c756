#!/bin/sh
# accuracy.sh - what rounding costs a small GPT: its loss on a text, losslessly and with several precisions
#
#     bench/accuracy.sh [DIRECTORY [MODEL [TEXT]]]
#
# DIRECTORY is where znn was built with -DZNN_BENCH=ON (the preset `release` does).  The model in bench/data was trained
# on Python source, so the text is Python source of this project.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${1:-build/release}
"$build/bench/bench_accuracy" "${2:-$here/data/tiny-base-fp32.safetensors}" "${3:-$here/data/text.txt}"
