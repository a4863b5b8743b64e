#!/bin/sh
# The ABI of libonsale is the recorded one: what it exports, and what a program that was built with its
# headers relies on. Before that: the comparison must see a symbol and an offset that have changed.
# Usage: abi_test.sh LIBRARY LAYOUT_PROGRAM [--record]
set -eu
LC_ALL=C
export LC_ALL
library=$1
layout=$2
folder=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-abi.XXXXXX")
trap 'rm -rf "$work"' EXIT

if [ "$(getconf LONG_BIT)" != 64 ]; then
    echo "skipped, for the record is of a machine of 64 bits"
    exit 77
fi

# What nng needs cured is exported, too, where it does: see src/rpc/nng_cures.
readelf --wide --dynamic "$library" | sed -n 's/.*Library soname: \[\(.*\)\]/soname \1/p' >"$work/symbols"
nm --dynamic --defined-only --with-symbol-versions "$library" |
    awk '$3 !~ /^nng_stream_(recv|send)@/ { print ($2 == "T" ? "function" : $2 == "A" ? "version" : "data"), $3 }' |
    sort >>"$work/symbols"
"$layout" >"$work/layout"

if [ "${3-}" = --record ]; then
    cp "$work/symbols" "$folder/symbols.expected"
    cp "$work/layout" "$folder/layout.expected"
    echo "recorded $(wc -l <"$work/symbols") symbols and $(wc -l <"$work/layout") lines of layout"
    exit
fi

sed 's/function onsale_channel_open@/function onsale_channel_0pen@/' "$work/symbols" >"$work/other"
sed 's/  url at /  url at 1/' "$work/layout" >"$work/moved"
if cmp -s "$work/symbols" "$work/other" || cmp -s "$work/layout" "$work/moved"; then
    echo "a change would not be seen"
    exit 1
fi

differs=0
diff -u "$folder/symbols.expected" "$work/symbols" || differs=1
diff -u "$folder/layout.expected" "$work/layout" || differs=1
[ "$differs" -eq 0 ] || cat <<END

The ABI of libonsale has changed. If that is not meant, undo it. If it is:
- lines were only added (functions, methods, statuses, fields behind \`size\` structs' last): older programs go on.
- lines were removed or changed (also a field in a message: programs allocate those): older programs break. The
  version in meson.build must be of another minor number than the last release's, which gives another soname;
  say so in CHANGELOG.md.
Then record it, and commit the record with the change:
    sh tests/abi/abi_test.sh $library $layout --record
END
exit "$differs"
