#!/bin/sh
# Each header that is installed can be the first and only one of a program, in C11 and in C++17, without
# a warning; and of those written by hand half of the lines say what the rest is for.
# Usage: public_headers_test.sh BUILD_FOLDER
set -eu
build=$1
root=$(mktemp -d "${TMPDIR:-/tmp}/onsale-headers.XXXXXX")
trap 'rm -rf "$root"' EXIT
meson install -C "$build" --no-rebuild --quiet --destdir "$root"
include=$(dirname "$(find "$root" -type d -path '*/include/onsale')")
compilers="cc clang++"
! command -v g++ >/dev/null || compilers="$compilers g++"

# Compiles a header alone.
compile() {
    language=c
    standard=c11
    case $1 in *++) language=c++ standard=c++17 ;; esac
    echo "#include <$2>" |
        "$1" -x $language -std=$standard -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I "$include" -
}

# Prints what part of a header's lines are comment, in percent. Blank lines and the frame that every
# header has do not count.
comment_percent() {
    awk '/^ *$/ || /^#(if|endif|include|define ONSALE_[A-Z]*_H)/ || /^extern "C"/ || /^}$/ { next }
         { lines++; if (inside || /\/\*|\/\//) comments++ }
         /\/\*/ { inside = 1 }
         /\*\// { inside = 0 }
         END { printf "%d\n", 100 * comments / lines }' "$1"
}

# The check itself.
printf 'inline int f() { return "x" == 0; }\n#define HALF a ## \n' >"$include/bad.h"
if compile clang++ bad.h 2>/dev/null; then
    echo "a header with a mistake has passed"
    exit 1
fi
rm "$include/bad.h"

problems=0
headers=$(cd "$include" && find onsale -name '*.h' | sort)
for header in $headers; do
    for compiler in $compilers; do
        compile "$compiler" "$header" || { echo "$header: $compiler refuses it"; problems=1; }
    done
    case $header in
        onsale/*/*) continue ;; # generated
    esac
    percent=$(comment_percent "$include/$header")
    [ "$percent" -ge 50 ] || { echo "$header: $percent % of it is comment, half is wanted"; problems=1; }
done
echo "$(echo "$headers" | wc -l) headers, with: $compilers"
exit "$problems"
