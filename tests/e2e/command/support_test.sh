#!/bin/sh
# What a support person and an operator look for, without the token of a buyer: dates, seats, a place,
# a reservation, all of a user, the history of a seat, the events that are wanted.
# Usage: support_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=support
. "$(dirname "$0")/common.sh"
export TZ=Asia/Seoul

start
expect 0 admin import "$examples/club.json"
for user in 1001 1002 1003; do
    expect 0 admin create-user $user
    expect 0 wallet charge $user 500,000
done
expect 0 admin policy set 2 --active-max 2

echo '# one has bought, one holds, one waits'
ONSALE_USER=1001
export ONSALE_USER
enter 2
expect 0 reserve 21 FLOOR-C-8 FLOOR-C-9 --json
bought=$(field reservationId)
expect 0 pay "$bought"
expect 0 queue enter 2 --user 1002 --json
token=$(field token)
expect 0 reserve 21 BALCONY-J-2 --token "$token" --json
held=$(field reservationId)
expect 0 reservation cancel "$held" --user 1002
expect 0 reserve 21 BALCONY-J-2 BALCONY-J-3 --token "$token" --json
held=$(field reservationId)
expect 0 queue enter 2 --user 1001
expect 0 queue enter 2 --user 1003
unset ONSALE_USER ONSALE_TOKEN

echo '# dates, seats, places, reservations without a token'
expect 0 admin dates 2
shows '140    142'
expect 3 admin dates 99
complains CONCERT_NOT_FOUND
expect 0 admin seats 21
shows 'held 2   # sold 2'
expect 0 admin seats 21 --section balcony
shows 'BALCONY'
expect 3 admin seats 99
expect 0 admin performance 21
shows 'Title'
expect 3 admin performance 99
expect 0 admin place 2 1003
shows WAITING
shows '1 (0 ahead)'
expect 3 admin place 2 99
complains USER_NOT_FOUND
expect 0 admin create-user 1004
expect 3 admin place 2 1004
complains QUEUE_ENTRY_NOT_FOUND
expect 0 admin reservation "$held"
shows 'BALCONY-J-2 BALCONY-J-3'
shows 1002
expect 3 admin reservation 0190163d-8694-739b-aea5-966c26f8ad91
complains RESERVATION_NOT_FOUND
expect 5 --admin "$ONSALE_SERVER" admin reservation "$held"
complains ADMIN_SOCKET_NEEDED
expect 5 --admin "$ONSALE_SERVER" admin dates 2
complains TOKEN_MISSING

echo '# all of a user on one screen'
export COLUMNS=80
expect 0 user show 1001
fits 80
[ "$(wc -l <"$folder/out")" -le 24 ] || fail 'more than a screen'
shows 'User 1001  balance 412,000  charged 500,000  paid 88,000'
shows 'FLOOR-C-8'
shows '2098-11-03 20:30'
shows 'RESERVATION_PAID'
expect 0 user show 1002
fits 80
shows 'BALCONY-J-3'
shows 'PAY UNTIL'
expect 0 user show 1003
shows 'WAITING 1'
unset COLUMNS
expect 0 user show 1002 --json
[ "$(field balance)" = 500000 ] || fail 'the balance is not in the JSON'
expect 3 user show 77
complains USER_NOT_FOUND
expect 2 user show seven

echo '# the history of a seat'
expect 0 seat history 21 BALCONY-J-2
shows 'Seat BALCONY-J-2'
[ "$(grep -c ' held ' "$folder/out")" -eq 2 ] || fail 'not held twice'
[ "$(grep -c 'given back' "$folder/out")" -eq 1 ] || fail 'not given back'
shows "$held"
expect 0 seat history 21 floor-c-8
shows 'sold'
expect 0 seat history 21 FLOOR-A-1
shows 'Nothing has happened to it.'
expect 4 seat history 21 FLOOR-A-99

echo '# a user who is blocked'
expect 0 admin block-user 1003
shows 'User 1003 is blocked; 1 places in queues have ended'
expect 0 admin block-user 1003
shows 'was blocked already'
expect 5 queue enter 2 --user 1003
complains USER_BLOCKED
expect 0 user show 1003
shows BLOCKED
expect 0 admin unblock-user 1003
shows 'may buy again'
expect 0 queue enter 2 --user 1003
expect 3 admin block-user 99

echo '# events that are wanted'
expect 0 event list --user 1001 --kind seats-held,reservation-paid --json
[ "$(grep -c eventNumber "$folder/out")" -eq 2 ] || fail 'not two events'
expect 0 event list --kind QUEUE_ENTERED --concert 2
[ "$(wc -l <"$folder/out")" -eq 5 ] || fail 'not five entries'
expect 0 event list --performance 21 --seat BALCONY-J-3 --json
[ "$(grep -c eventNumber "$folder/out")" -eq 1 ] || fail 'not one event of the seat'
expect 0 event list --json
last=$(sed -n 's/.*"eventNumber": "\([0-9]*\)".*/\1/p' "$folder/out" | tail -n 1)
expect 0 event list --tail 3
[ "$(wc -l <"$folder/out")" -eq 3 ] || fail 'not three events'
tail -n 1 "$folder/out" | grep -q "^ *$last " || fail 'the last event is not the last'
expect 0 event list --tail 2 --user 1002 --kind seats-held --json
[ "$(grep -c eventNumber "$folder/out")" -eq 2 ] || fail 'not two holds'
expect 0 event list --tail 0
[ ! -s "$folder/out" ] || fail 'events, though none are wanted'
expect 0 event list --since 10min --kind user-created
[ "$(wc -l <"$folder/out")" -eq 4 ] || fail 'not four users'
expect 0 event list --since '2098-01-01 20:00'
[ ! -s "$folder/out" ] || fail 'events of the future'
expect 0 event list --since 2020-01-01T00:00:00Z --limit 1
[ "$(wc -l <"$folder/out")" -eq 1 ] || fail 'not one event'

echo '# from now on'
"$onsale" event list --follow --tail 0 --user 1004 >"$folder/follow.out" 2>"$folder/follow.err" &
others=$!
until grep -q BALANCE_CHARGED "$folder/follow.out"; do
    expect 0 wallet charge 1003 1
    expect 0 wallet charge 1004 1
done
! grep -q 'user 1003' "$folder/follow.out" || fail 'an event of somebody else'
! grep -q 'USER_CREATED' "$folder/follow.out" || fail 'an event of before'

echo '# mistakes'
expect 8 event list --kind seats-hold
complains 'there is no kind SEATS_HOLD; did you mean SEATS_HELD?'
expect 8 event list --kind ,
complains 'there is no kind'
expect 8 event list --seat FLOOR-A-1
complains 'name its --performance, too'
expect 4 event list --performance 21 --seat FLOOR-A-99
complains 'the hall has no seat FLOOR-A-99'
expect 3 event list --performance 99 --seat FLOOR-A-1
for wrong in yesterday 2026-02-30 '2026-11-23 25:00' 10fortnights -5min; do
    expect 2 event list "--since=$wrong"
    complains '--since must be a moment such as'
done
expect 2 event list --tail 100001
complains '--tail must be 0..100000'
echo '# all as it must be'
