#!/bin/sh
# h2_load FOLDER SECONDS gateway|echo -- Unary calls of gRPC by nghttp2's h2load, on four connections
# with 64 calls in flight each: GetBalance by the gateway of gateway.sh, or what grpc_server echoes.
# h2load takes every 200 for a success, whatever grpc-status says, so one call is looked at before.
# With `prepare`, as all that loads a rival: fails until somebody listens.
set -eu
command -v h2load >/dev/null || exit 77
folder=$1

gateway_url() {
    sed -n 's/^serving on //p' "$folder/gateway.url"
}

if [ "$3" = prepare ]; then
    [ -S "$folder/grpc.sock" ] && exit 0
    [ -s "$folder/gateway.url" ] || exit 1
    printf '\000\000\000\000\002\010\001' >"$folder/request" # user 1
    nghttp --verbose --data="$folder/request" -H ':method: POST' -H 'content-type: application/grpc' \
        -H 'te: trailers' "$(gateway_url)/onsale.v1.WalletService/GetBalance" | grep -q 'grpc-status: 0'
    exit
fi

load() {
    h2load --duration="$(echo "$seconds" | awk '{ printf "%.0fms", 1000 * $1 }')" --clients=4 \
        --max-concurrent-streams=64 --data="$folder/request" -H 'content-type: application/grpc' \
        -H 'te: trailers' "$@"
}

seconds=$2
if [ "$3" = gateway ]; then
    load "$(gateway_url)/onsale.v1.WalletService/GetBalance"
else
    # 64 bytes
    printf '\000\000\000\000\102\012\100%064d' 0 >"$folder/request"
    load --base-uri="unix:$folder/grpc.sock" http://localhost/bench.Echo/Say
fi | awk -v seconds="$seconds" '/^requests:/ { print $8, $10, seconds, 0, 0, 0, 0, 0 }'
