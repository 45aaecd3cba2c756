# Completion of znn for fish: commands, flags, files, and the names of tensors for `znn extract`.
#
# It is found under this name in any directory of $fish_complete_path.  The part between BEGIN and END is written by
# `cmake --build BUILD --target completions` from the program's own tables.

# The words before the cursor that are neither flags nor arguments of flags: the command, then its operands.
function __znn_operands
    set -l words (commandline -opc)
    set -l is_argument 0
    set -l flags_ended 0
    for word in $words[2..]
        if test $is_argument = 1
            set is_argument 0
        else if test $flags_ended = 1
            echo -- $word
        else if test $word = --
            set flags_ended 1
        else if string match -q -- '-?*' $word
            contains -- $word $__znn_with_argument; and set is_argument 1
        else
            echo -- $word
        end
    end
end

function __znn_needs_command
    test (count (__znn_operands)) -eq 0
end

# Also what help takes, which is one.
function __znn_commands
    test (count (__znn_operands)) -lt 2; and __znn_all_commands
end

function __znn_has_command
    set -l operands (__znn_operands)
    set -q operands[1]; and test $operands[1] = $argv[1]
end

# The paths that start as the current word does and are directories or match the pattern; where there are only
# directories, and a second argument is given, all.
function __znn_paths
    set -l all (__fish_complete_path (commandline -ct) | string replace -r '\t.*' '')
    set -l files (string match -r -- $argv[1] $all)
    if set -q argv[2]; and not set -q files[1]
        string join -- \n $all
    else
        string match -r -- '.*/$' $all
        string join -- \n $files
    end
end

function __znn_models
    __znn_paths "^.*\.(?:$__znn_extensions)\$" all
end

function __znn_archives
    __znn_paths '^.*\.znn$'
end

function __znn_both
    __znn_paths "^.*\.(?:znn|$__znn_extensions)\$" all
end

function __znn_files
    __fish_complete_path (commandline -ct)
end

# The .znn file, then the names in it.
function __znn_tensors
    set -l operands (__znn_operands)
    set -l program (commandline -opc)[1]
    if set -q operands[2]
        $program list -q --names -- (string replace -r '^~/' "$HOME/" -- $operands[2]) 2>/dev/null
    else
        __znn_archives
    end
end

# BEGIN TABLES
set -g __znn_extensions 'safetensors|bin|pt|pth|ckpt|gguf|npy|onnx|h5|th|tar'
set -g __znn_with_argument -o --output --log --exclude --dtype --base --base-dir --depth --fixed-point --max-error --rounding --keep --only --sign --spool-limit --range --max-output --format --sort --match --svg -T --threads --memory-limit
function __znn_all_commands
    printf '%s\t%s\n' compress 'make .znn files'
    printf '%s\t%s\n' decompress 'give the original files back'
    printf '%s\t%s\n' stat 'show where the bytes of models go'
    printf '%s\t%s\n' list 'list the tensors of .znn files'
    printf '%s\t%s\n' test 'check that .znn files are intact'
    printf '%s\t%s\n' extract 'write single tensors of a .znn file'
    printf '%s\t%s\n' rebase 'give .znn files another base, or none'
    printf '%s\t%s\n' mount 'show .znn files as their originals'
    printf '%s\t%s\n' umount 'end mounts'
    printf '%s\t%s\n' help 'explain znn, or one command'
end

complete -c znn -n __znn_needs_command -f -a '(__znn_commands)'
complete -c znn -n 'true' -s h -l help -d 'print this help and exit'
complete -c znn -n 'true' -s V -l version -d 'print the version and exit'

# compress
complete -c znn -n '__znn_has_command compress' -s 1 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 2 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 3 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 4 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 5 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 6 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 7 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 8 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s 9 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command compress' -s o -l output -r -F -d 'write to FILE'
complete -c znn -n '__znn_has_command compress' -s c -l stdout -d 'write to standard output'
complete -c znn -n '__znn_has_command compress' -s k -l keep-input -d 'keep the input files (default)'
complete -c znn -n '__znn_has_command compress' -l rm -d 'remove each input file once its output is safely on the disk'
complete -c znn -n '__znn_has_command compress' -s f -l force -d 'replace existing output files'
complete -c znn -n '__znn_has_command compress' -s r -l recursive -d 'process directories and everything below them'
complete -c znn -n '__znn_has_command compress' -l all -d 'with -r, take all files, not only models'
complete -c znn -n '__znn_has_command compress' -l exclude -x -d 'with -r, leave out files and directories whose names match'
complete -c znn -n '__znn_has_command compress' -s n -l dry-run -d 'print what would be done, and change nothing'
complete -c znn -n '__znn_has_command compress' -l dtype -x -a 'F32 F16 BF16 F64 F8_E4M3 F8_E5M2 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ F6_E2M3 F6_E3M2 F4 C64 I8 I16 I32 I64 U8 U16 U32 U64 BOOL' -d 'treat each FILE as an array of numbers without a header'
complete -c znn -n '__znn_has_command compress' -l dedup -d 'store a tensor that repeats an earlier one as a reference, even if it comes from a pipe'
complete -c znn -n '__znn_has_command compress' -l no-dedup -d 'store every tensor on its own'
complete -c znn -n '__znn_has_command compress' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command compress' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command compress' -l related -d 'for compress, with -r, find out from samples which files are relatives, and store those that gain from it as differences from others'
complete -c znn -n '__znn_has_command compress' -l depth -x -d 'with --related, let a file need up to N others, one after the other'
complete -c znn -n '__znn_has_command compress' -l fixed-point -x -d 'LOSSY, rounds the numbers of large float tensors to multiples of 2^-B'
complete -c znn -n '__znn_has_command compress' -l max-error -x -d 'LOSSY, the same with the smallest B that changes no number by more than E'
complete -c znn -n '__znn_has_command compress' -l rounding -x -a 'nearest floor' -d 'nearest (default, ties to even) or floor (towards minus infinity, by less than 2^-B)'
complete -c znn -n '__znn_has_command compress' -l exact-zero -d 'keep the sign of negative zeros when rounding'
complete -c znn -n '__znn_has_command compress' -l keep -x -d 'do not round tensors whose names match'
complete -c znn -n '__znn_has_command compress' -l only -x -d 'round all float tensors whose names match, even vectors and small ones, and no others'
complete -c znn -n '__znn_has_command compress' -l force-lossy-rm -d 'let --rm remove files of which only a rounded copy is left'
complete -c znn -n '__znn_has_command compress' -l sign -x -a 'auto rotate separate' -d 'where to store the signs of floats that are not rounded'
complete -c znn -n '__znn_has_command compress' -l spool-limit -x -d 'keep data from a pipe that has to be read again in a temporary file of up to SIZE'
complete -c znn -n '__znn_has_command compress' -l json -d 'print JSON'
complete -c znn -n '__znn_has_command compress' -s T -l threads -x -d 'use N threads'
complete -c znn -n '__znn_has_command compress' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command compress' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command compress' -s v -l verbose -d 'print a line for each file'
complete -c znn -n '__znn_has_command compress' -f -a '(__znn_models)'

# decompress
complete -c znn -n '__znn_has_command decompress' -s d -l decompress -d 'the same as the command decompress'
complete -c znn -n '__znn_has_command decompress' -s o -l output -r -F -d 'write to FILE'
complete -c znn -n '__znn_has_command decompress' -s c -l stdout -d 'write to standard output'
complete -c znn -n '__znn_has_command decompress' -s k -l keep-input -d 'keep the input files (default)'
complete -c znn -n '__znn_has_command decompress' -l rm -d 'remove each input file once its output is safely on the disk'
complete -c znn -n '__znn_has_command decompress' -s f -l force -d 'replace existing output files'
complete -c znn -n '__znn_has_command decompress' -s r -l recursive -d 'process directories and everything below them'
complete -c znn -n '__znn_has_command decompress' -l exclude -x -d 'with -r, leave out files and directories whose names match'
complete -c znn -n '__znn_has_command decompress' -s n -l dry-run -d 'print what would be done, and change nothing'
complete -c znn -n '__znn_has_command decompress' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command decompress' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command decompress' -l spool-limit -x -d 'keep data from a pipe that has to be read again in a temporary file of up to SIZE'
complete -c znn -n '__znn_has_command decompress' -l range -x -d 'write only the bytes of the original from A up to, but not including, B'
complete -c znn -n '__znn_has_command decompress' -l salvage -d 'write the intact parts of a damaged FILE, with zeros for the rest, list the losses, and exit with 1 if anything is damaged'
complete -c znn -n '__znn_has_command decompress' -l max-output -x -d 'refuse originals of more than SIZE bytes, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command decompress' -l json -d 'print JSON'
complete -c znn -n '__znn_has_command decompress' -s T -l threads -x -d 'use N threads'
complete -c znn -n '__znn_has_command decompress' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command decompress' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command decompress' -s v -l verbose -d 'print a line for each file'
complete -c znn -n '__znn_has_command decompress' -f -a '(__znn_archives)'

# stat
complete -c znn -n '__znn_has_command stat' -s 1 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 2 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 3 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 4 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 5 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 6 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 7 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 8 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s 9 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command stat' -s f -l force -d 'replace existing output files'
complete -c znn -n '__znn_has_command stat' -s r -l recursive -d 'process directories and everything below them'
complete -c znn -n '__znn_has_command stat' -l exclude -x -d 'with -r, leave out files and directories whose names match'
complete -c znn -n '__znn_has_command stat' -l dedup -d 'store a tensor that repeats an earlier one as a reference, even if it comes from a pipe'
complete -c znn -n '__znn_has_command stat' -l no-dedup -d 'store every tensor on its own'
complete -c znn -n '__znn_has_command stat' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command stat' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command stat' -l related -d 'for compress, with -r, find out from samples which files are relatives, and store those that gain from it as differences from others'
complete -c znn -n '__znn_has_command stat' -l fixed-point -x -d 'LOSSY, rounds the numbers of large float tensors to multiples of 2^-B'
complete -c znn -n '__znn_has_command stat' -l max-error -x -d 'LOSSY, the same with the smallest B that changes no number by more than E'
complete -c znn -n '__znn_has_command stat' -l rounding -x -a 'nearest floor' -d 'nearest (default, ties to even) or floor (towards minus infinity, by less than 2^-B)'
complete -c znn -n '__znn_has_command stat' -l exact-zero -d 'keep the sign of negative zeros when rounding'
complete -c znn -n '__znn_has_command stat' -l keep -x -d 'do not round tensors whose names match'
complete -c znn -n '__znn_has_command stat' -l only -x -d 'round all float tensors whose names match, even vectors and small ones, and no others'
complete -c znn -n '__znn_has_command stat' -l sign -x -a 'auto rotate separate' -d 'where to store the signs of floats that are not rounded'
complete -c znn -n '__znn_has_command stat' -l spool-limit -x -d 'keep data from a pipe that has to be read again in a temporary file of up to SIZE'
complete -c znn -n '__znn_has_command stat' -l json -d 'print JSON'
complete -c znn -n '__znn_has_command stat' -l tensors -d 'print a row for each tensor'
complete -c znn -n '__znn_has_command stat' -l layers -d 'print a row for each layer, and for each role'
complete -c znn -n '__znn_has_command stat' -l sort -x -a 'size ratio name' -d 'size (the largest first), ratio (the least compressed first) or name'
complete -c znn -n '__znn_has_command stat' -l match -x -d 'show only the tensors whose names match'
complete -c znn -n '__znn_has_command stat' -l bars -d 'draw bars even if standard output is no terminal'
complete -c znn -n '__znn_has_command stat' -l svg -r -F -d 'write a picture of the layers to FILE'
complete -c znn -n '__znn_has_command stat' -l quick -d 'compress a sample and estimate the rest, within about 1 %'
complete -c znn -n '__znn_has_command stat' -l sweep -d 'show the result of --fixed-point for B = 27, 24, 23, 19, 15, 12, 10, 8 and 6'
complete -c znn -n '__znn_has_command stat' -s T -l threads -x -d 'use N threads'
complete -c znn -n '__znn_has_command stat' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command stat' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command stat' -f -a '(__znn_both)'

# list
complete -c znn -n '__znn_has_command list' -s r -l recursive -d 'process directories and everything below them'
complete -c znn -n '__znn_has_command list' -l exclude -x -d 'with -r, leave out files and directories whose names match'
complete -c znn -n '__znn_has_command list' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command list' -l json -d 'print JSON'
complete -c znn -n '__znn_has_command list' -l names -d 'print only the names of the tensors, one on a line'
complete -c znn -n '__znn_has_command list' -l bases -d 'show which .znn file needs which file as its base, what is missing, and what would be lost with each file'
complete -c znn -n '__znn_has_command list' -l sort -x -a 'size ratio name' -d 'size (the largest first), ratio (the least compressed first) or name'
complete -c znn -n '__znn_has_command list' -l match -x -d 'show only the tensors whose names match'
complete -c znn -n '__znn_has_command list' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command list' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command list' -f -a '(__znn_archives)'

# test
complete -c znn -n '__znn_has_command test' -s r -l recursive -d 'process directories and everything below them'
complete -c znn -n '__znn_has_command test' -l exclude -x -d 'with -r, leave out files and directories whose names match'
complete -c znn -n '__znn_has_command test' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command test' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command test' -l spool-limit -x -d 'keep data from a pipe that has to be read again in a temporary file of up to SIZE'
complete -c znn -n '__znn_has_command test' -l max-output -x -d 'refuse originals of more than SIZE bytes, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command test' -l json -d 'print JSON'
complete -c znn -n '__znn_has_command test' -s T -l threads -x -d 'use N threads'
complete -c znn -n '__znn_has_command test' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command test' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command test' -f -a '(__znn_archives)'

# extract
complete -c znn -n '__znn_has_command extract' -s o -l output -r -F -d 'write to FILE'
complete -c znn -n '__znn_has_command extract' -s f -l force -d 'replace existing output files'
complete -c znn -n '__znn_has_command extract' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command extract' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command extract' -l format -x -a 'raw npy safetensors' -d 'raw (the bytes alone, default), npy or safetensors'
complete -c znn -n '__znn_has_command extract' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command extract' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command extract' -s v -l verbose -d 'print a line for each file'
complete -c znn -n '__znn_has_command extract' -f -a '(__znn_tensors)'

# rebase
complete -c znn -n '__znn_has_command rebase' -s 1 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 2 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 3 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 4 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 5 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 6 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 7 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 8 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s 9 -d 'level, from 1 (fastest) to 9 (smallest files)'
complete -c znn -n '__znn_has_command rebase' -s o -l output -r -F -d 'write to FILE'
complete -c znn -n '__znn_has_command rebase' -s f -l force -d 'replace existing output files'
complete -c znn -n '__znn_has_command rebase' -s n -l dry-run -d 'print what would be done, and change nothing'
complete -c znn -n '__znn_has_command rebase' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command rebase' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command rebase' -l no-base -d 'store each file whole, so that it needs no base'
complete -c znn -n '__znn_has_command rebase' -l json -d 'print JSON'
complete -c znn -n '__znn_has_command rebase' -s T -l threads -x -d 'use N threads'
complete -c znn -n '__znn_has_command rebase' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command rebase' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command rebase' -s v -l verbose -d 'print a line for each file'
complete -c znn -n '__znn_has_command rebase' -f -a '(__znn_archives)'

# mount
complete -c znn -n '__znn_has_command mount' -s f -l foreground -d 'stay in the foreground until the mount ends, and print messages to standard error'
complete -c znn -n '__znn_has_command mount' -l log -r -F -d 'append messages to FILE'
complete -c znn -n '__znn_has_command mount' -l base -r -F -d 'store each file as its difference from the model FILE, or use FILE to read such a file'
complete -c znn -n '__znn_has_command mount' -l base-dir -r -F -d 'look in DIR for bases that are not beside the .znn files that need them'
complete -c znn -n '__znn_has_command mount' -s T -l threads -x -d 'use N threads'
complete -c znn -n '__znn_has_command mount' -l memory-limit -x -d 'use at most SIZE bytes of memory, also with KiB, MiB or GiB'
complete -c znn -n '__znn_has_command mount' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command mount' -f -a '(__znn_archives)'

# umount
complete -c znn -n '__znn_has_command umount' -s q -l quiet -d 'print no warnings and no progress'
complete -c znn -n '__znn_has_command umount' -f -a '(__znn_files)'

# help
complete -c znn -n '__znn_has_command help' -f -a '(__znn_commands)'
# END TABLES
