#!/bin/sh
# What is installed is hardened: position-independent, bound and read-only once it is loaded, with
# guarded stacks and checked copies. A program without all that must not pass.
# Usage: hardening_test.sh FILE...
#        hardening_test.sh --skip WHY
set -eu
if [ "$1" = --skip ]; then
    echo "skipped, for $2"
    exit 77
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/onsale-hardening.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Prints a line for each thing that a file lacks.
lacks() {
    readelf --wide --file-header --program-headers --dynamic --notes --dyn-syms "$1" >"$work/elf"
    grep -q 'Type: *DYN' "$work/elf" || echo "$1 is not position-independent"
    grep -q 'GNU_RELRO' "$work/elf" || echo "$1 has nothing read-only after relocation (relro)"
    grep -q '(FLAGS_1).* NOW' "$work/elf" || echo "$1 is bound lazily (now)"
    grep 'GNU_STACK' "$work/elf" | grep -q ' RW  *0x' || echo "$1 has an executable stack"
    grep -q ' __stack_chk_fail' "$work/elf" || echo "$1 has no stack protector"
    grep -q ' __[a-z]*_chk\b' "$work/elf" || echo "$1 has no checked copies (fortify)"
    [ "$(uname -m)" != x86_64 ] || [ "$(objdump -d "$1" | grep -c 'endbr64')" -ge 50 ] ||
        echo "$1 has no control-flow protection"
}

# The check itself: all of it is missed in this one.
echo 'int main(void) { return 0; }' >"$work/soft.c"
cc -no-pie -fno-stack-protector -Wl,-z,norelro,-z,lazy,-z,execstack "$work/soft.c" -o "$work/soft"
found=$(lacks "$work/soft" | wc -l)
expected=7
[ "$(uname -m)" = x86_64 ] || expected=6
if [ "$found" -ne "$expected" ]; then
    echo "$found of $expected lacks were found in a program without any hardening"
    exit 1
fi

for file in "$@"; do
    lacks "$file"
done >"$work/lacks"
cat "$work/lacks"
[ ! -s "$work/lacks" ]
