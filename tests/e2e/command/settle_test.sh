#!/bin/sh
# Many users at once, rows and sections that are blocked, and the sales of a concert as CSV.
# Usage: settle_test.sh ONSALED ONSALE EXAMPLES
set -eu
onsaled=$1
onsale=$2
examples=$3
name=settle
. "$(dirname "$0")/common.sh"
export TZ=Asia/Seoul

echo '# nobody serves'
expect 7 admin create-users 5..6
complains SOCKET_NOT_FOUND
complains 'at user'
start

echo '# many users'
expect 0 admin create-users 1001..101000
shows 'Created 100,000 users'
expect 0 admin create-users 100999..101002 5
shows 'Created 3 users'
shows '2 were there already'
printf '# staff\n7\n\n8..10 # of the shop\r\n' | "$onsale" admin create-users - >"$folder/out"
shows 'Created 4 users'
printf '11\nabc\n' >"$folder/users"
expect 8 admin create-users "$folder/users"
complains "line 2: 'abc' is no number of a user"
expect 3 user show 11
expect 8 admin create-users 10..1
expect 8 admin create-users 0
expect 8 admin create-users 1..9223372036854775807
complains 'more than 10000000 users'
expect 8 admin create-users "$folder/none"
complains 'No such file'
expect 8 admin create-users "$folder"
complains 'Is a directory'
expect 0 admin stats --json
[ "$(field users)" -eq 100007 ] || fail 'not as many users as were made'

echo '# rows and sections'
sed 's/"BALCONY"/"=BALCONY"/; s/"title": "[^"]*"/"title": "A \\"great\\", late show"/' "$examples/club.json" \
    >"$folder/shop.json"
expect 0 admin import "$folder/shop.json"
expect 0 admin block 21 FLOOR --dry-run
shows 'Nothing was changed. Of these seats 142 are available, 0 held, 0 sold, 0 blocked'
expect 0 admin block 21 FLOOR-A FLOOR-B-3..6 =BALCONY-J-1
shows 'Blocked 19 seats'
expect 0 admin block 21 FLOOR-A
shows 'Blocked 0 seats'
expect 0 admin unblock 21 floor-a
shows 'Unblocked 14 seats'
expect 4 admin block 21 FLOOR-A-3..99
complains 'the row has the numbers 1 to 14'
expect 4 admin block 21 NOWHERE
complains 'no seat, row or section NOWHERE'
expect 3 admin block 99 all

echo '# sales'
ONSALE_USER=1001
export ONSALE_USER
expect 0 wallet charge 1001 1,000,000
enter 2
expect 0 reserve 21 FLOOR-C-8 =BALCONY-J-2 --json
reservation=$(field reservationId)
expect 0 admin block 21 FLOOR --dry-run
shows '1 held'
expect 4 admin block 21 FLOOR-C
complains SEAT_TAKEN
expect 0 admin block 21 FLOOR-C --skip-taken
shows 'Blocked 15 seats'
expect 0 pay "$reservation" --json
payment=$(field paymentId)
expect 0 admin export 2
tr -d '\r' <"$folder/out" >"$folder/sales"
[ "$(wc -l <"$folder/sales")" -eq 3 ] || fail 'not a heading and two tickets'
[ "$(tr -cd '\r' <"$folder/out" | wc -c)" -eq 3 ] || fail 'lines do not end with CR LF'
head -n 1 "$folder/sales" | grep -q '^event,paid_at,concert,title,performance,starts_at,section,row,number,tier,price,' ||
    fail 'another heading'
sed -n 2p "$folder/sales" | grep -q "+09:00,2,\"A \"\"great\"\", late show\",21,2098-11-03T20:30:00.000+09:00,FLOOR,C,8,R,44000,KRW,1,1001,$payment,$reservation\$" ||
    fail 'another first ticket'
sed -n 3p "$folder/sales" | grep -q "'=BALCONY,J,2,S,33000,KRW,2,1001," || fail 'another second ticket'
complains '2 tickets for 77,000, up to event'
expect 0 admin export 2 --until '2020-01-01'
[ "$(wc -l <"$folder/out")" -eq 1 ] || fail 'sales of before'
expect 0 admin export 2 --since 1h --performance 21
[ "$(wc -l <"$folder/out")" -eq 3 ] || fail 'not all sales of the last hour'
expect 0 admin export 2 --performance 22
[ "$(wc -l <"$folder/out")" -eq 1 ] || fail 'sales of another performance'
expect 3 admin export 99
complains CONCERT_NOT_FOUND
if [ -w /dev/full ]; then
    code=0
    "$onsale" admin export 2 >/dev/full 2>"$folder/err" || code=$?
    [ "$code" -ne 0 ] || fail 'a full disk is no failure'
    complains 'the export is cut off'
    ! grep -q 'the store more room' "$folder/err" || fail 'it is not the store that is full'
fi
expect 0 admin check
echo '# all as it must be'
