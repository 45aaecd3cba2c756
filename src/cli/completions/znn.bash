# shellcheck shell=bash disable=SC2086
# Completion of znn for bash: commands, flags, files, and the names of tensors for `znn extract`.
#
# It stands alone: the package bash-completion loads it by its name, but any ~/.bashrc can source it as well.  The part
# between BEGIN and END is written by `cmake --build BUILD --target completions` from the program's own tables.

# BEGIN TABLES
_znn_commands='compress decompress stat list test extract rebase mount umount help'
_znn_extensions='safetensors|bin|pt|pth|ckpt|gguf|npy|onnx|h5|th|tar'
_znn_set_flags() {
    case $1 in
    compress)
        operands=models
        flags='-1 -2 -3 -4 -5 -6 -7 -8 -9 -o --output -c --stdout -k --keep-input --rm -f --force -r --recursive --all --exclude -n --dry-run --dtype --dedup --no-dedup --base --base-dir --related --depth --fixed-point --max-error --rounding --exact-zero --keep --only --force-lossy-rm --sign --spool-limit --json -T --threads --memory-limit -q --quiet -v --verbose -h --help -V --version '
        ;;
    decompress)
        operands=archives
        flags='-d --decompress -o --output -c --stdout -k --keep-input --rm -f --force -r --recursive --exclude -n --dry-run --base --base-dir --spool-limit --range --salvage --max-output --json -T --threads --memory-limit -q --quiet -v --verbose -h --help -V --version '
        ;;
    stat)
        operands=both
        flags='-1 -2 -3 -4 -5 -6 -7 -8 -9 -f --force -r --recursive --exclude --dedup --no-dedup --base --base-dir --related --fixed-point --max-error --rounding --exact-zero --keep --only --sign --spool-limit --json --tensors --layers --sort --match --bars --svg --quick --sweep -T --threads --memory-limit -q --quiet -h --help -V --version '
        ;;
    list)
        operands=archives
        flags='-r --recursive --exclude --base-dir --json --names --bases --sort --match --memory-limit -q --quiet -h --help -V --version '
        ;;
    test)
        operands=archives
        flags='-r --recursive --exclude --base --base-dir --spool-limit --max-output --json -T --threads --memory-limit -q --quiet -h --help -V --version '
        ;;
    extract)
        operands=tensors
        flags='-o --output -f --force --base --base-dir --format --memory-limit -q --quiet -v --verbose -h --help -V --version '
        ;;
    rebase)
        operands=archives
        flags='-1 -2 -3 -4 -5 -6 -7 -8 -9 -o --output -f --force -n --dry-run --base --base-dir --no-base --json -T --threads --memory-limit -q --quiet -v --verbose -h --help -V --version '
        ;;
    mount)
        operands=archives
        flags='-f --foreground --log --base --base-dir -T --threads --memory-limit -q --quiet -h --help -V --version '
        ;;
    umount)
        operands=files
        flags='-q --quiet -h --help -V --version '
        ;;
    help)
        operands=commands
        flags='-h --help -V --version '
        ;;
    '')
        operands=commands
        flags='-h --help -V --version '
        ;;
    esac
}
_znn_set_argument() {
    case $1 in
    -o | --output) argument='files' ;;
    --log) argument='files' ;;
    --exclude) argument='free' ;;
    --dtype) argument='words F32 F16 BF16 F64 F8_E4M3 F8_E5M2 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ F6_E2M3 F6_E3M2 F4 C64 I8 I16 I32 I64 U8 U16 U32 U64 BOOL' ;;
    --base) argument='files' ;;
    --base-dir) argument='files' ;;
    --depth) argument='free' ;;
    --fixed-point) argument='free' ;;
    --max-error) argument='free' ;;
    --rounding) argument='words nearest floor' ;;
    --keep) argument='free' ;;
    --only) argument='free' ;;
    --sign) argument='words auto rotate separate' ;;
    --spool-limit) argument='free' ;;
    --range) argument='free' ;;
    --max-output) argument='free' ;;
    --format) argument='words raw npy safetensors' ;;
    --sort) argument='words size ratio name' ;;
    --match) argument='free' ;;
    --svg) argument='files' ;;
    -T | --threads) argument='free' ;;
    --memory-limit) argument='free' ;;
    *) argument='' ;;
    esac
}
# END TABLES

# Offers the files and directories that start with $current and whose names match the pattern $1; where there are only
# directories, and $2 is given, all files.
_znn_offer_files() {
    local file found=
    local -a matching=() all=()
    while IFS= read -r file; do
        all+=("$file")
        [[ ! -d $file ]] || matching+=("$file")
        # shellcheck disable=SC2254
        case $file in $1) [[ -d $file ]] || { matching+=("$file") && found=1; } ;; esac
    done < <(compgen -f -- "$current")
    if [[ $found || ! ${2-} ]]; then COMPREPLY=("${matching[@]}"); else COMPREPLY=("${all[@]}"); fi
    compopt -o filenames 2>/dev/null
}

_znn_offer_words() {
    local word
    for word in "$@"; do
        [[ $word != "$current"* ]] || COMPREPLY+=("$word")
    done
}

# The names in the .znn file $1, as it was typed, with quotes.  A name that the shell would take apart is quoted.
_znn_offer_tensors() {
    local name file=${1//[\\\'\"]/}
    [[ $file != \~/* ]] || file=$HOME/${file#??}
    while IFS= read -r name; do
        [[ $name != "$current"* ]] || COMPREPLY+=("$(printf %q "$name")")
    done < <("$program" list -q --names -- "$file" 2>/dev/null)
}

_znn_offer_operands() {
    local models
    models="*.@($_znn_extensions)"
    shopt -q extglob || { shopt -s extglob && trap 'shopt -u extglob; trap - RETURN' RETURN; }
    case $operands in
    none) ;;
    commands) [[ $operand_count -gt 0 ]] || _znn_offer_words $_znn_commands ;;
    models) _znn_offer_files "$models" all ;;
    archives) _znn_offer_files '*.znn' ;;
    both) _znn_offer_files "@($models|*.znn)" all ;;
    tensors) if [[ $operand_count -gt 0 ]]; then _znn_offer_tensors "$first_operand"; else _znn_offer_files '*.znn'; fi ;;
    *) _znn_offer_files '*' ;;
    esac
}

# Sets $argument for the word $1, which starts with a dash: what the next word must be, or nothing.
_znn_examine_flag() {
    local i
    argument=
    if [[ $1 == --* ]]; then
        [[ $1 == *=* ]] || _znn_set_argument "$1"
        return
    fi
    for ((i = 1; i < ${#1}; i++)); do
        _znn_set_argument "-${1:i:1}"
        [[ ! $argument ]] || break
    done
    # What follows the letter of a flag is its argument already.
    ((i + 1 >= ${#1})) || argument=
}

_znn() {
    local program=$1 current=${COMP_WORDS[COMP_CWORD]} flags='' operands=none argument='' command='' ended='' word i
    local operand_count=0 first_operand=''
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $argument ]]; then
            [[ $word == '=' ]] || argument= # bash gives --output=FILE as three words
        elif [[ ! $ended && $word == -- ]]; then
            ended=1
        elif [[ ! $ended && $word == -?* ]]; then
            _znn_examine_flag "$word"
        elif [[ ! $command ]]; then
            command=$word
        else
            ((operand_count++)) || first_operand=$word
        fi
    done
    _znn_set_flags "$command"
    if [[ $argument ]]; then
        [[ $current != '=' ]] || current=
        case $argument in
        files) _znn_offer_files '*' ;;
        words*) _znn_offer_words ${argument#words} ;;
        esac
    elif [[ ! $ended && $current == -* ]]; then
        _znn_offer_words $flags
    else
        _znn_offer_operands
    fi
}

complete -F _znn znn
