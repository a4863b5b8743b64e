#!/bin/sh
# Prints how many instructions one call of a scenario takes. Instructions, unlike time, are the same
# however busy the machine is.
# Usage: count.sh PROGRAM SCENARIO
set -eu
calls=2048
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-cost.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM HUP

# Nothing is counted until the program says so: neither its set-up nor its end. The environment is
# not passed on: meson has malloc overwrite what it gives, which would be counted.
if ! env -i PATH="$PATH" TMPDIR="$folder" valgrind --tool=callgrind --instr-atstart=no \
    --callgrind-out-file="$folder/counts" "$1" "$2" "$calls" >"$folder/log" 2>&1; then
    cat "$folder/log" >&2
    exit 1
fi
awk -v calls="$calls" '$1 == "totals:" && $2 > 0 { printf "%d\n", $2 / calls; found = 1 }
    END { exit !found }' "$folder/counts" || { echo "callgrind has counted nothing" >&2; exit 1; }
