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
if grep -q 'znn\.h\|libznn' list; then fail "the library is in the program's package"; fi
dpkg-deb --contents libznn-dev_*.deb >list
holds list include/znn.h libznn.a znn-config.cmake libznn.pc share/man/man3/libznn.3
if command -v awk >/dev/null; then holds list share/man/man3/znn_compress.3 share/man/man3/znn_reader_pread.3; fi
if grep -q '/libznn\.so\.' list; then fail "the shared library is in the package for development"; fi
depends=$(dpkg-deb --field znn_*.deb Depends)
if ldd "$ZNN" 2>/dev/null | grep -q libzstd; then
    for library in libc6 libzstd1 libxxhash0; do
        case $depends in *$library*) ;; *) fail "znn does not depend on $library, but on: $depends" ;; esac
    done
fi

begin "the shared library's package"
[ -e "$build/libznn.so" ] || finish # a static build
expect 0 cpack --config "$build/CPackConfig.cmake" -G DEB -B "$PWD"
interface=$(objdump -p "$build/libznn.so" | sed -n 's/^ *SONAME *libznn\.so\.//p')
package=libznn$interface
dpkg-deb --contents "$package"_*.deb >list
holds list "libznn\.so\.${interface}[0-9.]*"
if grep -q 'include\|libznn\.a\|libznn\.so ->' list; then fail "more than the library: $(cat list)"; fi
depends=$(dpkg-deb --field "$package"_*.deb Depends)
for library in libc6 libzstd1 libxxhash0; do
    case $depends in *$library*) ;; *) fail "$package does not depend on $library, but on: $depends" ;; esac
done
depends=$(dpkg-deb --field libznn-dev_*.deb Depends)
case $depends in *"$package (= "*) ;; *) fail "libznn-dev does not depend on $package, but on: $depends" ;; esac
dpkg-deb --control "$package"_*.deb control
grep -q "^libznn $interface $package" control/shlibs || fail "no line for dpkg-shlibdeps: $(cat control/*)"
grep -q ldconfig control/postinst control/triggers 2>/dev/null || fail "nobody tells the loader"

begin "a program with the packages alone"
expect 0 cpack --config "$build/CPackConfig.cmake" -G DEB -B "$PWD"
for part in libznn[0-9]*.deb libznn-dev_*.deb; do dpkg -x "$part" root; done
libraries=$(dirname "$(find root -name libznn.a)")
expect 0 "${ZNN_CC:?}" -Iroot/usr/include "$here/consumer.c" -o consumer -L"$libraries" -lznn
rm -rf root/usr/include "$libraries"/libznn.a "$libraries"/libznn.so
LD_LIBRARY_PATH=$libraries expect 0 ./consumer
prints ": no error"
dpkg -x znn_*.deb program
expect 0 program/usr/bin/znn --version
finish
