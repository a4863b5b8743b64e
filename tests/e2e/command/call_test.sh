#!/bin/sh
# Methods by name: onsale list, describe and call, and what they say to bad input.
# Usage: call_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=call
. "$(dirname "$0")/common.sh"

# value NAME: the first value of a field of compact JSON.
value() {
    sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$folder/out" | head -n 1
}

echo '# what there is, without a server'
expect 0 list
shows onsale.v1.QueueService
shows onsale.v1.WatchService
expect 0 list QueueService
shows onsale.v1.QueueService/EnterQueue
shows_not WalletService
expect 0 list onsale.rpc.v1.HealthService --json
shows '"name": "onsale.rpc.v1.HealthService/Check"'
expect 8 list QueueServise
complains "there is no service 'QueueServise'; did you mean QueueService?"
expect 8 list concerts
complains "did you mean 'concert list'?"
expect 0 describe EnterQueueRequest
shows 'onsale.v1.EnterQueueRequest is a message:'
shows '  uint64 user_id = 1;'
expect 0 describe onsale.v1.QueueService.EnterQueue
shows 'rpc EnterQueue(onsale.v1.EnterQueueRequest) returns (onsale.v1.EnterQueueResponse);'
expect 0 describe QueueEntryStatus --json
shows '"kind": "enum"'
expect 8 describe QueueEntri
complains 'did you mean QueueEntry?'
expect 2 describe
complains 'NAME is missing'

echo '# calls'
start
expect 0 admin import "$examples/club.json"
expect 0 call CreateUser '{"userId": 7}'
[ "$(cat "$folder/out")" = '{"created":true}' ] || fail 'not one line'
expect 0 call onsale.v1.AdminService/CreateUser '{"user_id": "7"}' --style pretty
shows '  "created": false'
expect 0 call /onsale.v1.QueueService/EnterQueue '{"concertId": 2, "userId": 7}'
token=$(value token)
[ ${#token} -eq 56 ] || fail 'the token is not as other commands print it'
expect 0 queue show --token "$token"
printf '{"token": "%s"}' "$token" >"$folder/request"
expect 0 call GetQueueEntry "@$folder/request"
shows '"userId":"7"'
"$onsale" call GetQueueEntry - <"$folder/request" >"$folder/out" || fail 'not by the standard input'
shows '"userId":"7"'
expect 0 call HoldSeats "{\"token\": \"$token\", \"reservationId\": \"0190163d-8694-739b-aea5-966c26f8ad91\", \"performanceId\": 21, \"seatIndexes\": [5]}"
expect 0 reservation show 0190163d-8694-739b-aea5-966c26f8ad91 --user 7
shows HELD
expect 0 call ListConcerts
shows 'Club Mullae'
expect 0 call Check --max-time 5
expect 0 call Check --timeout 5s --json

echo '# metadata'
expect 3 call GetBalance '{"userId": 99}' -H 'accept-language: ko'
complains 'USER_NOT_FOUND: 존재하지 않는'
expect 3 call GetBalance '{"userId": 99}' --header 'traceparent: 00-zz' -H 'x-more:1'
complains 'USER_NOT_FOUND: there is no'
expect 2 call Check -H 'no colon'
complains "--header must be as in 'accept-language: ko', not 'no colon'"
expect 2 wallet show 7 -H 'a: b'
complains 'there is no option -H'
expect 8 call Check -H "x: $(printf '%09000d' 0)"
complains METADATA_INVALID

echo '# refusals'
expect 4 call HoldSeats "{\"token\": \"$token\", \"reservationId\": \"0190163d-8694-739b-aea5-966c26f8ad92\", \"performanceId\": 21, \"seatIndexes\": [5]}"
complains 'SEAT_TAKEN: a seat is held or sold: FLOOR'
expect 4 call HoldSeats "{\"token\": \"$token\", \"reservationId\": \"0190163d-8694-739b-aea5-966c26f8ad92\", \"performanceId\": 21, \"seatIndexes\": [5]}" --json
complains '"@type": "onsale.v1.SeatsTaken"'
expect 5 --admin "$ONSALE_SERVER" call GetStats
complains ADMIN_SOCKET_NEEDED

echo '# bad input'
expect 8 call EntrQueue '{}'
complains "there is no method 'EntrQueue'; did you mean EnterQueue?"
expect 8 call QueueEntry
complains "there is no method 'QueueEntry'"
expect 8 call EnterQueue '{"concert_ide": 2}'
complains 'there is no field "concert_ide"; did you mean concert_id? (at byte'
expect 8 call EnterQueue '{"ConcertID": 2}'
complains 'did you mean concert_id?'
expect 8 call EnterQueue '{"concertId": "two"}'
complains 'concertId: must be an integer'
expect 8 call EnterQueue '{"concertId": 4294967296}'
complains 'concertId: must be 0..4294967295'
expect 8 call SetQueuePolicy '{"policy": {"waitingRule": "LAST_POLL"}}'
complains 'policy.waitingRule: is no name of WaitingRule; did you mean WAITING_RULE_'
expect 8 call GetQueueEntry '{"token": "*"}'
complains 'token: is not base64'
expect 8 call EnterQueue '{"concertId": 2} {}'
complains 'something stands after the object'
expect 8 call EnterQueue '{"concertId": 2, "concertId": 2}'
complains 'is given twice'
expect 2 call EnterQueue ''
expect 8 call EnterQueue '[]'
complains 'the text must be an object'
expect 8 call EnterQueue "@$folder/absent"
complains "$folder/absent: No such file or directory"
expect 8 call WatchSeats '{}'
complains 'is a stream, which the gateway serves: name it with --gateway'
expect 8 call Check --gateway 127.0.0.1:8080
complains '--gateway must be http://HOST:PORT or https://HOST:PORT'
expect 7 call Check --gateway http://127.0.0.1:1
complains 'SERVER_UNREACHABLE: the gateway: '
expect 2 call
complains 'METHOD is missing'
expect 2 call Check '{}' '{}'
complains 'is too much'
expect 2 call Check --style nice
crash
expect 7 call Check
