#!/bin/sh
# The rehearsal of a restore: sell, back up, sell more, lose the folder, restore; what was sold before
# is there, and what was sold after is not. Backups that were changed are refused.
# Usage: backup_test.sh ONSALED ONSALE GOLDEN EXAMPLES
set -eu
onsaled=$1
onsale=$2
golden=$3
examples=$4
folder=$(mktemp -d "${TMPDIR:-/tmp}/onsale-backup.XXXXXX")
. "$(dirname "$0")/offline_common.sh"
umask 022

# buy USER SEAT: a ticket.
buy() {
    "$onsale" admin create-user "$1"
    "$onsale" wallet charge "$1" 1,000,000
    token=$("$onsale" queue enter 2 --user "$1" --json | sed -n 's/.*"token": *"\([0-9a-f]*\)".*/\1/p')
    id=$("$onsale" reserve 21 "$2" --token "$token" --json |
        sed -n 's/.*"reservationId": *"\([0-9a-f-]*\)".*/\1/p' | head -n 1)
    "$onsale" pay "$id" --user "$1"
}

echo '# sell, back up, sell more'
start "$folder/data"
"$onsale" admin import "$examples/club.json"
buy 1001 FLOOR-C-8 >"$folder/out"
"$onsale" admin backup "$folder/backup" >"$folder/out"
buy 1002 FLOOR-C-9 >>"$folder/out"
last=$(sed -n 's/.*up to event \([0-9]*\)$/\1/p' "$folder/out")
sum=$(sed -n 's/^SHA-256: \([0-9a-f]*\)$/\1/p' "$folder/out")
[ "$last" -gt 0 ] || fail 'no last event'
"$onsale" event list --after $((last - 1)) --limit 1 --json | grep -q "\"$last\"" || fail "no event $last"
"$onsale" event list --after "$last" --json >"$folder/later"
grep -q 1002 "$folder/later" || fail 'what was sold later is not behind that event'

echo '# what the backup is'
[ "$(stat -c %a "$folder/backup")" = 700 ] || fail 'others may enter the folder'
[ "$(stat -c %a "$folder/backup/data.mdb")" = 600 ] || fail 'others may read the data'
[ "$(sha256sum <"$folder/backup/data.mdb" | cut -c 1-64)" = "$sum" ] || fail 'the checksum is another'
(cd "$folder/backup" && sha256sum --check --quiet --strict data.mdb.sha256)
expect 0 --check "$folder/backup"
shows '^checksum  as data.mdb.sha256 says'
shows "^events    $last is the last"

echo '# wrong usage'
expect 2 --restore "$folder/backup"
complains 'the new data folder is missing'
expect 2 --restore "$folder/backup" "$folder/new" more
expect 2 --restore "$folder/backup" "$folder/new" --check "$folder/backup"
[ ! -e "$folder/new" ] || fail 'something was made'

echo '# not onto what is there'
expect 1 --restore "$folder/backup" "$folder/data"
complains 'is there and not empty'
expect 1 --restore "$folder/absent" "$folder/new"
complains 'No such file'
"$onsale" ticket list --user 1002 | grep -q FLOOR-C-9 || fail 'the server was disturbed'

echo '# the folder is lost; restore'
end KILL
mv "$folder/data" "$folder/lost"
expect 0 --restore "$folder/backup" "$folder/data"
shows '^checksum  as data.mdb.sha256 says'
shows "^events    $last is the last"
shows 'restored, and whole: every invariant holds'
[ "$(stat -c %a "$folder/data" "$folder/data/data.mdb" | tr '\n' ' ')" = '700 600 ' ] || fail 'it is open to others'
start "$folder/data"
"$onsale" ticket list --user 1001 | grep -q FLOOR-C-8 || fail 'what was sold before is not there'
[ "$("$onsale" event list --after "$last" --json | grep -c 1002)" -eq 0 ] || fail 'there are later events'
code=0
"$onsale" wallet show 1002 2>"$folder/err" || code=$?
[ "$code" -eq 3 ] || fail 'a later user is there'
buy 1003 FLOOR-C-9 >"$folder/out"
"$onsale" admin check
end TERM

echo '# into an empty folder, and an old backup without a note'
mkdir -m 0700 "$folder/empty"
rm "$folder/backup/data.mdb.sha256"
expect 0 --restore "$folder/backup" "$folder/empty"
shows '^checksum  there is none to compare with'

echo '# a backup that was changed'
echo "$sum  data.mdb" >"$folder/backup/data.mdb.sha256"
printf x | dd of="$folder/backup/data.mdb" bs=1 seek=20000 conv=notrunc status=none
expect 3 --restore "$folder/backup" "$folder/changed"
shows 'DAMAGED .*data.mdb is not what data.mdb.sha256 says'
[ ! -e "$folder/changed" ] || fail 'a damaged folder is left'
expect 3 --check "$folder/backup"
shows 'DAMAGED .*data.mdb is not what data.mdb.sha256 says'
