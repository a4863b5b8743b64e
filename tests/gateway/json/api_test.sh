#!/bin/sh
# What docs/HTTP.md does not show of /api: refusals, repeats, many dates, and callers that give up.
# Usage: api_test.sh ONSALED GATEWAY ONSALE EXAMPLES
set -eu
onsaled=$1
gateway=$2
onsale=$3
examples=$4
. "$(dirname "$0")/door.sh"
start_door --cors-origin '*'

echo '# a concert of 120 dates, so that the last is on a second page'
jq '.performances = [range(120) as $i | .performances[0] + {performance_id: (21 + $i)}]' "$examples/club.json" \
    >"$folder/many.json"
"$onsale" admin import "$folder/many.json" >/dev/null
jq '.concert.concert_id = 3 | .layouts[0].layout_id = 3 | .performances[0].performance_id = 500 |
    .performances[0].layout_id = 3' "$examples/club.json" >"$folder/other.json"
"$onsale" admin import "$folder/other.json" >/dev/null
"$onsale" admin create-user 1001 >/dev/null
"$onsale" admin create-user 1002 >/dev/null

echo '# tokens'
post /api/token/issue '{"userId":1001}'
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
post /api/token/issue '{"userId":1001,"concertId":9}'
refused 404 NOT_FOUND CONCERT_NOT_FOUND
post /api/token/issue '{"userId":9,"concertId":2}'
refused 404 NOT_FOUND USER_NOT_FOUND
post /api/token/issue '{"user":9}'
refused 400 INVALID_ARGUMENT PAYLOAD_MALFORMED
call POST /api/token/issue --data 'userId=1001'
refused 415 INVALID_ARGUMENT CONTENT_TYPE_INVALID
call GET /api/token/issue
refused 405 UNIMPLEMENTED VERB_NOT_ALLOWED
call GET /api/token
refused 404 NOT_FOUND PATH_UNKNOWN
call GET /api/token/status
refused 401 UNAUTHENTICATED TOKEN_MISSING
call GET /api/token/status -H 'Authorization: Bearer ?'
refused 401 UNAUTHENTICATED TOKEN_UNKNOWN
call GET /api/token/status?token=AAAA
refused 400 INVALID_ARGUMENT PAYLOAD_MALFORMED
post /api/token/issue '{"userId":"1001","concertId":2}'
is 200 '.status == "DONE"'
bare=$(jq -r .token "$folder/body")
call GET /api/token/status -H "Authorization: $bare"
is 200 '.userId == 1001'
token="Authorization: Bearer $bare"

echo '# who waits has a position, exact'
base=$admin_url
call GET /v1/admin/concerts/2/queuePolicy
post /v1/admin/concerts/2/queuePolicy "$(jq '.policy.activeMax = 1' "$folder/body")"
is 200
base=$url
post /api/token/issue '{"userId":1002,"concertId":2}' -H 'Accept-Language: ko'
is 200 '.status == "WAITING" and .position == 1 and .ahead == 0 and .label == "대기 중"'
waiting="Authorization: Bearer $(jq -r .token "$folder/body")"
call GET /api/concert -H "$waiting" -H 'Accept-Language: ko'
refused 403 PERMISSION_DENIED TOKEN_NOT_ACTIVE
is 403 '.error.message == "아직 대기 중입니다."'
post /api/concert/reserve '{"optionId":21,"seatIds":[0]}' -H "$waiting"
refused 403 PERMISSION_DENIED TOKEN_NOT_ACTIVE

echo '# balances'
call GET /api/balance
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
call GET /api/balance/1001?userId=1002
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
call GET /api/balance/one
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
post /api/balance '{"amount":70000}' -H "$token" -H 'Idempotency-Key: k'
is 200 '. == {userId: 1001, balance: 70000}'
post /api/balance '{"userId":1001,"amount":70000}' -H "$token" -H 'Idempotency-Key: k'
is 200 '.balance == 70000'
post /api/balance '{"userId":1002,"amount":5}' -H 'Idempotency-Key: k'
is 200 '. == {userId: 1002, balance: 5}' # a key of somebody else
post /api/balance '{"userId":1001,"amount":0}'
refused 400 INVALID_ARGUMENT AMOUNT_INVALID
post /api/balance '{"userId":1001,"amount":1.5}'
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
is 400 '.error.details[1] | .field == "amount" and .description == "must be an integer"'
call POST /api/balance -H 'Content-Type: application/json' -d '{"userId":1001,"amount":5}' -H "Idempotency-Key;"
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
call DELETE /api/balance
refused 405 UNIMPLEMENTED VERB_NOT_ALLOWED
has allow 'OPTIONS, GET, HEAD, POST, PUT'

echo '# dates and seats'
call GET /api/concert -H "$token"
is 200 '(.options | length) == 100 and .options[0].remaining == 202 and .nextPageToken != ""'
call GET "/api/concert?pageToken=$(jq -r '.nextPageToken | @uri' "$folder/body")" -H "$token"
is 200 '(.options | length) == 20 and .nextPageToken == ""'
call GET /api/concert/140/seat -H "$token"
is 200 '(.seats | length) == 202 and .seats[201] ==
    {seatId: 201, name: "BALCONY-L-22", tier: "S", price: 33000, state: "AVAILABLE", label: "free"}'
etag=$(header etag)
call GET /api/concert/140/seat -H "$token" -H "If-None-Match: $etag"
is 304
call GET /api/concert/999/seat -H "$token"
refused 404 NOT_FOUND PERFORMANCE_NOT_FOUND
call GET /api/concert/500/seat -H "$token"
refused 403 PERMISSION_DENIED TOKEN_OTHER_CONCERT
call GET /api/concert/x/seat -H "$token"
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID

echo '# reserving and paying'
post /api/concert/reserve '{"optionId":140,"seatIds":[]}' -H "$token"
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
post /api/concert/reserve '{"optionId":140,"seatIds":[5,6,5]}' -H "$token"
refused 400 INVALID_ARGUMENT SEAT_REPEATED
post /api/concert/reserve '{"optionId":140,"seatIds":[201,5]}' -H "$token" -H 'Idempotency-Key: k'
is 200 '.status == "HELD" and .totalPrice == 77000 and .seats[0].name == "BALCONY-L-22"'
cp "$folder/body" "$folder/first"
reservation=$(jq -r .reservationId "$folder/body")
post /api/concert/reserve '{"optionId":140,"seatIds":[201,5]}' -H "$token" -H 'Idempotency-Key: k'
cmp "$folder/first" "$folder/body" || fail "the same key has another answer"
post /api/concert/payment "{\"reservationId\":\"$reservation\"}" -H "$token" -H 'Accept-Language: ko'
refused 400 FAILED_PRECONDITION INSUFFICIENT_BALANCE
is 400 '.error.message == "잔액이 부족합니다."'
post /api/concert/payment "{\"reservationId\":\"$reservation\",\"userId\":1002}"
refused 404 NOT_FOUND RESERVATION_NOT_FOUND
call PUT /api/balance -H "$token" -H 'Content-Type: application/json' -d '{"amount":7000}'
is 200 '.balance == 77000'
post /api/concert/payment "{\"reservationId\":\"$reservation\"}" -H "$token" -H 'Idempotency-Key: pay'
is 200 '.status == "PAID" and .balance == 0 and (.tickets | length) == 2'
cp "$folder/body" "$folder/first"
post /api/concert/payment "{\"reservationId\":\"$reservation\"}" -H "$token" -H 'Idempotency-Key: pay'
cmp "$folder/first" "$folder/body" || fail "the same key has another answer"
call GET /api/token/status -H "$token"
is 200 '.status == "LEFT"'

echo '# pages of other origins'
call OPTIONS /api/concert/reserve -H 'Origin: https://any.example'
is 204
has access-control-allow-origin https://any.example
has access-control-allow-methods 'OPTIONS, POST'

echo '# callers that give up while the server is silent'
kill -STOP "$server"
for i in 1 2 3 4 5 6 7 8; do
    curl -s -o /dev/null --max-time 0.3 "$url/api/concert/140/seat" -H "$waiting" || true &
    curl -s -o /dev/null --max-time 0.3 "$url/v1/users/1001/balance" --http2-prior-knowledge || true &
done
kill -CONT "$server"
for i in 1 2 3 4 5 6 7 8; do
    call GET /api/balance/1001
    is 200 '.balance == 0'
done
kill "$door"
wait "$door" || fail "the gateway ended with $?"
door=
echo 'all as it should be'
