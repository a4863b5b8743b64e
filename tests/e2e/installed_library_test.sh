#!/bin/sh
# A program outside the tree needs one header and pkg-config, nothing else: installs into an empty
# folder, builds the examples from there, and runs them.
# Usage: installed_library_test.sh BUILD_FOLDER EXAMPLES_FOLDER [C_FLAG...]
set -eu
build=$1
examples=$2
shift 2

root=$(mktemp -d "${TMPDIR:-/tmp}/onsale-install.XXXXXX")
trap 'rm -rf "$root"' EXIT
meson install -C "$build" --no-rebuild --quiet --destdir "$root"

pc=$(find "$root" -name onsale.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
cp "$examples"/*.c "$root"
cd "$root"
for program in buy_ticket forward_call; do
    # shellcheck disable=SC2046 # the flags are several words
    cc -Wall -Wextra -Werror "$@" $program.c -o $program $(pkg-config --cflags --libs onsale)
done
nobody=ipc://$root/nobody.sock

LD_LIBRARY_PATH=$(dirname "$(find "$root" -name libonsale.so)")
export LD_LIBRARY_PATH
result=0
./buy_ticket "$nobody" "$nobody" 1 1 2>error || result=$?
cat error
test "$result" -eq 1
grep -q '^SOCKET_NOT_FOUND: ' error

# Nobody answers before its patience ends, and nobody has such a method.
refused_with() {
    result=0
    ./forward_call "$nobody" "$nobody" "$2" 50 </dev/null 2>error || result=$?
    cat error
    test "$result" -eq 1
    grep -q "^$1: " error
}
refused_with CANCELLED onsale.v1.CatalogService/ListConcerts
refused_with METHOD_UNKNOWN onsale.v1.CatalogService/Nothing

# Where nng needs its begin cured, libnng calls the library's; and a program that has linked nng first
# runs all the same.
bound_to() {
    LD_DEBUG=bindings LD_BIND_NOW=1 "$@" 2>&1 |
        sed -n "s/.*binding file [^ ]*libnng[^ ]* .* to \\([^ ]*\\) .*\`nng_stream_recv'.*/\\1/p"
}
library=$LD_LIBRARY_PATH/libonsale.so
if nm --dynamic --defined-only "$library" | grep -q ' nng_stream_recv@'; then
    bound_to ./buy_ticket "$nobody" "$nobody" 1 1 | grep -q libonsale
    # shellcheck disable=SC2046 # the flags are several words
    cc "$@" -Wl,--no-as-needed buy_ticket.c -lnng -o nng_first $(pkg-config --cflags --libs onsale)
    result=0
    ./nng_first "$nobody" "$nobody" 1 1 2>error || result=$?
    test "$result" -eq 1
    grep -q '^SOCKET_NOT_FOUND: ' error
fi

# The archive serves as well, and shows no other names, but for the sign by which AddressSanitizer of
# clang 17 and later knows, once a program, that its globals are known.
archive=$(find "$root" -name libonsale.a)
# shellcheck disable=SC2046 # the flags are several words
cc "$@" buy_ticket.c -o archived $(pkg-config --cflags onsale) "$archive" \
    $(pkg-config --static --libs onsale | sed 's/-lonsale//')
result=0
./archived "$nobody" "$nobody" 1 1 2>error || result=$?
test "$result" -eq 1
grep -q '^SOCKET_NOT_FOUND: ' error
foreign=$(nm --defined-only --extern-only "$archive" | awk 'NF == 3 {print $3}' |
    grep -v -e '^onsale_' -e '^nng_stream_recv$' -e '^nng_stream_send$' -e '^___asan_globals_registered$' || true)
if [ -n "$foreign" ]; then
    echo "global in the archive, but not ours: $foreign"
    exit 1
fi

# The messages can be made again from the .proto files, for other languages as well.
protos=$PKG_CONFIG_SYSROOT_DIR$(pkg-config --variable=protodir onsale | sed "s|^$root||")
protoc -I"$protos" --descriptor_set_out="$root/descriptors" \
    "$protos"/onsale/v1/*.proto "$protos"/onsale/rpc/v1/*.proto
test -s "$root/descriptors"

# Nothing but the library's own names can be linked to.
foreign=$(nm --dynamic --defined-only "$LD_LIBRARY_PATH/libonsale.so" | awk '{print $3}' |
    grep -v -e '^onsale_' -e '^ONSALE_0' -e '^nng_stream_recv@' -e '^nng_stream_send@' || true)
if [ -n "$foreign" ]; then
    echo "exported, but not ours: $foreign"
    exit 1
fi
