#!/bin/sh
# What is installed is complete: it is put under a temporary prefix, moved, and then used as others would, through the
# CMake package and through pkg-config.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"
build=${ZNN_BUILD:?}

# installed PREFIX FILE...: all of these are there.
installed() {
    prefix=$1
    shift
    for file in "$@"; do
        [ -s "$prefix/$file" ] || fail "$file is not installed"
    done
}

# What was installed from here in earnest has to stay known.
list=$build/installed.txt
[ ! -e "$list" ] || cp "$list" "$logs/installed"

begin "installing"
expect 0 cmake --install "$build" --prefix "$PWD/first"
mv first prefix
installed prefix bin/znn share/man/man1/znn.1 share/man/man5/znn.5 include/znn.h \
    share/man/man3/libznn.3 \
    share/bash-completion/completions/znn share/zsh/site-functions/_znn share/fish/vendor_completions.d/znn.fish \
    share/doc/znn/README.md share/doc/znn/LICENSE share/doc/znn/man/guide/recipes.md
expect 0 prefix/bin/znn --version
if command -v awk >/dev/null; then
    installed prefix share/man/man3/znn_compress.3 share/man/man3/znn_reader_pread.3
fi
library=$(dirname "$(find "$PWD/prefix" -name libznn.a)")

expect 0 cmake -S "$here" -B consumer "-DCMAKE_PREFIX_PATH=$PWD/prefix" "-DCMAKE_C_COMPILER=$ZNN_CC"
expect 0 cmake --build consumer
for program in consumer/consumer_*; do
    expect 0 "$program"
    prints ": no error"
done
[ -x consumer/consumer_static ] || fail "no program with the static library"

if command -v pkg-config >/dev/null; then
    PKG_CONFIG_PATH=$library/pkgconfig
    export PKG_CONFIG_PATH
    # shellcheck disable=SC2046
    [ ! -e "$library/libznn.so" ] || {
        expect 0 "$ZNN_CC" "$here/consumer.c" -o shared $(pkg-config --cflags --libs libznn)
        LD_LIBRARY_PATH=$library expect 0 ./shared
        prints ": no error"
    }
    # shellcheck disable=SC2046
    expect 0 "$ZNN_CC" "$here/consumer.c" -o static $(pkg-config --cflags libznn) "$library/libznn.a" \
        $(pkg-config --static --libs-only-l --libs-only-other libznn | sed 's/-lznn//')
    expect 0 ./static
    prints ": no error"
else
    echo "note: there is no pkg-config, so its part was left out"
fi

begin "uninstalling"
expect 0 cmake --install "$build" --prefix "$PWD/prefix"
: >prefix/bin/other
expect 0 cpack --config "$build/CPackConfig.cmake" -G TGZ -B "$PWD/packed" # it overwrites CMake's own list
expect 0 cmake --build "$build" --target uninstall
[ "$(find prefix -type f -o -type l)" = prefix/bin/other ] || fail "left behind: $(find prefix -type f -o -type l)"
[ ! -e prefix/share/doc/znn ] || fail "the folder of the documentation is left"
cmake --build "$build" --target uninstall >"$logs/out" 2>"$logs/err" && fail "the second time it removed something"
grep -q "Nothing is installed" "$logs/out" "$logs/err" || fail "no word on why"
[ ! -e "$logs/installed" ] || cp "$logs/installed" "$list"
finish
