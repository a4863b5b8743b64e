#!/bin/sh
# What systemd says of our units, of onsaled.service also with the drop-in for callers on other machines: nothing
# against it, and an exposure of 1.5 of 10 at most. Before that: it must be able to say no.
# Usage: units_test.sh DROP-IN UNIT...
set -eu
drop_in=$1
shift
command -v systemd-analyze >/dev/null || {
    echo 'skipped, for there is no systemd-analyze'
    exit 77
}
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-units.XXXXXX")
trap 'rm -rf "$work"' EXIT

# exposed UNIT: whether it is above 1.5.
exposed() {
    ! systemd-analyze security --offline=true --no-pager --threshold=15 "$1" >"$work/report" 2>&1
}

for unit in "$@"; do
    name=$(basename "$unit")
    echo "# $name"
    if exposed "$unit"; then
        grep -v '✓' "$work/report"
        exit 1
    fi
    tail -n 1 "$work/report"

    sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" >"$work/$name"
    systemd-analyze verify --man=no "$work/$name" 2>"$work/said"
    if grep "$name" "$work/said"; then exit 1; fi
    echo 'Nonsense=yes' >>"$work/$name"
    systemd-analyze verify --man=no "$work/$name" 2>"$work/said" || true
    grep -q Nonsense "$work/said"

    [ "$name" = onsaled.service ] || continue
    # systemd-analyze of Debian 12 takes no drop-in offline: what it resets is taken out.
    grep -v -e '^PrivateNetwork' -e '^RestrictAddressFamilies' "$unit" >"$work/$name"
    sed -n '/^\[Service\]/,$p' "$drop_in" >>"$work/$name"
    ! exposed "$work/$name" || exit 1
    tail -n 1 "$work/report"

    sed 's/^Restrict.*\|^Protect.*//' "$unit" >"$work/$name"
    exposed "$work/$name" || {
        echo 'a sandbox with a hole is not noticed'
        exit 1
    }

done
