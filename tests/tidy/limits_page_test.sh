#!/bin/sh
# docs/LIMITS.md holds what `onsaled --help` prints of limits, and help fits 80 columns.
# To write it anew: put the lines of onsaled --help from the first "limits: " on between the fences.
# Usage: limits_page_test.sh ONSALED PAGE
set -eu
printed=$("$1" --help | sed -n '/^limits: /,$p')
written=$(sed -n '/^```$/,/^```$/p' "$2" | sed '/^```$/d')
[ -n "$printed" ]
if [ "$printed" != "$written" ]; then
    echo "FAILED: $2 does not hold the limits that the server prints:"
    echo "$printed" >"${TMPDIR:-/tmp}/limits.$$"
    echo "$written" | diff - "${TMPDIR:-/tmp}/limits.$$" || true
    rm -f "${TMPDIR:-/tmp}/limits.$$"
    exit 1
fi
if "$1" --help | grep '^.\{81,\}'; then
    echo "FAILED: these lines of onsaled --help are too wide"
    exit 1
fi
