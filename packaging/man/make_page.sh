#!/bin/sh
# Prints the manual page of a program, made of what its --help says.
# Usage: make_page.sh AWK VERSION PROGRAM SECTION SEE-ALSO
# If the help lists commands, each has what `PROGRAM help COMMAND` says.
set -eu
awk=$1
version=$2
program=$3
section=$4
see=$5
COLUMNS=500 # a row of two columns in one line, where the program goes by it
export COLUMNS
help=$("$program" --help)
{
    printf '%s\n' "$help"
    printf '%s\n' "$help" | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' |
        while read -r words; do
            printf '\001 %s\n' "$words"
            # shellcheck disable=SC2086 # words
            "$program" help $words
        done
} | awk -v section="$section" -v version="$version" -v see="$see" -f "$awk"
