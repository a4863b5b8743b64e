#!/bin/sh
# Checks every file of the tree against rules.awk, and src/ against arrows.awk.
# Usage: tidy.sh ROOT
set -eu
LC_ALL=C
export LC_ALL
tidy=$(cd "$(dirname "$0")" && pwd)
cd "$1"
is_untidy=0

find . -name '.?*' ! -name .ci -prune -o -name 'build*' -type d -prune -o -type f \( \
    -name '*.[ch]' -o -name '*.def' -o -name '*.proto' -o -name meson.build -o -name '*.sh' -o \
    -name '*.awk' -o -name '*.py' -o -name '*.md' -o -name '*.json' -o -path './script/*' -o -path './.ci/*' \
    \) -print | sed 's|^\./||' | sort | xargs awk -f "$tidy/rules.awk" ||
    is_untidy=1
if [ -d src ]; then
    find src -name '*.[ch]' | sort | xargs awk -f "$tidy/arrows.awk" || is_untidy=1
fi
exit $is_untidy
