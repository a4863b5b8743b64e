#!/bin/sh
# Makes an archive of one object, in which the names that libonsale.map shows are global and all
# others are not: a program may have its own arena_init.
# Usage: archive.sh MAP RESULT OBJCOPY AR 'CC...' ARCHIVE...
set -eu
map=$1
result=$2
objcopy=$3
ar=$4
cc=$5
shift 5
object=$(dirname "$result")/onsale_whole.o
# shellcheck disable=SC2086 # words
$cc -r -nostdlib -o "$object" -Wl,--whole-archive "$@" -Wl,--no-whole-archive
sed -n '/global:/,/local:/s/^ *\([a-z][][a-z_*-]*\);$/--keep-global-symbol=\1/p' "$map" |
    xargs "$objcopy" --wildcard "$object"
rm -f "$result"
"$ar" rcsD "$result" "$object"
rm "$object"
