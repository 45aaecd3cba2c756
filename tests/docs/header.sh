# shellcheck shell=sh
# declared_functions HEADER: the names of the functions that the public header declares, one a line.
declared_functions() {
    sed -n 's/^ZNN_API[^(]*[ *]\(znn_[a-z_0-9]*\)(.*/\1/p' "$1"
}
