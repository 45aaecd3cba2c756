#!/bin/sh
# What fish completes, as `complete -C` tells.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
command -v fish >/dev/null || skip "there is no fish here"
PATH=$(dirname "$ZNN"):$PATH
slash=/

# offers WORD... :: CANDIDATE...: the last word is the one that is completed.
offers() {
    line="znn"
    while [ "$1" != :: ]; do line="$line $1" && shift; done
    shift
    # shellcheck disable=SC2016
    HOME=$logs XDG_CONFIG_HOME=$logs fish -c 'set -g fish_complete_path; source $argv[1]; complete -C $argv[2]' "$ZNN_SOURCE/src/cli/completions/znn.fish" \
        "$line" >"$logs/out" 2>"$logs/err"
    silent
    cut -f 1 "$logs/out" | sort >"$logs/found"
    wanted=$([ $# -eq 0 ] || printf '%s\n' "$@")
    [ "$(cat "$logs/found")" = "$wanted" ] || fail "'$line' gave: $(cat "$logs/out")"
}

. "$here/completion_cases.sh"

begin "fish alone"
make_model model.safetensors
offers compress --output=mod :: --output=model.safetensors
offers help compress '' ::
echo x >notes.txt
offers list n ::
finish
