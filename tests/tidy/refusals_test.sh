#!/bin/sh
# The tables of refusals in docs/PROTOCOL.md are those that refusals.awk makes of statuses.def.
# Usage: refusals_test.sh ROOT
set -eu
rules=$(cd "$(dirname "$0")" && pwd)/refusals.awk
cd "$1"
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-refusals.XXXXXX")
trap 'rm -rf "$work"' EXIT

# check NAME SIDE: what is written between the marks of this name.
check() {
    awk -v side="$2" -f "$rules" src/base/statuses.def >"$work/wanted"
    sed -n "/^<!-- $1: begin -->\$/,/^<!-- $1: end -->\$/p" docs/PROTOCOL.md |
        sed '1d;$d' | sed '$d' >"$work/written"
    test -s "$work/wanted"
    diff -u "$work/written" "$work/wanted"
}

check refusals server
check "refusals of the library" caller
