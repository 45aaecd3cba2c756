#!/bin/sh
# What zsh completes.  Only its line editor can tell, so one runs on a pseudo terminal, with a compadd that prints what
# would be offered.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"
command -v zsh >/dev/null || skip "there is no zsh here"
zsh -fc 'zmodload zsh/zpty && autoload -Uz compinit' 2>/dev/null || skip "zsh has no zpty here"
zsh -fc 'zmodload zsh/zpty && zpty probe :' 2>/dev/null || skip "there are no pseudo terminals here"
PATH=$(dirname "$ZNN"):$PATH

cat >"$logs/inner.zsh" <<'END'
PROMPT=
unsetopt beep
fpath=($ZNN_SOURCE/src/cli/completions $fpath)
autoload -Uz compinit && compinit -u -C -d $HOME/dump
zstyle ':completion:*' completer _complete
bindkey '^I' complete-word
# The original compadd fills the array with the matches; options that only show are left out.
compadd() {
    local -a hits
    [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] && { builtin compadd "$@"; return }
    builtin compadd -A hits "$@"
    local hit
    print
    for hit in $hits; do print -r -- "hit $hit"; done
    builtin compadd "$@"
}
done-completing() { print; print -r -- 'done.'; exit }
comppostfuncs=(done-completing)
print 'ready.'
END
cat >"$logs/outer.zsh" <<'END'
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "source $1"
zpty -r inner text $'*ready.\r\n' || exit 1
zpty -w -n inner "$2"$'\t'
zpty -r inner text $'*done.\r\n' || exit 1
print -r -- $text
END

# offers WORD... :: CANDIDATE...: the last word is the one that is completed.
offers() {
    line="znn"
    while [ "$1" != :: ]; do line="$line $1" && shift; done
    shift
    TERM=dumb HOME=$logs zsh -f "$logs/outer.zsh" "$logs/inner.zsh" "$line" \
        >"$logs/out" 2>"$logs/err"
    silent
    tr -d '\r' <"$logs/out" | sed -n 's/^hit //p' | sort -u >"$logs/found"
    wanted=$([ $# -eq 0 ] || printf '%s\n' "$@")
    [ "$(cat "$logs/found")" = "$wanted" ] || fail "'$line' gave: $(cat "$logs/out")"
}

. "$here/completion_cases.sh"
finish
