# shellcheck shell=sh
# shellcheck disable=SC2034 # the scripts use the variables
# What the scripts about mounts share.  They mount at `mnt`, and usually the folder `src`.
. "$(dirname "$0")/lib.sh"
"$ZNN" -V | grep -q 'mount: FUSE' || skip "this build has no mount"
: 2>/dev/null <>/dev/fuse || skip "/dev/fuse cannot be opened"
data=${ZNN_DATA:?}/tiny-base-bf16.safetensors
root=$(pwd -P)

# A script that is cut off leaves no mount behind.
clean_up() {
    cd / || exit 1
    for place in mnt other src; do
        gone $place || fusermount3 -uzq "$root/case/$place"
    done
    chmod -R u+rwX "$work" && rm -rf "$work" "$logs"
}
trap clean_up EXIT

# gone DIRECTORY: nothing is mounted there.
gone() {
    ! grep -q " $root/case/$1 " /proc/mounts
}

# processes: the numbers of those that serve `src`, which is their directory.
processes() {
    # shellcheck disable=SC2012 # the names are numbers
    ls -l /proc/[0-9]*/cwd 2>/dev/null | sed -n "s|.*/proc/\([0-9]*\)/cwd -> $root/case/src\$|\1|p"
}

nobody() {
    [ -z "$(processes)" ]
}

# find_processes: sets $watcher and $server.
find_processes() {
    watcher='' server=''
    for process in $(processes); do
        parent=$(awk '$1 == "PPid:" { print $2 }' "/proc/$process/status")
        case " $(processes | tr '\n' ' ')" in
        *" $parent "*) watcher=$parent server=$process ;;
        esac
    done
    [ -n "$watcher" ] || fail "there are no two processes: $(processes)"
}

# ended: the mount ends, and no process stays.
ended() {
    wait_until gone mnt
    wait_until nobody
}

# end_mount: unmounts.
end_mount() {
    expect 0 "$ZNN" umount mnt
    ended
}

# same_bytes ORIGINAL MOUNTED: reads it from start to end, and in random places through read() and mmap().
same_bytes() {
    same "$1" "$2"
    "${ZNN_READS:?}" random "$1" "$2" >"$logs/reads" || fail "$(cat "$logs/reads")"
}
