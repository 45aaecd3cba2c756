#!/bin/sh
# Who only builds the program needs no more than its two libraries: no cmocka, and no static one for a static program.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"

begin "no cmocka"
for static in OFF ON; do
    expect 0 cmake -S "$here/../.." -B plain -DCMAKE_DISABLE_FIND_PACKAGE_Cmocka=ON -DZNN_STATIC=$static \
        "-DCMAKE_C_COMPILER=${ZNN_CC:?}"
    rm -rf plain
done
expect 1 cmake -S "$here/../.." -B plain -DCMAKE_DISABLE_FIND_PACKAGE_Cmocka=ON -DZNN_TESTS=ON \
    "-DCMAKE_C_COMPILER=$ZNN_CC"
finish
