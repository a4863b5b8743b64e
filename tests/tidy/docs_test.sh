#!/bin/sh
# What the documents name is there: files in backticks, and names of functions, fields and options.
# Before that: a name that nothing has must be found.
# Usage: docs_test.sh ROOT
set -eu
LC_ALL=C
export LC_ALL
cd "$1"
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-docs.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What others have, what is generated, and examples.
cat >"$work/known" <<'NAMES'
NAME.packing.c
callgrind_annotate
methods.def
noun_verb
onsale/channel.h
onsale/v1/queue.onsale.h
onsale/v1/queue.pb-c.h
onsale/version.h
overload_300
overload_64
protobuf_c_buffer_simple
routes.def
rpc.fields.h
NAMES

find bench client examples gateway proto script server src tests -type f | sort >"$work/files"
find bench client examples gateway proto script server src tests meson.build -type f \
    ! -path tests/tidy/docs_test.sh ! -name '*.json' -exec cat {} + >"$work/text"

# absent FILE: the names in it that are neither known nor there.
absent() {
    grep -ohE '`[A-Za-z0-9_./-]+\.(c|h|sh|def|awk|proto)`' "$1" | tr -d '`' | sort -u >"$work/named"
    while read -r name; do
        grep -qxF -- "$name" "$work/known" || grep -qF -- "/$name" "$work/files" ||
            grep -qxF -- "$name" "$work/files" || echo "$1: there is no file $name"
    done <"$work/named"
    grep -ohE '`[a-z]+(_[a-z0-9]+)+(\(\))?`' "$1" | tr -d '`()' | sort -u >"$work/named"
    while read -r name; do
        grep -qxF -- "$name" "$work/known" || grep -qwF -- "$name" "$work/text" ||
            echo "$1: nothing is called $name"
    done <"$work/named"
}

printf '`src/no_such_file.c` and `no_such_name`\n' >"$work/bad.md"
[ "$(absent "$work/bad.md" | wc -l)" -eq 2 ] || { echo "a name that nothing has would not be found"; exit 1; }

status=0
for page in README.md CONTRIBUTING.md SECURITY.md docs/*.md; do
    [ "$page" != docs/API.md ] || continue
    absent "$page" >"$work/absent"
    [ ! -s "$work/absent" ] || status=1
    cat "$work/absent"
done
exit "$status"
