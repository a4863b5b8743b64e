#!/bin/sh
# Checks every file of the tree against rules.awk.
# Usage: tidy.sh ROOT
set -eu
LC_ALL=C
export LC_ALL
rules=$(cd "$(dirname "$0")" && pwd)/rules.awk
cd "$1"

find . -name '.?*' ! -name .ci -prune -o -name 'build*' -type d -prune -o -type f \( \
    -name '*.[ch]' -o -name '*.def' -o -name '*.proto' -o -name meson.build -o -name '*.sh' -o \
    -name '*.awk' -o -name '*.md' -o -name '*.json' -o -path './script/*' -o -path './.ci/*' \
    \) -print | sed 's|^\./||' | sort | xargs awk -f "$rules"
