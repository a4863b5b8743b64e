#!/bin/bash
# What script/demo --keep says to try by HTTP and gRPC works as it is printed.
# Usage: demo_test.sh ONSALED GATEWAY ONSALE EXAMPLES DEMO
set -eu
onsaled=$1
gateway=$2
onsale=$3
examples=$4
demo=$5
here=$(dirname "$0")
. "$here/json/door.sh"
start_door
"$onsale" admin import "$examples/seoul_arena.json" >/dev/null
"$onsale" admin create-user 1001 >/dev/null
"$onsale" wallet charge 1001 500,000 >/dev/null

# The function that prints them, with what it prints of.
eval "$(sed -n '/^say_what_next_by_http()/,/^}/p' "$demo")"
# shellcheck disable=SC2034
root_folder=$(cd "$(dirname "$demo")/.." && pwd)
# shellcheck disable=SC2034
address=${url#http://}
gateway=$door say_what_next_by_http >"$folder/said"
grep '^  ' "$folder/said" >"$folder/lines"
[ "$(grep -c '^  curl' "$folder/lines")" -ge 2 ] || fail 'there are no lines with curl'

# grpcurl is not in Debian.
command -v grpcurl >/dev/null || sed -i '/^  grpcurl /d' "$folder/lines"
# A line after each answer.
sed -i 's/^\(  curl .*\)$/\1; echo/' "$folder/lines"
bash -eu "$folder/lines" >"$folder/answers" 2>"$folder/log" || fail "$(cat "$folder/lines")"

head -n 1 "$folder/answers" | jq -e '.balance == "500000"' >"$folder/body" || fail "$(cat "$folder/answers")"
sed -n 2p "$folder/answers" | jq -e '.token | length > 10' >"$folder/body" || fail "$(cat "$folder/answers")"
grep -qx 'balance: 500000' "$folder/answers" || fail "$(cat "$folder/answers")"
