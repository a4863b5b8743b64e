#!/bin/sh
# Every option and command that help tells is in the manual page, which man formats without a warning.
# Usage: man_test.sh FOLDER PROGRAM...
set -eu
folder=$1
shift
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-man.XXXXXX")
trap 'rm -rf "$work"' EXIT

for program in "$@"; do
    page=$(echo "$folder/$(basename "$program")".[0-9])
    "$program" --help >"$work/help"
    {
        grep -o -e '--[a-z][a-z-]*' "$work/help"
        sed -n 's/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' "$work/help"
    } | sort -u >"$work/words"
    [ "$(wc -l <"$work/words")" -ge 10 ]
    while read -r words; do
        sed 's/\\-/-/g' "$page" | grep -q -F -e "$words" || {
            echo "$page does not tell: $words"
            exit 1
        }
    done <"$work/words"
done

command -v groff >/dev/null || exit 0
for page in "$folder"/*.[0-9]; do
    groff -man -Tutf8 -ww -z "$page" 2>"$work/warnings"
    if [ -s "$work/warnings" ]; then
        cat "$work/warnings"
        exit 1
    fi
done
