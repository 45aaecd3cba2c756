#!/bin/sh
# run.sh PYTHON TEST: runs a file of tests with pytest.
"$1" -c 'import pytest' 2>/dev/null || {
    echo "skipped: $1 has no pytest"
    exit 77
}
exec "$1" -m pytest -q -p no:cacheprovider --tb=short "$2"
