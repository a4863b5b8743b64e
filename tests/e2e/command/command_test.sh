#!/bin/sh
# Every flow through the onsale command, with the exit codes that scripts rely on.
# Usage: command_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=command
. "$(dirname "$0")/common.sh"

echo '# nobody serves'
expect 7 --timeout 200ms health
complains SOCKET_NOT_FOUND
expect 2
expect 2 fly
expect 2 wallet charge 7
expect 0 --help
expect 0 reserve --help
shows 'SECTION-ROW-NUMBER'

echo '# a server starts'
start

echo '# administration'
echo '{"concert": 1}' >"$folder/bad.json"
expect 8 admin import "$folder/bad.json"
complains 'layouts: is missing'
expect 8 admin import "$folder/absent.json"
expect 0 admin import "$examples/club.json"
shows '202 new seats'
expect 0 admin create-user 7
expect 0 admin create-user 8
expect 0 admin policy set 2 --active-max 1
expect 0 admin policy show 2 --json
[ "$(field activeMax)" -eq 1 ] || fail 'the policy is not set'
expect 5 --admin "$ONSALE_SERVER" admin stats
complains ADMIN_SOCKET_NEEDED
expect 0 admin block 21 FLOOR-A-1
expect 4 admin block 21 FLOOR-A-99

echo '# queue'
expect 3 queue enter 99 --user 7
complains CONCERT_NOT_FOUND
expect 0 queue enter 2 --user 7 --json
first=$(field token)
expect 0 queue enter 2 --user 8 --json
second=$(field token)
expect 0 queue show --token "$second"
shows WAITING
expect 5 performance list --token "$second"
complains TOKEN_NOT_ACTIVE
expect 5 queue show --token "$(printf '%056d' 0)"
expect 0 queue wait --token "$first"
shows ACTIVE

expect 0 admin policy set 2 --admission paused
shows 'paused'
expect 0 queue show --token "$second"
shows 'unknown: admission is paused'
shows 'if the pause ended now'
expect 0 admin policy set 2 --admission on --admission-lead 10min
shows '10 min before the sale'

echo '# who comes before the sale'
sed -e 's/"concert_id": 2/"concert_id": 3/' -e 's/"performance_id": 21/"performance_id": 31/' \
    -e 's/"sale_opens_at": "[^"]*"/"sale_opens_at": "2097-01-01T20:00:00+09:00"/' \
    "$examples/club.json" >"$folder/early.json"
expect 0 admin import "$folder/early.json"
expect 0 queue enter 3 --user 7
shows WAITING
shows 'Opens'
shows '1 (0 ahead)'
expect 0 admin stats
shows 'opens in'

echo '# catalogue'
export ONSALE_TOKEN="$first" ONSALE_USER=7
expect 0 concert list
shows 'Club Mullae'
expect 0 concert show 2 --json
expect 0 performance list
shows '44,000'
expect 0 performance seats 21
shows 'S T A G E'
shows 'x blocked 1'
expect 0 performance seats 21 --section BALCONY
shows 'Section BALCONY'

echo '# reservations'
expect 0 reserve 21 FLOOR-B-3 FLOOR-B-4 --json
reservation=$(field reservationId)
expect 4 reserve 21 FLOOR-B-4 FLOOR-B-5
complains 'FLOOR-B-4'
expect 4 reserve 21 FLOOR-B-4 --korean
complains '이미 선택된 좌석입니다'
expect 4 reserve 21 FLOOR-A-1
expect 0 reserve 21 BALCONY-J-1 --json
other=$(field reservationId)
expect 0 reservation cancel "$other"
shows CANCELLED
expect 0 reservation show "$reservation"
shows HELD
expect 3 reservation show "$reservation" --user 8
expect 0 reservation list 2
shows "$other"

echo '# stop means stop'
expect 0 admin stop 2 --performance 21
shows 'performance 21  stopped  stopped'
expect 0 performance list
shows 'holding stopped'
expect 4 reserve 21 BALCONY-J-2
complains HOLDING_STOPPED
expect 4 pay "$reservation"
complains PAYING_STOPPED
expect 0 admin resume 2 --performance 21 --holding
shows 'performance 21  on       stopped'
expect 0 admin stop 2 --holding
expect 0 admin stops 2
shows 'whole concert   stopped  on'
shows 'performance 21  on       stopped'
expect 4 reserve 21 BALCONY-J-2 --korean
complains '현재 좌석 예약이 중단되었습니다.'
expect 0 admin stats
shows 'holding'
expect 0 admin resume 2
expect 0 admin resume 2 --performance 21
expect 0 event list --json
shows EVENT_KIND_PAYING_RESUMED
expect 3 admin stop 99
expect 3 admin stop 2 --performance 99

echo '# payment'
expect 4 pay "$reservation"
complains INSUFFICIENT_BALANCE
expect 0 wallet charge 7 100,000 --id 0190163d-8694-739b-aea5-966c26f8ad91
expect 0 wallet charge 7 100,000 --id 0190163d-8694-739b-aea5-966c26f8ad91
expect 4 wallet charge 7 100,001 --id 0190163d-8694-739b-aea5-966c26f8ad91
complains ID_REUSED
expect 0 pay "$reservation" --json
payment=$(field paymentId)
expect 0 payment show "$payment"
shows FLOOR-B-3
expect 0 wallet show 7
shows 12,000
expect 0 wallet ledger 7
shows -88,000
expect 0 ticket list
shows FLOOR-B-4
expect 0 ticket show 1
expect 3 ticket show 99

echo '# the place is free again, and the next one has it'
expect 0 queue wait --token "$second" --json
shows QUEUE_ENTRY_STATUS_ACTIVE
expect 0 queue leave --token "$second"
shows LEFT
expect 5 queue wait --token "$second"

echo '# afterwards'
expect 0 event list --limit 3 --json
[ "$(grep -c eventNumber "$folder/out")" -eq 3 ] || fail 'not three events'
expect 0 admin backup "$folder/copy"
expect 0 admin stats
expect 0 admin check
shows 'Every invariant holds.'
echo '# all as it must be'
