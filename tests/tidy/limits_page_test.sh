#!/bin/sh
# docs/LIMITS.md holds what the programs' --help prints of limits, and help fits 80 columns.
# To write it anew: put the lines of each --help from the first "limits: " on between its fences.
# Usage: limits_page_test.sh PAGE PROGRAM...
set -eu
page=$1
shift
printed=$(for program; do "$program" --help | sed -n '/^limits: /,$p'; done)
written=$(sed -n '/^```$/,/^```$/p' "$page" | sed '/^```$/d')
[ -n "$printed" ]
if [ "$printed" != "$written" ]; then
    echo "FAILED: $page does not hold the limits that the programs print:"
    echo "$printed" >"${TMPDIR:-/tmp}/limits.$$"
    echo "$written" | diff - "${TMPDIR:-/tmp}/limits.$$" || true
    rm -f "${TMPDIR:-/tmp}/limits.$$"
    exit 1
fi
for program; do
    if "$program" --help | grep '^.\{81,\}'; then
        echo "FAILED: these lines of $program --help are too wide"
        exit 1
    fi
done
