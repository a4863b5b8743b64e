#!/bin/sh
# Every C file is built: a meson.build of its folder, or of one above, names it. Examples are built by
# the test of the installed library. Before that: a file that nothing names must be found.
# Usage: built_test.sh ROOT
set -eu
cd "$1"
list=$(mktemp "${TMPDIR:-/tmp}/onsale-built.XXXXXX")
trap 'rm -f "$list"' EXIT

# names FOLDER NAME: whether a meson.build has 'NAME.c', 'PATH/NAME.c' or, of a list of names, 'NAME'.
names() {
    at=$1
    while :; do
        [ ! -f "$at/meson.build" ] || ! grep -qE "['/]($2\.c|$2|${2%_test})'" "$at/meson.build" || return 0
        [ "$at" != . ] || return 1
        at=$(dirname "$at")
    done
}

if names src/base no_such_file; then
    echo "a file that nothing builds would not be found"
    exit 1
fi

find bench client gateway server src tests -name '*.c' >"$list"
status=0
while read -r path; do
    names "$(dirname "$path")" "$(basename "$path" .c)" || { echo "$path: no meson.build names it"; status=1; }
done <"$list"
echo "$(wc -l <"$list") files"
exit "$status"
