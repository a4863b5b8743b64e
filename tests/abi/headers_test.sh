#!/bin/sh
# Each header of the tree, and each that is generated, can be the first one of a C file.
# Usage: headers_test.sh ROOT BUILD_FOLDER
set -eu
cd "$1"
build=$2
postgres=$(pkg-config --cflags-only-I libpq 2>/dev/null) || postgres=
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-headers.XXXXXX")
trap 'rm -rf "$work"' EXIT
cat >"$work/compile" <<END
#!/bin/sh
for header in "\$@"; do
    cc -x c -std=gnu17 -D_GNU_SOURCE -DONSALE_BUILDING -Wall -Wextra -Werror -fsyntax-only \\
        -I. -Isrc -Iclient -Isrc/rpc/generator "-I$build/src/rpc/generator" "-I$build/proto" "-I$build/client" \\
        "-I$build/tests/unit/generator" $postgres -include "\$header" /dev/null ||
        echo "\$header" >>"$work/refused"
done
END
{
    find src server client bench tests -name '*.h' |
        if [ -n "$postgres" ]; then cat; else grep -v '^src/log/postgres/'; fi
    find "$build/proto" "$build/client/onsale" "$build/src/rpc/generator" -name '*.h'
} | sort >"$work/headers"

# The check itself: this one needs what it does not include.
echo 'size_t size_of_nothing(void);' >"$work/bad.h"
sh "$work/compile" "$work/bad.h" 2>/dev/null
if [ ! -s "$work/refused" ]; then
    echo "a header that needs another one has passed"
    exit 1
fi
rm "$work/refused"

xargs -P 2 -n 16 sh "$work/compile" <"$work/headers"
echo "$(wc -l <"$work/headers") headers"
[ ! -s "$work/refused" ] || { echo "refused:"; cat "$work/refused"; exit 1; }
