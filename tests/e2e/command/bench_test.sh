#!/bin/sh
# onsale bench: what it measures, what it refuses to do, and how it ends.
# Usage: bench_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=bench
. "$(dirname "$0")/common.sh"

# number JQ: a number of the JSON report.
number() {
    jq -e "$1" "$folder/out" || fail "no number: $1"
}

echo '# nobody serves'
expect 7 bench --duration 1s
complains SOCKET_NOT_FOUND

start
expect 0 admin import "$examples/club.json"
for user in $(seq 1001 1010); do expect 0 admin create-user "$user"; done

echo '# what is wrong is named'
expect 8 bench --mix 'poll=0'
complains 'a weight must be 1..1000000'
expect 8 bench --mix 'pol=1'
complains "there is no method 'pol'; did you mean poll?"
expect 8 bench --mix 'GetBalanse'
complains 'did you mean GetBalance?'
expect 8 bench --mix WatchSeats
complains 'is a stream'
expect 8 bench --rate 5 --callers 2
complains 'one of them'
expect 8 bench --mix balance
complains 'the mix needs users: say --users'
expect 8 bench --mix balance --users 0-5
complains 'as in 1001-2000'
expect 8 bench --mix balance --data 'balence={}'
complains 'a name of --mix'
expect 8 bench --mix balance --data 'balance={"user": 1}'
complains 'there is no field "user"; did you mean user_id?'
expect 2 bench --rate 0

echo '# nothing is written unless that is wanted'
expect 8 bench --mix 'health,charge=2' --users 1001
complains 'ChargeBalance writes: say --writes'
expect 8 bench --mix poll --users 1001 --concert 2
complains 'needs tokens'
expect 0 event list --json
shows_not EVENT_KIND_QUEUE_ENTERED

echo '# a closed loop, and an open one'
expect 0 bench --duration 300ms --callers 4 --json --mix health=1,concerts=1,balance=2 --users 1001-1010
[ "$(number '.methods | length')" -eq 3 ] || fail 'not every method is told'
number '.methods | all(.calls > 0 and .outcomes[0].reason == "OK" and (.outcomes | length) == 1)' >/dev/null
number '.methods | all(.p50Us <= .p90Us and .p90Us <= .p99Us and .p99Us <= .p999Us and .p999Us <= .maxUs)' >/dev/null
expect 0 bench --duration 500ms --rate 100 --json
[ "$(number '.methods[0].calls')" -eq 50 ] || fail 'an open loop makes as many calls as it says'
[ "$(number .loop)" = '"open"' ] || fail 'not an open loop'
expect 0 bench --duration 1ms --rate 1000000 --json --mix health
[ "$(number '.methods[0].calls')" -eq 1000 ] || fail 'calls that were due at the end are left out'

echo '# a sale'
expect 0 bench --writes --duration 500ms --rate 200 --mix enter=1,poll=8,hold=1,charge=1 --users 1001-1010 --concert 2 --performance 21
shows GetQueueEntry
shows HoldSeats
shows 'p99.9'
expect 0 event list --json
shows EVENT_KIND_QUEUE_ENTERED

echo '# refusals are counted by their reason'
expect 0 bench --duration 200ms --rate 50 --json --mix GetConcert --data 'GetConcert={"concertId": 77}'
number '.methods[0].outcomes == [{"code": 5, "reason": "CONCERT_NOT_FOUND", "calls": 10}]' >/dev/null

echo '# it ends with its report when it is interrupted'
listed() {
    "$onsale" admin metrics | sed -n 's/^onsale_calls_total{.*CatalogService\/ListConcerts",code="OK",reason="OK"} //p'
}
before=$(listed)
"$onsale" bench --duration 1h --rate 50 --json >"$folder/out" 2>"$folder/err" &
bench=$!
others=$bench
until [ "$(listed)" -gt "$((${before:-0} + 1))" ]; do :; done
kill -INT "$bench"
wait "$bench" || fail 'interrupted, it fails'
others=
number '.methods[0].calls > 0' >/dev/null

echo '# on a terminal it tells how it goes'
script -qec "$onsale bench --duration 1500ms --rate 50" /dev/null >"$folder/out" 2>&1 || fail 'not on a terminal'
shows ' 1 s  '
shows ' a second, 0 not OK, '
shows 'open loop for 1.5 s'
