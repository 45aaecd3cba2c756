#!/bin/sh
# The command line: flags, their spellings, help, and what is refused.
. "$(dirname "$0")/lib.sh"

begin "help and version"
expect 0 "$ZNN" --help
silent
prints "Usage: znn COMMAND"
prints "compress"
expect 0 "$ZNN" -h
expect 0 "$ZNN" help
prints "Usage: znn COMMAND"
expect 0 "$ZNN" help compress
prints "Usage: znn compress"
prints "-1 ... -9"
prints "    --rm"
prints "-T, --threads N"
cp "$logs/out" help
expect 0 "$ZNN" compress --help
same help "$logs/out"
expect 0 "$ZNN" -h compress
prints "Usage: znn compress"
prints "    --rm"
prints "'znn help compress' tells more."
[ "$(wc -l <"$logs/out")" -lt "$(wc -l <help)" ] || fail "-h is no shorter than --help"
expect 0 "$ZNN" compress -h
if grep -q '.\{80\}' "$logs/out"; then fail "a line is longer than 79 columns"; fi
expect 0 "$ZNN" decompress -h
if grep -q -e "-1 ... -9" "$logs/out"; then fail "decompress takes no level"; fi
for page in "help" "help compress" "help decompress" "help stat" "help list" "help test" "help extract" "help rebase" "help help"; do
    # shellcheck disable=SC2086
    expect 0 "$ZNN" $page
    if grep -q '.\{80\}' "$logs/out"; then fail "a line of '$page' is longer than 79 columns"; fi
    if grep -q ' $' "$logs/out"; then fail "a line of '$page' ends in a space"; fi
done
expect 0 "$ZNN" -V
head -n 1 "$logs/out" | grep -q '^znn [0-9]*\.[0-9]*\.[0-9]*$' || fail "no version in the first line"
prints "format 2"
version_on() { ZNN_CPU_HIDE=$1 "$ZNN" --version | sed -n 's/.*CPU path: //p'; }
[ "$(version_on all)" = portable ] || fail "ZNN_CPU_HIDE=all, and yet: $(version_on all)"
case $(version_on none) in
AVX-512) [ "$(version_on avx512) $(version_on avx2)" = "AVX2 portable" ] || fail "ZNN_CPU_HIDE is not honoured" ;;
AVX2) [ "$(version_on avx512) $(version_on avx2)" = "AVX2 portable" ] || fail "ZNN_CPU_HIDE is not honoured" ;;
NEON) [ "$(version_on neon)" = portable ] || fail "ZNN_CPU_HIDE is not honoured" ;;
portable) ;;
*) fail "what CPU path is that? $(version_on none)" ;;
esac
expect 0 "$ZNN" --version
grep -q '^zstd 1\.[0-9]*\.[0-9]*, xxHash 0\.[0-9]*\.[0-9]*, CPU path: [A-Za-z0-9-]*$' "$logs/out" ||
    fail "no libraries: $(cat "$logs/out")"
expect 0 "$ZNN" --version
if [ -c /dev/full ]; then
    "$ZNN" --help >/dev/full 2>"$logs/err"
    [ $? -eq 1 ] || fail "help to a full disk"
    says "(stdout)"
fi

begin "wrong usage"
expect 2 "$ZNN"
[ ! -s "$logs/out" ] || fail "output without a command"
if grep -q '.\{80\}' "$logs/err"; then fail "a line of the hint is longer than 79 columns"; fi
grep -q "znn help" "$logs/err" || fail "no pointer to the help"
expect 2 "$ZNN" comprss
says "did you mean 'znn compress'?"
expect 2 "$ZNN" decomp
says "did you mean 'znn decompress'?"
expect 2 "$ZNN" compress -d a.znn
says "'-d' is not a flag of 'znn compress'"
expect 2 "$ZNN" -z a.bin
says "did you mean 'znn compress'?"
expect 2 "$ZNN" compress -j a.bin
says "unknown flag '-j'; 'znn compress -h' lists the flags"
expect 2 "$ZNN" compress -19 a.bin
says "'-19' is not a level; the highest is -9"
expect 2 "$ZNN" frobnicate
says "unknown command 'frobnicate'"
echo x >a.bin
expect 2 "$ZNN" a.bin
says "did you mean 'znn compress a.bin'?"
expect 2 "$ZNN" verify a.bin # as other programs call it
says "did you mean 'znn test'?"
expect 2 "$ZNN" help frobnicate
says "unknown command"
expect 2 "$ZNN" help compress decompress
expect 2 "$ZNN" -q
says "no command given"
expect 2 "$ZNN" compress --forse a.bin
says "did you mean '--force'?"
expect 2 "$ZNN" compress --outptu=b a.bin
says "did you mean '--output'?"
expect 2 "$ZNN" compress --abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz a.bin
says "unknown flag"
expect 2 "$ZNN" compress -kz a.bin
says "unknown flag '-z'"
expect 2 "$ZNN" compress -0 a.bin
expect 2 "$ZNN" compress --force=yes a.bin
says "takes no argument"
expect 2 "$ZNN" compress a.bin -o
says "needs an argument"
expect 2 "$ZNN" compress a.bin --output
says "needs an argument"
expect 2 "$ZNN" compress a.bin --output=
says "needs an argument"
expect 2 "$ZNN" compress a.bin -o ''
says "needs an argument"
expect 2 "$ZNN" decompress -9 a.znn
says "'-9' is not a flag of 'znn decompress'"
expect 2 "$ZNN" -9 decompress a.znn
says "'-9' is not a flag of 'znn decompress'"
for threads in 1025 -1 x 4x 0x4 99999999999999999999 ' 1'; do
    expect 2 "$ZNN" compress -T "$threads" a.bin
    says "-T takes a number"
done
expect 2 "$ZNN" compress -o x.znn a.bin b.bin
says "-o takes the output of one input file, but there are 2; give a directory, such as 'x.znn/'"
expect 2 "$ZNN" compress -c -o x.znn a.bin
says "contradict"
expect 2 "$ZNN" compress -c a.bin b.bin
says "one .znn file holds one original"
expect 2 "$ZNN" compress - -
says "standard input can be read only once"
expect 2 "$ZNN" decompress - -
expect 2 "$ZNN" compress --rm -c a.bin
says "--rm"
expect 2 "$ZNN" compress --rm -o - a.bin
says "--rm"
expect 2 "$ZNN" compress --rm - -o x.znn
says "--rm"
only a.bin

begin "spellings of flags"
echo x >a.bin
round() {
    expect 0 "$@"
    silent
    expect 0 "$ZNN" decompress b.znn -o a.out
    same a.bin a.out
    rm -f b.znn a.out
}
round "$ZNN" compress -o b.znn a.bin
round "$ZNN" compress -ob.znn a.bin
round "$ZNN" compress --output b.znn a.bin
round "$ZNN" compress --output=b.znn a.bin
round "$ZNN" compress a.bin -o b.znn
round "$ZNN" compress -kf1ob.znn a.bin
round "$ZNN" compress -kf9T 2 -o b.znn -- a.bin
round "$ZNN" -1 -o b.znn compress a.bin
for level in 1 2 3 4 5 6 7 8 9; do
    round "$ZNN" compress -$level a.bin -o b.znn
done
for threads in 0 1 2 1024 007; do
    round "$ZNN" compress --threads=$threads a.bin -ob.znn
done
cp a.bin ./-x
expect 0 "$ZNN" compress -- -x
only -x -x.znn a.bin

begin "the environment has defaults"
make_layers m.safetensors
for level in 1 9; do
    expect 0 "$ZNN" compress -$level m.safetensors -o $level.znn
    expect 0 env ZNN_CLEVEL=$level "$ZNN" compress m.safetensors -o env.znn
    silent
    same $level.znn env.znn
    expect 0 env ZNN_CLEVEL=$level "$ZNN" compress -5 -f m.safetensors -o env.znn
    "$ZNN" compress -c m.safetensors | cmp - env.znn || fail "a flag goes before"
    rm env.znn
done
for value in x 0 10 -1 5x 3.5 99999999999999999999; do
    expect 0 env ZNN_CLEVEL=$value "$ZNN" compress -f m.safetensors -o env.znn
    says "ZNN_CLEVEL takes a number from 1 to 9, so '$value' is ignored"
    "$ZNN" compress -c m.safetensors | cmp - env.znn || fail "not the default"
    expect 0 env ZNN_CLEVEL=$value "$ZNN" compress -q -f m.safetensors -o env.znn
    silent
done
expect 0 env ZNN_CLEVEL= ZNN_NBTHREADS= "$ZNN" compress -f m.safetensors -o env.znn
silent
expect 0 env ZNN_CLEVEL=x ZNN_NBTHREADS=y "$ZNN" list env.znn # it takes neither flag
silent
expect 0 env ZNN_NBTHREADS=1025 "$ZNN" test env.znn
says "ZNN_NBTHREADS takes a number from 0 to 1024, so '1025' is ignored"
expect 0 env ZNN_NBTHREADS=1025 "$ZNN" test -T 1 env.znn
silent

begin "quiet and verbose"
make_model a.safetensors
expect 0 "$ZNN" compress -v a.safetensors
says "a.safetensors -> a.znn: "
expect 0 "$ZNN" compress a.safetensors -o b.znn
silent
rm b.znn
expect 0 "$ZNN" decompress -v a.znn -o b.safetensors
says "a.znn -> b.safetensors: "
echo short >b.safetensors
expect 0 "$ZNN" compress -v b.safetensors
grep -q '^znn: b.safetensors: has no valid safetensors header (' "$logs/err" || fail "no word on the header"
[ "$(wc -l <"$logs/err")" -eq 2 ] || fail "not two lines"
rm b.*
expect 0 "$ZNN" compress a.znn
says "skipped"
expect 0 "$ZNN" compress -q a.znn
silent
expect 1 "$ZNN" compress -q missing
says "missing"
expect 1 "$ZNN" compress -qq missing
silent
expect 1 "$ZNN" compress -qqv missing
says "missing"
only a.safetensors a.znn
finish
