# shellcheck shell=sh
# What the tests of the documentation share: a place where its commands can be run as they stand there.
here=$(cd "$(dirname "$0")" && pwd)
. "$here/../cli/lib.sh"
command -v bash >/dev/null || skip "there is no bash here"
blocks=$logs/blocks # numbered files: 001.sh is a block of commands, 001.needs and 001.then say more
stubs=$logs/bin
mkdir "$blocks" "$stubs"
PATH=$stubs:$(dirname "$ZNN"):$PATH
export PATH

# Other machines: a directory beside, where their commands run; host1, host2 and so on have one each in that, as they
# would be in each other's way.  sshd always sets SHELL, which GNU parallel runs there; what starts tests may not.
cat >"$stubs/ssh" <<'END'
#!/bin/sh
# ssh [-FLAG [VALUE]]... HOST COMMAND...
while :; do
    case $1 in
    -[lpoi]) shift 2 ;;
    -*) shift ;;
    *) break ;;
    esac
done
case $1 in
host[0-9]) DOCS_REMOTE=$DOCS_REMOTE/$1 ;;
esac
shift
[ "$1" != -- ] || shift
mkdir -p "$DOCS_REMOTE" && cd "$DOCS_REMOTE" && SHELL=/bin/sh exec sh -c "$*"
END
# A server, and an object store: files in that directory, by the last part of their names.
cat >"$stubs/curl" <<'END'
#!/bin/sh
for url; do :; done
exec cat "$DOCS_REMOTE/${url##*/}"
END
cat >"$stubs/aws" <<'END'
#!/bin/sh
# aws s3 cp FROM TO, of which one is -
if [ "$3" = - ]; then exec cat >"$DOCS_REMOTE/${4##*/}"; fi
exec cat "$DOCS_REMOTE/${3##*/}"
END
chmod +x "$stubs"/*

# prepare: an empty directory with the files that the documentation speaks of.
prepare() {
    begin "$1"
    model=${ZNN_DATA:?}/tiny-base-bf16.safetensors
    DOCS_REMOTE=$PWD/remote
    HOME=$PWD
    SLURM_ARRAY_TASK_ID=1
    SLURM_CPUS_PER_TASK=2
    export DOCS_REMOTE HOME SLURM_ARRAY_TASK_ID SLURM_CPUS_PER_TASK
    mkdir remote checkpoints models
    cp "$model" model.safetensors
    "$ZNN" compress -c "$model" >gpt.znn
    cp gpt.znn remote/model.znn
    tail -c 100000 "$model" >dump.raw
    for step in 100 200 300; do
        "${ZNN_CONVERT:?}" f8 "$model" >checkpoints/step-$step.safetensors
    done
    cp "$model" models/a.safetensors
    echo '{}' >models/config.json
    cache=.cache/huggingface/hub/models--org--name
    mkdir -p $cache/blobs $cache/snapshots/0123abcd
    cp "$model" $cache/blobs/89ab
    ln -s ../../blobs/89ab $cache/snapshots/0123abcd/model.safetensors
    cp models/config.json $cache/blobs/cdef
    ln -s ../../blobs/cdef $cache/snapshots/0123abcd/config.json
}

# run_blocks WHERE: runs each, in a directory of its own.
run_blocks() {
    count=0
    for block in "$blocks"/*.sh; do
        number=$(basename "$block" .sh)
        missing=
        if [ -f "$blocks/$number.needs" ]; then
            while read -r program; do
                command -v "$program" >/dev/null || missing="$missing $program"
            done <"$blocks/$number.needs"
        fi
        if [ "$missing" ]; then
            echo "note: block $number of $1 needs$missing, and was left out"
            continue
        fi
        prepare "block $number of $1"
        # -r, ~ and so on are bash's, as in a README's reader's shell; there is no terminal.
        bash -euo pipefail "$block" </dev/null >"$logs/out" 2>"$logs/err" || {
            fail "exit code $? of:"
            cat "$block" "$logs/err"
        }
        [ ! -f "$blocks/$number.then" ] || sh -eu "$blocks/$number.then" || {
            fail "not so: $(cat "$blocks/$number.then")"
            cat "$block" "$logs/out" "$logs/err"
            ls -R .
        }
        count=$((count + 1))
    done
    echo "$count blocks of $1 were run"
    [ "$count" -gt 3 ] || fail "so few blocks: are they still found?"
}
