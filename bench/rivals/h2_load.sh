#!/bin/sh
# h2_load FOLDER SECONDS SETTING -- Requests by nghttp2's h2load, and over HTTP/1.1 by wrk (h2load 1.52 does
# not always end there):
#
#   gateway    unary calls of gRPC on four connections with 64 in flight each: GetBalance by the
#              gateway of gateway.sh
#   echo       the same, of what grpc_server echoes
#   alone      as `gateway`, one call after another, with their latencies
#   json       GET over HTTP/1.1 on 64 connections: the same balance as JSON
#   constant   the same of what http_server says
#
# h2load takes every 200 for a success, whatever grpc-status says, so one call is looked at before.
# With `prepare`, as all that loads a rival: fails until somebody listens.
set -eu
command -v h2load >/dev/null && command -v wrk >/dev/null || exit 77
folder=$1
setting=$3

gateway_url() {
    sed -n 's/^serving on //p' "$folder/gateway.url"
}

# 64 bytes for grpc_server, and for the gateway user 1
write_requests() {
    printf '\000\000\000\000\102\012\100%064d' 0 >"$folder/words"
    printf '\000\000\000\000\002\010\001' >"$folder/user"
}

if [ "$setting" = prepare ]; then
    write_requests
    [ -S "$folder/grpc.sock" ] && exit 0
    [ -s "$folder/http.url" ] && exit 0
    [ -s "$folder/gateway.url" ] || exit 1
    nghttp --verbose --data="$folder/user" -H ':method: POST' -H 'content-type: application/grpc' \
        -H 'te: trailers' "$(gateway_url)/onsale.v1.WalletService/GetBalance" | grep -q 'grpc-status: 0'
    exit
fi

# By the percentiles of the answers' times, if there are any. Units: the log's are microseconds.
summary() {
    cat >"$folder/summary" # to the end of the load
    if [ -s "$folder/requests.log" ]; then
        cut -f 3 "$folder/requests.log" | sort -n >"$folder/latencies"
    else
        echo 0 >"$folder/latencies"
    fi
    awk -v seconds="$seconds" '
        function ns(part) { return 1000 * us[int(part * (count - 1)) + 1] }
        NR == FNR { us[++count] = $1; next }
        /^requests:/ { print $8, $10, seconds, ns(0.5), ns(0.9), ns(0.99), ns(0.999), ns(1) }
    ' "$folder/latencies" "$folder/summary"
}

load() {
    h2load --duration="$(echo "$seconds" | awk '{ printf "%.0fms", 1000 * $1 }')" "$@"
}

# wrk takes whole seconds. What is not 2xx or 3xx is refused, and so is what a socket did not answer.
get() {
    wrk --threads=1 --connections=64 --duration="$(echo "$seconds" | awk '{ print int($1 + 0.999) }')s" "$1" |
        awk '
            / requests in / { done = $1; seconds = $4; sub("s,", "", seconds) }
            /^  Non-2xx or 3xx responses:/ { refused += $NF }
            /^  Socket errors:/ { refused += $4 + $6 + $8 + $10 }
            END { print done - refused, refused + 0, seconds, 0, 0, 0, 0, 0 }
        '
}

call() {
    data=$1
    shift
    load --data="$folder/$data" -H 'content-type: application/grpc' -H 'te: trailers' "$@"
}

seconds=$2
get_balance=/onsale.v1.WalletService/GetBalance
rm -f "$folder/requests.log"
case "$setting" in
gateway) call user --clients=4 --max-concurrent-streams=64 "$(gateway_url)$get_balance" | summary ;;
alone) call user --log-file="$folder/requests.log" "$(gateway_url)$get_balance" | summary ;;
echo)
    call words --clients=4 --max-concurrent-streams=64 --base-uri="unix:$folder/grpc.sock" \
        http://localhost/bench.Echo/Say | summary
    ;;
json) get "$(gateway_url)/v1/users/1/balance" ;;
constant) get "$(cat "$folder/http.url")" ;;
esac
