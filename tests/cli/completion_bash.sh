#!/bin/sh
# What bash completes, with its own variables filled in as it does it for `znn WORD... <Tab>`.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
command -v bash >/dev/null || skip "there is no bash here"
PATH=$(dirname "$ZNN"):$PATH

# offers WORD... -- CANDIDATE...: the last word is the one that is completed.
offers() {
    title=$*
    # shellcheck disable=SC2016
    bash --norc --noprofile -uc '
        source "$1" || exit 1
        shift
        COMP_WORDS=(znn)
        while [[ $1 != "::" ]]; do COMP_WORDS+=("$1") && shift; done
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        before=$(shopt extglob)
        _znn znn
        [[ $before == $(shopt extglob) ]] || echo "extglob was changed"
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$ZNN_SOURCE/src/cli/completions/znn.bash" "$@" >"$logs/out" 2>"$logs/err"
    while [ "$1" != :: ]; do shift; done
    shift
    silent
    wanted=$([ $# -eq 0 ] || printf '%s\n' "$@")
    [ "$(sort "$logs/out")" = "$wanted" ] || fail "$title gave: $(cat "$logs/out")"
}

. "$here/completion_cases.sh"

begin "bash alone"
mkdir models
make_model model.safetensors
offers compress --output = '' :: model.safetensors models
offers compress --output = mod :: model.safetensors models
offers compress -kfo mod :: model.safetensors models
offers compress -omod '' :: model.safetensors models
offers help compress '' ::
echo x >notes.txt
offers list n ::
finish
