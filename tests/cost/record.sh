#!/bin/sh
# Records the bounds of a compiler anew: what is counted now, and a tenth more.
# Usage: tests/cost/record.sh build/test/tests/cost/cost gcc-12
set -eu
folder=$(cd "$(dirname "$0")" && pwd)
new=$(mktemp "${TMPDIR:-/tmp}/onsale-bounds.XXXXXX")
trap 'rm -f "$new"' EXIT

column=$(awk -v compiler="$2" '$1 == "compiler" { for (i = 2; i <= NF; i++) if ($i == compiler) print i }' "$folder/bounds")
[ -n "$column" ] || { echo "there is no column of $2" >&2; exit 1; }
while read -r scenario rest; do
    case $scenario in
    '#' | compiler) echo "$scenario $rest" ;;
    *)
        count=$(sh "$folder/count.sh" "$1" "$scenario")
        echo "$scenario $rest" |
            awk -v column="$column" -v bound=$(((count * 11 / 10 + 99) / 100 * 100)) '{ $column = bound; print }' |
            tee /dev/stderr
        ;;
    esac
done <"$folder/bounds" >"$new"
cat "$new" >"$folder/bounds"
