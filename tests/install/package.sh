#!/bin/sh
# The packages: what is in them, and what they depend on.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"
build=${ZNN_BUILD:?}
command -v cpack >/dev/null || skip "there is no cpack here"

# holds LIST FILE...: all of these are in the list.
holds() {
    list=$1
    shift
    for file in "$@"; do
        grep -q "[ /]$file\$" "$list" || fail "$file is missing in: $(cat "$list")"
    done
}

begin "the archive"
expect 0 cpack --config "$build/CPackConfig.cmake" -G TGZ -B "$PWD"
tar -tzf znn-*.tar.gz >list
holds list bin/znn include/znn.h share/man/man1/znn.1 share/bash-completion/completions/znn libznn.a
tar -xzf znn-*.tar.gz
expect 0 "$(find znn-*/ -path '*/bin/znn')" --version

begin "Debian's"
if ! command -v dpkg-shlibdeps >/dev/null; then
    echo "note: there is no dpkg-shlibdeps, so .deb files were left out"
    finish
fi
expect 0 cpack --config "$build/CPackConfig.cmake" -G DEB -B "$PWD"
dpkg-deb --contents znn_*.deb >list
holds list usr/bin/znn usr/share/man/man1/znn.1 usr/share/man/man5/znn.5 usr/share/zsh/vendor-completions/_znn
if grep -q 'znn\.h' list; then fail "the header is in the program's package"; fi
dpkg-deb --contents libznn-dev_*.deb >list
holds list include/znn.h libznn.a znn-config.cmake libznn.pc
depends=$(dpkg-deb --field znn_*.deb Depends)
if ldd "$ZNN" 2>/dev/null | grep -q libzstd; then
    for library in libc6 libzstd1 libxxhash0; do
        case $depends in *$library*) ;; *) fail "znn does not depend on $library, but on: $depends" ;; esac
    done
fi
finish
