#!/bin/sh
# The methods of the server as JSON over HTTP: a whole sale, and every way to be refused.
# Usage: door_test.sh ONSALED GATEWAY ONSALE EXAMPLES
set -eu
onsaled=$1
gateway=$2
onsale=$3
examples=$4
. "$(dirname "$0")/door.sh"
start_door --cors-origin https://shop.example

echo '# administration is on its own listener'
base=$admin_url
post /v1/admin/users '{"userId":1001}'
is 200 '.created == true'
post /v1/admin/users '{"userId":"1001"}'
is 200 '.created == false'
"$onsale" admin import "$examples/club.json" >/dev/null
call GET /v1/admin/concerts/2/queuePolicy
is 200 '.policy.activeMax == 300 and .policy.waitingRule == "WAITING_RULE_FROM_ENTRY"'
post /v1/admin/concerts/2/queuePolicy "$(jq '.policy.activeMax = 1e1' "$folder/body")"
is 200 '.policy.activeMax == 10'
call GET /v1/concerts
is 200
base=$url
post /v1/admin/users '{"userId":1002}'
refused 404 NOT_FOUND PATH_UNKNOWN
call GET /v1/admin/stats
refused 404 NOT_FOUND PATH_UNKNOWN

echo '# reads'
call GET /v1/health
is 200 '.status == "SERVING_STATUS_SERVING" and .clockBehindMs == "0"'
has content-type 'application/json; charset=utf-8'
has x-content-type-options nosniff
call GET '/v1/concerts?pageSize=1'
is 200 '.concerts[0].title == "Monday Session" and .nextPageToken == ""'
call GET /v1/users/1001/balance
is 200 '.balance == "0"'
call GET /v1/users/7/balance
refused 404 NOT_FOUND USER_NOT_FOUND
call GET /v1/users/7/balance -H 'Accept-Language: ko'
refused 404 NOT_FOUND USER_NOT_FOUND
is 404 '.error.message == "존재하지 않는 유저입니다."'
call GET /v1/concerts?pageSize=1\&page_size=2
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
is 400 '.error.details[1].field == "pageSize" and (.error.message | endswith(": pageSize: is given twice"))'
call GET /v1/concerts?x=1
refused 400 INVALID_ARGUMENT PAYLOAD_MALFORMED

echo '# a charge is made once for a key'
post /v1/users/1001/balance:charge '{"amount":"100000"}' -H 'Idempotency-Key: spring'
is 200 '.entry.amount == "100000"'
cp "$folder/body" "$folder/first"
post /v1/users/1001/balance:charge '{"amount":1e5}' -H 'Idempotency-Key: spring'
is 200
cmp "$folder/first" "$folder/body" || fail "the same key has another answer"
post /v1/users/1001/balance:charge '{"amount":5}' -H 'Idempotency-Key: spring'
refused 409 ALREADY_EXISTS ID_REUSED
post /v1/users/1001/balance:charge '{"amount":5}'
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
call GET /v1/users/1001/balance
is 200 '.balance == "100000"'

echo '# a token opens the hall'
call GET /v1/performances
refused 401 UNAUTHENTICATED TOKEN_MISSING
has www-authenticate Bearer
call GET /v1/performances -H 'Authorization: Bearer AAAA'
refused 401 UNAUTHENTICATED TOKEN_UNKNOWN
post /v1/concerts/2/queueEntries '{"userId":1001}'
is 200 '.entry.status == "QUEUE_ENTRY_STATUS_ACTIVE"'
token="Authorization: Bearer $(jq -r .token "$folder/body")"
call GET /v1/queueEntry -H "$token"
is 200 '.entry.userId == "1001"'
call GET /v1/queueEntry:wait?waitMs=0 -H "$token"
is 200 '.entry.number == "1"'
call GET /v1/performances -H "$token"
is 200 '.performances[0].tiers[0].price == "44000"'

echo '# layouts and maps are sent once'
call GET /v1/performances/21/seatLayout
is 200 '.layout.sections[0].rows[0].seatCount == 14'
etag=$(header etag)
call GET /v1/performances/21/seatLayout -H "If-None-Match: $etag"
is 304
[ ! -s "$folder/body" ] || fail "a 304 has a body"
has etag "$etag"
call GET /v1/performances/21/seatMap -H "$token"
is 200 '.complete and .seatCount == 202'
etag=$(header etag)
call GET /v1/performances/21/seatMap -H "$token" -H "If-None-Match: \"other\", W/$etag"
is 304
call GET /v1/performances/21/seatMap -H "If-None-Match: $etag"
refused 401 UNAUTHENTICATED TOKEN_MISSING

echo '# seats are held once for a key'
id=0190163d-8694-739b-aea5-966c26f8ad91
post /v1/performances/21/seats:hold '{"seatIndexes":[0,1]}' -H "$token" -H "Idempotency-Key: $id"
is 200 '.reservation | .status == "RESERVATION_STATUS_HELD" and .totalPrice == "88000" and .seats[1].number == 2'
cp "$folder/body" "$folder/first"
post /v1/performances/21/seats:hold '{"seatIndexes":[0,1]}' -H "$token" -H "Idempotency-Key: $id"
cmp "$folder/first" "$folder/body" || fail "the same key has another answer"
call GET /v1/performances/21/seatMap -H "$token" -H "If-None-Match: $etag"
is 200 '.complete'
post /v1/performances/21/seats:hold '{"seatIndexes":[1,2]}' -H "$token" -H 'Idempotency-Key: x' \
    -H 'Accept-Language: ko-KR, en;q=0.5'
refused 400 FAILED_PRECONDITION SEAT_TAKEN
is 400 '.error.message == "이미 선택된 좌석입니다" and .error.details[1]["@type"] ==
    "type.googleapis.com/onsale.v1.SeatsTaken" and .error.details[1].seats[0].seatIndex == 1'
call GET "/v1/users/1001/reservations/$id"
is 200 '.reservation.status == "RESERVATION_STATUS_HELD"'
call GET '/v1/users/1001/reservations?concertId=2'
is 200 '.reservations | length == 1'

echo '# and paid once'
post "/v1/users/1001/reservations/$id:pay" '{}' -H 'Idempotency-Key: pay'
is 200 '.payment | .amount == "88000" and .balanceAfter == "12000" and (.tickets | length) == 2'
cp "$folder/body" "$folder/first"
post "/v1/users/1001/reservations/$id:pay" '' -H 'Idempotency-Key: pay'
cmp "$folder/first" "$folder/body" || fail "the same key has another answer"
post "/v1/users/1001/reservations/$id:pay" '' -H 'Idempotency-Key: again'
refused 400 FAILED_PRECONDITION RESERVATION_PAID
post "/v1/users/1001/reservations/$id:cancel" ''
refused 400 FAILED_PRECONDITION RESERVATION_PAID
call GET /v1/users/1001/tickets/2
is 200 '.ticket.seat.row == "A"'
call GET /v1/users/1001/ledgerEntries
is 200 '.entries | length == 2'
call GET '/v1/events?after=0&max=500'
is 200 '.events[0].kind == "EVENT_KIND_USER_CREATED"'

echo '# what is no request of a method'
call GET /v1/nothing
refused 404 NOT_FOUND PATH_UNKNOWN
call GET /v1/users/1001
refused 404 NOT_FOUND PATH_UNKNOWN
call GET /v1/users//balance
refused 404 NOT_FOUND PATH_UNKNOWN
call DELETE /v1/users/1001/balance
refused 405 UNIMPLEMENTED VERB_NOT_ALLOWED
has allow 'OPTIONS, GET, HEAD'
call GET /v1/performances/21/seats:hold
refused 405 UNIMPLEMENTED VERB_NOT_ALLOWED
has allow 'OPTIONS, POST'
call POST /v1/performances/21/seats:hold --data '{}'
refused 415 INVALID_ARGUMENT CONTENT_TYPE_INVALID
call POST /v1/performances/21/seats:hold -H 'Content-Type: application/json; charset=EUC-KR' --data '{}'
refused 415 INVALID_ARGUMENT CONTENT_TYPE_INVALID
post /v1/performances/21/seats:hold '{"seatIndexes":[1,]}'
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
post /v1/performances/21/seats:hold '{"seatIndexes":[1],"seat_indexes":[2]}'
refused 400 INVALID_ARGUMENT ARGUMENT_INVALID
is 400 '.error.details[1].field == "seatIndexes"'
post /v1/performances/21/seats:hold '[]'
refused 400 INVALID_ARGUMENT PAYLOAD_MALFORMED
head -c 300000 /dev/zero | tr '\0' ' ' >"$folder/large"
post /v1/performances/21/seats:hold "@$folder/large"
refused 413 INVALID_ARGUMENT PAYLOAD_TOO_LARGE

echo '# HEAD, OPTIONS and pages of other origins'
status=$(curl -sS -I -o "$folder/headers" -w '%{http_code}' "$url/v1/health")
: >"$folder/body"
is 200
has content-type 'application/json; charset=utf-8'
call OPTIONS /v1/users/1001/balance
is 204
has allow 'OPTIONS, GET, HEAD'
[ -z "$(header access-control-allow-origin)" ] || fail "nobody asked from another origin"
call OPTIONS /v1/users/1001/balance:charge -H 'Origin: https://shop.example' \
    -H 'Access-Control-Request-Method: POST'
is 204
has access-control-allow-origin https://shop.example
has access-control-allow-methods 'OPTIONS, POST'
has vary origin
call GET /v1/health -H 'Origin: https://shop.example'
has access-control-allow-origin https://shop.example
call GET /v1/users/7/balance -H 'Origin: https://shop.example'
has access-control-allow-origin https://shop.example
call GET /v1/health -H 'Origin: https://evil.example'
is 200
has vary origin
[ -z "$(header access-control-allow-origin)" ] || fail "another origin is let in"
call OPTIONS /v1/nothing
refused 404 NOT_FOUND PATH_UNKNOWN

echo '# over HTTP/2, the same'
call GET /v1/users/1001/balance --http2-prior-knowledge
is 200 '.balance == "12000"'
post /v1/performances/21/seats:hold "@$folder/large" --http2-prior-knowledge
refused 413 INVALID_ARGUMENT PAYLOAD_TOO_LARGE

echo '# a rush for the hall: more layouts at once than a frame has room for'
curl -s -Z --parallel-max 200 -o /dev/null -w '%{http_code}\n' \
    "$url/v1/performances/21/seatLayout?knownVersion=[100-399]" 2>/dev/null >"$folder/codes"
[ "$(grep -c '^200$' "$folder/codes")" -eq 300 ] || fail "$(sort "$folder/codes" | uniq -c)"

echo '# a server that is gone'
kill "$server"
wait "$server" || true
server=
call GET /v1/users/1001/balance -H 'Accept-Language: ko'
is 503 '.error.status == "UNAVAILABLE" and .error.message == "서버 소켓이나 호스트를 찾을 수 없습니다."'
grep -q "$folder" "$folder/body" && fail "the answer tells of the server's socket"
echo 'all as it should be'
