#!/bin/sh
# The library takes all memory through common/memory.h, so that a caller's allocator gets every request.  Only the files
# below call the C library's functions.  With an argument, that folder is the source; this is how the check is tested.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# check SOURCE: prints every call that is not allowed; fails if there is one.  The program and the extension of Python are
# no part of the library.
# shellcheck disable=SC2016 # the dollars are awk's
check() {
    (cd "$1" && find . -name '*.[ch]' | sed 's|^\./||' | grep -v '^cli/\|^python/' | sort | xargs awk '
        BEGIN {
            may["common/memory.c"]  # the functions of common/memory.h
            may["api/library.c"]    # znn_free()
            may["api/io.c"]         # znn_output_memory(), whose block the caller frees
        }
        FNR == 1 { in_comment = 0 }
        {
            line = $0
            gsub(/\/\*([^*]|\*[^\/])*\*\//, "", line)
            if (in_comment && !sub(/^.*\*\//, "", line))
                next
            in_comment = sub(/\/\*.*/, "", line)
            if (FILENAME in may)
                next
            # A member of a struct, such as code->free(), is another function.
            if (line ~ /(^|[^A-Za-z0-9_>.])(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|strdup|strndup)[ ]*\(/) {
                print FILENAME ":" FNR ":" $0
                calls++
            }
        }
        END { exit calls > 0 }')
}

if ! check "${1:-$here/../../src}"; then
    echo "call znn_allocate() and znn_release() of common/memory.h instead"
    exit 1
fi
[ $# -eq 0 ] || exit 0

# A check that never fails would hold nothing.
work=$(mktemp -d "${TMPDIR:-/tmp}/znn-memory-XXXXXX")
trap 'rm -rf "$work"' EXIT
for room in cli common engine model; do mkdir "$work/$room"; done
cat >"$work/model/a.c" <<'END'
/* malloc(1) in a comment,
 * free(2) in its second line
 */ int a = 0; /* and free(3) */
void f(struct code *code)
{
    code->free(code);
    znn_free(code);
}
END
check "$work"
printf 'int b;\nvoid *g(void)\n{\n    return malloc(4); /* a call */\n}\n' >"$work/engine/b.c"
cp "$work/engine/b.c" "$work/common/memory.c"
cp "$work/engine/b.c" "$work/cli/b.c"
if found=$(check "$work"); then
    echo "a call was not found"
    exit 1
fi
[ "$found" = "engine/b.c:4:    return malloc(4); /* a call */" ] || {
    echo "found instead: $found"
    exit 1
}
