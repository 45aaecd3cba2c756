#!/bin/sh
# run.sh PYTHON TEST: runs a file of tests with pytest.
"$1" -c 'import pytest' 2>/dev/null || {
    echo "skipped: $1 has no pytest"
    exit 77
}
code=0
"$1" -m pytest -q -p no:cacheprovider --tb=short "$2" || code=$?
[ $code -ne 5 ] || exit 77 # the whole file is skipped, because a library is missing
exit $code
