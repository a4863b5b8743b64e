#!/bin/sh
# Makes an archive of one object, in which the names that libonsale.map shows are global and all
# others are not: a program may have its own arena_init.
# Usage: archive.sh MAP WHOLE-ARCHIVE RESULT OBJCOPY AR CC...
set -eu
map=$1
whole=$2
result=$3
objcopy=$4
ar=$5
shift 5
object=$(dirname "$result")/onsale_whole.o
"$@" -r -nostdlib -o "$object" -Wl,--whole-archive "$whole" -Wl,--no-whole-archive
sed -n '/global:/,/local:/s/^ *\([a-z][][a-z_*-]*\);$/--keep-global-symbol=\1/p' "$map" |
    xargs "$objcopy" --wildcard "$object"
rm -f "$result"
"$ar" rcsD "$result" "$object"
rm "$object"
