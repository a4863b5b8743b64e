#!/bin/sh
# Fails if a call of a scenario takes more instructions than its bound allows.
# Usage: cost_test.sh SCENARIO PROGRAM BOUNDS COMPILER
#        cost_test.sh SCENARIO --skip WHY
set -eu
scenario=$1
if [ "$2" = --skip ]; then
    echo "$scenario: skipped, for $3"
    exit 77
fi

with_commas() {
    echo "$1" | sed -e :again -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/' -e 't again'
}

bound=$(awk -v name="$scenario" -v compiler="$4" '
    $1 == "compiler" { for (i = 2; i <= NF; i++) if ($i == compiler) column = i }
    $1 == name { print $column }' "$3")
count=$(sh "$(dirname "$0")/count.sh" "$2" "$scenario")
echo "$scenario: $(with_commas "$count") instructions a call, bound $(with_commas "$bound")"
if [ "$count" -lt $((bound * 6 / 10)) ]; then
    echo "This is far below the bound: record it anew, or it guards nothing."
fi
if [ "$count" -gt "$bound" ]; then
    echo "This is more than the bound. If it is worth it, $3 says how to record it anew."
    exit 1
fi
