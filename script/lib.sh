# shellcheck shell=bash
# lib.sh -- What the scripts share. To be sourced by bash.

root_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# A headline: what is going to happen.
say() {
    printf '\n== %s\n' "$*"
}

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

is_installed() {
    dpkg-query --show --showformat='${Status}\n' "$1" 2>/dev/null | grep -q ' installed$'
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "must be run as root, for there is no sudo"
    fi
}

# install_packages PACKAGE...: from Debian. A source of packages that can't be reached does no harm
# if they come from another one.
install_packages() {
    command -v apt-get >/dev/null || fail "this is no Debian: install $*"
    say "Installing from Debian: $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update ||
        say "Not every list of packages could be updated"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y --no-install-recommends install "$@" || fail "can't install what is missing"
}

# ensure_packages [LIST...]: installs from Debian what these files name (script/packages) and what is
# not there yet.
ensure_packages() {
    local package missing=()
    [ $# -gt 0 ] || set -- "$root_folder/script/packages"
    while read -r package; do
        [[ $package == '' || $package == '#'* ]] && continue
        is_installed "$package" || missing+=("$package")
    done < <(cat "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    install_packages "${missing[@]}"
}

# What ccache has of another folder of the tree is as good.
export CCACHE_BASEDIR=$root_folder CCACHE_NOHASHDIR=1

# configure FOLDER OPTION...: with these options of meson.
configure() {
    local folder=$1 again=()
    shift
    [ -e "$folder/meson-private/coredata.dat" ] && again=(--reconfigure)
    mkdir -p "$folder"
    if ! meson setup "${again[@]}" "$@" "$folder" "$root_folder" >"$folder/setup.log" 2>&1; then
        tail -n 40 "$folder/setup.log" >&2
        fail "can't configure $folder"
    fi
}

# compile FOLDER [TARGET...]: all, or these only.
compile() {
    local folder=$1 quiet=()
    shift
    [ -t 1 ] || quiet=(--quiet)
    ninja -C "$folder" "${quiet[@]}" "$@" || fail "the build in $folder failed"
}

# ensure_build FOLDER OPTION...: configures and compiles, with what only tests need: since meson 1.7
# that is not in `all`.
ensure_build() {
    configure "$@"
    compile "$1" all meson-test-prereq
}

# make_programs TARGET...: in build/demo, where script/demo has them, too; one at a time builds.
make_programs() {
    local folder=$root_folder/build/demo
    mkdir -p "$folder"
    (
        flock 9
        [ -f "$folder/build.ninja" ] || configure "$folder" -Dbuildtype=release
        compile "$folder" "$@"
    ) 9>"$folder/.lock" >&2
}

# wait_until SECONDS COMMAND...: runs the command until it succeeds, but no longer than that.
wait_until() {
    local give_up=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$give_up" ] || return 1
        sleep 0.05
    done
}
